// A clip behind a TCP port that carries the bytes of its serial port: `hopclip sim --tcp`, or a serial port passed on by another machine.
import { connect } from "node:net";
import { Failure } from "../failure.ts";
import type { Link } from "./link.ts";
import { StreamLink, type Dial } from "./stream.ts";

/** How long to wait for the other end, ms. */
const CONNECT_MS = 5000;

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there: is hopclip sim --tcp running, on that port?",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name could not be looked up: is there a network?",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the host cannot be reached",
  ETIMEDOUT: "the host does not answer",
};

function dialer(name: string, host: string, port: number): Dial {
  return async ({ bytes: heard, ended }) => {
    const socket = connect({ host, port, noDelay: true, timeout: CONNECT_MS });
    socket.on("timeout", () => socket.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" })));
    socket.on("data", heard);
    try {
      await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    } catch (error) {
      const { code = "", message } = error as NodeJS.ErrnoException;
      throw new Failure(`${name}: ${CAUSES[code] ?? message}`, { cause: error });
    }
    socket.setTimeout(0);
    socket.on("error", () => {}); // the end follows
    socket.on("end", () => socket.destroy()).on("close", ended);
    return {
      get waiting_bytes() {
        return socket.writableLength;
      },
      write: (bytes) => void socket.write(bytes),
      close: () => new Promise((resolve) => (socket.destroyed ? resolve() : socket.once("close", () => resolve()).destroy())),
    };
  };
}

/** Connects to a host's TCP port. Rejects with a Failure that says what to do. */
export function openTcp(host: string, port: number, signal?: AbortSignal): Promise<Link> {
  const name = `tcp:${host}:${port}`;
  return StreamLink.open(name, dialer(name, host, port), signal);
}
