// The queue of lines: whole lines, in order, replies before events.
import { compact, dropped, find, forget, pending, pendingBytes, push, QUEUE_BYTES, queued, room, taken } from "../../firmware/wire/queue";

const TEXT_AT: usize = memory.data(128, 16);

/** Queues a line of `bytes` times its letter. */
function add(letter: i32, bytes: i32, ports: i32, event: bool): void {
  for (let at: i32 = 0; at < bytes; at++) store<u8>(TEXT_AT + at, letter);
  push(TEXT_AT, bytes, ports, event);
}

/** Takes everything for a port and returns the first letters of the lines, each checked to be whole. */
function drain(port: i32): string {
  let letters = "";
  for (let at = find(port, 0); at >= 0; at = find(port, at)) {
    const text = pending(port, at);
    for (let byte: i32 = 1; byte < pendingBytes(port, at); byte++) assert(load<u8>(text + byte) == load<u8>(text), "mixed line");
    letters += String.fromCharCode(load<u8>(text));
    taken(port, at, pendingBytes(port, at));
  }
  compact();
  return letters;
}

describe("queue", () => {
  test("each port gets its lines in order, and room comes back", () => {
    add(0x41, 50, 3, true);
    add(0x42, 20, 2, false);
    add(0x43, 127, 1, false);
    expect(drain(0)).toBe("AC");
    expect(drain(1)).toBe("AB");
    expect(queued()).toBe(0);
    expect(room()).toBe(QUEUE_BYTES);
  });

  test("when it is full the oldest events go, whole; replies stay", () => {
    const before = dropped();
    add(0x52, 60, 1, false); // R
    for (let i: i32 = 0; i < 20; i++) add(0x61 + i, 60, 1, true); // 64 bytes each with its head
    expect(dropped() - before).toBe(5);
    expect(drain(0)).toBe("Rfghijklmnopqrst");
  });

  test("a reply pushes events out, a line that is being sent stays", () => {
    for (let i: i32 = 0; i < 16; i++) add(0x61 + i, 60, 1, true);
    taken(0, find(0, 0), 7); // "a" has begun
    add(0x52, 60, 1, false);
    expect(pendingBytes(0, find(0, 0))).toBe(53);
    expect(drain(0)).toBe("acdefghijklmnopR");
  });

  test("replies that fill it leave no room for events", () => {
    const before = dropped();
    for (let i: i32 = 0; i < 16; i++) add(0x41 + i, 60, 1, false);
    expect(room()).toBe(0);
    add(0x61, 60, 1, true);
    expect(dropped() - before).toBe(1);
    expect(drain(0)).toBe("ABCDEFGHIJKLMNOP");
  });

  test("a port that went away holds nothing back", () => {
    const before = dropped();
    add(0x41, 30, 3, true);
    add(0x42, 30, 2, false);
    taken(1, find(1, 0), 3);
    forget(1, true);
    compact();
    expect(dropped() - before).toBe(2);
    expect(find(1, 0)).toBe(-1);
    expect(drain(0)).toBe("A");
    forget(1, true);
    expect(dropped() - before).toBe(2);
  });
});
