// The report page of every exercise as Debian's Chromium shows and prints it: silent, within its width, legible, on A4.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inflateSync } from "node:zlib";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBrowser, print } from "../../host/browser.ts";
import { DRILLS } from "../../host/coach/programme.ts";
import { page as pageOf, type PageInput } from "../../host/report/page.ts";
import { past } from "../report/past.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-page-"));
let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findBrowser(), headless: true, chromiumSandbox: process.getuid?.() !== 0 });
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** The widest there is to show: many weeks, both sides, something wrong while measuring. */
function full(input: PageInput): PageInput {
  return { ...input, record: { ...input.record, errors: ["samples are missing"] } };
}

const PAGES = DRILLS.flatMap((exercise): [string, () => PageInput][] => [
  [`${exercise}, a first set done well`, () => past(exercise, 1)],
  [`${exercise}, two sets`, () => past(exercise, 3)],
  [`${exercise}, weeks and a set done badly`, () => full(past(exercise, 9, true))],
]);

/** What the page says and does while it is opened. */
interface Opened {
  readonly page: Page;
  readonly said: string[];
  readonly asked: string[];
}

async function open(html: string): Promise<Opened> {
  const path = join(folder, "page.html");
  writeFileSync(path, html);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const [said, asked]: [string[], string[]] = [[], []];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  return { page, said, asked };
}

/** Texts of charts that lie on each other or outside of their chart. */
function crowded(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("svg")].flatMap((svg) => {
      const frame = svg.getBoundingClientRect();
      const words = [...svg.querySelectorAll("text")].map((word) => ({ text: word.textContent, box: word.getBoundingClientRect() }));
      const out = words.filter(({ box }) => box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
      const over = words.flatMap((a, i) =>
        words.slice(i + 1).filter(({ box }) => Math.min(a.box.right, box.right) - Math.max(a.box.left, box.left) > 1 && Math.min(a.box.bottom, box.bottom) - Math.max(a.box.top, box.top) > 2).map((b) => [a, b] as const),
      );
      const name = svg.getAttribute("aria-label");
      return [...out.map(({ text }) => `${name}: "${text}" is outside`), ...over.map(([a, b]) => `${name}: "${a.text}" on "${b.text}"`)];
    }),
  );
}

/** Texts with less contrast than 4.5:1 against the background they stand on, and how much they have. */
function pale(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parts = (colour: string) => (/rgba?\(([^)]*)\)/.exec(colour)?.[1] ?? "0,0,0,1").split(/[ ,/]+/).map(Number);
    const light = (colour: string) => {
      const [r, g, b] = parts(colour).slice(0, 3).map((value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element: Element | null): string => {
      for (let at = element; at !== null; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        if ((parts(colour)[3] ?? 1) > 0.99) return colour;
      }
      return "rgb(255, 255, 255)";
    };
    const told = [...document.querySelectorAll("body *")].filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && (node.textContent ?? "").trim() !== ""));
    return told.flatMap((element) => {
      const style = getComputedStyle(element);
      const colour = element instanceof SVGElement ? style.fill : style.color;
      const [a, b] = [light(colour), light(ground(element))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return contrast < 4.5 ? [`"${element.textContent?.slice(0, 30)}" ${contrast.toFixed(1)}`] : [];
    });
  });
}

/** Charts in which nothing is drawn below their legend but axes and names. */
function bare(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("svg")].flatMap((svg) => {
      const frame = svg.getBoundingClientRect();
      const marks = [...svg.querySelectorAll('[fill="#07507a"],[fill="#9cc5dc"],[fill="#d55e00"],[fill="#7b8794"],[stroke="#07507a"],[stroke="#d55e00"]')];
      return marks.some((mark) => mark.getBoundingClientRect().bottom > frame.top + 0.25 * frame.height) ? [] : [svg.getAttribute("aria-label") ?? ""];
    }),
  );
}

/** A PDF's objects as text, those in its compressed streams behind them. */
function unpacked(bytes: Uint8Array): string {
  const file = Buffer.from(bytes).toString("latin1");
  const streams = [...file.matchAll(/stream\r?\n([^]*?)\r?\nendstream/gu)].map(([, stream]) => {
    try {
      return inflateSync(Buffer.from(stream!, "latin1")).toString("latin1");
    } catch {
      return ""; // a picture or a font in another form
    }
  });
  return [file, ...streams].join("\n");
}

