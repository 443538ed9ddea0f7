// Counts executed wasm instructions exactly: rewrites a copy of the module so that every basic block adds its length to a
// word of memory. Works on the bytes, so what is counted is what ships; the product itself is never rewritten.

/** Where the rewritten module keeps its count: the last 8 bytes of the first page, far above any heap base of ours. */
const COUNT_AT = 65_528;

/** The module is not the plain integer wasm this counter knows. */
export class CountError extends Error {
  override name = "CountError";
}

const SECTION_CODE = 10;

/** A cursor over wasm bytes. */
class Reader {
  readonly bytes: Uint8Array;
  at: number;
  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const value = this.bytes[this.at];
    if (value === undefined) throw new CountError(`module ends early at byte ${this.at}`);
    this.at += 1;
    return value;
  }

  /** Unsigned LEB128 below 2^32. */
  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) return value;
    }
  }

  /** Passes a LEB128 of any width. */
  skip(): void {
    while ((this.byte() & 0x80) !== 0);
  }
}

function u32(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = value % 128;
    value = Math.floor(value / 128);
    if (value === 0) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** Signed LEB128, which constants take; ours are never negative. */
function signed(value: number): number[] {
  const bytes = u32(value);
  return (bytes[bytes.length - 1]! & 0x40) === 0 ? bytes : [...bytes.slice(0, -1), bytes[bytes.length - 1]! | 0x80, 0];
}

const OP_UNREACHABLE = 0x00;
const OP_NOP = 0x01;
const OP_BLOCK = 0x02;
const OP_LOOP = 0x03;
const OP_IF = 0x04;
const OP_ELSE = 0x05;
const OP_END = 0x0b;
const OP_BR = 0x0c;
const OP_BR_IF = 0x0d;
const OP_BR_TABLE = 0x0e;
const OP_RETURN = 0x0f;
/** Structure that no engine executes. */
const UNCOUNTED = new Set([OP_NOP, OP_BLOCK, OP_LOOP, OP_ELSE, OP_END]);
/** After one of these the next instruction may run another number of times. */
const BOUNDARY = new Set([OP_UNREACHABLE, OP_LOOP, OP_IF, OP_ELSE, OP_END, OP_BR, OP_BR_IF, OP_BR_TABLE, OP_RETURN]);

/** Reads one instruction of integer wasm (MVP and sign extension) and returns its opcode. */
function instruction(reader: Reader): number {
  const op = reader.byte();
  if (op === OP_BLOCK || op === OP_LOOP || op === OP_IF) reader.skip(); // block type
  else if (op === OP_BR || op === OP_BR_IF || op === 0x10) reader.skip(); // label, label, function of call
  else if (op === OP_BR_TABLE) for (let count = reader.u32() + 1; count > 0; count--) reader.skip();
  else if (op === 0x11) { // call_indirect
    reader.skip();
    reader.skip();
  } else if (op >= 0x20 && op <= 0x24) reader.skip(); // locals and globals
  else if ((op >= 0x28 && op <= 0x29) || (op >= 0x2c && op <= 0x37) || (op >= 0x3a && op <= 0x3e)) { // integer loads and stores
    reader.skip();
    reader.skip();
  } else if (op === 0x41 || op === 0x42) reader.skip(); // i32.const, i64.const
  else if (op <= OP_NOP || op === OP_ELSE || op === OP_END || op === OP_RETURN) return op;
  else if (op === 0x1a || op === 0x1b) return op; // drop, select
  else if (op >= 0x45 && op <= 0x5a) return op; // integer comparisons
  else if ((op >= 0x67 && op <= 0x8a) || op === 0xa7 || op === 0xac || op === 0xad) return op; // integer arithmetic, wrap, extend
  else if (op >= 0xc0 && op <= 0xc4) return op; // sign extension
  else throw new CountError(`opcode 0x${op.toString(16)} at byte ${reader.at - 1} is not plain integer wasm`);
  return op;
}

const ADDRESS = [0x41, ...signed(COUNT_AT)]; // i32.const
/** Instructions that add `count` to the word at COUNT_AT. */
function adder(count: number): number[] {
  return [...ADDRESS, ...ADDRESS, 0x29, 3, 0, 0x42, ...signed(count), 0x7c, 0x37, 3, 0]; // i64.load, i64.const, i64.add, i64.store
}

/** One function body with its counters, without its size. */
function body(reader: Reader): number[] {
  const size = reader.u32();
  const end = reader.at + size;
  const from = reader.at;
  for (let groups = reader.u32(); groups > 0; groups--) {
    reader.skip();
    reader.byte();
  }
  const out = [...reader.bytes.subarray(from, reader.at)];
  let block_at = reader.at;
  let count = 0;
  while (reader.at < end) {
    const op = instruction(reader);
    if (!UNCOUNTED.has(op)) count += 1;
    if (!BOUNDARY.has(op) && reader.at < end) continue;
    if (count > 0) out.push(...adder(count));
    for (let at = block_at; at < reader.at; at++) out.push(reader.bytes[at]!);
    block_at = reader.at;
    count = 0;
  }
  return out;
}

/**
 * A copy of `wasm` that counts what it executes in its own memory; `counted` reads it. Counted is every executed
 * instruction but `block`, `loop`, `else`, `end` and `nop`; a call counts one plus the callee, an import counts as the call only.
 * After a trap the count includes the rest of the block that trapped. Throws CountError on floats, SIMD, bulk memory and the like.
 */
export function instrument(wasm: Uint8Array): Uint8Array<ArrayBuffer> {
  const reader = new Reader(wasm, 8);
  const out: number[] = [...wasm.subarray(0, 8)];
  while (reader.at < wasm.length) {
    const id = reader.byte();
    const size = reader.u32();
    const section = new Reader(wasm.subarray(0, reader.at + size), reader.at);
    reader.at += size;
    let content = [...wasm.subarray(section.at, reader.at)];
    if (id === SECTION_CODE) {
      const count = section.u32();
      content = u32(count);
      for (let index = 0; index < count; index++) {
        const code = body(section);
        content.push(...u32(code.length));
        for (const byte of code) content.push(byte);
      }
    }
    out.push(id, ...u32(content.length));
    for (const byte of content) out.push(byte);
  }
  return Uint8Array.from(out);
}

/** Instructions executed since instantiation, read from (a copy of) the memory of an instrumented module. */
export function counted(memory: Uint8Array): number {
  return Number(new DataView(memory.buffer, memory.byteOffset).getBigUint64(COUNT_AT, true));
}
