// The seam over a byte stream. Every message of the board is a head of 24 bytes and its bytes; every one but NOTE_… gets an answer of a
// head of 8 bytes (result, byte count) and its bytes. Little-endian, as all processors here are.
#include "virtual.h"

#include <stddef.h>
#include <string.h>

#include "board.h"
#include "layout.h"
#include "mbedtls/sha256.h"
#include "pulses.h"

// As OP in sim/engine/virtual.ts.
enum op {
  OP_HELLO = 1,
  OP_RUNS,
  OP_IMU_READ,
  OP_IMU_WRITE,
  OP_HAPTIC_PULSE,
  OP_HAPTIC_STOP,
  OP_LINK_SEND,
  OP_LINK_RECV,
  OP_FLASH_READ,
  OP_FLASH_WRITE,
  OP_FLASH_ERASE,
  OP_BATTERY_MV,
  OP_WAIT,
  OP_NOTE_LED,
  OP_NOTE_LOG,
  OP_NOTE_RESTART,
  OP_NOTE_DROVE,
};

struct head {
  uint16_t op;
  uint16_t size; // bytes that follow
  int32_t a;
  int32_t b;
  uint32_t instructions; // of the app's last call, with OP_WAIT
  uint64_t time_us;      // the board's clock; 0 in lockstep
};

struct answer {
  int32_t result;
  uint32_t size;
};

enum { MODE_LOCKSTEP = 0, MODE_OWN_CLOCK = 1 };

// How often a board with a clock of its own looks at the sensor's line while it sleeps.
#define LOOK_US 250

// Most bytes of one message: `size` of struct head holds them. Nothing the firmware sends comes near.
#define BYTES_MAX 0xff00u

#define WINDOW_BYTES (SLOT_BYTES - SLOT_IMAGE)

static int32_t mode;
// A watchdog that bites during a transfer must not cut a message in two: the other end would take the next for its rest.
static volatile bool transferring;
static volatile bool bitten;
static bool alone; // nobody at the other end: no sensor, no battery
static const struct port_flash *own_flash;
static uint64_t now_us;      // lockstep: the clock during the present call
static uint64_t called_at;   // instructions when the app was called
static uint64_t outside;     // of them spent in transfers since
// Stands for the flash that a chip maps into its address space.
static uint8_t window[WINDOW_BYTES] __attribute__((aligned(4096))) __attribute__((section(".flash_window")));

static void get(void *dst, uint32_t size) {
  for (uint8_t *at = dst; size > 0;) {
    const uint32_t got = port_read(at, size);
    if (got == 0) port_exit();
    at += got;
    size -= got;
  }
}

bool virtual_bitten(void) {
  if (!transferring) return true;
  bitten = true;
  return false;
}

static void begin(void) {
  transferring = true;
}

static void end(void) {
  transferring = false;
  if (bitten) port_restart();
}

static void put(enum op op, int32_t a, int32_t b, const void *src, uint32_t size, uint32_t instructions) {
  const struct head head = {(uint16_t)op, (uint16_t)size, a, b, instructions, mode == MODE_OWN_CLOCK ? port_time_us() : 0};
  if (port_write(&head, sizeof head) == 0 || (size > 0 && port_write(src, size) == 0)) port_exit();
}

// Sends, and takes the answer with at most `room` bytes to `dst`.
static struct answer exchange(enum op op, int32_t a, int32_t b, const void *src, uint32_t size, uint32_t instructions, void *dst, uint32_t room) {
  begin();
  put(op, a, b, src, size, instructions);
  struct answer answer;
  get(&answer, sizeof answer);
  if (answer.size > room) port_exit();
  get(dst, answer.size);
  end();
  return answer;
}

static int32_t ask(enum op op, int32_t a, int32_t b, const void *src, uint32_t size, void *dst, uint32_t room) {
  if (alone) return HAL_NACK;
  if (size > BYTES_MAX || room > BYTES_MAX) return HAL_RANGE;
  const uint64_t before = port_instructions();
  const int32_t result = exchange(op, a, b, src, size, 0, dst, room).result;
  outside += port_instructions() - before;
  return result;
}

static void note(enum op op, int32_t a, int32_t b, const void *src, uint32_t size) {
  if (alone) return;
  const uint64_t before = port_instructions();
  begin();
  put(op, a, b, src, size < BYTES_MAX ? size : BYTES_MAX, 0);
  end();
  outside += port_instructions() - before;
}

void virtual_alone(const struct port_flash *flash) {
  alone = true;
  mode = MODE_OWN_CLOCK;
  own_flash = flash;
}

void virtual_connect(const struct port_flash *flash) {
  own_flash = flash;
  mode = MODE_LOCKSTEP;
  mode = ask(OP_HELLO, ABI, 0, NULL, 0, &now_us, sizeof now_us);
}

// What the motor's pin did, from the timer's interrupt; told at the next wait.
enum { DROVE_MAX = 16 };
static struct drove {
  uint64_t at_us;
  int32_t strength;
} drove[DROVE_MAX];
static volatile uint32_t drove_count;

void pulses_drive(int32_t strength) {
  if (drove_count == DROVE_MAX) return;
  drove[drove_count] = (struct drove){port_time_us(), strength};
  drove_count++;
}

