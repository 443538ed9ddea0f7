// Group 1 of SMP: the app slots. What would disturb a set waits until it is over.
import { copyBytes } from "../base/bytes";
import { HASH_BYTES } from "../base/sha256";
import { flash_read, flash_write } from "../hal";
import { beginDigest, stepDigest } from "../store/digest";
import { SECTOR_BYTES } from "../store/record";
import {
  armSlot, confirm, describeSlot, eraseSlot, HEADER_AT, IMAGE_BYTES_MAX, imageBytes, isConfirmed, isPending, isSound, ownSlot, readSlot, slotAddress,
} from "../store/slot";
import { cbor, CBOR_BYTES, CBOR_NONE, CBOR_SIMPLE, CBOR_TEXT, CBOR_TRUE, close, find, findNumber, flag, number, openList, openMap, put, string, text, text9 } from "../wire/cbor";
import {
  SLOT_BYTES, SLOT_IMAGE, SLOT_SHA256_AT, SLOTS, SMP_ERROR_BUSY, SMP_ERROR_INVALID, SMP_ERROR_STATE, SMP_ERROR_UNKNOWN,
} from "../wire/layout";
import {
  NAME_ACTIVE, NAME_BOOTABLE, NAME_CONFIRM, NAME_CONFIRME, NAME_DATA, NAME_HASH, NAME_IMAGE, NAME_IMAGES, NAME_LEN, NAME_MATCH, NAME_OFF, NAME_PENDING,
  NAME_SHA, NAME_SLOT, NAME_VERSION,
} from "../wire/names";
import { beginResponse } from "../wire/packet";
import { idle } from "./session";
import { AGAIN, smp } from "./transfer";

// What MCUmgr's image group calls its errors << 8, and the general error that says so to who does not know them.
const HASH_NOT_FOUND: i32 = (8 << 8) | SMP_ERROR_UNKNOWN;
const SLOT_IN_USE: i32 = (9 << 8) | SMP_ERROR_STATE; // "no free slot"
const WRITE_FAILED: i32 = (12 << 8) | SMP_ERROR_UNKNOWN;
const ERASE_FAILED: i32 = (13 << 8) | SMP_ERROR_UNKNOWN;
const INVALID_SLOT: i32 = (14 << 8) | SMP_ERROR_INVALID;
const INVALID_HASH: i32 = (24 << 8) | SMP_ERROR_INVALID;
const TOO_LARGE: i32 = (30 << 8) | SMP_ERROR_UNKNOWN;
const OVERRUN: i32 = (31 << 8) | SMP_ERROR_UNKNOWN;
const CONFIRM_DENIED: i32 = (32 << 8) | SMP_ERROR_UNKNOWN;
const TEST_DENIED: i32 = (33 << 8) | SMP_ERROR_UNKNOWN;

/** The section at an image's end: 00 0b 07 "hopclip", then major, minor, patch. */
const SECTION_BYTES: i32 = 13;
const SECTION_HEAD: i64 = 0x6c63706f68070b00;
const SECTION_TAIL: i32 = 0x7069;

const UPLOAD_AT: usize = memory.data(48, 16);

/** The upload under way, or done. It is forgotten with a restart, where its slot is touched otherwise, and where a set begins before it was checked. */
@unmanaged
class Upload {
  bytes: i32; // that have come
  erased: i32; // of the slot, from its start
  size: i32; // of the image; 0: there is no upload
  // Its hash follows.
}
const upload: Upload = changetype<Upload>(UPLOAD_AT);
const UPLOAD_HASH_AT: usize = UPLOAD_AT + 12;

/** Answers with what the slots hold. */
export function tellImages(): i32 {
  const own = ownSlot();
  beginResponse();
  text(NAME_IMAGES);
  openList();
  for (let slot: i32 = 0; slot < SLOTS; slot++) if (readSlot(slot)) tellImage(slot, slot == own);
  close();
  return 0;
}

/** Appends what the slot holds whose header was last read. */
function tellImage(slot: i32, own: bool): void {
  openMap();
  number(NAME_SLOT, slot);
  text(NAME_HASH);
  string(CBOR_BYTES, HEADER_AT + SLOT_SHA256_AT, HASH_BYTES);
  text(NAME_BOOTABLE);
  flag(isSound());
  text(NAME_PENDING);
  flag(isPending());
  text9(NAME_CONFIRME, 0x64);
  flag(isConfirmed());
  text(NAME_ACTIVE);
  flag(own);
  text(NAME_VERSION);
  const head = cbor.out;
  put(0);
  if (flash_read(slotAddress(slot, SLOT_IMAGE - SECTION_BYTES) + imageBytes(), HEADER_AT, SECTION_BYTES) < 0 | load<i64>(HEADER_AT) != SECTION_HEAD |
    load<u16>(HEADER_AT, 8) != SECTION_TAIL) store<u32>(HEADER_AT, 0, 10);
  for (let part: i32 = 0; part < 3; part++) {
    if (part != 0) put(0x2e);
    putNumber(load<u8>(HEADER_AT + part, 10));
  }
  store<u8>(head, (CBOR_TEXT << 5) + <i32>(cbor.out - head) - 1);
  close();
}

