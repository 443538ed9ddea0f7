// hopclip capture: what the clip's sensor measures, sample by sample, into a trace.
import type { Command } from "commander";
import { Option } from "commander";
import { config, raw } from "../clip/command.ts";
import type { Client } from "../clip/client.ts";
import { Failure, Stopped } from "../failure.ts";
import { Growing } from "../capture/growing.ts";
import { clipOption, jsonOption, number } from "../options.ts";
import { checkPlace } from "../output.ts";
import { progress } from "../progress.ts";
import { nameOf, numberOf, withClip } from "../link/reach.ts";
import { sensorText } from "../record.ts";
import { Sampler, type Sampling } from "../capture/sampling.ts";
import { settingNamed } from "../clip/settings.ts";

/** A clip that sends nothing for so long has no sensor that runs, or is gone, ms. */
const SILENT_MS = 5000;
const TELL_MS = 1000;

interface Options {
  readonly out: string;
  readonly seconds?: number;
  readonly odr?: string;
  readonly range?: string;
  readonly gyro: boolean;
  readonly force: boolean;
  readonly clip?: string;
  readonly json: boolean;
}

export function register(command: Command): void {
  const words = (name: string): string[] => settingNamed(name).words.map(([word]) => word);
  command
    .description(
      "Records what the clip's motion sensor measures, every sample of it, as a trace: CSV with t_s,ax_g,ay_g,az_g[,gx_dps,gy_dps,gz_dps], as hopclip replay, score and " +
        "import take it. It may run beside a set. Samples that were lost are gaps in t_s; how many is told.",
    )
    .requiredOption("--out <file>", "where the trace goes: FILE.csv, or FILE.csv.gz for gzip")
    .option("--seconds <n>", "end after so much, 0.1 to 86400 s by the clip's clock (default: Ctrl-C ends it)", number(0.1, 86_400, "s"))
    .addOption(new Option("--odr <hz>", "sensor rate, Hz (default: as the clip is set)").choices(words("rate")))
    .addOption(new Option("--range <g>", "accelerometer range, ±g (default: as the clip is set)").choices(words("range")))
    .option("--no-gyro", "accelerometer only (default: as the clip is set)")
    .option("--force", "replace a file that is there already", false)
    .addOption(clipOption())
    .addOption(jsonOption().default(false, "print one JSON object a line and nothing else on stdout"))
    .addHelpText(
      "after",
      "\nSettings that are changed for it are put back afterwards; they can be changed between sets only. A link carries about 416 samples/s with the gyroscope at\n" +
        "115200 Bd, and over the air what its connection allows: what is too much is lost, and counted.\n" +
        "Ctrl-C ends it in good order: exit code 0. Where the disk is full, the link drops or the clip starts anew, what was captured by then is kept and the exit\n" +
        "code is 1.\n\n" +
        '--json: {type: "progress", seconds, samples, lost} each second, then {type: "captured", out, clip, seconds, samples, lost, odr_hz, rate_hz, range_g, gyro}.\n\n' +
        "Examples:\n  hopclip capture --out hops.csv.gz --seconds 30\n  hopclip capture --out walk.csv --odr 833 --no-gyro --clip left",
    )
    .action(run);
}

const KEYS = ["ODR", "RNG", "GYR"] as const;
type Values = Readonly<Record<(typeof KEYS)[number], number>>;

async function settings(client: Client): Promise<Values> {
  const values: Record<string, number> = {};
  for (const key of KEYS) values[key] = Number((await client.command(config(key)))[1]);
  return values as Values;
}

/** Changes what differs. */
async function put(client: Client, now: Values, wanted: Values): Promise<void> {
  for (const key of KEYS) if (now[key] !== wanted[key]) await client.command(config(key, wanted[key]));
}

/** Puts the settings back as they were, of which those that differ in `wanted` may have been changed; why that could not be done, or null. */
async function putBack(client: Client, wanted: Values, before: Values): Promise<Failure | null> {
  if (KEYS.every((key) => wanted[key] === before[key])) return null;
  try {
    if (!client.link.up) throw new Failure("the link is cut");
    await put(client, await settings(client), before);
    return null;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return new Failure(`${error.message}; its settings could not be put back: hopclip config set rate ${before.ODR}, range ${before.RNG}, gyro ${before.GYR === 1 ? "on" : "off"}`, { cause: error });
  }
}

