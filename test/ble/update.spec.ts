// Another app for the clip, over the air: sent, tried, confirmed, and taken back.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client } from "../../host/clip/client.ts";
import type { Image } from "../../host/clip/smp.ts";
import { openBle } from "../../host/link/ble.ts";
import type { Link } from "../../host/link/link.ts";
import { loadWasm, versionSection } from "../../host/wasm.ts";
import { openAir, startClip, type Air, type Clip } from "./rig.ts";

/** An app that has run for so long confirms itself, ms. */
const TRIAL_MS = 5000;
const own = loadWasm();
// The same app by another name: the section that tells its version, once more.
const other = new Uint8Array([...own, ...versionSection(0x090807)]);
const hashOf = (image: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(image).digest());

let air: Air;
let clip: Clip;
let link: Link;
let client: Client;

beforeAll(async () => {
  air = await openAir(2);
  process.env["HOPCLIP_HCI"] = air.radios[1]!.path;
  clip = await startClip(air.radios[0]!, 8);
  link = await openBle(clip.name);
  client = new Client(link);
  await client.greet();
});

afterAll(async () => {
  await link.close();
  await clip.stop();
  await air.end();
});

/** "slot version marks" of each image. */
const brief = (images: readonly Image[]): string[] =>
  images.map(({ slot, version, ...image }) => [slot, version, ...(["active", "confirmed", "pending"] as const).filter((mark) => image[mark])].join(" "));
const version = "0.1.0";

/** Starts the clip anew: as a board's its connection ends, and comes back by itself. */
async function restart(): Promise<void> {
  await client.smp.reset();
  expect(await client.until(() => !link.up, 5000)).toBe(true);
  await client.ready();
}

test("an app is sent whole, and runs for nobody yet", async () => {
  expect(brief(await client.smp.images())).toEqual([`0 ${version} active confirmed`]);
  const told: number[] = [];
  const began_ms = performance.now();
  await client.smp.upload(other, (sent_bytes) => told.push(sent_bytes));
  console.log(`app over the air: ${other.length} bytes in ${((performance.now() - began_ms) / 1000).toFixed(1)} s`);
  expect(told.at(-1)).toBe(other.length);
  const images = await client.smp.images();
  expect(brief(images)).toEqual([`0 ${version} active confirmed`, "1 9.8.7"]);
  expect(images[1]!.hash).toBe(Buffer.from(hashOf(other)).toString("hex"));
});

test("it is tried once, and taken back when the clip starts again before it has confirmed itself", async () => {
  expect(brief(await client.smp.test(hashOf(other)))).toEqual([`0 ${version} active confirmed`, "1 9.8.7 pending"]);
  await restart();
  expect(brief(await client.smp.images())).toEqual([`0 ${version} confirmed`, "1 9.8.7 active"]);
  await restart();
  expect(brief(await client.smp.images())[0]).toBe(`0 ${version} active confirmed`);
});

test("it stays when it is confirmed", async () => {
  await client.smp.test(hashOf(other));
  await restart();
  expect(brief(await client.smp.confirm())[1]).toBe("1 9.8.7 active confirmed");
  await restart();
  expect(brief(await client.smp.images())[1]).toBe("1 9.8.7 active confirmed");
});

test("the one before comes back when it is asked for, and confirms itself", async () => {
  await client.smp.test(hashOf(own));
  await restart();
  expect(brief(await client.smp.images())[0]).toBe(`0 ${version} active`);
  await link.pass(TRIAL_MS + 1000);
  expect(brief(await client.smp.images())[0]).toBe(`0 ${version} active confirmed`);
  expect((await client.greet()).version).toBe(version);
});

test("an upload that is cut goes on where it was", async () => {
  const third = new Uint8Array([...own, ...versionSection(0x010203)]);
  const told: number[] = [];
  await client.smp.upload(third, (sent_bytes) => {
    told.push(sent_bytes);
    if (told.length % 20 !== 0) return;
    air.reach(0, false);
    air.reach(0, true);
  });
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect((await client.smp.images()).find(({ version: one }) => one === "1.2.3")!.hash).toBe(Buffer.from(hashOf(third)).toString("hex"));
});
