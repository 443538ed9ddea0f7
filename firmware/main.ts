// exports only
import { init as appInit, step as appStep } from "./app/clip";
import { ABI } from "./wire/layout";
export { __heap_base, __data_end };
export function abi_version(): i32 { return ABI; }
export function init(): void { appInit(); }
export function step(events: i32): i32 { return appStep(events); }
