// What kind of contact it was: walking, running or hopping, told from the air before it, and corrected when the air after it says otherwise.
import { fillBytes } from "../base/bytes";
import { smaller } from "../base/order";
import { EXERCISE_POGO, EXERCISE_RUN, KIND_HOP, KIND_RUN, KIND_WALK } from "../wire/layout";
import { Contact } from "./contact";

const HOP_CONTACT_US: u32 = 600000; // longest contact of a hop
const HOP_AMENDED_US: u32 = 592000; // … that was told as walking first, and so as begun 8 ms earlier (WALK_LAG_US of detector.ts)
const FLIGHT_US_MIN: u32 = 60000;
const FLIGHT_US_MAX: u32 = 900000;
const HOP_PERIOD_US: u32 = 530000; // nobody runs above 226 steps/min for long; hops are faster
/**
 * Mean of the specific force over the air, as a vector, mg. In a hop the foot starts and ends at rest and falls freely in between: little is
 * left (0.2 g in countermovement jumps, below 0.9 g in every hop model). A swinging foot is carried, and pulled round by the leg: 1.1 g and
 * more in walking, 2.7 g and more in running.
 */
const CARRIED_MG: i32 = 900;
const CARRIED_FAST_MG: i32 = 2200; // at a hop's pace
const CARRIED_MEANT_MG: i32 = 4500; // a short air where hops are what the wearer set out to do
const SHORT_AIR_US: u32 = 300000; // the flight of fast hopping is not longer
const RUN_CONTACT_US: u32 = 420000;
const RUN_AIR_US: u32 = 180000;
const FAST_CONTACT_US: u32 = 350000;
const HOP_AFTER_US: u32 = 700000;

/** What was felt before and during a contact. */
@unmanaged
export class Air {
  air_us: u32; // off the ground before the contact; 0 where unknown
  float_us: u32; // longest float in it
  carried_mg: i32; // mean force vector in it
  impact_mg: i32; // peak jolt of the landing
}

/** State of telling kinds apart. */
@unmanaged
export class Kinds {
  gyro: bool;
  expected: u8; // KIND_* of the exercise, or 0
  streak_kind: u8;
  streak: u8;
  last_us: u64; // initial contact before
  hop_us: u64; // last contact known to be a hop
  period_us: u32;
  last_id: u32;
  last_hop: bool;
  light: bool; // the air before the last contact may have been a flight
  pending: u8; // contacts before `pending_id` still to be amended
  pending_id: u32;
  fits: u32; // bit n: the contact n before the last one may be a hop

  reset(gyro: bool, exercise: i32): void {
    fillBytes(changetype<usize>(this), 0, offsetof<Kinds>());
    this.gyro = gyro;
    this.expected = exercise == EXERCISE_POGO ? <u8>KIND_HOP : exercise == EXERCISE_RUN ? <u8>KIND_RUN : 0;
  }

  /** Mean force up to which an air was a flight, mg: hops that are meant or fast are short, and their start and end weigh more. */
  private limit_mg(air_us: u32, fast: bool): i32 {
    if (this.expected == KIND_HOP && air_us < SHORT_AIR_US) return CARRIED_MEANT_MG;
    return fast & this.gyro ? CARRIED_FAST_MG : CARRIED_MG;
  }

  @inline
  private like(air: Air, contact_us: u32, period_us: u32): i32 {
    const air_us = air.air_us;
    if (air_us < FLIGHT_US_MIN || air_us > FLIGHT_US_MAX || contact_us > HOP_CONTACT_US) return KIND_WALK;
    const gyro = this.gyro;
    const impact_mg = air.impact_mg;
    const fast = period_us != 0 && period_us < HOP_PERIOD_US && (contact_us < FAST_CONTACT_US || !gyro);
    if (air.carried_mg < this.limit_mg(air_us, fast) || (!gyro && fast && impact_mg > 3000)) {
      // stamping also falls and lands, but stands for long in between
      if (gyro | fast | (impact_mg > 2500 & (this.expected == KIND_HOP || contact_us < air_us * 2))) return KIND_HOP;
    } else if (contact_us < RUN_CONTACT_US && air_us > RUN_AIR_US && contact_us < air_us + (air_us >> 3)) {
      if (gyro || impact_mg > 3500) return KIND_RUN;
    }
    return KIND_WALK;
  }

