// The contact detector in C: firmware/detect signal, burst, float, kind and detector, in that order and under their names, where the
// constants say what they are for. All state is in `state`. Within the ranges of detector.h no signed number overflows.
#include "detector.h"

#include <stdbool.h>

static inline int32_t min_i32(int32_t a, int32_t b) { return a < b ? a : b; }
static inline int32_t max_i32(int32_t a, int32_t b) { return a > b ? a : b; }
static inline uint32_t min_u32(uint32_t a, uint32_t b) { return a < b ? a : b; }
static inline uint32_t max_u32(uint32_t a, uint32_t b) { return a > b ? a : b; }
static inline uint64_t min_u64(uint64_t a, uint64_t b) { return a < b ? a : b; }
static inline uint64_t max_u64(uint64_t a, uint64_t b) { return a > b ? a : b; }
static inline int32_t abs_i32(int32_t a) { return a < 0 ? -a : a; }

// signal: one sample becomes levels, rates and jolts that do not depend on how the clip is mounted.

enum {
  RING = 16, // samples kept for the second difference
  RAW = 8,   // samples kept as measured, for the mean that takes the motor's shaking out
  WARM = 10, // samples until the second difference and the smoothers hold only measured values
};

typedef struct {
  uint64_t t_us;
  uint64_t centre_us;
  uint32_t dt_us;
  uint32_t period_us;
  uint32_t samples;
  bool gyro;
  int32_t span;
  int32_t box;
  uint32_t lag_us;
  int32_t smooth;
  int32_t head;
  int32_t x_mg;
  int32_t y_mg;
  int32_t z_mg;
  int32_t force_mg;
  int32_t before_mg;
  int32_t level_mg;
  int32_t mean_q4;
  int32_t rate_x;
  int32_t rate_y;
  int32_t rate_z;
  int32_t rate;
  int32_t jolt_mg;
  int32_t climb_mg;
  int32_t ring[RING][4]; // x, y, z, magnitude
  int32_t raw[RAW][3];
} Signal;

// Square root of x to within 1 + r/3000: Newton from the nearest power of two, three steps.
static int32_t root(uint32_t x) {
  if (x == 0) return 0;
  uint32_t r = 1u << ((33 - __builtin_clz(x)) >> 1);
  r = (r + x / r) >> 1;
  r = (r + x / r) >> 1;
  r = (r + x / r) >> 1;
  return (int32_t)r;
}

// Length of a vector whose square fits 32 bits without a sign.
static int32_t length(int32_t x, int32_t y, int32_t z) {
  return root((uint32_t)x * (uint32_t)x + (uint32_t)y * (uint32_t)y + (uint32_t)z * (uint32_t)z);
}

// Samples before a reset stay in the rings, as they do in signal.ts.
static void signal_reset(Signal *s, int32_t odr_hz, bool gyro) {
  s->samples = 0;
  s->gyro = gyro;
  s->span = odr_hz > 600 ? 4 : odr_hz > 300 ? 2 : 1;
  s->smooth = odr_hz > 600 ? 3 : odr_hz > 300 ? 2 : odr_hz > 150 ? 1 : 0;
  s->box = max_i32(1, s->span * 2 - (odr_hz > 200 ? 0 : 1));
  s->period_us = 1000000u / (uint32_t)odr_hz;
  s->head = 0;
  s->rate_x = 0;
  s->rate_y = 0;
  s->rate_z = 0;
  s->level_mg = 1000;
  s->force_mg = 1000;
  s->mean_q4 = 1000 << 4;
}

// Mean of the last samples of an axis, mg.
static int32_t signal_calm(const Signal *s, int32_t axis) {
  int32_t sum = 0;
  for (int32_t i = 0; i < s->box; i++) sum += s->raw[(s->head - i) & (RAW - 1)][axis];
  return sum / s->box;
}

