// The client of a clip's lines: greeting, typed answers, damaged ones, silence, and a link that is cut.
import { describe, expect, test } from "vitest";
import { Client } from "../../host/clip/client.ts";
import { Device } from "./device.ts";

function made(change: (device: Device) => void = () => {}): { device: Device; client: Client } {
  const device = new Device();
  change(device);
  return { device, client: new Client(device) };
}
const message = (work: Promise<unknown>): Promise<string> => work.then(() => "no failure", (error: Error) => `${error.name}: ${error.message}`);

describe("a greeting", () => {
  test("knows the clip, and tells a real one the time of day", async () => {
    const { device, client } = made();
    expect(await client.greet()).toMatchObject({ serial: "42", chip: 108, odr_hz: 416 });
    expect(device.commands).toEqual(["HEL"]);
    const real = made((each) => (each.source = "clip"));
    const from_us = Date.now() * 1000;
    await real.client.greet();
    expect(real.device.commands).toEqual(["HEL", "TIM"]);
    expect(real.client.clock!.unix_us - from_us).toBeLessThan(10e6);
    expect(real.client.clock!.clip_us).toBeGreaterThan(0);
  });
  test("that nobody answers says what to look at", async () => {
    expect(await message(made((device) => (device.answers["HEL"] = () => null)).client.greet())).toBe("Failure: made clip: the clip did not answer HEL within 2 s: is it charged, near and not in use elsewhere?");
  });
  test("that something else answers says so", async () => {
    const { device, client } = made((each) => (each.answers["HEL"] = () => null));
    device.later(100, () => device.onLine?.("$GPGGA,123519,4807.038,N\u0007"));
    expect(await message(client.greet())).toBe('Failure: made clip: what answers there is no hopclip; it says "$GPGGA,123519,4807.038,N?"');
  });
  test("is said again where it was not heard", async () => {
    let heard = 0;
    const { client } = made((device) => (device.answers["HEL"] = (seq) => (++heard < 3 ? null : [`ACK,${seq},HEL`, "HEL,1,0.1.0,7,108,416,16,1"])));
    expect((await client.greet()).serial).toBe("7");
  });
});

describe("an answer", () => {
  test("to STA is typed", async () => {
    expect(await made().client.status()).toEqual({ mode: "idle", set: 3, exercise: "pogo", uptime_ms: 1100, battery_mv: 3900, rate_hz: 416.123, samples: 42, lost_samples: 1, records: 7 });
    expect(await made((device) => (device.answers["STA"] = (seq) => [`ACK,${seq},STA,3,1,0,5,-,0,0,0,0`])).client.status()).toMatchObject({ mode: "set", battery_mv: null, rate_hz: null });
  });
  test.each(["", ",0,0,0", ",9,0,0,1,1,1,1,1,1", ",0,0,0,1,1,1,1,1,A"])("to STA that is %j makes no sense", async (values) => {
    expect(await message(made((device) => (device.answers["STA"] = (seq) => [`ACK,${seq},STA${values}`])).client.status())).toMatch(/^Failure: made clip: the clip.*(makes no sense|did not answer)/u);
  });
  test.each([
    ["CFG,ODR,1", "RANG", "a value is outside of what it takes"],
    ["SET,1", "BUSY", "in the middle of something else"],
    ["XYZ", "CMD", "update it"],
    ["XYZ", "WHAT", "refused XYZ: WHAT"],
  ])("that refuses %s with %s says what that means", async (body, error, text) => {
    const tag = body.slice(0, 3);
    expect(await message(made((device) => (device.answers[tag] = (seq) => [`ERR,${seq},${tag},${error}`])).client.command(body))).toContain(text);
  });
  test("to a command that was damaged on its way is waited for again", async () => {
    let heard = 0;
    const { client, device } = made((each) => (each.answers["STP"] = (seq) => (++heard === 1 ? ["ERR,-,-,CRC"] : [`ACK,${seq},STP`])));
    expect(await client.command("STP")).toEqual([]);
    expect(device.commands).toEqual(["STP", "STP"]);
    const never = made((each) => (each.answers["STP"] = () => ["ERR,-,-,FORM"]));
    expect(await message(never.client.command("STP"))).toMatch(/refused STP: FORM/u);
    expect(never.device.commands).toHaveLength(3);
  });
  test("to another command, replayed or from before, is not taken", async () => {
    const { client } = made((device) => (device.answers["STP"] = (seq) => [`ACK,${seq - 1},STP`, `ACK,${seq + 7},STP`]));
    expect(await message(client.command("STP"))).toContain("did not answer STP");
  });
  test("is each command's own where several are asked at once", async () => {
    const { client, device } = made();
    const all = await Promise.all([client.command("CFG,ODR"), client.status(), client.greet()]);
    expect([all[1].set, all[2].serial]).toEqual([3, "42"]);
    expect(device.commands).toEqual(["CFG", "STA", "HEL"]);
  });
});

