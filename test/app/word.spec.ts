// Words on the simulator's motor, alone and between beats: what is played, what of the beats is left, and that the sensor's samples are known to be shaken.
import { beforeAll, describe, expect, test } from "vitest";
import { Motor } from "../../sim/parts/motor.ts";
import { Random } from "../../sim/random.ts";
import { compile, load, type Part } from "../imu/compile.ts";

const ENTRY = `
import { pulse, say, shaken, stopPulses, WORD_BAND, WORD_BATTERY, WORD_DONE, WORD_READY, WORD_TARGET } from "../../firmware/app/motor";
export { pulse, shaken, stopPulses };
export function speak(word: i32, now_us: u64): void {
  say(word == 0 ? WORD_READY : word == 1 ? WORD_TARGET : word == 2 ? WORD_BAND : word == 3 ? WORD_DONE : WORD_BATTERY, now_us);
}`;
const NAMES = ["ready", "target", "band", "done", "battery"] as const;
/** Pulses of each word and their length, ms. */
const WORDS = [[2, 140], [3, 40], [1, 240], [2, 40], [3, 140]] as const;
const SAID_US = 5_000_000;
const END_US = 10_000_000;
const TICK_US = 500;
const LATE_US = 20_000;
const BEAT_MS = 30;

let wasm: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  wasm = await compile(ENTRY);
});

interface Told {
  readonly motor: Motor;
  readonly refused: number;
  /** Times of samples that count as shaken, µs. */
  readonly shaken_us: readonly number[];
  readonly beats_us: readonly number[];
}

/** Says words at their times between beats, each queued when the one before is due. Samples are looked at LATE_US later. */
async function tell(says: readonly (readonly [word: number, at_us: number])[], period_us: number, phase_us: number): Promise<Told> {
  const motor = new Motor({ kind: "lra", random: new Random(1), report: (what) => expect.unreachable(what) });
  let refused = 0;
  const part: Part = await load(wasm, {
    haptic_pulse: (at_us: bigint, duration_ms: number, strength: number) => {
      const result = motor.pulse(Number(at_us), duration_ms, strength);
      if (result !== 0) refused += 1;
      return result;
    },
    haptic_stop: () => {
      motor.stop();
      return 0;
    },
  });
  part.call["stopPulses"]!(0n);
  const shaken_us: number[] = [];
  const beats_us: number[] = [];
  const left = [...says];
  let beat_us = phase_us;
  for (let now_us = 0; now_us < END_US; now_us += TICK_US) {
    motor.advance(now_us);
    if (now_us >= LATE_US && part.call["shaken"]!(BigInt(now_us - LATE_US)) !== 0) shaken_us.push(now_us - LATE_US);
    if (left[0] !== undefined && now_us >= left[0][1]) part.call["speak"]!(left.shift()![0], BigInt(now_us));
    if (period_us > 0 && now_us >= beat_us) {
      beats_us.push(beat_us);
      beat_us += period_us;
      part.call["pulse"]!(BigInt(beat_us), BEAT_MS);
    }
  }
  return { motor, refused, shaken_us, beats_us: beats_us.slice(1) };
}

/** Every sample from a pulse's start until it has rung down counts as shaken. */
function covered({ motor, shaken_us }: Told): boolean {
  const known = new Set(shaken_us);
  return motor.pulses.every(({ start_us, duration_ms }) => {
    const rest_us = Math.min(start_us + duration_ms * 1000 + 50_000, END_US - LATE_US);
    for (let t_us = Math.ceil(start_us / TICK_US) * TICK_US; t_us < rest_us; t_us += TICK_US) if (!known.has(t_us)) return false;
    return true;
  });
}

describe("words", () => {
  test("differ from one another, from a beat and from an accent in number or length by half and more", () => {
    const said: readonly (readonly [number, number])[] = [...WORDS, [1, 60]];
    const alike = said.flatMap(([count, ms], index) => said.slice(index + 1).filter(([countB, msB]) => count === countB && Math.max(ms, msB) < 1.5 * Math.min(ms, msB)));
    expect(alike).toEqual([]);
    // A long beat, a long accent.
    expect(WORDS.filter(([count, ms]) => count === 1 && ms < 1.5 * 80)).toEqual([]);
  });

  test.each(WORDS.map(([count, ms], word) => ({ name: NAMES[word]!, word, count, ms })))("$name: $count of $ms ms, within 0.6 s", async ({ word, count, ms }) => {
    const told = await tell([[word, SAID_US]], 0, 0);
    expect(told.motor.pulses.map(({ duration_ms }) => duration_ms)).toEqual(Array.from({ length: count }, () => ms));
    const first_us = told.motor.pulses[0]!.at_us;
    const last_us = told.motor.pulses.at(-1)!.at_us + ms * 1000;
    expect(first_us - SAID_US).toBeLessThanOrEqual(20_000);
    expect(last_us - SAID_US).toBeLessThanOrEqual(600_000);
    expect(told.refused).toBe(0);
    expect(covered(told)).toBe(true);
    expect(told.shaken_us.length * TICK_US).toBeLessThan(last_us - first_us + 80_000);
  });

  test.each([250_000, 400_000, 2_000_000])("between beats every %i µs a word stands alone, and no other beat is lost", async (period_us) => {
    for (const [word, [count, ms]] of WORDS.entries()) {
      for (let phase = 0; phase < 1; phase += 0.0625) {
        const told = await tell([[word, SAID_US]], period_us, Math.round((phase * period_us) / TICK_US) * TICK_US);
        const { pulses } = told.motor;
        expect(told.refused).toBe(0);
        expect(covered(told)).toBe(true);
        const said = pulses.filter(({ duration_ms }) => duration_ms !== BEAT_MS);
        expect(said.map(({ duration_ms }) => duration_ms)).toEqual(Array.from({ length: count }, () => ms));
        const end_us = said.at(-1)!.at_us + ms * 1000 + 80_000;
        const felt = pulses.filter(({ duration_ms }) => duration_ms === BEAT_MS).map(({ at_us }) => at_us);
        expect(felt).toEqual(told.beats_us.filter((at_us) => at_us <= SAID_US || at_us >= end_us));
      }
    }
  });

  test("a word on a word takes its place", async () => {
    const told = await tell([[4, SAID_US], [1, SAID_US + 100_000]], 250_000, 0);
    expect(told.refused).toBe(0);
    expect(covered(told)).toBe(true);
    expect(told.motor.pulses.filter(({ duration_ms }) => duration_ms !== BEAT_MS).map(({ duration_ms }) => duration_ms)).toEqual([140, 40, 40, 40]);
  });
});
