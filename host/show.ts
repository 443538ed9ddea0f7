// A set shown as it happens, from the clip's events: a live line with a progress bar on a terminal, plain lines elsewhere.
import { setTimeout as pause } from "node:timers/promises";
import type { WriteStream } from "node:tty";
import { bounceHeight_mm } from "./coach/verdict.ts";
import type { ClipEvent } from "./clip/event.ts";

/** How long a terminal shows a set, ms; less where the firmware had to be built first, so that all is over within 10 s. */
const SHOW_MS_MIN = 1000;
const SHOW_MS_MAX = 3200;
const END_MS = 8500;
/** A plain line every so often, s of the set. */
const EVERY_S = 5;
/** Distance from the beat that the lane's ends stand for, ms, and its width in characters. */
const LANE_MS = 60;
const LANE_CHARS = 25;

interface Moment {
  /** Clip time, µs. */
  readonly at_us: number;
  readonly event: ClipEvent;
}

interface State {
  beat: number;
  hops: number;
  contact_ms: number | null;
  flight_ms: number | null;
  error_ms: number | null;
}

/** When an event is shown: a contact at its landing, a beat when it sounds. */
function momentOf(event: ClipEvent): Moment | null {
  if (event.type === "beat") return { at_us: event.at_us, event };
  if (event.type === "contact") return { at_us: event.tc_us ?? event.ic_us, event };
  return null;
}

/** A landing on a strip around the beat: early to the left, the beat in the middle. */
export function lane(error_ms: number | null): string {
  const middle = (LANE_CHARS - 1) / 2;
  const cells = Array.from<unknown, string>({ length: LANE_CHARS }, (_, i) => (i === middle ? "┃" : "·"));
  if (error_ms !== null) {
    const at = Math.round(middle + (error_ms / LANE_MS) * middle);
    cells[Math.max(0, Math.min(LANE_CHARS - 1, at))] = "●";
  }
  return cells.join("");
}

function advance(state: State, event: ClipEvent): void {
  if (event.type === "beat") state.beat = event.index;
  if (event.type !== "contact") return;
  if (event.kind === "hop") state.hops++;
  state.contact_ms = event.tc_us === null ? null : (event.tc_us - event.ic_us) / 1000;
  state.flight_ms = event.flight_us === null ? null : event.flight_us / 1000;
  state.error_ms = event.beat_error_us === null ? null : event.beat_error_us / 1000;
}

const whole = (value: number | null): string => (value === null ? "-" : value.toFixed(0)).padStart(4);
const height = (flight_ms: number | null): string => (flight_ms === null ? "-" : (bounceHeight_mm(flight_ms) / 10).toFixed(1)).padStart(4);

/** Shows beats and contacts of a set of `seconds`; time begins at beat 0. */
export async function show(events: readonly ClipEvent[], seconds: number, out: WriteStream | NodeJS.WritableStream): Promise<void> {
  const moments = events.map(momentOf).filter((moment) => moment !== null).sort((a, b) => a.at_us - b.at_us);
  const zero_us = moments.find(({ event }) => event.type === "beat" && event.index === 0)?.at_us ?? moments[0]?.at_us ?? 0;
  const state: State = { beat: 0, hops: 0, contact_ms: null, flight_ms: null, error_ms: null };
  if ("isTTY" in out && out.isTTY) await showLive(moments, zero_us, seconds, state, out as WriteStream);
  else showPlain(moments, zero_us, state, out);
}

async function showLive(moments: readonly Moment[], zero_us: number, seconds: number, state: State, out: WriteStream): Promise<void> {
  const { default: progress } = await import("cli-progress");
  const bar = new progress.SingleBar({
    stream: out,
    hideCursor: true,
    fps: 60,
    barsize: 20,
    linewrap: false,
    clearOnComplete: false,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    format: "{bar} {time} s  {beat}  {lane}  {hops} hops  ground{contact} ms  air{flight} ms  bounce {height} cm",
  });
  const payload = () => ({
    beat: state.beat < 0 ? `ready ${-state.beat}`.padEnd(8) : `beat ${String(state.beat).padStart(3)}`,
    lane: lane(state.error_ms),
    hops: String(state.hops).padStart(3),
    contact: whole(state.contact_ms),
    flight: whole(state.flight_ms),
    height: height(state.flight_ms),
  });
  const time = (t_s: number) => Math.max(0, t_s).toFixed(1).padStart(4);
  bar.start(seconds, 0, { time: time(0), ...payload() });
  const first_us = moments[0]?.at_us ?? 0;
  const span_ms = ((moments.at(-1)?.at_us ?? 0) - first_us) / 1000;
  const started_ms = performance.now();
  const speed = span_ms / Math.min(SHOW_MS_MAX, Math.max(SHOW_MS_MIN, END_MS - started_ms));
  for (const { at_us, event } of moments) {
    const due_ms = (at_us - first_us) / 1000 / speed - (performance.now() - started_ms);
    if (due_ms > 1) await pause(due_ms);
    advance(state, event);
    const t_s = Math.min(seconds, (at_us - zero_us) / 1e6);
    bar.update(Math.max(0, t_s), { time: time(t_s), ...payload() });
  }
  bar.update(seconds, { time: time(seconds), ...payload() });
  bar.stop();
}

function showPlain(moments: readonly Moment[], zero_us: number, state: State, out: NodeJS.WritableStream): void {
  let next_s = EVERY_S;
  const line = (t_s: number) =>
    out.write(
      `${t_s.toFixed(0).padStart(4)} s  beat ${String(state.beat).padStart(3)}  ${lane(state.error_ms)}  ${String(state.hops).padStart(3)} hops  ` +
        `ground${whole(state.contact_ms)} ms  air${whole(state.flight_ms)} ms  bounce ${height(state.flight_ms)} cm\n`,
    );
  let t_s = 0;
  for (const { at_us, event } of moments) {
    t_s = (at_us - zero_us) / 1e6;
    if (t_s >= next_s) {
      line(next_s);
      next_s += EVERY_S;
    }
    advance(state, event);
  }
  if (Math.round(t_s) > next_s - EVERY_S) line(t_s);
}
