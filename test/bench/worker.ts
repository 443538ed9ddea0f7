// A worker of the benchmark: takes a task, answers with its outcome. Tasks are taken one after the other.
import { parentPort } from "node:worker_threads";
import { clip } from "../rules/clip.ts";
import { cases } from "./suites.ts";
import { runCase, runTrace, type Outcome, type Task } from "./task.ts";
import type { Scored } from "../../host/scoring.ts";

/** What the worker says about a task. */
export type Answer = { readonly outcome: Outcome | Scored } | { readonly error: string };

const all = cases();

async function answer(task: Task): Promise<Answer> {
  try {
    return { outcome: "index" in task ? runCase(all[task.index]!, clip) : await runTrace(task.path, clip) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort!.on("message", (task: Task) => {
  void answer(task).then((said) => parentPort!.postMessage(said));
});
