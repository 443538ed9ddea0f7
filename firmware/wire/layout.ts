// The protocol, read by asc (firmware) and by tsc (host, simulator): i32 constants and i32 functions only, so that both
// compilers read the same numbers. PROTOCOL.md says what each line means. Tags are up to four ASCII letters, first letter lowest byte.

/** Version of the seam between board and wasm (exports, imports, event bits). */
export const ABI: i32 = 1;
export const FIRMWARE_VERSION: i32 = 0x000100; // major << 16 | minor << 8 | patch

// Event bits of `step(events)`: why the board woke the wasm. A hint only; the wasm must cope with any combination.
export const WAKE_SENSOR: i32 = 1; // FIFO watermark line of the IMU
export const WAKE_LINK: i32 = 2; // bytes wait on some port
export const WAKE_TIMER: i32 = 4; // the sleep returned by the last step is over

// Ports of link_send / link_recv.
export const PORT_SERIAL: i32 = 0;
export const PORT_BLE_UART: i32 = 1;
export const PORT_BLE_SMP: i32 = 2;
export const PORT_BLE_RSC: i32 = 3;
export const PORT_BLE_BATTERY: i32 = 4;

export const LINE_BYTES_MAX: i32 = 127; // with "$" and "\r\n"

// Tags of lines, clip to host.
export const TAG_HEL: i32 = 0x4c4548; // "HEL" hello
export const TAG_MOD: i32 = 0x444f4d; // "MOD" mode of the clip changed
export const TAG_BEA: i32 = 0x414542; // "BEA" a beat
export const TAG_CON: i32 = 0x4e4f43; // "CON" a contact
export const TAG_AMD: i32 = 0x444d41; // "AMD" kind or hop of an earlier contact changed
export const TAG_REP: i32 = 0x504552; // "REP" a repetition: heel raise, hold or heel tap
export const TAG_ACT: i32 = 0x544341; // "ACT" what the wearer does, in auto
export const TAG_CUE: i32 = 0x455543; // "CUE" cues of a run begin, thin out or end
export const TAG_VER: i32 = 0x524556; // "VER" what a verdict on the set needs besides SUM
export const TAG_SUM: i32 = 0x4d5553; // "SUM" summary of a set
export const TAG_RAW: i32 = 0x574152; // "RAW" samples as the sensor gave them; also a command
export const TAG_FLT: i32 = 0x544c46; // "FLT" a fault was noticed
export const TAG_RST: i32 = 0x545352; // "RST" the board restarted or refused an app; the board makes this line, not the firmware
export const TAG_ACK: i32 = 0x4b4341; // "ACK" command done
export const TAG_ERR: i32 = 0x525245; // "ERR" command refused
// Tags of commands, host to clip (HEL is also a command).
export const TAG_STA: i32 = 0x415453; // "STA" status
export const TAG_SET: i32 = 0x544553; // "SET" start a set
export const TAG_STP: i32 = 0x505453; // "STP" stop the set
export const TAG_MET: i32 = 0x54454d; // "MET" metronome
export const TAG_CFG: i32 = 0x474643; // "CFG" config get or set
export const TAG_TIM: i32 = 0x4d4954; // "TIM" time sync
export const TAG_DEL: i32 = 0x4c4544; // "DEL" give up log files
// Keys of CFG.
export const KEY_ODR: i32 = 0x52444f; // "ODR" sensor rate, Hz: 52 104 208 416 833
export const KEY_RNG: i32 = 0x474e52; // "RNG" accelerometer range, g: 8 16
export const KEY_GYR: i32 = 0x525947; // "GYR" gyroscope 0 off, 1 on (±2000 dps)
export const KEY_SID: i32 = 0x444953; // "SID" side the clip is worn on: 0 unknown, 1 left, 2 right
export const KEY_STR: i32 = 0x525453; // "STR" motor strength of a beat, 0..255
export const KEY_PLS: i32 = 0x534c50; // "PLS" motor pulse of a beat, ms: 5..60
export const KEY_SER: i32 = 0x524553; // "SER" serial number of the clip, 0 none
// Errors of ERR.
export const ERROR_FORM: i32 = 0x4d524f46; // "FORM" not a line of this protocol, or fields missing or too many
export const ERROR_CRC: i32 = 0x435243; // "CRC" check sum differs
export const ERROR_CMD: i32 = 0x444d43; // "CMD" unknown command
export const ERROR_KEY: i32 = 0x59454b; // "KEY" unknown config key
export const ERROR_RANG: i32 = 0x474e4152; // "RANG" a value is out of range
export const ERROR_BUSY: i32 = 0x59535542; // "BUSY" not in this mode
export const ERROR_LONG: i32 = 0x474e4f4c; // "LONG" line over 127 bytes
export const ERROR_STOR: i32 = 0x524f5453; // "STOR" flash failed or is full

