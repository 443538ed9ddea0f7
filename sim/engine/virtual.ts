// A board in a process of its own, whose sensor and flash are the simulator's, over a byte stream: boards/virtual/virtual.c is the other
// end. `virtualEngine` runs one in lockstep: its clock, motor and link are the simulator's too.
import { EngineError, HangError, TrapError, type EngineFactory, type Hal } from "./engine.ts";
import { Machine, type MachineOptions } from "./machine.ts";

/** What a board says, as `enum op` in boards/virtual/virtual.c. */
export const OP = {
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
  NOTE_DROVE: 17,
} as const;

const HEAD_BYTES = 24;
const ANSWER_BYTES = 8;
/** What hello is answered with. */
export const MODE_LOCKSTEP = 0;
export const MODE_OWN_CLOCK = 1;

const LEVEL_ERROR = 0;
/** Words of what a board keeps over a restart, as in boards/common/clip.c. */
export const KEPT_CAUSE = 3;
export const KEPT_CODE = 4;
export const KEPT_LINE = 5;
/** Causes that are the app's own words, as in boards/common/restart.h. */
export const CAUSE_PANIC = 2;
export const CAUSE_RESET = 9;

/** What a board tells beside the seam. */
export interface VirtualListener {
  /** Which app runs: its slot, and the SHA-256 the board made of it. */
  onRuns?: (slot: number, sha256: string) => void;
  /** Instructions the board's processor took for the app's last call; 0 where nobody counts. */
  onInstructions?: (instructions: number) => void;
}

/** One message of a board. */
export interface Message {
  readonly op: number;
  readonly a: number;
  readonly b: number;
  /** Of the app's last call, with OP.WAIT. */
  readonly instructions: number;
  /** The board's own clock; 0 in lockstep. */
  readonly time_us: number;
  /** Valid until the next message. */
  readonly bytes: Buffer;
}

/** The protocol: messages of a board, and a hal that answers them. */
export class VirtualBoard {
  /** SHA-256 of the app that runs, as the board made it. */
  sha256 = "";
  /** What the board logged last as an error. */
  complaint = "";
  private readonly machine: Machine;
  private readonly hal: Hal;
  private readonly listener: VirtualListener;
  private readonly answer = Buffer.alloc(1 << 16);

  constructor(machine: Machine, hal: Hal, listener: VirtualListener = {}) {
    this.machine = machine;
    this.hal = hal;
    this.listener = listener;
  }

  /** Waits for the board's next message. */
  next(): Message {
    const head = this.machine.take(HEAD_BYTES);
    const size = head.readUInt16LE(2);
    const message = {
      op: head.readUInt16LE(0),
      a: head.readInt32LE(4),
      b: head.readInt32LE(8),
      instructions: head.readUInt32LE(12),
      time_us: Number(head.readBigUInt64LE(16)),
    };
    return { ...message, bytes: size === 0 ? NOTHING : this.machine.take(size) };
  }

  /** Answers hello or a wait with the clip's time, as lockstep does. */
  tellTime(result: number): void {
    this.answer.writeBigUInt64LE(BigInt(this.hal.time_us()), ANSWER_BYTES);
    this.reply(result, 8);
  }

  /** Answers; the bytes stand in `answer` already. */
  reply(result: number, size = 0): void {
    this.answer.writeInt32LE(result, 0);
    this.answer.writeUInt32LE(size, 4);
    this.machine.put(this.answer.subarray(0, ANSWER_BYTES + size));
  }

