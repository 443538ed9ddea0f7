// Files of the host by the emulator's semihosting (Arm semihosting specification, chapter 6).
#ifndef HOPCLIP_SEMIHOST_H
#define HOPCLIP_SEMIHOST_H

#include "machine.h"

// Opens a file of the emulator's working folder; negative when it cannot be.
int32_t semihost_open(const char *name, bool writing);
// Reads up to `size` bytes and returns how many; 0 at the end.
uint32_t semihost_read(int32_t file, void *dst, uint32_t size);
// Writes all bytes, or returns false.
bool semihost_write(int32_t file, const void *src, uint32_t size);
// Ends the emulator.
NORETURN void semihost_exit(void);

#endif
