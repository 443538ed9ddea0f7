// A clip of its own on Linux: see realtime.c.
#ifndef HOPCLIP_REALTIME_H
#define HOPCLIP_REALTIME_H

#include "virtual.h"

extern const struct port_flash realtime_flash;

// Opens the flash file (made with `app` in its first slot when it is new) and the pty, starts the motor. `kept_pty`: the pty from before a
// restart, or -1. Returns the pty. Ends the process with a message when something is missing.
int realtime_start(const char *flash, const char *app, int kept_pty);

#endif
