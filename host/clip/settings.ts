// Settings of a clip by names for people: their values, units, and what the wire has for them. Pure.
import type { ConfigKey } from "./command.ts";
import { InputError } from "../failure.ts";

/** One setting. */
export interface Setting {
  readonly name: string;
  readonly key: ConfigKey;
  readonly unit: string;
  readonly about: string;
  /** Values that have names, in the order of their codes; [] where any number of the range will do. */
  readonly words: readonly (readonly [word: string, code: number])[];
  readonly min: number;
  readonly max: number;
}

const choice = (...codes: number[]): Setting["words"] => codes.map((code) => [String(code), code]);
const worded = (words: Setting["words"]): Pick<Setting, "words" | "min" | "max"> => ({ words, min: 0, max: 0 });

/** Every setting, in the order they are shown. */
export const SETTINGS: readonly Setting[] = [
  { name: "serial", key: "SER", unit: "", about: "serial number of the clip, none to forget it", words: [["none", 0]], min: 1, max: 2_147_483_647 },
  { name: "side", key: "SID", unit: "", about: "foot it is worn on", ...worded([["unknown", 0], ["left", 1], ["right", 2]]) },
  { name: "rate", key: "ODR", unit: "Hz", about: "sensor rate", ...worded(choice(52, 104, 208, 416, 833)) },
  { name: "range", key: "RNG", unit: "g", about: "accelerometer range, to either side", ...worded(choice(8, 16)) },
  { name: "gyro", key: "GYR", unit: "", about: "gyroscope; off saves battery, raises, holds and step-downs need it", ...worded([["off", 0], ["on", 1]]) },
  { name: "strength", key: "STR", unit: "", about: "strength of a beat, 0 none", words: [], min: 0, max: 255 },
  { name: "pulse", key: "PLS", unit: "ms", about: "length of a beat", words: [], min: 5, max: 60 },
];

/** "52, 104, 208, 416 or 833 Hz" */
export function rangeOf({ words, min, max, unit }: Setting): string {
  const names = words.map(([word]) => word);
  const numbers = max > 0 ? [`${min} to ${max}`] : [];
  const all = [...numbers, ...names];
  return `${all.length > 1 ? `${all.slice(0, -1).join(", ")} or ${all.at(-1)}` : all[0]}${unit === "" ? "" : ` ${unit}`}`;
}

/** A setting by its name, or the wire's; an InputError with what there is. */
export function settingNamed(name: string): Setting {
  const found = SETTINGS.find((setting) => setting.name === name.toLowerCase() || setting.key === name.toUpperCase());
  if (found === undefined) throw new InputError(`there is no setting "${name}": there are ${SETTINGS.map((setting) => setting.name).join(", ")}`);
  return found;
}

/** A value as the wire has it; an InputError with the range where it has none. */
export function codeOf(setting: Setting, value: string): number {
  const word = setting.words.find(([each]) => each === value.toLowerCase());
  if (word !== undefined) return word[1];
  const number = /^\d{1,10}$/u.test(value) ? Number(value) : NaN;
  if (setting.max > 0 && number >= setting.min && number <= setting.max) return number;
  throw new InputError(`${setting.name} is ${rangeOf(setting)}, not ${value}`);
}

/** A value as people read it: "416", "left". */
export function wordOf(setting: Setting, code: number): string {
  return setting.words.find(([, each]) => each === code)?.[0] ?? String(code);
}
