// What a board does around its app: it chooses one of the slots in flash, tells on the link what became of the last, and keeps an app from
// its fallback. boards/common/clip.c is the same for boards, which need none of this here.
import { createHash } from "node:crypto";
import { ABI, PORT_BLE_SMP, PORT_BLE_UART, PORT_SERIAL } from "../../firmware/wire/layout.ts";
import { allows, CAUSE, choose, confirms, type Choice, type Report } from "../slot.ts";
import { frame } from "../world.ts";
import { HAL_REFUSED, HangError, TrapError, type Engine, type EngineFactory, type Hal } from "./engine.ts";
import { createV8Engine } from "./v8.ts";
import { watchedEngine } from "./watchdog.ts";

/** Between reports when there is no app, and before an app that keeps ending is started again. */
const ALONE_US = 1_000_000;
/** An app that has run for so long has not ended soon, and so many may end soon without a pause. */
const SOON_US = 10_000_000;
const ENDS_MAX = 3;

/** What outlives a restart, but not the loss of power. */
interface Kept {
  ended: Report;
  /** Apps in a row that ended soon after their start. */
  ends: number;
}

const NOTHING: Report = { slot: -1, cause: CAUSE.NONE, code: 0, line: 0 };

/**
 * A factory for one world, whose engines run the app that its flash holds; the world's own module is what such an app is likely to be.
 * `onRuns`: told at each start which app is about to run, its slot and SHA-256.
 */
export function bootEngine(onRuns: (slot: number, sha256: string) => void = () => {}): EngineFactory {
  let kept: Kept | null = null;
  let image: Uint8Array = new Uint8Array(0);
  return (wasm, hal) => {
    const boot = new Boot(hal, kept, onRuns, (chosen) => {
      // The same array for the same bytes, for an engine compiles each array once.
      image = [wasm, image].find((known) => Buffer.compare(known, chosen) === 0) ?? chosen;
      const load = (guarded: Hal): Engine => createV8Engine(image, guarded);
      // The world's own module comes back from every call, and watching is dear where time is simulated.
      return image === wasm ? load : (guarded) => watchedEngine(() => load(guarded));
    });
    kept = boot.kept;
    return {
      get name() {
        return boot.app?.name ?? "";
      },
      get sha256() {
        return boot.app?.sha256 ?? "";
      },
      abi_version: () => ABI, // an app of another one is refused as a board does
      init: () => {}, // with the first step, as on a board
      step: (events) => boot.step(events),
      off: () => {
        boot.app?.off?.();
        kept = null;
      },
    };
  };
}

/** From one start of the processor to the next. */
class Boot {
  readonly kept: Kept = { ended: NOTHING, ends: 0 };
  /** null: not started yet, or there is none. */
  app: Engine | null = null;
  private readonly hal: Hal;
  private readonly load: (image: Uint8Array) => (hal: Hal) => Engine;
  private readonly onRuns: (slot: number, sha256: string) => void;
  private readonly before: Kept | null;
  private choice: Choice | null = null;
  private confirmed = false;
  private start_us = 0;
  private due_us = 0;
  private told = new Uint8Array(0);
  /** Bytes of it that each port has taken. */
  private readonly taken = [0, 0];

  constructor(hal: Hal, before: Kept | null, onRuns: Boot["onRuns"], load: Boot["load"]) {
    this.hal = hal;
    this.before = before;
    this.onRuns = onRuns;
    this.load = load;
  }

  step(events: number): number {
    this.choice ??= this.choose();
    const now_us = this.hal.time_us();
    if (this.app === null && now_us < this.due_us) return this.idle(this.due_us - now_us);
    if (this.choice.slot < 0) {
      this.tell(this.choice);
      this.due_us = now_us + ALONE_US;
      return this.idle(ALONE_US);
    }
    if (this.app === null) return this.run(() => this.begin(this.choice!));
    if (now_us - this.start_us >= SOON_US) this.kept.ends = 0;
    const { app } = this;
    return this.run(() => app.step(events));
  }

