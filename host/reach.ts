// Work on a clip: found, opened, greeted, and let go of whatever becomes of it.
import { Client } from "./clip/client.ts";
import type { Hello } from "./clip/event.ts";
import { Failure, Stopped } from "./failure.ts";
import { onlyClip } from "./link/devices.ts";
import type { Link } from "./link/link.ts";
import { openLink } from "./link/open.ts";
import { sensorText } from "./record.ts";
import { stoppable } from "./stop.ts";

/** A clip that answers. */
export interface Reached {
  readonly client: Client;
  readonly hello: Hello;
}

/** What somebody may call the clip: "clip 7", or its link where it has no number. */
export function nameOf({ serial }: Pick<Hello, "serial">, link: Pick<Link, "name">): string {
  return serial === "-" ? `the clip on ${link.name}` : `clip ${serial}`;
}

/** "LSM6DSO at 416 Hz, ±16 g" */
export function sensorOf({ chip, odr_hz, range_g, gyro }: Hello): string {
  const name = chip === 108 ? "LSM6DSO" : chip === 106 ? "LSM6DS3TR-C" : chip === 0 ? "no sensor" : `sensor ${chip}`;
  return sensorText(name, odr_hz, range_g, gyro);
}

/** Opens the clip that `--clip` names, or the only one there is, and greets it. Who opens it closes its link. */
export async function reach(which: string | undefined, stop: AbortSignal): Promise<Reached> {
  let link: Link | undefined;
  try {
    link = await openLink(which === undefined || which === "" ? await onlyClip() : which, stop); // an empty variable names none
    const client = new Client(link);
    return { client, hello: await client.greet() };
  } catch (error) {
    await link?.close();
    if (stop.aborted && !(error instanceof Failure)) throw new Stopped("stopped before the clip was reached", { cause: error });
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
