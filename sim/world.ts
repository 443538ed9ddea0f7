// A clip on its board in virtual time: the wasm, the parts around it, and the loop that wakes it. Nothing here knows what the
// clip is for.
import { ABI, FLASH_BYTES, WAKE_LINK, WAKE_SENSOR, WAKE_TIMER, crc16 } from "../firmware/wire/layout.ts";
import { EngineError, HangError, PanicError, TrapError, type Engine, type EngineFactory, type Hal } from "./engine/engine.ts";
import { createV8Engine } from "./engine/v8.ts";
import type { Fault } from "./faults.ts";
import { Battery } from "./parts/battery.ts";
import { createImu, type ChipName } from "./parts/chip.ts";
import { Flash, PowerCut } from "./parts/flash.ts";
import type { Imu, ImuOptions } from "./parts/imu.ts";
import { Link, PORTS, type PortOptions } from "./parts/link.ts";
import { Motor, type MotorKind } from "./parts/motor.ts";
import { Random } from "./random.ts";
import { install } from "./slot.ts";

/** What the sensor feels. A Body is one. */
export interface SampleSource {
  /** Writes specific force (g) to `out[0..2]` and rate (dps) to `out[3..5]`, clip axes, at `t_s`, which never falls. */
  sample(t_s: number, out: Float64Array): void;
  /** Told of a pulse of the motor at `at_s`, from the source's time 0 on. */
  cue?(at_s: number): void;
}

export type { ChipName };

/** Clip, wearer, parts and faults of a world; the same options give the same run. */
export interface WorldOptions {
  readonly wasm: Uint8Array;
  readonly source: SampleSource;
  readonly seed: number;
  readonly chip?: ChipName;
  /** Error of the sensor's clock, ±500000 ppm. */
  readonly rate_error_ppm?: number;
  /** Slow drift of the sensor's clock, ppm/s. */
  readonly rate_drift_ppm_s?: number;
  /** Replay: no bias, scale error, noise or turn-on settling; quantisation and saturation stay. Default false. */
  readonly exact?: boolean;
  /** Default: 'lra'. */
  readonly motor?: MotorKind;
  /** Peak acceleration of the motor at the sensor at full strength, g. */
  readonly motor_peak_g?: number;
  readonly faults?: readonly Fault[];
  /** Longest delay from an event to the step it causes, µs; the actual one is drawn per wake. Default 300. */
  readonly wake_latency_us_max?: number;
  /** The clip's clock at power-up, µs. Default 0. */
  readonly clock_start_us?: number;
  /** Whole sectors. Default: what the clip's own area has, with `wasm` in its first app slot, confirmed. */
  readonly flash_bytes?: number;
  /** Buffers, rates and which ports are open, by port. Default: serial open, BLE not connected. */
  readonly ports?: readonly PortOptions[];
  /** A panic, a trap or a hang restarts the clip instead of ending the run. Default false. */
  readonly expect_panic?: boolean;
  /** Default: V8. */
  readonly engine?: EngineFactory;
}

/** A line the clip sent, without its line end. */
export interface Line {
  /** World time, µs: the step that completed it. */
  readonly t_us: number;
  readonly port: number;
  readonly text: string;
}

/** Something the clip or the board did that a test may want to know. */
export interface Incident {
  readonly t_us: number;
  readonly kind: "panic" | "trap" | "hang" | "reset" | "brownout" | "power-cut";
  /** Code of the panic, reason of the reset; else 0. */
  readonly code: number;
  /** Source line of the panic; else 0. */
  readonly line: number;
}

/** A text for developers, by the import `log`. */
export interface LogEntry {
  readonly t_us: number;
  readonly level: number;
  readonly text: string;
}

/** What was counted since the world was made. */
export interface WorldStats {
  readonly steps: number;
  /** Samples the sensor made. */
  readonly samples: number;
  readonly restarts: number;
  /** Rule breaks by the clip, also those beyond the ones `violations` keeps. */
  readonly violations: number;
}

const WAKE_LATENCY_US_MAX = 300;
const KEPT_MAX = 1000; // violations and log entries kept
const IDLE_STEPS_MAX = 1000; // steps without time going on: the clip does not sleep
const BOARD_MA = 6; // processor and radio, mean
const IMU_MA = 0.55;
const NEVER = Infinity;

