// Guided sets over a wire that is cut in the middle of them, on simulated clips in virtual time: nothing is lost, and what was missed is said.
import { describe, expect, test } from "vitest";
import { Client } from "../../host/clip/client.ts";
import type { SetOptions } from "../../host/clip/command.ts";
import { firstSetOf, parseLog, setsOf, type LogRecord } from "../../host/clip/logbook.ts";
import { PROGRAMMES, type Drill } from "../../host/coach/programme.ts";
import { guide, type Guided } from "../../host/guide.ts";
import type { Shown } from "../../host/live.ts";
import type { View } from "../../host/view/view.ts";
import { loadWasm } from "../../host/wasm.ts";
import { Random } from "../../sim/random.ts";
import type { SimulatedClipOptions } from "../../sim/clip.ts";
import { contactFields, readLog, summaryFields, verdictFields } from "../app/records.ts";
import { LOG_CONTACT, LOG_REP, LOG_SET, LOG_SUMMARY, LOG_VERDICT } from "../../firmware/wire/layout.ts";
import { Wire } from "../client/wire.ts";

class Heard implements View {
  readonly said: string[] = [];
  last: Shown | null = null;
  watch: (shown: Shown) => void = () => {};
  say(text: string): void {
    this.said.push(text);
  }
  show(shown: Shown): void {
    this.last = shown;
    this.watch(shown);
  }
  end(): Promise<void> {
    return Promise.resolve();
  }
}

type Plan = SetOptions & { readonly exercise: Drill };
const PLANS: readonly (readonly [Plan, Omit<SimulatedClipOptions, "wasm" | "seed">])[] = [
  [{ exercise: "pogo", bpm: 150, duration_ms: 16_000, count_in: 8, target: 38, variant: "single" }, { exercise: "pogo", variant: "single", bpm: 150, seconds: 20 }],
  [{ exercise: "calf", target: 6, still_ms: 8000 }, { exercise: "calf", reps: 8, seconds: 60 }],
  [{ exercise: "wall-sit", target: 15, duration_ms: 60_000 }, { exercise: "wall-sit", seconds: 20 }],
  [{ exercise: "step-down", target: 4, still_ms: 8000 }, { exercise: "step-down", reps: 6, seconds: 60 }],
  [{ exercise: "run", duration_ms: 25_000, bpm: 170, variant: "always" }, { exercise: "run", variant: "following", bpm: 170, seconds: 30 }],
];

interface Done {
  readonly of: Guided | null;
  readonly view: Heard;
  readonly wire: Wire;
}

async function guided(index: number, seed: number, prepare: (wire: Wire, view: Heard) => void): Promise<Done> {
  const [set, person] = PLANS[index % PLANS.length]!;
  const wire = new Wire({ wasm: loadWasm(), seed, ...person });
  const view = new Heard();
  prepare(wire, view);
  const of = await guide(new Client(wire), { programme: PROGRAMMES[set.exercise], set }, view, new AbortController().signal);
  return { of, view, wire };
}

/** What the firmware's own store finds in the flash of the last set. */
async function truth({ wire }: Done): Promise<{ contacts: string[][]; reps: number; summary: string[]; verdict: string[] }> {
  const records = await readLog({ bytes: wire.clip.flash } as never);
  const set = records.slice(records.findLastIndex(({ type }) => type === LOG_SET));
  const of = (wanted: number) => set.filter(({ type }) => type === wanted);
  return { contacts: of(LOG_CONTACT).map(contactFields), reps: of(LOG_REP).length, summary: summaryFields(of(LOG_SUMMARY)[0]!), verdict: verdictFields(of(LOG_VERDICT).at(-1)!) };
}

/** The set is as the clip itself has it, without a complaint. */
async function check(done: Done): Promise<void> {
  const { result, clip_key } = done.of!;
  const { contacts, reps, summary } = await truth(done);
  expect(result.errors).toEqual([]);
  expect([result.contacts.length, result.set!.contacts, result.set!.hops, result.set!.strides]).toEqual([contacts.length, ...summary.slice(4, 7).map(Number)]);
  expect(result.contacts.map(({ ic_s }) => ic_s)).toEqual(contacts.map(([, ic_us]) => expect.closeTo((Number(ic_us) - Number(clip_key!.split("/")[2])) / 1e6, 5)));
  if (result.holds.length === 0) expect(result.reps.length + result.taps.length).toBe(reps);
  expect(clip_key).toMatch(new RegExp(`^-/${summary[0]}/\\d+$`, "u"));
}

