// package.json, the lock file and README agree on what is installed and why.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface Package {
  readonly dependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly allowScripts: Record<string, boolean>;
}

const own = JSON.parse(readFileSync("package.json", "utf8")) as Package;
const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, { integrity?: string; hasInstallScript?: boolean }> };
const wanted = { ...own.dependencies, ...own.optionalDependencies, ...own.devDependencies };

describe("packages", () => {
  test("are pinned exactly", () => {
    expect(Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+$/u.test(version))).toEqual([]);
  });

  test("are each explained in README, and no other", () => {
    const section = readFileSync("README.md", "utf8").split("## Packages")[1]!.split("\n## ")[0]!;
    const rows = section.split("\n").filter((line) => line.startsWith("| `"));
    const explained = rows.flatMap((row) => [...row.split("|")[1]!.matchAll(/`([^`]+)`/gu)].map(([, name]) => name!));
    expect(explained.toSorted()).toEqual(Object.keys(wanted).toSorted());
  });

  test("have check sums in the lock file", () => {
    const installed = Object.entries(lock.packages).filter(([path]) => path !== "");
    expect(installed.length).toBeGreaterThan(100);
    expect(installed.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path)).toEqual([]);
  });

  test("run no install script that package.json does not decide on", () => {
    const scripted = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path.replace(/^.*node_modules\//u, ""));
    expect(scripted.filter((name) => !(name in own.allowScripts))).toEqual([]);
  });
});
