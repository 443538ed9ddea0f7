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
  KEPT_ENDS,    // of apps in a row, each soon after its start
  KEPT_CHECK,   // of the words before: not that of memory that lost its power
};
#define MAGIC 0x68636b31u
#define LINE_BYTES 64
#define ALONE_US 1000000 // between reports when there is no app, and before an app that keeps ending is started again
#define SOON_US 10000000  // an app that has run for so long has not ended soon
#define ENDS_MAX 3       // so many may end soon without a pause

// Does not compile where board.h keeps too few words.
typedef char kept_fits[KEPT_CHECK < RETAINED_WORDS ? 1 : -1];

// The app that runs, since when, and how many ended before it.
static int32_t own_slot = -1;
static bool own_confirmed;
static uint64_t own_start_us;
static uint32_t ends;

static uint32_t check(const uint32_t *kept) {
  uint32_t sum = 0;
  for (int index = 0; index < KEPT_CHECK; index++) sum = (sum << 5 | sum >> 27) ^ kept[index];
  return sum;
}

static void keep(uint32_t inside, enum cause cause, int32_t code, int32_t line) {
  uint32_t *kept = board_retained();
  kept[KEPT_MAGIC] = MAGIC;
  kept[KEPT_SLOT] = (uint32_t)(own_slot + 1);
  kept[KEPT_INSIDE] = inside;
  kept[KEPT_CAUSE] = (uint32_t)cause;
  kept[KEPT_CODE] = (uint32_t)code;
  kept[KEPT_LINE] = (uint32_t)line;
  kept[KEPT_ENDS] = ends;
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
  if (board_time_us() - own_start_us >= SOON_US) ends = 0;
  keep(0, cause, code, line);
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
  char *line = told + told_bytes;
  // The last run may have ended in the middle of a line.
  if (told_bytes == 0) {
    *line++ = '\r';
    *line++ = '\n';
  }
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

int32_t clip_flash_write(int32_t at, const uint8_t *src, uint32_t size) {
  if (!slot_allows(own_slot, own_confirmed, at, size)) return HAL_REFUSED;
  const int32_t result = board_flash_write(at, src, size);
  if (result == 0 && slot_confirms(own_slot, at, size)) own_confirmed = true;
  return result;
}

int32_t clip_flash_erase(int32_t at, int32_t size) {
  if (size < 0 || !slot_allows(own_slot, own_confirmed, at, (uint32_t)size)) return HAL_REFUSED;
  return board_flash_erase(at, size);
}

// Waits without an app. What comes on the ports is nobody's: unread it would end every sleep at once.
static void idle(uint32_t idle_us) {
  const uint64_t until_us = board_time_us() + idle_us;
  for (uint64_t now_us = board_time_us(); now_us < until_us; now_us = board_time_us()) {
    uint8_t unheard[32];
    for (int32_t port = PORT_SERIAL; port <= PORT_BLE_SMP; port++) {
      while (board_link_recv(port, unheard, sizeof unheard) > 0) continue;
    }
    board_watchdog_feed();
    board_wait((uint32_t)(until_us - now_us));
  }
}

// No app can be started: says so until somebody writes one. Flash is looked at again after a restart only.
static NORETURN void alone(const struct choice *choice) {
  for (;;) {
    tell_all(choice);
    offer_all();
    idle(ALONE_US);
  }
}

void clip_run(void) {
  board_watchdog_feed();
  const struct report ended = last();
  ends = ended.cause == CAUSE_NONE ? 0 : board_retained()[KEPT_ENDS] + 1;
  struct choice choice;
  slot_choose(&ended, &choice);
  own_slot = choice.slot;
  own_confirmed = choice.confirmed;
  keep(0, CAUSE_NONE, 0, 0);
  if (choice.slot < 0) alone(&choice);
  tell_all(&choice);
  offer_all();
  if (ends > ENDS_MAX) idle(ALONE_US);
  own_start_us = board_time_us();
  board_runs(choice.slot, choice.digest);

  board_watchdog_feed();
  keep(1, CAUSE_NONE, 0, 0);
  const int32_t refused = app_load(choice.image, choice.size);
  if (refused != CAUSE_NONE) restart((enum cause)refused, 0, 0);
  int32_t sleep_us = 0;
  int32_t result = app_init();
  if (result == APP_OK) result = app_step(0, &sleep_us);
  while (result == APP_OK && sleep_us >= 0) {
    if (ends != 0 && board_time_us() - own_start_us >= SOON_US) ends = 0;
    keep(0, CAUSE_NONE, 0, 0);
    const uint32_t events = board_wait((uint32_t)sleep_us);
    board_watchdog_feed();
    keep(1, CAUSE_NONE, 0, 0);
    result = app_step(events, &sleep_us);
  }
  restart(CAUSE_TRAP, 0, 0);
}
