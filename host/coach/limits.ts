// What the numbers of a set are held against, and how far each may be off. Data only. The clip judges (firmware/PROTOCOL.md, VER); its
// limits stand here so that a sentence can quote them. "Measured" is by `npm run bench`: README.md, Figures.

/** Limits of a pogo set, as the clip has them. */
export const POGO = {
  /** Share of the contacts asked for that is enough, and of the beats missed and the hops doubled that may be. */
  done_share: 0.95,
  rare_share: 0.05,
  /** Hops at the start that find their height and are left out. */
  hops_settle: 3,
  /** A last third lower by this share of the better one before it is a loss, if the line through all heights falls too. */
  height_loss_share: 0.05,
  /**
   * Largest SD of the landings around the beat that is steady, ms: people keep a beat of 400 ms with 8 to 20 ms by finger (Repp & Su 2013,
   * doi 10.3758/s13423-012-0371-2); twice the upper end is for a whole body. Without beats: share of the mean interval, the same at 150/min.
   */
  beat_ms_sd_max: 40,
  interval_share_max: 0.1,
  /** Two landings closer than this share of a beat are a double bounce. */
  double_beat_share: 21 / 32,
} as const;

/** Limits of heel raises, as the clip has them: lower than both is partial, quicker is too fast. */
export const RAISE = { height_deg_min: 15, height_share_min: 0.78, way_s_min: 0.25 } as const;
/** Limit of a wall sit, as the clip has it: a foot that turns by more on average trembles, °/s. */
export const SIT = { tremor_dps_max: 30 } as const;
/** Limit of a step-down, as the clip has it: a harder tap is a stomp whatever its speed, g. */
export const STEP = { tap_g_max: 16 } as const;
/** Limits of a run: strides outside of the band, %, as the clip has it, and the cadence that the programme wants, steps/min. */
export const RUN = { out_pct_max: 25, cadence_spm_min: 160, cadence_spm_max: 180 } as const;

/** How far a number of the clip may be off (95 %). */
export const ERRORS = {
  /** Of 200 sets of 30 s, 94 and 95 % were counted exactly: one hop more or less. Missed beats and double bounces are hops too. */
  hops: 1,
  /** Share of clean raises that are called too fast: 18 of 3,987 simulated ones, all near that limit. */
  raise_share: 0.0045,
  /** Of 200 sets of step-downs 93 % were counted exactly: one tap more or less. */
  taps: 1,
  /** Top of a raise: 95 % within 1.8° with the knee straight, 1.9° bent. */
  raise_deg: 1.9,
  /** Mean turning of a raised foot: the sensor's rate is true to 1 % (LSM6DSO data sheet, sensitivity tolerance); other sensors and rates agree within 0.6 %. */
  tremor_share: 0.01,
  /** Wall sit: 94 % of the holds are timed within 0.2 s. */
  hold_s: 0.2,
  /** A run's cues go on and off within two strides of the change: each time the runner crosses the edge of the band. */
  band_strides: 2,
  /** SD of one flight time of hops, ms: the bounds kept are 4 ms for landings and 8 ms for toe-offs (95 %), as SD 2.0 and 4.1, both together. */
  flight_ms_sd: 4.6,
} as const;
