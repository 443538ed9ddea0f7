// Ctrl-C and what is like it: work that ends in good order.
/**
 * Does `work` with a signal that SIGINT, SIGTERM, SIGHUP and a reader of stdout who leaves raise. They never end the tool before the work is
 * done: its own waits all have an end.
 */
export async function stoppable<T>(work: (stop: AbortController) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const others = process.stdout.listeners("error") as ((error: Error) => void)[];
  for (const signal of signals) process.on(signal, end);
  process.stdout.removeAllListeners("error").on("error", end);
  try {
    return await work(stop);
  } finally {
    for (const signal of signals) process.off(signal, end);
    process.stdout.off("error", end);
    for (const other of others) process.stdout.on("error", other);
  }
}
