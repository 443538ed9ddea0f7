// What is asked over SMP while somebody hops: every contact is told as it is without, and 30 minutes of them are read fast enough.
import { decode } from "cbor2";
import { expect, test } from "vitest";
import { PORT_BLE_SMP, SMP_BYTES_MAX } from "../../firmware/wire/layout.ts";
import { createBody } from "../../sim/body/body.ts";
import { createV8Engine } from "../../sim/engine/v8.ts";
import { World } from "../../sim/world.ts";
import { request, WASM } from "../app/manager.ts";
import { counted, instrument } from "../bench/count.ts";

const READ = 0;
const FILE = 8;
/** As a central with a connection interval of 15 ms and 4 packets of 244 bytes in each has it. */
const BLE_PORT = { buffer_bytes: 976, rate_bytes_s: 65_000, open: true };
const CLOSED = { buffer_bytes: 64, rate_bytes_s: 1000, open: false };
const SERIAL_PORT = { buffer_bytes: 1024, rate_bytes_s: 11_520, open: true };
const counting = instrument(WASM);

interface Run {
  /** Initial contacts, µs of the clip's clock. */
  readonly contacts: number[];
  readonly lost: number;
  /** Bytes of files that were read. */
  readonly bytes: number;
  /** Most executed instructions in one step. */
  readonly worst: number;
}

/** Hops for 20 s; `reads`: and reads the log without pause. */
function hop(reads: boolean): Run {
  const source = createBody("pogo", { seconds: 25, seed: 3, bpm: 150, lead_s: 0.5 });
  let worst = 0;
  const world = new World({
    wasm: WASM, source, seed: 3, ports: [SERIAL_PORT, CLOSED, BLE_PORT],
    engine: (_wasm, hal) => {
      const engine = createV8Engine(counting, hal);
      let seen = 0;
      return {
        ...engine,
        step(events: number): number {
          const sleep_us = engine.step(events);
          const now = counted(engine.snapshot!());
          worst = Math.max(worst, now - seen);
          seen = now;
          return sleep_us;
        },
      };
    },
  });
  let response = Buffer.alloc(0);
  let bytes = 0;
  let off = 0;
  const ask = (): void => {
    response = Buffer.alloc(0);
    world.sendRaw(request(READ, FILE, 0, 1, { off, name: "/log/62" }), PORT_BLE_SMP);
  };
  world.boot();
  world.run(1);
  worst = 0;
  world.startSource();
  world.send("SET,1,1500,20000,0,0,0,0");
  world.onBytes = (port, more) => {
    if (port === PORT_BLE_SMP) response = Buffer.concat([response, more]);
  };
  if (reads) ask();
  for (let now_ms = 0; now_ms < 22_000; now_ms += 5) {
    world.run(0.005);
    if (response.length < 8 || response.length < response.readUInt16BE(2) + 8) continue;
    const { data } = decode<{ data: Uint8Array }>(response.subarray(8));
    expect(response.length).toBeLessThanOrEqual(SMP_BYTES_MAX);
    bytes += data.length;
    off = data.length === 0 ? 0 : off + data.length;
    ask();
  }
  world.send("STA");
  world.run(0.2);
  const status = world.lines.findLast(({ text }) => text.includes(",STA,"))!.text.split(",");
  expect(world.violations).toEqual([]);
  return {
    contacts: world.lines.filter(({ text }) => text.includes(",CON,")).map(({ text }) => Number(text.split(",")[4])),
    lost: Number(status.at(-2)),
    bytes,
    worst,
  };
}

test("a set that is read meanwhile has the same contacts, no sample lost, and steps hardly longer", () => {
  const alone = hop(false);
  const read = hop(true);
  expect(alone.contacts.length).toBeGreaterThan(40);
  // Steps come at other times, and with them what the clip makes of the sensor's clock.
  expect(read.contacts.map((ic_us, index) => Math.abs(ic_us - alone.contacts[index]!) < 1000)).toEqual(alone.contacts.map(() => true));
  expect([alone.lost, read.lost]).toEqual([0, 0]);
  expect(read.bytes).toBeGreaterThan(400_000);
  expect(read.worst).toBeLessThan(alone.worst + 30_000);
});
