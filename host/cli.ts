#!/usr/bin/env node
// hopclip: the host tool. Finds the command, loads only its file, and turns what goes wrong into one line and an exit code.
import { Command, CommanderError } from "commander";
import { EXIT_FAILURE, EXIT_INPUT, EXIT_OK, Failure } from "./failure.ts";

/** Every command: what it does in a line, and the file that has it. */
const COMMANDS: readonly (readonly [name: string, summary: string, load: () => Promise<{ register(command: Command): void }>])[] = [
  ["demo", "a simulated runner does a 30 s set of single-leg pogo hops; verdict and report", () => import("./commands/demo.ts")],
  ["set", "guides one set of an exercise on the clip: counts, judges, asks for pain, keeps it", () => import("./commands/set.ts")],
  ["logs", "fetches a clip's log and keeps its sets: ls, pull, rm", () => import("./commands/logs.ts")],
  ["import", "keeps a recording, or a set that another ledger exported, as a set", () => import("./commands/import.ts")],
  ["export", "writes a set for watch software, spreadsheets, or another ledger", () => import("./commands/export.ts")],
  ["pain", "keeps how much it hurts, by itself or of a set", () => import("./commands/pain.ts")],
  ["ran", "keeps how far was run on a day", () => import("./commands/ran.ts")],
  ["runner", "adds, lists and chooses runners", () => import("./commands/runner.ts")],
  ["forget", "deletes everything of a runner", () => import("./commands/forget.ts")],
  ["replay", "plays a recorded trace into the clip and prints what it felt", () => import("./commands/replay.ts")],
  ["sim", "runs a simulated person with the clip on the foot", () => import("./commands/sim.ts")],
  ["report", "a page on a set for the runner and the physiotherapist: HTML, PDF, PNG", () => import("./commands/report.ts")],
  ["history", "a runner's sets in a table, with small charts", () => import("./commands/history.ts")],
  ["score", "compares what the clip feels in traces with the truth about them", () => import("./commands/score.ts")],
  ["next", "what to do today, and why", () => import("./commands/next.ts")],
  ["plan", "the coming week; lays down miles and targets", () => import("./commands/plan.ts")],
  ["devices", "lists the clips that can be reached, on cables and over the air", () => import("./commands/devices.ts")],
  ["status", "says who a clip is and how it is: battery, sensor, log, apps, clock", () => import("./commands/status.ts")],
  ["live", "shows what a clip says, as it says it", () => import("./commands/live.ts")],
  ["capture", "records what a clip's sensor measures as a trace", () => import("./commands/capture.ts")],
  ["config", "reads and changes a clip's settings: side, sensor, beat, serial number", () => import("./commands/config.ts")],
  ["metronome", "lets a clip beat outside of a set", () => import("./commands/metronome.ts")],
  ["time", "tells a clip the time of day, and how far its clock is from it", () => import("./commands/time.ts")],
  ["app", "sends a clip another app, and lists, confirms and takes back what it has", () => import("./commands/app.ts")],
  ["doctor", "looks at what this computer needs for a clip, and says how to put it right", () => import("./commands/doctor.ts")],
  ["flash", "writes a board's native program and the app, with the chip vendor's tool", () => import("./commands/flash.ts")],
  ["compare", "a set of the left side against one of the right", () => import("./commands/compare.ts")],
  ["completion", "prints a script that lets the Tab key of bash, zsh or fish complete", () => import("./commands/completion.ts")],
];
/** The command that needs to know all others. */
const OF_ALL = "completion";

const EXIT_CODES = "Exit codes: 0 all well, 2 wrong command line or file, 130 stopped by Ctrl-C before there was anything to keep, 1 anything else.";

async function program(argv: readonly string[]): Promise<Command> {
  const root = new Command("hopclip");
  root
    .description("An open clip on the shoe: it feels every foot contact, beats time, and tells whether the work is done as prescribed.")
    .version("0.1.0", "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .usage("COMMAND [options]")
    .exitOverride()
    .enablePositionalOptions()
    .configureHelp({ helpWidth: 110 })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "hopclip: ").replace(/\n(?=.)/g, " ")) })
    .addHelpText("after", `\nhopclip COMMAND --help says more about a command.\n${EXIT_CODES}`);
  for (const [name, summary, load] of COMMANDS) {
    const command = root.command(name).summary(summary);
    if (argv[0] !== name && argv[0] !== OF_ALL) continue;
    const { register } = await load();
    register(command);
    for (const each of [command, ...command.commands]) each.addHelpText("after", `\n${EXIT_CODES}`);
  }
  return root;
}

/** One line, whatever the error is. */
function tell(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT_OK : EXIT_INPUT;
  }
  if (error instanceof Failure) {
    process.stderr.write(`hopclip: ${error.message}\n`);
    return error.exit;
  }
  process.stderr.write(`hopclip: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT_FAILURE;
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    const root = await program(argv);
    if (argv.length === 0) {
      root.outputHelp({ error: true });
      return EXIT_INPUT;
    }
    await root.parseAsync([...argv], { from: "user" });
    return EXIT_OK;
  } catch (error) {
    return tell(error);
  }
}

// A reader that closes early, as `| head` does, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? EXIT_OK : EXIT_FAILURE));
process.exitCode = await main(process.argv.slice(2));
