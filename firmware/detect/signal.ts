// What the detector looks at: one sample becomes levels, rates and jolts that do not depend on how the clip is mounted.
import { fillBytes } from "../base/bytes";

/** The second difference spans 2·span samples: about 10 ms at 208 Hz and above, two samples below. */
const RING_AT: usize = memory.data(16 * 16, 16);
/** The last samples as measured, for the mean over about 10 ms that takes the motor's shaking out. */
const RAW_AT: usize = memory.data(8 * 16, 16);
/** Samples until the second difference and the smoothers hold only measured values. */
const WARM: u32 = 9;

/** Square root of x to within 1 + r/3000: Newton from the nearest power of two, three steps. */
@inline
export function root(x: u32): i32 {
  if (x == 0) return 0;
  const bits: u32 = (33 - clz<u32>(x)) >> 1;
  let r: u32 = ((1 << bits) + (x >> bits)) >> 1; // the first step needs no division
  r = (r + x / r) >> 1;
  r = (r + x / r) >> 1;
  return <i32>r;
}

/** Length of a vector whose square fits 32 bits. */
@inline
export function length(x: i32, y: i32, z: i32): i32 {
  return root(<u32>(x * x + y * y + z * z));
}

/** A rate of turning that is kept, 0.1 °/s: its magnitude and its vector. */
@unmanaged
export class Turn {
  rate: i32;
  x: i32;
  y: i32;
  z: i32;
}

@unmanaged
export class Signal {
  t_us: u64; // time of the sample
  centre_us: u64; // time the jolt belongs to: `span` samples ago
  dt_us: u32; // since the sample before
  period_us: u32; // mean distance of samples
  samples: u32; // taken while the filters fill
  gyro: bool;
  span: i32; // samples
  box: i32; // samples of the mean that calms a shaken sensor
  lag_us: u32; // how much later the present values are for it
  smooth: i32; // shift of the rate smoother (about 8 ms)
  head: i32;
  x_mg: i32; // the specific force
  y_mg: i32;
  z_mg: i32;
  force_mg: i32; // its magnitude of the specific force
  before_mg: i32; // the same, one sample earlier
  level_mg: i32; // the same, smoothed over about 20 ms
  mean_q4: i32; // the same, over about half a second, 1/16 mg
  rate_x: i32; // smoothed angular rate, 0.1 °/s
  rate_y: i32;
  rate_z: i32;
  rate: i32; // its magnitude; without gyroscope a stand-in: 0.2 °/s for each mg off 1 g
  jolt_mg: i32; // magnitude of the second difference of the force vector
  climb_mg: i32; // rise of the force over `span` samples

  reset(odr_hz: i32, gyro: bool): void {
    fillBytes(changetype<usize>(this), 0, offsetof<Signal>());
    this.gyro = gyro;
    const smooth = odr_hz > 600 ? 3 : odr_hz > 300 ? 2 : odr_hz > 150 ? 1 : 0;
    const span = smooth > 1 ? 1 << (smooth - 1) : 1;
    this.smooth = smooth;
    this.span = span;
    this.box = smooth == 0 ? 1 : span * 2;
    this.period_us = 1000000 / odr_hz;
    this.level_mg = 1000;
    this.force_mg = 1000;
    this.mean_q4 = 1000 << 4;
  }

  /** Takes a sample; false while the filters fill. `shaken`: the clip's own motor runs or rings down. */
  @inline
  push(t_us: u64, x_mg: i32, y_mg: i32, z_mg: i32, gx_ddps: i32, gy_ddps: i32, gz_ddps: i32, shaken: bool): bool {
    const head = (this.head + 1) & 15;
    this.head = head;
    const raw = RAW_AT + ((head & 7) << 4);
    store<i32>(raw, x_mg);
    store<i32>(raw, y_mg, 4);
    store<i32>(raw, z_mg, 8);
    if (shaken) {
      // the mean of the last samples
      const box = this.box;
      for (let back: i32 = 1; back < box; back++) {
        const before = RAW_AT + (((head - back) & 7) << 4);
        x_mg += load<i32>(before);
        y_mg += load<i32>(before, 4);
        z_mg += load<i32>(before, 8);
      }
      x_mg /= box;
      y_mg /= box;
      z_mg /= box;
    }
    const span = this.span;
    const now = RING_AT + (head << 4);
    const mid = RING_AT + (((head - span) & 15) << 4);
    const old = RING_AT + (((head - 2 * span) & 15) << 4);
    store<i32>(now, x_mg);
    store<i32>(now, y_mg, 4);
    store<i32>(now, z_mg, 8);
    this.x_mg = x_mg;
    this.y_mg = y_mg;
    this.z_mg = z_mg;
    const force_mg = length(x_mg, y_mg, z_mg);
    store<i32>(now, force_mg, 12);
    if (this.samples < WARM) {
      this.samples++;
      this.t_us = t_us;
      this.force_mg = force_mg;
      this.level_mg = force_mg;
      return false;
    }
    const dt_us = <i32>min<u64>(t_us - this.t_us, 100000);
    this.dt_us = dt_us;
    this.t_us = t_us;
    const period_us = <u32>((<i32>this.period_us * 15 + min(dt_us, 40000)) >> 4);
    this.period_us = period_us;
    const lag_us = shaken ? (period_us * (this.box - 1)) >> 1 : 0;
    this.lag_us = lag_us;
    this.centre_us = t_us - <u64>(<u32>span * period_us + lag_us);
    this.before_mg = this.force_mg;
    this.force_mg = force_mg;
    const smooth = this.smooth;
    const level_mg = this.level_mg;
    this.level_mg = level_mg + ((force_mg - level_mg) >> (smooth + 1));
    const mean_q4 = this.mean_q4;
    this.mean_q4 = mean_q4 + (((force_mg << 4) - mean_q4) >> (smooth + 6));
    this.climb_mg = force_mg - load<i32>(mid, 12);
    const dx = (x_mg - 2 * load<i32>(mid) + load<i32>(old)) >> 2;
    const dy = (y_mg - 2 * load<i32>(mid, 4) + load<i32>(old, 4)) >> 2;
    const dz = (z_mg - 2 * load<i32>(mid, 8) + load<i32>(old, 8)) >> 2;
    this.jolt_mg = length(dx, dy, dz) << 2;
    if (this.gyro) {
      let rate_x = this.rate_x;
      let rate_y = this.rate_y;
      let rate_z = this.rate_z;
      rate_x += (gx_ddps - rate_x) >> smooth;
      rate_y += (gy_ddps - rate_y) >> smooth;
      rate_z += (gz_ddps - rate_z) >> smooth;
      this.rate_x = rate_x;
      this.rate_y = rate_y;
      this.rate_z = rate_z;
      this.rate = length(rate_x, rate_y, rate_z);
    } else this.rate = abs(this.level_mg - 1000) * 2;
    return true;
  }

  /** Keeps the present rate. */
  keep(turn: Turn): void {
    turn.rate = this.rate;
    turn.x = this.rate_x;
    turn.y = this.rate_y;
    turn.z = this.rate_z;
  }

  /** Part of the angular rate along the direction of one kept earlier, 0.1 °/s. */
  along(turn: Turn): i32 {
    if (!this.gyro) return this.rate;
    return (this.rate_x * turn.x + this.rate_y * turn.y + this.rate_z * turn.z) / max(turn.rate, 1);
  }

  /** Delay of the smoothed rate, µs. */
  @inline
  delay_us(): u32 {
    return this.period_us * ((1 << this.smooth) - 1);
  }
}
