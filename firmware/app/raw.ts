// The raw samples of the sensor as lines for one port. What else there is to send goes first: what then has no room is lost, and seen to be.
import { copyBytes } from "../base/bytes";
import { sample, status } from "../imu/imu";
import { Sample } from "../imu/sample";
import { TAG_RAW } from "../wire/layout";
import { base64, beginLine, number } from "../wire/line";
import { isQuiet, sendSpare } from "./link";

/** Of samples in a line: five, or ten without the gyroscope. */
const BYTES_MAX: i32 = 60;
/** Of three axes. */
const AXES_BYTES: i32 = 6;

@unmanaged
class Raw {
  at_us: u64; // of the first sample that waits
  port: i32; // it goes to, plus 1; 0: there is no stream
  next: u32; // number of the next sample
  each: i32; // bytes of a sample that waits
  bytes: i32; // that wait; they follow
}
const RAW_AT: usize = memory.data(84, 8);
const raw: Raw = changetype<Raw>(RAW_AT);

/** Begins the stream to a port (`on` not 0), which then comes from no other, or ends it. */
export function stream(port: i32, on: i32): void {
  if (on == 0 && raw.port != port + 1) return;
  raw.port = on == 0 ? 0 : port + 1;
  raw.next = 0;
  raw.bytes = 0;
}

/** Takes the latest sample in. */
@inline
export function takeRaw(): void {
  if (raw.port != 0) add();
}

function add(): void {
  const lost = sample.lost_before;
  const each = AXES_BYTES << status.gyro;
  if (lost != 0 || each != raw.each || raw.bytes + each > BYTES_MAX) tell();
  raw.each = each;
  raw.next += lost;
  if (raw.bytes == 0) raw.at_us = sample.t_us;
  const to = RAW_AT + offsetof<Raw>() + raw.bytes;
  copyBytes(to, changetype<usize>(sample) + offsetof<Sample>("a"), AXES_BYTES);
  copyBytes(to + AXES_BYTES, changetype<usize>(sample) + offsetof<Sample>("g"), each - AXES_BYTES);
  raw.bytes += each;
  raw.next++;
}

/** Sends what waits, or drops it where the port has not taken all that came before. */
function tell(): void {
  const port = raw.port - 1;
  const bytes = raw.bytes;
  raw.bytes = 0;
  if (bytes == 0 || !isQuiet(port)) return;
  beginLine(TAG_RAW);
  number(raw.next - bytes / raw.each);
  number(raw.at_us);
  base64(RAW_AT + offsetof<Raw>(), bytes);
  if (!sendSpare(port)) raw.port = 0;
}
