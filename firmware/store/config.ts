// The configuration record on two flash sectors of its own: the last valid one wins. Not in the log, because the log gives up its
// oldest sectors and would have to carry the record along. Saves go one after another into one sector; when it is full, the other
// is erased and takes over, so the last valid record is never in a sector being erased.
import { copyBytes } from "../base/bytes";
import { smaller } from "../base/order";
import { flash_erase } from "../hal";
import {
  findEnd, findRecord, PAYLOAD_BYTES_MAX, RECORD_CONFIG, recordBytes, recordPayload, recordSequence, recordSize, SECTOR_BYTES,
  STORE_ERROR_FLASH, STORE_ERROR_SIZE, writeRecord,
} from "./record";

export const CONFIG_START: i32 = 0; // two sectors

@unmanaged
class Config {
  sequence: u32; // of the last valid record
  at: i32; // where the next one goes; 0 = the sectors must be searched
  sector: i32; // address of the sector being written
}

const CONFIG_AT: usize = memory.data(16, 16);
const config: Config = changetype<Config>(CONFIG_AT);

/** Copies the saved configuration to `dst`. Returns its bytes (≤ `size`), 0 when none was ever saved. Reads both sectors. */
export function load(dst: usize, size: i32): i32 {
  let bytes: i32 = 0;
  let newest: u32 = 0;
  let from: i32 = CONFIG_START;
  for (let sector: i32 = CONFIG_START; sector <= CONFIG_START + SECTOR_BYTES; sector += SECTOR_BYTES) {
    let at: i32 = sector;
    while ((at = findRecord(at, sector + SECTOR_BYTES)) != 0) {
      const sequence: u32 = recordSequence();
      if (sequence <= newest) continue;
      newest = sequence;
      from = sector;
      bytes = smaller(recordSize(), size);
      copyBytes(dst, recordPayload(), bytes);
    }
  }
  config.sequence = newest;
  config.sector = from;
  config.at = findEnd(from, from + SECTOR_BYTES);
  return bytes;
}

/** Saves `size` ≤ PAYLOAD_BYTES_MAX bytes, durable on return; a cut leaves the old or the new one. Returns 0 or STORE_ERROR_*. */
export function save(src: usize, size: i32): i32 {
  if (<u32>size > <u32>PAYLOAD_BYTES_MAX) return STORE_ERROR_SIZE;
  if (config.at == 0) load(0, 0);
  const bytes: i32 = recordBytes(size);
  let at: i32 = config.at;
  config.at = 0; // unless it works, the next save searches for a good place
  if (at + bytes > config.sector + SECTOR_BYTES) {
    at = config.sector ^ SECTOR_BYTES;
    if (flash_erase(at, SECTOR_BYTES) < 0) return STORE_ERROR_FLASH;
  }
  config.sequence++;
  if (!writeRecord(at, RECORD_CONFIG, config.sequence, src, size)) return STORE_ERROR_FLASH;
  config.at = at + bytes;
  config.sector = at & -SECTOR_BYTES;
  return 0;
}
