// App slots in flash. Every mark is a word of its own, written once to erased bytes: a power cut leaves it as it was, or set.
#include "slot.h"

#include <stdbool.h>
#include <string.h>

#include "board.h"
#include "layout.h"

#define ERASED 0xffffffffu
#define IMAGE_BYTES_MAX (SLOT_BYTES - SLOT_IMAGE)

static uint32_t word_at(const uint8_t *header, int32_t at) {
  return (uint32_t)header[at] | (uint32_t)header[at + 1] << 8 | (uint32_t)header[at + 2] << 16 | (uint32_t)header[at + 3] << 24;
}

static int32_t address(int32_t slot, int32_t at) {
  return SLOT_START + slot * SLOT_BYTES + at;
}

static bool mark(int32_t slot, int32_t at, uint32_t value) {
  const uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
  return board_flash_write(address(slot, at), bytes, sizeof bytes) == 0;
}

static void report(struct choice *choice, int32_t slot, enum cause cause, int32_t code, int32_t line) {
  if (choice->report_count == REPORTS_MAX) return;
  choice->reports[choice->report_count++] = (struct report){slot, cause, code, line};
}

// Whether the slot holds an app that may be tried, as far as its header tells; marks and reports what the last run made of it.
static bool eligible(int32_t slot, const uint8_t *header, const struct report *ended, struct choice *choice) {
  if (word_at(header, SLOT_MAGIC_AT) != (uint32_t)SLOT_MAGIC) return false;
  if (word_at(header, SLOT_REFUSED_AT) != ERASED) return false;
  const bool trial = word_at(header, SLOT_TRIED_AT) != ERASED && word_at(header, SLOT_CONFIRMED_AT) == ERASED;
  const bool own = ended->slot == slot && ended->cause != CAUSE_NONE;
  const bool unfit = own && (ended->cause == CAUSE_ABI || ended->cause == CAUSE_LOAD);
  if (!trial && !unfit) {
    if (own && ended->cause != CAUSE_RESET) report(choice, slot, ended->cause, ended->code, ended->line);
    return true;
  }
  const enum cause cause = own && ended->cause != CAUSE_RESET ? ended->cause : CAUSE_EARLY;
  mark(slot, SLOT_REFUSED_AT, (uint32_t)cause);
  report(choice, slot, cause, own ? ended->code : 0, own ? ended->line : 0);
  return false;
}

// Whether the image is whole; then it is the choice.
static bool whole(int32_t slot, const uint8_t *header, struct choice *choice) {
  const uint32_t size = word_at(header, SLOT_LENGTH_AT);
  if (size == 0 || size > (uint32_t)IMAGE_BYTES_MAX) {
    report(choice, slot, CAUSE_LENGTH, 0, 0);
    return false;
  }
  const uint8_t *image = board_flash_map(address(slot, SLOT_IMAGE), size);
  board_sha256(image, size, choice->digest);
  if (memcmp(choice->digest, header + SLOT_SHA256_AT, sizeof choice->digest) != 0) {
    report(choice, slot, CAUSE_HASH, 0, 0);
    return false;
  }
  const bool confirmed = word_at(header, SLOT_CONFIRMED_AT) != ERASED;
  // Without its mark a trial could not be told from a first start later on, and would be tried for ever.
  if (!confirmed && !mark(slot, SLOT_TRIED_AT, 0)) {
    report(choice, slot, CAUSE_EARLY, 0, 0);
    return false;
  }
  choice->slot = slot;
  choice->confirmed = confirmed;
  choice->image = image;
  choice->size = size;
  return true;
}

// Whether [at, at + size) and so many bytes of a slot from `from` on share any.
static bool touches(int32_t slot, int32_t from, int32_t bytes, int32_t at, uint32_t size) {
  const int64_t start = address(slot, from);
  return at < start + bytes && (int64_t)at + size > start;
}

bool slot_confirms(int32_t own, int32_t at, uint32_t size) {
  return size == 4 && at == address(own, SLOT_CONFIRMED_AT);
}

bool slot_allows(int32_t own, bool confirmed, int32_t at, uint32_t size) {
  if (slot_confirms(own, at, size)) return true;
  for (int32_t slot = 0; slot < SLOTS; slot++) {
    if (!touches(slot, 0, SLOT_BYTES, at, size)) continue;
    if (slot == own || !confirmed) return false;
    // A whole sector is erased with its marks; written they are by nobody but the board.
    if (size < (uint32_t)SLOT_IMAGE && touches(slot, SLOT_TRIED_AT, SLOT_HEADER_BYTES - SLOT_TRIED_AT, at, size)) return false;
  }
  return true;
}

void slot_choose(const struct report *ended, struct choice *choice) {
  uint8_t headers[SLOTS][SLOT_HEADER_BYTES];
  bool left[SLOTS];
  choice->slot = -1;
  choice->confirmed = false;
  choice->report_count = 0;
  for (int32_t slot = 0; slot < SLOTS; slot++) {
    left[slot] = board_flash_read(address(slot, 0), headers[slot], SLOT_HEADER_BYTES) == 0 && eligible(slot, headers[slot], ended, choice);
  }
  for (int32_t round = 0; round < SLOTS; round++) {
    int32_t newest = -1;
    for (int32_t slot = 0; slot < SLOTS; slot++) {
      if (left[slot] && (newest < 0 || word_at(headers[slot], SLOT_SEQUENCE_AT) > word_at(headers[newest], SLOT_SEQUENCE_AT))) newest = slot;
    }
    if (newest < 0 || whole(newest, headers[newest], choice)) return;
    left[newest] = false;
  }
}