  /** Does what a message asks of the seam; throws EngineError for one that asks nothing of it. */
  serve({ op, a, b, bytes }: Message): void {
    const { hal } = this;
    switch (op) {
      case OP.IMU_READ:
        return this.give(b, (dst) => hal.imu_read(a, dst));
      case OP.IMU_WRITE:
        return this.reply(hal.imu_write(a, bytes));
      case OP.HAPTIC_PULSE:
        return this.reply(hal.haptic_pulse(Number(bytes.readBigUInt64LE(0)), a, b));
      case OP.HAPTIC_STOP:
        return this.reply(hal.haptic_stop());
      case OP.LINK_SEND:
        return this.reply(hal.link_send(a, bytes));
      case OP.LINK_RECV:
        return this.give(b, (dst) => hal.link_recv(a, dst), true);
      case OP.FLASH_READ:
        return this.give(b, (dst) => hal.flash_read(a, dst));
      case OP.FLASH_WRITE:
        return this.reply(hal.flash_write(a, bytes));
      case OP.FLASH_ERASE:
        return this.reply(hal.flash_erase(a, b));
      case OP.BATTERY_MV:
        return this.reply(hal.battery_mv());
      case OP.RUNS:
        this.sha256 = bytes.toString("hex");
        this.listener.onRuns?.(a, this.sha256);
        return this.reply(0);
      case OP.NOTE_LED:
        return hal.led_set(a);
      case OP.NOTE_LOG:
        if (a === LEVEL_ERROR) this.complaint = bytes.toString("latin1");
        return hal.log(a, bytes);
      default:
        throw new EngineError(`the board said ${op}, which is no word of boards/virtual/virtual.c here`);
    }
  }

  /** Answers with what `work` fills; nothing of it when it fails. */
  private give(size: number, work: (dst: Uint8Array) => number, isCount = false): void {
    const result = work(this.answer.subarray(ANSWER_BYTES, ANSWER_BYTES + size));
    this.reply(result, result < 0 ? 0 : isCount ? result : size);
  }
}

/**
 * Engines on a board's process: one process from power-up to power-down, which restarts as its processor would. The factory belongs to one
 * world; the app must be in that world's flash.
 */
export function virtualEngine(name: string, options: MachineOptions, listener: VirtualListener = {}): EngineFactory {
  let machine: Machine | null = null;
  return (_wasm, hal) => {
    const process = (machine ??= new Machine(options));
    const board = new VirtualBoard(process, hal, listener);
    const off = (): void => {
      process.kill();
      machine = null;
    };
    let hello: Message;
    try {
      hello = board.next();
      if (hello.op !== OP.HELLO) throw new EngineError(`the board's first word is ${hello.op}, not hello`);
    } catch (error) {
      off(); // nobody has this engine yet who could
      throw error;
    }
    const abi = hello.a;
    let greeted = false;
    return {
      name,
      get sha256() {
        return board.sha256;
      },
      abi_version: () => abi,
      init: () => {}, // the board starts its app by itself: with the first step
      step: (events) => {
        board.tellTime(greeted ? events : MODE_LOCKSTEP);
        greeted = true;
        return untilWait(board, process, hal, listener);
      },
      off,
    };
  };
}

/** Does what the app asks until its call is over; returns how long it may sleep, µs. Throws what ended the app instead. */
function untilWait(board: VirtualBoard, machine: Machine, hal: Hal, listener: VirtualListener): number {
  for (;;) {
    const message = board.next();
    switch (message.op) {
      case OP.WAIT:
        listener.onInstructions?.(message.instructions);
        return message.a;
      case OP.HELLO:
        machine.unread(HEAD_BYTES);
        throw new HangError("the clip did not come back from a call: its watchdog restarted it");
      case OP.NOTE_RESTART: {
        const cause = message.bytes.readInt32LE(4 * KEPT_CAUSE);
        const code = message.bytes.readInt32LE(4 * KEPT_CODE);
        if (cause === CAUSE_PANIC) hal.panic(code, message.bytes.readInt32LE(4 * KEPT_LINE));
        if (cause === CAUSE_RESET) hal.reset(code);
        throw new TrapError(`the board gave the app up, cause ${cause}: ${board.complaint}`);
      }
      default:
        board.serve(message);
    }
  }
}

const NOTHING = Buffer.alloc(0);
