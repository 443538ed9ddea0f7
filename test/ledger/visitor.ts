// A process of its own that uses a ledger: as somebody who may not do everything, or until it is killed. Arguments: the ledger, how many sets
// to add, "nobody" to give up a root's rights. Prints a line of JSON for each thing done.
import { writeSync } from "node:fs";
import type { Failure } from "../../host/failure.ts";
import { withLedger } from "../../host/ledger/open.ts";
import { numbered } from "./records.ts";

/** Number of the user that may do nothing, on Debian and nearly everywhere. */
const NOBODY = 65_534;
const [db, sets, as] = process.argv.slice(2);

function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

await withLedger(":memory:", async () => {}); // all sources are loaded now: they may not be everybody's
if (as === "nobody" && process.getuid?.() === 0) process.setuid?.(NOBODY);
try {
  await withLedger(db, async (ledger) => {
    const anna = await ledger.runner("Anna");
    const before = (await ledger.sets(anna)).length;
    say({ sets: before });
    for (let i = before; i < before + Number(sets); i++) say({ kept: await ledger.addSet(anna, numbered(i)), i });
  });
} catch (error) {
  const { name, message } = error as Failure;
  say({ name, message });
}
