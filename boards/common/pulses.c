// The motor's queue of pulses: sorted by start. A pulse that starts while another plays takes its place.
#include "pulses.h"

#include "board.h"

#define DURATION_MS_MAX 1000

struct pulse {
  uint64_t at_us;
  uint32_t duration_us;
  int32_t strength;
};

static struct pulse queue[PULSES_MAX];
static int32_t queued;
static uint64_t off_us = UINT64_MAX; // when the pulse at play ends

static void set_alarm(void) {
  uint64_t next_us = off_us;
  if (queued > 0 && queue[0].at_us < next_us) next_us = queue[0].at_us;
  pulses_alarm(next_us);
}

int32_t pulses_add(uint64_t at_us, int32_t duration_ms, int32_t strength) {
  if (duration_ms < 1 || duration_ms > DURATION_MS_MAX || strength < 0 || strength > 255) return HAL_RANGE;
  const uint32_t state = pulses_lock();
  if (queued == PULSES_MAX) {
    pulses_unlock(state);
    return HAL_FULL;
  }
  int32_t place = queued++;
  for (; place > 0 && queue[place - 1].at_us > at_us; place--) queue[place] = queue[place - 1];
  queue[place] = (struct pulse){at_us, (uint32_t)duration_ms * 1000u, strength};
  set_alarm();
  pulses_unlock(state);
  return 0;
}

void pulses_stop(void) {
  const uint32_t state = pulses_lock();
  queued = 0;
  off_us = UINT64_MAX;
  pulses_drive(0);
  set_alarm();
  pulses_unlock(state);
}

void pulses_run(uint64_t now_us) {
  const uint32_t state = pulses_lock();
  if (off_us <= now_us) {
    pulses_drive(0);
    off_us = UINT64_MAX;
  }
  while (queued > 0 && queue[0].at_us <= now_us) {
    const struct pulse pulse = queue[0];
    queued--;
    for (int32_t place = 0; place < queued; place++) queue[place] = queue[place + 1];
    pulses_drive(pulse.strength);
    off_us = now_us + pulse.duration_us;
  }
  set_alarm();
  pulses_unlock(state);
}