// Exercises.
export const EXERCISE_AUTO: i32 = 0;
export const EXERCISE_POGO: i32 = 1;
export const EXERCISE_RUN: i32 = 2;
export const EXERCISE_WALK: i32 = 3;
export const EXERCISE_CALF: i32 = 4; // calf raises, knee straight
export const EXERCISE_CALF_BENT: i32 = 5; // … knee bent
export const EXERCISE_WALL_SIT: i32 = 6; // clip on the raised foot
export const EXERCISE_STEP_DOWN: i32 = 7; // clip on the tapping foot
// Kinds of contact.
export const KIND_NONE: i32 = 0; // not told apart yet
export const KIND_WALK: i32 = 1;
export const KIND_RUN: i32 = 2;
export const KIND_HOP: i32 = 3;
// Activities of ACT.
export const ACTIVITY_OTHER: i32 = 0; // none of these, or not told apart
export const ACTIVITY_WALK: i32 = 1; // KIND_WALK
export const ACTIVITY_RUN: i32 = 2; // KIND_RUN
export const ACTIVITY_HOP: i32 = 3; // KIND_HOP
export const ACTIVITY_STILL: i32 = 4;
export const ACTIVITY_CALF: i32 = 5;
// What kept a repetition from being clean: bits of REP.
export const REP_PARTIAL: i32 = 1; // raise: too low; hold: broken by a touch-down
export const REP_FAST: i32 = 2; // raise: thrown up or dropped; tap: stomped
export const REP_WOBBLE: i32 = 4; // raise: the foot tilted sideways; hold: trembling
export const REP_OPEN: i32 = 8; // its end was not seen
// `variant` of SET: steps of the pogo ladder, 0 not known; cue policies of a run.
export const STEP_DOUBLE: i32 = 1; // both feet at once
export const STEP_STAGGERED: i32 = 2; // one foot shortly before the other
export const STEP_SINGLE: i32 = 3; // one foot
export const CUE_ALWAYS: i32 = 0; // every beat
export const CUE_BAND: i32 = 1; // only outside the band
export const CUE_FADED: i32 = 2; // fewer as the runner holds the band
// What kept a set from being clean: bits of VER.
export const FLAW_SHORT: i32 = 1; // below the target
export const FLAW_HEIGHT: i32 = 2; // pogo: bounce height lost; raises: a partial one
export const FLAW_RHYTHM: i32 = 4; // pogo: landings or intervals uneven; raises and taps: a fast one
export const FLAW_MISSED: i32 = 8; // pogo: beats without a landing; wall sit: touch-downs
export const FLAW_DOUBLE: i32 = 16; // pogo: double bounces
export const FLAW_WOBBLE: i32 = 32; // raises: wobble; wall sit: tremor
export const FLAW_BAND: i32 = 64; // run: out of the band for more than a quarter of the strides
// Modes.
export const MODE_IDLE: i32 = 0;
export const MODE_ARMED: i32 = 1; // a set is asked for, the sensor is not ready yet
export const MODE_COUNT_IN: i32 = 2;
export const MODE_SET: i32 = 3;
export const MODE_SUMMARY: i32 = 4;
// Why a set ended.
export const END_TIME: i32 = 1;
export const END_COUNT: i32 = 2;
export const END_COMMAND: i32 = 3;
export const END_STILL: i32 = 4;
export const END_RESET: i32 = 5;
export const END_LEFT: i32 = 6; // the wearer walked away from raises
// Faults of FLT.
export const FAULT_IMU_ABSENT: i32 = 1; // who-am-I wrong or no answer
export const FAULT_IMU_NACK: i32 = 2; // a transfer was refused
export const FAULT_IMU_OVERRUN: i32 = 3; // the FIFO was full before it was read
export const FAULT_IMU_LOST: i32 = 4; // samples missing, counted
export const FAULT_IMU_RESET: i32 = 5; // the sensor lost its settings and got them again
export const FAULT_IMU_STALL: i32 = 6; // no samples for too long
export const FAULT_FLASH: i32 = 7; // a flash operation failed
export const FAULT_LOG_FULL: i32 = 8; // oldest records were given up
export const FAULT_LINK_DROP: i32 = 9; // lines not sent because the link was full; they are in the log
export const FAULT_MOTOR: i32 = 10; // haptic_pulse refused

