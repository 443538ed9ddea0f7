// The port of both emulated machines: the stream to the simulator is two FIFOs in the emulator's folder, reached by semihosting; link,
// motor and clock are the machine's own where the simulator asks for it.
#include "virtual.h"

#include <stddef.h>

#include "board.h"
#include "clip.h"
#include "layout.h"
#include "machine.h"
#include "pulses.h"
#include "semihost.h"

// Open since power-up: what is open outlives a restart, and so do the handles.
static struct {
  uint32_t magic;
  int32_t in;
  int32_t out;
} files __attribute__((section(".retained")));
#define MAGIC 0x66696c65u

uint32_t port_read(void *dst, uint32_t size) {
  return semihost_read(files.in, dst, size);
}

uint32_t port_write(const void *src, uint32_t size) {
  return semihost_write(files.out, src, size) ? 1 : 0;
}

uint32_t *board_retained(void) {
  static uint32_t kept[RETAINED_WORDS] __attribute__((section(".retained")));
  return kept;
}

uint64_t port_instructions(void) {
  return machine_instructions();
}

void port_protect(void *at, uint32_t size, bool writable) {
  (void)at;
  (void)size;
  (void)writable;
}

void port_exit(void) {
  semihost_exit();
}

void port_restart(void) {
  machine_restart();
}

void machine_on_watchdog(void) {
  if (virtual_bitten()) machine_restart();
}

void port_print(const uint8_t *text, uint32_t size) {
  (void)text;
  (void)size;
}

uint64_t port_time_us(void) {
  return machine_time_us();
}

void pulses_alarm(uint64_t at_us) {
  machine_alarm(at_us);
}
uint32_t pulses_lock(void) {
  return machine_lock();
}
void pulses_unlock(uint32_t state) {
  machine_unlock(state);
}
void machine_on_alarm(void) {
  pulses_run(machine_time_us());
}

// Received bytes: the serial ports hold one or a few, so they are taken at once while there is room.
enum { RECEIVED_MAX = 256 };
static volatile uint8_t received[RECEIVED_MAX];
static volatile uint32_t received_from;
static volatile uint32_t received_to;

bool machine_room(void) {
  return received_to - received_from < RECEIVED_MAX;
}
void machine_on_byte(uint8_t byte) {
  received[received_to % RECEIVED_MAX] = byte;
  received_to++;
}

int32_t port_link_send(int32_t port, const uint8_t *src, uint32_t size) {
  if (port != PORT_SERIAL) return HAL_CLOSED;
  uint32_t taken = 0;
  while (taken < size && machine_serial_put(src[taken])) taken++;
  return (int32_t)taken;
}
int32_t port_link_recv(int32_t port, uint8_t *dst, uint32_t size) {
  if (port != PORT_SERIAL) return HAL_CLOSED;
  uint32_t given = 0;
  for (; given < size && received_from != received_to; given++) {
    dst[given] = received[received_from % RECEIVED_MAX];
    received_from++;
  }
  const uint32_t state = machine_lock();
  machine_serial_poll(); // what had no room waits in the port
  machine_unlock(state);
  return (int32_t)given;
}

uint32_t port_doze(uint64_t until_us) {
  for (;;) {
    board_watchdog_feed();
    if (machine_time_us() >= until_us) return 0;
    const uint32_t state = machine_lock();
    const bool waits = received_from != received_to;
    if (!waits) machine_doze(until_us); // an interrupt that is locked out ends it too
    machine_unlock(state);
    if (waits) return WAKE_LINK;
  }
}

int main(void) {
  if (files.magic != MAGIC) {
    files.out = semihost_open("out", true);
    files.in = semihost_open("in", false);
    if (files.in < 0 || files.out < 0) port_exit();
    files.magic = MAGIC;
  }
  virtual_connect(NULL);
  clip_run();
}
