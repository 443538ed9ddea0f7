// What the coach looks at, out of the ledger.
import type { History } from "./coach/today.ts";
import type { KeptHead, Ledger, Runner } from "./ledger/ledger.ts";

/** Pain that was told with a set comes with the set: told late, it is still about that one. */
export async function historyOf(ledger: Ledger, runner: Runner): Promise<Omit<History, "sets"> & { readonly sets: readonly KeptHead[] }> {
  const [sets, pains, runs, plans] = [await ledger.sets(runner), await ledger.pains(runner), await ledger.runs(runner), await ledger.plans(runner)];
  return { sets, pains: pains.filter(({ set }) => set === null), runs, plans };
}