async function run(options: Options): Promise<void> {
  await checkPlace(options.out, options.force);
  await withClip(options.clip, async ({ client, hello }, stop) => {
    const before = await settings(client);
    const wanted = { ODR: Number(options.odr ?? before.ODR), RNG: Number(options.range ?? before.RNG), GYR: options.gyro ? before.GYR : 0 };
    const sampling: Sampling = { odr_hz: wanted.ODR, range_g: wanted.RNG, gyro: wanted.GYR === 1 };
    const sampler = new Sampler(sampling);
    const file = await Growing.at(options.out, sampler.header, options.force);
    if (!options.json) process.stderr.write(`${nameOf(hello, client.link)}: ${sensorText("sensor", sampling.odr_hz, sampling.range_g, sampling.gyro)}; ${options.seconds === undefined ? "Ctrl-C ends it" : `${options.seconds} s`}\n`);
    const cut = await record(client, () => put(client, before, wanted), sampler, file, stop.signal, options);
    const back = await putBack(client, wanted, before);
    const samples = await file.end();

    const { lost } = sampler;
    const seconds = Math.round(sampler.last_s * 1e6) / 1e6;
    const rate_hz = seconds > 0 ? Math.round(((sampler.samples + lost - 1) / seconds) * 1000) / 1000 : null;
    const told = { out: options.out, clip: numberOf(hello), seconds, samples, lost, ...sampling, rate_hz };
    if (options.json) process.stdout.write(`${JSON.stringify({ type: "captured", ...told })}\n`);
    else if (samples > 0) process.stdout.write(`${options.out}: ${samples} samples in ${seconds.toFixed(2)} s${rate_hz === null ? "" : `, ${rate_hz.toFixed(2)} Hz`}; ${lost === 0 ? "none lost" : `${lost} lost (${((100 * lost) / (samples + lost)).toFixed(2)} %): they are gaps in t_s`}\n`);
    const problems = [cut ?? file.failure, back].flatMap((problem) => (problem === null ? [] : [problem.message]));
    if (problems.length > 0) throw new Failure(`${problems.join("; ")}; ${samples > 0 ? `${options.out} has what was captured before` : "nothing was captured"}`);
    if (samples === 0) throw new Stopped(`stopped before a sample came: there is no ${options.out}`);
  });
}

/** Records until it is enough, once `prepare` is done; what ended it too early, or null. */
async function record(client: Client, prepare: () => Promise<void>, sampler: Sampler, file: Growing, stop: AbortSignal, { seconds = Infinity, json }: Options): Promise<Failure | null> {
  let problem: Failure | null = null;
  let heard_ms = client.link.now_ms;
  let done = false;
  client.onEvent = (event) => {
    if (event.type === "hello" || event.type === "restart") problem ??= new Failure(`${client.link.name}: the clip started anew`);
    if (event.type !== "raw" || done || !sampler.fits(event)) return;
    heard_ms = client.link.now_ms;
    file.add(sampler.take(event));
    done = sampler.last_s >= seconds;
  };
  client.onState = (up) => {
    if (!up) problem ??= new Failure(`${client.link.name}: the link dropped`);
  };
  const bar = progress("capturing", seconds, { quiet: json || seconds === Infinity, unit: "s" });
  let told_ms = client.link.now_ms;
  const over = (): boolean => {
    bar.to(Math.min(seconds, sampler.last_s));
    const { now_ms } = client.link;
    if (now_ms - heard_ms > SILENT_MS) problem ??= new Failure(`${client.link.name}: the clip sends no samples: its sensor does not run, or it is gone (hopclip status)`);
    problem ??= file.failure;
    if (json && now_ms - told_ms >= TELL_MS) {
      told_ms = now_ms;
      process.stdout.write(`${JSON.stringify({ type: "progress", seconds: sampler.last_s, samples: sampler.samples, lost: sampler.lost })}\n`);
    }
    return done || stop.aborted || problem !== null;
  };
  try {
    await prepare();
    await client.command(raw(true));
    await client.until(over, Infinity);
    if (client.link.up) await client.command(raw(false));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    problem ??= error;
  } finally {
    bar.end();
    client.onEvent = null;
    client.onState = null;
  }
  if (!done) file.add(sampler.end());
  return problem;
}
