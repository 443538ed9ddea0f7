// Which way is up in the clip's own axes, how far the foot is tilted from where it stood flat, and how it rises and falls. Pure.
import { fillBytes } from "../base/bytes";
import { larger, magnitude, smaller } from "../base/order";
import { approach, cross, dot, isNull, scale, side, subtract, VECTOR_BYTES } from "./vector";

/** Length of a direction, and of the specific force at rest, 1/16 mg. */
const ONE: i32 = 16000;
/** Samples are averaged over at least so long, µs: one step. */
const STEP_US: u64 = 9000;
/** … and, at 104 Hz and more, no longer than this, µs. */
export const STEP_US_MAX: i32 = 10000;
/** Longest step that is turned by the rate, µs; what is missing beyond it is found again from the force. */
const TURN_US_MAX: u64 = 25000;
/** After so long without samples the force alone says what is up, µs. */
const GAP_US: u64 = 100000;
/** Steps that it does. */
const GAP_STEPS: i32 = 8;
/** From 1/16 · 0.1 °/s · µs to 2^-18 rad: π / 1800 / 16 / 10^6 · 2^18, in 2^-36. */
const TURN_Q36: i64 = 1965066;
/** Furthest turn of a step, 2^-18 rad: 13°. */
const TURN_MAX: i32 = 60000;
/**
 * Every step the force corrects what is up by 2^-n: within 20 ms after a gap, 0.6 s at rest, else 5 s: what is up turns with the foot, so this
 * is a mean in the world's axes, where a movement to and fro adds nothing to gravity.
 */
const GAP_SHIFT: i32 = 2;
const REST_SHIFT: i32 = 6;
const SLOW_SHIFT: i32 = 9;
/** A force that may be gravity's alone differs from it by no more, 1/16 mg; a shock, which says nothing about it, by HARD. */
const SLOW: i32 = 2400;
const HARD: i32 = 16000;
/**
 * A foot at rest turns by no more than this on average, 1/16 · 0.1 °/s (2.5 °/s), by ZERO_RATE while the zero of the rates is not known (8 °/s: the
 * data sheet's 3 °/s on each axis, and sway), and its mean force differs from gravity by no more than REST, 1/16 mg (12 mg): noise cancels in that,
 * the acceleration of a slow lift does not. The means take 2^MEAN_SHIFT steps; a step beyond MOST times the bound ends the rest at once.
 */
const REST_RATE: i32 = 400;
const ZERO_RATE: i32 = 1280;
const REST: i32 = 192;
const MEAN_SHIFT: i32 = 4;
const MOST: i32 = 4;
/** Speed that the mean force stands for, 1/16 mg, mm/s in 2^-8: 2^MEAN_SHIFT steps of it. */
const THRUST_Q8: i32 = 25;
/** The zero of the rates is learned by 2^-n a step at rest, in the first ZEROED of them faster. */
const ZERO_SHIFT: i32 = 5;
const ZERO_LATER_SHIFT: i32 = 8;
const ZEROED: i32 = 60;
/** … in the first FIRST of them the length of gravity is learned quickly, and no way is followed. */
const FIRST: i32 = 20;
/** How long until it counts as resting, µs. */
const REST_US: i32 = 150000;
/** Tilt up to which a resting foot stands flat, 0.1°, and up to which one does that has rested for FLAT_US. */
const FLAT_DDEG: i32 = 60;
const FLAT_LONG_DDEG: i32 = 150;
const FLAT_US: i32 = 1500000;
/** From 1/16 mg · µs to 2^-8 mm/s: 9806.65 / 10^6 / 16000 · 2^8, in 2^-30. */
const SPEED_Q30: i64 = 168477;

@unmanaged
export class Posture {
  t_us: u64; // end of the last step
  count: i32; // samples since, and their sums
  sumAx: i32;
  sumAy: i32;
  sumAz: i32;
  sumGx: i32;
  sumGy: i32;
  sumGz: i32;
  peak_mg: i32; // highest jolt of them
  up_x: i32; // direction of the force at rest, ONE long; 0 before it is known
  up_y: i32;
  up_z: i32;
  flat_x: i32; // … with the foot flat
  flat_y: i32;
  flat_z: i32;
  axis_x: i32; // the direction about which the heel rises, ONE long; 0 before it is known
  axis_y: i32;
  axis_z: i32;
  bias_x: i32; // of the rates, 1/16 · 0.1 °/s
  bias_y: i32;
  bias_z: i32;
  gyro: bool;
  lifted: bool; // the foot is off the ground, and may point anywhere: who uses the posture says so
  zeroed: i32; // steps at rest from which it was learned
  settling: i32; // steps in which the force says what is up
  one: i32; // length of the force at rest, 1/16 mg
  force: i32; // … in the last step
  rate: i32; // length of the rate in it, 1/16 · 0.1 °/s
  jolt_mg: i32; // highest jolt in it
  thrust: i32; // mean of the force beyond that at rest, 1/16 mg
  sway: i32; // mean of the rate
  rest_us: i32; // for how long the foot has rested
  pitch_ddeg: i32; // tilt from the flat foot about the axis; all of the tilt before the axis is known
  roll_ddeg: i32; // tilt of the axis itself
  speed_q8: i32; // upward speed, mm/s in 2^-8, and way, µm, since the foot last rested
  height_um: i32;
  // The vectors of a step.
  force_x: i32; // mean force, 1/16 mg
  force_y: i32;
  force_z: i32;
  rate_x: i32; // mean rate, 1/16 · 0.1 °/s
  rate_y: i32;
  rate_z: i32;
  turn_x: i32; // 2^-18 rad
  turn_y: i32;
  turn_z: i32;
  normal_x: i32; // a cross product
  normal_y: i32;
  normal_z: i32;