  /** Sets kind, hop and confidence of a contact that has just ended. */
  @inline
  judge(contact: Contact, air: Air): void {
    const gyro = this.gyro;
    const ic_us = contact.ic_us;
    const ended = contact.tc_us != 0;
    const contact_us: u32 = ended ? <u32>(contact.tc_us - ic_us) : 0;
    const since_us = ic_us - this.last_us;
    const period_us: u32 = this.last_us && since_us < 2500000 ? <u32>since_us : 0;
    this.last_us = ic_us;
    const before: i32 = this.streak_kind;
    const like = ended ? this.like(air, contact_us, period_us) : before ? before : KIND_WALK;
    // hops to a beat differ by a few percent; without gyroscope a trembling leg must not pass for them
    const before_us = this.period_us;
    const slack_us = before_us / (gyro ? 3 : 6);
    const steady = period_us + slack_us > before_us && period_us < before_us + slack_us;
    this.period_us = period_us;
    const streak = like == before & (steady | this.streak == 1) ? smaller(<i32>this.streak + 1, 100) : 1;
    this.streak = <u8>streak;
    this.streak_kind = <u8>like;
    const hopped_us = ic_us - this.hop_us;
    const need = like == this.expected || like == KIND_WALK || (like == KIND_HOP && this.hop_us && hopped_us < 2500000) ? 1 : gyro && like == KIND_RUN ? 2 : 3;
    const fits = ended & air.air_us != 0;
    this.fits = (this.fits << 1) | (fits && contact_us <= HOP_AMENDED_US ? 1 : 0);
    const sure = streak >= need;
    const hopped = sure && like == KIND_HOP;
    contact.kind = <u8>(sure ? like : KIND_WALK);
    const hop = hopped && fits;
    contact.hop = <u8>hop;
    contact.confidence = <u8>smaller(99, (sure ? 60 : 35) + smaller(streak, 4) * 6 + (air.impact_mg > 3000 ? 10 : 0) + (air.air_us ? 5 : 0));
    const id = contact.id;
    this.last_id = id;
    this.last_hop = hop;
    if (hopped) this.hop_us = ic_us;
    if (need > 1 && streak == need) {
      this.pending = <u8>(need - 1);
      this.pending_id = id;
    } else if (hopped && streak == 1 && period_us && period_us < HOP_AFTER_US && this.light && ((this.fits >> 1) & 1)) {
      this.pending = 1; // so soon after the one before, that one was a hop too
      this.pending_id = id;
    }
    this.light = !gyro | air.carried_mg < CARRIED_FAST_MG;
  }

  /** The air after the last contact has ended (`landed`: with a shock): true when that contact was no hop after all; `amended` then says so. */
  revoke(air: Air, landed: bool, amended: Contact): bool {
    if (!this.last_hop) return false;
    const air_us = air.air_us;
    if (air_us <= FLIGHT_US_MAX && (air.carried_mg < this.limit_mg(landed ? air_us : FLIGHT_US_MAX, landed && air_us < SHORT_AIR_US) | (landed & !this.gyro && air_us < HOP_PERIOD_US))) return false;
    this.last_hop = false;
    this.streak = 0;
    amended.id = this.last_id;
    amended.kind = <u8>KIND_WALK;
    amended.hop = 0;
    return true;
  }

  /** Whether the wearer has been hopping until now. */
  @inline
  hopping(): bool {
    return this.streak_kind == KIND_HOP;
  }

  /** Shortest air to be expected, µs: a step takes the longer for it the slower it comes, a hop does not. */
  airTime_us(): u32 {
    if (this.hopping() || this.expected == KIND_HOP || this.period_us <= 350000 || this.period_us >= 900000) return 40000;
    return 80000;
  }

  /** How long after an initial contact the next one cannot be yet, µs. */
  soonest_us(): u32 {
    return max<u32>(250000, this.period_us < 900000 ? (this.period_us * 5) >> 3 : 0);
  }

  /** Next earlier contact that turned out to be of the streak's kind: true while there is one, in `amended`. */
  amend(amended: Contact): bool {
    if (!this.pending) return false;
    const back: u32 = this.pending;
    this.pending--;
    amended.id = this.pending_id - back;
    amended.kind = this.streak_kind;
    amended.hop = this.streak_kind == KIND_HOP && ((this.fits >> back) & 1) ? 1 : 0;
    return true;
  }
}
