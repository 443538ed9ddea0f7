// The log of half an hour of hopping, fetched over the air.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client } from "../../host/clip/client.ts";
import { startSet } from "../../host/clip/command.ts";
import { readEvent } from "../../host/clip/event.ts";
import { buildLine, parseFrame } from "../../host/clip/line.ts";
import { openBle } from "../../host/link/ble.ts";
import { Splitter } from "../../host/link/splitter.ts";
import { SimulatedClip } from "../../host/simulator.ts";
import { loadWasm } from "../../host/wasm.ts";
import { Random } from "../../sim/random.ts";
import { openAir, startClip, type Air, type Clip } from "./rig.ts";

const HOPPING_S = 1800;
const TEMPO_BPM = 170;
const CONTACTS = 5000;
/** A contact takes so much of the log. */
const CONTACT_BYTES = 48;
const DOWNLOAD_MS_MAX = 10_000;
const CUTS = 50;
const SEED = 20;
const SECTOR_BYTES = 4096;
const SECTOR_HEAD_BYTES = 16;
/** An entry of the index is this long. */
const ENTRY_BYTES = 16;

const folder = mkdtempSync(join(tmpdir(), "hopclip-air-"));
const flash = join(folder, "flash");
let contacts = 0;
let air: Air;
let clip: Clip;
let files: readonly string[];
/** What was fetched in one go, by file. */
const fetched = new Map<string, Buffer>();

/** The flash of a clip that a person has hopped with for half an hour, in virtual time. */
function hopped(): Uint8Array {
  const made = new SimulatedClip({ wasm: loadWasm(), exercise: "pogo", seconds: HOPPING_S, seed: SEED });
  const splitter = new Splitter();
  splitter.onLine = (text) => {
    const frame = parseFrame(text);
    const event = typeof frame === "string" ? null : readEvent(frame);
    if (event?.type === "summary") ({ contacts } = event);
  };
  made.onBytes = (port, bytes) => {
    if (port === 0) splitter.push(bytes);
  };
  made.send(buildLine(1, startSet({ exercise: "pogo", bpm: TEMPO_BPM, duration_ms: HOPPING_S * 1000, count_in: 4 })));
  for (let second = 0; second < HOPPING_S + 20; second++) made.run(1);
  made.close();
  return made.flash;
}

beforeAll(async () => {
  writeFileSync(flash, hopped());
  air = await openAir(2);
  process.env["HOPCLIP_HCI"] = air.radios[1]!.path;
  clip = await startClip(air.radios[0]!, 3, "--flash", flash);
});

afterAll(async () => {
  await clip.stop();
  await air.end();
  rmSync(folder, { recursive: true });
});

test("the log holds what was hopped", () => {
  expect(contacts).toBeGreaterThanOrEqual(CONTACTS);
});

test(`comes within ${DOWNLOAD_MS_MAX / 1000} s, byte by byte as it is in the flash`, async () => {
  const link = await openBle(clip.name);
  const client = new Client(link);
  await client.greet();
  const began_ms = performance.now();
  const index = Buffer.from(await client.smp.download("/log")).toString("latin1");
  files = index.match(/.{15}\n/gu)!.map((entry) => `/log/${Number(entry.slice(0, 10))}`);
  expect(files.length * ENTRY_BYTES).toBe(index.length);
  for (const name of files) fetched.set(name, Buffer.from(await client.smp.download(name)));
  const took_ms = performance.now() - began_ms;
  await link.close();
  const bytes = [...fetched.values()].reduce((sum, each) => sum + each.length, 0);
  console.log(`log over the air: ${contacts} contacts, ${bytes} bytes in ${(took_ms / 1000).toFixed(1)} s, ${(bytes / took_ms).toFixed(0)} kB/s`);
  expect(bytes).toBeGreaterThan(contacts * CONTACT_BYTES);
  expect(took_ms).toBeLessThan(DOWNLOAD_MS_MAX);
  const whole = readFileSync(flash);
  const sectors = Array.from({ length: whole.length / SECTOR_BYTES }, (_, at) => whole.subarray(at * SECTOR_BYTES + SECTOR_HEAD_BYTES, (at + 1) * SECTOR_BYTES));
  for (const file of fetched.values()) expect(sectors.filter((sector) => sector.subarray(0, file.length).equals(file)).length).toBe(1);
});

test(`comes as well when the way to the clip is cut ${CUTS} times meanwhile`, async () => {
  const link = await openBle(clip.name);
  const client = new Client(link);
  await client.greet();
  const old = files.slice(0, -1); // the last one has grown by the greeting
  const total_bytes = old.reduce((sum, name) => sum + fetched.get(name)!.length, 0);
  const random = new Random(SEED);
  const places = Array.from({ length: CUTS }, () => random.below(total_bytes)).sort((a, b) => a - b);
  let before_bytes = 0;
  let cuts = 0;
  link.onState = ((told) => (up: boolean) => {
    if (!up) cuts += 1;
    told?.(up);
  })(link.onState);
  for (const name of old) {
    const wanted = fetched.get(name)!;
    const got = await client.smp.download(name, {
      progress: (have_bytes) => {
        if (before_bytes + have_bytes < (places[0] ?? Infinity)) return;
        while (places[0] !== undefined && places[0] <= before_bytes + have_bytes) places.shift();
        air.reach(0, false);
        air.reach(0, true);
      },
    });
    expect(wanted.equals(Buffer.from(got))).toBe(true);
    before_bytes += wanted.length;
  }
  console.log(`cut ${cuts} times`);
  expect(cuts).toBeGreaterThan(0.8 * CUTS); // some fell between the same two packets
  await link.close();
});
