// What of this computer a clip needs: each thing looked at, and how to put it right.
import { constants } from "node:fs";
import { access, readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { userInfo } from "node:os";
import { join } from "node:path";
import { ABI } from "../firmware/wire/layout.ts";
import { appOf } from "./flash/app.ts";
import { findBrowser } from "./browser.ts";
import { Failure } from "./failure.ts";
import { boards } from "./flash/board.ts";
import { findTool, installText } from "./flash/tool.ts";
import { withExistingLedger } from "./ledger/open.ts";
import { askDevice, findDevices } from "./link/devices.ts";
import { serialPorts } from "./link/ports.ts";
import { counted } from "./report/table.ts";
import { loadWasm } from "./wasm.ts";

/** ok; a warning: something cannot be done that not everybody does; a fault: hopclip does not work. */
export type State = "ok" | "warning" | "fault";

/** What was looked at. */
export interface Finding {
  readonly name: string;
  readonly state: State;
  /** What there is. */
  readonly found: string;
  /** How to put it right; null where nothing is wrong. */
  readonly cure: string | null;
}

type Found = Omit<Finding, "name">;

const ok = (found: string): Found => ({ state: "ok", found, cure: null });
const warning = (found: string, cure: string): Found => ({ state: "warning", found, cure });
const fault = (found: string, cure: string): Found => ({ state: "fault", found, cure });

const NODE_MAJOR = 22;
const NODE_MINOR = 18;
/** Bit of CapEff that a program needs for Bluetooth of its own: CAP_NET_RAW, capability.h of Linux. */
const CAPABILITY = 1n << 13n;
const RULES = ["/etc/udev/rules.d", "/run/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d"];
/** Where the rule belongs. */
export const RULE_PATH = "/etc/udev/rules.d/60-hopclip.rules";

/** USB ids of all boards, "vvvv:pppp". */
const usbIds = (): readonly string[] => [...new Set(boards().flatMap(({ variants }) => variants.flatMap(({ usb = [] }) => usb)))];

/** The udev rule: who sits at the computer may open a board, and ModemManager does not talk to it. */
export function udevRule(): string {
  const lines = usbIds().map((id) => {
    const [maker, product] = id.split(":");
    return `SUBSYSTEM=="tty", ATTRS{idVendor}=="${maker}", ATTRS{idProduct}=="${product}", MODE="0660", GROUP="dialout", TAG+="uaccess", ENV{ID_MM_DEVICE_IGNORE}="1"`;
  });
  return `# ${RULE_PATH}: boards of hopclip may be opened by who sits here, and ModemManager leaves them alone.\n${lines.join("\n")}\n`;
}

async function text(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

function node(): Found {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > NODE_MAJOR || (major === NODE_MAJOR && minor >= NODE_MINOR)) return ok(process.versions.node);
  return warning(`${process.versions.node} is older than ${NODE_MAJOR}.${NODE_MINOR}, which hopclip is tested with`, "nodejs.org has a newer one");
}

async function serial(): Promise<Found> {
  try {
    const ports = await serialPorts();
    return ok(ports.length === 0 ? "no port on USB now" : ports.map(({ path, usb }) => `${path}${usb === null ? "" : ` (${usb})`}`).join(", "));
  } catch (error) {
    if (error instanceof Failure) return warning("ports cannot be listed: udevadm is missing", "sudo apt-get install udev, or name the port with --clip");
    return fault(`the serial port binding does not load: ${(error as Error).message.split("\n")[0]}`, "npm install -g hopclip again, with this Node");
  }
}

async function permission(): Promise<Found> {
  if (process.platform !== "linux") return ok("not needed on this system");
  const ports = await serialPorts().catch(() => []);
  const denied: string[] = [];
  for (const { path } of ports) await access(path, constants.R_OK | constants.W_OK).catch((error: NodeJS.ErrnoException) => error.code === "EACCES" && denied.push(path));
  const groups = new Map((await text("/etc/group")).split("\n").map((line) => line.split(":")).map(([name, , id]) => [name ?? "", Number(id)]));
  const group = groups.has("dialout") ? "dialout" : "uucp";
  const cure = `sudo usermod -aG ${group} ${userInfo().username}, then log in again`;
  if (denied.length > 0) return fault(`${denied.join(", ")} may not be opened by ${userInfo().username}`, cure);
  if (process.getuid?.() === 0) return ok("root");
  if (process.getgroups?.().includes(groups.get(group) ?? -1) === true) return ok(`in group ${group}`);
  return ports.length > 0 ? ok("every port that is there may be opened") : warning(`${userInfo().username} is not in group ${group}, which may open serial ports`, cure);
}

async function rule(): Promise<Found> {
  if (process.platform !== "linux") return ok("not needed on this system");
  for (const folder of RULES) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const rules = (await text(join(folder, name))).toLowerCase();
      if (usbIds().every((id) => id.split(":").every((part) => rules.includes(`"${part}"`)))) return ok(join(folder, name));
    }
  }
  return warning("none for the boards", `hopclip doctor --udev | sudo tee ${RULE_PATH}, then sudo udevadm control --reload and plug in again`);
}

