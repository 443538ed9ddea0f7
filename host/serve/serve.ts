// Serves a simulated clip on its ports, in real time, until it is told to stop.
import { Failure } from "../failure.ts";
import { EngineError, type SimulatedClipOptions } from "../simulator.ts";
import { Clock } from "./clock.ts";
import { FlashFile } from "./flash.ts";
import type { Wire } from "./wire.ts";

/** What is served, and how. */
export interface ServeOptions {
  readonly clip: Omit<SimulatedClipOptions, "flash">;
  /** File of the flash; absent: it is forgotten at the end. */
  readonly flash?: string;
  /** Settings that a new clip gets, and those that any clip gets, by key of CFG. */
  readonly first: Readonly<Record<string, number>>;
  readonly always: Readonly<Record<string, number>>;
  /** Opens the way to the clip; `onCut` is told when that is gone for good. */
  readonly open: (clock: Clock, onCut: (failure: Failure) => void) => Promise<Wire>;
  /** Told once everything is there. */
  readonly onReady: (wire: Wire) => void;
}

/** Serves until `stop` comes. A Failure where the clip or the way to it ends before. */
export async function serve({ clip, flash, first, always, open, onReady }: ServeOptions, stop: AbortSignal): Promise<void> {
  const file = flash === undefined ? null : new FlashFile(flash);
  const kept = file?.bytes ?? null;
  let clock: Clock;
  try {
    clock = new Clock({ ...clip, ...(kept === null ? {} : { flash: kept }) }, { ...(kept === null ? first : {}), ...always });
  } catch (error) {
    file?.close();
    throw told(error);
  }
  const ended = Promise.withResolvers<void>();
  ended.promise.catch(() => {}); // heard below, once all is open
  clock.onEnd = (error) => ended.reject(told(error));
  stop.addEventListener("abort", () => ended.resolve());
  if (file !== null) {
    file.keep(0, clock.clip.flash); // all that has happened to it so far
    clock.clip.onFlash = (at, bytes) => file.keep(at, bytes);
  }
  let wire: Wire | null = null;
  try {
    wire = await open(clock, ended.reject);
    clock.start();
    onReady(wire);
    await (stop.aborted ? null : ended.promise);
  } finally {
    await wire?.close();
    clock.stop();
    file?.close();
  }
}

const told = (error: unknown): unknown => (error instanceof EngineError ? new Failure(`the simulated clip stopped: ${error.message}`, { cause: error }) : error);
