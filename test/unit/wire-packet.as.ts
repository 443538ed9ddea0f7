// Frames of the serial port, byte by byte.
import { command, forget, FRAME_NONE, FRAME_PART, FRAME_WHOLE, operation, packet, PACKET_AT, takeByte, version } from "../../firmware/wire/packet";

/** Feeds text; returns what its last byte made of the frame. */
function feed(text: string): i32 {
  let last: i32 = FRAME_NONE;
  for (let at: i32 = 0; at < text.length; at++) last = takeByte(text.charCodeAt(at));
  return last;
}

// EchoWriteRequest(d="hello", sequence=1) as smp 4.2.0 of PyPI encodes it.
const ECHO = "\x06\x09ABMKAAAJAAABAKFhZGVoZWxsb3o2\n";

describe("packet", () => {
  beforeEach(() => {
    forget();
  });

  test("a frame in one line", () => {
    expect(feed(ECHO)).toBe(FRAME_WHOLE);
    expect(packet.bytes).toBe(17);
    expect(operation()).toBe(2);
    expect(version()).toBe(1);
    expect(command()).toBe(0);
    expect(load<u8>(PACKET_AT, 6)).toBe(1);
  });

  test("in several", () => {
    expect(feed("\x06\x09ABMKAAAJ\n")).toBe(FRAME_PART);
    expect(feed("$HC,1,STA*47DD\r\n")).toBe(FRAME_PART);
    expect(feed("\x04\x14AAABAKFhZGVo\r\n")).toBe(FRAME_PART);
    expect(feed("\x04\x14ZWxsb3o2\n")).toBe(FRAME_WHOLE);
  });

  test("what goes on without a beginning is nothing", () => {
    expect(feed("\x04\x14AAABAKFhZGVo\n")).toBe(FRAME_NONE);
  });

  test("a byte that is no digit ends it; the next one counts", () => {
    expect(feed("\x06\x09ABMKAA?AJAAAB")).toBe(FRAME_NONE);
    expect(feed("\x06\x09ABMKAAAJAAABAK" + ECHO)).toBe(FRAME_WHOLE);
  });

  test("a wrong check sum, a length that differs, too short, too long", () => {
    expect(feed(ECHO.replace("3o2", "3o3"))).toBe(FRAME_NONE);
    expect(feed(ECHO.replace("ABMK", "ABIK"))).toBe(FRAME_NONE);
    expect(feed("\x06\x09AAAA\n")).toBe(FRAME_NONE);
    expect(feed("\x06\x09//8K" + "AAAA".repeat(400) + "\n")).toBe(FRAME_NONE);
  });

  test("a response is no request", () => {
    expect(feed("\x06\x09ABMLAAAJAAABAKFhZGVoZWxsb2rU\n")).toBe(FRAME_NONE);
  });
});
