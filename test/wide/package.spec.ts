// The package as somebody gets it: npm pack, npm install -g into an empty place, run by the oldest Node it says it runs on.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const OLDEST = "22.18.0";
const folder = mkdtempSync(join(tmpdir(), "hopclip-package-"));
const prefix = join(folder, "prefix");
const ledger = join(folder, "ledger.db");
let node = "";
let installed = "";

/** npm as a user starts it: not as the child of another npm, whose settings it would take over. */
function npm(cwd: string, ...args: string[]): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/iu.test(name)));
  return execFileSync("npm", [...args, "--no-audit", "--no-fund"], { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function run(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(node, [join(prefix, "bin", "hopclip"), ...args], { cwd: folder, encoding: "utf8", env: { ...process.env, HOPCLIP_DB: ledger, NODE_OPTIONS: "" } });
  return { code: status, out: stdout, err: stderr };
}

beforeAll(() => {
  npm(process.cwd(), "pack", "--pack-destination", folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"))!;
  mkdirSync(prefix);
  npm(folder, "install", "--global", "--prefix", prefix, join(folder, tarball));
  installed = join(prefix, "lib", "node_modules", "hopclip");
  const other = join(folder, "node");
  mkdirSync(other);
  writeFileSync(join(other, "package.json"), "{}");
  const packaged = `node-${process.platform}-${process.arch}`;
  npm(other, "install", `${packaged}@${OLDEST}`);
  node = join(other, "node_modules", packaged, "bin", "node");
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the installed package", () => {
  test("runs on the oldest Node it names", () => {
    expect(execFileSync(node, ["--version"], { encoding: "utf8" }).trim()).toBe(`v${OLDEST}`);
    expect(run("--version")).toEqual({ code: 0, out: `${(JSON.parse(readFileSync("package.json", "utf8")) as { version: string }).version}\n`, err: "" });
  });

  test("carries this firmware and counts as the repository does", () => {
    expect(readFileSync(join(installed, "dist", "clip.wasm")).equals(readFileSync("build/clip.wasm"))).toBe(true);
    const args = ["sim", "--seconds", "8", "--seed", "5", "--json"];
    const here = spawnSync(process.execPath, ["host/cli.ts", ...args], { encoding: "utf8" });
    expect(here.status).toBe(0);
    expect(run(...args)).toEqual({ code: 0, out: here.stdout, err: "" });
  });

  test("has every command of the repository, each with help", () => {
    const listed = (out: string): string[] => [...out.matchAll(/^ {2}([a-z]+)(?: |$)/gmu)].map(([, name]) => name!);
    const names = listed(run("--help").out);
    expect(names.length).toBeGreaterThan(15);
    expect(names).toEqual(listed(spawnSync(process.execPath, ["host/cli.ts", "--help"], { encoding: "utf8" }).stdout));
    for (const name of names) expect({ name, code: run(name, "--help").code }).toEqual({ name, code: 0 });
  });

  test("keeps a set and reports on it", () => {
    expect(run("set", "calf", "--target", "3", "--sim", "--fast", "--pain", "1", "--where", "knee", "--json")).toMatchObject({ code: 0 });
    expect(run("history").out).toContain("calf");
    const page = join(folder, "page.html");
    expect(run("report", "--html", page)).toMatchObject({ code: 0, err: "" });
    expect(readFileSync(page, "utf8")).toContain("Calf raises");
  });

  test("ships what the programmers read of the boards, and no source", () => {
    expect(readdirSync(installed).toSorted()).toEqual(["LICENSE", "README.md", "boards", "dist", "host", "node_modules", "package.json"]);
    expect(readdirSync(join(installed, "host"))).toEqual(["hopclip.js"]);
    const boards = readdirSync("boards").filter((name) => existsSync(join("boards", name, "board.json")));
    expect(readdirSync(join(installed, "boards")).toSorted()).toEqual(boards.toSorted());
  });

  test("tells an older Node what is missing", () => {
    const copy = join(folder, "old");
    mkdirSync(join(copy, "host"), { recursive: true });
    cpSync(resolve("host/hopclip.js"), join(copy, "host", "hopclip.js"));
    const pretend = "data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '22.17.0' })";
    const { status, stderr } = spawnSync(node, ["--import", pretend, join(copy, "host", "hopclip.js")], { encoding: "utf8" });
    expect(stderr).toBe("hopclip: Node 22.17.0 cannot run it; install Node 22.18 or newer (nodejs.org)\n");
    expect(status).toBe(1);
  });
});
