import { time_us } from "../hal";
@unmanaged class S { a: u64; b: i32; c: i32 }
// @ts-ignore
@inline function s(): S { return changetype<S>(memory.data(1024, 16)); }
export function init(): void { s().a = time_us(); }
export function step(e: i32): i32 { s().b += e; if (e == 77) { s().c = 100 / s().b; } assert(s().b >= 0); return s().b; }