/** Unwinds the wasm when the clip asks for a restart. */
class ResetSignal extends Error {
  readonly reason: number;
  constructor(reason: number) {
    super("reset");
    this.reason = reason;
  }
}

interface Due {
  readonly at_us: number;
  readonly fault: Fault;
  readonly begin: boolean;
}

export class World {
  /** World time, µs: virtual, from 0 at the making of the world, across restarts. */
  now_us = 0;
  /** The clip's clock minus world time, µs; changes at each power-up. */
  clock_offset_us = 0;
  readonly lines: Line[] = [];
  onLine: ((line: Line) => void) | null = null;
  /** Told of every byte the clip sends; the view is valid during the call only. */
  onBytes: ((port: number, bytes: Uint8Array) => void) | null = null;
  /** What the clip did that the contract forbids; a test asserts that it is empty. */
  readonly violations: string[] = [];
  readonly incidents: Incident[] = [];
  readonly logs: LogEntry[] = [];
  /** Latest pattern of led_set. */
  led = 0;

  readonly imu: Imu;
  readonly motor: Motor;
  readonly flash: Flash;
  readonly link: Link;
  readonly battery = new Battery();

  private readonly options: WorldOptions;
  private readonly hal: Hal;
  private readonly latency: Random;
  private readonly latency_us_max: number;
  private readonly partial: string[] = Array.from({ length: PORTS }, () => "");
  private readonly due: Due[] = [];
  /** Ports that a fault closed and that open again. */
  private readonly closed_ports = new Set<number>();
  private running: Engine | null = null;
  private powered = false;
  private steps = 0;
  private restarts = 0;
  private violation_count = 0;
  private idle_steps = 0;
  private seq = 0;
  private latency_us = 0;
  private sensor_us = NEVER;
  private timer_us = NEVER;
  private link_us = NEVER;
  private held_until_us = -Infinity;
  private drawn_us = 0;
  private drawn_motor_mas = 0;

  constructor(options: WorldOptions) {
    this.options = options;
    const random = new Random(options.seed);
    const report = (violation: string): void => {
      this.violation_count += 1;
      if (this.violations.length < KEPT_MAX) this.violations.push(`${Math.floor(this.now_us)} µs: ${violation}`);
    };
    this.latency = random.fork("latency");
    this.latency_us_max = options.wake_latency_us_max ?? WAKE_LATENCY_US_MAX;
    this.motor = new Motor({
      kind: options.motor ?? "lra",
      random: random.fork("motor"),
      report,
      ...(options.motor_peak_g === undefined ? {} : { peak_g: options.motor_peak_g }),
    });
    const imu: ImuOptions = {
      source: options.source,
      random: random.fork("imu"),
      report,
      shaker: this.motor,
      rate_error_ppm: options.rate_error_ppm ?? 0,
      rate_drift_ppm_s: options.rate_drift_ppm_s ?? 0,
      exact: options.exact ?? false,
    };
    this.imu = createImu(options.chip ?? "lsm6dso", imu);
    this.motor.onPulse = ({ start_us }) => {
      if (start_us >= this.source_start_us) options.source.cue?.((start_us - this.source_start_us) / 1e6);
    };
    this.flash = new Flash(options.flash_bytes ?? FLASH_BYTES, random.fork("flash"), report);
    if (options.flash_bytes === undefined && options.wasm.length > 0) install(this.flash.bytes, options.wasm, { slot: 0, sequence: 1, confirmed: true });
    this.link = new Link(options.ports);
    this.link.onBytes = (port, bytes) => this.receive(port, bytes);
    this.hal = this.makeHal();
    for (const fault of options.faults ?? []) this.due.push({ at_us: fault.at_s * 1e6, fault, begin: true });
    this.sortDue();
  }

  /** The running clip; throws while it has no power. */
  get engine(): Engine {
    if (this.running === null) throw new EngineError("the clip has no power: boot() first");
    return this.running;
  }

