// Files of the host by semihosting: each call is one block of words, and one trap to the emulator.
#include "semihost.h"

#include <string.h>

// Operations.
enum { SYS_OPEN = 0x01, SYS_WRITE = 0x05, SYS_READ = 0x06, SYS_EXIT = 0x18 };
enum { OPEN_READ_BINARY = 1, OPEN_WRITE_BINARY = 5 };
#define EXIT_APPLICATION 0x20026

int32_t semihost_open(const char *name, bool writing) {
  const uintptr_t arguments[] = {(uintptr_t)name, writing ? OPEN_WRITE_BINARY : OPEN_READ_BINARY, strlen(name)};
  return machine_semihost(SYS_OPEN, arguments);
}

uint32_t semihost_read(int32_t file, void *dst, uint32_t size) {
  const uintptr_t arguments[] = {(uintptr_t)file, (uintptr_t)dst, size};
  return size - (uint32_t)machine_semihost(SYS_READ, arguments);
}

bool semihost_write(int32_t file, const void *src, uint32_t size) {
  const uintptr_t arguments[] = {(uintptr_t)file, (uintptr_t)src, size};
  return machine_semihost(SYS_WRITE, arguments) == 0;
}

void semihost_exit(void) {
  machine_semihost(SYS_EXIT, (const void *)EXIT_APPLICATION);
  for (;;) machine_doze(UINT64_MAX);
}
