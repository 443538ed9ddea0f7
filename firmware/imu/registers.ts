// Registers of the two sensor families, as far as the driver uses them. Source: datasheets DS12140 (LSM6DSO) and DS12232 (LSM6DS3TR-C),
// checked against ST's register headers. Constants only.

// Shared by both.
export const REG_INT1_CTRL: i32 = 0x0d;
export const REG_WHO_AM_I: i32 = 0x0f;
export const REG_CTRL1_XL: i32 = 0x10; // ODR_XL [7:4], FS_XL [3:2]
export const REG_CTRL2_G: i32 = 0x11; // ODR_G [7:4], FS_G [3:2]
export const REG_CTRL3_C: i32 = 0x12;
export const REG_FIFO_MODE: i32 = 0x0a; // DSO: FIFO_CTRL4; DS3TR-C: FIFO_CTRL5, which holds the FIFO's rate in [6:3] besides
export const REG_FIFO_STATUS: i32 = 0x3a; // DSO: 2 bytes; DS3TR-C: 4 bytes

export const INT1_FIFO_THRESHOLD: i32 = 0x08;
export const CTRL3_BDU_IF_INC: i32 = 0x44; // block data update, register address counts up in a burst
export const CTRL3_SW_RESET: i32 = 0x01; // clears itself, 50 µs
export const FS_XL_8G: i32 = 0x0c;
export const FS_XL_16G: i32 = 0x04;
export const FS_G_2000DPS: i32 = 0x0c;
export const FIFO_MODE_BYPASS: i32 = 0;
export const FIFO_MODE_CONTINUOUS: i32 = 6;

// LSM6DSO, LSM6DSOX: words of 7 bytes, tag first. A burst from the tag on wraps after the 7th byte to the next word.
export const DSO_REG_FIFO_CTRL1: i32 = 0x07; // WTM [7:0], words
export const DSO_REG_FIFO_CTRL3: i32 = 0x09; // BDR_GY [7:4], BDR_XL [3:0]
export const DSO_REG_FIFO_DATA: i32 = 0x78;
export const DSO_WORD_BYTES: i32 = 7;
export const DSO_STATUS2_OVERRUN: i32 = 0x48; // FIFO_OVR_IA, or latched since the last read
export const DSO_STATUS2_COUNT: i32 = 0x03; // DIFF_FIFO [9:8], words
export const DSO_TAG_GYROSCOPE: i32 = 1;
export const DSO_TAG_ACCELEROMETER: i32 = 2;

// LSM6DS3TR-C: words of 2 bytes without a tag: gx gy gz ax ay az, or ax ay az with the gyroscope off.
export const TRC_REG_FIFO_CTRL1: i32 = 0x06; // FTH [7:0], words of 2 bytes
export const TRC_REG_FIFO_CTRL3: i32 = 0x08; // decimation, gyroscope [5:3], accelerometer [2:0]
export const TRC_FIFO_XL: i32 = 0x01; // decimation 1: every sample
export const TRC_FIFO_BOTH: i32 = 0x09;
export const TRC_REG_FIFO_DATA: i32 = 0x3e;
export const TRC_STATUS2_OVERRUN: i32 = 0x40;
export const TRC_STATUS2_EMPTY: i32 = 0x10;
export const TRC_STATUS2_COUNT: i32 = 0x07; // DIFF_FIFO [10:8], words of 2 bytes
export const TRC_FIFO_WORDS: i32 = 2048; // the count reads 0 when all of them are full

// Sensitivities, both families.
export const GAIN_8G_Q16: i32 = 15991; // 0.244 mg/LSB
export const GAIN_16G_Q16: i32 = 31982; // 0.488 mg/LSB
export const GAIN_2000DPS_Q16: i32 = 45875; // 70 mdps/LSB = 0.7 · 0.1 °/s
