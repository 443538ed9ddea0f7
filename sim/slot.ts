// App slots in the clip's flash: written as who flashes a clip would, chosen and guarded as a board does. boards/HAL.md has the rules,
// firmware/wire/layout.ts the layout, boards/common/slot.c the same for boards.
import { createHash } from "node:crypto";
import {
  SLOT_BYTES, SLOT_CONFIRMED_AT, SLOT_HEADER_BYTES, SLOT_IMAGE, SLOT_LENGTH_AT, SLOT_MAGIC, SLOT_MAGIC_AT, SLOT_REFUSED_AT, SLOT_SEQUENCE_AT, SLOT_SHA256_AT,
  SLOT_START, SLOT_TRIED_AT, SLOTS,
} from "../firmware/wire/layout.ts";
import type { Hal } from "./engine/engine.ts";

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

/** How an app ended or why it was not started, as `enum cause` of boards/common/restart.h. */
export const CAUSE = { NONE: 0, TRAP: 1, PANIC: 2, HANG: 3, LENGTH: 4, HASH: 5, ABI: 6, LOAD: 7, EARLY: 8, RESET: 9 } as const;

/** What happened to the app of a slot: the first fields of the line RST. */
export interface Report {
  /** -1: of none. */
  readonly slot: number;
  /** One of CAUSE. */
  readonly cause: number;
  readonly code: number;
  readonly line: number;
}

/** Which app is to run. */
export interface Choice {
  /** -1: no app can be started. */
  readonly slot: number;
  /** It needs no trial. */
  readonly confirmed: boolean;
  readonly image: Uint8Array;
  readonly reports: readonly Report[];
}

type Memory = Pick<Hal, "flash_read" | "flash_write">;

interface Header {
  readonly word: (at: number) => number;
  readonly sha256: Uint8Array;
}

const address = (slot: number, at: number): number => SLOT_START + slot * SLOT_BYTES + at;

function readHeader(memory: Memory, slot: number): Header | null {
  const bytes = new Uint8Array(SLOT_HEADER_BYTES);
  if (memory.flash_read(address(slot, 0), bytes) !== 0) return null;
  const view = new DataView(bytes.buffer);
  return { word: (at) => view.getUint32(at, true), sha256: bytes.subarray(SLOT_SHA256_AT, SLOT_SHA256_AT + 32) };
}

function mark(memory: Memory, slot: number, at: number, value: number): boolean {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return memory.flash_write(address(slot, at), bytes) === 0;
}

/** Whether a slot holds an app that may be tried, as far as its header tells; marks and reports what the last run made of it. */
function eligible(memory: Memory, slot: number, header: Header | null, ended: Report, reports: Report[]): boolean {
  if (header === null || header.word(SLOT_MAGIC_AT) !== SLOT_MAGIC || header.word(SLOT_REFUSED_AT) !== ERASED) return false;
  const trial = header.word(SLOT_TRIED_AT) !== ERASED && header.word(SLOT_CONFIRMED_AT) === ERASED;
  const own = ended.slot === slot && ended.cause !== CAUSE.NONE;
  const unfit = own && (ended.cause === CAUSE.ABI || ended.cause === CAUSE.LOAD);
  if (!trial && !unfit) {
    if (own && ended.cause !== CAUSE.RESET) reports.push(ended);
    return true;
  }
  const cause = own && ended.cause !== CAUSE.RESET ? ended.cause : CAUSE.EARLY;
  mark(memory, slot, SLOT_REFUSED_AT, cause);
  reports.push({ slot, cause, code: own ? ended.code : 0, line: own ? ended.line : 0 });
  return false;
}

/** The image of a slot if it is whole, marked as tried where that is due; else the cause why not. */
function whole(memory: Memory, slot: number, header: Header): Uint8Array | number {
  const size = header.word(SLOT_LENGTH_AT);
  if (size === 0 || size > SLOT_BYTES - SLOT_IMAGE) return CAUSE.LENGTH;
  const image = new Uint8Array(size);
  memory.flash_read(address(slot, SLOT_IMAGE), image);
  if (createHash("sha256").update(image).digest().compare(header.sha256) !== 0) return CAUSE.HASH;
  // Without its mark a trial could not be told from a first start later on, and would be tried for ever.
  if (header.word(SLOT_CONFIRMED_AT) === ERASED && !mark(memory, slot, SLOT_TRIED_AT, 0)) return CAUSE.EARLY;
  return image;
}

/** Chooses the app to run as boards/common/slot.c does, and marks slots; `ended`: how the last run ended, cause NONE after a loss of power. */
export function choose(memory: Memory, ended: Report): Choice {
  const reports: Report[] = [];
  const headers = Array.from({ length: SLOTS }, (_, slot) => readHeader(memory, slot));
  const left = headers.flatMap((header, slot) => (eligible(memory, slot, header, ended, reports) ? [{ slot, header: header as Header }] : []));
  left.sort((one, other) => other.header.word(SLOT_SEQUENCE_AT) - one.header.word(SLOT_SEQUENCE_AT)); // of equals the first slot
  for (const { slot, header } of left) {
    const image = whole(memory, slot, header);
    if (typeof image !== "number") return { slot, confirmed: header.word(SLOT_CONFIRMED_AT) !== ERASED, image, reports };
    reports.push({ slot, cause: image, code: 0, line: 0 });
  }
  return { slot: -1, confirmed: false, image: new Uint8Array(0), reports };
}

/** Whether [at, at + size) and so many bytes of a slot from `from` on share any. */
function touches(slot: number, from: number, bytes: number, at: number, size: number): boolean {
  const start = address(slot, from);
  return at < start + bytes && at + size > start;
}

/** Whether that is the mark with which the app of slot `own` says that it works. */
export function confirms(own: number, at: number, size: number): boolean {
  return size === 4 && at === address(own, SLOT_CONFIRMED_AT);
}

/** Whether the app of slot `own`, confirmed or not, may write or erase [at, at + size): nothing that would take its fallback away. */
export function allows(own: number, confirmed: boolean, at: number, size: number): boolean {
  if (confirms(own, at, size)) return true;
  for (let slot = 0; slot < SLOTS; slot++) {
    if (!touches(slot, 0, SLOT_BYTES, at, size)) continue;
    if (slot === own || !confirmed) return false;
    // A whole sector is erased with its marks; written they are by nobody but the board.
    if (size < SLOT_IMAGE && touches(slot, SLOT_TRIED_AT, SLOT_HEADER_BYTES - SLOT_TRIED_AT, at, size)) return false;
  }
  return true;
}
