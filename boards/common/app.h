// The app in whatever runs it: WAMR (app_wamr.c) or C made of it by wasm2c (wasm2c/app.c). One app at a time.
#ifndef HOPCLIP_APP_H
#define HOPCLIP_APP_H

#include <stdint.h>

enum {
  APP_OK = 0,
  APP_TRAPPED = -1,
};

// Loads `size` bytes at `image`, which stays as it is until a restart, with fresh memory.
// Returns CAUSE_NONE, CAUSE_LOAD (no module, an import or export that is none of the seam, no room) or CAUSE_ABI.
int32_t app_load(const uint8_t *image, uint32_t size);

// Runs `init`, or `step(events)` with its sleep to `*sleep_us`. APP_OK, or APP_TRAPPED with the reason sent to board_log.
int32_t app_init(void);
int32_t app_step(uint32_t events, int32_t *sleep_us);

#endif
