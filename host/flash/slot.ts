// The app slots as a programmer writes them: boards/HAL.md, "App slots"; firmware/wire/layout.ts has the layout.
import { createHash } from "node:crypto";
import {
  SLOT_BYTES, SLOT_CONFIRMED_AT, SLOT_IMAGE, SLOT_LENGTH_AT, SLOT_MAGIC, SLOT_MAGIC_AT, SLOT_SEQUENCE_AT, SLOT_SHA256_AT,
} from "../../firmware/wire/layout.ts";
import { InputError } from "../failure.ts";

/** Largest app, bytes. */
export const APP_BYTES_MAX = SLOT_BYTES - SLOT_IMAGE;

/**
 * The first slot with an app that needs no trial, and the second one's header, erased: what is flashed is what starts, whichever apps the
 * clip had before. A config and a log that the clip has are elsewhere and stay.
 */
export function slotImage(app: Uint8Array): Uint8Array {
  if (app.length > APP_BYTES_MAX) throw new InputError(`an app of ${app.length} bytes does not fit: a slot takes ${APP_BYTES_MAX}`);
  const bytes = new Uint8Array(SLOT_BYTES + SLOT_IMAGE).fill(0xff);
  const header = new DataView(bytes.buffer);
  header.setUint32(SLOT_MAGIC_AT, SLOT_MAGIC, true);
  header.setUint32(SLOT_SEQUENCE_AT, 1, true);
  header.setUint32(SLOT_LENGTH_AT, app.length, true);
  header.setUint32(SLOT_CONFIRMED_AT, 0, true);
  bytes.set(createHash("sha256").update(app).digest(), SLOT_SHA256_AT);
  bytes.set(app, SLOT_IMAGE);
  return bytes;
}