const SEEDS = Number(process.env["HOPCLIP_SEEDS"] ?? 20);
describe("a link that is cut", () => {
  test(`at any time, in ${SEEDS} sets, loses nothing`, async () => {
    let cuts = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = new Random(seed);
      const done = await guided(seed, seed, (wire) => {
        // the set is asked for after some 5 s: from then on
        let at_s = 5.5 + random.uniform(0, 8);
        for (let count = 0; count < 3; count++) {
          const for_s = random.uniform(0.1, 12);
          wire.cut({ at_s, for_s });
          at_s += for_s + random.uniform(0.2, 8);
        }
      }).catch((error: Error) => error);
      if (done instanceof Error) {
        expect([seed, done.message]).toEqual([seed, expect.stringContaining("the link was cut before the set had begun")]); // it looked whether the clip is still for longer
        continue;
      }
      cuts += done.view.said.filter((text) => text === "The link is back.").length;
      await check(done);
      await done.wire.close();
    }
    expect(cuts).toBeGreaterThan(SEEDS);
  }, 300_000);

  test("says so, counts on, and catches up", async () => {
    const shown: string[] = [];
    let cut = false;
    const done = await guided(0, 7, (wire, view) => {
      view.watch = ({ phase, elapsed_s, big }) => {
        if (phase === "set" && elapsed_s > 4 && !cut) {
          cut = true;
          wire.cut({ at_s: wire.now_ms / 1000, for_s: 6 });
        }
        if (phase === "set") shown.push(`${elapsed_s.toFixed(1)} ${big}`);
      };
    });
    expect(done.view.said.slice(-2)).toEqual(["The link to the clip is cut. Go on: the clip counts by itself; this waits for it.", "The link is back."]);
    const counts = shown.map((text) => Number(text.split(" ")[1]));
    const jump = Math.max(...counts.map((count, i) => count - (counts[i - 1] ?? count)));
    expect(jump).toBeGreaterThan(10); // 6 s at 150/min
    expect(Number(done.view.last!.big)).toBe(done.of!.result.hops);
    await check(done);
  });

  test("over the end of the set gives the whole set when it is back", async () => {
    const done = await guided(0, 9, (wire, view) => {
      view.watch = ({ phase, elapsed_s }) => {
        if (phase === "set" && elapsed_s > 14 && wire.up && wire.now_ms < 60_000) wire.cut({ at_s: wire.now_ms / 1000, for_s: 60 });
      };
    });
    expect(done.of!.result.set!.end).toBe("time");
    await check(done);
  });

  test("as the set is asked for is asked again, or not, as the log says", async () => {
    for (const after of [0, 1]) {
      let asked = 0;
      const done = await guided(0, 7, (wire) => {
        const send = wire.send.bind(wire);
        wire.send = (line) => {
          if (line.includes(",SET,1,")) asked += 1;
          if (line.includes(",SET,1,") && asked === 1) {
            if (after === 1) send(line);
            wire.cut({ at_s: wire.now_ms / 1000 + after * 0.001, for_s: 2 });
            wire.loses = () => asked === 1 && wire.now_ms < 1;
            return;
          }
          send(line);
        };
      });
      expect(asked).toBe(2 - after);
      await check(done);
    }
  });

  test("for good is a Failure that says where the set is", async () => {
    const failed = guided(0, 7, (wire, view) => {
      view.watch = ({ phase }) => {
        if (phase === "set" && wire.up) wire.cut({ at_s: wire.now_ms / 1000, for_s: NaN });
      };
    });
    await expect(failed).rejects.toThrow("wire: the link was cut in the set and did not come back; nothing is lost: the clip keeps the set in its log, and hopclip logs pull brings it");
  });
});

test("a wire that loses single lines gives the set whole from the log", async () => {
  let all = 0;
  for (let seed = 1; seed <= 5; seed++) {
    const random = new Random(seed);
    let lost = 0;
    const done = await guided(seed, seed, (wire) => {
      wire.loses = (bytes) => {
        const loses = /,(?:CON|REP|AMD|BEA)/u.test(Buffer.from(bytes).toString("latin1")) && random.uniform(0, 1) < 0.2;
        if (loses) lost += 1;
        return loses;
      };
    });
    all += lost;
    await check(done);
  }
  expect(all).toBeGreaterThan(10);
}, 60_000);

test("a whole log gives the same set as its lines did", async () => {
  for (let index = 0; index < PLANS.length; index++) {
    const done = await guided(index, 4, () => {});
    const { flash } = done.wire.clip;
    const records: LogRecord[] = [];
    for (let sector = 0x2000; sector < 0x40000; sector += 0x1000) records.push(...parseLog(flash.subarray(sector + 16, sector + 0x1000)).records);
    const sets = [...setsOf(() => records)];
    expect(sets).toHaveLength(2); // the first only looked whether the clip is still
    expect(sets[1]!.began!.known).toBe("exactly");
    expect(Math.abs(sets[1]!.began!.unix_ms - Date.now())).toBeLessThan(100_000);
    expect(firstSetOf(records)!.plan.set).toBe(1);
    await check(done);
  }
}, 60_000);
