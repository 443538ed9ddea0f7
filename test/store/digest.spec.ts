// SHA-256 of bytes on flash against node:crypto, for every length around the ends of blocks.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Random } from "../../sim/random.ts";
import { compile, load } from "../imu/compile.ts";

const ENTRY = `export { beginDigest, stepDigest } from "../../firmware/store/digest";`;
const STEP_BYTES = 128;

test("is that of node:crypto, in steps of two blocks", async () => {
  const random = new Random(7);
  const flash = Uint8Array.from({ length: 70_000 }, () => random.bits());
  let memory: Uint8Array = new Uint8Array();
  let read = 0;
  const part = await load(await compile(ENTRY), {
    flash_read: (at: number, dst: number, size: number) => {
      memory.set(flash.subarray(at, at + size), dst);
      read += size;
      return 0;
    },
  });
  memory = part.bytes;
  const sizes = [...Array.from({ length: 330 }, (_, size) => size), 4079, 4080, 28_602, 61_440];
  for (const size of sizes) {
    const at = random.below(1000);
    part.call["beginDigest"]!(at, size);
    let hash = 0;
    for (let steps = 0; hash === 0; steps += 1) {
      read = 0;
      hash = part.call["stepDigest"]!();
      expect(read).toBeLessThanOrEqual(STEP_BYTES);
      expect(steps).toBeLessThanOrEqual((size + 9) / STEP_BYTES);
    }
    const expected = createHash("sha256").update(flash.subarray(at, at + size)).digest("hex");
    expect(Buffer.from(memory.slice(hash, hash + 32)).toString("hex"), `${size} bytes`).toBe(expected);
  }
});