static bool signal_push(Signal *s, uint64_t t_us, int32_t x_mg, int32_t y_mg, int32_t z_mg, int32_t gx_ddps, int32_t gy_ddps, int32_t gz_ddps,
                        bool shaken) {
  const int32_t head = (s->head + 1) & (RING - 1);
  s->head = head;
  int32_t *const raw = s->raw[head & (RAW - 1)];
  raw[0] = x_mg;
  raw[1] = y_mg;
  raw[2] = z_mg;
  if (shaken) {
    x_mg = signal_calm(s, 0);
    y_mg = signal_calm(s, 1);
    z_mg = signal_calm(s, 2);
  }
  int32_t *const now = s->ring[head];
  const int32_t *const mid = s->ring[(head - s->span) & (RING - 1)];
  const int32_t *const old = s->ring[(head - 2 * s->span) & (RING - 1)];
  const int32_t force_mg = length(x_mg, y_mg, z_mg);
  now[0] = s->x_mg = x_mg;
  now[1] = s->y_mg = y_mg;
  now[2] = s->z_mg = z_mg;
  now[3] = force_mg;
  s->samples++;
  if (s->samples < WARM) {
    s->t_us = t_us;
    s->force_mg = force_mg;
    s->level_mg = force_mg;
    return false;
  }
  const int32_t dt_us = (int32_t)min_u64(t_us - s->t_us, 100000);
  s->dt_us = (uint32_t)dt_us;
  s->t_us = t_us;
  s->period_us = (uint32_t)(((int32_t)s->period_us * 15 + min_i32(dt_us, 40000)) >> 4);
  s->lag_us = shaken ? (s->period_us * (uint32_t)(s->box - 1)) >> 1 : 0;
  s->centre_us = t_us - ((uint32_t)s->span * s->period_us + s->lag_us);
  s->before_mg = s->force_mg;
  s->force_mg = force_mg;
  s->level_mg += (force_mg - s->level_mg) >> (s->smooth + 1);
  s->mean_q4 += ((force_mg << 4) - s->mean_q4) >> (s->smooth + 6);
  s->climb_mg = force_mg - mid[3];
  const int32_t dx = (x_mg - 2 * mid[0] + old[0]) >> 2;
  const int32_t dy = (y_mg - 2 * mid[1] + old[1]) >> 2;
  const int32_t dz = (z_mg - 2 * mid[2] + old[2]) >> 2;
  s->jolt_mg = length(dx, dy, dz) << 2;
  if (s->gyro) {
    s->rate_x += (gx_ddps - s->rate_x) >> s->smooth;
    s->rate_y += (gy_ddps - s->rate_y) >> s->smooth;
    s->rate_z += (gz_ddps - s->rate_z) >> s->smooth;
    s->rate = length(s->rate_x, s->rate_y, s->rate_z);
  } else {
    s->rate = abs_i32(s->level_mg - 1000) * 2;
  }
  return true;
}

static int32_t signal_along(const Signal *s, int32_t x, int32_t y, int32_t z, int32_t size) {
  if (!s->gyro) return s->rate;
  return (s->rate_x * x + s->rate_y * y + s->rate_z * z) / max_i32(size, 1);
}

static inline uint32_t signal_delay_us(const Signal *s) {
  return s->period_us * ((1u << s->smooth) - 1);
}

// burst: what a landing or a push-off leaves in the second difference of the force.

enum {
  BEGIN_MG = 1000,
  CALM_MG = 700,
  CALM_FLOAT_US = 40000,
  LOW_MG = 1500,
  MIDDLE_MG = 2500,
  HIGH_MG = 4000,
  SHAKE_MG = 200,
  SHAKE_RAW_MG = 700,
  LOAD_MG = 500,
  APART_US = 30000,
  GAP_US = 20000,
};

typedef struct {
  uint64_t begin_us; // first jolt above BEGIN_MG, and above each higher threshold (0: not reached)
  uint64_t low_us;
  uint64_t middle_us;
  uint64_t high_us;
  uint64_t last_us;
  int32_t peak_mg;
  int32_t level_mg; // level of the force where it began
  int32_t force_mg; // largest force since
  int32_t float_us; // length of the float it ended, if any
  bool active;
} Burst;

static void burst_push(Burst *b, const Signal *s, bool shaken, int32_t float_us, bool hopping) {
  const int32_t jolt_mg = s->jolt_mg - (!shaken ? 0 : s->box > 1 ? SHAKE_MG : SHAKE_RAW_MG);
  const uint64_t at_us = s->centre_us;
  if (jolt_mg > (b->active || float_us < CALM_FLOAT_US ? BEGIN_MG : CALM_MG)) {
    if (!b->active || (jolt_mg * 2 > b->peak_mg * (hopping ? 3 : 5) && at_us > b->begin_us + APART_US)) {
      b->active = true;
      b->begin_us = at_us;
      b->low_us = 0;
      b->middle_us = 0;
      b->high_us = 0;
      b->peak_mg = 0;
      b->level_mg = s->level_mg;
      b->force_mg = 0;
      b->float_us = float_us;
    }
    if (jolt_mg > LOW_MG && !b->low_us) b->low_us = at_us;
    if (jolt_mg > MIDDLE_MG && !b->middle_us) b->middle_us = at_us;
    if (jolt_mg > HIGH_MG && !b->high_us) b->high_us = at_us;
    b->peak_mg = max_i32(b->peak_mg, jolt_mg);
    b->force_mg = max_i32(b->force_mg, s->force_mg);
    b->last_us = at_us;
  } else if (b->active && at_us > b->last_us + GAP_US) {
    b->active = false;
  }
}

static inline bool burst_loads(const Burst *b) {
  return b->force_mg > b->level_mg + LOAD_MG;
}

static uint64_t burst_onset(const Burst *b) {
  if (b->high_us && b->peak_mg > 10000) return b->high_us;
  if (b->middle_us && b->peak_mg > 5000) return b->middle_us;
  if (b->low_us && b->peak_mg > 2500) return b->low_us;
  return b->begin_us;
}

// float: the foot feels much less than its weight, as in the free flight of a hop.

enum {
  FORCE_MG = 650,
  CEILING_MG = 1500,
  RISE_MG = 500,
  RISE_END_MG = 200,
};

