// Work on a clip: found, opened, greeted, and let go of whatever becomes of it.
import { Client } from "../clip/client.ts";
import type { Hello } from "../clip/event.ts";
import { Failure, Stopped } from "../failure.ts";
import { onlyClip } from "./devices.ts";
import type { Link } from "./link.ts";
import { openLink } from "./open.ts";
import { stoppable } from "../stop.ts";

/** A clip that answers. */
export interface Reached {
  readonly client: Client;
  readonly hello: Hello;
}

/** What somebody may call the clip: "clip 7", or its link where it has no number. */
export function nameOf({ serial }: Pick<Hello, "serial">, link: Pick<Link, "name">): string {
  return serial === "-" ? `the clip on ${link.name}` : `clip ${serial}`;
}

/** The clip's serial number; null where it has none. */
export function numberOf({ serial }: Pick<Hello, "serial">): number | null {
  return serial === "-" ? null : Number(serial);
}

/** The link to the clip that `--clip` names, or to the only one there is. */
export async function linkTo(which: string | undefined, stop: AbortSignal): Promise<Link> {
  try {
    return await openLink(which === undefined || which === "" ? await onlyClip(stop) : which, stop);
  } catch (error) {
    if (stop.aborted && !(error instanceof Failure)) throw new Stopped("stopped before the clip was reached", { cause: error });
    throw error;
  }
}

/** Opens the clip that `--clip` names, or the only one there is, and greets it. Who opens it closes its link. */
export async function reach(which: string | undefined, stop: AbortSignal): Promise<Reached> {
  const link = await linkTo(which, stop);
  try {
    const client = new Client(link);
    client.stop = stop;
    const hello = await client.greet();
    if (stop.aborted) throw new Stopped("stopped before anything was done");
    client.stop = null; // from here on it is for the work to end in good order
    return { client, hello };
  } catch (error) {
    await link.close();
    throw error;
  }
}

/** Does work on the clip that `--clip` names, or the only one there is; `stop` is raised by Ctrl-C and what is like it. */
export async function withClip<T>(which: string | undefined, work: (reached: Reached, stop: AbortController) => Promise<T>): Promise<T> {
  return stoppable(async (stop) => {
    const reached = await reach(which, stop.signal);
    try {
      return await work(reached, stop);
    } finally {
      await reached.client.link.close();
    }
  });
}
