// The sensors the simulator has, by name.
import type { Imu, ImuOptions } from "./imu.ts";
import { Lsm6ds3trc } from "./lsm6ds3trc.ts";
import { Lsm6dso } from "./lsm6dso.ts";

const CHIPS = { lsm6dso: Lsm6dso, lsm6ds3trc: Lsm6ds3trc } as const;

/** Sensors the simulator has. */
export type ChipName = keyof typeof CHIPS;

/** A sensor of that name. */
export function createImu(name: ChipName, options: ImuOptions): Imu {
  return new CHIPS[name](options);
}
