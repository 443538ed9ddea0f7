// Apps that misbehave on boards: told on the link, rolled back, and the clip runs on with its log as it was.
import { describe } from "vitest";
import { engineNamed, type EngineName } from "../../sim/engine/named.ts";
import { APPS } from "./apps.ts";
import { rollback } from "./rollback.ts";

const engines: readonly Exclude<EngineName, "v8">[] = ["wamr", "wamr-classic", "qemu-m4", "qemu-rv32"];

describe.each(engines)("%s", (name) => {
  // Its two pages of memory have no room on the emulated boards.
  const apps = Object.keys(APPS).filter((app) => app !== "takes more than there is" || name.startsWith("wamr"));
  rollback((onRuns) => engineNamed(name, onRuns === undefined ? {} : { onRuns }), apps);
});
