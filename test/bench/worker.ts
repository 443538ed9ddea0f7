// A worker of the benchmark: takes a task, answers with its outcome. Tasks are taken one after the other.
import { parentPort } from "node:worker_threads";
import { clip } from "../rules/clip.ts";
import { runTask, type Done, type Task } from "./task.ts";

/** What the worker says about a task. */
export type Answer = { readonly outcome: Done } | { readonly error: string };

async function answer(task: Task): Promise<Answer> {
  try {
    return { outcome: await runTask(task, clip) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort!.on("message", (task: Task) => {
  void answer(task).then((said) => parentPort!.postMessage(said));
});
