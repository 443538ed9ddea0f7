// Frames as a bad wire delivers them: bits flipped, bytes lost, doubled and added, ends torn off, two frames run into one, plain noise.
import { buildLine } from "../../host/clip/line.ts";
import { buildPacket } from "../../host/clip/packet.ts";
import { framed } from "../../host/link/console.ts";

/** Whole numbers in [0, below), from a seed: xorshift of 32 bits. */
export function chance(seed: number): (below: number) => number {
  let state = seed || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** What the clip says in a set, of every length. */
const BODIES = [
  "HEL,1,0.1.0,-,108,416,16,1", "MOD,3,1,1,1500,2750000", "BEA,-4,1150000,1", "CON,6,4760000,4950000,3,1,190000,10000,90,6", "CON,7,5161000,-,0,0,-,-,40,6", "AMD,4,1,0,8",
  "REP,3,8120000,415,690,210,730,12,0,3,3", "SUM,1,1,1,5000,13,12,1,13,5000,4264,195000,4264,190000,0,1500,0", "VER,1,2,75,3,412,360,14,398,11200,0,-,-", "ACK,7,STA,0,0,0,1100,3900,416123,42,0,0",
];

/** A good line or packet as it goes over the wire; its number makes it unlike the others. */
export function good(random: (below: number) => number, number: number): Buffer {
  if (random(3) > 0) return Buffer.from(buildLine(number & 0xffff, BODIES[random(BODIES.length)] as string), "latin1");
  const data = Uint8Array.from({ length: random(400) }, () => random(256));
  return framed(buildPacket({ op: 1, version: 1, group: 8, sequence: number & 0xff, command: 0 }, { off: number, data }));
}

/** A damaged copy of a frame; `other` is what may run into it. */
export function mutant(random: (below: number) => number, frame: Buffer, other: Buffer): Buffer {
  const at = random(frame.length);
  const bytes = 1 + random(8);
  const noise = (length: number): Buffer => Buffer.from(Uint8Array.from({ length }, () => random(256)));
  const flip = (bits: Iterable<number>): Buffer => {
    const copy = Buffer.from(frame);
    for (const bit of bits) copy[bit >> 3]! ^= 1 << (bit & 7);
    return copy;
  };
  const [head, tail] = [frame.subarray(0, at), frame.subarray(at)];
  switch (random(9)) {
    case 0:
      return flip(new Set(Array.from({ length: 1 + random(3) }, () => random(frame.length * 8))));
    case 1: {
      const first = random(frame.length * 8 - 16);
      return flip([first, ...Array.from({ length: 15 }, (_, i) => first + 1 + i).filter(() => random(2) === 1)]);
    }
    case 2:
      return Buffer.concat([head, tail.subarray(bytes)]);
    case 3:
      return Buffer.concat([head, noise(bytes), tail]);
    case 4:
      return random(2) === 0 ? head : tail;
    case 5:
      return Buffer.concat([head, noise(bytes), tail.subarray(bytes)]);
    case 6:
      return Buffer.concat([head, tail.subarray(0, bytes), tail]);
    case 7:
      return Buffer.concat([head, other.subarray(random(other.length))]);
    default:
      return noise(random(300));
  }
}
