// Turns a page into PDF and PNG with the Chromium, Chrome or Edge of this machine. The page asks nobody for anything, and is not let to.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { Failure } from "./failure.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
/** Where they are when they are not on the PATH. */
const PLACES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].flatMap((folder) =>
    ["Google\\Chrome\\Application\\chrome.exe", "Chromium\\Application\\chrome.exe", "Microsoft\\Edge\\Application\\msedge.exe"].map((path) => join(process.env[folder] ?? "C:\\", path)),
  ),
};

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The browser that $HOPCLIP_BROWSER names, or the first that is found; a Failure that says how to get one where there is none. */
export function findBrowser(): string {
  const named = process.env.HOPCLIP_BROWSER;
  if (named !== undefined && named !== "") {
    if (runs(named)) return named;
    throw new Failure(`HOPCLIP_BROWSER is ${named}, which cannot be run: name a Chromium, Chrome or Edge`);
  }
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => (folder === "" ? [] : NAMES.map((name) => join(folder, name))));
  const found = [...onPath, ...(PLACES[process.platform] ?? [])].find(runs);
  if (found !== undefined) return found;
  throw new Failure("PDF and PNG need a Chromium, Chrome or Edge, and none was found: install one (Debian: apt-get install chromium) or name it in HOPCLIP_BROWSER; --html needs none");
}

/** What is made of a page. */
interface Prints {
  /** A4, with its background; null where it was not wanted. */
  readonly pdf: Uint8Array | null;
  /** The whole page at twice its size. */
  readonly png: Uint8Array | null;
}

/** Width of the page on a screen, px, and how many px of the picture each becomes. */
const WIDTH_PX = 1000;
const SCALE = 2;

/** Prints a page. */
export async function print(html: string, want: { readonly pdf: boolean; readonly png: boolean }): Promise<Prints> {
  const path = findBrowser();
  const { chromium } = await import("playwright-core");
  // Chromium refuses its sandbox to root.
  const chromiumSandbox = process.getuid?.() !== 0;
  try {
    const browser = await chromium.launch({ executablePath: path, headless: true, chromiumSandbox });
    try {
      const context = await browser.newContext({ viewport: { width: WIDTH_PX, height: 800 }, deviceScaleFactor: SCALE, javaScriptEnabled: false, offline: true });
      const page = await context.newPage();
      await page.setContent(html);
      const png = want.png ? await page.screenshot({ fullPage: true, type: "png" }) : null;
      const pdf = want.pdf ? await page.pdf({ preferCSSPageSize: true, printBackground: true, tagged: true }) : null;
      return { pdf, png };
    } finally {
      await browser.close();
    }
  } catch (error) {
    throw new Failure(`${path} could not print the page (HOPCLIP_BROWSER names another browser): ${(error as Error).message.split("\n")[0]}`, { cause: error });
  }
}