// Limits of command fields; both ends belong to the range.
export const BPM_D_MIN: i32 = 300; // 30.0/min
export const BPM_D_MAX: i32 = 2400; // 240.0/min
export const DURATION_MS_MAX: i32 = 14400000; // 4 h, also the end of a set without a duration
export const COUNT_MAX: i32 = 60000; // hops, strides, raises, holds, taps
export const COUNT_IN_MAX: i32 = 64; // beats
export const STILL_MS_MAX: i32 = 600000;
export const ACCENT_EVERY_MAX: i32 = 64; // beats
export const TARGET_MAX: i32 = 14400000; // contacts, raises, taps; ms of a hold; 0.1 % above the baseline of a run
export const VARIANT_MAX: i32 = 3; // STEP_* of pogo, 0 not known; CUE_* of a run
export const BAND_D_MAX: i32 = 600; // 60.0/min either side
export const SET_ID_MAX: i32 = 65535; // 1 follows

// Patterns of led_set.
export const LED_OFF: i32 = 0;
export const LED_IDLE: i32 = 1;
export const LED_ARMED: i32 = 2;
export const LED_COUNT_IN: i32 = 3;
export const LED_SET: i32 = 4;
export const LED_SUMMARY: i32 = 5;
export const LED_FAULT: i32 = 6; // idle without a sensor
export const LED_BATTERY: i32 = 7; // idle with a battery below 3.4 V

// App slots: the clip's flash beyond config and log. A slot is whole sectors: a header sector, then the image (build/clip.wasm). Marks are
// words written once. boards/HAL.md has the rules.
export const FLASH_BYTES: i32 = 0x60000; // of the clip's own area: config, log, slots
export const SLOTS: i32 = 2;
export const SLOT_START: i32 = 0x40000; // of the first
export const SLOT_BYTES: i32 = 0x10000;
export const SLOT_HEADER_BYTES: i32 = 76;
export const SLOT_MAGIC: i32 = 0x31414348; // "HCA1", written last
export const SLOT_MAGIC_AT: i32 = 0; // u32
export const SLOT_SEQUENCE_AT: i32 = 4; // u32: the newest has the highest
export const SLOT_LENGTH_AT: i32 = 8; // u32, bytes of the image
export const SLOT_SHA256_AT: i32 = 12; // 32 bytes, of the image
export const SLOT_TRIED_AT: i32 = 64; // u32, erased: never started; by the board, before it starts an app that is not confirmed
export const SLOT_CONFIRMED_AT: i32 = 68; // u32, erased: not yet; by the app, or by who flashes the clip
export const SLOT_REFUSED_AT: i32 = 72; // u32, erased: not refused; by the board
export const SLOT_IMAGE: i32 = 0x1000; // where the image begins

