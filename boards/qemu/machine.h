// What differs between the two emulated machines. port.c is the rest.
#ifndef HOPCLIP_MACHINE_H
#define HOPCLIP_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"

// The emulator runs with `-icount shift=4`: every instruction takes 16 ns of its virtual clock, as on a core of 62.5 MIPS, and its timers
// count instructions.
#define INSTRUCTION_NS 16u

// One call to the emulator (Arm semihosting specification, chapter 5); returns its result.
int32_t machine_semihost(uint32_t operation, const void *arguments);
// Executed instructions; on the Cortex-M4 to within 3.
uint64_t machine_instructions(void);
// µs since start-up.
uint64_t machine_time_us(void);
// Calls machine_on_alarm from an interrupt at that time; UINT64_MAX: never.
void machine_alarm(uint64_t at_us);
void machine_on_alarm(void);
uint32_t machine_lock(void);
void machine_unlock(uint32_t state);
// The serial port.
bool machine_serial_put(uint8_t byte);
// Called with interrupts locked out for every byte that comes, while there is room; what there is none for stays in the serial port.
bool machine_room(void);
void machine_on_byte(uint8_t byte);
// Takes what waits in the serial port. Interrupts are locked out.
void machine_serial_poll(void);
// The watchdog has bitten; from its interrupt.
void machine_on_watchdog(void);
// Waits for an interrupt, at most until then. Interrupts are locked out, and run afterwards.
void machine_doze(uint64_t until_us);
// Restarts the processor; RAM stays.
NORETURN void machine_restart(void);

#endif