  private choose(): Choice {
    const ended = this.before?.ended ?? NOTHING;
    this.kept.ends = ended.cause === CAUSE.NONE ? 0 : (this.before?.ends ?? 0) + 1;
    const choice = choose(this.hal, ended);
    this.keep(choice.slot, CAUSE.NONE);
    this.confirmed = choice.confirmed;
    if (choice.slot < 0) return choice; // told with the first step, and again
    this.tell(choice);
    if (this.kept.ends > ENDS_MAX) this.due_us = this.hal.time_us() + ALONE_US;
    return choice;
  }

  private begin({ slot, image }: Choice): number {
    this.start_us = this.hal.time_us();
    this.onRuns(slot, createHash("sha256").update(image).digest("hex"));
    let app: Engine;
    try {
      app = this.load(image)(this.guard(slot));
    } catch (error) {
      throw error instanceof HangError ? error : this.ended(CAUSE.LOAD, error as Error);
    }
    if (app.abi_version() !== ABI) throw this.ended(CAUSE.ABI, new Error(`it speaks version ${app.abi_version()} of the board's interface`));
    this.app = app;
    app.init();
    return app.step(0);
  }

  /** A call into the app; how it ended is kept. */
  private run(call: () => number): number {
    try {
      const sleep_us = call();
      if (sleep_us >= 0) return sleep_us;
    } catch (error) {
      if (error instanceof HangError) this.keep(this.choice!.slot, CAUSE.HANG);
      else if (error instanceof TrapError && this.kept.ended.cause === CAUSE.NONE) this.keep(this.choice!.slot, CAUSE.TRAP);
      throw error;
    }
    throw this.ended(CAUSE.TRAP, new Error("it sleeps a negative time"));
  }

  private ended(cause: number, error: Error): TrapError {
    this.keep(this.choice!.slot, cause);
    return new TrapError(`the app was given up: ${error.message}`, { cause: error });
  }

  private keep(slot: number, cause: number, code = 0, line = 0): void {
    this.kept.ended = { slot, cause, code, line };
  }

  /** Waits without an app. What comes on the ports is nobody's: unread it would end every sleep at once. */
  private idle(sleep_us: number): number {
    const unheard = new Uint8Array(256);
    for (let port = PORT_SERIAL; port <= PORT_BLE_SMP; port++) while (this.hal.link_recv(port, unheard) > 0);
    return sleep_us;
  }

  /** Lays down what there is to tell, lines RST of firmware/PROTOCOL.md, and offers it to both ports. */
  private tell({ slot: runs, reports }: Choice): void {
    const lines = reports.length === 0 && runs < 0 ? [{ ...NOTHING, cause: CAUSE.LOAD }] : reports;
    const text = lines.map(({ slot, cause, code, line }) => frame(`HC,0,RST,${slot},${cause},${code},${line},${runs < 0 ? "-" : runs}`)).join("");
    this.told = Buffer.from(text === "" ? "" : `\r\n${text}`, "latin1"); // the last run may have ended in the middle of a line
    this.taken.fill(0);
    for (const port of [PORT_SERIAL, PORT_BLE_UART]) this.offer(port);
  }

  /** Offers a port what it has not taken yet; 1 when all is taken, else why not: 0 full, or an error. */
  private offer(port: number): number {
    let result = 1;
    while (this.taken[port]! < this.told.length) {
      result = this.hal.link_send(port, this.told.subarray(this.taken[port]));
      if (result <= 0) return result;
      this.taken[port]! += result;
    }
    return 1;
  }

  /** The board's functions as the app of a slot has them. */
  private guard(own: number): Hal {
    const { hal } = this;
    return {
      ...hal,
      link_send: (port, src) => {
        const result = port === PORT_SERIAL || port === PORT_BLE_UART ? this.offer(port) : 1;
        return result > 0 ? hal.link_send(port, src) : result;
      },
      flash_write: (at, src) => {
        if (!allows(own, this.confirmed, at, src.length)) return HAL_REFUSED;
        const result = hal.flash_write(at, src);
        if (result === 0 && confirms(own, at, src.length)) this.confirmed = true;
        return result;
      },
      flash_erase: (at, size) => (size < 0 || !allows(own, this.confirmed, at, size) ? HAL_REFUSED : hal.flash_erase(at, size)),
      panic: (code, line) => {
        this.keep(own, CAUSE.PANIC, code, line);
        hal.panic(code, line);
      },
      reset: (reason) => {
        this.keep(own, CAUSE.RESET, reason);
        return hal.reset(reason);
      },
    };
  }
}
