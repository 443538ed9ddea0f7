// The contact detector of firmware/detect, ported to C to compare what the two cost. It is a measure, not a product: no board runs it.
// The same samples give the same contacts, bit for bit; test/boards/detector.spec.ts holds the two together.
#ifndef DETECTOR_H
#define DETECTOR_H

#include <stdint.h>

// Bits that detector_push and detector_flush return: which event the sample completed.
enum {
  DETECTED_CONTACT = 1, // detector_contact() is a new finished contact
  DETECTED_AMEND = 2,   // detector_amended() is an earlier contact whose kind or hop changed
};

// What a wearer means to do, and what a contact was: as in firmware/wire/layout.ts.
enum { EXERCISE_AUTO, EXERCISE_POGO, EXERCISE_RUN, EXERCISE_WALK };
enum { KIND_NONE, KIND_WALK, KIND_RUN, KIND_HOP };

// One contact of the foot. Times are MCU time in µs. Laid out as Contact of firmware/detect/contact.ts.
typedef struct {
  uint64_t ic_us;     // initial contact
  uint64_t tc_us;     // terminal contact (toe-off); 0 while or where the foot did not leave
  uint32_t flight_us; // from the toe-off before to `ic_us`; 0 where there was none or it is unknown
  uint32_t id;        // counts up from 1 since the detector's reset
  uint8_t kind;       // KIND_*
  uint8_t hop;        // 1 where the contact lies between two flights and lasts at most 0.6 s
  uint8_t confidence; // 0..100
} Contact;

// Forgets everything. `odr_hz`: 52 104 208 416 833; `gyro`: whether rates are measured; `exercise`: EXERCISE_*, what the wearer means to do
// (0: find out). To be called before the first sample.
void detector_reset(int32_t odr_hz, int32_t gyro, int32_t exercise);

// One sample: time in µs of the MCU clock (strictly rising, gaps where samples were lost), specific force in mg, rates in 0.1 °/s
// (0 without gyroscope), `shaken` while the clip's own motor runs. Forces within ±32000 mg, rates within ±26000.
// Returns DETECTED_* bits.
int32_t detector_push(uint64_t t_us, int32_t ax_mg, int32_t ay_mg, int32_t az_mg, int32_t gx_ddps, int32_t gy_ddps, int32_t gz_ddps, int32_t shaken);

// Ends an open contact without a toe-off, as at the end of a set. Returns DETECTED_* bits.
int32_t detector_flush(void);

// The last finished contact; overwritten by the next.
const Contact *detector_contact(void);

// The last amended contact: `id`, `kind` and `hop` are set, nothing else.
const Contact *detector_amended(void);

// For how long the clip has lain still, µs, saturating.
uint32_t detector_still_us(void);

// 1 while the foot is between toe-off and initial contact, else 0.
int32_t detector_airborne(void);

#endif
