// Plays a text of samples to the detector and prints what it says, for the comparison with the wasm. Lines in: "r odr_hz gyro exercise"
// resets, "p t_us ax ay az gx gy gz shaken" pushes, "f" flushes. Lines out begin with the number of samples pushed since the reset.
#include "detector.h"

#include <inttypes.h>
#include <stdio.h>

static uint32_t samples;
static int32_t airborne;

static void tell(int32_t bits) {
  if (bits & DETECTED_AMEND) {
    const Contact *c = detector_amended();
    printf("%" PRIu32 " amended %" PRIu32 " %u %u\n", samples, c->id, c->kind, c->hop);
  }
  if (bits & DETECTED_CONTACT) {
    const Contact *c = detector_contact();
    printf("%" PRIu32 " contact %" PRIu32 " %" PRIu64 " %" PRIu64 " %" PRIu32, samples, c->id, c->ic_us, c->tc_us, c->flight_us);
    printf(" %u %u %u\n", c->kind, c->hop, c->confidence);
  }
  if (detector_airborne() != airborne) {
    airborne = detector_airborne();
    printf("%" PRIu32 " airborne %" PRId32 " still %" PRIu32 "\n", samples, airborne, detector_still_us());
  }
}

int main(void) {
  char what;
  while (scanf(" %c", &what) == 1) {
    if (what == 'r') {
      int32_t odr_hz, gyro, exercise;
      if (scanf("%" SCNd32 "%" SCNd32 "%" SCNd32, &odr_hz, &gyro, &exercise) != 3) return 1;
      detector_reset(odr_hz, gyro, exercise);
      samples = 0;
      airborne = 0;
      printf("reset\n");
    } else if (what == 'p') {
      uint64_t t_us;
      int32_t v[7];
      if (scanf("%" SCNu64, &t_us) != 1) return 1;
      for (int i = 0; i < 7; i++) {
        if (scanf("%" SCNd32, &v[i]) != 1) return 1;
      }
      samples++;
      tell(detector_push(t_us, v[0], v[1], v[2], v[3], v[4], v[5], v[6]));
    } else if (what == 'f') {
      tell(detector_flush());
      printf("%" PRIu32 " flushed, still %" PRIu32 "\n", samples, detector_still_us());
    } else {
      return 1;
    }
  }
  return 0;
}