// The Simple Management Protocol: MCUmgr's packets of 8 bytes of header and a CBOR map. Groups, commands and errors are the clip's own choice of them.
export const SMP_BYTES_MAX: i32 = 512; // of a packet either way
export const SMP_HEADER_BYTES: i32 = 8; // op and version, flags, bytes that follow u16, group u16, sequence, command; big-endian
export const SMP_GROUP_OS: i32 = 0;
export const SMP_GROUP_IMAGE: i32 = 1;
export const SMP_GROUP_FILE: i32 = 8;
export const SMP_ERROR_UNKNOWN: i32 = 1;
export const SMP_ERROR_INVALID: i32 = 3;
export const SMP_ERROR_NOT_FOUND: i32 = 5;
export const SMP_ERROR_STATE: i32 = 6;
export const SMP_ERROR_LONG: i32 = 7;
export const SMP_ERROR_UNSUPPORTED: i32 = 8;
export const SMP_ERROR_BUSY: i32 = 10;
export const SMP_ERROR_TOO_NEW: i32 = 13;
export const LOG_FILE_LINE_BYTES: i32 = 16; // of /log, one a file

// Types of log records; the numbers of store/record.ts. Payloads are little-endian and packed: offsets and lengths in bytes. Times
// are µs of the clip's clock since its last boot record.
export const LOG_BOOT: i32 = 1;
export const LOG_SET: i32 = 2; // a set was asked for
export const LOG_CONTACT: i32 = 3;
export const LOG_AMEND: i32 = 4; // LOG_CONTACT's layout: an earlier contact as it is now
export const LOG_SUMMARY: i32 = 5;
export const LOG_TIME: i32 = 7; // clip time against UNIX time
export const LOG_REP: i32 = 8;
export const LOG_VERDICT: i32 = 9;
export const LOG_NONE: i32 = 0x7fffffff; // in an i32 field: no value

export const LOG_BOOT_AT_US: i32 = 0; // u64
export const LOG_BOOT_VERSION: i32 = 8; // u32, FIRMWARE_VERSION
export const LOG_BOOT_BYTES: i32 = 12;

export const LOG_SET_ID: i32 = 0; // u32, and so are the fields of SET as they came
export const LOG_SET_EXERCISE: i32 = 4;
export const LOG_SET_BPM_D: i32 = 8; // 0 none
export const LOG_SET_DURATION_MS: i32 = 12; // 0 none
export const LOG_SET_COUNT: i32 = 16; // 0 none
export const LOG_SET_COUNT_IN: i32 = 20; // beats
export const LOG_SET_STILL_MS: i32 = 24; // 0 never
export const LOG_SET_ACCENT_EVERY: i32 = 28; // 0 none
export const LOG_SET_TARGET: i32 = 32; // 0 none
export const LOG_SET_VARIANT: i32 = 36;
export const LOG_SET_BAND_D: i32 = 40;
export const LOG_SET_SIDE: i32 = 44; // u32, as KEY_SID
export const LOG_SET_BYTES: i32 = 48;
export const SET_FIELDS: i32 = 10;

export const LOG_CONTACT_IC_US: i32 = 0; // u64
export const LOG_CONTACT_TC_US: i32 = 8; // u64, 0 where the foot did not leave
export const LOG_CONTACT_FLIGHT_US: i32 = 16; // u32, before the contact; 0 unknown
export const LOG_CONTACT_ID: i32 = 20; // u32
export const LOG_CONTACT_KIND: i32 = 24; // u8, KIND_*
export const LOG_CONTACT_HOP: i32 = 25; // u8
export const LOG_CONTACT_CONFIDENCE: i32 = 26; // u8, 0..100; a spare byte follows
export const LOG_CONTACT_SET_ID: i32 = 28; // u32
export const LOG_CONTACT_ERROR_US: i32 = 32; // i32, from the beat, LOG_NONE without beats
export const LOG_CONTACT_BYTES: i32 = 36;

