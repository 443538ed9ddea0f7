// The contact detector: samples in, contacts out. Pure: sees no hal, keeps all its state in one Detector and its parts.
import { countUp, fillBytes } from "../base/bytes";
import { larger, magnitude, smaller } from "../base/order";
import { Burst, CALM_MG } from "./burst";
import { Contact } from "./contact";
import { Float } from "./float";
import { Air, Kinds } from "./kind";
import { length, Signal, Turn } from "./signal";
import { KIND_WALK } from "../wire/layout";

/** Bits that `push` and `flush` return: which event the sample completed. */
export const DETECTED_CONTACT: i32 = 1; // `detector.contact` is a new finished contact
export const DETECTED_AMEND: i32 = 2; // `detector.amended` is an earlier contact whose kind or hop changed

const GROUND: u8 = 0;
const LEAVING: u8 = 1; // the push-off has passed its peak
const AIR: u8 = 2;

// How the foot came to rest after a landing.
const SETTLING: u8 = 0;
const FLAT: u8 = 1; // turned little for a while: walking, running
const TURNED: u8 = 2; // the heel sank and rises again without a flat phase: hopping

@unmanaged
export class Detector {
  contact: Contact; // the last finished contact
  amended: Contact; // the last amended contact
  still_us: u32; // for how long the clip has lain still, saturating
  phase: u8;
  settled: u8;
  has_ic: bool; // `ic_us` is the initial contact of the present contact
  has_tc: bool; // `tc_us` is the toe-off before it
  has_candidate: bool;
  pulled: bool; // the pull of the take-off has been felt
  bounced: bool; // the present air began when a falling clip hit the ground
  hopping: bool; // the flight before the present contact was a float
  ic_us: u64;
  tc_us: u64;
  leave_us: u64; // toe-off being confirmed
  rate_low: i32; // least turning since the foot settled, 0.1 °/s
  rate_peak: i32; // push-off peak since, and its direction: a Turn
  peak_x: i32;
  peak_y: i32;
  peak_z: i32;
  peak_us: u64;
  sink_peak: i32; // peak turning after the landing, and its direction: a Turn
  sink_x: i32;
  sink_y: i32;
  sink_z: i32;
  turned_us: u64; // since when the foot turns against it
  settle_us: u64; // since when the foot turns little
  effort_mg: i32; // largest deviation from 1 g since the foot settled
  air_peak: i32; // peak turning in the air
  low_us: u64; // since when the foot turns little after a candidate
  flat_us: u64; // since when nothing moves in the air
  impact_mg: i32; // jolt of the wearer's landings, mean
  sum_x: i32; // specific force in the air, summed
  sum_y: i32;
  sum_z: i32;
  count: i32;
  rough_us: u64; // end of the burst before the present one
  mean_us: u64; // burst for which the mean was taken
  ids: u32;

  /** Whether the foot is between toe-off and initial contact. */
  get airborne(): bool {
    return this.phase == AIR;
  }
}

// One block, cleared by one call: Detector, two bursts, Float, Air.
const DETECTOR_AT: usize = memory.data(464, 16);
const BURST_AT: usize = DETECTOR_AT + 256;
const CANDIDATE_AT: usize = DETECTOR_AT + 320;
const FLOAT_AT: usize = DETECTOR_AT + 384;
const AIR_AT: usize = DETECTOR_AT + 448;
const STATE_BYTES: i32 = 464;
const CONTACT_AT: usize = memory.data(48, 16);
const AMENDED_AT: usize = memory.data(48, 16);
const SIGNAL_AT: usize = memory.data(128, 16);
const KINDS_AT: usize = memory.data(64, 16);

