// What a clip says, in plain words with units: one line an event. Pure.
import type { Activity, ClipEvent, ContactEvent, Exercise, ModeChange, RepEvent, Summary } from "../clip/event.ts";
import { fixed } from "./table.ts";

const EXERCISES: Readonly<Record<Exercise, string>> = {
  auto: "whatever is done",
  pogo: "pogo hops",
  run: "running",
  walk: "walking",
  calf: "calf raises",
  "calf-bent": "bent-knee calf raises",
  "wall-sit": "wall sit",
  "step-down": "step-downs",
};
const ACTIVITIES: Readonly<Record<Activity, string>> = { other: "something else", walk: "walks", run: "runs", hop: "hops", still: "is still", calf: "does calf raises" };
const ENDS: Readonly<Record<Summary["end"], string>> = {
  time: "its time was over",
  count: "its count was reached",
  command: "it was stopped",
  still: "nothing moved any more",
  reset: "the clip started anew",
  left: "the wearer walked away",
};

const ms = (us: number | null): string => (us === null ? "-" : `${(us / 1000).toFixed(0)} ms`);

/** "12 ms late", "8 ms early", "on the beat" */
export function offBeat(error_us: number): string {
  const error_ms = Math.round(error_us / 1000);
  return error_ms === 0 ? "on the beat" : `${Math.abs(error_ms)} ms ${error_ms > 0 ? "late" : "early"}`;
}

function contact({ id, ic_us, tc_us, kind, hop, flight_us, beat_error_us, hops }: ContactEvent): string {
  const parts = [tc_us === null ? "still on the ground" : `${ms(tc_us - ic_us)} on the ground`];
  if (flight_us !== null) parts.push(`${ms(flight_us)} in the air before`);
  if (beat_error_us !== null) parts.push(offBeat(beat_error_us));
  if (hop) parts.push(`hop ${hops}`);
  else if (kind !== "none" && kind !== "hop") parts.push(kind);
  return `contact ${id}: ${parts.join(", ")}`;
}

function mode({ mode: now, set, exercise, bpm }: ModeChange): string {
  const tempo = bpm > 0 ? ` at ${bpm}/min` : "";
  switch (now) {
    case "idle":
      return set === 0 ? "idle" : `set ${set} is closed`;
    case "armed":
      return `set ${set} (${EXERCISES[exercise]}${tempo}) waits for the sensor`;
    case "count-in":
      return `set ${set} (${EXERCISES[exercise]}${tempo}): count-in`;
    case "set":
      return `set ${set} (${EXERCISES[exercise]}${tempo}) runs`;
    case "summary":
      return `set ${set} is over; its summary follows`;
  }
}

/** A repetition by the set's exercise: a raise, a hold or a heel tap. */
function rep({ id, top, up_ms, hold_ms, down_ms, wobble, flaws, reps, clean }: RepEvent, exercise: Exercise): string {
  const open = flaws.includes("open");
  if (exercise === "wall-sit" && open && hold_ms === null) return `hold ${id} begins`;
  const say = (name: string, value: number | null, parts: number, digits: number, unit: string): string[] => (value === null ? [] : [`${name} ${fixed(value / parts, digits)} ${unit}`.trim()]);
  const judged = flaws.length === 0 ? "clean" : flaws.filter((flaw) => flaw !== "open").join(", ") || "its end was not seen";
  const count = `${reps} so far, ${clean} clean`;
  if (exercise === "wall-sit") return [`hold ${id}: ${fixed((hold_ms ?? 0) / 1000, 1)} s`, ...say("tremor", wobble, 10, 1, "°/s"), judged, count].join(", ");
  const [noun, values] =
    exercise === "step-down"
      ? ["tap", [...say("tap", top, 1000, 1, "g"), ...say("reach", up_ms, 1, 0, "ms"), ...say("on the floor", hold_ms, 1, 0, "ms"), ...say("return", down_ms, 1, 0, "ms"), ...say("landing", wobble, 1000, 1, "g")]]
      : ["raise", [...say("height", top, 10, 1, "°"), ...say("up", up_ms, 1, 0, "ms"), ...say("at the top", hold_ms, 1, 0, "ms"), ...say("down", down_ms, 1, 0, "ms"), ...say("wobble", wobble, 10, 1, "°")]];
  return `${noun} ${id}: ${[...values, judged, count].join(", ")}`;
}

function summary({ set, exercise, end, duration_ms, contacts, hops, strides }: Summary): string {
  const counts = [`${contacts} contacts`, ...(hops > 0 ? [`${hops} hops`] : []), ...(strides > 0 ? [`${strides} strides`] : [])];
  return `set ${set} (${EXERCISES[exercise]}) ended after ${fixed(duration_ms / 1000, 1)} s: ${ENDS[end]}; ${counts.join(", ")}`;
}

/** An event in words; null where there is nothing for people in it: answers to commands, samples, and verdicts, which say nothing without their set. */
export function told(event: ClipEvent, exercise: Exercise): string | null {
  switch (event.type) {
    case "hello":
      return `firmware ${event.version} says hello`; // at its start, or because it was asked
    case "mode":
      return mode(event);
    case "beat":
      return `beat ${event.index}${event.accent ? ", accent" : ""}`;
    case "contact":
      return contact(event);
    case "amend":
      return `contact ${event.id} was ${event.kind === "none" ? "of no known kind" : event.hop ? "a hop" : event.kind === "hop" ? "no hop" : `of ${event.kind === "run" ? "running" : "walking"}`}; ${event.hops} hops so far`;
    case "rep":
      return rep(event, exercise);
    case "activity":
      return `the wearer ${ACTIVITIES[event.activity]} (${event.confidence} % sure)`;
    case "cue":
      return event.every === 0 ? "no beat is felt" : event.every === 1 ? "every beat is felt" : `one beat in ${event.every} is felt`;
    case "summary":
      return summary(event);
    case "fault":
      return `! ${event.text}${event.count > 1 ? ` (${event.count} times)` : ""}`;
    case "restart":
      return `! ${event.text} (slot ${event.slot}${event.code === 0 && event.line === 0 ? "" : `, code ${event.code}, line ${event.line}`}); ${event.runs === null ? "no app can be started" : `the app of slot ${event.runs} runs`}`;
    case "unknown":
      return `! a line that this hopclip does not know: ${event.tag}`;
    case "ack":
    case "refusal":
    case "verdict":
    case "raw":
      return null;
  }
}
