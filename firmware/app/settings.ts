// What the host may set and the clip keeps: checked against a table of bounds, saved as one record.
import { load as loadConfig, save as saveConfig } from "../store/config";
import { KEY_GYR, KEY_ODR, KEY_PLS, KEY_RNG, KEY_SID, KEY_STR } from "../wire/layout";

/** The values, in the order of `indexOf`; also the payload of the config record. */
@unmanaged
export class Settings {
  odr_hz: i32;
  range_g: i32;
  gyro: i32; // 0 | 1
  side: i32; // 0 unknown, 1 left, 2 right
  strength: i32; // of a beat's pulse, 0..255
  pulse_ms: i32; // of a beat
}

const SETTINGS_BYTES: i32 = 24;
const SETTINGS_COUNT: i32 = 6;
const SETTINGS_AT: usize = memory.data(24, 16);
const LOADED_AT: usize = memory.data(24, 16);
export const settings: Settings = changetype<Settings>(SETTINGS_AT);

/** Takes the saved values, each only if it is in range; the others keep their defaults. */
export function loadSettings(): void {
  settings.odr_hz = 416;
  settings.range_g = 16;
  settings.gyro = 1;
  settings.side = 0;
  settings.strength = 200;
  settings.pulse_ms = 30;
  const words = loadConfig(LOADED_AT, SETTINGS_BYTES) >> 2;
  for (let index: i32 = 0; index < min(words, SETTINGS_COUNT); index++) {
    const value = load<i32>(LOADED_AT + ((<usize>index) << 2));
    if (allows(index, value)) setValue(index, value);
  }
}

/** Saves; returns 0 or STORE_ERROR_*. */
export function saveSettings(): i32 {
  return saveConfig(SETTINGS_AT, SETTINGS_BYTES);
}

/** Index of a key, −1 if there is no such key. */
export function indexOf(key: i32): i32 {
  if (key == KEY_ODR) return 0;
  if (key == KEY_RNG) return 1;
  if (key == KEY_GYR) return 2;
  if (key == KEY_SID) return 3;
  if (key == KEY_STR) return 4;
  return key == KEY_PLS ? 5 : -1;
}

export function value(index: i32): i32 {
  return load<i32>(SETTINGS_AT + ((<usize>index) << 2));
}

export function setValue(index: i32, to: i32): void {
  store<i32>(SETTINGS_AT + ((<usize>index) << 2), to);
}

/** Whether a value is in the range of its key. */
export function allows(index: i32, to: i64): bool {
  if (index == 0) return to == 52 || to == 104 || to == 208 || to == 416 || to == 833;
  if (index == 1) return to == 8 || to == 16;
  if (index == 5) return to >= 5 && to <= 60;
  return to >= 0 && to <= (index == 4 ? 255 : index == 3 ? 2 : 1);
}
