// Brings another app to run on a clip: into the slot that does not run, on trial, and watched until it has shown that it works.
import type { Client } from "../clip/client.ts";
import type { Image } from "../clip/smp.ts";
import { Failure, Stopped } from "../failure.ts";

/** A clip has started again and answers after so long, ms: its own start, and on USB and over the air the way back to it. */
const BACK_MS = 45_000;
/** An app confirms itself after 5 s of running; and as much again, ms. */
const CONFIRM_MS = 15_000;
/** Between looks whether it has, ms. */
const LOOK_MS = 500;

/** What to tell while it goes on. */
export interface Watch {
  /** A step begins: "the clip starts again". */
  say(text: string): void;
  readonly stop: AbortSignal;
}

const runs = (images: readonly Image[]): Image | undefined => images.find(({ active }) => active);

/** The clip's own words on what happened to the app, or what can be seen of it. */
function fallen(client: Client, why: string | null): Failure {
  return new Failure(`${client.link.name}: the new app did not stay: ${why ?? "it ended before it had shown that it works"}; the one before runs again, with all its settings and its log`);
}

/**
 * Starts the image of a slot that does not run and waits until it has confirmed itself. A Failure with the clip's own reason where the clip went
 * back to the app it had. Stopped meanwhile the clip goes on by itself: it keeps the app if that works.
 */
export async function adopt(client: Client, hash: string, { say, stop }: Watch): Promise<Image> {
  let why: string | null = null;
  let starts = 0;
  client.onEvent = (event) => {
    if (event.type === "restart") why = event.text;
    if (event.type === "hello") starts += 1;
  };
  let cut = false;
  client.onState = (up) => {
    if (!up) cut = true;
    else if (cut) starts += 1;
  };
  const halt = (): void => {
    if (stop.aborted) throw new Stopped("stopped; the clip goes on by itself: it keeps the new app if that works, and goes back if it does not (hopclip app list)");
  };
  try {
    await client.smp.test(new Uint8Array(Buffer.from(hash, "hex")));
    halt();
    say("the clip starts again");
    await client.smp.reset();
    if (!(await client.until(() => starts > 0 || stop.aborted, BACK_MS))) throw new Failure(`${client.link.name}: the clip did not come back within ${BACK_MS / 1000} s: switch it off and on; an app that does not start gives way to the one before`);
    halt();
    await client.greet();
    say("the app is on trial: it runs for 5 s");
    const end_ms = client.link.now_ms + CONFIRM_MS;
    for (;;) {
      const active = runs(await client.smp.images());
      if (active?.hash !== hash) throw fallen(client, why);
      if (active.confirmed) return active;
      if (client.link.now_ms > end_ms) throw new Failure(`${client.link.name}: the new app runs, but has not said within ${CONFIRM_MS / 1000} s that it works; at its next start the clip goes back`);
      await client.link.pass(LOOK_MS);
      halt();
    }
  } finally {
    client.onEvent = null;
    client.onState = null;
  }
}
