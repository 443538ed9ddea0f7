// The configuration record on two flash sectors of its own: the last valid one wins. Not in the log, because the log gives up its
// oldest sectors and would have to carry the record along. Saves go one after another into one sector; when it is full, the other
// is erased and takes over, so the last valid record is never in a sector being erased.
import { copyBytes } from "../base/bytes";
import { flash_erase } from "../hal";
import {
  findEnd, findRecord, PAYLOAD_BYTES_MAX, RECORD_CONFIG, recordBytes, recordPayload, recordSequence, recordSize, recordType, SECTOR_BYTES,
  STORE_ERROR_FLASH, STORE_ERROR_SIZE, writeRecord,
} from "./record";

export const CONFIG_START: i32 = 0; // two sectors

@unmanaged
class Config {
  sequence: u32; // of the last valid record
  found_at: i32; // its address
  at: i32; // where the next one goes
  sector: i32; // address of the sector being written
  known: i32; // 1 once the sectors were searched
}

const CONFIG_AT: usize = memory.data(32, 16);
const config: Config = changetype<Config>(CONFIG_AT);

/** Copies the saved configuration to `dst`. Returns its bytes (≤ `size`), 0 when none was ever saved. Reads at most both sectors. */
export function load(dst: usize, size: i32): i32 {
  search();
  if (config.sequence == 0 || findRecord(config.found_at, config.sector + SECTOR_BYTES) != config.found_at) return 0;
  const bytes: i32 = min(recordSize(), size);
  copyBytes(dst, recordPayload(), bytes);
  return bytes;
}

/** Saves `size` ≤ PAYLOAD_BYTES_MAX bytes, durable on return; a cut leaves the old or the new one. Returns 0 or STORE_ERROR_*. */
export function save(src: usize, size: i32): i32 {
  if (size < 0 || size > PAYLOAD_BYTES_MAX) return STORE_ERROR_SIZE;
  if (!config.known) search();
  const bytes: i32 = recordBytes(size);
  let sector: i32 = config.sector;
  let at: i32 = config.at;
  if (at + bytes > sector + SECTOR_BYTES) {
    sector = sector == CONFIG_START ? CONFIG_START + SECTOR_BYTES : CONFIG_START;
    if (flash_erase(sector, SECTOR_BYTES) < 0) return STORE_ERROR_FLASH;
    at = sector;
  }
  const written: i32 = writeRecord(at, RECORD_CONFIG, config.sequence + 1, src, size);
  if (written < 0) {
    // The place is spoilt; the next save searches for a good one.
    config.known = 0;
    return STORE_ERROR_FLASH;
  }
  config.sequence++;
  config.sector = sector;
  config.found_at = at;
  config.at = at + bytes;
  return 0;
}

function search(): void {
  config.sequence = 0;
  config.sector = CONFIG_START;
  for (let sector: i32 = CONFIG_START; sector <= CONFIG_START + SECTOR_BYTES; sector += SECTOR_BYTES) {
    const last: i32 = sector + SECTOR_BYTES;
    let at: i32 = sector;
    while ((at = findRecord(at, last)) < last) {
      if (recordType() == RECORD_CONFIG && recordSequence() > config.sequence) {
        config.sequence = recordSequence();
        config.sector = sector;
        config.found_at = at;
      }
      at += recordBytes(recordSize());
    }
  }
  config.at = findEnd(config.sector, config.sector + SECTOR_BYTES);
  config.known = 1;
}
