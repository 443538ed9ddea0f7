// What a set of pogo hops is measured against. Data only; every number says where it comes from.

/** Prescription and limits of a pogo set. */
export interface PogoTarget {
  /** Contacts asked for in this set. */
  readonly contacts: number;
  /** Contacts the progression leads to. */
  readonly contacts_min: number;
  readonly contacts_max: number;
  /** Contacts more in the next set after a clean one, and fewer after a step back. */
  readonly contacts_grow: number;
  readonly contacts_back: number;
  /** Share of the contacts asked for that still counts as done. */
  readonly done_share: number;
  /** Hops at the start that find their height and are left out. */
  readonly hops_settle: number;
  /** Fewest hops after those for a judgement of height: a stable mean needs seven. */
  readonly hops_judged_min: number;
  /** Loss of bounce height that ends the good part of a set, share of the best third. */
  readonly height_loss_share: number;
  /** Heights so uneven that a loss smaller than this share could not be told are not judged. */
  readonly height_error_share_max: number;
  /** Largest SD of the distance of landings from the beat that is steady, ms. */
  readonly beat_ms_sd_max: number;
  /** Share of the beats without a landing, and of landings that are a second bounce on one beat, that may happen. */
  readonly missed_share_max: number;
  readonly double_share_max: number;
  /** Two landings closer than this share of a beat are a double bounce. */
  readonly double_beat_share: number;
}

/**
 * A 30 s set at 150/min is 75 beats; 60 to 90 contacts, 5 to 10 more a workout, is the programme's range. Seven hops make a stable mean
 * (Stratford 2020; Southey 2023). People keep a beat of 400 ms with an SD of 8 to 20 ms by finger (Repp & Su 2013, doi
 * 10.3758/s13423-012-0371-2); twice the upper end is allowed for a whole body. The other shares are this project's own.
 */
export const POGO: PogoTarget = {
  contacts: 75,
  contacts_min: 60,
  contacts_max: 90,
  contacts_grow: 5,
  contacts_back: 10,
  done_share: 0.95,
  hops_settle: 3,
  hops_judged_min: 9,
  height_loss_share: 0.1,
  height_error_share_max: 0.25,
  beat_ms_sd_max: 40,
  missed_share_max: 0.05,
  double_share_max: 0.05,
  double_beat_share: 0.65,
};

/**
 * SD of one measured flight time, ms: the bounds asked of the clip are 4 ms for landings and 8 ms for toe-offs at the 95th percentile,
 * so 2.0 and 4.1 ms as SD, both together 4.6 ms.
 */
export const FLIGHT_MS_SD = 4.6;

/** Standard gravity, m/s². */
export const GRAVITY_M_S2 = 9.80665;
