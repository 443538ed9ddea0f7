// Who may import whom. A path stands for itself and everything below it; the longest entry that fits an importing file rules.
// "node:" are Node's own modules, "npm:" packages.

/** What the files at a path may import; tests may import anything. */
export const MAY_IMPORT: Record<string, readonly string[]> = {
  "firmware/hal.ts": [],
  "firmware/main.ts": ["firmware/app", "firmware/wire/layout.ts"],
  "firmware/base": ["firmware/base"],
  "firmware/wire": ["firmware/base", "firmware/wire"],
  "firmware/wire/layout.ts": [], // read by two compilers
  "firmware/detect": ["firmware/base", "firmware/detect", "firmware/wire/layout.ts"], // pure: never sees hal
  "firmware/beat": ["firmware/base", "firmware/beat", "firmware/wire/layout.ts"], // pure: never sees hal
  "firmware/imu": ["firmware/base", "firmware/hal.ts", "firmware/imu", "firmware/wire/layout.ts"],
  "firmware/store": ["firmware/base", "firmware/hal.ts", "firmware/store", "firmware/wire/layout.ts"],
  "firmware/app": ["firmware"],
  sim: ["sim", "firmware/wire/layout.ts", "node:", "npm:@assemblyscript/loader"],
  host: ["host", "firmware/wire/layout.ts", "node:", "npm:"],
  "host/simulator.ts": ["host", "sim", "firmware/wire/layout.ts", "node:", "npm:"], // the one door
  boards: ["boards", "sim", "firmware/wire/layout.ts", "node:"],
  test: ["boards", "firmware", "host", "sim", "test", "node:", "npm:"],
};