export const detector: Detector = changetype<Detector>(DETECTOR_AT);
const pushOff: Turn = changetype<Turn>(DETECTOR_AT + offsetof<Detector>("rate_peak"));
const sinking: Turn = changetype<Turn>(DETECTOR_AT + offsetof<Detector>("sink_peak"));
const amended: Contact = changetype<Contact>(AMENDED_AT);
export const signal: Signal = changetype<Signal>(SIGNAL_AT);
const burst: Burst = changetype<Burst>(BURST_AT);
const candidate: Burst = changetype<Burst>(CANDIDATE_AT); // the landing being confirmed, then that of the present contact
const float: Float = changetype<Float>(FLOAT_AT);
const air: Air = changetype<Air>(AIR_AT); // the air before the present contact, or the present air
const kinds: Kinds = changetype<Kinds>(KINDS_AT);

/**
 * Forgets everything. `odr_hz`: 52 104 208 416 833; `gyro`: whether rates are measured; `exercise`: EXERCISE_*, what the wearer means to do
 * (0: find out).
 */
@inline
export function reset(odr_hz: i32, gyro: bool, exercise: i32): void {
  fillBytes(DETECTOR_AT, 0, STATE_BYTES);
  const d = detector;
  d.contact = changetype<Contact>(CONTACT_AT);
  d.amended = amended;
  signal.reset(odr_hz, gyro);
  kinds.reset(gyro, exercise);
}

/**
 * One sample: time in µs of the MCU clock (strictly rising, gaps where samples were lost), specific force in mg, rates in 0.1 °/s
 * (0 without gyroscope), `shaken` while the clip's own motor runs.
 * Returns DETECTED_* bits.
 */
@inline
export function push(t_us: u64, ax_mg: i32, ay_mg: i32, az_mg: i32, gx_ddps: i32, gy_ddps: i32, gz_ddps: i32, shaken: bool): i32 {
  const d = detector;
  if (!signal.push(t_us, ax_mg, ay_mg, az_mg, gx_ddps, gy_ddps, gz_ddps, shaken)) return 0;
  float.push(signal);
  if (burst.active || signal.jolt_mg > CALM_MG) { // else there is neither a burst nor the beginning of one
    if (!burst.active) d.rough_us = burst.last_us;
    burst.push(signal, shaken, float.recent_us(t_us), kinds.hopping());
  }
  const rate = signal.rate;
  if (rate > 200 || signal.jolt_mg > 300) d.still_us = 0;
  else d.still_us = min<u32>(d.still_us, 0x7fffffff) + signal.dt_us;
  let out: i32 = 0;
  const phase = d.phase;
  if (phase == GROUND) out = ground(t_us, rate);
  else if (phase == LEAVING) out = leaving(t_us);
  else out = flying(t_us, rate);
  if (kinds.pending && !(out & DETECTED_AMEND) && kinds.amend(amended)) out |= DETECTED_AMEND;
  return out;
}

/** Ends an open contact without a toe-off, as at the end of a set. Returns DETECTED_* bits. */
export function flush(): i32 {
  const d = detector;
  let out: i32 = 0;
  if (d.has_ic & d.phase == LEAVING) out = report(d.leave_us);
  else if (d.has_ic & d.phase == GROUND) out = report(0);
  else if (d.phase == AIR) {
    air.air_us = <u32>(signal.t_us - d.tc_us);
    air.carried_mg = carried();
    if (kinds.revoke(air, false, amended)) out = DETECTED_AMEND;
  }
  d.has_ic = false;
  return out;
}

function peakHere(): void {
  const d = detector;
  signal.keep(pushOff);
  d.peak_us = signal.t_us;
}

function restart(): void {
  const d = detector;
  d.rate_low = signal.rate;
  d.effort_mg = 0;
  peakHere();
}

