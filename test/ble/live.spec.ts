// A set over the air, in real time, on a simulated person who hops 180 times a minute.
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client } from "../../host/clip/client.ts";
import { startSet } from "../../host/clip/command.ts";
import type { ContactEvent } from "../../host/clip/event.ts";
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
  const ids = new Set<number>();
  client.onEvent = (event) => {
    if (event.type === "contact") ids.add((event as ContactEvent).id);
  };
  await client.command(startSet({ exercise: "pogo", bpm: TEMPO_BPM, duration_ms: SET_S * 1000, count_in: 4 }));
  expect(await client.until(() => session.verdict !== null, (SET_S + 15) * 1000)).toBe(true);
  expect(session.summary!.contacts).toBeGreaterThan((0.9 * SET_S * TEMPO_BPM) / 60);
  expect(session.contacts.length).toBe(session.summary!.contacts);
  expect(ids.size).toBe(session.summary!.contacts);
  expect(session.lost).toBe(0);
  late_ms.sort((a, b) => a - b);
  const p99_ms = late_ms[Math.ceil(0.99 * late_ms.length) - 1]!;
  console.log(`contact to line over the air: median ${late_ms[late_ms.length >> 1]!.toFixed(0)} ms, p99 ${p99_ms.toFixed(0)} ms of ${late_ms.length}`);
  expect(late_ms[0]).toBeGreaterThan(0);
  expect(p99_ms).toBeLessThan(LATE_MS_MAX);
});