typedef struct {
  uint64_t begin_us; // when the force fell below the threshold, between samples
  uint64_t end_us;
  uint64_t rise_us;   // when the force last began to climb fast
  int32_t longest_us; // longest float since the foot left
  int32_t limit_mg;
  bool active;
  bool rising;
} Float;

static void float_push(Float *f, const Signal *s) {
  const int32_t force_mg = s->force_mg;
  const int32_t limit_mg = s->gyro ? FORCE_MG : min_i32(max_i32(((s->mean_q4 >> 4) * 7) >> 4, FORCE_MG), CEILING_MG);
  f->limit_mg = limit_mg;
  if (s->climb_mg > RISE_MG) {
    if (!f->rising) {
      f->rising = true;
      f->rise_us = s->centre_us;
    }
  } else if (s->climb_mg < RISE_END_MG) {
    f->rising = false;
  }
  if (f->active) {
    if (force_mg > limit_mg + 150 && s->before_mg > limit_mg + 150) {
      f->active = false;
      f->end_us = s->t_us - s->dt_us;
      f->longest_us = max_i32(f->longest_us, (int32_t)(f->end_us - f->begin_us));
    }
  } else if (force_mg < limit_mg) {
    f->active = true;
    f->begin_us = s->t_us - s->lag_us;
    if (s->before_mg > limit_mg) f->begin_us -= s->dt_us * (uint32_t)(limit_mg - force_mg) / (uint32_t)(s->before_mg - force_mg);
  }
}

static inline int32_t float_length_us(const Float *f, uint64_t t_us) {
  return f->active ? (int32_t)(t_us - f->begin_us) : 0;
}

static int32_t float_recent_us(const Float *f, uint64_t t_us) {
  if (f->active) return (int32_t)(t_us - f->begin_us);
  return t_us < f->end_us + 30000 ? (int32_t)(f->end_us - f->begin_us) : 0;
}

static uint64_t float_takeoff(const Float *f, uint64_t not_before_us) {
  const uint64_t begin_us = f->begin_us;
  return f->rise_us < begin_us && f->rise_us + 80000 > begin_us && f->rise_us > not_before_us ? f->rise_us : begin_us;
}

// kind: walking, running or hopping, told from the air before a contact, and corrected when the air after it says otherwise.

enum {
  HOP_CONTACT_US = 600000,
  HOP_AMENDED_US = 592000,
  FLIGHT_US_MIN = 60000,
  FLIGHT_US_MAX = 900000,
  HOP_PERIOD_US = 530000,
  CARRIED_MG = 900,
  CARRIED_FAST_MG = 2200,
  CARRIED_MEANT_MG = 4500,
  SHORT_AIR_US = 300000,
  RUN_CONTACT_US = 420000,
  RUN_AIR_US = 180000,
  FAST_CONTACT_US = 350000,
  HOP_AFTER_US = 700000,
};

typedef struct {
  uint32_t air_us;    // off the ground before the contact; 0 where unknown
  uint32_t float_us;  // longest float in it
  int32_t carried_mg; // mean force vector in it
  int32_t impact_mg;  // peak jolt of the landing
} Air;

typedef struct {
  bool gyro;
  uint8_t expected; // KIND_* of the exercise, or 0
  uint8_t streak_kind;
  uint8_t streak;
  uint64_t last_us; // initial contact before
  uint64_t hop_us;  // last contact known to be a hop
  uint32_t period_us;
  uint32_t last_id;
  bool last_hop;
  bool light;      // the air before the last contact may have been a flight
  uint8_t pending; // contacts before `pending_id` still to be amended
  uint32_t pending_id;
  uint32_t fits; // bit n: the contact n before the last one may be a hop
} Kinds;

static void kinds_reset(Kinds *k, bool gyro, int32_t exercise) {
  *k = (Kinds){0};
  k->gyro = gyro;
  k->expected = exercise == EXERCISE_POGO ? KIND_HOP : exercise == EXERCISE_RUN ? KIND_RUN : 0;
}

static int32_t kinds_limit_mg(const Kinds *k, uint32_t air_us, bool fast) {
  if (k->expected == KIND_HOP && air_us < SHORT_AIR_US) return CARRIED_MEANT_MG;
  return fast && k->gyro ? CARRIED_FAST_MG : CARRIED_MG;
}

static uint8_t kinds_like(const Kinds *k, const Air *air, uint32_t contact_us, uint32_t period_us) {
  const uint32_t air_us = air->air_us;
  if (air_us < FLIGHT_US_MIN || air_us > FLIGHT_US_MAX || contact_us > HOP_CONTACT_US) return KIND_WALK;
  const bool fast = period_us != 0 && period_us < HOP_PERIOD_US && (contact_us < FAST_CONTACT_US || !k->gyro);
  if (air->carried_mg < kinds_limit_mg(k, air_us, fast) || (!k->gyro && fast && air->impact_mg > 3000)) {
    if (k->gyro || fast || (air->impact_mg > 2500 && (k->expected == KIND_HOP || contact_us < air_us * 2))) return KIND_HOP;
  } else if (contact_us < RUN_CONTACT_US && air_us > RUN_AIR_US && contact_us < air_us + (air_us >> 3)) {
    if (k->gyro || air->impact_mg > 3500) return KIND_RUN;
  }
  return KIND_WALK;
}

