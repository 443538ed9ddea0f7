// The parser of commands, byte by byte.
import { BAD_CRC, BAD_FORM, BAD_LENGTH, PARSED } from "../../firmware/wire/command";
import { crc16, TAG_CFG, TAG_SET, TAG_STA } from "../../firmware/wire/layout";
import { command, Parser } from "../../firmware/wire/parser";

const PARSER_AT: usize = memory.data(132, 16);
const parser: Parser = changetype<Parser>(PARSER_AT);
let answers: i32 = 0;

/** Feeds text and returns the last answer; `answers` counts them. */
function feed(text: string): i32 {
  let last: i32 = 0;
  answers = 0;
  for (let at: i32 = 0; at < text.length; at++) {
    const result = parser.take(text.charCodeAt(at));
    if (result != 0) {
      last = result;
      answers += 1;
    }
  }
  return last;
}

function framed(body: string): string {
  let crc: i32 = 0;
  for (let at: i32 = 0; at < body.length; at++) crc = crc16(crc, body.charCodeAt(at));
  let tail = "";
  for (let digit: i32 = 12; digit >= 0; digit -= 4) tail += "0123456789ABCDEF".charAt((crc >> digit) & 15);
  return "$" + body + "*" + tail + "\r\n";
}

describe("parser", () => {
  test("a command gives its number, tag and fields", () => {
    expect(feed(framed("HC,17,SET,1,1500,30000,60,4,3000,0"))).toBe(PARSED);
    expect(answers).toBe(1);
    expect(command.seq).toBe(17);
    expect(command.tag).toBe(TAG_SET);
    expect(command.fields).toBe(7);
    expect(command.words).toBe(0);
    expect(command.value1).toBe(1500);
    expect(command.value6).toBe(0);
  });

  test("letters are packed as a tag, eighteen digits fit", () => {
    expect(feed(framed("HC,65535,CFG,ODR,999999999999999999"))).toBe(PARSED);
    expect(command.tag).toBe(TAG_CFG);
    expect(command.words).toBe(1);
    expect(command.value0).toBe(0x52444f);
    expect(command.value1).toBe(999_999_999_999_999_999);
  });

  test("a bare line feed ends a line too", () => {
    expect(feed(framed("HC,1,STA").replace("\r", ""))).toBe(PARSED);
    expect(command.tag).toBe(TAG_STA);
  });

  test("what is no line of ours is passed over without an answer", () => {
    feed("noise \r\n$GPGGA,1,2*47\r\n$$$HX,\r\n$H\r\n\x06\x09AAkAAAEAAQ==\n");
    expect(answers).toBe(0);
    expect(feed("\x06\x09AAkAAAEAAQ==" + framed("HC,1,STA"))).toBe(PARSED);
  });

  test("a half line is answered when the next one begins, which still counts", () => {
    expect(feed("$HC,5,STA" + "$HC,")).toBe(BAD_FORM);
    expect(command.seq).toBe(-1);
    expect(feed(framed("HC,6,STA").substring(4))).toBe(PARSED);
    expect(command.seq).toBe(6);
  });

  test("a wrong check sum says nothing about its command", () => {
    expect(feed(framed("HC,5,STA").replace("STA", "STB"))).toBe(BAD_CRC);
    expect(command.seq).toBe(-1);
    expect(command.tag).toBe(0);
    expect(feed("$HC,5,STA*zzzz\r\n")).toBe(BAD_CRC);
  });

  test("bad form", () => {
    const bodies = [
      "HC,", "HC,5", "HC,STA", "HC,5,", "HC,5,7", "HC,65536,STA", "HC,-1,STA", "HC,5,sta", "HC,5,STATE", "HC,5,STA,", "HC,5,STA,,1", "HC,5,STA,1a",
      "HC,5,STA,-1", "HC,5,STA,1,2,3,4,5,6,7,8,9,10,11", "HC,5,STA,1234567890123456789", "HC,5,STA, 1", "HC,5,STA,A1",
    ];
    for (let i: i32 = 0; i < bodies.length; i++) {
      expect(feed(framed(bodies[i]))).toBe(BAD_FORM, bodies[i]);
      expect(answers).toBe(1, bodies[i]);
    }
    expect(feed("$HC,5,STA\r\n")).toBe(BAD_FORM);
    expect(feed(framed("HC,5,S\x01A"))).toBe(BAD_FORM);
    expect(answers).toBe(1);
  });

  test("the number and the tag of a command with bad fields are kept", () => {
    expect(feed(framed("HC,5,STA,x"))).toBe(BAD_FORM);
    expect(command.seq).toBe(5);
    expect(command.tag).toBe(TAG_STA);
  });

  test("127 bytes are a line, 128 are too long, and the next one counts", () => {
    // "$HC,1,STA,…*CRC\r\n": the field is 127 - 17 = 110 digits.
    expect(feed(framed("HC,1,STA," + "1".repeat(110)))).toBe(BAD_FORM);
    expect(feed(framed("HC,1,STA," + "1".repeat(111)))).toBe(BAD_LENGTH);
    expect(answers).toBe(1);
    feed("$HC,1," + "1".repeat(5000));
    expect(answers).toBe(1);
    expect(feed(framed("HC,1,STA"))).toBe(PARSED);
  });
});
