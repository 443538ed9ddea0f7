// The serial port of a served clip over TCP on this machine: the bytes as they are, one client at a time.
import { createServer, type AddressInfo, type Socket } from "node:net";
import { PORT_SERIAL } from "../../firmware/wire/layout.ts";
import { Failure } from "../failure.ts";
import type { Clock } from "./clock.ts";
import { bytesOf, type Wire } from "./wire.ts";

const HOST = "127.0.0.1";
/** So long a client waits for the one before it, which may have hung up already, ms. */
const LEAVE_MS = 200;

/** Serves the serial port at a TCP port, 0: any that is free. A client that comes while another one is there is turned away. */
export async function serveTcp(clock: Clock, port: number, baud = Infinity): Promise<Wire> {
  let client: Socket | null = null;
  const server = createServer((socket) => {
    socket.on("error", () => {}); // it closes
    if (client === null) {
      welcome(socket);
      return;
    }
    const timer = setTimeout(() => socket.destroy(), LEAVE_MS);
    client.once("close", () => {
      clearTimeout(timer);
      if (client === null && !socket.destroyed) welcome(socket);
      else socket.destroy();
    });
  });
  const welcome = (socket: Socket): void => {
    client = socket;
    socket.setNoDelay(true);
    socket.on("data", (bytes) => clock.give(PORT_SERIAL, bytes));
    socket.on("drain", () => clock.holdPort(PORT_SERIAL, false));
    socket.on("close", () => {
      client = null;
      clock.holdPort(PORT_SERIAL, false);
      clock.closePort(PORT_SERIAL);
    });
    clock.openPort(PORT_SERIAL, bytesOf(baud));
  };
  clock.onFull(PORT_SERIAL, (full) => (full ? client?.pause() : client?.resume()));
  clock.onBytes(PORT_SERIAL, (bytes) => {
    if (client !== null && !client.write(Buffer.from(bytes))) clock.holdPort(PORT_SERIAL, true);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE" ? "another program has it: name another one, or 0 for any" : error.message;
      reject(new Failure(`TCP port ${port}: ${taken}`, { cause: error }));
    });
    server.listen(port, HOST, resolve);
  });
  return {
    address: `tcp:${(server.address() as AddressInfo).port}`,
    close: () => {
      client?.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
