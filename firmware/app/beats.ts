// The beats of a set or of the free metronome on the motor and on the link: one beat ahead is always queued with the motor.
import { smaller } from "../base/order";
import { Metronome } from "../beat/metronome";
import { LOG_NONE, TAG_BEA } from "../wire/layout";
import { beginLine, number } from "../wire/line";
import { sendEvent } from "./link";
import { pulse, stopPulses } from "./motor";
import { settings } from "./settings";

/** An accented beat is twice as long, up to this. */
const ACCENT_MS_MAX: i32 = 80;
/** A beat further in the past is announced but no longer felt. */
const LATE_US: u64 = 1_000;

const METRONOME_AT: usize = memory.data(40, 16);
const BEATS_AT: usize = memory.data(32, 16);

@unmanaged
class Beats {
  due_us: u64; // of beat `due`; u64.MAX_VALUE while no beat is to come
  end_us: u64; // no beat from here on
  due: i32; // index of the next beat
  accentEvery: i32;
  mask: i32; // beats whose index has one of these bits are neither felt nor told
  silent: i32; // not 0: beat `due` is one of these
}
export const beats: Beats = changetype<Beats>(BEATS_AT);
export const metronome: Metronome = changetype<Metronome>(METRONOME_AT);

/** Starts with beat `first` ≤ 0; beat 0 lies at `zero_us`. Beats from `end_us` on do not happen. */
export function startBeats(now_us: u64, zero_us: u64, bpm_d: i32, first: i32, accentEvery: i32, end_us: u64): void {
  metronome.start(zero_us, bpm_d);
  beats.accentEvery = accentEvery;
  beats.end_us = end_us;
  if (bpm_d != 0) arm(first, now_us);
}

/** No more beats; errors are still measured against those that were. All beats are felt again. */
export function stopBeats(now_us: u64): void {
  beats.due_us = u64.MAX_VALUE;
  beats.mask = 0;
  stopPulses(now_us);
}

/** Another tempo from the next beat on, which stays where it is. */
export function changeTempo(bpm_d: i32, accentEvery: i32): void {
  metronome.change(bpm_d, beats.due);
  beats.accentEvery = accentEvery;
}

/** Leaves beats out from the next one on: see `mask`. Beats are to come. */
export function thinBeats(now_us: u64, mask: i32): void {
  beats.mask = mask;
  stopPulses(now_us);
  arm(beats.due, now_us);
}

/** Whether beats are to come. */
export function beating(): bool {
  return beats.due_us != u64.MAX_VALUE;
}

/** Tells the beat that is due unless it is silent, and queues the next one; a clip that comes late catches up step by step. */
export function serviceBeats(now_us: u64): void {
  if (now_us < beats.due_us) return;
  if (beats.silent == 0) {
    beginLine(TAG_BEA);
    number(beats.due);
    number(beats.due_us);
    number(accent());
    sendEvent();
  }
  arm(beats.due + 1, now_us);
}

/** Signed µs from the nearest beat, LOG_NONE while the metronome has no tempo. */
export function beatError_us(t_us: u64): i32 {
  return metronome.bpm_d == 0 ? LOG_NONE : metronome.nearest(t_us);
}

function arm(index: i32, now_us: u64): void {
  const at_us = metronome.at(index);
  beats.due = index;
  beats.due_us = at_us < beats.end_us ? at_us : u64.MAX_VALUE;
  beats.silent = index & beats.mask;
  if (beats.silent != 0 || !beating() || at_us + LATE_US < now_us) return;
  pulse(at_us, smaller(settings.pulse_ms << accent(), ACCENT_MS_MAX));
}

/** 1 if the next beat is accented: beat 0 and every `accentEvery` before and after. */
function accent(): i32 {
  return beats.accentEvery != 0 && beats.due % beats.accentEvery == 0 ? 1 : 0;
}