/** On the ground: wait for the foot to settle, then for the push-off to pass its peak or for a float. */
@inline
function ground(t_us: u64, rate: i32): i32 {
  const d = detector;
  const gyro = signal.gyro;
  if (d.settled == SETTLING) settle();
  if (rate < d.rate_low) d.rate_low = rate;
  const effort_mg = abs(signal.force_mg - 1000);
  if (effort_mg > d.effort_mg) d.effort_mg = effort_mg;
  if (rate > d.rate_peak) peakHere();
  const along = signal.along(pushOff);
  const hopping = hops();
  const rate_peak = d.rate_peak;
  // hops leave as soon as the push-off slows; the roll over the toes of walking and running has bumps before that
  if (along * 100 < rate_peak * (hopping ? 87 : 70)) {
    if (d.settled != SETTLING && rate_peak >= (hopping && !gyro ? PUSH_BLIND_DDPS : PUSH_DDPS) && rate_peak * 2 > d.rate_low * 5 && d.effort_mg > 400 && (!d.has_ic || t_us > d.ic_us + BOUNCE_US + signal.delay_us())) {
      d.phase = LEAVING;
      d.leave_us = (!hopping ? t_us - ROLL_US : gyro ? (d.peak_us + t_us) >> 1 : t_us) - signal.delay_us();
      d.pulled = false;
      d.low_us = t_us;
      sumAnew();
      return 0;
    }
    if (rate * 5 < rate_peak * 2) restart();
  }
  if (float.active && floats(along)) {
    const ic_us = d.ic_us;
    const begin_us = float.begin_us;
    if (d.has_ic && begin_us <= ic_us + BOUNCE_US) {
      if (begin_us + 20000 > ic_us) takeoffInstead();
      return 0;
    }
    sumAnew();
    return leave(float.takeoff(ic_us + 60000));
  }
  return gyro ? 0 : overrun();
}

/** Whether this contact looks like that of a hop. */
@inline
function hops(): bool {
  const d = detector;
  return d.settled == TURNED || d.hopping || kinds.hopping();
}

/** Whether the foot floats. The push-off itself unloads the clip for a moment while the foot turns fastest: that is none. */
function floats(along: i32): bool {
  const d = detector;
  const turns = signal.gyro & d.rate_peak > PUSH_DDPS;
  if (turns & along * 2 > d.rate_peak) return false;
  const needed_us = turns && kinds.hopping() && along * 3 < d.rate_peak ? FLOAT_HOP_US : FLOAT_US;
  return float.length_us(signal.t_us) > needed_us && signal.force_mg < floor();
}

/** Force below which a float means that the foot has left, mg. */
function floor(): i32 {
  return kinds.hopping() ? float.limit_mg : smaller(float.limit_mg, 650);
}

/** Without gyroscope: a landing on the ground, hard and late enough, ends a contact whose toe-off went unseen. */
function overrun(): i32 {
  const d = detector;
  if (!burst.active | signal.mean_q4 < ROUGH_Q4 || burst.peak_mg < larger(5000, d.impact_mg >> 1)) return 0;
  if (!d.has_ic) {
    candidate.take(burst);
    d.tc_us = candidate.begin_us;
    d.has_tc = false;
    d.impact_mg = burst.peak_mg;
    return land(candidate.onset());
  }
  const ic_us = d.ic_us;
  const begin_us = burst.begin_us;
  if (begin_us < ic_us + kinds.soonest_us() || begin_us > ic_us + 900000) return 0;
  let tc_us = float.begin_us;
  if (burst.float_us < 50000 || tc_us < ic_us + 120000) {
    tc_us = d.rough_us;
  }
  if (tc_us < ic_us + 90000 || tc_us + 60000 > begin_us) tc_us = (ic_us + begin_us) >> 1;
  sumAnew();
  const out = leave(tc_us);
  air.float_us = burst.float_us;
  candidate.take(burst);
  d.has_candidate = true;
  burst.active = true;
  return out;
}