async function bluetooth(): Promise<Found> {
  const require = createRequire(import.meta.url);
  const install = "npm install -g @stoprocent/noble";
  try {
    require.resolve("@stoprocent/noble");
    if (process.platform === "linux") void require("@stoprocent/bluetooth-hci-socket");
  } catch (error) {
    return warning(`the package for it does not load: ${(error as Error).message.split("\n")[0]}`, install);
  }
  const own = process.env["HOPCLIP_HCI"];
  if (own !== undefined && own !== "") {
    const there = await access(own, constants.R_OK | constants.W_OK).then(() => true, () => false);
    return there ? ok(`controller on ${own} (HOPCLIP_HCI)`) : warning(`HOPCLIP_HCI names ${own}, which cannot be opened`, "start its controller, or unset HOPCLIP_HCI");
  }
  if (process.platform !== "linux") return ok("the system's; it may ask whether the terminal may use Bluetooth");
  const adapters = (await readdir("/sys/class/bluetooth").catch(() => [])).filter((name) => /^hci\d+$/u.test(name));
  if (adapters.length === 0) return warning("no adapter", "plug one in, or use the cable");
  for (const name of await readdir("/sys/class/rfkill").catch(() => [])) {
    const state = async (file: string): Promise<string> => (await text(join("/sys/class/rfkill", name, file))).trim();
    if ((await state("type")) !== "bluetooth") continue;
    if ((await state("hard")) === "1") return warning(`${adapters[0]} is switched off by a key or switch`, "switch it on there");
    if ((await state("soft")) === "1") return warning(`${adapters[0]} is switched off`, "rfkill unblock bluetooth");
  }
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/mu.exec(await text("/proc/self/status"))?.[1] ?? "0"}`);
  if ((held & CAPABILITY) === 0n) {
    return warning(`${adapters[0]} may not be used by ${userInfo().username}`, `sudo setcap cap_net_raw+eip ${process.execPath}`);
  }
  return ok(adapters.join(", "));
}

async function vendor(name: Parameters<typeof findTool>[0], what: string): Promise<Found> {
  const tool = await findTool(name);
  return tool === null ? warning(`not there; it flashes ${what}`, installText(name)) : ok(`${tool.version} (${tool.command.join(" ")})`);
}

async function ledger(): Promise<Found> {
  try {
    return ok(await withExistingLedger(undefined, async (there) => counted((await there.runners()).length, "runner")));
  } catch (error) {
    if (error instanceof Failure) return fault(error.message, "HOPCLIP_DB or --db names another");
    throw error;
  }
}

function browser(): Found {
  try {
    return ok(findBrowser());
  } catch (error) {
    return warning("none for reports as PDF and PNG", process.env["HOPCLIP_BROWSER"] === undefined ? "sudo apt-get install chromium, or HOPCLIP_BROWSER names one" : (error as Error).message);
  }
}

async function firmware(): Promise<Found> {
  try {
    const app = await appOf("build/clip.wasm", loadWasm(() => {}));
    return ok(`${app.bytes.length} bytes, seam ${ABI}, sha256 ${app.sha256.slice(0, 12)}…`);
  } catch (error) {
    return fault((error as Error).message.split("\n")[0] ?? "", "npm run build in the repository, or install hopclip again");
  }
}

async function clip(which: string | undefined): Promise<Found> {
  const cure = "plug it in with a cable that carries data; hopclip devices also looks over the air";
  const { devices } = which === undefined || which === "" ? await findDevices({ ports: true, ble: false, scan_ms: 0 }) : { devices: [await askDevice({ address: which, kind: "serial", name: null, rssi: null })] };
  const there = devices.filter(({ error }) => error === null);
  if (there.length > 0) return ok(there.map(({ address, serial: number, version }) => `${address}: ${number === null ? "no serial number" : `number ${number}`}, firmware ${version}`).join("; "));
  const [silent] = devices;
  return silent === undefined ? warning("none on a serial port", cure) : warning(silent.error ?? "", "hopclip devices lists what is there");
}

/** Looks at everything, in this order; `which`: the clip that --clip names. */
export async function examine(which: string | undefined): Promise<readonly Finding[]> {
  const looks: readonly (readonly [string, () => Found | Promise<Found>])[] = [
    ["Node", node],
    ["firmware", firmware],
    ["ledger", ledger],
    ["serial ports", serial],
    ["permission", permission],
    ["udev rule", rule],
    ["Bluetooth", bluetooth],
    ["clip", () => clip(which)],
    ["esptool", () => vendor("esptool", "ESP32 boards")],
    ["nrfutil", () => vendor("nrfutil", "nRF52 boards by a debug probe")],
    ["adafruit-nrfutil", () => vendor("adafruit-nrfutil", "nRF52 boards by their bootloader's port")],
    ["browser", browser],
  ];
  return Promise.all(looks.map(async ([name, look]) => ({ name, ...(await look()) })));
}
