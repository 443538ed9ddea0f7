// One line of the link: `$HC,<seq>,<TAG>,<fields…>*<CRC>`. Pure: text in, parts out, and back.
import { LINE_BYTES_MAX, crc16 } from "../../firmware/wire/layout.ts";

/** A line with a right form and check sum. */
export interface Frame {
  /** Counts all lines of its sender, u16, wraps. */
  readonly seq: number;
  readonly tag: string;
  readonly fields: readonly string[];
}

/** Why a line was refused: the same names as the clip's own ERR tags. */
export type FrameError = "FORM" | "CRC" | "LONG";

/** CRC-16/XMODEM of `text`, four upper-case hex digits. */
export function checksum(text: string): string {
  let crc = 0;
  for (let i = 0; i < text.length; i++) crc = crc16(crc, text.charCodeAt(i) & 0xff);
  return crc.toString(16).toUpperCase().padStart(4, "0");
}

// Fields are of what numbers, tags, versions and base64 are written with: damage is told by that sooner than by the check sum.
const LINE = /^\$(HC,(\d{1,5}),([A-Z]{1,4})((?:,[\w.+/=-]+)*))\*([0-9A-F]{4})$/;

/** Takes a line apart, with or without its line end; a FrameError where it is none. */
export function parseFrame(line: string): Frame | FrameError {
  const text = line.replace(/\r?\n?$/, "");
  if (text.length + 2 > LINE_BYTES_MAX) return "LONG";
  const match = LINE.exec(text);
  if (match === null) return "FORM";
  const [, body, seq, tag, fields, crc] = match as unknown as [string, string, string, string, string, string];
  if (Number(seq) > 0xffff) return "FORM";
  if (checksum(body) !== crc) return "CRC";
  return { seq: Number(seq), tag, fields: fields === "" ? [] : fields.slice(1).split(",") };
}

/** Builds a line with its line end. Throws RangeError where it would be too long or could not be parsed back. */
export function buildLine(seq: number, body: string): string {
  const text = `HC,${seq & 0xffff},${body}`;
  const line = `$${text}*${checksum(text)}\r\n`;
  if (line.length > LINE_BYTES_MAX) throw new RangeError(`a line has at most ${LINE_BYTES_MAX} bytes, this one ${line.length}`);
  if (typeof parseFrame(line) === "string") throw new RangeError(`not a line of the protocol: ${body}`);
  return line;
}
