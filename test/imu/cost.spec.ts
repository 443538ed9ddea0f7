// What the driver and its clock cost, counted in executed wasm instructions.
import { expect, test } from "vitest";
import { counted, instrument } from "../bench/count.ts";
import { Board, driverWasm } from "./board.ts";

test.each([["lsm6dso", true, 325], ["lsm6dso", false, 255], ["lsm6ds3trc", true, 275], ["lsm6ds3trc", false, 215]] as const)(
  "%s at 416 Hz, gyroscope %s: at most %i instructions a sample",
  async (chip, gyro, most) => {
    const board = await Board.make({ chip, gyro, wasm: instrument(await driverWasm()) });
    board.run(2);
    const before = counted(board.memory);
    const samples = board.got.length;
    board.run(10);
    expect((counted(board.memory) - before) / (board.got.length - samples)).toBeLessThan(most);
    // Worst step: the FIFO full, 64 samples taken.
    const held = counted(board.memory);
    const taken = board.got.length;
    board.hold(2);
    expect(board.got.length - taken).toBe(64);
    expect((counted(board.memory) - held) / 64).toBeLessThan(most + 2000 / 64);
  },
);
