// Writes layout.h: the constants of firmware/wire/layout.ts that boards need, for C. `npm run layout`; a test compares.
import { readFileSync, writeFileSync } from "node:fs";

const WANTED = /^(ABI|WAKE_\w+|PORT_\w+|LED_\w+|FLASH_BYTES|SLOTS|SLOT_\w+)$/u;

/** The text of layout.h. */
export function layoutHeader(): string {
  const lines = ["// Made by `npm run layout` from firmware/wire/layout.ts, which says what each is.", "#ifndef HOPCLIP_LAYOUT_H", "#define HOPCLIP_LAYOUT_H", ""];
  for (const [, name, value] of readFileSync("firmware/wire/layout.ts", "utf8").matchAll(/^export const (\w+): i32 = (\w+);/gmu)) {
    if (WANTED.test(name!)) lines.push(`#define ${name} ${value}`);
  }
  return [...lines, "", "#endif", ""].join("\n");
}

if (import.meta.main) writeFileSync("boards/common/layout.h", layoutHeader());
