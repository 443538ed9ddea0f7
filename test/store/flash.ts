// The store on the simulator's flash: calls, records read back, restarts and power cuts.
import { Flash, PowerCut } from "../../sim/parts/flash.ts";
import { Random } from "../../sim/random.ts";
import { compile, load, type Part } from "../imu/compile.ts";

export const SECTOR_BYTES = 4096;
export const LOG_START = 0x2000;
export const FLASH_BYTES = 0x40000;

const ENTRY = `
import * as log from "../../firmware/store/log";
import * as config from "../../firmware/store/config";
export { mount, mountStep, append, idle, count, seek, next } from "../../firmware/store/log";
export function configLoad(dst: usize, size: i32): i32 { return config.load(dst, size); }
export function configSave(src: usize, size: i32): i32 { return config.save(src, size); }
export function sequence(): i32 { return log.log.record_sequence; }
export function type(): i32 { return log.log.record_type; }
export function payload(): usize { return log.log.payload; }
export function payloadBytes(): i32 { return log.log.payload_bytes; }
export function givenUp(): i32 { return log.log.given_up; }
export function faults(): i32 { return log.log.faults_new; }
`;

export interface Entry {
  readonly sequence: number;
  readonly type: number;
  readonly text: string;
}

let wasm: Promise<Uint8Array<ArrayBuffer>> | null = null;
const text = new TextEncoder();
const SCRATCH_AT = 0x8000; // far above what the part under test uses

export class Store {
  readonly flash: Flash;
  readonly violations: string[] = [];
  private readonly part: Part;
  private readonly fresh: Uint8Array;

  private constructor(part: Part, flash: Flash, violations: string[]) {
    this.part = part;
    this.flash = flash;
    this.violations = violations;
    this.fresh = part.bytes.slice();
  }

  static async make(seed = 1): Promise<Store> {
    wasm ??= compile(ENTRY);
    const violations: string[] = [];
    const flash = new Flash(FLASH_BYTES, new Random(seed), (what) => violations.push(what));
    let memory: Uint8Array = new Uint8Array();
    const part = await load(await wasm, {
      flash_read: (at: number, dst: number, size: number) => flash.read(at, memory.subarray(dst, dst + size)),
      flash_write: (at: number, src: number, size: number) => flash.write(at, memory.subarray(src, src + size)),
      flash_erase: (at: number, size: number) => flash.erase(at, size),
    });
    memory = part.bytes;
    return new Store(part, flash, violations);
  }

  /** Power cycle: memory as at the start, the log mounted. Returns the steps mounting took. */
  restart(): number {
    this.part.bytes.set(this.fresh);
    this.flash.cutAfter(Infinity);
    this.part.call["mount"]!();
    let steps = 1;
    while (this.part.call["mountStep"]!() !== 0) steps += 1;
    return steps;
  }

  append(type: number, payload: string): number {
    return this.part.call["append"]!(type, SCRATCH_AT, this.put(payload));
  }

  appendBytes(type: number, payload: Uint8Array): number {
    this.part.bytes.set(payload, SCRATCH_AT);
    return this.part.call["append"]!(type, SCRATCH_AT, payload.length);
  }

  idle(): number {
    return this.part.call["idle"]!();
  }

  /** All records from `from` on. */
  entries(from = 0): Entry[] {
    this.part.call["seek"]!(from);
    const entries: Entry[] = [];
    const { call, bytes } = this.part;
    while (call["next"]!() !== 0) {
      const payload_at = call["payload"]!();
      entries.push({
        sequence: call["sequence"]!(), type: call["type"]!(),
        text: new TextDecoder().decode(bytes.slice(payload_at, payload_at + call["payloadBytes"]!())),
      });
      if (entries.length > 10_000) throw new Error("the log has no end");
    }
    return entries;
  }

  get count(): number {
    return this.part.call["count"]!();
  }

  get given_up(): number {
    return this.part.call["givenUp"]!();
  }

  /** Bits 1 << FAULT_*. */
  get faults(): number {
    return this.part.call["faults"]!();
  }

  saveConfig(payload: string): number {
    return this.part.call["configSave"]!(SCRATCH_AT, this.put(payload));
  }

  loadConfig(): string {
    const bytes = this.part.call["configLoad"]!(SCRATCH_AT, 112);
    return new TextDecoder().decode(this.part.bytes.slice(SCRATCH_AT, SCRATCH_AT + bytes));
  }

  /** Runs `act` with power going after `units` of flash work; whether it went. */
  cut(units: number, act: () => void): boolean {
    this.flash.cutAfter(units);
    try {
      act();
    } catch (error) {
      if (error instanceof PowerCut) return true;
      throw error;
    }
    this.flash.cutAfter(Infinity);
    return false;
  }

  private put(payload: string): number {
    const bytes = text.encode(payload);
    this.part.bytes.set(bytes, SCRATCH_AT);
    return bytes.length;
  }
}