static void tell_motor(void) {
  struct drove told[DROVE_MAX];
  const uint32_t state = pulses_lock();
  const uint32_t count = drove_count;
  memcpy(told, drove, count * sizeof told[0]);
  drove_count = 0;
  pulses_unlock(state);
  for (uint32_t index = 0; index < count; index++) note(OP_NOTE_DROVE, told[index].strength, 0, &told[index].at_us, sizeof told[index].at_us);
}

uint64_t board_time_us(void) {
  return mode == MODE_LOCKSTEP ? now_us : port_time_us();
}
int32_t board_imu_read(int32_t reg, uint8_t *dst, uint32_t size) {
  return ask(OP_IMU_READ, reg, (int32_t)size, NULL, 0, dst, size);
}
int32_t board_imu_write(int32_t reg, const uint8_t *src, uint32_t size) {
  return ask(OP_IMU_WRITE, reg, 0, src, size, NULL, 0);
}
int32_t board_haptic_pulse(uint64_t at_us, int32_t duration_ms, int32_t strength) {
  if (mode == MODE_OWN_CLOCK) return pulses_add(at_us, duration_ms, strength);
  return ask(OP_HAPTIC_PULSE, duration_ms, strength, &at_us, sizeof at_us, NULL, 0);
}
int32_t board_haptic_stop(void) {
  if (mode != MODE_OWN_CLOCK) return ask(OP_HAPTIC_STOP, 0, 0, NULL, 0, NULL, 0);
  pulses_stop();
  return 0;
}
int32_t board_link_send(int32_t port, const uint8_t *src, uint32_t size) {
  return mode == MODE_OWN_CLOCK ? port_link_send(port, src, size) : ask(OP_LINK_SEND, port, 0, src, size, NULL, 0);
}
int32_t board_link_recv(int32_t port, uint8_t *dst, uint32_t size) {
  return mode == MODE_OWN_CLOCK ? port_link_recv(port, dst, size) : ask(OP_LINK_RECV, port, (int32_t)size, NULL, 0, dst, size);
}
int32_t board_flash_read(int32_t at, uint8_t *dst, uint32_t size) {
  if (own_flash != NULL) return own_flash->read(at, dst, size);
  return ask(OP_FLASH_READ, at, (int32_t)size, NULL, 0, dst, size);
}
int32_t board_flash_write(int32_t at, const uint8_t *src, uint32_t size) {
  if (own_flash != NULL) return own_flash->write(at, src, size);
  return ask(OP_FLASH_WRITE, at, 0, src, size, NULL, 0);
}
int32_t board_flash_erase(int32_t at, int32_t size) {
  if (own_flash != NULL) return own_flash->erase(at, size);
  return ask(OP_FLASH_ERASE, at, size, NULL, 0, NULL, 0);
}
int32_t board_battery_mv(void) {
  return ask(OP_BATTERY_MV, 0, 0, NULL, 0, NULL, 0);
}
void board_led_set(int32_t pattern) {
  note(OP_NOTE_LED, pattern, 0, NULL, 0);
}
void board_log(int32_t level, const uint8_t *text, uint32_t size) {
  if (alone) port_print(text, size);
  note(OP_NOTE_LOG, level, 0, text, size);
}

uint32_t board_wait(uint32_t sleep_us) {
  uint64_t spent = port_instructions() - called_at - outside;
  uint32_t events = 0;
  if (mode == MODE_LOCKSTEP) {
    const struct answer woken = exchange(OP_WAIT, (int32_t)sleep_us, 0, NULL, 0, (uint32_t)spent, &now_us, sizeof now_us);
    if (woken.size != sizeof now_us) port_exit();
    events = (uint32_t)woken.result;
  } else {
    const uint64_t due_us = port_time_us() + sleep_us;
    for (;;) {
      tell_motor();
      if (!alone) {
        events |= (uint32_t)exchange(OP_WAIT, (int32_t)sleep_us, 0, NULL, 0, (uint32_t)spent, NULL, 0).result;
        spent = 0; // told once
      }
      const uint64_t time_us = port_time_us();
      if (time_us >= due_us) events |= WAKE_TIMER;
      if (events != 0) break;
      events |= port_doze(!alone && due_us - time_us > LOOK_US ? time_us + LOOK_US : due_us);
    }
  }
  called_at = port_instructions();
  outside = 0;
  return events;
}

const uint8_t *board_flash_map(int32_t at, uint32_t size) {
  port_protect(window, sizeof window, true);
  for (uint32_t done = 0; done < size;) {
    const uint32_t part = size - done < 1024u ? size - done : 1024u;
    if (board_flash_read(at + (int32_t)done, window + done, part) != 0) break;
    done += part;
  }
  port_protect(window, sizeof window, false);
  return window;
}

void mbedtls_platform_zeroize(void *at, size_t size) {
  memset(at, 0, size);
}

void board_sha256(const uint8_t *src, uint32_t size, uint8_t digest[32]) {
  mbedtls_sha256(src, size, digest, 0);
}

void board_restart(void) {
  note(OP_NOTE_RESTART, 0, 0, board_retained(), 4 * RETAINED_WORDS);
  port_restart();
}

void board_runs(int32_t slot, const uint8_t digest[32]) {
  ask(OP_RUNS, slot, 0, digest, 32, NULL, 0);
}
