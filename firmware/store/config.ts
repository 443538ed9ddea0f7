// The configuration record on two flash sectors: the last valid one wins.

/** Copies the saved configuration to `dst`. Returns its bytes (≤ `size`), 0 when none was ever saved, or STORE_ERROR_*. */
export function load(dst: usize, size: i32): i32 {
  return 0;
}

/** Saves `size` ≤ PAYLOAD_BYTES_MAX bytes, durable on return; a cut leaves the old or the new one. Returns 0 or STORE_ERROR_*. */
export function save(src: usize, size: i32): i32 {
  return 0;
}
