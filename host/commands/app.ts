// hopclip app: the apps in a clip's two slots: another one is sent, tried, kept, or taken back.
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { appOf, type App } from "../flash/app.ts";
import type { Image } from "../clip/smp.ts";
import { Failure, InputError, Stopped } from "../failure.ts";
import { clipOption, jsonOption } from "../options.ts";
import { progress } from "../progress.ts";
import { nameOf, numberOf, withClip, type Reached } from "../link/reach.ts";
import { table } from "../report/table.ts";
import { adopt } from "../flash/update.ts";
import { loadWasm } from "../wasm.ts";

interface Options {
  readonly clip?: string;
  readonly json: boolean;
}

const JSON_IMAGE = "{slot, version, sha256, active, confirmed, pending, bootable}";

export function register(command: Command): void {
  command.description(
    "About the apps of a clip: the WebAssembly file that makes it what it is. Two slots hold one each. One runs; another goes into the other slot, is tried, and " +
      "stays only if it works. What is under the app (the board's native program) is written by hopclip flash.",
  );
  command
    .command("push")
    .description(
      "Sends an app into the slot that does not run, starts it on trial, and waits until it has confirmed itself, which it does after 5 s. One that does not start, traps " +
        "or hangs gives way to the app before it: then the exit code is 1 and the clip's reason is told. Settings and log stay.",
    )
    .argument("[file.wasm]", "the app (default: the one that came with this hopclip)")
    .addOption(clipOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nThe file is checked first: a WebAssembly module with an app's exports, nothing imported that no board has, and small enough for a slot. A push that was cut off\n" +
        "goes on where it stopped when it is begun again. It is refused while a set runs.\n\n" +
        `--json: {clip, sent_bytes, image: ${JSON_IMAGE}}; sent_bytes 0 where it ran already.\n\n` +
        "Examples:\n  hopclip app push\n  hopclip app push build/clip.wasm --clip ble:hopclip-7",
    )
    .action(push);
  command
    .command("list")
    .description("Lists the apps in the clip's slots: version, SHA-256, which runs, which is confirmed, which starts next.")
    .addOption(clipOption())
    .addOption(jsonOption())
    .addHelpText("after", `\n--json: {clip, images: [${JSON_IMAGE}]}.\n\nExample:\n  hopclip app list`)
    .action(list);
  command
    .command("confirm")
    .description("Says that the app that runs works, before its trial of 5 s is over: from now on it stays.")
    .addOption(clipOption())
    .addOption(jsonOption())
    .addHelpText("after", `\n--json: {clip, image: ${JSON_IMAGE}}.\n\nExample:\n  hopclip app confirm`)
    .action(confirm);
  command
    .command("rollback")
    .description("Starts the app in the other slot, the one before, and waits until it has confirmed itself.")
    .addOption(clipOption())
    .addOption(jsonOption())
    .addHelpText("after", `\n--json: {clip, image: ${JSON_IMAGE}}.\n\nExample:\n  hopclip app rollback`)
    .action(rollback);
}

const jsonImage = ({ slot, version, hash, active, confirmed, pending, bootable }: Image) => ({ slot, version, sha256: hash, active, confirmed, pending, bootable });

/** "0.1.0 (3a7bd3e2360a…)" */
const called = ({ version, hash }: Pick<Image, "version" | "hash">): string => `${version} (${hash.slice(0, 12)}…)`;

const print = ({ hello }: Reached, what: object): void => {
  process.stdout.write(`${JSON.stringify({ clip: numberOf(hello), ...what })}\n`);
};

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new InputError(`${path}: ${code === "ENOENT" ? "no such file" : code === "EISDIR" ? "is a folder, not an app" : message}`, { cause: error });
  }
}

