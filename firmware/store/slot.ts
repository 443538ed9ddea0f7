// The app slots in flash: what is in them, which app this is, and how another one is written and made the next to start. What the board makes
// of them, and refuses: boards/HAL.md, "App slots".
import { countUp } from "../base/bytes";
import { HASH_BYTES } from "../base/sha256";
import { flash_erase, flash_read, flash_write } from "../hal";
import {
  SLOT_BYTES, SLOT_CONFIRMED_AT, SLOT_HEADER_BYTES, SLOT_IMAGE, SLOT_LENGTH_AT, SLOT_MAGIC, SLOT_MAGIC_AT, SLOT_REFUSED_AT, SLOT_SEQUENCE_AT, SLOT_SHA256_AT,
  SLOT_START, SLOT_TRIED_AT, SLOTS,
} from "../wire/layout";
import { ERASED, RECORD_AT, SECTOR_BYTES } from "./record";

/** Longest image. */
export const IMAGE_BYTES_MAX: i32 = SLOT_BYTES - SLOT_IMAGE;
/** Where the header last read lies, until the next call into store/. */
export const HEADER_AT: usize = RECORD_AT;
/** From the sequence to the end of the hash: what is written before the magic number. */
const BODY_BYTES: i32 = SLOT_SHA256_AT + HASH_BYTES - SLOT_SEQUENCE_AT;

/** Address in flash of byte `at` of a slot. */
export function slotAddress(slot: i32, at: i32): i32 {
  return SLOT_START + slot * SLOT_BYTES + at;
}

/** A word of the header last read. */
function word(at: i32): u32 {
  return load<u32>(HEADER_AT + at);
}

/** Reads a slot's header. Whether an image is there, be it to be started or not. */
export function readSlot(slot: i32): bool {
  return flash_read(slotAddress(slot, 0), HEADER_AT, SLOT_HEADER_BYTES) >= 0 && word(SLOT_LENGTH_AT) - 1 < <u32>IMAGE_BYTES_MAX;
}

/** Bytes of the image whose header was last read. */
export function imageBytes(): i32 {
  return word(SLOT_LENGTH_AT);
}

/** Whether it was not refused. */
export function isSound(): bool {
  return word(SLOT_REFUSED_AT) == ERASED;
}

/** Whether it has confirmed itself. */
export function isConfirmed(): bool {
  return word(SLOT_CONFIRMED_AT) != ERASED;
}

/** Whether it has been started. */
function isStarted(): bool {
  return (word(SLOT_CONFIRMED_AT) & word(SLOT_TRIED_AT)) != ERASED;
}

/** Whether it is to be started, or has been. */
function isArmed(): bool {
  return word(SLOT_MAGIC_AT) == SLOT_MAGIC & isSound();
}

/** Whether it is the next to be started, on trial. */
export function isPending(): bool {
  return isArmed() && !isStarted();
}

/** Sequence of the app that has been started from a slot, -1 if none was. */
function rank(slot: i32): i64 {
  return readSlot(slot) && isArmed() && isStarted() ? <i64>word(SLOT_SEQUENCE_AT) : -1;
}

/** The slot of this app: the board starts the newest of those that it does not refuse. */
export function ownSlot(): i32 {
  return rank(1) > rank(0) ? 1 : 0;
}

/** Erases a sector of a slot, which must not be the app's own. False when the flash, or the board, refused. */
export function eraseSlot(slot: i32, at: i32): bool {
  return flash_erase(slotAddress(slot, at), SECTOR_BYTES) >= 0;
}

/** Tells what the image in `slot` is: its length and hash, side by side at `src`. */
export function describeSlot(slot: i32, src: usize): bool {
  return flash_write(slotAddress(slot, SLOT_LENGTH_AT), src, SLOT_SHA256_AT + HASH_BYTES - SLOT_LENGTH_AT) >= 0;
}

/** Makes the image of `slot`, whose header was last read, the next to be started by those of slot `own`. False when the flash refused. */
export function armSlot(slot: i32, own: i32): bool {
  if (isPending()) return true;
  const fresh = (word(SLOT_MAGIC_AT) & word(SLOT_SEQUENCE_AT) & word(SLOT_TRIED_AT) & word(SLOT_CONFIRMED_AT) & word(SLOT_REFUSED_AT)) == ERASED;
  flash_read(slotAddress(own, SLOT_SEQUENCE_AT), HEADER_AT + SLOT_SEQUENCE_AT, 4);
  store<u32>(HEADER_AT, SLOT_MAGIC, SLOT_MAGIC_AT);
  countUp(HEADER_AT + SLOT_SEQUENCE_AT);
  // Words are written once: marks of an earlier start go with the sector they are in.
  return (fresh || eraseSlot(slot, 0)) && flash_write(slotAddress(slot, SLOT_SEQUENCE_AT), HEADER_AT + SLOT_SEQUENCE_AT, fresh ? 4 : BODY_BYTES) >= 0 &&
    flash_write(slotAddress(slot, SLOT_MAGIC_AT), HEADER_AT + SLOT_MAGIC_AT, 4) >= 0;
}

/** Confirms the app on trial, which is this one: the board has refused every other. Does nothing where none is. */
export function confirm(): void {
  for (let slot: i32 = 0; slot < SLOTS; slot++) {
    if (!readSlot(slot) || word(SLOT_TRIED_AT) == ERASED || isConfirmed() || !isSound()) continue;
    store<u32>(HEADER_AT, 0);
    flash_write(slotAddress(slot, SLOT_CONFIRMED_AT), HEADER_AT, 4);
  }
}
