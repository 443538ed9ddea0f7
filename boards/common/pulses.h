// The motor's queue of pulses, played by a timer's interrupt: for every board whose motor is a pin.
#ifndef HOPCLIP_PULSES_H
#define HOPCLIP_PULSES_H

#include <stdint.h>

enum { PULSES_MAX = 8 }; // the contract asks for 4

// What the board gives. Called with the timer's interrupt locked out, or from it.
void pulses_drive(int32_t strength);    // 0: off; to 255
void pulses_alarm(uint64_t at_us);      // calls pulses_run at that time, or at once if it is past; UINT64_MAX: never
uint32_t pulses_lock(void);             // keeps the timer's interrupt out
void pulses_unlock(uint32_t state);     // what pulses_lock gave

// Queues a pulse; 0, HAL_RANGE or HAL_FULL. A time already past means now.
int32_t pulses_add(uint64_t at_us, int32_t duration_ms, int32_t strength);
// Stops the motor and forgets the queue.
void pulses_stop(void);
// The timer's interrupt: starts and ends what is due at `now_us`.
void pulses_run(uint64_t now_us);

#endif