  reset(gyro: bool): void {
    fillBytes(changetype<usize>(this), 0, offsetof<Posture>());
    this.gyro = gyro;
    this.settling = GAP_STEPS;
    this.one = ONE;
  }

  /** Takes a sample as the detector does, mg and 0.1 °/s, and the jolt it found in it, mg. Whether it completes a step, whose end is `t_us`. */
  @inline
  push(t_us: u64, x_mg: i32, y_mg: i32, z_mg: i32, gx_ddps: i32, gy_ddps: i32, gz_ddps: i32, jolt_mg: i32): bool {
    this.count += 1;
    this.sumAx += x_mg;
    this.sumAy += y_mg;
    this.sumAz += z_mg;
    this.sumGx += gx_ddps;
    this.sumGy += gy_ddps;
    this.sumGz += gz_ddps;
    if (jolt_mg > this.peak_mg) this.peak_mg = jolt_mg;
    if (t_us - this.t_us < STEP_US) return false;
    this.step(t_us);
    return true;
  }

  private step(t_us: u64): void {
    const since_us = t_us - this.t_us;
    const step_us = <i32>min(since_us, TURN_US_MAX);
    const count = this.count;
    const at = changetype<usize>(this);
    const up = at + offsetof<Posture>("up_x");
    const mean = at + offsetof<Posture>("force_x");
    const normal = at + offsetof<Posture>("normal_x");
    let force2: i32 = 0;
    let rate2: i32 = 0;
    for (let axis = at; axis < at + VECTOR_BYTES; axis += 4) {
      const force = (load<i32>(axis, offsetof<Posture>("sumAx")) << 4) / count;
      const rate = (load<i32>(axis, offsetof<Posture>("sumGx")) << 4) / count;
      const off = rate - load<i32>(axis, offsetof<Posture>("bias_x"));
      store<i32>(axis, force, offsetof<Posture>("force_x"));
      store<i32>(axis, rate, offsetof<Posture>("rate_x"));
      // a direction that stands in the world turns against the foot
      store<i32>(axis, turn(off, step_us), offsetof<Posture>("turn_x"));
      force2 += (force >> 4) * (force >> 4);
      rate2 += (off >> 4) * (off >> 4);
    }
    this.jolt_mg = this.peak_mg;
    fillBytes(at + offsetof<Posture>("count"), 0, 32);
    this.t_us = t_us;
    const force = side(force2) << 4;
    const rate = side(rate2) << 4;
    this.force = force;
    this.rate = rate;
    // a resting foot that the motor shakes, where no jolt is told, goes on to rest
    if (this.jolt_mg == 0 && this.rest_us != 0) return;
    if (since_us > GAP_US) {
      this.settling = GAP_STEPS;
      this.rest_us = 0;
      this.halt();
    }
    const calm = this.zeroed < ZEROED ? ZERO_RATE : REST_RATE;
    // the sensor's own gravity is off by its zero error
    if (this.zeroed < FIRST & this.sway < calm & magnitude(force - ONE) < SLOW) this.one += (force - this.one) / 16;
    const off = magnitude(force - this.one);
    const thrust = this.thrust + ((smaller(larger(force - this.one, -MOST * REST), MOST * REST) - this.thrust) / (1 << MEAN_SHIFT));
    const sway = this.sway + ((smaller(rate, MOST * calm) - this.sway) >> MEAN_SHIFT);
    this.thrust = thrust;
    this.sway = sway;
    const resting = off < MOST * REST & magnitude(thrust) < REST & rate < MOST * calm & sway < calm;
    const begins = isNull(up);
    if (begins) {
      if (off > SLOW) return;
      approach(up, mean, 0, 0);
    } else {
      let shift = resting ? REST_SHIFT : SLOW_SHIFT;
      if (off < SLOW & (this.settling != 0 | !this.gyro)) {
        shift = GAP_SHIFT;
        this.settling = larger(this.settling - 1, 0);
      }
      cross(normal, at + offsetof<Posture>("turn_x"), up);
      subtract(up, normal, 18);
      if (off < HARD) approach(up, mean, shift, 0);
    }
    // back to its length: one step of Newton's method
    scale(normal, up, (dot(up, up) - ONE * ONE) / (2 * ONE), ONE);
    subtract(up, normal, 0);
    if (begins) this.flatten(0);
    this.tilt();
    if (resting) this.rest(step_us);
    else {
      this.rest_us = 0;
      if (this.zeroed < FIRST) return;
      const before_q8 = this.speed_q8;
      const speed_q8 = before_q8 + <i32>((<i64>(dot(mean, up) / ONE - this.one) * step_us * SPEED_Q30) >> 30);
      this.speed_q8 = speed_q8;
      this.height_um += <i32>((<i64>(speed_q8 + before_q8) * step_us) / 512000);
    }
  }

