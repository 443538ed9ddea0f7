// SMP packets that come in pieces.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PACKET_BYTES_MAX } from "../../host/link/console.ts";
import { Reassembler } from "../../host/link/reassembler.ts";

let told: Uint8Array[] = [];
let reassembler: Reassembler;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"], now: 5000 });
  told = [];
  reassembler = new Reassembler((each) => told.push(each));
});
afterEach(() => vi.useRealTimers());

/** A packet with so long a body. */
function packet(bytes: number): Buffer {
  const made = Buffer.from(Array.from({ length: 8 + bytes }, (_, index) => index & 0xff));
  made.writeUInt16BE(bytes, 2);
  return made;
}

test.each([1, 3, 7, 8, 9, 20, 253, 1000])("a packet in pieces of %i bytes is whole again", (piece_bytes) => {
  for (const made of [packet(0), packet(300), packet(12)]) for (let at = 0; at < made.length; at += piece_bytes) reassembler.push(made.subarray(at, at + piece_bytes));
  expect(told.map((each) => Buffer.from(each))).toEqual([packet(0), packet(300), packet(12)]);
});

test("what is longer than it says, or than any packet, is dropped with what came before it", () => {
  reassembler.push(Buffer.concat([packet(4), Buffer.of(1)]));
  reassembler.push(packet(PACKET_BYTES_MAX).subarray(0, 20));
  expect(told).toEqual([]);
  reassembler.push(packet(5));
  expect(told).toHaveLength(1);
});

test("a packet that does not go on is forgotten after a second", () => {
  reassembler.push(packet(100).subarray(0, 50));
  vi.advanceTimersByTime(1001);
  reassembler.push(packet(5));
  expect(told.map((each) => Buffer.from(each))).toEqual([packet(5)]);
});
