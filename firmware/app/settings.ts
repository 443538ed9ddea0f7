// What the host may set and the clip keeps: checked against a table of bounds, saved as one record.
import { configure } from "../imu/imu";
import { load as loadConfig, save as saveConfig } from "../store/config";
import { ERROR_RANG, ERROR_STOR, KEY_GYR, KEY_ODR, KEY_PLS, KEY_RNG, KEY_SID, KEY_STR } from "../wire/layout";

/** The values, in the order of the keys below; also the payload of the config record. */
@unmanaged
export class Settings {
  odr_hz: i32;
  range_g: i32;
  gyro: i32; // 0 | 1
  side: i32; // 0 unknown, 1 left, 2 right
  strength: i32; // of a beat's pulse, 0..255
  pulse_ms: i32; // of a beat, 5..60
}

const SETTINGS: i32 = 6;
const SETTINGS_BYTES: i32 = 24;
/** Settings of the sensor come first; its driver knows their values. */
const SENSOR_SETTINGS: i32 = 3;
const SETTINGS_AT: usize = memory.data<i32>([416, 16, 1, 0, 200, 30]);
const LOADED_AT: usize = memory.data(24, 4);
const KEYS_AT: usize = memory.data<i32>([KEY_ODR, KEY_RNG, KEY_GYR, KEY_SID, KEY_STR, KEY_PLS]);
const LOWS_AT: usize = memory.data<u8>([0, 0, 0, 0, 0, 5]);
const HIGHS_AT: usize = memory.data<u16>([833, 16, 1, 2, 255, 60]);
export const settings: Settings = changetype<Settings>(SETTINGS_AT);

/** Gives the sensor its settings, the saved ones where they are in range. */
export function loadSettings(): void {
  configureSensor();
  if (loadConfig(LOADED_AT, SETTINGS_BYTES) != SETTINGS_BYTES) return;
  for (let index: i32 = 0; index < SETTINGS; index++) put(index, load<i32>(LOADED_AT + (index << 2)));
}

/** Index of a key, −1 if there is no such key. */
export function indexOf(key: i32): i32 {
  let index: i32 = SETTINGS - 1;
  while (index >= 0 && load<i32>(KEYS_AT + (index << 2)) != key) index--;
  return index;
}

/** Value of a setting. */
export function value(index: i32): i32 {
  return load<i32>(SETTINGS_AT + (index << 2));
}

/** Changes and saves a setting. Returns 0, or ERROR_RANG or ERROR_STOR and nothing has changed. */
export function change(index: i32, to: i64): i32 {
  const before = value(index);
  if (!put(index, to)) return ERROR_RANG;
  if (saveConfig(SETTINGS_AT, SETTINGS_BYTES) == 0) return 0;
  put(index, before);
  return ERROR_STOR;
}

function put(index: i32, to: i64): bool {
  if (to < load<u8>(LOWS_AT + index) || to > load<u16>(HIGHS_AT + (index << 1))) return false;
  const at = SETTINGS_AT + (index << 2);
  const before = load<i32>(at);
  store<i32>(at, <i32>to);
  if (index >= SENSOR_SETTINGS || configureSensor() == 0) return true;
  store<i32>(at, before);
  return false;
}

function configureSensor(): i32 {
  return configure(settings.odr_hz, settings.range_g, settings.gyro != 0);
}
