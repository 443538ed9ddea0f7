// The app's own slot in flash: it tells the board that it works. boards/HAL.md, "App slots".
import { flash_read, flash_write } from "../hal";
import { SLOT_BYTES, SLOT_CONFIRMED_AT, SLOT_START, SLOT_TRIED_AT, SLOTS } from "../wire/layout";
import { ERASED } from "./record";

const MARKS_AT: usize = memory.data(16, 16); // tried, confirmed, refused

/** Confirms the app on trial, which is this one: the board has refused every other. Does nothing where none is. */
export function confirm(): void {
  for (let slot: i32 = SLOT_START; slot < SLOT_START + SLOTS * SLOT_BYTES; slot += SLOT_BYTES) {
    if (flash_read(slot + SLOT_TRIED_AT, MARKS_AT, 12) < 0 | load<u32>(MARKS_AT) == ERASED | (load<u32>(MARKS_AT, 4) & load<u32>(MARKS_AT, 8)) != ERASED) continue;
    store<u32>(MARKS_AT, 0);
    flash_write(slot + SLOT_CONFIRMED_AT, MARKS_AT, 4);
  }
}
