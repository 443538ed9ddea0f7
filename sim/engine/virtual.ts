// A board in a process of its own, in lockstep: its sensor, flash, clock, motor and link are the simulator's. boards/virtual/virtual.c is
// the other end.
import { EngineError, HangError, TrapError, type Engine, type EngineFactory, type Hal } from "./engine.ts";
import { Machine, type MachineOptions } from "./machine.ts";

/** As `enum op` in boards/virtual/virtual.c. */
const OP = {
  HELLO: 1,
  RUNS: 2,
  IMU_READ: 3,
  IMU_WRITE: 4,
  HAPTIC_PULSE: 5,
  HAPTIC_STOP: 6,
  LINK_SEND: 7,
  LINK_RECV: 8,
  FLASH_READ: 9,
  FLASH_WRITE: 10,
  FLASH_ERASE: 11,
  BATTERY_MV: 12,
  WAIT: 13,
  NOTE_LED: 14,
  NOTE_LOG: 15,
  NOTE_RESTART: 16,
} as const;

const HEAD_BYTES = 24;
const ANSWER_BYTES = 8;
const MODE_LOCKSTEP = 0;
/** Words of what a board keeps over a restart, as in boards/common/clip.c. */
const KEPT_CAUSE = 3;
const KEPT_CODE = 4;
const KEPT_LINE = 5;
const LEVEL_ERROR = 0;
const CAUSE_PANIC = 2;
const CAUSE_RESET = 9;

/** What a board tells beside the seam. */
export interface VirtualListener {
  /** Which app runs: its slot, and the SHA-256 the board made of it. */
  onRuns?: (slot: number, sha256: string) => void;
  /** Instructions the board's processor took for the app's last call; 0 where nobody counts. */
  onInstructions?: (instructions: number) => void;
}

/**
 * Engines on a board's process: one process from power-up to power-down, which restarts as its processor would. The factory belongs to one
 * world; the app must be in that world's flash.
 */
export function virtualEngine(name: string, options: MachineOptions, listener: VirtualListener = {}): EngineFactory {
  let machine: Machine | null = null;
  return (_wasm, hal) => {
    machine ??= new Machine(options);
    const board = new Board(name, machine, hal, listener);
    return Object.assign(board, {
      off: () => {
        machine?.kill();
        machine = null;
      },
    });
  };
}

class Board implements Engine {
  readonly name: string;
  sha256 = "";
  private readonly machine: Machine;
  private readonly hal: Hal;
  private readonly listener: VirtualListener;
  private readonly abi: number;
  private readonly answer = Buffer.alloc(1 << 16);
  /** Whether the board has said hello and not been told to go on. */
  private greeted = true;
  /** What the board logged last as an error. */
  private complaint = "";

  constructor(name: string, machine: Machine, hal: Hal, listener: VirtualListener) {
    this.name = name;
    this.machine = machine;
    this.hal = hal;
    this.listener = listener;
    const head = machine.take(HEAD_BYTES);
    if (head.readUInt16LE(0) !== OP.HELLO) throw new EngineError(`the board's first word is ${head.readUInt16LE(0)}, not hello`);
    this.abi = head.readInt32LE(4);
  }

  abi_version(): number {
    return this.abi;
  }

  /** The board starts its app by itself: with the first step. */
  init(): void {}

  step(events: number): number {
    this.tellTime(this.greeted ? MODE_LOCKSTEP : events);
    this.greeted = false;
    return this.serve();
  }

  private tellTime(result: number): void {
    this.answer.writeBigUInt64LE(BigInt(this.hal.time_us()), ANSWER_BYTES);
    this.reply(result, 8);
  }

  /** Answers; the bytes stand in `answer` already. */
  private reply(result: number, size: number): void {
    this.answer.writeInt32LE(result, 0);
    this.answer.writeUInt32LE(size, 4);
    this.machine.put(this.answer.subarray(0, ANSWER_BYTES + size));
  }

  /** Answers with what `work` fills; nothing of it when it fails. */
  private give(size: number, work: (dst: Uint8Array) => number, isCount = false): void {
    const result = work(this.answer.subarray(ANSWER_BYTES, ANSWER_BYTES + size));
    this.reply(result, result < 0 ? 0 : isCount ? result : size);
  }

  /** Does what the app asks until its call is over; returns how long it may sleep, µs. */
  private serve(): number {
    const { machine, hal } = this;
    for (;;) {
      const head = machine.take(HEAD_BYTES);
      const op = head.readUInt16LE(0);
      const size = head.readUInt16LE(2);
      const a = head.readInt32LE(4);
      const b = head.readInt32LE(8);
      const instructions = head.readUInt32LE(12);
      const bytes = size === 0 ? NOTHING : machine.take(size);
      switch (op) {
        case OP.WAIT:
          this.listener.onInstructions?.(instructions);
          return a;
        case OP.IMU_READ:
          this.give(b, (dst) => hal.imu_read(a, dst));
          break;
        case OP.IMU_WRITE:
          this.reply(hal.imu_write(a, bytes), 0);
          break;
        case OP.HAPTIC_PULSE:
          this.reply(hal.haptic_pulse(Number(bytes.readBigUInt64LE(0)), a, b), 0);
          break;
        case OP.HAPTIC_STOP:
          this.reply(hal.haptic_stop(), 0);
          break;
        case OP.LINK_SEND:
          this.reply(hal.link_send(a, bytes), 0);
          break;
        case OP.LINK_RECV:
          this.give(b, (dst) => hal.link_recv(a, dst), true);
          break;
        case OP.FLASH_READ:
          this.give(b, (dst) => hal.flash_read(a, dst));
          break;
        case OP.FLASH_WRITE:
          this.reply(hal.flash_write(a, bytes), 0);
          break;
        case OP.FLASH_ERASE:
          this.reply(hal.flash_erase(a, b), 0);
          break;
        case OP.BATTERY_MV:
          this.reply(hal.battery_mv(), 0);
          break;
        case OP.RUNS:
          this.sha256 = bytes.toString("hex");
          this.listener.onRuns?.(a, this.sha256);
          this.reply(0, 0);
          break;
        case OP.NOTE_LED:
          hal.led_set(a);
          break;
        case OP.NOTE_LOG:
          if (a === LEVEL_ERROR) this.complaint = bytes.toString("latin1");
          hal.log(a, bytes);
          break;
        case OP.NOTE_RESTART:
          return this.restarted(bytes.readInt32LE(4 * KEPT_CAUSE), bytes.readInt32LE(4 * KEPT_CODE), bytes.readInt32LE(4 * KEPT_LINE));
        case OP.HELLO:
          machine.unread(HEAD_BYTES);
          throw new HangError("the clip did not come back from a call: its watchdog restarted it");
        default:
          throw new EngineError(`the board said ${op}, which is no word of boards/virtual/virtual.c`);
      }
    }
  }

  /** The board restarts its processor; never returns. */
  private restarted(cause: number, code: number, line: number): number {
    if (cause === CAUSE_PANIC) this.hal.panic(code, line);
    if (cause === CAUSE_RESET) return this.hal.reset(code);
    throw new TrapError(`the board gave the app up, cause ${cause}: ${this.complaint}`);
  }
}

const NOTHING = Buffer.alloc(0);