function putNumber(value: i32): void {
  if (value > 9) putNumber(value / 10);
  put(0x30 + value % 10);
}

/** Whether two hashes are the same. */
function sameHash(one: usize, other: usize): bool {
  for (let at: i32 = 0; at < HASH_BYTES; at += 8) if (load<i64>(one + at) != load<i64>(other + at)) return false;
  return true;
}

/** Reads a slot's header. Whether it holds the image with the hash at `hash`. */
function holds(slot: i32, hash: usize): bool {
  return readSlot(slot) && sameHash(hash, HEADER_AT + SLOT_SHA256_AT);
}

/** Has an image tested at the next start, or confirms this one. */
export function changeImages(): i32 {
  if (!idle()) return SMP_ERROR_BUSY;
  const own = ownSlot();
  const confirms = find(NAME_CONFIRM) == CBOR_SIMPLE && cbor.value == CBOR_TRUE;
  const type = find(NAME_HASH);
  const hash = cbor.at;
  if (type == CBOR_NONE ? !confirms : type != CBOR_BYTES || cbor.value != HASH_BYTES) return INVALID_HASH;
  if (confirms) {
    if (type != CBOR_NONE && !holds(own, hash)) return CONFIRM_DENIED;
    confirm();
  } else {
    const other = own ^ 1;
    if (!holds(other, hash)) return holds(own, hash) ? TEST_DENIED : HASH_NOT_FOUND;
    if (!armSlot(other, own)) return WRITE_FAILED;
  }
  return tellImages();
}

/** Takes the next part of an image for the slot that does not run. */
export function uploadImage(): i32 {
  if (!idle()) return smp.phase == 0 ? SMP_ERROR_BUSY : failed(SMP_ERROR_BUSY);
  const slot = ownSlot() ^ 1;
  if (smp.phase == 0) {
    const off = findNumber(NAME_OFF, u32.MAX_VALUE);
    if (off == 0) {
      const size = findNumber(NAME_LEN, 0);
      if (findNumber(NAME_IMAGE, 0) != 0) return INVALID_SLOT;
      if (size - 1 >= <u32>IMAGE_BYTES_MAX) return TOO_LARGE;
      if (find(NAME_SHA) != CBOR_BYTES || cbor.value != HASH_BYTES) return INVALID_HASH;
      if (upload.size != size || !sameHash(cbor.at, UPLOAD_HASH_AT)) {
        copyBytes(UPLOAD_HASH_AT, cbor.at, HASH_BYTES);
        upload.size = size;
        upload.bytes = 0;
        upload.erased = 0;
      }
    }
    if (find(NAME_DATA) != CBOR_BYTES) return SMP_ERROR_INVALID;
    const bytes = upload.bytes;
    if (off == bytes && bytes != upload.size) {
      const size: i32 = cbor.value;
      const end = bytes + size;
      if (end > upload.size) return OVERRUN;
      if (upload.erased < SLOT_IMAGE + end) {
        if (!eraseSlot(slot, upload.erased)) return failed(ERASE_FAILED);
        upload.erased += SECTOR_BYTES;
        return AGAIN;
      }
      if (flash_write(slotAddress(slot, SLOT_IMAGE) + bytes, cbor.at, size) < 0) return failed(WRITE_FAILED);
      upload.bytes = end;
      if (end == upload.size) {
        beginDigest(slotAddress(slot, SLOT_IMAGE), end);
        smp.phase = 1;
      }
    }
  }
  let matches = true;
  if (smp.phase != 0) {
    const hash = stepDigest();
    if (hash == 0) return AGAIN;
    matches = sameHash(hash, UPLOAD_HASH_AT);
    if (matches && !describeSlot(slot, UPLOAD_AT + offsetof<Upload>("size"))) return failed(WRITE_FAILED);
  }
  const bytes = upload.bytes;
  beginResponse();
  number(NAME_OFF, bytes);
  if (bytes != 0 & bytes == upload.size) {
    text(NAME_MATCH);
    flag(matches);
  }
  if (!matches) failed(0);
  return 0;
}

/** The upload is over; what it has written is no image. */
function failed(error: i32): i32 {
  upload.size = 0;
  upload.bytes = 0;
  return error;
}

/** Erases the slot that does not run, a sector a step. */
export function eraseImage(): i32 {
  if (!idle()) return SMP_ERROR_BUSY;
  const own = ownSlot();
  const slot = findNumber(NAME_SLOT, own ^ 1);
  if (slot >= <u32>SLOTS) return INVALID_SLOT;
  if (slot == own) return SLOT_IN_USE;
  failed(0);
  if (!eraseSlot(slot, smp.phase)) return ERASE_FAILED;
  smp.phase += SECTOR_BYTES;
  if (smp.phase < SLOT_BYTES) return AGAIN;
  beginResponse();
  return 0;
}
