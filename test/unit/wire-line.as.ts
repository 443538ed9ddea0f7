// The builder of lines.
import { LOG_NONE, TAG_STA } from "../../firmware/wire/layout";
import { close, DASH, LINE_AT, lineBytes, number, numbers, numberUnless, open, part, word } from "../../firmware/wire/line";

const VALUES_AT: usize = memory.data(12, 4);

function text(): string {
  return String.UTF8.decodeUnsafe(LINE_AT, lineBytes());
}

describe("line", () => {
  test("numbers of every size", () => {
    open(0, TAG_STA);
    number(0);
    number(-1);
    number(10);
    number(i64.MAX_VALUE);
    number(i64.MIN_VALUE + 1);
    expect(text()).toBe("$HC,0,STA,0,-1,10,9223372036854775807,-9223372036854775807");
  });

  test("values that are not there", () => {
    open(65535, TAG_STA);
    numberUnless(3, 4);
    numberUnless(4, 4);
    word(DASH);
    store<i32>(VALUES_AT, -7);
    store<i32>(VALUES_AT, LOG_NONE, 4);
    store<i32>(VALUES_AT, 8, 8);
    numbers(VALUES_AT, 3);
    number(1);
    part(20);
    expect(text()).toBe("$HC,65535,STA,3,-,-,-7,-,8,1.20");
  });

  test("the check sum covers everything between $ and *", () => {
    open(1, TAG_STA);
    close();
    expect(text()).toBe("$HC,1,STA*904C\r\n");
  });

  test("a line never outgrows 127 bytes", () => {
    open(1, TAG_STA);
    for (let i: i32 = 0; i < 20; i++) number(123_456_789);
    close();
    expect(lineBytes()).toBe(127);
  });
});
