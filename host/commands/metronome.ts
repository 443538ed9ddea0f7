// hopclip metronome: lets the clip beat outside of a set, and stops it.
import { InvalidArgumentError, type Command } from "commander";
import { ACCENT_EVERY_MAX } from "../../firmware/wire/layout.ts";
import { metronome } from "../clip/command.ts";
import { clipOption, jsonOption, number } from "../options.ts";
import { nameOf, numberOf, withClip } from "../link/reach.ts";

interface Options {
  readonly accentEvery: number;
  readonly clip?: string;
  readonly json: boolean;
}

const tempo = number(30, 240, "beats/min, or off");

export function register(command: Command): void {
  command
    .description("Lets the clip beat on the foot, or changes the tempo of its beat on the next one, also in a set; off stops it. It beats on when hopclip has ended.")
    .argument("<bpm|off>", "tempo, 30 to 240 beats/min in steps of 0.1, or off", (text) => {
      if (text === "off") return 0;
      const bpm = tempo(text);
      if (Math.abs(bpm * 10 - Math.round(bpm * 10)) > 1e-9) throw new InvalidArgumentError("It is a number in steps of 0.1.");
      return bpm;
    })
    .option("--accent-every <n>", `every so-many-th beat is stronger, 0 none to ${ACCENT_EVERY_MAX}`, number(0, ACCENT_EVERY_MAX, "beats", true), 0)
    .addOption(clipOption())
    .addOption(jsonOption())
    .addHelpText("after", "\n--json: {clip, bpm, accent_every}; bpm null when it is off.\n\nExamples:\n  hopclip metronome 150 --accent-every 4\n  hopclip metronome off")
    .action(run);
}

async function run(bpm: number, { accentEvery: accent_every, clip, json }: Options): Promise<void> {
  await withClip(clip, async ({ client, hello }) => {
    await client.command(bpm === 0 ? metronome() : metronome(bpm, accent_every));
    if (json) process.stdout.write(`${JSON.stringify({ clip: numberOf(hello), bpm: bpm === 0 ? null : bpm, accent_every })}\n`);
    else process.stdout.write(`${nameOf(hello, client.link)} ${bpm === 0 ? "does not beat any more" : `beats at ${bpm}/min${accent_every > 0 ? `, every ${accent_every}th beat stronger` : ""}`}\n`);
  });
}
