// A byte queue on static memory. Whole messages only: what does not fit is refused.

/** A queue over `mask + 1` bytes at `at`. Positions run freely and wrap at 2^32. */
@unmanaged
export class Ring {
  at: usize;
  mask: u32;
  put_count: u32; // bytes ever put, mod 2^32
  take_count: u32; // bytes ever taken, mod 2^32

  /** Lays the queue over `bytes` (a power of two) at `at` and empties it. */
  init(at: usize, bytes: u32): void {
    this.at = at;
    this.mask = bytes - 1;
    this.put_count = 0;
    this.take_count = 0;
  }

  /** Bytes waiting. */
  @inline
  used(): i32 {
    return <i32>(this.put_count - this.take_count);
  }

  /** Bytes that still fit. */
  @inline
  free(): i32 {
    return <i32>(this.mask + 1) - this.used();
  }

  /** Puts all of `size` bytes, or none: false when they do not fit. */
  put(src: usize, size: i32): bool {
    if (size > this.free()) return false;
    for (let i: i32 = 0; i < size; i++) store<u8>(this.at + ((this.put_count + i) & this.mask), load<u8>(src + i));
    this.put_count += size;
    return true;
  }

  /** Address of the oldest byte waiting; `run` bytes follow it without a wrap. */
  @inline
  head(): usize {
    return this.at + (this.take_count & this.mask);
  }

  /** Bytes waiting that lie in one piece from `head` on. */
  run(): i32 {
    return min(this.used(), <i32>(this.mask + 1 - (this.take_count & this.mask)));
  }

  /** Forgets the oldest `size` bytes, size ≤ used(). */
  @inline
  drop(size: i32): void {
    this.take_count += size;
  }
}