const ROUGH_Q4: i32 = 1800 << 4; // half a second at this mean force is running or hopping, not walking, 1/16 mg
const PUSH_DDPS: i32 = 1200; // a push-off turns the foot faster than 120 °/s
const PUSH_BLIND_DDPS: i32 = 700; // the same for hops without gyroscope, 350 mg
const SOFT_MG: i32 = 900; // the landing of a hop has at least so much jolt
const SOFT_CONFIRM_US: u64 = 70000; // a landing with hardly a jolt out of a float
const SINK_US: u64 = 15000; // how long the turning of the flight may go on after a landing
const BOUNCE_US: u64 = 80000; // no foot stands for less
const FLOAT_US: i32 = 35000; // a float as long as this is a flight
const FLOAT_HOP_US: i32 = 15000; // the same for one who has been hopping
const ROLL_US: u32 = 6000; // from the toe-off of a step until the push-off has slowed to 70 %
const CONFIRM_US: u64 = 26000; // after toe-off, until it is reported
const CONFIRM_BLIND_US: u64 = 34000; // the same without gyroscope
const CONFIRM_FLOAT_US: u64 = 15000; // from when the foot has stopped turning, where a float is expected
const PULL_EARLY_US: u64 = 12000; // how long before and after the falling push-off the pull may come
const PULL_LATE_US: u64 = 90000;

@inline
function settle(): void {
  const d = detector;
  const t_us = signal.t_us;
  const rate = signal.rate;
  const age_us = t_us - d.ic_us;
  // a harder shock soon after: that one was the landing
  const later_us = <i64>(burst.begin_us - candidate.begin_us);
  if (d.has_ic && burst.active && age_us < 250000 && (later_us == 0 || (later_us > 0 && burst.peak_mg * 2 > candidate.peak_mg * 5))) {
    candidate.take(burst);
    const ic_us = candidate.onset();
    air.air_us += <u32>(ic_us - d.ic_us);
    d.ic_us = ic_us;
  }
  if (rate < larger(800, d.air_peak / 5)) {
    if (!d.settle_us) d.settle_us = t_us;
    else if (t_us - d.settle_us >= 20000 && age_us > 60000) {
      d.settled = FLAT;
      restart();
    }
  } else d.settle_us = 0;
  sink();
  if (d.turned_us && t_us - d.turned_us > 25000 && age_us > 50000) {
    d.settled = TURNED;
    d.rate_low = 0;
    d.rate_peak = 0;
    d.effort_mg = 1000;
  }
}

function sinkAnew(): void {
  detector.turned_us = 0;
  detector.sink_peak = 0;
}

/** Follows the turning that a landing sets off, and when it turns back. */
function sink(): void {
  const d = detector;
  if (!signal.gyro) return;
  const along = signal.along(sinking);
  if (signal.rate > sinking.rate & (sinking.rate < 600 || along > 0)) signal.keep(sinking);
  if (along >= -1000) d.turned_us = 0;
  else if (!d.turned_us) d.turned_us = signal.t_us;
}

/** A landing that turns into a float at once was a take-off, or the bounce of a dropped clip: the air goes on. */
function takeoffInstead(): void {
  const d = detector;
  const ic_us = d.ic_us;
  const bounced = d.has_tc && air.float_us > <u32>FLOAT_US && !kinds.expected && !kinds.hopping();
  sumAnew();
  fly(ic_us);
  d.has_ic = false;
  d.bounced = bounced;
}

/** The push-off has passed its peak: find the toe-off, make sure of it. */
function leaving(t_us: u64): i32 {
  const d = detector;
  const gyro = signal.gyro;
  const rate_peak = d.rate_peak;
  sum();
  // the push-off goes on: faster, or as fast about an axis that has moved
  const along = signal.along(pushOff);
  if (along > rate_peak || (along * 2 > rate_peak && signal.rate * 5 > rate_peak * 6)) {
    d.phase = GROUND;
    peakHere();
    return 0;
  }
  if (!gyro) {
    const out = overrun();
    if (d.phase != LEAVING) return out;
  }
  const hopping = hops();
  let leave_us = d.leave_us;
  if (hopping) {
    // the pull of the take-off: the first fast climb once the push-off has passed its peak
    const rise_us = float.rise_us;
    if (!d.pulled && rise_us + PULL_EARLY_US > leave_us && rise_us < leave_us + PULL_LATE_US) {
      d.pulled = true;
      leave_us = rise_us;
    }
  } else if (d.has_ic && leave_us - d.ic_us < 400000 && signal.jolt_mg > 2000 && signal.centre_us > leave_us && signal.centre_us - d.peak_us < 90000) {
    leave_us = signal.centre_us; // running: the toes are rough until they are off
  }
  d.leave_us = leave_us;
  if (floats(along)) return leave(d.pulled | gyro | float.begin_us > leave_us + 60000 | float.begin_us < d.ic_us + BOUNCE_US ? leave_us : float.begin_us);
  if (d.hopping && !d.pulled) {
    // after a flight that was a float the next one is expected to be: wait for it until the foot has stopped turning
    if (along * 3 > rate_peak) d.low_us = t_us;
    if (t_us < d.low_us + CONFIRM_FLOAT_US) return 0;
  }
  if ((gyro ? CONFIRM_US : CONFIRM_BLIND_US) > t_us - leave_us) return 0;
  if (gyro & !hopping & d.settled == FLAT & signal.rate < 600 & magnitude(signal.level_mg - 1000) < 350) {
    d.phase = GROUND; // the foot is flat again
    restart();
    return 0;
  }
  return leave(leave_us);
}

