// One inertial sample as the driver hands it out, in physical units on the MCU's clock. Plain data, no code.

/** One sample. Axes are the sensor's own. */
@unmanaged
export class Sample {
  t_us: u64; // when the sensor took it, MCU time; strictly rising
  ax_mg: i32; // specific force
  ay_mg: i32;
  az_mg: i32;
  gx_ddps: i32; // rates in 0.1 °/s; 0 with the gyroscope off
  gy_ddps: i32;
  gz_ddps: i32;
  lost_before: i32; // samples missing between the one before and this one
  // The axes as the sensor gave them, i16 each; the last two bytes of each are of no use.
  a: u64;
  g: u64;
}