static void kinds_judge(Kinds *k, Contact *contact, const Air *air) {
  const bool ended = contact->tc_us != 0;
  const uint32_t contact_us = ended ? (uint32_t)(contact->tc_us - contact->ic_us) : 0;
  const uint32_t period_us = k->last_us && contact->ic_us - k->last_us < 2500000 ? (uint32_t)(contact->ic_us - k->last_us) : 0;
  k->last_us = contact->ic_us;
  const uint8_t like = ended ? kinds_like(k, air, contact_us, period_us) : k->streak_kind ? k->streak_kind : KIND_WALK;
  const uint32_t slack_us = k->gyro ? k->period_us / 3 : k->period_us / 6;
  const bool steady = period_us + slack_us > k->period_us && period_us < k->period_us + slack_us;
  k->period_us = period_us;
  if (like == k->streak_kind && (steady || k->streak == 1)) k->streak = (uint8_t)min_i32(k->streak + 1, 100);
  else k->streak = 1;
  k->streak_kind = like;
  const bool hopped = k->hop_us && contact->ic_us - k->hop_us < 2500000;
  const int32_t need = like == k->expected || like == KIND_WALK || (like == KIND_HOP && hopped) ? 1 : k->gyro && like == KIND_RUN ? 2 : 3;
  const bool fits = ended && air->air_us != 0;
  k->fits = (k->fits << 1) | (fits && contact_us <= HOP_AMENDED_US ? 1 : 0);
  const bool sure = k->streak >= need;
  contact->kind = sure ? like : KIND_WALK;
  contact->hop = sure && like == KIND_HOP && fits ? 1 : 0;
  contact->confidence = (uint8_t)min_i32(99, (sure ? 60 : 35) + min_i32(k->streak, 4) * 6 + (air->impact_mg > 3000 ? 10 : 0) + (air->air_us ? 5 : 0));
  k->last_id = contact->id;
  k->last_hop = contact->hop != 0;
  if (sure && like == KIND_HOP) k->hop_us = contact->ic_us;
  if (sure && need > 1 && k->streak == need) {
    k->pending = (uint8_t)(need - 1);
    k->pending_id = contact->id;
  } else if (sure && like == KIND_HOP && k->streak == 1 && period_us && period_us < HOP_AFTER_US && k->light && ((k->fits >> 1) & 1)) {
    k->pending = 1;
    k->pending_id = contact->id;
  }
  k->light = !k->gyro || air->carried_mg < CARRIED_FAST_MG;
}

static bool kinds_revoke(Kinds *k, const Air *air, bool landed, Contact *amended) {
  if (!k->last_hop) return false;
  const int32_t limit_mg = kinds_limit_mg(k, landed ? air->air_us : FLIGHT_US_MAX, landed && air->air_us < SHORT_AIR_US);
  if (air->air_us <= FLIGHT_US_MAX && (air->carried_mg < limit_mg || (landed && !k->gyro && air->air_us < HOP_PERIOD_US))) return false;
  k->last_hop = false;
  k->streak = 0;
  amended->id = k->last_id;
  amended->kind = KIND_WALK;
  amended->hop = 0;
  return true;
}

static inline bool kinds_hopping(const Kinds *k) {
  return k->streak_kind == KIND_HOP;
}

static uint32_t kinds_airTime_us(const Kinds *k) {
  if (kinds_hopping(k) || k->expected == KIND_HOP || k->period_us <= 350000 || k->period_us >= 900000) return 40000;
  return 80000;
}

static uint32_t kinds_soonest_us(const Kinds *k) {
  return max_u32(250000, k->period_us < 900000 ? (k->period_us * 5) >> 3 : 0);
}

static bool kinds_amend(Kinds *k, Contact *amended) {
  if (!k->pending) return false;
  const uint32_t back = k->pending;
  k->pending--;
  amended->id = k->pending_id - back;
  amended->kind = k->streak_kind;
  amended->hop = k->streak_kind == KIND_HOP && ((k->fits >> back) & 1) ? 1 : 0;
  return true;
}

// detector: samples in, contacts out.

enum { GROUND, LEAVING, AIR };   // LEAVING: the push-off has passed its peak
enum { SETTLING, FLAT, TURNED }; // how the foot came to rest after a landing

enum {
  ROUGH_Q4 = 1800 << 4,
  PUSH_DDPS = 1200,
  PUSH_BLIND_DDPS = 700,
  SOFT_MG = 900,
  SOFT_CONFIRM_US = 70000,
  SINK_US = 15000,
  BOUNCE_US = 80000,
  FLOAT_US = 35000,
  FLOAT_HOP_US = 15000,
  ROLL_US = 6000,
  CONFIRM_US = 26000,
  CONFIRM_BLIND_US = 34000,
  CONFIRM_FLOAT_US = 15000,
  PULL_EARLY_US = 12000,
  PULL_LATE_US = 90000,
  LOST_US = 2500000,
  DROPPED_MG = 9999,
  WALK_LAG_US = 8000,
};