export const LOG_SUMMARY_SET_ID: i32 = 0; // i32, and so are all but the last: the fields of SUM, LOG_NONE for "-"
export const LOG_SUMMARY_EXERCISE: i32 = 4;
export const LOG_SUMMARY_END: i32 = 8; // END_*
export const LOG_SUMMARY_DURATION_MS: i32 = 12;
export const LOG_SUMMARY_CONTACTS: i32 = 16;
export const LOG_SUMMARY_HOPS: i32 = 20;
export const LOG_SUMMARY_STRIDES: i32 = 24;
export const LOG_SUMMARY_BEATS: i32 = 28;
export const LOG_SUMMARY_BEAT_MEAN_US: i32 = 32;
export const LOG_SUMMARY_BEAT_SD_US: i32 = 36;
export const LOG_SUMMARY_CONTACT_MEAN_US: i32 = 40;
export const LOG_SUMMARY_CONTACT_SD_US: i32 = 44;
export const LOG_SUMMARY_FLIGHT_MEAN_US: i32 = 48;
export const LOG_SUMMARY_FLIGHT_SD_US: i32 = 52;
export const LOG_SUMMARY_CADENCE_D: i32 = 56; // 0.1/min
export const LOG_SUMMARY_MISSED: i32 = 60;
export const LOG_SUMMARY_START_US: i32 = 64; // u64, 0 if the set never started
export const LOG_SUMMARY_BYTES: i32 = 72;
export const SUMMARY_FIELDS: i32 = 16; // of SUM

export const LOG_REP_AT_US: i32 = 0; // u64: when it began
export const LOG_REP_ID: i32 = 8; // i32, and so are all that follow: the fields of REP
export const LOG_REP_TOP: i32 = 12; // raise: 0.1°; tap: impact, mg; hold: 0
export const LOG_REP_UP_MS: i32 = 16;
export const LOG_REP_HOLD_MS: i32 = 20;
export const LOG_REP_DOWN_MS: i32 = 24;
export const LOG_REP_WOBBLE: i32 = 28; // raise: 0.1°; hold: tremor, 0.1 °/s; tap: impact of the landing on the step, mg
export const LOG_REP_FLAWS: i32 = 32; // REP_* bits, 0 clean
export const LOG_REP_SET_ID: i32 = 36;
export const LOG_REP_BYTES: i32 = 40;

export const LOG_VERDICT_SET_ID: i32 = 0; // i32, and so are all: the fields of VER, LOG_NONE for "-"
export const LOG_VERDICT_FLAWS: i32 = 4; // FLAW_* bits
export const LOG_VERDICT_TARGET: i32 = 8;
export const LOG_VERDICT_VARIANT: i32 = 12;
export const LOG_VERDICT_VALUES: i32 = 16; // eight of them; PROTOCOL.md says which, by exercise
export const LOG_VERDICT_BYTES: i32 = 48;
export const VERDICT_FIELDS: i32 = 12; // of VER

export const LOG_TIME_UNIX_US: i32 = 0; // u64
export const LOG_TIME_CLIP_US: i32 = 8; // u64
export const LOG_TIME_BYTES: i32 = 16;

/**
 * CRC-16/XMODEM (poly 0x1021, init 0), the check sum of MCUmgr's SMP console frames: one step, a byte at a time. The shifts are the
 * bitwise loop folded for this polynomial.
 */
export function crc16(crc: i32, byte: i32): i32 {
  let value: i32 = ((crc >> 8) & 0xff) ^ ((crc << 8) & 0xff00) ^ byte;
  value = value ^ ((value & 0xff) >> 4);
  value = value ^ ((value << 12) & 0xf000);
  return value ^ ((value & 0xff) << 5);
}
