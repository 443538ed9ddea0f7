// SMP as the client speaks it, against a clip made of the specification: values, errors of both versions, lost and stale answers, cuts.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Client } from "../../host/clip/client.ts";
import { SmpError, type Smp } from "../../host/clip/smp.ts";
import { chance } from "../link/mutant.ts";
import { Device, Refused, type Asked } from "./device.ts";

const random = chance(7);
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => random(256));
const FILE = bytes(4080);
const IMAGE = bytes(33_333);

function made(change: (device: Device) => void = () => {}): { device: Device; smp: Smp } {
  const device = new Device();
  device.files.set("/log/7", FILE);
  change(device);
  return { device, smp: new Client(device).smp };
}
const failure = (work: Promise<unknown>): Promise<Error> => work.then(() => Promise.reject(new Error("no failure")), (error: Error) => error);

describe("asks", () => {
  test("echo, parameters, reset", async () => {
    const { device, smp } = made();
    expect(await smp.echo("hello ünïcode")).toBe("hello ünïcode");
    expect(await smp.parameters()).toEqual({ buffer_bytes: 512 });
    await smp.reset();
    expect(device.packets.map(({ op, group, command }) => [op, group, command])).toEqual([[2, 0, 0], [0, 0, 6], [2, 0, 5]]);
  });
  test("files: size, bytes, from the middle, check sum", async () => {
    const { smp } = made();
    expect(await smp.size("/log/7")).toBe(4080);
    const told: number[] = [];
    expect(await smp.download("/log/7", { progress: (have) => told.push(have) })).toEqual(FILE);
    expect([told.length, told.at(-1)]).toEqual([14, 4080]);
    expect(await smp.download("/log/7", { from: 1001 })).toEqual(FILE.slice(1001));
    expect(await smp.download("/log/7", { from: 4080 })).toEqual(new Uint8Array(0));
    expect(await smp.hash("/log/7")).toBe(createHash("sha256").update(FILE).digest("hex"));
  });
  test("an empty file", async () => {
    expect(await made((device) => device.files.set("/log", new Uint8Array(0))).smp.download("/log")).toEqual(new Uint8Array(0));
  });
  test("images", async () => {
    const { smp } = made();
    expect(await smp.images()).toEqual([{ slot: 0, version: "0.1.0", hash: "01".repeat(32), bootable: true, pending: false, confirmed: true, active: true }]);
    expect(await smp.running()).toBe("01".repeat(32));
  });
  test("an upload in packets the clip takes, whatever their length", async () => {
    for (const buffer_bytes of [96, 384, 512, 2475]) {
      const { device, smp } = made((each) => (each.buffer_bytes = buffer_bytes));
      const told: number[] = [];
      await smp.upload(IMAGE, (sent) => told.push(sent));
      expect(Buffer.compare(device.slot!.bytes, IMAGE)).toBe(0);
      expect(told.at(-1)).toBe(IMAGE.length);
      expect(device.packets.length).toBeLessThan(3 + IMAGE.length / (buffer_bytes - 60));
    }
  });
  test("one thing at a time, in order", async () => {
    const { device, smp } = made();
    let open = 0;
    device.onAsked = () => ((open += 1), true);
    device.onAnswer = (body) => {
      expect(open--).toBe(1);
      return body;
    };
    expect(await Promise.all(["a", "b", "c"].map((text) => smp.echo(text)))).toEqual(["a", "b", "c"]);
  });
});

describe("an error", () => {
  test.each<[string, (smp: Smp) => Promise<unknown>, Refused, RegExp, boolean]>([
    ["of files", (smp) => smp.download("/log/9"), new Refused(8, 3), /could not read \/log\/9: there is no such file/u, true],
    ["of files, another number for the same", (smp) => smp.size("/log/9"), new Refused(8, 2), /there is no such file/u, true],
    ["of a general kind", (smp) => smp.reset(), new Refused(null, 10), /could not start anew: it is in the middle of something else/u, false],
    ["that is not known", (smp) => smp.erase(), new Refused(1, 77), /error 77 of group 1/u, false],
    ["not supported", (smp) => smp.erase(), new Refused(null, 8), /its firmware does not know that: update it/u, false],
  ])("%s is readable", async (_what, work, refused, text, missing) => {
    const { smp } = made((device) => (device.onAnswer = () => (refused.group === null ? { rc: refused.rc } : { err: { group: refused.group, rc: refused.rc } })));
    const error = await failure(work(smp));
    expect(error).toBeInstanceOf(SmpError);
    expect([error.message, (error as SmpError).missing]).toEqual([expect.stringMatching(text), missing]);
  });
  test("is not asked about again", async () => {
    const { device, smp } = made();
    await failure(smp.size("/log/9"));
    expect(device.packets).toHaveLength(1);
  });
});

