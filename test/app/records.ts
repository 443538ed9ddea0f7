// Reads a clip's log from its flash with the firmware's own store, and takes records apart by the offsets of wire/layout.ts.
import * as layout from "../../firmware/wire/layout.ts";
import type { Flash } from "../../sim/parts/flash.ts";
import { compile, load } from "../imu/compile.ts";

const ENTRY = `
import { mount, mountStep, seek, next, log } from "../../firmware/store/log";
export function open(): void { mount(); while (mountStep()) {} seek(0); }
export function record(): usize { return next() ? log.payload : 0; }
export function bytes(): i32 { return log.payload_bytes; }
export function type(): i32 { return log.record_type; }
`;

let wasm: Promise<Uint8Array<ArrayBuffer>> | null = null;

/** One record of the log. */
export interface LogRecord {
  readonly type: number;
  readonly bytes: DataView;
}

/** All records on a flash, oldest first. The flash itself is not touched. */
export async function readLog(flash: Flash): Promise<LogRecord[]> {
  wasm ??= compile(ENTRY);
  const copy = flash.bytes.slice();
  let memory: Uint8Array = new Uint8Array();
  const part = await load(await wasm, {
    flash_read: (at: number, dst: number, size: number) => {
      memory.set(copy.subarray(at, at + size), dst);
      return 0;
    },
    flash_write: () => -1,
    flash_erase: () => -1,
  });
  memory = part.bytes;
  part.call["open"]!();
  const records: LogRecord[] = [];
  for (let at = part.call["record"]!(); at !== 0; at = part.call["record"]!()) {
    records.push({ type: part.call["type"]!(), bytes: new DataView(memory.slice(at, at + part.call["bytes"]!()).buffer) });
  }
  return records;
}

/** A contact's record as the fields of its CON line before `hops`. */
export function contactFields({ bytes }: LogRecord): string[] {
  const error_us = bytes.getInt32(layout.LOG_CONTACT_ERROR_US, true);
  const tc_us = bytes.getBigUint64(layout.LOG_CONTACT_TC_US, true);
  const flight_us = bytes.getUint32(layout.LOG_CONTACT_FLIGHT_US, true);
  return [
    bytes.getUint32(layout.LOG_CONTACT_ID, true), bytes.getBigUint64(layout.LOG_CONTACT_IC_US, true), tc_us === 0n ? "-" : tc_us,
    bytes.getUint8(layout.LOG_CONTACT_KIND), bytes.getUint8(layout.LOG_CONTACT_HOP), flight_us === 0 ? "-" : flight_us,
    error_us === layout.LOG_NONE ? "-" : error_us, bytes.getUint8(layout.LOG_CONTACT_CONFIDENCE),
  ].map(String);
}

/** A summary's record as the fields of its SUM line. */
export function summaryFields({ bytes }: LogRecord): string[] {
  return wordFields(bytes, layout.SUMMARY_FIELDS);
}

/** A verdict's record as the fields of its VER line. */
export function verdictFields({ bytes }: LogRecord): string[] {
  return wordFields(bytes, layout.VERDICT_FIELDS);
}

function wordFields(bytes: DataView, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const value = bytes.getInt32(index * 4, true);
    return value === layout.LOG_NONE ? "-" : `${value}`;
  });
}
