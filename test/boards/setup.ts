// Before the board suites: everything is built, once, so that no two suites build the same. Fails with what is missing and what installs it.
import { build, BUILDS } from "../../boards/build.ts";

/** Called by vitest. */
export default function setup(): void {
  for (const name of BUILDS) build(name);
}
