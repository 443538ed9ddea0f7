// hopclip sim: a simulated person with the clip on the foot, in virtual time, or served to others in real time.
import { InvalidArgumentError, Option, type Command } from "commander";
import { InputError } from "../failure.ts";
import { TARGETS, bandCode, variantCode } from "../clip/command.ts";
import { engineOption, onEngine } from "../engine.ts";
import { bpmOption, chipOption, jsonOption, number, targetOf, targetOption } from "../options.ts";
import { checkPlace, writeWhole } from "../output.ts";
import { firmwareLine, listLines, summaryLines } from "../report/summary.ts";
import { truthLines } from "../report/truth.ts";
import { resultOf } from "../result.ts";
import { BODY_VARIANTS, FaultError, faultHelp, parseFault, simulate, type BodyExercise, type EngineName, type Fault } from "../simulator.ts";
import { loadWasm } from "../wasm.ts";

const EXERCISES: readonly BodyExercise[] = [
  "pogo",
  "run",
  "walk",
  "calf",
  "calf-bent",
  "wall-sit",
  "step-down",
  "stand",
  "drive",
  "drop",
  "shuffle",
  "handle",
  "squat",
  "lunge",
  "tie",
  "sit",
  "fidget",
  "mix",
];
const VARIANTS: Readonly<Record<string, readonly string[]>> = { ...BODY_VARIANTS, run: ["ignoring", "following"] };
const PACED = new Set(["pogo", "run", "walk"]);

interface Options {
  readonly exercise: BodyExercise;
  readonly bpm?: number;
  readonly target?: number;
  readonly cue?: string;
  readonly band?: number;
  readonly fade?: number;
  readonly seconds: number;
  readonly seed: number;
  readonly subject?: number;
  readonly variant?: string;
  readonly odr: string;
  readonly range: string;
  readonly gyro: boolean;
  readonly chip: "lsm6dso" | "lsm6ds3trc";
  readonly rateError: number;
  readonly motor: "lra" | "erm" | "none";
  readonly fault: Fault[];
  readonly engine: EngineName;
  readonly contacts: boolean;
  readonly json: boolean;
  readonly out?: string;
  readonly truth?: string;
  readonly serve?: string;
  readonly tcp?: number;
  readonly ble?: string;
  readonly baud?: number;
  readonly flash?: string;
  readonly serial?: number;
  readonly side?: "left" | "right";
}

/** Options of a served clip only, and those that it does not have. */
const SERVED = ["baud", "flash", "serial", "side"] as const;
/** Ways to a served clip: one of them. */
const WAYS = ["serve", "tcp", "ble"] as const;
const UNSERVED = ["target", "cue", "band", "fade", "subject", "engine", "contacts", "out", "truth"] as const;
/** How long a person whose clip is served goes on at most, s. */
const SERVED_S = 600;
const SIDES = { left: 1, right: 2 } as const;

