// Registers of the two sensor families, as far as the driver uses them. Source: datasheets DS12140 (LSM6DSO) and DS12232 (LSM6DS3TR-C),
// checked against ST's register headers. Constants only.

// Shared by both.
export const REG_INT1_CTRL: i32 = 0x0d;
export const REG_WHO_AM_I: i32 = 0x0f;
export const REG_CTRL1_XL: i32 = 0x10; // ODR_XL [7:4], FS_XL [3:2]; then CTRL2_G: ODR_G [7:4], FS_G [3:2]; then CTRL3_C
export const REG_CTRL3_C: i32 = 0x12;
export const REG_FIFO_MODE: i32 = 0x0a; // DSO: FIFO_CTRL4; DS3TR-C: FIFO_CTRL5, which holds the FIFO's rate in [6:3] besides
export const REG_FIFO_STATUS: i32 = 0x3a; // count of words, u16 with flags above; DS3TR-C: then the place in the pattern, u16

export const INT1_FIFO_THRESHOLD: i32 = 0x08;
export const CTRL3_BDU_IF_INC: i32 = 0x44; // block data update, register address counts up in a burst (also after a reset)
export const CTRL3_SW_RESET: i32 = 0x01; // clears itself, 50 µs
export const FS_XL_G: i32 = 20; // FS_XL is 0x0c for 8 g, 0x04 for 16 g: 20 less the range in g
export const FS_G_2000DPS: i32 = 0x0c;
export const FIFO_MODE_CONTINUOUS: i32 = 6;
export const STATUS_COUNT: i32 = 0x7ff; // 10 bits and a 0 on the DSO
export const STATUS_OVERRUN: i32 = 0x4800; // OVER_RUN; DSO: or latched since the last read, a bit the DS3TR-C has at 0
export const TRIPLE_BYTES: i32 = 6; // three axes, i16

// LSM6DSO, LSM6DSOX: words of 7 bytes, tag first. A burst from the tag on wraps after the 7th byte to the next word.
export const DSO_REG_FIFO_CTRL: i32 = 0x07; // WTM [8:0], words, u16; then BDR_GY [7:4], BDR_XL [3:0]
export const DSO_REG_FIFO_DATA: i32 = 0x78;
export const DSO_BDR_BOTH: i32 = 0x11; // times the rate
export const TAGS: u32 = 0x00969600; // tags with an even number of ones, a bit each: sensor [7:3], time slot [2:1], parity
export const TAG_GYROSCOPE: i32 = 1;
export const TAG_ACCELEROMETER: i32 = 2;
export const TAG_OTHER: i32 = 0x18; // what the two tag bytes of a slot differ in

// LSM6DS3TR-C: words of 2 bytes without a tag: gx gy gz ax ay az, or ax ay az with the gyroscope off.
export const TRC_REG_FIFO_CTRL: i32 = 0x06; // FTH [10:0], words of 2 bytes, u16; then decimation: gyroscope [5:3], accelerometer [2:0]
export const TRC_FIFO_XL: i32 = 0x01; // decimation 1: every sample
export const TRC_FIFO_BOTH: i32 = 0x09;
export const TRC_REG_FIFO_DATA: i32 = 0x3e;
export const TRC_PATTERN: i32 = 0x3ff;
export const TRC_FIFO_WORDS: i32 = 2048; // the count reads 0 when all of them are full

// Sensitivities, both families.
export const GAIN_8G_Q16: i32 = 15991; // 0.244 mg/LSB; twice that at 16 g
export const GAIN_2000DPS_Q16: i32 = 45875; // 70 mdps/LSB = 0.7 · 0.1 °/s
