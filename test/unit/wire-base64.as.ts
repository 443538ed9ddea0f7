// Base64 against the examples of RFC 4648, section 10.
import { encode, valueOf } from "../../firmware/wire/base64";

const TEXT_AT: usize = memory.data(32, 16);
const OUT_AT: usize = memory.data(32, 16);

function encoded(text: string): string {
  for (let at: i32 = 0; at < text.length; at++) store<u8>(TEXT_AT + at, text.charCodeAt(at));
  const end = encode(OUT_AT, TEXT_AT, text.length);
  let result = "";
  for (let at = OUT_AT; at < end; at++) result += String.fromCharCode(load<u8>(at));
  return result;
}

describe("base64", () => {
  test("encodes as RFC 4648 says", () => {
    expect(encoded("")).toBe("");
    expect(encoded("f")).toBe("Zg==");
    expect(encoded("fo")).toBe("Zm8=");
    expect(encoded("foo")).toBe("Zm9v");
    expect(encoded("foob")).toBe("Zm9vYg==");
    expect(encoded("fooba")).toBe("Zm9vYmE=");
    expect(encoded("foobar")).toBe("Zm9vYmFy");
    expect(encoded("\xfb\xff\xbf\x00")).toBe("+/+/AA==");
  });

  test("knows the value of each digit, and what is none", () => {
    const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (let byte: i32 = 0; byte < 256; byte++) expect(valueOf(byte)).toBe(byte == 0 ? -1 : digits.indexOf(String.fromCharCode(byte)));
  });
});
