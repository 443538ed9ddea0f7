// A board whose sensor, flash, battery and light are the simulator's, over a byte stream; in lockstep its clock, motor and link too.
// sim/engine/virtual.ts is the other end. The port (linux/, qemu-m4/, qemu-rv32/) gives the stream and a processor.
#ifndef HOPCLIP_VIRTUAL_H
#define HOPCLIP_VIRTUAL_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"

// What the port gives.

// Reads up to / writes all of `size` bytes; waits. Reading returns 0 when the other end is gone, and so does writing (1 else).
uint32_t port_read(void *dst, uint32_t size);
uint32_t port_write(const void *src, uint32_t size);
// Instructions the processor has executed, or 0 where nobody counts.
uint64_t port_instructions(void);
// Restarts the processor; section .retained stays as it is.
NORETURN void port_restart(void);
// The watchdog has bitten, in an interrupt: restarts if this says so; else the restart follows the transfer at work.
bool virtual_bitten(void);
// What the board logs when nobody is at the other end.
void port_print(const uint8_t *text, uint32_t size);
// The other end is gone: ends the machine.
NORETURN void port_exit(void);

// With a clock of its own (virtual_connect said so) the port also has clock, link and, through common/pulses.h, a timer for the motor; in
// lockstep these are not called.
uint64_t port_time_us(void);
int32_t port_link_send(int32_t port, const uint8_t *src, uint32_t size);
int32_t port_link_recv(int32_t port, uint8_t *dst, uint32_t size);
// Sleeps at most so long and feeds the watchdog; returns WAKE_LINK when bytes wait.
uint32_t port_doze(uint64_t until_us);

// `size` bytes where flash is mapped may be written (while an image is copied there), or not, where the machine can keep them from it.
void port_protect(void *at, uint32_t size, bool writable);

// Flash of the port's own, as board_flash_* in boards/common/board.h.
struct port_flash {
  int32_t (*read)(int32_t at, uint8_t *dst, uint32_t size);
  int32_t (*write)(int32_t at, const uint8_t *src, uint32_t size);
  int32_t (*erase)(int32_t at, int32_t size);
};

// Says hello; once after every start of the processor. Flash is the simulator's where the port has none (NULL).
void virtual_connect(const struct port_flash *flash);
// Instead of it: nobody is at the other end. No sensor and no battery answer.
void virtual_alone(const struct port_flash *flash);

#endif