typedef struct {
  Contact contact; // the last finished contact
  Contact amended; // the last amended contact
  uint32_t still_us;
  uint8_t phase;
  uint8_t settled;
  bool has_ic; // `ic_us` is the initial contact of the present contact
  bool has_tc; // `tc_us` is the toe-off before it
  bool has_candidate;
  bool pulled;  // the pull of the take-off has been felt
  bool bounced; // the present air began when a falling clip hit the ground
  bool hopping; // the flight before the present contact was a float
  uint64_t ic_us;
  uint64_t tc_us;
  uint64_t leave_us; // toe-off being confirmed
  int32_t rate_low;  // least turning since the foot settled, 0.1 °/s
  int32_t rate_peak; // push-off peak since, and its direction
  int32_t peak_x;
  int32_t peak_y;
  int32_t peak_z;
  uint64_t peak_us;
  int32_t sink_peak; // peak turning after the landing, and its direction
  int32_t sink_x;
  int32_t sink_y;
  int32_t sink_z;
  uint64_t turned_us; // since when the foot turns against it
  uint64_t settle_us; // since when the foot turns little
  int32_t effort_mg;  // largest deviation from 1 g since the foot settled
  int32_t air_peak;   // peak turning in the air
  uint64_t low_us;    // since when the foot turns little after a candidate
  uint64_t flat_us;   // since when nothing moves in the air
  int32_t impact_mg;  // jolt of the wearer's landings, mean
  int32_t sum_x;      // specific force in the air, summed: 32 bits last for 67000 samples of 32 g
  int32_t sum_y;
  int32_t sum_z;
  int32_t count;
  uint64_t rough_us; // end of the burst before the present one
  uint64_t mean_us;  // burst for which the mean was taken
  uint32_t ids;
} Detector;

static struct {
  Detector detector;
  Burst burst;
  Burst candidate; // the landing being confirmed, then that of the present contact
  Float floating;
  Air air; // the air before the present contact, or the present air
  Kinds kinds;
  Signal signal;
} state;

static Detector *const d = &state.detector;
static Signal *const signal = &state.signal;
static Burst *const burst = &state.burst;
static Burst *const candidate = &state.candidate;
static Float *const floating = &state.floating;
static Air *const air = &state.air;
static Kinds *const kinds = &state.kinds;

static int32_t ground(void);
static bool hops(void);
static bool floats(int32_t along);
static int32_t floor_mg(void);
static int32_t overrun(void);
static void settle(void);
static void sinkAnew(void);
static void sink(void);
static void takeoffInstead(void);
static int32_t leaving(void);
static int32_t leave(uint64_t tc_us);
static void fly(uint64_t tc_us);
static int32_t flying(void);
static void sumAnew(void);
static void sum(void);
static int32_t carried(void);
static void unsettle(void);
static int32_t land(uint64_t ic_us);
static int32_t report(uint64_t tc_us);

void detector_reset(int32_t odr_hz, int32_t gyro, int32_t exercise) {
  *d = (Detector){0};
  *burst = (Burst){0};
  *candidate = (Burst){0};
  *floating = (Float){0};
  *air = (Air){0};
  signal_reset(signal, odr_hz, gyro != 0);
  kinds_reset(kinds, gyro != 0, exercise);
}

int32_t detector_push(uint64_t t_us, int32_t ax_mg, int32_t ay_mg, int32_t az_mg, int32_t gx_ddps, int32_t gy_ddps, int32_t gz_ddps, int32_t shaken) {
  if (!signal_push(signal, t_us, ax_mg, ay_mg, az_mg, gx_ddps, gy_ddps, gz_ddps, shaken != 0)) return 0;
  float_push(floating, signal);
  if (!burst->active) d->rough_us = burst->last_us;
  burst_push(burst, signal, shaken != 0, float_recent_us(floating, t_us), kinds_hopping(kinds));
  if (signal->rate > 200 || signal->jolt_mg > 300) d->still_us = 0;
  else d->still_us = min_u32(d->still_us, 0x7fffffff) + signal->dt_us;
  int32_t out;
  if (d->phase == GROUND) out = ground();
  else if (d->phase == LEAVING) out = leaving();
  else out = flying();
  if (!(out & DETECTED_AMEND) && kinds_amend(kinds, &d->amended)) out |= DETECTED_AMEND;
  return out;
}

int32_t detector_flush(void) {
  int32_t out = 0;
  if (d->has_ic && d->phase == LEAVING) {
    out = report(d->leave_us);
  } else if (d->has_ic && d->phase == GROUND) {
    out = report(0);
  } else if (d->phase == AIR) {
    air->air_us = (uint32_t)(signal->t_us - d->tc_us);
    air->carried_mg = carried();
    if (kinds_revoke(kinds, air, false, &d->amended)) out = DETECTED_AMEND;
  }
  d->has_ic = false;
  return out;
}

const Contact *detector_contact(void) { return &d->contact; }

const Contact *detector_amended(void) { return &d->amended; }

uint32_t detector_still_us(void) { return d->still_us; }

int32_t detector_airborne(void) { return d->phase == AIR; }

