// A board with a clock of its own: it keeps time, plays its motor and speaks over its own serial port; sensor, flash and battery are the
// simulator's and follow the board's clock. boards/virtual/virtual.c is the other end.
import { FLASH_BYTES, WAKE_SENSOR } from "../firmware/wire/layout.ts";
import { EngineError, HAL_CLOSED, type Hal } from "./engine/engine.ts";
import type { Machine } from "./engine/machine.ts";
import { MODE_OWN_CLOCK, OP, VirtualBoard } from "./engine/virtual.ts";
import { Battery } from "./parts/battery.ts";
import { createImu, type ChipName } from "./parts/chip.ts";
import { Flash } from "./parts/flash.ts";
import type { Imu } from "./parts/imu.ts";
import { Motor } from "./parts/motor.ts";
import { Random } from "./random.ts";
import type { SampleSource } from "./world.ts";

/** What is around the board. */
export interface LiveOptions {
  readonly machine: Machine;
  readonly source: SampleSource;
  readonly seed: number;
  readonly chip?: ChipName;
}

/** The motor's pin, as the board told it. */
export interface Drive {
  /** The board's clock, µs. */
  readonly at_us: number;
  /** 0: off. */
  readonly strength: number;
}

/** Longest a motor runs, ms: the board says when it stops. */
const DRIVE_MS_MAX = 1000;

export class Live {
  readonly flash: Flash;
  readonly imu: Imu;
  readonly drives: Drive[] = [];
  readonly violations: string[] = [];
  /** The board's clock, µs; starts anew when it restarts. */
  board_us = 0;
  /** Board's clock at the first burst of samples that was read, µs; NaN before. */
  first_sample_us = NaN;
  /** Starts of its processor. */
  starts = 0;

  private readonly board: VirtualBoard;
  private readonly motor: Motor;
  /** World time minus board's time, µs. */
  private offset_us = 0;
  private now_us = 0;
  private rose = false;

  constructor(options: LiveOptions) {
    const random = new Random(options.seed);
    const report = (violation: string): void => {
      this.violations.push(violation);
    };
    this.motor = new Motor({ kind: "lra", random: random.fork("motor"), report });
    const imu = { source: options.source, random: random.fork("imu"), report, shaker: this.motor };
    this.imu = createImu(options.chip ?? "lsm6dso", imu);
    this.flash = new Flash(FLASH_BYTES, random.fork("flash"), report);
    this.board = new VirtualBoard(options.machine, this.makeHal(new Battery()));
    this.imu.power(0);
  }

  /** Serves the board until `until` holds, asked at every message; false when it does not in so many. */
  run(until: () => boolean, messages_max = 10_000_000): boolean {
    for (let left = messages_max; left > 0; left--) {
      if (until()) return true;
      this.serveOne();
    }
    return false;
  }

  /** Handles one message. */
  private serveOne(): void {
    const message = this.board.next();
    if (message.op === OP.HELLO) {
      this.starts += 1;
      this.offset_us = NaN;
      this.board.tellTime(MODE_OWN_CLOCK);
      return;
    }
    this.advance(message.time_us);
    switch (message.op) {
      case OP.WAIT:
        this.board.reply(this.rose ? WAKE_SENSOR : 0);
        this.rose = false;
        break;
      case OP.NOTE_DROVE:
        this.drive({ at_us: Number(message.bytes.readBigUInt64LE(0)), strength: message.a });
        break;
      case OP.NOTE_RESTART:
        break; // hello comes next
      default:
        this.board.serve(message);
    }
  }

  private advance(time_us: number): void {
    if (Number.isNaN(this.offset_us)) this.offset_us = this.now_us - time_us;
    this.board_us = time_us;
    const to_us = Math.max(this.now_us, time_us + this.offset_us);
    while (this.imu.advance(to_us, true) !== Infinity) this.rose = true;
    this.motor.advance(to_us);
    this.now_us = to_us;
  }

  private drive(drive: Drive): void {
    this.drives.push(drive);
    if (drive.strength > 0) this.motor.pulse(drive.at_us + this.offset_us, DRIVE_MS_MAX, drive.strength);
    else this.motor.stop();
  }

  private makeHal(battery: Battery): Hal {
    const elsewhere = (): number => HAL_CLOSED;
    return {
      time_us: () => this.now_us,
      imu_read: (reg, dst) => {
        const result = this.imu.read(reg, dst);
        const [first, last] = this.imu.chip.fifo_out;
        if (result === 0 && Number.isNaN(this.first_sample_us) && reg >= first && reg <= last) this.first_sample_us = this.board_us;
        return result;
      },
      imu_write: (reg, src) => this.imu.write(reg, src),
      haptic_pulse: elsewhere,
      haptic_stop: elsewhere,
      link_send: elsewhere,
      link_recv: elsewhere,
      flash_read: (at, dst) => this.flash.read(at, dst),
      flash_write: (at, src) => this.flash.write(at, src),
      flash_erase: (at, size) => this.flash.erase(at, size),
      battery_mv: () => battery.millivolts(10),
      led_set: () => {},
      log: () => {},
      panic: (code, line) => {
        throw new EngineError(`the clip panicked: code ${code}, line ${line}`);
      },
      reset: () => 0,
    };
  }
}
