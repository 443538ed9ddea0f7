// The clip on a board: what ended the last run is told on the link, an app is chosen and loaded, then stepped for ever.
#include "clip.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "app.h"
#include "board.h"
#include "layout.h"
#include "restart.h"
#include "slot.h"

// What is kept over a restart, in words of board_retained().
enum {
  KEPT_MAGIC,
  KEPT_SLOT,    // that ran, plus 1; 0: none
  KEPT_INSIDE,  // 1: the app is being called
  KEPT_CAUSE,   // enum cause
  KEPT_CODE,
  KEPT_LINE,
  KEPT_CHECK,   // of the words before: not that of memory that lost its power
};
#define MAGIC 0x68636b31u
#define LINE_BYTES 64
#define ALONE_US 1000000 // between reports when there is no app

// Does not compile where board.h keeps too few words.
typedef char kept_fits[KEPT_CHECK < RETAINED_WORDS ? 1 : -1];

static uint32_t check(const uint32_t *kept) {
  uint32_t sum = 0;
  for (int index = 0; index < KEPT_CHECK; index++) sum = (sum << 5 | sum >> 27) ^ kept[index];
  return sum;
}

static void keep(int32_t slot, uint32_t inside, enum cause cause, int32_t code, int32_t line) {
  uint32_t *kept = board_retained();
  kept[KEPT_MAGIC] = MAGIC;
  kept[KEPT_SLOT] = (uint32_t)(slot + 1);
  kept[KEPT_INSIDE] = inside;
  kept[KEPT_CAUSE] = (uint32_t)cause;
  kept[KEPT_CODE] = (uint32_t)code;
  kept[KEPT_LINE] = (uint32_t)line;
  kept[KEPT_CHECK] = check(kept);
}

// How the last run ended; cause CAUSE_NONE after a loss of power, or a restart nobody asked for while the app slept.
static struct report last(void) {
  const uint32_t *kept = board_retained();
  if (kept[KEPT_MAGIC] != MAGIC || kept[KEPT_CHECK] != check(kept)) return (struct report){-1, CAUSE_NONE, 0, 0};
  enum cause cause = (enum cause)kept[KEPT_CAUSE];
  if (cause == CAUSE_NONE && kept[KEPT_INSIDE] != 0) cause = CAUSE_HANG;
  return (struct report){(int32_t)kept[KEPT_SLOT] - 1, cause, (int32_t)kept[KEPT_CODE], (int32_t)kept[KEPT_LINE]};
}

void restart(enum cause cause, int32_t code, int32_t line) {
  keep((int32_t)board_retained()[KEPT_SLOT] - 1, 0, cause, code, line);
  board_restart();
}

// Writes a decimal number and returns where it ends.
static char *decimal(char *to, int32_t value) {
  char digits[11];
  int count = 0;
  uint32_t rest = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
  if (value < 0) *to++ = '-';
  do digits[count++] = (char)('0' + rest % 10);
  while ((rest /= 10) != 0);
  while (count > 0) *to++ = digits[--count];
  return to;
}

// CRC-16/XMODEM, as firmware/wire/layout.ts.
static uint32_t crc16(const char *from, const char *to) {
  uint32_t crc = 0;
  for (; from < to; from++) {
    crc ^= (uint32_t)(uint8_t)*from << 8;
    for (int bit = 0; bit < 8; bit++) crc = (crc & 0x8000u) != 0 ? crc << 1 ^ 0x1021u : crc << 1;
  }
  return crc & 0xffffu;
}

// What the board has to tell: lines RST of firmware/PROTOCOL.md, each port's own way through them.
static char told[REPORTS_MAX * LINE_BYTES];
static uint32_t told_bytes;
static uint32_t taken_bytes[PORT_BLE_UART + 1];

static void tell(const struct report *report, int32_t runs) {
  char *const line = told + told_bytes;
  memcpy(line, "$HC,0,RST,", 10);
  char *at = decimal(line + 10, report->slot);
  const int32_t values[] = {(int32_t)report->cause, report->code, report->line};
  for (size_t index = 0; index < sizeof values / sizeof values[0]; index++) {
    *at++ = ',';
    at = decimal(at, values[index]);
  }
  *at++ = ',';
  if (runs < 0) *at++ = '-';
  else at = decimal(at, runs);
  const uint32_t crc = crc16(line + 1, at);
  *at++ = '*';
  for (int shift = 12; shift >= 0; shift -= 4) *at++ = "0123456789ABCDEF"[crc >> shift & 15u];
  *at++ = '\r';
  *at++ = '\n';
  told_bytes = (uint32_t)(at - told);
}

static void tell_all(const struct choice *choice) {
  static const struct report nothing = {-1, CAUSE_LOAD, 0, 0};
  told_bytes = 0;
  memset(taken_bytes, 0, sizeof taken_bytes);
  for (int32_t index = 0; index < choice->report_count; index++) tell(&choice->reports[index], choice->slot);
  if (told_bytes == 0 && choice->slot < 0) tell(&nothing, -1);
}

// Offers a port what it has not taken yet; false when there is still something left, then *result is why: 0 full, or an error.
static bool offer(int32_t port, int32_t *result) {
  while (taken_bytes[port] < told_bytes) {
    *result = board_link_send(port, (const uint8_t *)told + taken_bytes[port], told_bytes - taken_bytes[port]);
    if (*result <= 0) return false;
    taken_bytes[port] += (uint32_t)*result;
  }
  return true;
}

int32_t clip_link_send(int32_t port, const uint8_t *src, uint32_t size) {
  int32_t result;
  if ((port == PORT_SERIAL || port == PORT_BLE_UART) && !offer(port, &result)) return result;
  return board_link_send(port, src, size);
}

static void offer_all(void) {
  int32_t ignored;
  for (int32_t port = PORT_SERIAL; port <= PORT_BLE_UART; port++) offer(port, &ignored);
}

// No app can be started: says so until somebody writes one. Flash is looked at again after a restart only.
static NORETURN void alone(const struct choice *choice) {
  for (;;) {
    tell_all(choice);
    offer_all();
    board_wait(ALONE_US);
  }
}

void clip_run(void) {
  board_watchdog_feed();
  const struct report ended = last();
  struct choice choice;
  slot_choose(&ended, &choice);
  keep(choice.slot, 0, CAUSE_NONE, 0, 0);
  if (choice.slot < 0) alone(&choice);
  tell_all(&choice);
  offer_all();
  board_runs(choice.slot, choice.digest);

  board_watchdog_feed();
  keep(choice.slot, 1, CAUSE_NONE, 0, 0);
  const int32_t refused = app_load(choice.image, choice.size);
  if (refused != CAUSE_NONE) restart((enum cause)refused, 0, 0);
  int32_t sleep_us = 0;
  int32_t result = app_init();
  if (result == APP_OK) result = app_step(0, &sleep_us);
  while (result == APP_OK && sleep_us >= 0) {
    keep(choice.slot, 0, CAUSE_NONE, 0, 0);
    const uint32_t events = board_wait((uint32_t)sleep_us);
    board_watchdog_feed();
    keep(choice.slot, 1, CAUSE_NONE, 0, 0);
    result = app_step(events, &sleep_us);
  }
  restart(CAUSE_TRAP, 0, 0);
}
