// The rules of tidy.ts: each is shown to catch what it is for, then held over the tree.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bare, documented, headed, imported, imports, named, units, virtual, type Rule } from "./tidy.ts";

/** Source files of the folders, as paths from the top. */
function sources(...tops: string[]): string[] {
  return tops.flatMap((top) => readdirSync(top, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts")).map((path) => `${top}/${path}`));
}

function check(rule: Rule, paths: string[]): void {
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.flatMap((path) => rule(path, readFileSync(path, "utf8")))).toEqual([]);
}

const firmware = sources("firmware");
const sim = sources("sim");
const host = sources("host");
const boards = sources("boards");
const tests = sources("test");

describe("imports", () => {
  test.each([
    ["firmware/detect/contact.ts", `import { time_us } from "../hal";`],
    ["firmware/beat/metronome.ts", `import { imu } from "../imu/imu";`],
    ["firmware/wire/layout.ts", `import { Ring } from "../base/ring";`],
    ["host/clip/session.ts", `import type { World } from "../../sim/world.ts";`],
    ["host/commands/demo.ts", `const { World } = await import('../../sim/world.ts');`],
    ["host/clip/line.ts", `export { crc16 } from "../../firmware/base/crc.ts";`],
    ["sim/world.ts", `import { Session } from "../host/clip/session.ts";`],
    ["sim/world.ts", `import noble from "@stoprocent/noble";`],
    ["tools/main.ts", ``],
  ])("%s may not say %s", (path, source) => {
    expect(imports(path, source)).toHaveLength(1);
  });
  test("one door leads from host to the simulator", () => {
    expect(imports("host/simulator.ts", `import { World } from "../sim/world.ts";`)).toEqual([]);
  });
  test("comments import nothing", () => {
    expect(imported("sim/a.ts", `// from "../host/b.ts"\nimport x from "./c.ts"; /* import "d" */`)).toEqual(["sim/c.ts"]);
  });
  test("the tree keeps the table", () => check(imports, [...firmware, ...sim, ...host, ...boards, ...tests]));
});

describe("names and comments", () => {
  test("a file name that is not one lower-case noun is found", () => {
    expect(["sim/Body.ts", "host/clip-session.ts", "sim/my_part.ts"].map((path) => named(path, "").length)).toEqual([1, 1, 1]);
    expect(["test/unit/fixed.as.ts", "test/unit/base-ring.as.ts"].flatMap((path) => named(path, ""))).toEqual([]);
  });
  test("files are one lower-case noun", () => check(named, [...firmware, ...sim, ...host, ...boards, ...tests]));

  test("a file without a head comment is found", () => {
    expect(headed("sim/a.ts", `import "b";\n// late`)).toHaveLength(1);
    expect(headed("host/cli.ts", `#!/usr/bin/env node\n// The command line.\n`)).toEqual([]);
  });
  test("files say first what they are", () => check(headed, [...firmware, ...sim, ...host, ...boards, ...tests]));

  test("an exported thing without a docstring is found", () => {
    expect(documented("a.ts", `// Head.\n\nexport function f(): void {}\nexport class C {}`)).toHaveLength(2);
    expect(documented("a.ts", `/** Says. */\n@inline\nexport function f(): void {}\n// Two.\nexport const A = 1;\nexport const B = 2;\n\nexport const C = 3; // mV`)).toEqual([]);
    expect(documented("a.ts", `// One.\nexport const A = 1;\n\nexport const B = 2;`)).toHaveLength(1);
    expect(documented("host/commands/demo.ts", `// Head.\n\nexport function register(): void {}`)).toEqual([]);
    expect(documented("sim/world.ts", `// Head.\nimport "x";\n\nexport class World {}\nexport interface Option {}`)).toHaveLength(1);
  });
  test("exported things have docstrings", () => check(documented, [...firmware, ...sim, ...host, ...boards, ...sources("test/rules", "test/bench")]));

  test("a quantity without a unit is found", () => {
    expect(units("a.ts", `function wait(timeout: number, beat_period?: number) {}\nconst delay = 3;`)).toHaveLength(3);
    expect(units("a.ts", `function wait(timeout_ms: number, period_us: u32, interval: Interval) {}`)).toEqual([]);
  });
  test("quantities carry their units", () => check(units, [...firmware, ...sim, ...host, ...boards]));
});

describe("simulator", () => {
  test("real time and chance are found", () => {
    expect(virtual("sim/a.ts", `const a = Date.now() + Math.random();\nsetTimeout(f, 1); performance.now(); // Date`)).toHaveLength(4);
  });
  test("knows only virtual time and its own generator", () => check(virtual, sim));
});

describe("firmware", () => {
  test.each([
    ["f64", `export function f(x: f64): void {}`],
    ["a literal", `const a = 0.5;`],
    ["new", `const a = new Contact();`],
    ["a mutable global", `let count: i32 = 0;`],
    ["throw", `  throw "no";`],
    ["memory.data in a function", `function f(): usize { return memory.data(8); }`],
    ["isSimulator", `if (isSimulator()) {}`],
  ])("%s is found", (_what, source) => {
    expect(bare("firmware/a.ts", source)).toHaveLength(1);
  });
  test("tidy firmware passes", () => {
    expect(bare("firmware/a.ts", `// new f64, 0.5\nconst RING_AT: usize = memory.data(512, 16);\nfunction f(): i32 { let a: i32 = 1; return a; }`)).toEqual([]);
  });
  test("is integers on static memory", () => check(bare, firmware));
});