static void peakHere(void) {
  d->rate_peak = signal->rate;
  d->peak_us = signal->t_us;
  d->peak_x = signal->rate_x;
  d->peak_y = signal->rate_y;
  d->peak_z = signal->rate_z;
}

static void restart(void) {
  d->rate_low = signal->rate;
  d->effort_mg = 0;
  peakHere();
}

// On the ground: wait for the foot to settle, then for the push-off to pass its peak or for a float.
static int32_t ground(void) {
  const uint64_t t_us = signal->t_us;
  const int32_t rate = signal->rate;
  if (d->settled == SETTLING) settle();
  if (rate < d->rate_low) d->rate_low = rate;
  d->effort_mg = max_i32(d->effort_mg, abs_i32(signal->force_mg - 1000));
  if (rate > d->rate_peak) peakHere();
  const int32_t along = signal_along(signal, d->peak_x, d->peak_y, d->peak_z, d->rate_peak);
  const bool hopping = hops();
  // hops leave as soon as the push-off slows; the roll over the toes of walking and running has bumps before that
  if (along * 100 < d->rate_peak * (hopping ? 87 : 70)) {
    if (d->settled != SETTLING && d->rate_peak >= (hopping && !signal->gyro ? PUSH_BLIND_DDPS : PUSH_DDPS) && d->rate_peak * 2 > d->rate_low * 5 &&
        d->effort_mg > 400 && (!d->has_ic || t_us > d->ic_us + BOUNCE_US + signal_delay_us(signal))) {
      d->phase = LEAVING;
      d->leave_us = (!hopping ? t_us - ROLL_US : signal->gyro ? (d->peak_us + t_us) >> 1 : t_us) - signal_delay_us(signal);
      d->pulled = false;
      d->low_us = t_us;
      sumAnew();
      return 0;
    }
    if (rate * 5 < d->rate_peak * 2) restart();
  }
  if (floats(along)) {
    if (d->has_ic && floating->begin_us <= d->ic_us + BOUNCE_US) {
      if (floating->begin_us + 20000 > d->ic_us) takeoffInstead();
      return 0;
    }
    sumAnew();
    return leave(float_takeoff(floating, d->ic_us + 60000));
  }
  return signal->gyro ? 0 : overrun();
}

// Whether this contact looks like that of a hop.
static bool hops(void) {
  return d->settled == TURNED || d->hopping || kinds_hopping(kinds);
}

// Whether the foot floats. The push-off itself unloads the clip for a moment while the foot turns fastest: that is none.
static bool floats(int32_t along) {
  const bool turns = signal->gyro && d->rate_peak > PUSH_DDPS;
  if (turns && along * 2 > d->rate_peak) return false;
  const int32_t needed_us = turns && kinds_hopping(kinds) && along * 3 < d->rate_peak ? FLOAT_HOP_US : FLOAT_US;
  return float_length_us(floating, signal->t_us) > needed_us && signal->force_mg < floor_mg();
}

// Force below which a float means that the foot has left.
static int32_t floor_mg(void) {
  return kinds_hopping(kinds) ? floating->limit_mg : min_i32(floating->limit_mg, 650);
}

// Without gyroscope: a landing on the ground, hard and late enough, ends a contact whose toe-off went unseen.
static int32_t overrun(void) {
  if (!burst->active || signal->mean_q4 < ROUGH_Q4 || burst->peak_mg < max_i32(5000, d->impact_mg >> 1)) return 0;
  if (!d->has_ic) {
    *candidate = *burst;
    d->tc_us = candidate->begin_us;
    d->has_tc = false;
    d->impact_mg = burst->peak_mg;
    return land(burst_onset(candidate));
  }
  if (burst->begin_us < d->ic_us + kinds_soonest_us(kinds) || burst->begin_us > d->ic_us + 900000) return 0;
  uint64_t tc_us = floating->begin_us;
  if (burst->float_us < 50000 || tc_us < d->ic_us + 120000) tc_us = d->rough_us;
  if (tc_us < d->ic_us + 90000 || tc_us + 60000 > burst->begin_us) tc_us = (d->ic_us + burst->begin_us) >> 1;
  sumAnew();
  const int32_t out = leave(tc_us);
  air->float_us = (uint32_t)burst->float_us;
  *candidate = *burst;
  d->has_candidate = true;
  burst->active = true;
  return out;
}

static void settle(void) {
  const uint64_t t_us = signal->t_us;
  const uint64_t age_us = t_us - d->ic_us;
  // a harder shock soon after: that one was the landing
  if (d->has_ic && burst->active && age_us < 250000 &&
      (burst->begin_us == candidate->begin_us || (burst->begin_us > candidate->begin_us && burst->peak_mg * 2 > candidate->peak_mg * 5))) {
    *candidate = *burst;
    const uint64_t ic_us = burst_onset(candidate);
    air->air_us += (uint32_t)(ic_us - d->ic_us);
    d->ic_us = ic_us;
  }
  if (signal->rate < max_i32(800, d->air_peak / 5)) {
    if (!d->settle_us) {
      d->settle_us = t_us;
    } else if (t_us - d->settle_us >= 20000 && age_us > 60000) {
      d->settled = FLAT;
      restart();
    }
  } else {
    d->settle_us = 0;
  }
  sink();
  if (d->turned_us && t_us - d->turned_us > 25000 && age_us > 50000) {
    d->settled = TURNED;
    d->rate_low = 0;
    d->rate_peak = 0;
    d->effort_mg = 1000;
  }
}

