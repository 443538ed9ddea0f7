// The simulator runs the app of its slot as boards do: it is held to what boards/common is held to.
import { describe } from "vitest";
import { bootEngine } from "../../sim/engine/boot.ts";
import { APPS } from "../boards/apps.ts";
import { rollback } from "../boards/rollback.ts";

/** V8 tells nothing of signatures. */
const UNLIKE = new Set(["imports with another signature", "has another step"]);

describe("an app in the simulator that misbehaves is told of and rolled back: one that", () => {
  rollback(bootEngine, Object.keys(APPS).filter((app) => !UNLIKE.has(app)));
});
