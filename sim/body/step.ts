// One step of a standing foot: up, through the air on a way of one's own, and down on a new place.

import type { AirPaths } from './air.ts';
import type { Path } from './path.ts';
import { through, type Draft, type Script } from './script.ts';
import { STOP_TAUS } from './stance.ts';

/** Where and how a foot steps. Lengths m, angles rad. */
export interface Step {
  /** The heel rises, the ball leaves the ground, the foot lands, s. */
  heelOff_s: number;
  tc_s: number;
  ic_s: number;
  forward_m: number;
  left_m: number;
  /** Pitch as the ball leaves (heel up) and as the foot lands: below 0 on the heel, above on the ball. */
  leave: number;
  land: number;
  /** Speed with which it is set down, m/s. */
  down_mps: number;
  /** How high the lower end of the sole is on its way. */
  high_m: number;
}

/** Ways of the angles in the air, as [share of the flight, rad], besides what a plain step does. */
export type Play = Partial<Record<'roll' | 'pitch' | 'yaw', readonly (readonly [number, number])[]>>;

/** How long the foot takes from the first touch to flat, s. */
const FLAT_S = 0.12;
/** Share of the fall that the ankle keeps when a heel is set down. */
const COUPLE = 0.4;
const CHANNELS = { roll: 3, pitch: 4, yaw: 5 } as const;

/** Adds the step to the script's last stance, which stood; gives the stance it ends in, which stays and may take courses. */
export function step(script: Script, plan: Step, play: Play = {}): Draft {
  const { subject, random } = script;
  const standing = script.last!;
  const { heelOff_s, tc_s, ic_s, leave, land, forward_m, left_m, down_mps, high_m } = plan;
  const { ankle_back_m, ankle_up_m, heel_m } = subject.foot;
  standing.departure = {
    tc_s,
    heelOff_s,
    pitch: leave,
    pitchRate: (1.7 * leave) / (tc_s - heelOff_s),
    pitchBend: 0,
    peakLead_s: 0,
    toe_s: 0,
    // what the sole gives back
    velocity: [0, 0, subject.sole_m / 0.15],
    roll: 0.04 * random.gaussian(),
    yaw: 0.04 * random.gaussian(),
  };
  script.flight((t0, from, t1, to): AirPaths => {
    const angle = (channel: keyof typeof CHANNELS, plain: readonly (readonly [number, number])[]): Path => through(t0, from, t1, to, CHANNELS[channel], play[channel] ?? plain);
    const pitch = angle('pitch', [[0.4, 0.5 * leave], [0.8, land]]);
    // the ankle over the lower of ball and heel
    const clear = (share: number): number => {
      pitch.at(t0 + share * (t1 - t0));
      return ankle_back_m * Math.sin(pitch.value) + ankle_up_m * Math.cos(pitch.value) + Math.max(0, -heel_m * Math.sin(pitch.value));
    };
    let carried: [number, number][] = [[0.2, clear(0.2) + 0.7 * high_m], [0.5, clear(0.5) + high_m], [0.8, clear(0.8) + 0.7 * high_m]];
    if (play.pitch !== undefined) {
      // high enough for whatever it does on the way
      const over = high_m + Math.max(...Array.from({ length: 40 }, (_, i) => clear(i / 40)));
      carried = [[0.1, clear(0.1) + 0.3 * high_m], [0.25, over], [0.8, over]];
    }
    return {
      x: through(t0, from, t1, to, 0, []),
      y: through(t0, from, t1, to, 1, []),
      z: through(t0, from, t1, to, 2, carried),
      roll: angle('roll', []),
      pitch,
      yaw: angle('yaw', []),
    };
  }, 0.04 * subject.variability);
  const heel = land < 0;
  return script.stance(standing.x + forward_m, standing.y + left_m, {
    ic_s,
    kind: 'walk',
    pitch: land,
    pitchRate: 0,
    rest: 0,
    rest_s: ic_s + FLAT_S,
    restBend: 0,
    velocity: [0.2 * forward_m, 0.2 * left_m, -down_mps],
    fall: 0,
    couple: heel ? COUPLE : 0,
    tau_s: (0.002 + 0.3 * subject.landing_s) / STOP_TAUS,
    soft_s: heel ? 0.01 + 0.5 * subject.landing_s : 0,
    roll: 0.03 * random.gaussian(),
    slap: heel ? -8 * land : 0,
    brake: 0,
  }, null, standing.depth_m, standing.noise_g, { land_g: 0.2, push_g: 0.1 });
}
