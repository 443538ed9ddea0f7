// hopclip time: ties the clip's clock to the time of day.
import type { Command } from "commander";
import type { Client } from "../clip/client.ts";
import { timeSync } from "../clip/command.ts";
import { Failure } from "../failure.ts";
import { clipOption, jsonOption } from "../options.ts";
import { nameOf, numberOf, withClip } from "../link/reach.ts";

/** Questions; the one that was answered soonest says most. */
const ROUNDS = 6;

interface Options {
  readonly clip?: string;
  readonly json: boolean;
}

export function register(command: Command): void {
  command.description("About the clip's clock, which counts from its start and knows no time of day by itself.");
  command
    .command("sync")
    .description(
      "Tells the clip the time of day, by which its log is dated, and measures how far its clock is from this computer's. Every command that talks to a clip tells " +
        "it the time; this one does it as exactly as the link allows.",
    )
    .addOption(clipOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `\nAsks ${ROUNDS} times. The answer that came soonest counts: the clip read its clock at some time between question and answer, so the offset is known to half\n` +
        "of that round trip.\n\n" +
        "--json: {clip, rounds, round_trip_ms, clip_us, unix_us, offset_us, uncertainty_ms}: the clip's clock showed clip_us when it was unix_us, µs since 1970.\n\n" +
        "Example:\n  hopclip time sync --clip /dev/ttyACM0",
    )
    .action(sync);
}

interface Round {
  readonly round_trip_ms: number;
  readonly unix_us: number;
  readonly clip_us: number;
}

/** Tells the time as it will be when the line has gone `ahead_ms`. */
async function round(client: Client, ahead_ms: number): Promise<Round> {
  let heard_ms = NaN;
  client.onEvent = (event) => {
    if (event.type === "ack" && event.command === "TIM") heard_ms = performance.now();
  };
  const sent_ms = performance.now();
  const [clip] = await client.command(timeSync(Math.round((performance.timeOrigin + sent_ms + ahead_ms) * 1000)));
  client.onEvent = null;
  const clip_us = Number(clip);
  if (!Number.isSafeInteger(clip_us)) throw new Failure(`${client.link.name}: the clip's answer to TIM makes no sense: is its firmware as new as this hopclip?`);
  const round_trip_ms = heard_ms - sent_ms;
  return { round_trip_ms, clip_us, unix_us: Math.round((performance.timeOrigin + sent_ms + round_trip_ms / 2) * 1000) };
}

async function sync(options: Options): Promise<void> {
  await withClip(options.clip, async ({ client, hello }) => {
    const rounds: Round[] = [];
    const best = (): Round => rounds.reduce((least, each) => (each.round_trip_ms < least.round_trip_ms ? each : least));
    while (rounds.length < ROUNDS) rounds.push(await round(client, rounds.length === 0 ? 0 : best().round_trip_ms / 2));
    const { round_trip_ms, unix_us, clip_us } = best();
    const told = { rounds: ROUNDS, round_trip_ms: to(round_trip_ms), clip_us, unix_us, offset_us: unix_us - clip_us, uncertainty_ms: to(round_trip_ms / 2) };
    if (options.json) process.stdout.write(`${JSON.stringify({ clip: numberOf(hello), ...told })}\n`);
    else {
      process.stdout.write(
        `${nameOf(hello, client.link)} knows the time. Its clock showed ${(clip_us / 1e6).toFixed(6)} s at ${new Date(unix_us / 1000).toISOString()}, ` +
          `±${told.uncertainty_ms} ms (round trip ${told.round_trip_ms} ms, the shortest of ${ROUNDS}); offset ${told.offset_us} µs.\n`,
      );
    }
  });
}

const to = (ms: number): number => Math.round(ms * 1000) / 1000;
