// The clip on a board: start, loop, restart. A board's own start-up code ends by calling it.
#ifndef HOPCLIP_CLIP_H
#define HOPCLIP_CLIP_H

#include "board.h"

// The app's link_send: what the board itself has to tell on a port goes before the app's first byte there.
int32_t clip_link_send(int32_t port, const uint8_t *src, uint32_t size);

// The app's flash_write and flash_erase: HAL_REFUSED for what could take the fallback away (boards/HAL.md, "App slots").
int32_t clip_flash_write(int32_t at, const uint8_t *src, uint32_t size);
int32_t clip_flash_erase(int32_t at, int32_t size);

// Chooses an app, runs `init` and then `step` for ever, sleeping in between. Once after every start of the processor.
NORETURN void clip_run(void);

#endif
