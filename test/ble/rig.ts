// What the BLE suites stand on: the air, simulated clips in processes of their own, and programs of nobody here.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";
import { promisify } from "node:util";
import { expect } from "vitest";

const PYTHON = "build/venv/bin/python";
/** bleno's interval between advertisements, ms, so that nobody waits for long; Bumble makes 1.6 times as much of it. */
const SHOW_MS = 20;

/** A program here is done within so long, ms. */
const PYTHON_MS = 40_000;

/** A Bluetooth controller without a radio. */
export interface Radio {
  /** Of the pty that speaks HCI. */
  readonly path: string;
  readonly address: string;
}

/** The air: controllers that hear each other. */
export interface Air {
  readonly radios: readonly Radio[];
  /** Puts one out of reach of the others, or back. */
  reach(index: number, within: boolean): void;
  /** Takes all controllers away. */
  end(): Promise<void>;
}

/** A clip that is served. */
export interface Clip {
  readonly pid: number;
  /** As `openBle` takes it. */
  readonly name: string;
  /** All that it has said on stderr. */
  readonly said: string;
  /** Ends it in good order; its exit code. */
  stop(): Promise<number | null>;
}

/** Ends a process and waits for that. */
async function finish(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }
  return child.exitCode;
}

async function firstLine(lines: Interface, what: string): Promise<string> {
  const [line] = (await Promise.race([once(lines, "line"), once(lines, "close")])) as [string | undefined];
  if (line === undefined) throw new Error(`${what} ended before it was ready`);
  return line;
}

/** Starts so many controllers. */
export async function openAir(count: number): Promise<Air> {
  if (!existsSync(PYTHON)) throw new Error(`${PYTHON} is missing: run test/setup.sh`);
  const child = spawn(PYTHON, ["test/ble/air.py", String(count)], { stdio: ["pipe", "pipe", "inherit"] });
  const radios = JSON.parse(await firstLine(createInterface(child.stdout), "the air")) as Radio[];
  return {
    radios,
    reach: (index, within) => void child.stdin.write(`${within ? "back" : "away"} ${index}\n`),
    end: async () => {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}

/** Starts a simulated clip on a controller; `more` goes to hopclip sim. */
export async function startClip(radio: Radio, serial: number, ...more: string[]): Promise<Clip> {
  const options = ["host/cli.ts", "sim", "--ble", radio.path, "--serial", String(serial), "--json", ...more];
  const child = spawn(process.execPath, options, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, BLENO_ADVERTISING_INTERVAL: String(SHOW_MS) } });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const line = await firstLine(createInterface(child.stdout), "the simulated clip").catch((error: unknown) => {
    throw new Error(`${(error as Error).message}: ${said}`, { cause: error });
  });
  expect(JSON.parse(line)).toMatchObject({ ready: true, path: `ble:hopclip-${serial}`, serial });
  return {
    pid: child.pid!,
    name: `hopclip-${serial}`,
    get said() {
      return said;
    },
    stop: () => finish(child, "SIGTERM"),
  };
}

/** A program that goes on until it is stopped; ready with its first line. */
export async function startPython(script: string, ...options: string[]): Promise<{ stop(): Promise<void> }> {
  const child = spawn(PYTHON, [`test/ble/${script}`, ...options], { stdio: ["ignore", "pipe", "inherit"] });
  await firstLine(createInterface(child.stdout), script);
  return { stop: async () => void (await finish(child, "SIGTERM")) };
}

/** What a program says on stdout, as JSON. */
export async function askPython(script: string, ...options: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(PYTHON, [`test/ble/${script}`, ...options], { encoding: "utf8", timeout: PYTHON_MS });
  return JSON.parse(stdout);
}

/** What hopclip's own link says from a process of its own, on a controller of its own: test/ble/central.ts. */
export async function askCentral(radio: Radio, name: string): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const env = { ...process.env, HOPCLIP_HCI: radio.path };
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, ["test/ble/central.ts", name], { encoding: "utf8", env })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}
