// Options that several commands share: their parsers say in one line what is allowed.
import { InvalidArgumentError, Option } from "commander";
import { COUNT_MAX } from "../firmware/wire/layout.ts";
import { TARGETS, targetCode } from "./clip/command.ts";
import type { Exercise } from "./clip/event.ts";
import { dayNamed, dayOf, noonOf_ms } from "./coach/day.ts";
import { InputError } from "./failure.ts";
import { PAIN_MAX, PLACES } from "./record.ts";

/** A parser of numbers from `min` to `max`. */
export function number(min: number, max: number, unit: string, whole = false): (text: string) => number {
  return (text) => {
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : NaN;
    if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(`It is a ${whole ? "whole " : ""}number from ${min} to ${max}${unit === "" ? "" : ` ${unit}`}.`);
  };
}

/** --bpm: tempo of the metronome. */
export const bpmOption = (): Option =>
  new Option("--bpm <n>", "tempo of the metronome, beats/min, 30 to 240 in steps of 0.1 (default: no metronome)").argParser(
    number(30, 240, "beats/min"),
  );

/** --target: what the set asks for. */
export const targetOption = (): Option =>
  new Option("--target <n>", `what the set asks for: ${Object.entries(TARGETS).map(([exercise, { unit }]) => `${exercise}: ${unit}`).join("; ")} (default: nothing)`).argParser(
    number(0, COUNT_MAX, ""),
  );

/** A target as the wire has it, 0 without one; an InputError where the exercise does not have such a one. */
export function targetOf(exercise: string, target: number | undefined): number {
  if (target === undefined) return 0;
  if (!Object.hasOwn(TARGETS, exercise)) throw new InputError(`--target belongs to ${Object.keys(TARGETS).join(", ")}, not to ${exercise}`);
  try {
    return targetCode(exercise as Exercise, target);
  } catch (error) {
    throw new InputError(`--target: ${(error as Error).message}`, { cause: error });
  }
}

/** --json: one object on stdout and nothing else. */
export const jsonOption = (): Option => new Option("--json", "print one JSON object and nothing else on stdout").default(false);

/** --clip: which clip, as openLink takes it; undefined: the only one that is found. */
export const clipOption = (): Option =>
  new Option("--clip <which>", "serial port, tcp:PORT, ble:NAME, a clip's serial number, left or right; a port at another rate than 115200 Bd is PATH@BAUD (default: the only one that is found)").env("HOPCLIP_CLIP");

/** --chip: which sensor is on the board. */
export const chipOption = (): Option =>
  new Option("--chip <name>", "motion sensor on the board").choices(["lsm6dso", "lsm6ds3trc"]).default("lsm6dso");

/** --pain: how much it hurts. */
export const painOption = (): Option => new Option("--pain <score>", "pain, 0 none to 10 the worst imaginable").argParser(number(0, PAIN_MAX, "", true));

/** --where: where it hurts. */
export const whereOption = (): Option => new Option("--where <place>", "where it hurts").choices(PLACES);

/** --db: where the ledger is. */
export const dbOption = (): Option =>
  new Option("--db <ledger>", "path of the ledger, or postgres://USER@HOST/DATABASE (default: $HOPCLIP_DB, else ledger.db in the platform's data folder)");

/** --runner: whose sets. */
export const runnerOption = (): Option => new Option("--runner <name>", "whose (default: the one in use, see hopclip runner use)");

/** --on: a day that is over or today, as ms since 1970: its noon, or now. */
export const dayOption = (): Option =>
  new Option("--on <date>", "the day it was, YYYY-MM-DD (default: now)").argParser((text) => {
    const day = dayNamed(text);
    if (day === null) throw new InvalidArgumentError("It is a day as YYYY-MM-DD.");
    const now_ms = Date.now();
    if (day > dayOf(now_ms)) throw new InvalidArgumentError("That day is yet to come.");
    return day === dayOf(now_ms) ? now_ms : noonOf_ms(day);
  });

/** --at: a time that has passed, as ms since 1970; this computer's time where no zone is said. */
export const atOption = (): Option =>
  new Option("--at <time>", "when it began, YYYY-MM-DDTHH:MM, this computer's time unless it ends in Z or +02:00").argParser((text) => {
    const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?$/u.exec(text) ?? []).map(Number);
    const at_ms = Date.parse(text.replace(" ", "T"));
    // Date.parse takes a 30th of February for a day in March.
    const days = new Date(Date.UTC(year ?? NaN, month ?? NaN, 0)).getUTCDate();
    if (Number.isNaN(at_ms) || !((day ?? NaN) <= days)) throw new InvalidArgumentError("It is a time as YYYY-MM-DDTHH:MM.");
    if (at_ms > Date.now()) throw new InvalidArgumentError("That time is yet to come.");
    return at_ms;
  });
