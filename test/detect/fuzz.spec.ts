// Senseless motions, drawn piece by piece from a seed, on the detector alone: whatever is felt, its contacts make sense.
import { beforeAll, expect, it } from "vitest";
import { KIND_HOP, KIND_WALK } from "../../firmware/wire/layout.ts";
import { Random } from "../../sim/random.ts";
import { halfSine } from "./motions.ts";
import { Rig, type Found, type Motion } from "./part.ts";

const SECONDS = 12;
const SEEDS = 320;
const START = Number(process.env["FUZZ_START"] ?? 0);
const COUNT = Number(process.env["FUZZ_SEEDS"] ?? SEEDS);

interface Piece {
  readonly start_s: number;
  readonly length_s: number;
  readonly g: readonly [number, number, number];
  readonly dps: readonly [number, number, number];
  readonly shock_g: number;
  readonly shock_s: number;
  readonly noise_g: number;
}

/** Pieces of 5 to 500 ms: rests, floats, shocks, swings, roughness. */
function senseless(seed: number): Motion {
  const random = new Random(seed).fork("fuzz");
  const pieces: Piece[] = [];
  const some = (share: number, most: number): number => (random.uniform() < share ? random.uniform(-most, most) : 0);
  for (let start_s = 0; start_s < SECONDS; ) {
    const length_s = 0.005 * 100 ** random.uniform();
    const floats = random.uniform() < 0.35;
    pieces.push({
      start_s,
      length_s,
      g: floats ? [some(0.3, 0.5), some(0.3, 0.5), some(0.3, 0.5)] : [some(0.4, 3), some(0.4, 3), 1 + some(0.4, 3)],
      dps: [some(0.4, 600), some(0.7, 1200), some(0.4, 600)],
      shock_g: some(0.5, 14),
      shock_s: random.uniform(0.003, 0.03),
      noise_g: Math.max(0, some(0.3, 1.5)),
    });
    start_s += length_s;
  }
  let at = 0;
  return (t_s, out) => {
    if (pieces[at]!.start_s > t_s) at = 0;
    while (at + 1 < pieces.length && pieces[at + 1]!.start_s <= t_s) at += 1;
    const { start_s, length_s, g, dps, shock_g, shock_s, noise_g } = pieces[at]!;
    const shock = shock_g * halfSine(t_s - start_s, shock_s);
    const turn = Math.sin((Math.PI * (t_s - start_s)) / length_s);
    for (let axis = 0; axis < 3; axis++) {
      out[axis] = g[axis]! + (axis === 2 ? shock : 0.3 * shock) + noise_g * Math.sin(2 * Math.PI * (71 + 13 * axis) * t_s);
      out[3 + axis] = dps[axis]! * turn;
    }
  };
}

/** What must not be in a row of contacts, one test each. */
const RULES = {
  "a contact ends after it began": ({ ic_us, tc_us }: Found) => tc_us === null || tc_us > ic_us,
  "contacts do not overlap": ({ ic_us }: Found, before: Found | undefined) => before === undefined || ic_us > (before.tc_us ?? before.ic_us),
  "ids rise by one": ({ id }: Found, before: Found | undefined) => id === (before?.id ?? 0) + 1,
  "nothing is told before it is over": ({ at_us, ic_us, tc_us }: Found) => at_us >= (tc_us ?? ic_us),
  "kind and confidence are of the list": ({ kind, confidence }: Found) => kind >= KIND_WALK && kind <= KIND_HOP && confidence <= 100,
  "a hop has kind hop, a flight, a toe-off and at most 0.6 s": ({ kind, hop, flight_us, ic_us, tc_us }: Found) =>
    hop === 0 || (kind === KIND_HOP && flight_us !== null && tc_us !== null && tc_us - ic_us <= 600_000),
} as const;

const broken = new Map<string, string[]>();
let contacts = 0;
beforeAll(async () => {
  const rig = await Rig.make();
  for (const odr_hz of [104, 208, 416]) {
    for (const gyro of [true, false]) {
      for (let seed = START; seed < START + COUNT; seed++) {
        const heard = rig.run(senseless(seed), { seconds: SECONDS, odr_hz, gyro, range_g: 8, exercise: seed % 4, flush: true });
        contacts += heard.contacts.length;
        for (const [rule, holds] of Object.entries(RULES)) {
          const index = heard.contacts.findIndex((contact, at) => !holds(contact, heard.contacts[at - 1]));
          if (index < 0) continue;
          const fact = `${odr_hz} Hz, gyroscope ${gyro}: ${JSON.stringify(heard.contacts[index - 1])} then ${JSON.stringify(heard.contacts[index])}`;
          broken.set(rule, [...(broken.get(rule) ?? []), `FUZZ_START=${seed} FUZZ_SEEDS=1 npx vitest run test/detect/fuzz: ${fact}`]);
        }
      }
    }
  }
}, 30_000);

it("the motions make contacts", () => {
  expect(contacts).toBeGreaterThan(5 * COUNT);
});
for (const rule of Object.keys(RULES)) {
  it(`${rule}`, () => {
    expect(broken.get(rule) ?? []).toEqual([]);
  });
}
