// App slots in the clip's flash, written as who flashes a clip would: boards/HAL.md has the rules, firmware/wire/layout.ts the layout.
import { createHash } from "node:crypto";
import {
  SLOT_BYTES, SLOT_CONFIRMED_AT, SLOT_IMAGE, SLOT_LENGTH_AT, SLOT_MAGIC, SLOT_MAGIC_AT, SLOT_REFUSED_AT, SLOT_SEQUENCE_AT, SLOT_SHA256_AT, SLOT_START,
  SLOT_TRIED_AT,
} from "../firmware/wire/layout.ts";

/** An app as it stands in a slot. */
export interface SlotImage {
  readonly slot: number;
  /** The newest has the highest. */
  readonly sequence: number;
  /** Whether it needs no trial. */
  readonly confirmed: boolean;
}

/** What the marks of a slot say. */
export interface SlotMarks {
  readonly tried: boolean;
  readonly confirmed: boolean;
  /** Cause, as in the line RST; null where it was not refused. */
  readonly refused: number | null;
}

const ERASED = 0xffff_ffff;

/** Puts `image` into a slot of `flash`, the clip's whole area; throws RangeError when it does not fit. */
export function install(flash: Uint8Array, image: Uint8Array, { slot, sequence, confirmed }: SlotImage): void {
  if (image.length > SLOT_BYTES - SLOT_IMAGE) throw new RangeError(`an app of ${image.length} bytes does not fit a slot`);
  const at = SLOT_START + slot * SLOT_BYTES;
  flash.fill(0xff, at, at + SLOT_BYTES);
  flash.set(image, at + SLOT_IMAGE);
  flash.set(createHash("sha256").update(image).digest(), at + SLOT_SHA256_AT);
  const header = new DataView(flash.buffer, flash.byteOffset + at);
  header.setUint32(SLOT_MAGIC_AT, SLOT_MAGIC, true);
  header.setUint32(SLOT_SEQUENCE_AT, sequence, true);
  header.setUint32(SLOT_LENGTH_AT, image.length, true);
  if (confirmed) header.setUint32(SLOT_CONFIRMED_AT, 0, true);
}

/** Reads a slot's marks. */
export function marks(flash: Uint8Array, slot: number): SlotMarks {
  const header = new DataView(flash.buffer, flash.byteOffset + SLOT_START + slot * SLOT_BYTES);
  const refused = header.getUint32(SLOT_REFUSED_AT, true);
  return {
    tried: header.getUint32(SLOT_TRIED_AT, true) !== ERASED,
    confirmed: header.getUint32(SLOT_CONFIRMED_AT, true) !== ERASED,
    refused: refused === ERASED ? null : refused,
  };
}
