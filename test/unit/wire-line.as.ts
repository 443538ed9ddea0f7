// The builder of lines.
import { LOG_NONE, TAG_STA } from "../../firmware/wire/layout";
import { beginLine, close, DASH, LINE_AT, lineBytes, number, numbers, numberUnless, part, word } from "../../firmware/wire/line";

const VALUES_AT: usize = memory.data(12, 4);

function text(): string {
  return String.UTF8.decodeUnsafe(LINE_AT, lineBytes());
}

describe("line", () => {
  test("numbers of every size", () => {
    beginLine(TAG_STA);
    number(0);
    number(-1);
    number(10);
    number(i64.MAX_VALUE);
    number(i64.MIN_VALUE + 1);
    expect(text()).toBe("$HC,0,STA,0,-1,10,9223372036854775807,-9223372036854775807");
  });

  test("values that are not there", () => {
    beginLine(TAG_STA);
    numberUnless(3, 4);
    numberUnless(4, 4);
    word(DASH);
    store<i32>(VALUES_AT, -7);
    store<i32>(VALUES_AT, LOG_NONE, 4);
    store<i32>(VALUES_AT, 8, 8);
    numbers(VALUES_AT, 3);
    number(1);
    part(20);
    expect(text()).toBe("$HC,0,STA,3,-,-,-7,-,8,1.20");
  });

  test("lines count from 0 to 65535 and on from 0; the check sum covers everything between $ and *", () => {
    for (let line: i32 = 0; line < 65536; line++) {
      beginLine(TAG_STA);
      close();
      if (line == 1) expect(text()).toBe("$HC,1,STA*904C\r\n");
      if (line == 65535) expect(text().substr(0, 13)).toBe("$HC,65535,STA");
    }
    beginLine(TAG_STA);
    expect(text()).toBe("$HC,0,STA");
  });

  test("a line never outgrows 127 bytes", () => {
    beginLine(TAG_STA);
    for (let i: i32 = 0; i < 20; i++) number(123_456_789);
    close();
    expect(lineBytes()).toBe(127);
  });
});
