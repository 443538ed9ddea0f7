// The server of the Simple Management Protocol (MCUmgr), on the serial port between lines and on the BLE SMP port by itself. One packet at a
// time, from its first byte to the last one of its response; what else comes waits in its port.
import { link_recv, link_send, reset } from "../hal";
import { cbor, CBOR_TEXT, CBOR_UINT, close, find, number, openMap, start, string, text, text9 } from "../wire/cbor";
import {
  PORT_BLE_SMP, PORT_SERIAL, SMP_BYTES_MAX, SMP_ERROR_BUSY, SMP_ERROR_INVALID, SMP_ERROR_LONG, SMP_ERROR_TOO_NEW, SMP_ERROR_UNSUPPORTED, SMP_HEADER_BYTES,
} from "../wire/layout";
import { LINE_AT } from "../wire/line";
import { NAME_BUF_COUN, NAME_BUF_SIZE, NAME_D, NAME_ERR, NAME_GROUP, NAME_R, NAME_RC } from "../wire/names";
import {
  beginResponse, command, endResponse, forget, FRAME_MARK, FRAME_NONE, FRAME_WHOLE, isKnown, nextLine, openRequest, operation, packet, PACKET_AT, packetBytes, takeByte,
  version,
} from "../wire/packet";
import { download, tellHash, tellHashes, tellStatus } from "./files";
import { changeImages, eraseImage, tellImages, uploadImage } from "./images";
import { isQuiet, sendText } from "./link";
import { idle } from "./session";
import { AGAIN, smp, STAGE_COMES, STAGE_FREE, STAGE_GOES, STAGE_WORKS } from "./transfer";

/** How long nothing may move before a packet is given up. */
const STALL_US: u64 = 1_000_000;
const RESET_ASKED: i32 = 1;

/** Begins without a packet. */
export function free(): void {
  forget();
  smp.stage = STAGE_FREE;
  smp.due_us = u64.MAX_VALUE;
}

/** Takes a byte of the serial port. False: it begins a packet that has to wait, or goes on with the beginning, and was not taken. */
export function takeSerial(byte: i32, now_us: u64): bool {
  if (smp.stage != STAGE_FREE && (smp.stage != STAGE_COMES || smp.port != PORT_SERIAL)) return byte != FRAME_MARK & packet.mark == 0;
  const stage = takeByte(byte);
  if (stage == FRAME_NONE) free();
  else if (packet.open != 0 | stage == FRAME_WHOLE) advance(PORT_SERIAL, stage, now_us); // what lies between its lines is not of it
  return true;
}

/** One piece of work. Returns whether more can follow at once. */
export function serviceSmp(now_us: u64): bool {
  if (now_us >= smp.due_us) return end();
  const stage = smp.stage;
  if (stage == STAGE_WORKS) {
    work(now_us);
    return true;
  }
  return stage == STAGE_GOES ? send(now_us) : receive(now_us);
}

function advance(port: i32, stage: i32, now_us: u64): void {
  smp.port = port;
  smp.stage = stage;
  smp.phase = 0;
  smp.due_us = now_us + STALL_US;
}

/** Takes what there is of a packet on the BLE port: its header, then the rest. What cannot begin a packet is dropped with all that came with it. */
function receive(now_us: u64): bool {
  let bytes = packet.bytes;
  if (smp.stage != STAGE_FREE && smp.port != PORT_BLE_SMP) return false;
  const wanted = bytes < SMP_HEADER_BYTES ? SMP_HEADER_BYTES : packetBytes();
  const came = link_recv(PORT_BLE_SMP, PACKET_AT + bytes, wanted - bytes);
  if (came <= 0) return false;
  bytes += came;
  packet.bytes = bytes;
  advance(PORT_BLE_SMP, STAGE_COMES, now_us);
  if (bytes >= SMP_HEADER_BYTES) {
    const whole = packetBytes();
    if (whole == 0) {
      link_recv(PORT_BLE_SMP, PACKET_AT, SMP_BYTES_MAX);
      free();
    } else if (bytes == whole) smp.stage = STAGE_WORKS;
  }
  return true;
}

/** Sends what the port takes of the response, a line of it on the serial port. Returns whether more can follow at once. */
function send(now_us: u64): bool {
  const before = packet.sent;
  if (smp.port == PORT_SERIAL) {
    if (isQuiet(PORT_SERIAL)) {
      const bytes = nextLine(LINE_AT);
      if (bytes == 0) return end();
      sendText(PORT_SERIAL, bytes);
    }
  } else {
    const taken = link_send(PORT_BLE_SMP, PACKET_AT + before, packet.bytes - before);
    packet.sent = before + taken;
    if (taken < 0 || packet.sent == packet.bytes) return end();
  }
  if (packet.sent == before) return false;
  smp.due_us = now_us + STALL_US;
  return true;
}

/** The response has gone, or nothing moves any more. A set may have begun since a restart was asked for. */
function end(): bool {
  free();
  if (smp.restarts != 0 && idle()) reset(RESET_ASKED);
  smp.restarts = 0;
  return true;
}

/** Carries out the request, or a piece of that, and lays the response out. */
function work(now_us: u64): void {
  let error = isKnown() ? openRequest() ? obey() : SMP_ERROR_INVALID : SMP_ERROR_TOO_NEW;
  smp.due_us = now_us + STALL_US;
  if (error == AGAIN) return;
  if (error == 0 && <i32>(cbor.out - PACKET_AT) >= SMP_BYTES_MAX) error = SMP_ERROR_LONG;
  if (error != 0) {
    const own = error >> 8;
    beginResponse();
    if (own != 0 & version() != 0) {
      text(NAME_ERR);
      openMap();
      number(NAME_GROUP, command() >> 8);
      number(NAME_RC, own);
      close();
    } else number(NAME_RC, error & 0xff);
  }
  endResponse();
  smp.stage = STAGE_GOES;
}

/** As AGAIN says. */
function obey(): i32 {
  const writes = operation() != 0;
  const which = command();
  if (which == 0x000) return echo();
  if (writes) {
    if (which == 0x005) return restart();
    if (which == 0x100) return changeImages();
    if (which == 0x101) return uploadImage();
    if (which == 0x105) return eraseImage();
    if (which == 0x804) return acknowledge();
  } else {
    if (which == 0x006) return tellParameters();
    if (which == 0x100) return tellImages();
    if (which == 0x800) return download();
    if (which == 0x801) return tellStatus();
    if (which == 0x802) return tellHash();
    if (which == 0x803) return tellHashes();
  }
  return SMP_ERROR_UNSUPPORTED;
}

/** Answers with nothing: done. */
function acknowledge(): i32 {
  beginResponse();
  return 0;
}

function echo(): i32 {
  if (find(NAME_D) != CBOR_TEXT) return SMP_ERROR_INVALID;
  const at = cbor.at;
  beginResponse();
  text(NAME_R);
  string(CBOR_TEXT, at, cbor.value);
  return 0;
}

function restart(): i32 {
  if (!idle()) return SMP_ERROR_BUSY;
  smp.restarts = 1;
  return acknowledge();
}

function tellParameters(): i32 {
  beginResponse();
  number(NAME_BUF_SIZE, SMP_BYTES_MAX);
  text9(NAME_BUF_COUN, 0x74);
  start(CBOR_UINT, 1);
  return 0;
}