  /** World time of the first sample of the source's own time, µs; NaN before it has come. */
  get source_start_us(): number {
    return this.imu.source_start_us;
  }

  get stats(): WorldStats {
    return { steps: this.steps, samples: this.imu.samples, restarts: this.restarts, violations: this.violation_count };
  }

  /** Powers the clip up: fresh memory, `init`, first step. */
  boot(): void {
    if (this.running !== null) throw new EngineError("the clip is up already: restart() makes a power cycle");
    this.imu.power(this.now_us);
    this.link.power(this.now_us);
    this.motor.power(this.now_us);
    this.powered = true;
    while (this.due.length > 0 && this.due[0]!.at_us <= this.now_us) this.applyFault(this.due.shift()!);
    if (this.powered && this.running === null) this.start(); // a brown-out among them has taken the power, or has begun anew already
  }

  /** Sends `body` ("HEL", "SET,1,1500,…") as `$HC,<seq>,body*CRC\r\n` and returns seq. */
  send(body: string, port = 0): number {
    this.seq = (this.seq + 1) & 0xffff;
    this.sendRaw(frame(`HC,${this.seq},${body}`), port);
    return this.seq;
  }

  /** Sends bytes as they are; to a closed port or a clip without power they are lost. */
  sendRaw(bytes: Uint8Array | string, port = 0): void {
    if (this.running === null) return;
    if (this.link.deliver(port, typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes)) this.link_us = Math.min(this.link_us, this.now_us);
  }

  /**
   * Runs for so many seconds of world time, or until the predicate holds (asked first and after every step), at most `limit_s`.
   * Returns false when the limit came before the predicate. Throws what ends a run: PanicError, EngineError.
   */
  run(until: number | ((world: this) => boolean), limit_s = 3600): boolean {
    const holds = typeof until === "number" ? null : until;
    const end_us = this.now_us + (typeof until === "number" ? until : limit_s) * 1e6;
    if (Number.isNaN(end_us)) throw new RangeError("run: how long is no number");
    if (holds !== null && holds(this)) return true;
    for (;;) {
      const wake_us = this.wakeTime();
      const fault_us = this.due.length > 0 ? this.due[0]!.at_us : NEVER;
      const to_us = Math.min(wake_us, fault_us, end_us);
      if (to_us === NEVER) throw new EngineError("nothing will ever happen: the clip has no power and the run no end");
      const rise_us = this.imu.advance(to_us, this.sensor_us === NEVER && this.running !== null);
      if (rise_us !== NEVER) {
        this.sensor_us = rise_us;
        continue;
      }
      if (to_us > this.now_us) {
        this.now_us = to_us;
        this.idle_steps = 0;
      }
      if (to_us === fault_us) {
        this.applyFault(this.due.shift()!);
      } else if (to_us === wake_us) {
        this.step();
        if (holds !== null && holds(this)) return true;
      } else {
        this.motor.advance(this.now_us);
        return holds === null;
      }
    }
  }

  /** World time before which nothing happens by itself, µs; Infinity: nothing ever does. Bytes that are sent wake the clip sooner. */
  get next_us(): number {
    const fault_us = this.due.length > 0 ? this.due[0]!.at_us : NEVER;
    const rise_us = this.sensor_us === NEVER && this.running !== null ? this.imu.rise_us : NEVER;
    return Math.min(this.wakeTime(), fault_us, rise_us);
  }

  /** From the next sample on the source's time runs, from 0. */
  startSource(): void {
    this.imu.startSource();
  }

  /** The source's time stands at 0 until it is started anew. */
  holdSource(): void {
    this.imu.holdSource();
  }

  /** Somebody listens on a port, which then empties so fast. */
  openPort(port: number, rate_bytes_s?: number): void {
    this.link.open(port, rate_bytes_s);
  }

  /** Nobody listens any more: what waits either way is lost, and with it the rest of a line. */
  closePort(port: number): void {
    this.link.close(port);
    this.partial[port] = "";
  }

  /** Power cycle: memory, sensor settings and link contents are lost; flash stays. */
  restart(): void {
    this.powerOff();
    this.restarts += 1;
    this.boot();
  }

  /** The end: a board in a process of its own is stopped. */
  close(): void {
    this.powerOff();
  }

