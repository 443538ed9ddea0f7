// Workers that share a list of tasks, one a core.
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Task } from "./task.ts";
import type { Answer } from "./worker.ts";

/** Runs all tasks and returns their answers in the order of the tasks; `onDone` hears how many are done. */
export async function runAll(tasks: readonly Task[], onDone: (done: number) => void): Promise<Answer[]> {
  const answers: Answer[] = Array.from({ length: tasks.length });
  let next = 0;
  let done = 0;
  const work = (): Promise<void> => new Promise((resolve, reject) => {
    const worker = new Worker(new URL("worker.ts", import.meta.url));
    let at = -1;
    const give = (): void => {
      if (next === tasks.length) {
        void worker.terminate().then(() => resolve());
        return;
      }
      at = next++;
      worker.postMessage(tasks[at]);
    };
    worker.on("error", reject);
    worker.on("message", (answer: Answer) => {
      answers[at] = answer;
      onDone(++done);
      give();
    });
    give();
  });
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), tasks.length) }, work));
  return answers;
}
