// The clip's verdict on a set in plain words. Pure; says what the clip found, never more.
import { listed } from "../coach/verdict.ts";
import type { Exercise, SetFlaw } from "../clip/event.ts";
import type { SetVerdict } from "../clip/verdict.ts";
import { counted, fixed } from "./table.ts";

const RAISES: Partial<Record<SetFlaw, string>> = { short: "too few raises", height: "partial raises", rhythm: "raises too fast", wobble: "the foot wobbled" };

/** What each flaw means in each exercise. */
const FLAWS: Readonly<Record<Exercise, Partial<Record<SetFlaw, string>>>> = {
  auto: RAISES,
  calf: RAISES,
  "calf-bent": RAISES,
  pogo: {
    short: "too few contacts",
    height: "bounce height was lost",
    rhythm: "the rhythm was lost",
    missed: "beats were missed",
    double: "there were double bounces",
  },
  "wall-sit": { short: "not held long enough", missed: "the foot touched down", wobble: "the leg trembled" },
  "step-down": { short: "too few taps", rhythm: "taps were stomped" },
  run: { band: "out of the cadence band for too long" },
  walk: {},
};

/** A value of the verdict; NaN, shown as '-', where it has none. */
function value(verdict: SetVerdict, name: string): number {
  const raw = verdict[name];
  return typeof raw === "number" ? raw : NaN;
}

/** A time in s, from a value in ms. */
function seconds(verdict: SetVerdict, name: string): string {
  return `${fixed(value(verdict, name) / 1000, 1)} s`;
}

function cm(verdict: SetVerdict, name: string): string {
  return `${fixed(value(verdict, name) / 10, 1)} cm`;
}

/** ", 30 asked for", or nothing without a target. */
function asked({ target }: SetVerdict, unit = ""): string {
  return target === null ? "" : `, ${target}${unit} asked for`;
}

function raises(verdict: SetVerdict): string[] {
  const count = value(verdict, "reps");
  if (!(count > 0)) return [];
  return [
    `${value(verdict, "clean_reps")} of ${counted(count, "raise")} clean${asked(verdict)}`,
    `${seconds(verdict, "up_ms_mean")} up, ${seconds(verdict, "hold_ms_mean")} at the top, ${seconds(verdict, "down_ms_mean")} down`,
    `${fixed(value(verdict, "height_deg_mean"), 1)}° high, own full height ${fixed(value(verdict, "full_height_deg"), 1)}°`,
  ];
}

function pogo(verdict: SetVerdict): string[] {
  const judged = Number.isFinite(value(verdict, "height_mm_best"));
  if (!judged && verdict.target === null) return [];
  const heights = `bounce height ${cm(verdict, "height_mm_last")} in the last third, ${cm(verdict, "height_mm_best")} in the best third before`;
  const sd_ms = value(verdict, "interval_ms_sd");
  return [
    ...(verdict.target === null ? [] : [`${counted(verdict.target, "contact")} asked for`]),
    judged ? `${heights} (± ${cm(verdict, "height_mm_error")})` : "too few hops to judge the bounce height",
    ...(Number.isFinite(sd_ms) ? [`intervals spread ${fixed(sd_ms, 0)} ms (SD)`] : []),
  ];
}

function wallSit(verdict: SetVerdict): string[] {
  const count = value(verdict, "holds");
  if (!(count > 0)) return [];
  return [
    `longest hold ${seconds(verdict, "hold_ms_max")}${asked(verdict, " s")}`,
    `${value(verdict, "unbroken_holds")} of ${counted(count, "hold")} unbroken, ${seconds(verdict, "hold_ms_total")} in all`,
    `tremor ${fixed(value(verdict, "tremor_dps_mean"), 1)} °/s`,
  ];
}

function stepDown(verdict: SetVerdict): string[] {
  const count = value(verdict, "taps");
  if (!(count > 0)) return [];
  return [
    `${value(verdict, "clean_taps")} of ${counted(count, "tap")} clean${asked(verdict)}`,
    `hardest tap ${fixed(value(verdict, "tap_g_max"), 1)} g, ${fixed(value(verdict, "tap_g_mean"), 1)} g on average`,
  ];
}

function run(verdict: SetVerdict): string[] {
  const judged = value(verdict, "strides_judged");
  const own = value(verdict, "baseline_spm");
  if (!(judged > 0)) return [];
  const band = `${fixed(value(verdict, "tempo_spm"), 1)} ± ${fixed(value(verdict, "band_spm"), 1)} steps/min`;
  return [
    `${value(verdict, "strides_in_band")} of ${counted(judged, "stride")} within ${band}`,
    ...(Number.isFinite(own) ? [`own cadence ${fixed(own, 1)}${asked(verdict, " % more")}`] : []),
    `left the band ${counted(value(verdict, "times_out_of_band"), "time")}, ${counted(value(verdict, "strides_cued"), "stride")} cued`,
  ];
}

const DETAILS: Readonly<Record<Exercise, (verdict: SetVerdict) => string[]>> = {
  auto: raises,
  calf: raises,
  "calf-bent": raises,
  pogo,
  "wall-sit": wallSit,
  "step-down": stepDown,
  run,
  walk: () => [],
};

/** "Not clean yet: partial raises. 28 of 30 raises clean, …"; null where there was nothing to judge and nothing was asked for. */
export function verdictSentence(verdict: SetVerdict): string | null {
  const details = DETAILS[verdict.exercise](verdict);
  const flaws = verdict.flaws.map((flaw) => FLAWS[verdict.exercise][flaw] ?? flaw);
  if (details.length === 0 && flaws.length === 0) return null;
  const head = flaws.length === 0 ? "Clean set." : `Not clean yet: ${listed(flaws)}.`;
  if (details.length === 0) return head;
  const text = details.join("; ");
  return `${head} ${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
