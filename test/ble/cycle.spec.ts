// Connections made and lost, again and again: nothing is left of any. HOPCLIP_CYCLES says how many; the longest run is for a night.
import { readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client } from "../../host/clip/client.ts";
import { openBle } from "../../host/link/ble.ts";
import { openAir, startClip, type Air, type Clip } from "./rig.ts";

const CYCLES = Number(process.env["HOPCLIP_CYCLES"] ?? 200);
/** Of so many connections one is lost and found again before it is closed. */
const LOST_EVERY = 4;
/** The first cycles fill caches. */
const FIRST = Math.min(100, CYCLES / 2);
/** Heap that may be left, bytes: what the engine keeps of its own, and of a connection what the serialport package keeps of a port (0.3 kB). A connection with all that hangs on it is 30 kB. */
const OWN_BYTES = 500_000;
const LEFT_BYTES = 600;
const CYCLE_MS_MAX = 10_000;

let air: Air;
let clip: Clip;

beforeAll(async () => {
  air = await openAir(2);
  process.env["HOPCLIP_HCI"] = air.radios[1]!.path;
  clip = await startClip(air.radios[0]!, 5);
  setFlagsFromString("--expose-gc");
});

afterAll(async () => {
  await clip.stop();
  await air.end();
});

/** What a process holds. */
interface Held {
  readonly heap_bytes: number;
  readonly files: number;
  readonly handles: number;
  readonly listeners: number;
}

async function held(): Promise<Held> {
  const collect = runInNewContext("gc") as () => void;
  for (let time = 0; time < 3; time++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    heap_bytes: process.memoryUsage().heapUsed,
    files: readdirSync("/proc/self/fd").length,
    handles: process.getActiveResourcesInfo().filter((each) => each !== "Immediate").length,
    listeners: process.eventNames().reduce((sum, event) => sum + process.listenerCount(event), 0),
  };
}

const filesOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

test(
  `${CYCLES} connections leave nothing behind`,
  async () => {
    let first: Held | null = null;
    let filesOfClip = 0;
    const began_ms = performance.now();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      if (cycle === FIRST) {
        first = await held();
        filesOfClip = filesOf(clip.pid);
      }
      const link = await openBle(clip.name);
      const client = new Client(link);
      await client.greet();
      if (cycle % LOST_EVERY === 0) {
        air.reach(0, false);
        await client.until(() => !link.up, CYCLE_MS_MAX);
        air.reach(0, true);
        await client.status();
      }
      await link.close();
    }
    const took_ms = performance.now() - began_ms;
    const last = await held();
    const left_bytes = (last.heap_bytes - first!.heap_bytes) / (CYCLES - FIRST);
    console.log(`${CYCLES} connections, ${(took_ms / CYCLES).toFixed(0)} ms each; heap ${first!.heap_bytes} to ${last.heap_bytes} bytes, ${left_bytes.toFixed(0)} a connection`);
    expect(last).toMatchObject({ files: first!.files, handles: first!.handles, listeners: first!.listeners });
    expect(filesOf(clip.pid)).toBe(filesOfClip);
    expect(last.heap_bytes - first!.heap_bytes).toBeLessThan(OWN_BYTES + (CYCLES - FIRST) * LEFT_BYTES);
  },
  CYCLES * CYCLE_MS_MAX,
);
