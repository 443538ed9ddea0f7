// The byte queue against a plain model, over many wraps.
import { Ring } from "../../firmware/base/ring";

const RING_AT: usize = memory.data(16, 16);
const SPACE: usize = memory.data(32, 16);
const MESSAGE: usize = memory.data(64, 16);
const ring: Ring = changetype<Ring>(RING_AT);

describe("ring", () => {
  test("an empty one holds nothing", () => {
    ring.init(SPACE, 32);
    expect(ring.used()).toBe(0);
    expect(ring.free()).toBe(32);
    expect(ring.run()).toBe(0);
  });
  test("what does not fit is refused whole", () => {
    ring.init(SPACE, 32);
    expect(ring.put(MESSAGE, 33)).toBe(false);
    expect(ring.used()).toBe(0);
    expect(ring.put(MESSAGE, 32)).toBe(true);
    expect(ring.put(MESSAGE, 1)).toBe(false);
    expect(ring.used()).toBe(32);
  });
  test("bytes come out in the order they went in, also across the end and the wrap of the counters", () => {
    ring.init(SPACE, 32);
    ring.put_count = 0xfffffff0;
    ring.take_count = 0xfffffff0;
    let put: i32 = 0;
    let taken: i32 = 0;
    for (let round: i32 = 0; round < 200; round++) {
      const size: i32 = (round * 7) % 23;
      for (let i: i32 = 0; i < size; i++) store<u8>(MESSAGE + i, put + i);
      if (ring.put(MESSAGE, size)) put += size;
      else expect(size > 32 - (put - taken)).toBe(true);
      expect(ring.used()).toBe(put - taken);
      const run: i32 = min(ring.run(), (round * 5) % 19);
      for (let i: i32 = 0; i < run; i++) expect<i32>(load<u8>(ring.head() + i)).toBe((taken + i) & 0xff);
      ring.drop(run);
      taken += run;
    }
    expect(taken > 500).toBe(true);
  });
});
