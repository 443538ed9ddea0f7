// The seam: what a board must give the wasm. Imports only; boards/HAL.md is the contract. Pointers are followed by their byte
// length, errors are negative, nothing blocks.

@external("hal", "time_us") export declare function time_us(): u64;
@external("hal", "imu_read") export declare function imu_read(reg: i32, dst: usize, size: i32): i32;
@external("hal", "imu_write") export declare function imu_write(reg: i32, src: usize, size: i32): i32;
@external("hal", "haptic_pulse") export declare function haptic_pulse(at_us: u64, duration_ms: i32, strength: i32): i32;
@external("hal", "haptic_stop") export declare function haptic_stop(): i32;
@external("hal", "link_send") export declare function link_send(port: i32, src: usize, size: i32): i32;
@external("hal", "link_recv") export declare function link_recv(port: i32, dst: usize, size: i32): i32;
@external("hal", "flash_read") export declare function flash_read(at: i32, dst: usize, size: i32): i32;
@external("hal", "flash_write") export declare function flash_write(at: i32, src: usize, size: i32): i32;
@external("hal", "flash_erase") export declare function flash_erase(at: i32, size: i32): i32;
@external("hal", "battery_mv") export declare function battery_mv(): i32;
@external("hal", "led_set") export declare function led_set(pattern: i32): void;
@external("hal", "log") export declare function log(level: i32, src: usize, size: i32): void;
@external("hal", "panic") export declare function panic(code: i32, line: i32): void;
@external("hal", "reset") export declare function reset(reason: i32): i32;

/** What asc calls where it would abort (asconfig: --use abort=…). */
export function onAbort(message: usize, file: usize, line: u32, column: u32): void {
  panic(1, <i32>line);
}
