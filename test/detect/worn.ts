// The whole clip on a simulated foot for one set without beats unless asked for: its contacts with the time each line left it.
import { readFileSync } from "node:fs";
import { createBody, type BodyOptions, type Exercise, type Truth } from "../../sim/body/body.ts";
import { conduct } from "../../sim/run.ts";
import { match } from "../../sim/score.ts";
import { World, type SampleSource, type WorldOptions } from "../../sim/world.ts";

const WASM = readFileSync("build/clip.wasm");

/** How the clip is set. */
export interface Setting {
  readonly exercise: number;
  readonly odr_hz?: number;
  readonly gyro?: boolean;
  /** Metronome, 0.1/min. */
  readonly bpm_d?: number;
}

/** A contact as told at the end, times in s of the source. */
export interface Told {
  /** When its line left the clip. */
  readonly sent_s: number;
  readonly ic_s: number;
  readonly tc_s: number | null;
  readonly kind: number;
  readonly hop: boolean;
}

/** The contacts that a clip tells of a source, amendments applied. */
export function wear(source: SampleSource, seconds: number, setting: Setting, options: Omit<WorldOptions, "wasm" | "source">): Told[] {
  const world = new World({ ...options, wasm: WASM, source });
  const { exercise, odr_hz = 416, gyro = true, bpm_d = 0 } = setting;
  conduct(world, { odr_hz, range_g: 16, gyro, exercise, bpm_d, count_in: 0, seconds, duration_ms: 0, motor_strength: 255 });
  const zero_us = world.source_start_us;
  const told = new Map<string, Told>();
  for (const { text, t_us } of world.lines) {
    const [, , tag, id, ...fields] = text.replace(/\*.*$/, "").split(",") as [string, string, string, string, ...string[]];
    const time = (field: string): number => (Number(field) - world.clock_offset_us - zero_us) / 1e6;
    if (tag === "CON") {
      const [ic, tc, kind, hop] = fields as [string, string, string, string];
      told.set(id, { sent_s: (t_us - zero_us) / 1e6, ic_s: time(ic), tc_s: tc === "-" ? null : time(tc), kind: Number(kind), hop: hop === "1" });
    } else if (tag === "AMD") {
      const [kind, hop] = fields as [string, string];
      told.set(id, { ...told.get(id)!, kind: Number(kind), hop: hop === "1" });
    }
  }
  return [...told.values()];
}

/** The same for a simulated person; `seed` is also the sensor's. */
export function person(exercise: Exercise, body: BodyOptions, setting: Setting): { told: Told[]; truth: Truth } {
  const foot = createBody(exercise, body);
  return { told: wear(foot, foot.seconds, setting, { seed: body.seed, chip: body.seed % 4 < 2 ? "lsm6dso" : "lsm6ds3trc" }), truth: foot.truth };
}

/** Time from each true toe-off to the line of its contact, ms. */
export function delays_ms(told: readonly Told[], truth: Truth): number[] {
  const pairs = match(truth.contacts.map(({ ic_s }) => ic_s), told.map(({ ic_s }) => ic_s));
  return pairs.flatMap(([index, found]) => {
    const { tc_s } = truth.contacts[index]!;
    const { tc_s: found_s, sent_s } = told[found]!;
    return tc_s === null || found_s === null ? [] : [(sent_s - tc_s) * 1e3];
  });
}
