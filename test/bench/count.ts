// Counts executed wasm instructions exactly: rewrites a copy of the module so that every basic block adds its length to a
// global. Works on the bytes, so what is counted is what ships; the product itself is never rewritten.

/** Export of the rewritten module that holds the count: a mutable i64 global. */
export const COUNT_EXPORT = "__instructions";

/** The module is not the plain integer wasm this counter knows. */
export class CountError extends Error {
  override name = "CountError";
}

const SECTION_IMPORT = 2;
const SECTION_FUNCTION = 3;
const SECTION_MEMORY = 5;
const SECTION_GLOBAL = 6;
const SECTION_EXPORT = 7;
const SECTION_CODE = 10;
// Order of the sections that can follow the global section, the only one a module of ours may lack.
const BEFORE_GLOBAL = new Set([1, SECTION_IMPORT, SECTION_FUNCTION, 4, SECTION_MEMORY]);

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

  name(): void {
    const bytes = this.u32();
    this.at += bytes;
  }

  limits(): void {
    const flags = this.byte();
    this.skip();
    if ((flags & 1) !== 0) this.skip();
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

/** i64.const takes a signed LEB128; ours is never negative. */
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

/** One function body with its counters, without its size. */
function body(reader: Reader, counter: readonly number[]): number[] {
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
    if (count > 0) out.push(0x23, ...counter, 0x42, ...signed(count), 0x7c, 0x24, ...counter);
    for (let at = block_at; at < reader.at; at++) out.push(reader.bytes[at]!);
    block_at = reader.at;
    count = 0;
  }
  return out;
}

/** Number of imported globals of an import section's content. */
function importedGlobals(reader: Reader): number {
  let globals = 0;
  for (let count = reader.u32(); count > 0; count--) {
    reader.name();
    reader.name();
    const kind = reader.byte();
    if (kind === 0) reader.skip();
    else if (kind === 1) {
      reader.byte();
      reader.limits();
    } else if (kind === 2) reader.limits();
    else {
      reader.byte();
      reader.byte();
      globals += 1;
    }
  }
  return globals;
}

/**
 * A copy of `wasm` that counts what it executes in the exported mutable i64 global `COUNT_EXPORT`. Counted is every executed
 * instruction but `block`, `loop`, `else`, `end` and `nop`; a call counts one plus the callee, an import counts as the call only.
 * After a trap the count includes the rest of the block that trapped. Throws CountError on floats, SIMD, bulk memory and the like.
 */
export function instrument(wasm: Uint8Array): Uint8Array<ArrayBuffer> {
  const reader = new Reader(wasm, 8);
  const sections: { id: number; from: number; to: number }[] = [];
  while (reader.at < wasm.length) {
    const id = reader.byte();
    const size = reader.u32();
    sections.push({ id, from: reader.at, to: reader.at + size });
    reader.at += size;
  }
  const find = (id: number): Reader | null => {
    const section = sections.find((each) => each.id === id);
    return section === undefined ? null : new Reader(wasm.subarray(0, section.to), section.from);
  };
  const imports = find(SECTION_IMPORT);
  const globals = find(SECTION_GLOBAL);
  const globals_own = globals === null ? 0 : globals.u32();
  const counter = u32((imports === null ? 0 : importedGlobals(imports)) + globals_own);
  const global = [0x7e, 1, 0x42, 0, OP_END]; // mutable i64, starts at 0
  const out: number[] = [...wasm.subarray(0, 8)];
  const emit = (id: number, content: readonly number[]): void => {
    out.push(id, ...u32(content.length));
    for (const byte of content) out.push(byte);
  };
  let global_due = globals === null;
  for (const { id, from, to } of sections) {
    if (global_due && id !== 0 && !BEFORE_GLOBAL.has(id)) {
      emit(SECTION_GLOBAL, [1, ...global]);
      global_due = false;
    }
    const section = new Reader(wasm.subarray(0, to), from);
    if (id === SECTION_GLOBAL) {
      section.u32();
      emit(id, [...u32(globals_own + 1), ...wasm.subarray(section.at, to), ...global]);
    } else if (id === SECTION_EXPORT) {
      const count = section.u32();
      const name = [...new TextEncoder().encode(COUNT_EXPORT)];
      emit(id, [...u32(count + 1), ...wasm.subarray(section.at, to), ...u32(name.length), ...name, 3, ...counter]);
    } else if (id === SECTION_CODE) {
      const count = section.u32();
      const content = u32(count);
      for (let index = 0; index < count; index++) {
        const code = body(section, counter);
        content.push(...u32(code.length));
        for (const byte of code) content.push(byte);
      }
      emit(id, content);
    } else emit(id, [...wasm.subarray(from, to)]);
  }
  return Uint8Array.from(out);
}