async function push(path: string | undefined, options: Options): Promise<void> {
  const app = await appOf(path ?? "the app of this hopclip", path === undefined ? loadWasm() : await read(path));
  await withClip(options.clip, async (reached, stop) => {
    const { client, hello } = reached;
    const say = sayer(options);
    const before = await client.smp.images();
    const running = before.find(({ active }) => active);
    let image = running;
    let sent_bytes = 0;
    if (running?.hash === app.sha256) say(`${nameOf(hello, client.link)} runs ${called(running)} already`);
    else {
      say(`${nameOf(hello, client.link)} runs ${running === undefined ? "no known app" : called(running)}; sending ${called({ version: app.version, hash: app.sha256 })}, ${app.bytes.length} bytes`);
      sent_bytes = await send(reached, app, stop.signal, options.json);
      image = await adopt(client, app.sha256, { say, stop: stop.signal });
      say(`${nameOf(hello, client.link)} runs ${called(image)}; it has confirmed itself`);
    }
    if (options.json) print(reached, { sent_bytes, image: image === undefined ? null : jsonImage(image) });
  });
}

/** Sends an app, and how many bytes of it had to be sent. */
async function send({ client }: Reached, { bytes }: App, stop: AbortSignal, quiet: boolean): Promise<number> {
  const bar = progress("sending", bytes.length, { quiet });
  let first = -1;
  try {
    await client.smp.upload(bytes, (there_bytes) => {
      if (first < 0) first = there_bytes === bytes.length ? there_bytes : 0;
      bar.to(there_bytes);
      if (stop.aborted && there_bytes < bytes.length) throw new Stopped(`stopped after ${there_bytes} of ${bytes.length} bytes; the app that ran runs on, and the same push goes on from there`);
    });
  } finally {
    bar.end();
  }
  return bytes.length - Math.max(0, first);
}

const sayer = ({ json }: Options) => (text: string): void => {
  if (!json) process.stdout.write(`${text}\n`);
};

async function list(options: Options): Promise<void> {
  await withClip(options.clip, async (reached) => {
    const images = await reached.client.smp.images();
    if (options.json) print(reached, { images: images.map(jsonImage) });
    else if (images.length === 0) process.stdout.write(`${nameOf(reached.hello, reached.client.link)} has no app slots: its app is part of its board's program\n`);
    else process.stdout.write(`${table(["slot", "<version", "<SHA-256", "<state"], images.map((image) => [String(image.slot), image.version, `${image.hash.slice(0, 16)}…`, stateOf(image)])).join("\n")}\n`);
  });
}

/** "runs, confirmed" */
function stateOf({ active, confirmed, pending, bootable }: Image): string {
  const states = [...(active ? ["runs"] : []), ...(active && !confirmed ? ["on trial"] : []), ...(confirmed ? ["confirmed"] : []), ...(pending ? ["starts next, on trial"] : [])];
  if (!active && !pending) states.push(bootable ? "can be started (hopclip app rollback)" : "cannot be started");
  return states.join(", ");
}

async function confirm(options: Options): Promise<void> {
  await withClip(options.clip, async (reached) => {
    const { client, hello } = reached;
    const image = (await client.smp.confirm()).find(({ active }) => active);
    if (image === undefined) throw new Failure(`${client.link.name}: the clip has no app slots: there is nothing to confirm`);
    if (options.json) print(reached, { image: jsonImage(image) });
    else process.stdout.write(`${nameOf(hello, client.link)}: ${called(image)} stays\n`);
  });
}

async function rollback(options: Options): Promise<void> {
  await withClip(options.clip, async (reached, stop) => {
    const { client, hello } = reached;
    const other = (await client.smp.images()).find(({ active }) => !active);
    if (other?.bootable !== true) throw new Failure(`${client.link.name}: there is no other app to go back to${other === undefined ? "" : `: ${called(other)} cannot be started`}; hopclip app push sends one`);
    const say = sayer(options);
    say(`${nameOf(hello, client.link)} goes back to ${called(other)}`);
    const image = await adopt(client, other.hash, { say, stop: stop.signal });
    say(`${nameOf(hello, client.link)} runs ${called(image)}; it has confirmed itself`);
    if (options.json) print(reached, { image: jsonImage(image) });
  });
}
