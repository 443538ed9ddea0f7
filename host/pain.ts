// Asks the person at the keyboard for pain after a set.
import { number, select } from "@inquirer/prompts";
import { PAIN_MAX, PLACES, type Pain } from "./record.ts";

/** What the person says; null where the first question was left with Ctrl-C, no place where the second was. */
export async function askPain(): Promise<Pain | null> {
  process.stdin.ref(); // a full-screen view has let go of it
  const score = await answer(number({ message: `Pain now, 0 none to ${PAIN_MAX} the worst imaginable:`, min: 0, max: PAIN_MAX, step: 1, required: true }));
  if (score === null || score === undefined) return null;
  const where = score === 0 ? null : await answer(select({ message: "Where?", choices: PLACES.map((value) => ({ value })) }));
  return { score, where };
}

/** An answer; null where the question was left. */
async function answer<T>(question: Promise<T>): Promise<T | null> {
  try {
    return await question;
  } catch (error) {
    if ((error as Error).name === "ExitPromptError") return null;
    throw error;
  }
}
