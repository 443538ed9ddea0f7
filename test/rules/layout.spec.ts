// firmware/wire/layout.ts through both compilers: what asc makes of it against what Node reads.
import asc from "assemblyscript/asc";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import * as host from "../../firmware/wire/layout.ts";

const OUTPUT = "layout.wasm";
let firmware: WebAssembly.Exports;

beforeAll(async () => {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const { error, stderr } = await asc.main(["firmware/wire/layout.ts", "--outFile", OUTPUT, "--runtime", "stub", "--config", "none"], {
    readFile: (name) => (name.startsWith("firmware/") ? readFileSync(name, "utf8") : null),
    writeFile: (name, contents) => void files.set(name, contents as Uint8Array<ArrayBuffer>),
  });
  if (error !== null) throw new Error(stderr.toString());
  ({ exports: firmware } = new WebAssembly.Instance(new WebAssembly.Module(files.get(OUTPUT)!)));
});

const names = Object.keys(host) as (keyof typeof host)[];

describe("wire layout", () => {
  test("has the same names for both compilers", () => {
    expect(Object.keys(firmware).filter((name) => name !== "memory").sort()).toEqual([...names].sort());
  });

  test("has the same numbers for both compilers", () => {
    const constants = names.filter((name) => typeof host[name] === "number");
    expect(constants.length).toBeGreaterThan(50);
    expect(Object.fromEntries(constants.map((name) => [name, (firmware[name] as WebAssembly.Global).value])))
      .toEqual(Object.fromEntries(constants.map((name) => [name, host[name]])));
  });

  test("crc16 agrees with the catalogued check value and between the compilers, for every byte from many states", () => {
    const check = [..."123456789"].reduce((crc, digit) => host.crc16(crc, digit.charCodeAt(0)), 0);
    expect(check).toBe(0x31c3); // CRC-16/XMODEM in the catalogue of parametrised CRC algorithms
    const crc16 = firmware.crc16 as typeof host.crc16;
    for (let crc = 0; crc < 0x10000; crc += 257) {
      for (let byte = 0; byte < 256; byte++) if (crc16(crc, byte) !== host.crc16(crc, byte)) expect.fail(`crc16(${crc}, ${byte}) differs`);
    }
  });

  test("holds nothing that the two compilers read differently: only i32, and no division, product or cast", () => {
    const code = readFileSync("firmware/wire/layout.ts", "utf8").replaceAll(/\/\*[^]*?\*\/|\/\/.*/gu, "");
    expect(code.match(/: (?!i32\b)\w+/gu) ?? []).toEqual([]);
    expect(code.match(/[*/%]|\bas\b|<\w+>/gu) ?? []).toEqual([]);
  });
});
