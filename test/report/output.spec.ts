// Files are written whole or not at all.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { InputError } from "../../host/failure.ts";
import { writeWhole } from "../../host/output.ts";

const linked = vi.hoisted(() => vi.fn<typeof import("node:fs/promises").link>());
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  linked.mockImplementation(real.link);
  return { ...real, link: linked };
});

const top = mkdtempSync(join(tmpdir(), "hopclip-output-"));
const folder = join(top, "of a runner");
const path = join(folder, "set.csv");
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});
afterAll(() => rmSync(top, { recursive: true }));

describe("a file is written", () => {
  test("as text and as bytes, with nothing beside it, replacing what was there with its mode", async () => {
    await writeWhole(path, "first, längst\n");
    expect(readFileSync(path, "utf8")).toBe("first, längst\n");
    chmodSync(path, 0o664);
    await writeWhole(path, new Uint8Array([1, 2, 3]));
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    expect(statSync(path).mode & 0o777).toBe(0o664);
    expect(readdirSync(folder)).toEqual(["set.csv"]);
  });
  test("through a link, which stays one", async () => {
    const real = join(folder, "real.csv");
    writeFileSync(real, "old");
    symlinkSync("real.csv", path);
    await writeWhole(path, "new");
    expect(readFileSync(real, "utf8")).toBe("new");
    expect(readdirSync(folder).toSorted()).toEqual(["real.csv", "set.csv"]);
  });
  test("to a device straight", async () => {
    await writeWhole("/dev/null", "gone");
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });
});

describe("a file that may not replace another", () => {
  /** As disks without hard links do (link(2)). */
  const noLinks = (): void => void linked.mockRejectedValueOnce(Object.assign(new Error("EPERM: operation not permitted, link"), { code: "EPERM" }));
  /** Something else writes the file as soon as a temporary one is there. */
  async function interrupted(): Promise<unknown> {
    const written = writeWhole(path, new Uint8Array(4_000_000), false).catch((error: unknown) => error);
    while (!readdirSync(folder).some((file) => file.endsWith(".part"))) await setImmediate();
    writeFileSync(path, "theirs");
    return written;
  }
  test("is there whole, with nothing beside it", async () => {
    await writeWhole(path, "new", false);
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(readdirSync(folder)).toEqual(["set.csv"]);
  });
  test("is there whole where the disk knows no hard links", async () => {
    noLinks();
    await writeWhole(path, "new", false);
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(readdirSync(folder)).toEqual(["set.csv"]);
  });
  test.each([["with", () => {}], ["without", noLinks]])("leaves one alone that came meanwhile, %s hard links", async (_, before) => {
    before();
    expect(await interrupted()).toEqual(new InputError(`${path}: is there already; --force replaces it`));
    expect(readFileSync(path, "utf8")).toBe("theirs");
    expect(readdirSync(folder)).toEqual(["set.csv"]);
  });
  test("is not kept from its place by what an earlier process of the same number left", async () => {
    writeFileSync(join(folder, `.set.csv.${process.pid}.part`), "half");
    await writeWhole(path, "new", false);
    expect(readFileSync(path, "utf8")).toBe("new");
  });
});

describe("nothing is written, and nothing is lost,", () => {
  const refused = async (at: string, replace?: boolean): Promise<unknown> => {
    try {
      await writeWhole(at, "new", replace);
    } catch (error) {
      return error;
    }
    return null;
  };
  test("where one is there that may not be replaced", async () => {
    writeFileSync(path, "old");
    expect(await refused(path, false)).toEqual(new InputError(`${path}: is there already; --force replaces it`));
    expect(readFileSync(path, "utf8")).toBe("old");
  });
  test("where the folder is missing, is a file, or the path is a folder", async () => {
    expect(await refused(join(folder, "no", "set.csv"))).toEqual(new InputError(`${folder}/no/set.csv: its folder does not exist`));
    writeFileSync(path, "old");
    expect(await refused(join(path, "set.csv"))).toEqual(new InputError(`${path}/set.csv: its folder does not exist`));
    expect(await refused(folder)).toEqual(new InputError(`${folder}: is a folder`));
    expect(readdirSync(folder)).toEqual(["set.csv"]);
  });
  test.skipIf(process.platform !== "linux")("where the disk is full", async () => {
    expect(await refused("/dev/full")).toMatchObject({ name: "Failure", message: "/dev/full: cannot be written: the disk is full" });
  });
  // A limit on file sizes fails in the middle of a write, as a full disk does: EFBIG for the bytes beyond it.
  test.skipIf(process.platform !== "linux")("where the disk takes a part of it only", () => {
    writeFileSync(path, "old");
    const script = `import { writeWhole } from "${join(process.cwd(), "host/output.ts")}";
      process.on("SIGXFSZ", () => {});
      try { await writeWhole(${JSON.stringify(path)}, new Uint8Array(100_000)); } catch (error) { console.log(error.name + ": " + error.message); }`;
    const { stdout } = spawnSync("bash", ["-c", `ulimit -f 8; exec "$0" --input-type=module -e "$1"`, process.execPath, script], { encoding: "utf8" });
    expect(stdout).toMatch(/^Failure: .*set\.csv: cannot be written: /u);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["set.csv"]);
  });
  // Root may write anywhere, so the folder must refuse by itself: /proc takes no new files.
  test.skipIf(!existsSync("/proc/self"))("where the folder takes no files", async () => {
    expect(await refused("/proc/set.csv")).toMatchObject({ name: "Failure", message: expect.stringMatching(/^\/proc\/set\.csv: cannot be written: /u) as unknown });
  });
});
