// A set over the air, in real time, on a simulated person who hops 180 times a minute.
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client } from "../../host/clip/client.ts";
import { startSet } from "../../host/clip/command.ts";
import { linesOf, Logbook, parseLog, setsOf, type LogRecord } from "../../host/clip/logbook.ts";
import { Session } from "../../host/clip/session.ts";
import { openBle } from "../../host/link/ble.ts";
import type { Link } from "../../host/link/link.ts";
import { openAir, startClip, type Air, type Clip } from "./rig.ts";

const TEMPO_BPM = 180;
const SET_S = 30;
/** Longest from a contact's end to its line here, 99 of 100. */
const LATE_MS_MAX = 150;

let air: Air;
let clip: Clip;
let link: Link;
let client: Client;

beforeAll(async () => {
  air = await openAir(2);
  process.env["HOPCLIP_HCI"] = air.radios[1]!.path;
  clip = await startClip(air.radios[0]!, 12);
  link = await openBle(clip.name);
  client = new Client(link);
  await client.greet();
});

afterAll(async () => {
  await link.close();
  await clip.stop();
  await air.end();
});

/** Starts a set and waits for its end. */
async function hop(seconds: number, session: Session): Promise<void> {
  await client.command(startSet({ exercise: "pogo", bpm: TEMPO_BPM, duration_ms: seconds * 1000, count_in: 4 }));
  expect(await client.until(() => session.verdict !== null, (seconds + 15) * 1000)).toBe(true);
}

test(`every contact comes, 99 of 100 within ${LATE_MS_MAX} ms of their end`, async () => {
  const session = new Session();
  const late_ms: number[] = [];
  // The clip's clock as it was when TIM came there: so the time that TIM took makes contacts rather too late than too early.
  const { unix_us, clip_us } = await client.sync();
  client.onLine = (text) => {
    const now_us = (performance.timeOrigin + performance.now()) * 1000;
    const event = session.line(text);
    if (event?.type === "contact" && event.tc_us !== null) late_ms.push((now_us - unix_us - (event.tc_us - clip_us)) / 1000);
  };
  await hop(SET_S, session);
  client.onLine = null;
  expect(session.summary!.contacts).toBeGreaterThan((0.9 * SET_S * TEMPO_BPM) / 60);
  expect(session.contacts.length).toBe(session.summary!.contacts);
  expect(new Set(session.contacts.map(({ id }) => id)).size).toBe(session.summary!.contacts);
  expect(session.lost).toBe(0);
  late_ms.sort((a, b) => a - b);
  const p99_ms = late_ms[Math.ceil(0.99 * late_ms.length) - 1]!;
  console.log(`contact to line over the air: median ${late_ms[late_ms.length >> 1]!.toFixed(0)} ms, p99 ${p99_ms.toFixed(0)} ms of ${late_ms.length}`);
  expect(late_ms[0]).toBeGreaterThan(0);
  expect(p99_ms).toBeLessThan(LATE_MS_MAX);
});

test("a set whose link is lost meanwhile is whole afterwards: what did not come is in the log", async () => {
  const session = new Session();
  client.onLine = (text) => void session.line(text);
  const before = session.contacts.length;
  const cut = (async () => {
    await client.until(() => session.contacts.length > before + 12, 20_000);
    air.reach(0, false);
    await link.pass(2500);
    air.reach(0, true);
  })();
  await hop(15, session);
  await cut;
  client.onLine = null;
  expect(session.contacts.length).toBeLessThan(session.summary!.contacts - 4); // lines were lost
  const book = new Logbook(client.smp);
  const records: LogRecord[] = [];
  for (const { number } of await book.files()) records.push(...parseLog((await book.bytes(number))!).records);
  const logged = [...setsOf(() => records)].find(({ set }) => set === session.summary!.set)!;
  const whole = new Session();
  for (const text of linesOf(logged)) whole.line(text);
  expect(whole.summary).toEqual(session.summary);
  expect(whole.contacts.length).toBe(session.summary!.contacts);
  expect(whole.contacts).toEqual(expect.arrayContaining(session.contacts));
});
