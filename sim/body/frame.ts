// Orientation of the foot with its angular rate and acceleration, from roll, pitch, yaw and their derivatives.

/**
 * Foot axes: x forward, y left, z up of a flat foot. Orientation = yaw about z, then pitch about y (heel up is positive), then roll about x
 * (sole outward is positive for a left foot). Nothing is singular in this direction, also not with the foot upright in a fast swing.
 */
export class Frame {
  /** Foot to world, row by row. */
  xx = 1;
  xy = 0;
  xz = 0;
  yx = 0;
  yy = 1;
  yz = 0;
  zx = 0;
  zy = 0;
  zz = 1;
  /** Angular rate (rad/s) and acceleration (rad/s²) in foot axes. */
  wx = 0;
  wy = 0;
  wz = 0;
  ax = 0;
  ay = 0;
  az = 0;

  /** Angles in rad, rates in rad/s, bends (second derivatives) in rad/s². */
  set(
    roll: number, roll1: number, roll2: number,
    pitch: number, pitch1: number, pitch2: number,
    yaw: number, yaw1: number, yaw2: number,
  ): void {
    const sr = Math.sin(roll);
    const cr = Math.cos(roll);
    const sp = Math.sin(pitch);
    const cp = Math.cos(pitch);
    const sy = Math.sin(yaw);
    const cy = Math.cos(yaw);
    this.xx = cy * cp;
    this.xy = cy * sp * sr - sy * cr;
    this.xz = cy * sp * cr + sy * sr;
    this.yx = sy * cp;
    this.yy = sy * sp * sr + cy * cr;
    this.yz = sy * sp * cr - cy * sr;
    this.zx = -sp;
    this.zy = cp * sr;
    this.zz = cp * cr;
    this.wx = roll1 - yaw1 * sp;
    this.wy = pitch1 * cr + yaw1 * cp * sr;
    this.wz = yaw1 * cp * cr - pitch1 * sr;
    this.ax = roll2 - yaw2 * sp - yaw1 * pitch1 * cp;
    this.ay = pitch2 * cr - pitch1 * roll1 * sr + yaw2 * cp * sr - yaw1 * pitch1 * sp * sr + yaw1 * roll1 * cp * cr;
    this.az = yaw2 * cp * cr - yaw1 * pitch1 * sp * cr - yaw1 * roll1 * cp * sr - pitch2 * sr - pitch1 * roll1 * cr;
  }

  /** Adds position, velocity and acceleration of the lever (x, y, z) m of foot axes to the jets [x x' x'' y y' y'' z z' z''] of its root. */
  addLever(x: number, y: number, z: number, jets: Float64Array): void {
    const { wx, wy, wz } = this;
    const vx = wy * z - wz * y;
    const vy = wz * x - wx * z;
    const vz = wx * y - wy * x;
    const bx = this.ay * z - this.az * y + wy * vz - wz * vy;
    const by = this.az * x - this.ax * z + wz * vx - wx * vz;
    const bz = this.ax * y - this.ay * x + wx * vy - wy * vx;
    jets[0]! += this.xx * x + this.xy * y + this.xz * z;
    jets[1]! += this.xx * vx + this.xy * vy + this.xz * vz;
    jets[2]! += this.xx * bx + this.xy * by + this.xz * bz;
    jets[3]! += this.yx * x + this.yy * y + this.yz * z;
    jets[4]! += this.yx * vx + this.yy * vy + this.yz * vz;
    jets[5]! += this.yx * bx + this.yy * by + this.yz * bz;
    jets[6]! += this.zx * x + this.zy * y + this.zz * z;
    jets[7]! += this.zx * vx + this.zy * vy + this.zz * vz;
    jets[8]! += this.zx * bx + this.zy * by + this.zz * bz;
  }
}
