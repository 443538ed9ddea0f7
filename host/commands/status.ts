// hopclip status: who a clip is and how it is.
import type { Command } from "commander";
import { SLOT_START } from "../../firmware/wire/layout.ts";
import { archiveOf } from "../log/archive.ts";
import { Logbook, type LogFile } from "../clip/logbook.ts";
import { SmpError, type Image } from "../clip/smp.ts";
import { config } from "../clip/command.ts";
import type { Status } from "../clip/event.ts";
import { clipOption, jsonOption } from "../options.ts";
import { sized } from "../progress.ts";
import { missing_bytes } from "../log/pull.ts";
import { nameOf, numberOf, withClip, type Reached } from "../link/reach.ts";
import { sensorOf } from "../record.ts";
import { counted } from "../report/table.ts";
import { settingNamed, wordOf } from "../clip/settings.ts";

/** The log's part of the clip's flash: after the settings, before the app slots. */
const SETTINGS_BYTES = 0x2000;
const SECTOR_BYTES = 4096;
const SECTOR_HEAD_BYTES = 16;
const LOG_BYTES = ((SLOT_START - SETTINGS_BYTES) / SECTOR_BYTES) * (SECTOR_BYTES - SECTOR_HEAD_BYTES);
/** Below this a battery may not last a set, mV. */
const BATTERY_MV_LOW = 3500;

interface Options {
  readonly clip?: string;
  readonly json: boolean;
}

export function register(command: Command): void {
  command
    .description(
      "Says who a clip is and how it is: serial number, side, firmware, sensor with its rate as set and as measured, samples it has lost, battery, what it does, " +
        "how full its log is and what of it has not been fetched, its apps, its clock against this computer's, and the link.",
    )
    .addOption(clipOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\n--json: {clip, side, version, sensor: {chip, odr_hz, rate_hz, range_g, gyro, samples, lost_samples}, battery_mv, mode, set, exercise, uptime_ms,\n" +
        "log: {files, bytes, capacity_bytes, records, missing_bytes}, apps: [{slot, version, sha256, active, confirmed, pending, bootable}], clock: {clip_us, unix_us,\n" +
        "offset_us}, link: {name, about}}; null is what the clip cannot tell, missing_bytes what hopclip logs pull would fetch.\n\n" +
        "Examples:\n  hopclip status\n  hopclip status --clip left --json",
    )
    .action(run);
}

interface Told {
  readonly side: string;
  readonly status: Status;
  readonly files: readonly LogFile[] | null;
  readonly missing: number;
  readonly images: readonly Image[];
}

/** What a firmware without it answers with an error is null. */
async function optional<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof SmpError) return null;
    throw error;
  }
}

async function run(options: Options): Promise<void> {
  await withClip(options.clip, async (reached, stop) => {
    const { client, hello } = reached;
    client.stop = stop.signal;
    const side = settingNamed("side");
    const [, code] = await client.command(config(side.key));
    const files = await optional(new Logbook(client.smp).files());
    const told: Told = {
      side: wordOf(side, Number(code)),
      status: await client.status(),
      files,
      missing: files === null ? 0 : missing_bytes(files, await archiveOf(hello.serial)),
      images: (await optional(client.smp.images())) ?? [],
    };
    process.stdout.write(options.json ? `${JSON.stringify(jsonOf(reached, told))}\n` : `${lines(reached, told).join("\n")}\n`);
  });
}

const bytesOf = (files: readonly LogFile[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

function jsonOf({ client, hello }: Reached, { side, status, files, missing, images }: Told): object {
  const { chip, odr_hz, range_g, gyro, version } = hello;
  const { rate_hz, samples, lost_samples, battery_mv, mode, set, exercise, uptime_ms, records } = status;
  const { clock, link } = client;
  return {
    clip: numberOf(hello),
    side: side === "unknown" ? null : side,
    version,
    sensor: { chip, odr_hz, rate_hz, range_g, gyro, samples, lost_samples },
    battery_mv,
    mode,
    set,
    exercise,
    uptime_ms,
    log: files === null ? null : { files: files.length, bytes: bytesOf(files), capacity_bytes: LOG_BYTES, records, missing_bytes: missing },
    apps: images.map(({ slot, version: of, hash, active, confirmed, pending, bootable }) => ({ slot, version: of, sha256: hash, active, confirmed, pending, bootable })),
    clock: clock === null ? null : { clip_us: clock.clip_us, unix_us: clock.unix_us, offset_us: clock.unix_us - clock.clip_us },
    link: { name: link.name, about: link.about ?? "" },
  };
}

function lines({ client, hello }: Reached, { side, status, files, missing, images }: Told): string[] {
  const { link, clock } = client;
  const { battery_mv, mode, set, exercise, rate_hz, samples, lost_samples, records } = status;
  const minutes = Math.floor(status.uptime_ms / 60_000);
  const rows: [string, string][] = [
    ["side", side],
    ["firmware", hello.version],
    ...images.map((image): [string, string] => [`  slot ${image.slot}`, `${image.version}, ${appState(image)}, SHA-256 ${image.hash.slice(0, 16)}…`]),
    ["sensor", `${sensorOf(hello)}${rate_hz === null ? ", rate not measured yet" : `, in truth ${rate_hz.toFixed(2)} Hz`}`],
    ["samples", `${samples} since its start, ${lost_samples} lost`],
    ["battery", battery_mv === null ? "the board cannot tell" : `${(battery_mv / 1000).toFixed(2)} V${battery_mv < BATTERY_MV_LOW ? ": charge it soon" : ""}`],
    ["doing", `${mode === "idle" ? "idle" : `${mode}, set ${set} (${exercise})`}, on for ${minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`}`],
  ];
  if (files !== null) {
    const share = Math.round((bytesOf(files) / LOG_BYTES) * 100);
    const left = missing === 0 ? "all fetched" : `${sized(missing)} not fetched yet (hopclip logs pull)`;
    rows.push(["log", `${counted(records, "record")} in ${counted(files.length, "file")}, ${sized(bytesOf(files))} of ${sized(LOG_BYTES)} (${share} %); ${left}`]);
  }
  if (clock !== null) rows.push(["clock", `${(clock.clip_us / 1e6).toFixed(3)} s at ${new Date(clock.unix_us / 1000).toISOString()} (hopclip time sync measures it)`]);
  rows.push(["link", `${link.name}${link.about === undefined || link.about === "" ? "" : `: ${link.about}`}`]);
  const wide = Math.max(...rows.map(([name]) => name.length));
  return [`${nameOf(hello, link)}`, ...rows.map(([name, text]) => `  ${name.padEnd(wide)}  ${text}`)];
}

function appState({ active, confirmed, pending, bootable }: Image): string {
  if (active) return confirmed ? "runs" : "runs on trial";
  return pending ? "starts next, on trial" : bootable ? "can be started" : "cannot be started";
}