static void sinkAnew(void) {
  d->turned_us = 0;
  d->sink_peak = 0;
}

// Follows the turning that a landing sets off, and when it turns back.
static void sink(void) {
  if (!signal->gyro) return;
  const int32_t rate = signal->rate;
  const int32_t along = signal_along(signal, d->sink_x, d->sink_y, d->sink_z, d->sink_peak);
  if (rate > d->sink_peak && (d->sink_peak < 600 || along > 0)) {
    d->sink_peak = rate;
    d->sink_x = signal->rate_x;
    d->sink_y = signal->rate_y;
    d->sink_z = signal->rate_z;
  }
  if (along >= -1000) d->turned_us = 0;
  else if (!d->turned_us) d->turned_us = signal->t_us;
}

// A landing that turns into a float at once was a take-off, or the bounce of a dropped clip: the air goes on.
static void takeoffInstead(void) {
  const bool bounced = d->has_tc && air->float_us > FLOAT_US && !kinds->expected && !kinds_hopping(kinds);
  sumAnew();
  fly(d->ic_us);
  d->has_ic = false;
  d->bounced = bounced;
}

// The push-off has passed its peak: find the toe-off, make sure of it.
static int32_t leaving(void) {
  const uint64_t t_us = signal->t_us;
  sum();
  // the push-off goes on: faster, or as fast about an axis that has moved
  const int32_t along = signal_along(signal, d->peak_x, d->peak_y, d->peak_z, d->rate_peak);
  if (along > d->rate_peak || (along * 2 > d->rate_peak && signal->rate * 5 > d->rate_peak * 6)) {
    d->phase = GROUND;
    peakHere();
    return 0;
  }
  if (!signal->gyro) {
    const int32_t out = overrun();
    if (d->phase != LEAVING) return out;
  }
  const bool hopping = hops();
  if (hopping) {
    // the pull of the take-off: the first fast climb once the push-off has passed its peak
    if (!d->pulled && floating->rise_us + PULL_EARLY_US > d->leave_us && floating->rise_us < d->leave_us + PULL_LATE_US) {
      d->pulled = true;
      d->leave_us = floating->rise_us;
    }
  } else if (d->has_ic && d->leave_us - d->ic_us < 400000 && signal->jolt_mg > 2000 && signal->centre_us > d->leave_us &&
             signal->centre_us - d->peak_us < 90000) {
    d->leave_us = signal->centre_us; // running: the toes are rough until they are off
  }
  if (floats(along)) {
    const bool seen = d->pulled || signal->gyro || floating->begin_us > d->leave_us + 60000 || floating->begin_us < d->ic_us + BOUNCE_US;
    return leave(seen ? d->leave_us : floating->begin_us);
  }
  if (d->hopping && !d->pulled) {
    // after a flight that was a float the next one is expected to be: wait for it until the foot has stopped turning
    if (along * 3 > d->rate_peak) d->low_us = t_us;
    if (t_us < d->low_us + CONFIRM_FLOAT_US) return 0;
  }
  if (t_us - d->leave_us < (signal->gyro ? CONFIRM_US : CONFIRM_BLIND_US)) return 0;
  if (signal->gyro && !hopping && d->settled == FLAT && signal->rate < 600 && abs_i32(signal->level_mg - 1000) < 350) {
    d->phase = GROUND; // the foot is flat again
    restart();
    return 0;
  }
  return leave(d->leave_us);
}

// The foot has left: reports the contact that ended.
static int32_t leave(uint64_t tc_us) {
  const int32_t out = d->has_ic ? report(tc_us) : 0;
  fly(tc_us);
  return out;
}

static void fly(uint64_t tc_us) {
  d->phase = AIR;
  d->tc_us = tc_us;
  d->has_tc = true;
  d->has_candidate = false;
  d->bounced = false;
  d->low_us = 0;
  d->flat_us = 0;
  d->air_peak = signal->rate;
  burst->active = false;
  floating->longest_us = 0;
  d->mean_us = 0;
}