/** The foot has left: reports the contact that ended. */
function leave(tc_us: u64): i32 {
  const out = detector.has_ic ? report(tc_us) : 0;
  fly(tc_us);
  return out;
}

function fly(tc_us: u64): void {
  const d = detector;
  d.phase = AIR;
  d.tc_us = tc_us;
  d.has_tc = true;
  d.has_candidate = false;
  d.bounced = false;
  d.low_us = 0;
  d.flat_us = 0;
  d.air_peak = signal.rate;
  burst.active = false;
  float.longest_us = 0;
  d.mean_us = 0;
}

/** Off the ground: wait for a landing, make sure of it. */
@inline
function flying(t_us: u64, rate: i32): i32 {
  const d = detector;
  const gyro = signal.gyro;
  const tc_us = d.tc_us;
  const begin_us = burst.begin_us;
  if (rate > d.air_peak) d.air_peak = rate;
  if (burst.active & begin_us != d.mean_us) {
    // the mean of the air ends where a burst begins
    d.mean_us = begin_us;
    air.carried_mg = carried();
  }
  sum();
  const float_us: u32 = max(float.longest_us, float.length_us(t_us));
  air.float_us = float_us;
  if (burst.active && (begin_us > tc_us + PULL_LATE_US || burst.loads())) {
    const early = float.active || float_us > 40000 || burst.peak_mg > jolt_mg_min(2500);
    if (begin_us > tc_us + (early ? kinds.airTime_us() : 150000)) {
      const fresh = !d.has_candidate | (candidate.begin_us != begin_us & burst.peak_mg * 2 > candidate.peak_mg * 5);
      if (fresh) sinkAnew();
      if (fresh | candidate.begin_us == begin_us) candidate.take(burst);
      d.has_candidate = true;
    }
  }
  let ic_us: u64 = 0;
  if (d.has_candidate) {
    if (kinds.hopping() && t_us > candidate.begin_us + SINK_US) sink(); // a swinging leg turns the foot anyway
    ic_us = candidate.onset();
    const since_us = t_us - candidate.begin_us;
    const floated = float_us > 60000 || float_us * 2 > <u32>(ic_us - tc_us);
    const peak_mg = candidate.peak_mg;
    const impact_mg = d.impact_mg;
    let landed = false;
    if (since_us > 40000) {
      if (d.settled == TURNED && peak_mg > jolt_mg_min(1800)) landed = true;
      else if (floated) landed = signal.level_mg > 850 && (peak_mg > 1500 || since_us > SOFT_CONFIRM_US);
      else if (!gyro & signal.mean_q4 > ROUGH_Q4) landed = peak_mg > larger(5000, impact_mg >> 1);
      else if (peak_mg > larger(1800, impact_mg / 3)) landed = rate < larger(600, d.air_peak >> 2);
    }
    if (!landed && rate < max(500, d.air_peak >> 3)) {
      if (!d.low_us) d.low_us = t_us;
      else landed = t_us - d.low_us > 30000 && since_us > 40000;
    } else d.low_us = 0;
    if (landed) {
      d.impact_mg = impact_mg + ((peak_mg - impact_mg) >> 2);
      d.hopping = floated;
      return land(ic_us);
    }
    if (since_us > 300000) d.has_candidate = false;
  }
  if (gyro ? rate < 400 && magnitude(signal.level_mg - 1000) < 200 : rate < 240 && signal.jolt_mg < 250) {
    if (!d.flat_us) d.flat_us = t_us;
    else if (t_us - d.flat_us > (gyro ? 80000 : 120000)) {
      d.hopping = false;
      if (!d.has_candidate) candidate.peak_mg = 0;
      return land(d.has_candidate ? ic_us : max(d.flat_us - 30000, tc_us + 1));
    }
  } else d.flat_us = 0;
  if (t_us - tc_us > LOST_US) {
    air.air_us = <u32>LOST_US;
    d.has_ic = false;
    d.has_tc = false;
    d.hopping = false;
    sinkAnew();
    unsettle();
    return kinds.revoke(air, false, amended) ? DETECTED_AMEND : 0;
  }
  return 0;
}

