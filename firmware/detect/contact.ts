// A foot contact as the detector reports it. Plain data, no code.

/** One contact of the foot. Times are MCU time in µs. */
@unmanaged
export class Contact {
  ic_us: u64; // initial contact
  tc_us: u64; // terminal contact (toe-off); 0 while or where the foot did not leave
  flight_us: u32; // from the toe-off before to `ic_us`; 0 where there was none or it is unknown
  id: u32; // counts up from 1 since the detector's reset
  kind: u8; // KIND_*
  hop: u8; // 1 where the contact lies between two flights and lasts at most 0.6 s
  confidence: u8; // 0..100
}
