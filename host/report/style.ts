// How the report looks, on a screen and on A4. Light colours; nothing is told by colour alone.
/** The page's style sheet. */
export const STYLE = `
  :root { color-scheme: light; --ink: #1c2b36; --quiet: #55636f; --rule: #dfe5ea; --good: #1b7a4b; --bad: #b43a12; }
  * { box-sizing: border-box; }
  body { margin: 0; background: #eef2f5; color: var(--ink); font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: break-word; }
  main { max-width: 940px; margin: 24px auto; background: #fff; padding: 32px 44px 26px; border-radius: 10px; box-shadow: 0 1px 3px #1c2b3622; }
  header { display: flex; justify-content: space-between; align-items: baseline; gap: 24px; border-bottom: 2px solid var(--ink); padding-bottom: 8px; }
  .brand { font-weight: 700; letter-spacing: .01em; font-size: 18px; white-space: nowrap; }
  .meta { color: var(--quiet); font-size: 13.5px; text-align: right; min-width: 0; }
  .verdict { border-left: 6px solid var(--good); padding: 2px 0 2px 18px; margin: 18px 0 14px; }
  .verdict.not { border-color: var(--bad); }
  .verdict.open { border-color: var(--rule); }
  h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; letter-spacing: -.01em; }
  .verdict p { margin: 2px 0 0; font-size: 15.5px; color: var(--quiet); }
  .verdict p b { color: var(--ink); }
  .tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 0 0 14px; }
  .tile { border: 1px solid var(--rule); border-radius: 8px; padding: 8px 14px 7px; }
  .tile b { display: block; font-size: 24px; line-height: 1.2; font-weight: 650; font-variant-numeric: tabular-nums; letter-spacing: -.01em; }
  .tile b small { font-size: 14px; font-weight: 500; color: var(--quiet); letter-spacing: 0; }
  .tile span { font-size: 13px; color: var(--quiet); }
  ul.findings { list-style: none; margin: 0 0 10px; padding: 0; }
  .findings li, h1, p { text-wrap: pretty; }
  .findings li { display: grid; grid-template-columns: 26px 1fr; padding: 2px 0; }
  .findings .mark { font-weight: 700; }
  .yes .mark { color: var(--good); } .no .mark { color: var(--bad); } .open .mark { color: var(--quiet); }
  .figures { display: grid; grid-template-columns: 1fr 1fr; gap: 12px 24px; margin: 0 0 14px; }
  figure { margin: 0; break-inside: avoid; min-width: 0; display: flex; flex-direction: column; justify-content: space-between; }
  figure:has(table), figure:not(:has(svg)) { justify-content: flex-start; }
  figure.wide { grid-column: 1 / -1; overflow-x: auto; }
  figcaption { font-size: 13px; line-height: 1.35; color: var(--quiet); margin: 0 0 4px; }
  figcaption b { color: var(--ink); font-size: 14.5px; font-weight: 650; margin-right: 4px; }
  svg { display: block; width: 100%; height: auto; }
  h2 { font-size: 15px; margin: 14px 0 2px; break-after: avoid; }
  .quiet { color: var(--quiet); font-size: 13.5px; margin: 4px 0 12px; }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; margin-top: 4px; font-size: 13.5px; }
  th, td { text-align: right; padding: 3px 10px; border-bottom: 1px solid var(--rule); }
  th:first-child, td:first-child { text-align: left; padding-left: 0; }
  th:last-child, td:last-child { padding-right: 0; }
  .each th:last-child, .each td:last-child { text-align: left; color: var(--quiet); }
  thead th { color: var(--quiet); font-weight: 600; font-size: 13px; }
  .sides td { padding: 4px 6px; } .sides th { padding: 2px 6px; }
  .sides .far { font-weight: 650; }
  .method { font-size: 13px; color: var(--quiet); }
  .method p { margin: 4px 0; }
  .warn { border: 1px solid #e3b7a5; background: #fdf5f1; border-radius: 8px; padding: 6px 14px; margin: 0 0 12px; font-size: 14px; }
  footer { margin-top: 12px; border-top: 1px solid var(--rule); padding-top: 6px; font-size: 12.5px; color: var(--quiet); }
  footer p { margin: 2px 0; }
  section { break-inside: avoid; }
  @page { size: A4; margin: 11mm 13mm; }
  @media screen and (max-width: 700px) {
    main { margin: 0; padding: 20px; border-radius: 0; }
    header { display: block; } .meta { display: block; text-align: left; }
    .tiles { grid-template-columns: repeat(2, 1fr); }
    .figures { grid-template-columns: 1fr; }
    figure.wide svg { min-width: 560px; }
    .each { overflow-x: auto; }
    th, td { padding: 3px 6px; }
  }
  @media print {
    body { background: #fff; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
    main { margin: 0; padding: 0; box-shadow: none; border-radius: 0; max-width: none; zoom: .7; }
  }
`;