describe("an answer that makes no sense", () => {
  test.each<[string, (smp: Smp) => Promise<unknown>, (body: Record<string, unknown>, asked: Asked) => Record<string, unknown>]>([
    ["another place in the file", (smp) => smp.download("/log/7"), (body) => ({ ...body, off: Number(body["off"]) + 1 })],
    ["no data", (smp) => smp.download("/log/7"), () => ({ off: 0, len: 10, data: new Uint8Array(0) })],
    ["text for data", (smp) => smp.download("/log/7"), () => ({ off: 0, len: 10, data: "0123456789" })],
    ["no length", (smp) => smp.download("/log/7"), ({ off, data }) => ({ off, data })],
    ["a length below zero", (smp) => smp.download("/log/7"), (body) => ({ ...body, len: -1 })],
    ["a file longer than any memory", (smp) => smp.download("/log/7"), (body) => ({ ...body, len: 2 ** 40 })],
    ["half a length", (smp) => smp.size("/log/7"), () => ({ len: 1.5 })],
    ["a short check sum", (smp) => smp.hash("/log/7"), () => ({ output: new Uint8Array(4) })],
    ["no echo", (smp) => smp.echo("a"), () => ({})],
    ["a buffer of nothing", (smp) => smp.parameters(), () => ({ buf_size: 0 })],
    ["no list", (smp) => smp.images(), () => ({ images: 7 })],
    ["an image without a hash", (smp) => smp.images(), () => ({ images: [{ slot: 0, version: "1" }] })],
    ["an image that is none", (smp) => smp.images(), () => ({ images: ["a"] })],
    ["an upload beyond its end", (smp) => smp.upload(IMAGE), (body, { command }) => (command === 1 ? { off: IMAGE.length + 1 } : body)],
    ["an error that is none", (smp) => smp.echo("a"), () => ({ err: 7 })],
    ["a code that is none", (smp) => smp.echo("a"), () => ({ rc: "x" })],
  ])("(%s) is told, and ends the work", async (_what, work, change) => {
    const { device, smp } = made((each) => (each.onAnswer = change));
    expect((await failure(work(smp))).message).toMatch(/^made clip: asked to .* makes no sense: is its firmware as new as this hopclip\?$/u);
    expect(device.packets.length).toBeLessThan(5);
  });
  test("an upload that does not get on is given up", async () => {
    const { smp } = made((device) => (device.onAnswer = (body, { command }) => (command === 1 ? { off: 100 } : body)));
    expect((await failure(smp.upload(IMAGE))).message).toContain("takes no more of the app after 100 of 33333 bytes");
  });
  test("an app that arrived damaged is told", async () => {
    const { smp } = made((device) => (device.onAnswer = (body) => ("match" in body ? { ...body, match: false } : body)));
    expect((await failure(smp.upload(IMAGE))).message).toContain("the app arrived damaged");
  });
});

describe("a wire that", () => {
  test("loses answers is asked again, and then given up", async () => {
    const { device, smp } = made((each) => (each.onAsked = (_asked, index) => index % 3 === 0));
    expect(await smp.download("/log/7")).toEqual(FILE);
    device.onAsked = () => false;
    const from = device.packets.length;
    expect((await failure(smp.echo("a"))).message).toMatch(/asked 4 times to echo, the clip did not answer/u);
    expect(device.packets.length - from).toBe(4);
  });
  test("is slow: an answer to an earlier try, or to nothing, is not taken for this one's", async () => {
    const { device, smp } = made();
    device.onAsked = (asked, index) => {
      if (index > 1) return true;
      device.later(2100, () => device.give({ ...asked, op: 3 }, { r: "late" })); // comes in the second try
      return false;
    };
    device.onAnswer = (body) => {
      device.give({ op: 3, version: 1, group: 0, command: 0, sequence: 77 }, { r: "other" });
      device.give({ op: 1, version: 1, group: 0, command: 0, sequence: device.packets.at(-1)!.sequence }, { r: "other" });
      device.give({ op: 3, version: 1, group: 8, command: 0, sequence: device.packets.at(-1)!.sequence }, { r: "other" });
      device.onPacket?.(bytes(30));
      return body;
    };
    expect(await smp.echo("now")).toBe("now");
    expect(device.packets).toHaveLength(2);
  });
  test("replays every answer changes nothing", async () => {
    const { device, smp } = made();
    device.onAnswer = (body, asked) => {
      device.give({ ...asked, op: asked.op + 1 }, body);
      return body;
    };
    expect(await smp.download("/log/7")).toEqual(FILE);
    await smp.upload(IMAGE);
    expect(Buffer.compare(device.slot!.bytes, IMAGE)).toBe(0);
  });
  test("is cut at every packet of a download and of an upload gives equal bytes", async () => {
    for (let cut = 1; cut <= 20; cut++) {
      const { device, smp } = made((each) => {
        each.onAsked = (_asked, index) => {
          if (index === cut) each.cut(3000);
          return index !== cut;
        };
      });
      device.buffer_bytes = 2475;
      expect(await smp.download("/log/7")).toEqual(FILE);
      await smp.upload(IMAGE);
      expect(Buffer.compare(device.slot!.bytes, IMAGE)).toBe(0);
    }
  });
  test("is cut for good ends in a Failure", async () => {
    const { smp } = made((device) => {
      device.onAsked = (_asked, index) => {
        if (index === 5) device.cut(NaN);
        return index !== 5;
      };
    });
    expect((await failure(smp.download("/log/7"))).message).toContain("the link is cut and did not come back within 30 s");
  });
  test("was cut in an upload of another program's is gone on with", async () => {
    const { device, smp } = made();
    device.slot = { sha: createHash("sha256").update(IMAGE).digest("hex"), len: IMAGE.length, bytes: Buffer.from(IMAGE.slice(0, 30_000)) };
    await smp.upload(IMAGE);
    expect(device.packets.length).toBeLessThan(12);
    expect(Buffer.compare(device.slot.bytes, IMAGE)).toBe(0);
  });
});
