// A served clip as its users have it: a process of the command line, and a client on its port.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { SerialPort } from "serialport";
import { frame } from "../../sim/world.ts";

/** What it says when it is ready. */
export interface Ready {
  readonly path: string;
  readonly port?: number;
  readonly pid: number;
  readonly serial: number;
}

/** `hopclip sim` with these options. */
export class Served {
  readonly child: ChildProcess;
  readonly ready: Promise<Ready>;
  readonly ended: Promise<{ code: number | null; out: string; err: string }>;

  constructor(...options: string[]) {
    this.child = spawn(process.execPath, ["host/cli.ts", "sim", "--json", ...options], { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    this.child.stderr!.on("data", (text: Buffer) => (err += text.toString()));
    this.ready = new Promise((resolve, reject) => {
      this.child.stdout!.on("data", (text: Buffer) => {
        out += text.toString();
        if (out.endsWith("\n")) resolve(JSON.parse(out) as Ready);
      });
      this.child.on("exit", () => reject(new Error(err)));
    });
    this.ready.catch(() => {});
    this.ended = once(this.child, "exit").then(([code]) => ({ code: code as number | null, out, err }));
  }

  /** Ctrl-C; resolves with how it ended. */
  stop(signal: NodeJS.Signals = "SIGINT"): Promise<{ code: number | null; out: string; err: string }> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** A client: lines as they come, and questions that are answered. */
export class Talker {
  readonly lines: string[] = [];
  onLine: (line: string) => void = () => {};
  /** Resolves when either end has hung up. */
  readonly closed: Promise<void>;
  private readonly stream: Socket | SerialPort;
  private partial = "";
  private seq = 0;

  constructor(stream: Socket | SerialPort) {
    this.stream = stream;
    this.closed = this.next("close");
    stream.on("error", () => {});
    stream.on("data", (bytes: Buffer) => {
      const parts = (this.partial + bytes.toString("latin1")).split("\r\n");
      this.partial = parts.pop()!;
      for (const line of parts) {
        this.lines.push(line);
        this.onLine(line);
      }
    });
  }

  static async tcp(port: number): Promise<Talker> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new Talker(socket);
  }

  static async serial(path: string): Promise<Talker> {
    const port = new SerialPort({ path, baudRate: 115_200 });
    await once(port, "open");
    return new Talker(port);
  }

  write(bytes: string | Uint8Array): void {
    this.stream.write(Buffer.from(bytes as string, "latin1"));
  }

  /** Sends a command and waits for its answer, which is resolved without its head and check sum; fails the caller's test by its time. */
  async ask(body: string): Promise<string> {
    this.seq += 1;
    const head = new RegExp(`,(?:ACK|ERR),${this.seq},`, "u");
    this.write(frame(`HC,${this.seq},${body}`));
    return (await this.until((line) => head.test(line))).replace(/^.*?,(?:ACK|ERR),\d+,|\*.*$/gu, "");
  }

  /** The first line from now on, or among those that came, that is wanted. */
  async until(wanted: (line: string) => boolean): Promise<string> {
    for (let from = 0; ; ) {
      const found = this.lines.slice(from).find(wanted);
      if (found !== undefined) return found;
      from = this.lines.length;
      await this.next("data");
    }
  }

  async close(): Promise<void> {
    if (this.stream instanceof SerialPort) this.stream.close();
    else this.stream.destroy();
    await this.closed;
  }

  private next(event: "data" | "close"): Promise<void> {
    return new Promise((resolve) => this.stream.once(event, () => resolve()));
  }

  /** Reads nothing for now. */
  pause(): void {
    this.stream.pause();
  }
}
