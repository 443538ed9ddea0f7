// hopclip doctor: what of this computer a clip needs, and how to put it right.
import type { Command } from "commander";
import { examine, RULE_PATH, udevRule, type Finding } from "../doctor.ts";
import { Failure } from "../failure.ts";
import { clipOption, jsonOption } from "../options.ts";
import { counted } from "../report/table.ts";

interface Options {
  readonly clip?: string;
  readonly udev: boolean;
  readonly json: boolean;
}

export function register(command: Command): void {
  command
    .description(
      "Looks at everything that a clip needs of this computer: Node, the firmware file, the ledger, serial ports and who may open them, Bluetooth, the tools of " +
        "chip vendors, a browser for reports, and whether a clip answers. Prints a line for each, and where something is wrong, how to put it right. Changes nothing.",
    )
    .addOption(clipOption())
    .option("--udev", `print the udev rule for the boards (Linux), to be put into ${RULE_PATH}; look at nothing`, false)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nA warning: something cannot be done that not everybody does (no adapter for Bluetooth, no tool to flash boards with). A fault: hopclip does not work\n" +
        "until it is put right; then the exit code is 1.\n\n" +
        "--json: {faults, warnings, findings: [{name, state, found, cure}]}; state is ok, warning or fault, cure null where nothing is wrong.\n\n" +
        `Examples:\n  hopclip doctor\n  hopclip doctor --udev | sudo tee ${RULE_PATH}`,
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  if (options.udev) {
    process.stdout.write(udevRule());
    return;
  }
  const findings = await examine(options.clip);
  const count = (state: string): number => findings.filter((finding) => finding.state === state).length;
  const [faults, warnings] = [count("fault"), count("warning")];
  if (options.json) process.stdout.write(`${JSON.stringify({ faults, warnings, findings })}\n`);
  else tell(findings, faults + warnings === 0);
  if (faults > 0) throw new Failure(`${counted(faults, "fault")}, ${counted(warnings, "warning")}: hopclip does not work until the faults are put right`);
}

function tell(findings: readonly Finding[], well: boolean): void {
  const wide = Math.max(...findings.map(({ name }) => name.length));
  for (const { name, state, found, cure } of findings) process.stdout.write(`${state.padEnd(8)} ${name.padEnd(wide)}  ${found}${cure === null ? "" : `: ${cure}`}\n`);
  process.stdout.write(well ? "All is well.\n" : "Where a cure is said something is to be put right; a warning can wait until it is needed.\n");
}
