// Why the clip restarted or an app was refused: what is kept over a restart, and its way to the link.
#ifndef HOPCLIP_RESTART_H
#define HOPCLIP_RESTART_H

#include "board.h"

// What ended an app or kept it from starting; the second field of the line RST (firmware/PROTOCOL.md).
enum cause {
  CAUSE_NONE = 0,
  CAUSE_TRAP = 1,   // the app did what wasm forbids
  CAUSE_PANIC = 2,  // the app called panic(code, line)
  CAUSE_HANG = 3,   // one call into the app lasted longer than the watchdog allows
  CAUSE_LENGTH = 4, // the image is longer than its slot, or empty
  CAUSE_HASH = 5,   // the image is not the one its SHA-256 was made of
  CAUSE_ABI = 6,    // the app was written for another version of the seam
  CAUSE_LOAD = 7,   // no module, imports no board has, exports missing, or no room for it
  CAUSE_EARLY = 8,  // restarted or lost power before it had confirmed itself
  CAUSE_RESET = 9,  // the app asked for it
};

// Notes why, and restarts. `code` and `line` as the app gave them, else 0.
NORETURN void restart(enum cause cause, int32_t code, int32_t line);

#endif