  /** A foot at rest tells what the zero of the rates is and where the flat foot points; its speed and way begin anew. */
  private rest(step_us: i32): void {
    this.rest_us = smaller(this.rest_us + step_us, i32.MAX_VALUE >> 1);
    if (this.rest_us < REST_US) return;
    // a slow movement must not pass for the zero of the rates
    const shift = this.zeroed < ZEROED ? ZERO_SHIFT : ZERO_LATER_SHIFT;
    const half = 1 << (shift - 1);
    this.zeroed += 1;
    approach(changetype<usize>(this) + offsetof<Posture>("bias_x"), changetype<usize>(this) + offsetof<Posture>("rate_x"), shift, half);
    if (this.lifted) return;
    this.one += (this.thrust + half) >> shift;
    // a foot that gathers speed has rested until that was noticed
    this.speed_q8 = this.thrust * THRUST_Q8;
    this.height_um = 0;
    if (magnitude(this.pitch_ddeg) + magnitude(this.roll_ddeg) < (this.rest_us > FLAT_US ? FLAT_LONG_DDEG : FLAT_DDEG)) this.flatten(5);
  }

  /** Brings the flat foot nearer to what is up now, by 2^-`shift`. */
  private flatten(shift: i32): void {
    approach(changetype<usize>(this) + offsetof<Posture>("flat_x"), changetype<usize>(this) + offsetof<Posture>("up_x"), shift, 0);
  }

  /** The direction about which the foot has tilted from flat, as long as the sine. */
  private lean(): usize {
    const at = changetype<usize>(this);
    const normal = at + offsetof<Posture>("normal_x");
    cross(normal, at + offsetof<Posture>("flat_x"), at + offsetof<Posture>("up_x"));
    scale(normal, normal, 1, ONE);
    return normal;
  }

  private tilt(): void {
    const at = changetype<usize>(this);
    const up = at + offsetof<Posture>("up_x");
    const flat = at + offsetof<Posture>("flat_x");
    const axis = at + offsetof<Posture>("axis_x");
    const normal = this.lean();
    const cosine = dot(flat, up) / ONE;
    if (isNull(axis)) this.pitch_ddeg = angle_ddeg(side(dot(normal, normal)), cosine);
    else {
      this.pitch_ddeg = angle_ddeg(dot(axis, normal) / ONE, cosine);
      this.roll_ddeg = ((dot(axis, up) - dot(axis, flat)) / ONE) * 573 / ONE;
    }
  }

  /** The foot stands here: speed and way begin anew. */
  halt(): void {
    this.speed_q8 = 0;
    this.height_um = 0;
  }

  /** Takes the tilt of now for a heel raise: its axis is the foot's. */
  learn(): void {
    const normal = this.lean();
    scale(changetype<usize>(this) + offsetof<Posture>("axis_x"), normal, ONE, larger(side(dot(normal, normal)), 1));
  }

  /** The axis is not known. */
  forget(): void {
    fillBytes(changetype<usize>(this) + offsetof<Posture>("axis_x"), 0, <i32>VECTOR_BYTES);
  }
}

/** Turn in a step, 2^-18 rad. */
function turn(rate: i32, step_us: i32): i32 {
  return smaller(larger(<i32>((<i64>rate * step_us * TURN_Q36) >> 36), -TURN_MAX), TURN_MAX);
}

/** Angle of (`cosine`, `sine`), 0.1°, within ±135°; off by at most 0.1° (a cubic for the arc tangent of up to 45°). */
export function angle_ddeg(sine: i32, cosine: i32): i32 {
  const size = magnitude(sine);
  if (cosine >= size) return arc_ddeg(sine, larger(cosine, 1));
  const rest = arc_ddeg(larger(cosine, -size), larger(size, 1));
  return sine < 0 ? rest - 900 : 900 - rest;
}

/** Arc tangent of y / x, |y| ≤ x, 0.1°. */
function arc_ddeg(y: i32, x: i32): i32 {
  const q = (y << 12) / x;
  const size = magnitude(q);
  return (q * 450 + ((q * (4096 - size)) / 4096) * (140 + ((38 * size) >> 12))) / 4096;
}
