// A person with a shoe and a clip on it, drawn from a seed: everything about the body model that differs between wearers.

import { Random } from '../random.ts';
import type { ModeParameters } from './flex.ts';

/** Points of the foot in foot axes, m, from the ball of the foot on the sole; the sole is z = 0. */
export interface FootGeometry {
  /** Distance from the ball back to the heel's ground contact. */
  heel_m: number;
  /** Ankle joint, behind and above the ball. */
  ankle_back_m: number;
  ankle_up_m: number;
  /** Ball to toe tip: how far the ball may rise while the toes still push. */
  toe_m: number;
}

export interface Subject {
  seed: number;
  mass_kg: number;
  /** Hip to ground. */
  leg_m: number;
  foot: FootGeometry;
  /** Natural angular frequency of the bouncing body at its own choice of stiffness, rad/s: sqrt(leg stiffness / mass), hopping. */
  bounce_rad_s: number;
  /** Leg stiffness in running, kN/m (compression of the leg spring). */
  leg_kn_m: number;
  /** Ankle stiffness while hopping, N·m/rad. */
  ankle_nm_rad: number;
  strike: 'rearfoot' | 'midfoot' | 'forefoot';
  /** Time until the landing point of the shoe stands still, s: hard shoes 8 ms, soft ones 26 ms. */
  landing_s: number;
  /** How far the shoe gives under the body's load, m. */
  sole_m: number;
  side: 'left' | 'right';
  place: 'laces' | 'heel';
  /** Clip position in foot axes from the ball, m. */
  clip_m: readonly [number, number, number];
  /** 0 tight … 1 rattling. */
  looseness: number;
  /** Rotation from foot axes to clip axes, row by row. */
  mounting: readonly number[];
  /** Foot progression angle, toe out, rad. */
  toe_out: number;
  /**
   * Hopping technique: foot pitch (heel up, rad) at landing and toe-off, highest bounce,
   * how far the knee pulls the foot up in a flight of 0.4 s (in addition to what all do), and spread and mean of the error to the beat.
   */
  hop: { land: number; leave: number; height_m: number; tuck_m: number; asynchrony_s: number; asynchrony_mean_s: number };
  /** Scales of movement noise and of stride-to-stride variation. */
  variability: number;
  modes: ModeParameters[];
}

/** Odd seeds are kept out of any tuning of the product. */
export function isHeldOut(seed: number): boolean {
  return seed % 2 !== 0;
}

/** The person of a seed; the same seed is the same person in every exercise. */
export function subject(seed: number): Subject {
  const random = new Random(seed).fork('subject');
  const u = (min: number, max: number): number => random.uniform(min, max);
  const mass_kg = u(50, 95);
  const size = u(0.88, 1.12);
  const heel_m = 0.175 * size;
  const place = random.uniform() < 0.75 ? 'laces' : 'heel';
  const side = random.uniform() < 0.5 ? 'left' : 'right';
  const looseness = u(0, 1) ** 1.5;
  const landing_s = u(0.008, 0.026);
  const tissue_hz = u(20, 80);
  const loose_hz = Math.max(15, Math.min(60, u(20, 60) * (1.3 - 0.6 * looseness)));
  const give = 0.12 + 0.5 * looseness;
  const twist = u(4, 14) * (0.35 + looseness);
  const strikes = ['rearfoot', 'rearfoot', 'rearfoot', 'midfoot', 'forefoot'] as const;
  return {
    seed,
    mass_kg,
    leg_m: u(0.8, 1),
    foot: { heel_m, ankle_back_m: 0.118 * size, ankle_up_m: 0.085 * size, toe_m: 0.065 * size },
    bounce_rad_s: u(15.5, 20.5),
    leg_kn_m: mass_kg * u(0.1, 0.15),
    ankle_nm_rad: u(350, 800),
    strike: strikes[random.below(strikes.length)]!,
    landing_s,
    sole_m: 0.002 + 0.25 * landing_s * u(0.7, 1.2),
    side,
    place,
    clip_m: place === 'laces'
      ? [-u(0.04, 0.09) * size, u(-0.012, 0.012), u(0.065, 0.09) * size]
      : [-heel_m - u(0.02, 0.035), u(-0.006, 0.006), u(0.04, 0.075)],
    looseness,
    mounting: rotation(random),
    toe_out: u(-0.02, 0.26) * (side === 'left' ? 1 : -1),
    hop: {
      land: u(0.21, 0.42),
      leave: u(0.5, 0.78),
      height_m: u(0.08, 0.3),
      tuck_m: Math.max(0, u(-0.06, 0.05)),
      asynchrony_s: u(0.008, 0.02),
      asynchrony_mean_s: u(-0.03, 0.015),
    },
    variability: u(0.6, 1.5),
    modes: [
      // shoe and soft tissue under the clip: along the shank side most, less along the foot
      { target: 'z', frequency_hz: tissue_hz, zeta: u(0.12, 0.3), drive: [0, 0, u(0.2, 0.6)], noise: 0.5 },
      { target: 'x', frequency_hz: tissue_hz * u(0.6, 0.9), zeta: u(0.15, 0.3), drive: [u(0.2, 0.55), 0, 0.3 * u(-1, 1)], noise: 0.5 },
      { target: 'y', frequency_hz: tissue_hz * u(0.6, 1.1), zeta: u(0.12, 0.3), drive: [0.15 * u(-1, 1), u(0.2, 0.5), u(-0.45, 0.45)], noise: 0.5 },
      // the shoe's stiff parts, as in the recordings of running on hard ground (up to a quarter of the impact's power at 80-120 Hz)
      { target: 'z', frequency_hz: u(70, 120), zeta: u(0.06, 0.18), drive: [0.3 * u(-1, 1), 0, u(0.2, 0.9)], noise: 0 },
      { target: 'x', frequency_hz: u(60, 110), zeta: u(0.06, 0.18), drive: [u(0.2, 0.8), 0, 0.4 * u(-1, 1)], noise: 0 },
      // the clip on its laces or heel counter
      { target: 'z', frequency_hz: loose_hz, zeta: u(0.12, 0.25), drive: [0, 0, give], noise: give },
      { target: 'x', frequency_hz: loose_hz * u(0.8, 1.3), zeta: u(0.12, 0.25), drive: [give * 0.8, 0, 0], noise: give },
      { target: 'pitch', frequency_hz: loose_hz * u(0.8, 1.2), zeta: u(0.14, 0.28), drive: [0.6 * twist * u(-1, 1), 0, twist * u(-1, 1)], noise: 0.5 * twist },
      { target: 'roll', frequency_hz: loose_hz * u(0.8, 1.2), zeta: u(0.14, 0.28), drive: [0, 0.5 * twist * u(-1, 1), twist * u(-1, 1)], noise: 0.5 * twist },
    ],
  };
}

/** A rotation drawn evenly from all rotations (Shoemake 1992), row by row. */
export function rotation(random: Random): number[] {
  const a = random.uniform();
  const b = 2 * Math.PI * random.uniform();
  const c = 2 * Math.PI * random.uniform();
  const x = Math.sqrt(1 - a) * Math.sin(b);
  const y = Math.sqrt(1 - a) * Math.cos(b);
  const z = Math.sqrt(a) * Math.sin(c);
  const w = Math.sqrt(a) * Math.cos(c);
  return [
    1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
    2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
    2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
  ];
}
