// What the firmware may cost. The one place: tests and benchmark read it here.

/** Bytes of build/clip.wasm. */
export const MODULE_BYTES_MAX = 24 * 1024;
/** What they may not grow beyond while they are over that: the contact detector 8 KB, posture and repetitions 5 KB, imu, store and base 5 KB, app, wire and beat 10 KB, log files and app slots by SMP 7 KB, raw samples and watches 1 KB. Falls; rises only for a new job of the firmware. */
export const MODULE_BYTES_CEILING = 36_800;
/** Bytes of linear memory that the clip uses: `__heap_base`. */
export const MEMORY_BYTES_MAX = 8 * 1024;
/** Executed wasm instructions a sample, mean over a set at 416 Hz. */
export const INSTRUCTIONS_MEAN_MAX = 1500;
/** Executed wasm instructions a sample, worst 19 ms batch of a set at 416 Hz. */
export const INSTRUCTIONS_WORST_MAX = 6000;
/** Simulated seconds a second of one core, at 416 Hz. */
export const SPEED_MIN = 1000;

// On the boards (npm run bench:boards, test/boards/budget.spec.ts).

/** Guest instructions a sample, mean over a set at 416 Hz: 8 % of a core of 64 MIPS. */
export const BOARD_INSTRUCTIONS_MEAN_MAX = 12_000;
/** The detector as C that wasm2c made, against the same in C by hand: instructions, as a ratio. */
export const WASM2C_RATIO_MAX = 1.7;
/** Bytes of an image's code and constants. */
export const IMAGE_TEXT_BYTES_MAX = 120 * 1024;
/** Bytes of RAM of an image: data, pool, stack. The window that stands for mapped flash is none. */
export const IMAGE_RAM_BYTES_MAX = 48 * 1024;
/** What falls short of these, by how much at most: the ceilings fall, and a target that is reached takes its ceiling along. */
export const RV32_INSTRUCTIONS_CEILING = 16_200;
/** Of IMAGE_RAM_BYTES_MAX, with WAMR's fast interpreter, which keeps the app's code in a form of its own, three times as long. */
export const IMAGE_RAM_BYTES_CEILING = 171_000;
/** From the start of the processor, at 62.5 MIPS, to the first samples read, µs. With WAMR reading the app in takes most of it, and goes by its bytes. */
export const START_US_MAX = 500_000;
