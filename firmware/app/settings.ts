// What the host may set and the clip keeps: checked against a table of bounds, saved as one record.
import { configure } from "../imu/imu";
import { load as loadConfig, save as saveConfig } from "../store/config";
import { BAD_FLASH, BAD_RANGE } from "../wire/command";
import { KEY_GYR, KEY_ODR, KEY_PLS, KEY_RNG, KEY_SER, KEY_SID, KEY_STR } from "../wire/layout";
import { indexOf } from "../wire/parser";

/** The values, in the order of the keys below; also the payload of the config record. */
@unmanaged
export class Settings {
  odr_hz: i32;
  range_g: i32;
  gyro: i32; // 0 | 1
  side: i32; // 0 unknown, 1 left, 2 right
  strength: i32; // of a beat's pulse, 0..255
  pulse_ms: i32; // of a beat, 5..60
  serial: i32; // 0: none
}

const SETTINGS: i32 = 7;
/** A record that an older app saved is shorter: what it does not know is as at first. */
const SETTINGS_BYTES: i32 = 28;
/** Settings of the sensor come first; its driver knows their values. */
const SENSOR_SETTINGS: i32 = 3;
const SETTINGS_AT: usize = memory.data<i32>([416, 16, 1, 0, 200, 30, 0]);
const KEYS_AT: usize = memory.data<i32>([KEY_ODR, KEY_RNG, KEY_GYR, KEY_SID, KEY_STR, KEY_PLS, KEY_SER]);
const LOWS_AT: usize = memory.data<u8>([0, 0, 0, 0, 0, 5, 0]);
const HIGHS_AT: usize = memory.data<i32>([833, 16, 1, 2, 255, 60, i32.MAX_VALUE]);
export const settings: Settings = changetype<Settings>(SETTINGS_AT);

/** Gives the sensor its settings, the saved ones if there are any. */
export function loadSettings(): void {
  loadConfig(SETTINGS_AT, SETTINGS_BYTES);
  configureSensor();
}

/** Index of a key, −1 if there is no such key. */
export function settingOf(key: i64): i32 {
  return indexOf(key, KEYS_AT, SETTINGS);
}

/** Value of a setting. */
export function value(index: i32): i32 {
  return load<i32>(SETTINGS_AT + (index << 2));
}

/** Changes and saves a setting. Returns 0, or BAD_RANGE or BAD_FLASH and nothing has changed. */
export function change(index: i32, to: i64): i32 {
  if (to < load<u8>(LOWS_AT + index) | to > load<i32>(HIGHS_AT + (index << 2))) return BAD_RANGE;
  const at = SETTINGS_AT + (index << 2);
  const before = load<i32>(at);
  store<i32>(at, <i32>to);
  let error: i32 = 0;
  if (index < SENSOR_SETTINGS && configureSensor() < 0) error = BAD_RANGE;
  else if (saveConfig(SETTINGS_AT, SETTINGS_BYTES) < 0) error = BAD_FLASH;
  if (error == 0) return 0;
  store<i32>(at, before);
  configureSensor();
  return error;
}

function configureSensor(): i32 {
  return configure(settings.odr_hz, settings.range_g, settings.gyro != 0);
}