/** What the jolt of a landing exceeds, mg: half of the wearer's mean and `rough_mg`; in hops SOFT_MG instead, for a soft shoe lands with little more. */
function jolt_mg_min(rough_mg: i32): i32 {
  return larger(signal.gyro && kinds.hopping() ? SOFT_MG : rough_mg, detector.impact_mg >> 1);
}

const LOST_US: u64 = 2500000; // in the air for longer than any step: the clip is being carried

/** What a bounce of a dropped clip counts as: never the flight of a foot. */
const DROPPED_MG: i32 = 9999;

function sumAnew(): void {
  // x and y, then z and the count
  store<u64>(DETECTOR_AT + offsetof<Detector>("sum_x"), 0);
  store<u64>(DETECTOR_AT + offsetof<Detector>("sum_z"), 0);
}

function sum(): void {
  const d = detector;
  d.sum_x += signal.x_mg;
  d.sum_y += signal.y_mg;
  d.sum_z += signal.z_mg;
  d.count++;
}

/** Mean of the specific force since the foot left, as a vector, mg. */
function carried(): i32 {
  const d = detector;
  const count = d.count;
  if (count < 3) return 500;
  return length(d.sum_x / count, d.sum_y / count, d.sum_z / count);
}

/** Back on the ground: the foot has yet to settle. */
function unsettle(): void {
  const d = detector;
  d.phase = GROUND;
  d.settled = SETTLING;
  d.settle_us = 0;
  restart();
}

function land(ic_us: u64): i32 {
  const d = detector;
  d.has_ic = true;
  d.ic_us = ic_us;
  if (!d.has_candidate) sinkAnew();
  unsettle();
  d.rate_peak = 0;
  air.air_us = <u32>(ic_us - d.tc_us);
  if (!d.mean_us) air.carried_mg = carried();
  if (d.bounced) air.carried_mg = DROPPED_MG;
  air.impact_mg = candidate.peak_mg;
  return kinds.revoke(air, candidate.peak_mg > 0, amended) ? DETECTED_AMEND : 0;
}

/** Heel strikes of walking are felt this long after the heel touches (measured against optical motion capture). */
const WALK_LAG_US: u64 = 8000;

function report(tc_us: u64): i32 {
  const d = detector;
  const c = d.contact;
  c.id = countUp(DETECTOR_AT + offsetof<Detector>("ids"));
  c.ic_us = d.ic_us;
  c.tc_us = tc_us;
  if (!d.has_tc) air.air_us = 0;
  c.flight_us = air.air_us;
  kinds.judge(c, air);
  if (c.kind == KIND_WALK && (!tc_us || tc_us - d.ic_us > 400000) && (!c.flight_us || c.flight_us > <u32>WALK_LAG_US)) {
    c.ic_us -= WALK_LAG_US;
    if (c.flight_us) c.flight_us -= <u32>WALK_LAG_US;
  }
  return DETECTED_CONTACT;
}
