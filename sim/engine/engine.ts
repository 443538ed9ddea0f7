// The seam between the simulated board and whatever runs the wasm. No policy: types, and the two errors both sides share.

/** What a hal call returns when it fails. Negative, and never mistaken for a count. */
export const HAL_NACK = -1; // nobody answered
export const HAL_REFUSED = -2; // the part does not do this
export const HAL_RANGE = -3; // address, size or value outside the part
export const HAL_FULL = -4; // no place in the queue
export const HAL_DIRTY = -5; // flash: a byte to be written is not erased
export const HAL_IO = -6; // the part failed
export const HAL_CLOSED = -7; // link: nobody on this port
export const HAL_UNKNOWN = -8; // no reading

/** One method per import of the module `hal`. Pointers are views into the clip's memory, valid during the call only; u64 are Numbers (µs, exact below 2^53). */
export interface Hal {
  /** µs of the clip's clock. */
  time_us(): number;
  /** Fills `dst` from register `reg` on; 0, or a negative error. */
  imu_read(reg: number, dst: Uint8Array): number;
  /** Writes `src` to the registers from `reg` on; 0, or a negative error. */
  imu_write(reg: number, src: Uint8Array): number;
  /** Queues a pulse for `at_us` of the clip's clock; `duration_ms`, `strength` 0..255; 0, or a negative error. */
  haptic_pulse(at_us: number, duration_ms: number, strength: number): number;
  haptic_stop(): number;
  /** Bytes taken, 0 when the port is full, or a negative error. */
  link_send(port: number, src: Uint8Array): number;
  /** Bytes given, 0 when none wait, or a negative error. */
  link_recv(port: number, dst: Uint8Array): number;
  flash_read(at: number, dst: Uint8Array): number;
  flash_write(at: number, src: Uint8Array): number;
  flash_erase(at: number, size: number): number;
  /** mV, or a negative error when unknown. */
  battery_mv(): number;
  led_set(pattern: number): void;
  log(level: number, src: Uint8Array): void;
  /** Never returns: throws. */
  panic(code: number, line: number): void;
  reset(reason: number): number;
}

/** A loaded clip: fresh memory until `restore`. */
export interface Engine {
  /** Short name of the runtime, for reports. */
  readonly name: string;
  /** SHA-256 of the module's bytes, lower-case hex. */
  readonly sha256: string;
  abi_version(): number;
  init(): void;
  /** `events`: WAKE_* bits. Returns the µs the clip may sleep. */
  step(events: number): number;
  /** A copy of the linear memory, which is the whole state of the clip. */
  snapshot?(): Uint8Array;
  /** Puts back what `snapshot` gave; throws if the size differs. */
  restore?(memory: Uint8Array): void;
  /** The board loses its power; nothing is called afterwards. */
  off?(): void;
}

/** Makes an engine with fresh memory: once a power-up, and once a restart of the processor. Throws EngineError when the module cannot run on this hal. */
export type EngineFactory = (wasm: Uint8Array, hal: Hal) => Engine;

/** The module is not one this board can run, or it trapped. */
export class EngineError extends Error {
  override name = "EngineError";
}

/** The clip did what wasm forbids. */
export class TrapError extends EngineError {
  override name = "TrapError";
}

/** A call into the clip did not end. */
export class HangError extends EngineError {
  override name = "HangError";
}

/** The clip called `panic(code, line)`. */
export class PanicError extends Error {
  override name = "PanicError";
  readonly code: number;
  readonly line: number;
  constructor(code: number, line: number) {
    super(`the clip panicked: code ${code}, line ${line}`);
    this.code = code;
    this.line = line;
  }
}