describe("a link that is cut", () => {
  test("is waited for, and the clip greeted again", async () => {
    const { device, client } = made((each) => (each.source = "clip"));
    await client.greet();
    const states: boolean[] = [];
    client.onState = (up) => states.push(up);
    device.cut(8000);
    expect((await client.status()).set).toBe(3);
    expect(device.commands).toEqual(["HEL", "TIM", "HEL", "TIM", "STA"]);
    expect(states).toEqual([false, true]);
  });
  test("for good is given up after 30 s", async () => {
    const { device, client } = made();
    device.cut(NaN);
    expect(await message(client.status())).toMatch(/the link is cut and did not come back within 30 s/u);
    expect(device.now_ms).toBeGreaterThanOrEqual(30_000);
    expect(device.now_ms).toBeLessThan(30_100);
  });
  test("before the answer says so at once", async () => {
    const { device, client } = made();
    device.answers["STP"] = () => (device.cut(5000), null);
    expect(await message(client.command("STP"))).toContain("the link was cut before the clip answered STP");
    expect(device.now_ms).toBeLessThan(100);
  });
  test("and comes back with another clip is told", async () => {
    const { device, client } = made();
    await client.greet();
    device.cut(100);
    device.serial = "43";
    const other = "Failure: made clip: another clip answers there now: number 43, it was 42";
    expect(await message(client.status())).toBe(other);
    expect(await message(client.status())).toBe(other); // and is not the right one by having been asked
  });
  test("and comes back with another clip that says so by itself is told", async () => {
    const { device, client } = made();
    await client.greet();
    device.cut(100);
    device.serial = "43";
    device.later(150, () => device.say("HEL,1,0.1.0,43,108,416,16,1"));
    await device.pass(300);
    expect(await message(client.status())).toContain("another clip answers there now: number 43, it was 42");
  });
  test("and comes back with another clip, of which no packet is taken", async () => {
    const { device, client } = made();
    const file = new Uint8Array(1000).fill(1);
    device.files.set("/log/7", file);
    await client.greet();
    device.onAsked = (_asked, index) => {
      if (index === 3) {
        device.cut(100);
        device.serial = "43";
        device.files.set("/log/7", file.map(() => 2));
      }
      return true;
    };
    expect(await message(client.smp.download("/log/7"))).toContain("another clip answers there now: number 43, it was 42");
  });
  test("and again while it is greeted is waited for again", async () => {
    const { device, client } = made();
    await client.greet();
    device.cut(100);
    let cuts = 0;
    device.answers["HEL"] = (seq) => (cuts++ === 0 ? (device.cut(100), null) : [`ACK,${seq},HEL`, "HEL,1,0.1.0,42,108,416,16,1"]);
    expect((await client.status()).mode).toBe("idle");
  });
});

test("a wire that says nothing but damaged lines fills no memory", () => {
  const { device, client } = made();
  let lines = 0;
  client.onLine = () => (lines += 1);
  for (let i = 0; i < 100_000; i++) device.onLine?.(`$HC,${i},BEA,1,2,0*0000`);
  expect(lines).toBeLessThanOrEqual(110);
  device.say("BEA,1,2,0");
  expect(lines).toBeLessThanOrEqual(111);
});
