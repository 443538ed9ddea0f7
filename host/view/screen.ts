// A guided set on the whole terminal: a number to be read from afar, the beat, what matters most as it goes. Enter, q or Ctrl-C ends it.
import { Box, render, Text, useInput, useWindowSize, type Instance } from "ink";
import { createElement as h, type ReactNode } from "react";
import type { Shown } from "../live.ts";
import { bar } from "../report/table.ts";
import { digits } from "./digits.ts";
import { lane, type View } from "./view.ts";

/** Redrawn so often a second. */
const FPS = 20;
/** Narrower or lower than this the big figures give way; lower than this there is room for the set alone. */
const WIDE = 50;
const HIGH = 18;
const TALL = 22;
/** Characters of the lane, and of what stands beside it. */
const LANE_CHARS_MAX = 41;
const BESIDE_CHARS = 26;
/** Sentences that stay on the screen. */
const SAID_MAX = 5;

/** Values as bars of one character each, the newest to the right; from zero, so that a small change looks small. */
export function bars(values: readonly number[], chars: number): string {
  const last = values.slice(-chars);
  const most = Math.max(...last);
  return last.map((value) => bar(most > 0 ? value / most : 0)).join("");
}

interface Frame {
  readonly title: string;
  readonly said: readonly string[];
  readonly shown: Shown | null;
  readonly stop: () => void;
}

function Progress({ shown, columns }: { readonly shown: Shown; readonly columns: number }): ReactNode {
  const { elapsed_s, duration_s, reached } = shown;
  const share = duration_s === null ? reached : Math.min(1, elapsed_s / duration_s);
  const time = duration_s === null ? `${elapsed_s.toFixed(0)} s` : `${elapsed_s.toFixed(0)} of ${duration_s.toFixed(0)} s`;
  if (share === null) return h(Text, null, time);
  const chars = Math.max(10, columns - 24);
  const full = Math.round(share * chars);
  return h(Text, null, h(Text, { color: "cyan" }, "█".repeat(full)), h(Text, { dimColor: true }, "░".repeat(chars - full)), `  ${time}`);
}

function Big({ shown, columns, rows }: Sized): ReactNode {
  const { big, unit, reached, phase } = shown;
  const color = phase === "count-in" ? "yellow" : reached === 1 ? "green" : "white";
  if (columns < WIDE || rows < HIGH) return h(Text, { bold: true, color }, `${big} ${unit}`);
  return h(
    Box,
    { flexDirection: "row", alignItems: "flex-end", columnGap: 3 },
    h(Box, { flexDirection: "column" }, ...digits(big).map((row, i) => h(Text, { key: i, color }, row))),
    h(Text, { bold: true }, unit),
  );
}

function Beat({ shown, columns }: { readonly shown: Shown; readonly columns: number }): ReactNode {
  const { error_ms } = shown;
  const chars = Math.max(5, Math.min(LANE_CHARS_MAX, columns - BESIDE_CHARS) - 1) | 1; // odd: the beat is in its middle
  const off = error_ms === null ? "" : `  ${Math.abs(error_ms).toFixed(0)} ms ${error_ms < 0 ? "early" : "late"}`;
  return h(Text, { wrap: "truncate" }, h(Text, { dimColor: true }, "early "), lane(error_ms, chars), h(Text, { dimColor: true }, " late"), off);
}

interface Sized {
  readonly shown: Shown;
  readonly columns: number;
  readonly rows: number;
}

function Set({ shown, columns, rows }: Sized): ReactNode {
  const { beating, details, series, seriesName } = shown;
  return h(
    Box,
    { flexDirection: "column", rowGap: rows < HIGH ? 0 : 1, flexShrink: 0 },
    h(Progress, { shown, columns }),
    h(Big, { shown, columns, rows }),
    beating ? h(Beat, { shown, columns }) : null,
    h(Text, { wrap: "truncate" }, details.join("   ")),
    series.length > 1 ? h(Text, { wrap: "truncate" }, h(Text, { color: "cyan" }, bars(series, columns - 30)), h(Text, { dimColor: true }, `  ${seriesName}`)) : null,
  );
}

function Screen({ title, said, shown, stop }: Frame): ReactNode {
  const { columns, rows } = useWindowSize();
  useInput((input, key) => {
    if (key.return || input === "q" || (key.ctrl && input === "c")) stop();
  });
  const inSet = shown !== null && shown.phase !== "check";
  return h(
    Box,
    { flexDirection: "column", paddingX: 2, paddingY: rows < HIGH ? 0 : 1, rowGap: rows < HIGH ? 0 : 1, width: columns, height: rows, overflow: "hidden" },
    h(Text, { bold: true, wrap: "truncate" }, h(Text, { inverse: true }, " hopclip "), `  ${title}`),
    inSet && rows < TALL ? null : h(Box, { flexDirection: "column" }, ...said.slice(-SAID_MAX).map((text, i) => h(Text, { key: i, dimColor: inSet }, text))),
    inSet ? h(Set, { shown, columns: columns - 4, rows }) : h(Text, null, "looking for the clip, and whether it is still …"),
    h(Box, { flexGrow: 1 }),
    h(Text, { dimColor: true }, shown?.phase === "ending" ? "the last contact is waited for …" : "Enter ends the set"),
  );
}

/** The view; it takes the terminal from its making to its end. */
export class ScreenView implements View {
  private readonly app: Instance;
  private readonly said: string[] = [];
  private readonly title: string;
  private readonly stop: () => void;
  private shown: Shown | null = null;

  /** `stop` is called when the person wants to end the set. */
  constructor(title: string, stop: () => void, stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream) {
    this.title = title;
    this.stop = stop;
    this.app = render(this.frame(), { stdin, stdout, alternateScreen: true, interactive: true, exitOnCtrlC: false, maxFps: FPS, patchConsole: false });
  }

  say(text: string): void {
    this.said.push(text);
    this.app.rerender(this.frame());
  }

  show(shown: Shown): void {
    this.shown = shown;
    this.app.rerender(this.frame());
  }

  async end(): Promise<void> {
    this.app.unmount();
    await this.app.waitUntilExit();
  }

  private frame(): ReactNode {
    return h(Screen, { title: this.title, said: [...this.said], shown: this.shown, stop: this.stop });
  }
}
