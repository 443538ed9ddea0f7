// hopclip completion: bash sources the script and completes; what the other shells get is looked at as text.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hopclip-completion-"));
afterAll(() => rmSync(folder, { recursive: true }));

function hopclip(...args: string[]) {
  return spawnSync(process.execPath, ["host/cli.ts", ...args], { encoding: "utf8" });
}
const script = (shell: string): string => hopclip("completion", shell).stdout;
writeFileSync(join(folder, "bash"), script("bash"));
writeFileSync(join(folder, "hops.csv"), "");

/** What Tab offers behind the words; the last one is unfinished. */
function offered(...words: string[]): string[] {
  const asked = `
    compopt() { :; }
    source ./bash
    [[ $(complete -p hopclip) == "complete -F _hopclip hopclip" ]] || exit 3
    COMP_WORDS=(hopclip "$@"); COMP_CWORD=$#
    _hopclip hopclip
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-c", asked, "bash", ...words], { encoding: "utf8", cwd: folder });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.split("\n").filter((line) => line !== "");
}

describe.runIf(existsSync("/bin/bash"))("bash", () => {
  test("offers every command of the help", () => {
    const help = [...hopclip("--help").stdout.split("Commands:")[1]!.matchAll(/^ {2}([a-z]+)\b/gmu)].map((match) => match[1]);
    expect(help.length).toBeGreaterThan(15);
    expect(offered("")).toEqual(help);
  });
  test.each<[string[], string[]]>([
    [["fl"], ["flash"]],
    [["--v"], ["--version"]],
    [["runner", ""], ["add", "list", "use"]],
    [["runner", "add", "--j"], ["--json"]],
    [["set", "wall"], ["wall-sit"]],
    [["set", "pogo", "--side", ""], ["left", "right"]],
    [["set", "pogo", "--side", "left", "--fa"], ["--fast"]],
    [["set", "pogo", "--target", ""], []],
    [["plan", "mileage", "--sa"], ["--save"]],
    [["completion", ""], ["bash", "zsh", "fish"]],
    [["replay", "ho"], ["hops.csv"]],
    [["replay", "hops.csv", "--exercise", "calf"], ["calf", "calf-bent"]],
    [["sim", "--out", "ho"], ["hops.csv"]],
    [["jump", "--"], ["--version", "--help"]],
  ])("behind %j offers %j", (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });
});

describe("the others", () => {
  test("zsh gets a function for each command, told by what it does", () => {
    const text = script("zsh");
    expect(text).toMatch(/^#compdef hopclip\n/u);
    expect(text).toContain("'replay:plays a recorded trace into the clip and prints what it felt'");
    expect(text).toMatch(/_hopclip_runner_add\(\) \{\n {2}_arguments -s \\\n/u);
    expect(text).toMatch(/'--side\[foot the clip is on\]:value:\(left right\)'/u);
  });
  test("fish gets a line for each command and option", () => {
    const text = script("fish");
    expect(text).toContain("complete -c hopclip -n '__fish_use_subcommand' -a replay -d 'plays a recorded trace into the clip and prints what it felt'\n");
    expect(text).toContain("complete -c hopclip -n '__fish_seen_subcommand_from set' -l side -x -a 'left right' -d 'foot the clip is on'\n");
    expect(text).toContain("complete -c hopclip -n '__fish_seen_subcommand_from replay' -F\n");
  });
  test("another shell is refused with what there is", () => {
    const { status, stderr } = hopclip("completion", "tcsh");
    expect(status).toBe(2);
    expect(stderr).toMatch(/'tcsh'.*bash, zsh, fish/u);
  });
});
