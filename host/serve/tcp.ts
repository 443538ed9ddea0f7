// The serial port of a served clip over TCP on this machine: the bytes as they are, one client at a time.
import { createServer, type AddressInfo, type Socket } from "node:net";
import { PORT_SERIAL } from "../../firmware/wire/layout.ts";
import { Failure } from "../failure.ts";
import type { Clock } from "./clock.ts";
import { bytesOf, type Wire } from "./wire.ts";

const HOST = "127.0.0.1";

/** Serves the serial port at a TCP port, 0: any that is free. A client that comes while another one is there is turned away. */
export async function serveTcp(clock: Clock, port: number, baud = Infinity): Promise<Wire> {
  let client: Socket | null = null;
  const server = createServer((socket) => {
    if (client !== null) {
      socket.destroy();
      return;
    }
    client = socket;
    socket.setNoDelay(true);
    socket.on("data", (bytes) => clock.give(PORT_SERIAL, bytes));
    socket.on("drain", () => clock.holdPort(PORT_SERIAL, false));
    socket.on("error", () => {}); // it closes
    socket.on("close", () => {
      client = null;
      clock.holdPort(PORT_SERIAL, false);
      clock.closePort(PORT_SERIAL);
    });
    clock.openPort(PORT_SERIAL, bytesOf(baud));
  });
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
