// The report of a pogo set: one HTML file that needs nothing else and prints on A4. Pure.
import { beatFlights_ms, bounceHeight_mm, type Finding, type Landing, type Verdict } from "../coach/verdict.ts";
import { POGO } from "../coach/target.ts";
import { heightChart, rasterChart, timesChart } from "./chart.ts";
import { moments, present } from "./summary.ts";
import { fixed, percent, signed } from "./table.ts";

/** What the page shows. */
export interface PageInput {
  readonly title: string;
  /** Who, and where the numbers come from: a simulated runner is called so. */
  readonly runner: string;
  readonly bpm: number;
  readonly duration_s: number;
  /** Time of beat 0 on the landings' time, s. */
  readonly start_s: number;
  readonly landings: readonly Landing[];
  readonly verdict: Verdict;
  readonly sensor: string;
  readonly firmware_sha256: string;
  /** What went wrong while measuring. */
  readonly errors: readonly string[];
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const STYLE = `
  :root { color-scheme: light; --ink: #1c2b36; --quiet: #5b6b79; --rule: #dfe5ea; --blue: #0b6fa4; --good: #1b7a4b; --bad: #b43a12; }
  * { box-sizing: border-box; }
  body { margin: 0; background: #eef2f5; color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
  main { max-width: 940px; margin: 24px auto; background: #fff; padding: 36px 44px 28px; border-radius: 10px; box-shadow: 0 1px 3px #1c2b3622; }
  header { display: flex; justify-content: space-between; align-items: baseline; gap: 24px; border-bottom: 2px solid var(--ink); padding-bottom: 10px; }
  .brand { font-weight: 700; letter-spacing: .01em; font-size: 18px; }
  .meta { color: var(--quiet); font-size: 13.5px; text-align: right; }
  .verdict { border-left: 6px solid var(--good); padding: 2px 0 2px 18px; margin: 22px 0 18px; }
  .verdict.not { border-color: var(--bad); }
  h1 { font-size: 25px; line-height: 1.25; margin: 0 0 4px; letter-spacing: -.01em; }
  .next { margin: 0; font-size: 16.5px; color: var(--quiet); }
  .tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 0 0 20px; }
  .tile { border: 1px solid var(--rule); border-radius: 8px; padding: 10px 14px 9px; }
  .tile b { display: block; font-size: 25px; line-height: 1.2; font-weight: 650; font-variant-numeric: tabular-nums; letter-spacing: -.01em; }
  .tile b small { font-size: 14px; font-weight: 500; color: var(--quiet); }
  .tile span { font-size: 13px; color: var(--quiet); }
  ul.findings { list-style: none; margin: 0 0 8px; padding: 0; }
  .findings li, h1, p { text-wrap: pretty; }
  .findings li { display: grid; grid-template-columns: 26px 1fr; padding: 3px 0; }
  .findings .mark { font-weight: 700; }
  .yes .mark { color: var(--good); } .no .mark { color: var(--bad); } .open .mark { color: var(--quiet); }
  h2 { font-size: 16px; margin: 24px 0 2px; break-after: avoid; }
  h2 + p { margin: 0 0 4px; color: var(--quiet); font-size: 13.5px; }
  figure { margin: 0; break-inside: avoid; }
  svg { display: block; width: 100%; height: auto; }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; margin-top: 8px; font-size: 14px; }
  th, td { text-align: right; padding: 5px 10px; border-bottom: 1px solid var(--rule); }
  th:first-child, td:first-child { text-align: left; padding-left: 0; }
  th:last-child, td:last-child { text-align: left; padding-right: 0; color: var(--quiet); }
  thead th { color: var(--quiet); font-weight: 600; font-size: 13px; }
  .method { font-size: 13px; color: var(--quiet); }
  .method p { margin: 6px 0; }
  .warn { border: 1px solid #e3b7a5; background: #fdf5f1; border-radius: 8px; padding: 8px 14px; margin: 14px 0; font-size: 14px; }
  footer { margin-top: 18px; border-top: 1px solid var(--rule); padding-top: 8px; font-size: 12.5px; color: var(--quiet); display: flex; justify-content: space-between; gap: 20px; }
  section { break-inside: avoid; }
  @page { size: A4; margin: 13mm 14mm; }
  @media (max-width: 700px) { main { margin: 0; padding: 20px; border-radius: 0; } .tiles { grid-template-columns: repeat(2, 1fr); } header { display: block; } .meta { text-align: left; } }
  @media print {
    body { background: #fff; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
    main { margin: 0; padding: 0; box-shadow: none; max-width: none; zoom: .8; }
    .break { break-before: page; }
  }
`;

const MARKS = { yes: "✓", no: "✗", open: "–" } as const;

function finding({ ok, sentence }: Finding): string {
  const state = ok === null ? "open" : ok ? "yes" : "no";
  return `<li class="${state}"><span class="mark">${MARKS[state]}</span><span>${escape(sentence)}</span></li>`;
}

function tile(value: string, unit: string, name: string): string {
  return `<div class="tile"><b>${value} <small>${unit}</small></b><span>${name}</span></div>`;
}

interface Row {
  readonly name: string;
  readonly values: readonly number[];
  readonly digits: number;
  readonly note: string;
}

function row({ name, values, digits, note }: Row): string {
  const { n, mean, sd } = moments(values);
  const cells = [mean, sd, Math.min(...values), Math.max(...values)].map((value) => `<td>${fixed(value, digits)}</td>`);
  return `<tr><td>${name}</td><td>${n}</td>${cells.join("")}<td>${note}</td></tr>`;
}

/** The page as text. */
export function page(input: PageInput): string {
  const { verdict, landings, bpm, duration_s } = input;
  const { numbers } = verdict;
  const flights_ms = beatFlights_ms(landings, bpm);
  const heights_cm = flights_ms.map((flight_ms) => bounceHeight_mm(flight_ms) / 10);
  const rows: Row[] = [
    { name: "Contact time, ms", values: landings.map(({ contact_ms }) => contact_ms).filter(present), digits: 0, note: "landing to toe-off" },
    { name: "Flight time, ms", values: flights_ms, digits: 0, note: "toe-off to landing" },
    { name: "Bounce height, cm", values: heights_cm, digits: 1, note: "g · flight² / 8" },
    { name: "Landing against the beat, ms", values: landings.map(({ beat_error_ms }) => beat_error_ms).filter(present), digits: 0, note: "negative: early" },
  ];
  const loss = numbers.height;
  const charts =
    landings.length < 2
      ? "<p>Too few hops for charts.</p>"
      : `<section><h2>Every contact against the beat</h2>
<p>One bar a contact, from landing (dot) to toe-off. The line is the beat, the band around it ±${POGO.beat_ms_sd_max} ms.</p>
<figure>${rasterChart(landings, input.start_s, POGO.beat_ms_sd_max)}</figure></section>
<section><h2>Bounce height of each hop</h2>
<p>Hollow: the first ${POGO.hops_settle} hops find their height and are left out. ${loss === null ? "" : "Lines: means of the thirds that were compared."}</p>
<figure>${flights_ms.length < 2 ? "" : heightChart(flights_ms, loss)}</figure></section>
<section class="break"><h2>Contact and flight time of each hop</h2>
<p>A stiff, springy leg keeps contact short and flight long; a tiring one stays on the ground longer and flies shorter.</p>
<figure>${timesChart(landings)}</figure></section>`;
  const errors = input.errors.length === 0 ? "" : `<div class="warn"><b>While measuring:</b> ${input.errors.map(escape).join("; ")}.</div>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="hopclip">
<title>${escape(input.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header><span class="brand">hopclip</span><span class="meta">${escape(input.title)} · ${bpm.toFixed(bpm % 1 === 0 ? 0 : 1)}/min · ${duration_s.toFixed(0)} s<br>${escape(input.runner)}</span></header>
<section class="verdict${verdict.clean ? "" : " not"}"><h1>${escape(verdict.headline)}</h1><p class="next">${escape(verdict.next.sentence)}</p></section>
<div class="tiles">
${tile(String(numbers.contacts), `of ${numbers.target}`, "contacts")}
${tile(fixed(numbers.height_mm_mean === null ? null : numbers.height_mm_mean / 10, 1), "cm", "bounce height, mean")}
${tile(loss === null ? "-" : signed(-loss.loss_share * 100), "%", "height, end against best")}
${tile(fixed(numbers.beat_ms_sd, 0), "ms", "spread around beat (SD)")}
</div>
<ul class="findings">
${verdict.findings.map(finding).join("\n")}
</ul>
${errors}
${charts}
<section><h2>Numbers</h2>
<table><thead><tr><th>Per hop</th><th>n</th><th>mean</th><th>SD</th><th>min</th><th>max</th><th></th></tr></thead>
<tbody>
${rows.map(row).join("\n")}
</tbody></table>
<table><tbody>
<tr><td>Hops a minute</td><td>${fixed(numbers.rate_min, 1)}</td><td>asked: ${bpm.toFixed(1)}</td></tr>
<tr><td>Flight over contact time</td><td>${fixed(numbers.ratio, 2)}</td><td>reactive strength ratio of hopping</td></tr>
<tr><td>Beats without a landing</td><td>${numbers.missed}</td><td>of ${numbers.beats} (${percent(numbers.beats === 0 ? null : numbers.missed / numbers.beats)})</td></tr>
<tr><td>Double bounces</td><td>${numbers.doubles}</td><td>two landings within ${(POGO.double_beat_share * 100).toFixed(0)} % of a beat</td></tr>
</tbody></table></section>
<section class="method"><h2>Method and limits</h2>
<p>A motion sensor on the shoe finds each landing and toe-off of this foot. Bounce height is taken from flight time, as if the leg were
equally long at toe-off and landing; a knee bent on landing makes it look higher. One flight time is off by about 5 ms, one height by about
0.2 cm; means of many hops are better, and a loss of height is called one only when it is larger than what chance and the measurement make
and at least ${(POGO.height_loss_share * 100).toFixed(0)} % of the best third. Pain is not measured: ask.</p>
<p>${escape(input.sensor)} · firmware ${escape(input.firmware_sha256.slice(0, 16))}</p></section>
<footer><span>hopclip is not a medical device. It does not diagnose, and does not replace the judgement of a physiotherapist.</span></footer>
</main>
</body>
</html>
`;
}