  private start(): void {
    this.clock_offset_us = (this.options.clock_start_us ?? 0) - this.now_us;
    this.sensor_us = NEVER;
    this.link_us = NEVER;
    this.timer_us = NEVER;
    const engine = (this.options.engine ?? createV8Engine)(this.options.wasm, this.hal);
    this.running = engine;
    const abi = engine.abi_version();
    if (abi !== ABI) throw new EngineError(`the clip speaks version ${abi} of the board's interface, this board ${ABI}`);
    this.attempt(() => {
      engine.init();
      this.sleep(engine.step(0));
    });
  }

  private powerOff(): void {
    this.powered = false;
    this.partial.fill(""); // a restart of the processor alone leaves a line it was in the middle of
    this.running?.off?.();
    this.running = null;
    this.sensor_us = NEVER;
    this.link_us = NEVER;
    this.timer_us = NEVER;
    this.imu.power(this.now_us);
    this.motor.power(this.now_us);
    this.link.power(this.now_us);
  }

  private wakeTime(): number {
    const event_us = Math.min(this.sensor_us, this.timer_us, this.link_us);
    return event_us === NEVER ? NEVER : Math.max(event_us + this.latency_us, this.held_until_us, this.now_us);
  }

  private step(): void {
    const now_us = this.now_us;
    const events =
      (this.sensor_us !== NEVER ? WAKE_SENSOR : 0) | (this.timer_us <= now_us ? WAKE_TIMER : 0) | (this.link.waiting ? WAKE_LINK : 0);
    this.sensor_us = NEVER; // never in the future: samples are made up to now only
    this.link_us = NEVER;
    this.motor.advance(now_us);
    this.idle_steps += 1;
    if (this.idle_steps > IDLE_STEPS_MAX) throw new EngineError(`the clip does not sleep: ${IDLE_STEPS_MAX} steps at ${now_us} µs`);
    const engine = this.engine;
    this.attempt(() => this.sleep(engine.step(events)));
  }

  private sleep(sleep_us: number): void {
    if (sleep_us < 0) throw new EngineError(`step returned ${sleep_us}: no time to sleep`);
    this.steps += 1;
    this.timer_us = this.now_us + sleep_us;
    this.latency_us = this.latency.uniform(0, this.latency_us_max);
  }