// Off the ground: wait for a landing, make sure of it.
static int32_t flying(void) {
  const uint64_t t_us = signal->t_us;
  const int32_t rate = signal->rate;
  d->air_peak = max_i32(d->air_peak, rate);
  if (burst->active && burst->begin_us != d->mean_us) {
    // the mean of the air ends where a burst begins
    d->mean_us = burst->begin_us;
    air->carried_mg = carried();
  }
  sum();
  air->float_us = (uint32_t)max_i32(floating->longest_us, float_length_us(floating, t_us));
  const bool soft = signal->gyro && kinds_hopping(kinds); // hops of a soft shoe land with little more
  const bool early = floating->active || air->float_us > 40000 || burst->peak_mg > max_i32(soft ? SOFT_MG : 2500, d->impact_mg >> 1);
  if (burst->active && (burst->begin_us > d->tc_us + PULL_LATE_US || burst_loads(burst)) &&
      burst->begin_us > d->tc_us + (early ? kinds_airTime_us(kinds) : 150000)) {
    const bool fresh = !d->has_candidate || (candidate->begin_us != burst->begin_us && burst->peak_mg * 2 > candidate->peak_mg * 5);
    if (fresh) sinkAnew();
    if (fresh || candidate->begin_us == burst->begin_us) *candidate = *burst;
    d->has_candidate = true;
  }
  uint64_t ic_us = 0;
  if (d->has_candidate) {
    if (kinds_hopping(kinds) && t_us > candidate->begin_us + SINK_US) sink(); // a swinging leg turns the foot anyway
    ic_us = burst_onset(candidate);
    const uint64_t since_us = t_us - candidate->begin_us;
    const bool floated = air->float_us > 60000 || air->float_us * 2 > (uint32_t)(ic_us - d->tc_us);
    bool landed = false;
    if (since_us > 40000) {
      if (d->settled == TURNED && candidate->peak_mg > max_i32(soft ? SOFT_MG : 1800, d->impact_mg >> 1)) landed = true;
      else if (floated) landed = signal->level_mg > 850 && (candidate->peak_mg > 1500 || since_us > SOFT_CONFIRM_US);
      else if (!signal->gyro && signal->mean_q4 > ROUGH_Q4) landed = candidate->peak_mg > max_i32(5000, d->impact_mg >> 1);
      else if (candidate->peak_mg > max_i32(1800, d->impact_mg / 3)) landed = rate < max_i32(600, d->air_peak >> 2);
    }
    if (!landed && rate < max_i32(500, d->air_peak >> 3)) {
      if (!d->low_us) d->low_us = t_us;
      else landed = t_us - d->low_us > 30000 && since_us > 40000;
    } else {
      d->low_us = 0;
    }
    if (landed) {
      d->impact_mg += (candidate->peak_mg - d->impact_mg) >> 2;
      d->hopping = floated;
      return land(ic_us);
    }
    if (since_us > 300000) d->has_candidate = false;
  }
  if (signal->gyro ? rate < 400 && abs_i32(signal->level_mg - 1000) < 200 : rate < 240 && signal->jolt_mg < 250) {
    if (!d->flat_us) {
      d->flat_us = t_us;
    } else if (t_us - d->flat_us > (signal->gyro ? 80000 : 120000)) {
      d->hopping = false;
      if (!d->has_candidate) candidate->peak_mg = 0;
      return land(d->has_candidate ? ic_us : max_u64(d->flat_us - 30000, d->tc_us + 1));
    }
  } else {
    d->flat_us = 0;
  }
  if (t_us - d->tc_us > LOST_US) {
    air->air_us = LOST_US;
    d->has_ic = false;
    d->has_tc = false;
    d->hopping = false;
    sinkAnew();
    unsettle();
    return kinds_revoke(kinds, air, false, &d->amended) ? DETECTED_AMEND : 0;
  }
  return 0;
}

static void sumAnew(void) {
  d->sum_x = 0;
  d->sum_y = 0;
  d->sum_z = 0;
  d->count = 0;
}

static void sum(void) {
  d->sum_x += signal->x_mg;
  d->sum_y += signal->y_mg;
  d->sum_z += signal->z_mg;
  d->count++;
}

// Mean of the specific force since the foot left, as a vector, mg.
static int32_t carried(void) {
  if (d->count < 3) return 500;
  return length(d->sum_x / d->count, d->sum_y / d->count, d->sum_z / d->count);
}

// Back on the ground: the foot has yet to settle.
static void unsettle(void) {
  d->phase = GROUND;
  d->settled = SETTLING;
  d->settle_us = 0;
  restart();
}

static int32_t land(uint64_t ic_us) {
  d->has_ic = true;
  d->ic_us = ic_us;
  if (!d->has_candidate) sinkAnew();
  unsettle();
  d->rate_peak = 0;
  air->air_us = (uint32_t)(ic_us - d->tc_us);
  if (!d->mean_us) air->carried_mg = carried();
  if (d->bounced) air->carried_mg = DROPPED_MG;
  air->impact_mg = candidate->peak_mg;
  return kinds_revoke(kinds, air, candidate->peak_mg > 0, &d->amended) ? DETECTED_AMEND : 0;
}

static int32_t report(uint64_t tc_us) {
  Contact *const c = &d->contact;
  d->ids++;
  c->id = d->ids;
  c->ic_us = d->ic_us;
  c->tc_us = tc_us;
  if (!d->has_tc) air->air_us = 0;
  c->flight_us = air->air_us;
  kinds_judge(kinds, c, air);
  if (c->kind == KIND_WALK && (!tc_us || tc_us - d->ic_us > 400000) && (!c->flight_us || c->flight_us > WALK_LAG_US)) {
    c->ic_us -= WALK_LAG_US;
    if (c->flight_us) c->flight_us -= WALK_LAG_US;
  }
  return DETECTED_CONTACT;
}
