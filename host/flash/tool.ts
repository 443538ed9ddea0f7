// Programs of chip vendors: found, called, and quoted.
import { execFile, spawn } from "node:child_process";
import { Failure, Stopped } from "../failure.ts";
import { oldEsptool } from "./esp32.ts";
import type { Call } from "./plan.ts";

type ToolName = Call["tool"];

/** A program that was found: what it is called by, and its version. */
export interface Tool {
  readonly command: readonly string[];
  readonly version: string;
}

const WAYS: Readonly<Record<ToolName, { readonly commands: readonly (readonly string[])[]; readonly version: readonly string[]; readonly install: string }>> = {
  esptool: { commands: [["esptool"], ["esptool.py"], ["python3", "-m", "esptool"]], version: ["version"], install: "pipx install esptool" },
  nrfutil: { commands: [["nrfutil"]], version: ["--version"], install: "get nrfutil from nordicsemi.com, then nrfutil install device" },
  "adafruit-nrfutil": { commands: [["adafruit-nrfutil"]], version: ["version"], install: "pipx install adafruit-nrfutil" },
};
const LOOK_MS = 20_000;

function output([command, ...before]: readonly string[], args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(command as string, [...before, ...args], { timeout: LOOK_MS }, (error, stdout) => resolve(error === null ? stdout : null));
  });
}

/** How to get a tool. */
export const installText = (name: ToolName): string => WAYS[name].install;

/** The first that runs of the ways to call a tool; null where none does. */
export async function findTool(name: ToolName): Promise<Tool | null> {
  const { commands, version } = WAYS[name];
  for (const command of commands) {
    const said = await output(command, version);
    if (said !== null) return { command, version: /\d+(?:\.\d+)+/u.exec(said)?.[0] ?? "?" };
  }
  return null;
}

/** The whole command line of a call: of the tool that was found, of today's where none was. */
export function commandLine({ tool: name, args }: Call, tool: Tool | null): readonly string[] {
  const command = tool?.command ?? (WAYS[name].commands[0] as readonly string[]);
  const old = name === "esptool" && tool !== null && Number.parseInt(tool.version, 10) < 5;
  return [...command, ...(old ? oldEsptool(args) : args)];
}

/** A word as a POSIX shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The line of a tool's output that says best why it failed. */
function reason(said: string): string {
  const lines = said.split(/[\r\n]+/u).map((line) => line.trim()).filter((line) => line !== "");
  const told = lines.findLast((line) => /error|fatal|fail/iu.test(line)) ?? lines.at(-1) ?? "it said nothing";
  return told.replace(/^(?:error:\s*)?(?:a fatal error occurred:\s*)?/iu, "");
}

/**
 * Runs a command line and returns what it printed; with `shown` that is also to be seen as it comes. A Failure with its own words where it
 * fails; `stop` interrupts it and is a Stopped.
 */
export function runTool(line: readonly string[], shown: boolean, stop: AbortSignal): Promise<string> {
  const [command, ...args] = line as readonly [string, ...string[]];
  return new Promise((resolve, reject) => {
    const tool = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    const parts: string[] = [];
    let bytes = 0;
    for (const stream of [tool.stdout, tool.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        if (shown) process.stderr.write(text);
        parts.push(text);
        bytes += text.length;
        while (bytes > SAID_BYTES_MAX && parts.length > 1) bytes -= (parts.shift() as string).length;
      });
    }
    const interrupt = (): void => void tool.kill("SIGINT");
    stop.addEventListener("abort", interrupt);
    tool.on("error", (error) => reject(new Failure(`${command} cannot be run: ${error.message}`, { cause: error })));
    tool.on("close", (code, signal) => {
      stop.removeEventListener("abort", interrupt);
      const said = parts.join("");
      if (stop.aborted) reject(new Stopped(`stopped: ${command} was interrupted; what it was writing is not whole, run this again`));
      else if (code === 0) resolve(said);
      else reject(new Failure(`${command} failed (${signal ?? `exit code ${code}`}): ${reason(said)}`));
    });
  });
}

/** What a tool said is kept up to here, characters. */
const SAID_BYTES_MAX = 1 << 16;
