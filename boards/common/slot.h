// App slots in flash: which of the two apps is to run, and what is known about the other. firmware/wire/layout.ts has the layout,
// boards/HAL.md the rules.
#ifndef HOPCLIP_SLOT_H
#define HOPCLIP_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "restart.h"

// A line for the link: what happened to the app in a slot.
struct report {
  int32_t slot;
  enum cause cause;
  int32_t code;
  int32_t line;
};

// At most two of what is known from before the restart, and one of each slot.
enum { REPORTS_MAX = 4 };

struct choice {
  int32_t slot;         // -1: no app can be started
  bool confirmed;       // it has confirmed itself before
  const uint8_t *image; // as board_flash_map gave it
  uint32_t size;
  uint8_t digest[32];
  struct report reports[REPORTS_MAX];
  int32_t report_count;
};

// Whether the app of slot `own`, which has confirmed itself or not, may write or erase [at, at + size): never its own slot but for its mark
// CONFIRMED, never marks of the other, and nothing of the other before it has confirmed itself.
bool slot_allows(int32_t own, bool confirmed, int32_t at, uint32_t size);
// Whether that is the app's own mark CONFIRMED.
bool slot_confirms(int32_t own, int32_t at, uint32_t size);

// Chooses the app to run: the newest that is whole and was not refused. One that has not confirmed itself gets one trial, and is refused
// when the clip starts again before it has. `ended`: how the last run ended, cause CAUSE_NONE after a loss of power. Marks slots in flash.
void slot_choose(const struct report *ended, struct choice *choice);

#endif
