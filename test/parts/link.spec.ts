// Ports: buffers that fill and empty, partial acceptance, closing.
import { describe, expect, it } from "vitest";
import { HAL_CLOSED } from "../../sim/engine/engine.ts";
import { Battery } from "../../sim/parts/battery.ts";
import { Link } from "../../sim/parts/link.ts";

const bytes = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, index) => index & 0xff);

function bench() {
  const link = new Link([{ buffer_bytes: 100, rate_bytes_s: 1000, open: true }]);
  const sent: number[] = [];
  link.onBytes = (port, view) => {
    if (port === 0) sent.push(...view);
  };
  return { link, sent };
}

describe("Link", () => {
  it("takes what fits, and more as the buffer empties", () => {
    const { link, sent } = bench();
    expect(link.send(0, bytes(70), 0)).toBe(70);
    expect(link.send(0, bytes(70), 0)).toBe(30);
    expect(link.send(0, bytes(70), 0)).toBe(0);
    expect(link.send(0, bytes(70), 25_000)).toBe(25);
    expect(link.send(0, bytes(200), 1e6)).toBe(100);
    expect(sent).toHaveLength(225);
    expect(sent.slice(70, 100)).toEqual([...bytes(30)]);
  });

  it("takes nothing while it is blocked", () => {
    const { link, sent } = bench();
    link.block(0, true);
    expect(link.send(0, bytes(10), 0)).toBe(0);
    link.block(0, false);
    expect(link.send(0, bytes(10), 1000)).toBe(10);
    expect(sent).toHaveLength(10);
  });

  it("gives what came, in pieces, once", () => {
    const { link } = bench();
    expect(link.waiting).toBe(false);
    expect(link.deliver(0, bytes(200))).toBe(true);
    const first = new Uint8Array(150);
    expect(link.receive(0, first)).toBe(150);
    expect(link.deliver(0, bytes(300))).toBe(true);
    expect(link.waiting).toBe(true);
    const rest = new Uint8Array(1000);
    expect(link.receive(0, rest)).toBe(350);
    expect([...first, ...rest.subarray(0, 350)]).toEqual([...bytes(200), ...bytes(300)]);
    expect(link.receive(0, rest)).toBe(0);
    expect(link.waiting).toBe(false);
  });

  it("is nobody's when closed: what waits is lost, nothing is taken", () => {
    const { link, sent } = bench();
    link.deliver(0, bytes(10));
    link.close(0);
    expect(link.waiting).toBe(false);
    expect(link.deliver(0, bytes(10))).toBe(false);
    expect(link.send(0, bytes(10), 0)).toBe(HAL_CLOSED);
    expect(link.receive(0, new Uint8Array(4))).toBe(HAL_CLOSED);
    link.open(0);
    expect(link.send(0, bytes(100), 0)).toBe(100);
    expect(sent).toHaveLength(100);
  });

  it("has BLE ports that wait for somebody", () => {
    const link = new Link();
    expect(link.isOpen(0)).toBe(true);
    expect([1, 2, 3, 4].map((port) => link.isOpen(port))).toEqual([false, false, false, false]);
    expect(link.send(5, bytes(1), 0)).toBe(HAL_CLOSED);
  });
});

describe("Battery", () => {
  it("falls with charge and under load", () => {
    const battery = new Battery(100, 1);
    expect(battery.millivolts(0)).toBe(4200);
    expect(battery.millivolts(100)).toBe(4160);
    battery.draw(50 * 3600);
    expect(battery.charge).toBeCloseTo(0.5, 9);
    expect(battery.millivolts(0)).toBe(3790);
    battery.draw(1e9);
    expect(battery.millivolts(0)).toBe(3270);
  });
});
