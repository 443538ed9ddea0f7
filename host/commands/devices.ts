// hopclip devices: which clips there are, on cables and over the air.
import type { Command } from "commander";
import { findDevices, type Device } from "../link/devices.ts";
import { jsonOption, number } from "../options.ts";
import { progress } from "../progress.ts";
import { table } from "../report/table.ts";

const SCAN_S = 4;

interface Options {
  readonly ble: boolean;
  readonly scan: number;
  readonly json: boolean;
}

export function register(command: Command): void {
  command
    .description(
      "Lists the clips that can be reached: on serial ports on USB (and those that HOPCLIP_PORTS names, separated by commas: ptys, built-in ports), and over the " +
        "air. Each is asked who it is. Prints its address, as --clip takes it, its serial number, side and firmware, and the strength of its signal; or why it " +
        "is none, or cannot be asked.",
    )
    .option("--no-ble", "serial ports only")
    .option("--scan <s>", "how long to listen for clips over the air, 1 to 60 s", number(1, 60, "s"), SCAN_S)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nA clip that somebody is connected to does not show itself over the air. HOPCLIP_HCI=/dev/ttyX uses a Bluetooth controller on a serial port.\n\n" +
        "--json: {devices: [{address, kind, name, serial, side, version, rssi, error}], problems: [text]}; error is null of a clip, rssi in dBm, problems says\n" +
        "where could not be looked.\n\n" +
        "Examples:\n  hopclip devices\n  HOPCLIP_PORTS=/tmp/clip hopclip devices --no-ble --json",
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const ends_ms = options.scan * 1000;
  const bar = progress("looking", options.scan, { quiet: options.json || !options.ble, unit: "s" });
  const started_ms = performance.now();
  const tick = setInterval(() => bar.to(Math.min(options.scan, (performance.now() - started_ms) / 1000)), 200);
  const found = await findDevices({ ports: true, ble: options.ble, scan_ms: ends_ms }).finally(() => {
    clearInterval(tick);
    bar.end();
  });
  if (options.json) {
    process.stdout.write(`${JSON.stringify(found)}\n`);
    return;
  }
  for (const problem of found.problems) process.stderr.write(`! ${problem}\n`);
  const { devices } = found;
  if (devices.length === 0) process.stdout.write("No clip was found: is one plugged in with a cable that carries data, or charged and near? hopclip doctor looks further.\n");
  else process.stdout.write(`${table(["<address", "clip", "<side", "<firmware", "signal", "<remarks"], devices.map(row)).join("\n")}\n`);
}

function row({ address, name, serial, side, version, rssi, error }: Device): string[] {
  return [address, serial === null ? "-" : String(serial), side ?? "-", version ?? "-", rssi === null ? "-" : `${rssi} dBm`, error ?? name ?? ""];
}