/** What a PDF's text is in each of its fonts, without spaces: glyphs by the font's own table, "?" where it has none. */
function texts(objects: string): string[] {
  const glyphs = [...objects.matchAll(/<([0-9A-F]+)>(?=[^<>\n]*(?:T[jJ]|\]|<))/giu)].map(([, hex]) => hex!).filter((hex) => hex.length % 4 === 0);
  return [...objects.matchAll(/begincmap[^]*?endcmap/gu)].map(([table]) => {
    const letters = new Map<number, string>();
    const letter = (hex: string, more = 0) => String.fromCharCode(parseInt(hex, 16) + more);
    for (const [, block] of table.matchAll(/beginbfchar([^]*?)endbfchar/gu)) {
      for (const [, glyph, to] of block!.matchAll(/<([0-9A-F]{4})> <([0-9A-F]{4})>/giu)) letters.set(parseInt(glyph!, 16), letter(to!));
    }
    for (const [, block] of table.matchAll(/beginbfrange([^]*?)endbfrange/gu)) {
      for (const [, from, until, to] of block!.matchAll(/<([0-9A-F]{4})> <([0-9A-F]{4})> <([0-9A-F]{4})>/giu)) {
        for (let glyph = parseInt(from!, 16); glyph <= parseInt(until!, 16); glyph++) letters.set(glyph, letter(to!, glyph - parseInt(from!, 16)));
      }
    }
    return glyphs.flatMap((hex) => hex.match(/.{4}/gu)!.map((glyph) => letters.get(parseInt(glyph, 16)) ?? "?")).join("").replaceAll(/\s/gu, "");
  });
}

describe.each(PAGES)("%s", (_, make) => {
  const input = make();
  const html = pageOf(input);

  test("on a screen: silent, alone, within its width, nothing crowded, nothing pale", async () => {
    const { page, said, asked } = await open(html);
    for (const width_px of [400, 768, 1280]) {
      await page.setViewportSize({ width: width_px, height: 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width_px);
      expect(await crowded(page), `${width_px} px`).toEqual([]);
      expect(await pale(page), `${width_px} px`).toEqual([]);
      expect(await page.locator("h1").innerText()).toBe(input.verdict.headline);
    }
    expect(await bare(page)).toEqual([]);
    expect(said).toEqual([]);
    expect(asked).toEqual([page.url()]);
    await page.close();
  });

  test("on paper: A4, one page or two, all charts on the first", async () => {
    const { pdf } = await print(html, { pdf: true, png: false });
    const objects = unpacked(pdf!);
    expect([1, 2]).toContain(objects.match(/\/Type\s*\/Page\b/gu)!.length);
    // 210 x 297 mm in points
    const [width_pt, height_pt] = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/u.exec(objects)!.slice(1).map(Number);
    expect([Math.round(width_pt!), Math.round(height_pt!)]).toEqual([595, 842]);
    const headline = input.verdict.headline.replaceAll(/\s/gu, "");
    expect(texts(objects).some((text) => text.includes(headline))).toBe(true);

    const { page } = await open(html);
    await page.emulateMedia({ media: "print" });
    // the page's margins are 11 and 13 mm; 96 px an inch
    await page.setViewportSize({ width: Math.floor(((210 - 2 * 13) / 25.4) * 96), height: 900 });
    const end_px = await page.evaluate(() => Math.max(...[...document.querySelectorAll("figure")].map((figure) => figure.getBoundingClientRect().bottom)));
    expect(end_px).toBeLessThanOrEqual(((297 - 2 * 11) / 25.4) * 96);
    await page.close();
  });
});

test("a picture is of the whole page at twice its size", async () => {
  const { png, pdf } = await print(pageOf(past("pogo", 1)), { pdf: false, png: true });
  expect(pdf).toBeNull();
  const picture = Buffer.from(png!);
  expect(picture.subarray(1, 4).toString()).toBe("PNG");
  expect(picture.readUInt32BE(16)).toBe(2000);
  expect(picture.readUInt32BE(20)).toBeGreaterThan(2000);
});