function faults(text: string, before: Fault[] | undefined): Fault[] {
  try {
    return [...(before ?? []), parseFault(text)];
  } catch (error) {
    if (error instanceof FaultError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

export function register(command: Command): void {
  command
    .description(
      "Puts a simulated person into the shoe and runs one set on the firmware in virtual time, with exact truth beside it; " +
        "or with --serve, --tcp or --ble lets others talk to the clip in real time.",
    )
    .addOption(
      new Option("--exercise <name>", "what the person does")
        .choices(EXERCISES)
        .default("pogo"),
    )
    .addOption(bpmOption())
    .addOption(targetOption())
    .addOption(
      new Option("--cue <policy>", "run: every beat is felt, those outside of the cadence band, or fewer the longer it is held (default: always)").choices([
        "always",
        "band",
        "faded",
      ]),
    )
    .option("--band <n>", "run: half width of the cadence band, steps/min, 0.1 to 60 (default: the clip's own, 5)", number(0.1, 60, "steps/min"))
    .option("--seconds <n>", "length of the set, 5 to 7200 s", number(5, 7200, "s"), 30)
    .option("--seed <n>", "seed of chance", number(0, 2 ** 53 - 1, "", true), 1)
    .option("--subject <n>", "seed of the person (default: the seed)", number(0, 2 ** 53 - 1, "", true))
    .option("--variant <name>", Object.entries(VARIANTS).map(([exercise, names]) => `${exercise}: ${names.join(", ")}`).join("; "))
    .option("--fade <percent>", "pogo: a tired set, bounce height lost from its first third to its last, 0 to 60 %", number(0, 60, "%"))
    .addOption(new Option("--odr <hz>", "sensor rate, Hz").choices(["52", "104", "208", "416", "833"]).default("416"))
    .addOption(new Option("--range <g>", "accelerometer range, ±g").choices(["8", "16"]).default("16"))
    .option("--no-gyro", "accelerometer only")
    .addOption(chipOption())
    .option("--rate-error <percent>", "error of the sensor's clock, ±10 %", number(-10, 10, "%"), 0)
    .addOption(new Option("--motor <name>", "motor that beats: linear, rotating, or none").choices(["lra", "erm", "none"]).default("lra"))
    .addOption(new Option("--fault <name[:param...]>", "put a fault into the run; may be given several times").argParser(faults).default([], "none"))
    .addOption(engineOption())
    .option("--contacts", "list every contact, raise and tap", false)
    .addOption(jsonOption())
    .option("--out <trace>", "write what the sensor delivered as a trace (.csv, or .csv.gz for gzip)")
    .option("--truth <file>", "write the truth as JSON; NAME.truth.json beside NAME.csv is found by hopclip score")
    .option("--serve <path>", "serve the clip in real time on its serial port: a serial port of this machine, or a new pty that <path> will point at")
    .option("--tcp <port>", "the same over TCP on 127.0.0.1, one client at a time; 0: any free port", number(0, 65_535, "", true))
    .option("--ble <hci>", "the same over the air: a serial port of this machine with a Bluetooth controller that speaks HCI")
    .option("--baud <n>", "served: rate of the serial port (default: 115200; pty 1000000; TCP no limit)", number(1200, 10_000_000, "baud", true))
    .option("--flash <file>", "served: keep what the clip's flash holds; a new file gets the app")
    .option("--serial <n>", "served: serial number of the clip (default: of a new clip the seed)", number(1, 2 ** 31 - 1, "", true))
    .addOption(new Option("--side <name>", "served: side that the clip is worn on").choices(["left", "right"]))
    .addHelpText(
      "after",
      `\nPogo is hopped at --bpm (default 150/min) with the metronome on; run and walk take --bpm as steps/min of both feet, and the\n` +
        `clip beats it too when it is given (default 165 and 110, silent). With --target a runner's tempo is so much above the cadence that\n` +
        `the clip finds, and --bpm is the person's alone. Raises, wall sits and step-downs have no beat; the person first stands for 2 s.\n` +
        `The person stands still for the last 1.5 s; a pogo set with a beat ends before that. Times are seconds of the person's time.\n\n` +
        `Faults, with their defaults; parameters in this order or by name, e.g. drop:10:5 or drop:at_s=10:count=5:\n` +
        `${faultHelp().map((line) => `  ${line}`).join("\n")}\n\n` +
        "A served clip stands still until somebody starts a set of --exercise on it; then the person goes on for --seconds (default 600) at most,\n" +
        "pogo at the set's own tempo unless --bpm says another, and stands still again when the set is over; each set is done anew. The clip\n" +
        "restarts, and changes its app, as one on a board does. Ctrl-C ends it. With --json the line that says that it is ready is an object.\n\n" +
        "Examples:\n  hopclip sim --exercise pogo --bpm 160 --seconds 30 --seed 7 --rate-error 3 --out hops.csv.gz --truth hops.truth.json\n" +
        "  hopclip sim --serve /tmp/clip --exercise pogo --seed 7 --side left\n" +
        "  hopclip sim --ble /dev/ttyACM1 --serial 7",
    )
    .action(async (options: Options, of: Command) => {
      const given = (name: string): boolean => of.getOptionValueSource(name) === "cli";
      const ways = WAYS.filter(given);
      const served = ways.length > 0;
      if (ways.length > 1) throw new InputError(`--${ways.join(" and --")} exclude each other`);
      const wrong = (served ? UNSERVED : SERVED).find(given);
      if (wrong !== undefined) throw new InputError(served ? `--${wrong} belongs to a simulation of one set, not to a clip that is served` : `--${wrong} belongs to a clip that is served: ${WAYS.map((way) => `--${way}`).join(", ")}`);
      if (options.ble !== undefined && given("baud")) throw new InputError("--baud belongs to --serve and --tcp");
      check(options);
      await (served ? serveClip(options, given) : run(options));
    });
}

/** Serves the clip until Ctrl-C. */
async function serveClip(options: Options, given: (name: string) => boolean): Promise<void> {
  const { exercise, variant, bpm, seed, serial, side, tcp, ble, baud, flash } = options;
  const { serve } = await import("../serve/serve.ts");
  const { serveSerial } = await import("../serve/pty.ts");
  const { serveTcp } = await import("../serve/tcp.ts");
  const settings = { SER: serial ?? seed, SID: side === undefined ? 0 : SIDES[side], ODR: Number(options.odr), RNG: Number(options.range), GYR: options.gyro ? 1 : 0 };
  const asked = { SER: given("serial"), SID: given("side"), ODR: given("odr"), RNG: given("range"), GYR: given("gyro") };
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  await serve(
    {
      clip: {
        wasm: loadWasm(),
        exercise,
        ...(bpm === undefined ? {} : { bpm }),
        ...(variant === undefined ? {} : { variant }),
        seconds: given("seconds") ? options.seconds : SERVED_S,
        seed,
        chip: options.chip,
        ...(given("rateError") ? { rate_error_ppm: options.rateError * 1e4 } : {}),
        motor: options.motor,
        faults: options.fault,
      },
      ...(flash === undefined ? {} : { flash }),
      first: settings,
      always: Object.fromEntries(Object.entries(settings).filter(([key]) => asked[key as keyof typeof asked])),
      open: async (clock, onCut) => {
        if (ble !== undefined) return (await import("../serve/ble.ts")).serveBle(clock, ble, onCut);
        return tcp === undefined ? serveSerial(clock, options.serve as string, baud, onCut) : serveTcp(clock, tcp, baud);
      },
      onReady: ({ address }) => {
        const port = tcp === undefined ? {} : { port: Number(address.replace("tcp:", "")) };
        const ready = { ready: true, path: address, ...port, pid: process.pid, serial: settings.SER };
        process.stdout.write(options.json ? `${JSON.stringify(ready)}\n` : `serving simulated person ${seed} on ${address}\n`);
      },
    },
    stop.signal,
  );
}

/** What a person cannot do so. */
function check({ exercise, variant, bpm }: Options): void {
  if (variant !== undefined && VARIANTS[exercise]?.includes(variant) !== true) {
    throw new InputError(`--variant of ${exercise} is ${VARIANTS[exercise]?.join(", ") ?? "not known: it has none"}; not "${variant}"`);
  }
  if (bpm !== undefined && !PACED.has(exercise)) throw new InputError(`--bpm belongs to pogo, run and walk, not to ${exercise}`);
}

async function run(options: Options): Promise<void> {
  const { exercise, variant } = options;
  const target = targetOf(exercise, options.target);
  const ownTempo = exercise === "run" && target > 0;
  const judged = { cue: options.cue, band: options.band };
  for (const [name, given] of Object.entries(judged)) {
    if (given === undefined) continue;
    if (exercise !== "run") throw new InputError(`--${name} belongs to run, not to ${exercise}`);
    if (options.bpm === undefined && !ownTempo) throw new InputError(`--${name} needs a tempo: --bpm or --target`);
  }
  if (options.fade !== undefined && exercise !== "pogo") throw new InputError(`--fade belongs to pogo, not to ${exercise}`);
  for (const path of [options.out, options.truth]) if (path !== undefined) await checkPlace(path);
  const bpm = options.bpm ?? (exercise === "pogo" ? 150 : undefined);
  const simulated = onEngine(options.engine, (engine) =>
    simulate({
      wasm: loadWasm(),
      exercise,
      ...(bpm === undefined ? {} : { bpm }),
      beat: bpm !== undefined && !ownTempo,
      target,
      ...(exercise === "run" ? { cue: variantCode("run", options.cue), band_d: bandCode("run", options.band) } : {}),
      ...(options.fade === undefined ? {} : { fade: options.fade / 100 }),
      seconds: options.seconds,
      seed: options.seed,
      ...(options.subject === undefined ? {} : { subject: options.subject }),
      ...(variant === undefined ? {} : { variant }),
      chip: options.chip,
      odr_hz: Number(options.odr),
      range_g: Number(options.range),
      gyro: options.gyro,
      rate_error_ppm: options.rateError * 1e4,
      motor: options.motor,
      faults: options.fault,
      record: options.out !== undefined,
      engine,
    }),
  );
  if (options.out !== undefined && simulated.trace !== null) await writeWhole(options.out, simulated.trace.bytes(options.out.endsWith(".gz")));
  if (options.truth !== undefined) await writeWhole(options.truth, `${JSON.stringify(simulated.truth, null, 2)}\n`);
  const result = resultOf(simulated);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  const lines = [
    `${exercise}${bpm === undefined ? "" : ` at ${bpm}/min`}, ${options.seconds} s, seed ${options.seed}` +
      (options.target === undefined ? "" : `, target ${options.target} ${TARGETS[exercise as keyof typeof TARGETS]?.unit}`),
    `sensor: ${options.chip.toUpperCase()} at ${options.odr} Hz (clock ${options.rateError >= 0 ? "+" : ""}${options.rateError} %), ±${options.range} g, ` +
      `${options.gyro ? "with gyroscope" : "accelerometer only"}, motor ${options.motor}`,
    firmwareLine(result),
    "",
    ...summaryLines(result),
    "",
    ...truthLines(simulated.truth, result),
    ...(options.contacts ? ["", ...listLines(result)] : []),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