  /** Runs the clip; a restart it asked for, or that chance asked for, happens here. */
  private attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof ResetSignal) {
        this.note("reset", error.reason, 0);
      } else if (error instanceof PowerCut) {
        this.note("power-cut", 0, 0);
        this.restart();
        return;
      } else {
        if (error instanceof PanicError) this.note("panic", error.code, error.line);
        else if (error instanceof TrapError) this.note("trap", 0, 0);
        else if (error instanceof HangError) this.note("hang", 0, 0);
        if (!(error instanceof PanicError || error instanceof TrapError || error instanceof HangError) || this.options.expect_panic !== true) {
          this.powerOff();
          throw error;
        }
      }
      // The processor restarts; the sensor keeps its power and its settings.
      this.motor.stop();
      this.link.power(this.now_us);
      this.restarts += 1;
      if (this.incidents.length > KEPT_MAX) throw new EngineError("the clip restarts over and over");
      this.start();
    }
  }

  private note(kind: Incident["kind"], code: number, line: number): void {
    this.incidents.push({ t_us: this.now_us, kind, code, line });
  }

  private sortDue(): void {
    this.due.sort((one, other) => one.at_us - other.at_us);
  }

  private applyFault({ at_us, fault, begin }: Due): void {
    const ports = fault.port < 0 ? [0, 1, 2, 3, 4] : [fault.port];
    if (begin) {
      if (fault.every_s > 0) this.due.push({ at_us: at_us + fault.every_s * 1e6, fault, begin: true });
      if (fault.for_ms > 0) this.due.push({ at_us: at_us + fault.for_ms * 1000, fault, begin: false });
      this.sortDue();
    }
    switch (fault.name) {
      case "nack":
        this.imu.refuseNext(fault.count);
        break;
      case "late":
        if (begin) this.held_until_us = at_us + fault.for_ms * 1000;
        break;
      case "reset":
        if (begin) this.imu.resetItself(fault.for_ms);
        break;
      case "stall":
        if (begin) this.imu.stall(fault.for_ms);
        break;
      case "drop":
        this.imu.dropNext(fault.count);
        break;
      case "stuck":
        this.stickLine(begin ? fault.level : -1);
        break;
      case "rate":
        this.imu.changeRate(fault.ppm);
        break;
      case "drift":
        this.imu.drift(begin ? fault.ppm : (this.options.rate_drift_ppm_s ?? 0));
        break;
      case "brownout":
        this.brownout(fault, begin);
        break;
      case "flash":
        this.flash.failNext(fault.count);
        break;
      case "full":
        for (const port of ports) this.link.block(port, begin);
        break;
      case "closed":
        for (const port of ports) this.switchPort(port, !begin);
        break;
    }
  }

  private stickLine(level: number): void {
    const before = this.imu.line();
    this.imu.stick(level);
    if (this.imu.line() && !before && this.running !== null) this.sensor_us = Math.min(this.sensor_us, this.now_us);
  }

  private brownout(fault: Fault, begin: boolean): void {
    if (begin) {
      this.note("brownout", 0, 0);
      this.powerOff();
    }
    if (!begin || fault.for_ms === 0) this.restart();
  }

  private switchPort(port: number, open: boolean): void {
    if (open && this.closed_ports.delete(port)) this.link.open(port);
    else if (!open && this.link.isOpen(port)) {
      this.closed_ports.add(port);
      this.closePort(port);
    }
  }

  private receive(port: number, bytes: Uint8Array): void {
    this.onBytes?.(port, bytes);
    if (port > 1) return;
    let text = this.partial[port]! + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      const line: Line = { t_us: this.now_us, port, text: text.slice(0, end).replace(/\r$/, "") };
      text = text.slice(end + 1);
      if (line.text === "") continue;
      this.lines.push(line);
      this.onLine?.(line);
    }
    this.partial[port] = text;
  }

  private drawPower(): void {
    const seconds = (this.now_us - this.drawn_us) / 1e6;
    this.battery.draw(seconds * (BOARD_MA + IMU_MA) + this.motor.charge_mas - this.drawn_motor_mas);
    this.drawn_us = this.now_us;
    this.drawn_motor_mas = this.motor.charge_mas;
  }

  private makeHal(): Hal {
    return {
      time_us: () => Math.floor(this.now_us + this.clock_offset_us),
      imu_read: (reg, dst) => this.imu.read(reg, dst),
      imu_write: (reg, src) => this.imu.write(reg, src),
      haptic_pulse: (at_us, duration_ms, strength) => this.motor.pulse(at_us - this.clock_offset_us, duration_ms, strength),
      haptic_stop: () => {
        this.motor.stop();
        return 0;
      },
      link_send: (port, src) => this.link.send(port, src, this.now_us),
      link_recv: (port, dst) => this.link.receive(port, dst),
      flash_read: (at, dst) => this.flash.read(at, dst),
      flash_write: (at, src) => this.flash.write(at, src),
      flash_erase: (at, size) => this.flash.erase(at, size),
      battery_mv: () => {
        this.drawPower();
        return this.battery.millivolts(BOARD_MA + IMU_MA + this.motor.current_ma);
      },
      led_set: (pattern) => {
        this.led = pattern;
      },
      log: (level, src) => {
        if (this.logs.length < KEPT_MAX) this.logs.push({ t_us: this.now_us, level, text: Buffer.from(src).toString("latin1") });
      },
      panic: (code, line) => {
        throw new PanicError(code, line);
      },
      reset: (reason) => {
        throw new ResetSignal(reason);
      },
    };
  }
}

/** `content` as a line of the protocol: `$content*CRC\r\n`, CRC-16/XMODEM over `content`, which is ASCII. */
export function frame(content: string): string {
  let crc = 0;
  for (let index = 0; index < content.length; index += 1) crc = crc16(crc, content.charCodeAt(index) & 0xff);
  return `$${content}*${crc.toString(16).toUpperCase().padStart(4, '0')}\r\n`;
}
