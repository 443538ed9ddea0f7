// hopclip config: reads and changes the settings that a clip keeps.
import { Argument, type Command } from "commander";
import type { Client } from "../clip/client.ts";
import { config } from "../clip/command.ts";
import { Failure } from "../failure.ts";
import { clipOption, jsonOption } from "../options.ts";
import { nameOf, withClip } from "../link/reach.ts";
import { codeOf, rangeOf, SETTINGS, settingNamed, wordOf, type Setting } from "../clip/settings.ts";
import { table } from "../report/table.ts";

interface Options {
  readonly clip?: string;
  readonly json: boolean;
}

export function register(command: Command): void {
  const settings = SETTINGS.map((setting) => `  ${setting.name.padEnd(9)} ${setting.about}: ${rangeOf(setting)}`).join("\n");
  command.description("Reads and changes the settings that a clip keeps, also without power. They are changed between sets only.");
  command
    .command("get")
    .description("Prints a setting's value, or a table of all settings.")
    .addArgument(new Argument("[key]", "which; all without it").choices(SETTINGS.map(({ name }) => name)))
    .addOption(clipOption())
    .addOption(jsonOption())
    .addHelpText("after", `\nSettings:\n${settings}\n\n--json: {clip, KEY: value, ...}; numbers as numbers, words as words, "none" as null.\n\nExamples:\n  hopclip config get\n  hopclip config get side --clip /dev/ttyACM0`)
    .action(get);
  command
    .command("set")
    .description("Changes a setting and prints what it is now.")
    .addArgument(new Argument("<key>", "which").choices(SETTINGS.map(({ name }) => name)))
    .argument("<value>", "what it is to be; see below")
    .addOption(clipOption())
    .addOption(jsonOption())
    .addHelpText("after", `\nSettings:\n${settings}\n\n--json: {clip, KEY: value}.\n\nExamples:\n  hopclip config set side left\n  hopclip config set serial 7 --clip /dev/ttyACM0`)
    .action(set);
}

/** A value as JSON has it. */
function jsonOf(setting: Setting, code: number): string | number | null {
  const word = wordOf(setting, code);
  return word === "none" || word === "unknown" ? null : /^\d+$/u.test(word) ? Number(word) : word;
}

async function valueOf(client: Client, { key }: Setting): Promise<number> {
  const [, value] = await client.command(config(key));
  const code = Number(value);
  if (!Number.isSafeInteger(code)) throw new Failure(`${client.link.name}: the clip's answer to CFG,${key} makes no sense: is its firmware as new as this hopclip?`);
  return code;
}

async function get(key: string | undefined, options: Options): Promise<void> {
  const asked = key === undefined ? SETTINGS : [settingNamed(key)];
  await withClip(options.clip, async ({ client, hello }) => {
    const values: (readonly [Setting, number])[] = [];
    for (const setting of asked) values.push([setting, await valueOf(client, setting)]);
    tell(hello.serial, values, options);
    if (options.json) return;
    if (key !== undefined) process.stdout.write(`${wordOf(...(values[0] as readonly [Setting, number]))}\n`);
    else {
      const rows = values.map(([setting, code]) => [setting.name, wordOf(setting, code), setting.unit, `${setting.about}: ${rangeOf(setting)}`]);
      process.stdout.write(`${nameOf(hello, client.link)}\n\n${table(["<setting", "value", "<", "<what it is"], rows).join("\n")}\n`);
    }
  });
}

async function set(key: string, value: string, options: Options): Promise<void> {
  const setting = settingNamed(key);
  const code = codeOf(setting, value);
  await withClip(options.clip, async ({ client, hello }) => {
    await client.command(config(setting.key, code));
    const now = await valueOf(client, setting);
    tell(setting.key === "SER" ? String(now) : hello.serial, [[setting, now]], options);
    if (!options.json) process.stdout.write(`${nameOf(hello, client.link)}: ${setting.name} is ${wordOf(setting, now)}${setting.unit === "" || wordOf(setting, now) === "none" ? "" : ` ${setting.unit}`}\n`);
  });
}

function tell(serial: string, values: readonly (readonly [Setting, number])[], { json }: Options): void {
  if (!json) return;
  const clip = serial === "-" || serial === "0" ? null : Number(serial);
  process.stdout.write(`${JSON.stringify({ clip, ...Object.fromEntries(values.map(([setting, code]) => [setting.name, jsonOf(setting, code)])) })}\n`);
}
