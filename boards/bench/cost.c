// The detector alone on an emulated core, as C or as C made of its wasm: samples come over semihosting, and each answer says how many
// instructions it took. test/bench/boards.ts is the other end.
#include <stdint.h>

#include "board.h"
#include "machine.h"
#include "semihost.h"

#ifdef BENCH_WASM2C
#include "runtime.h"
#include "wasm2c_detector.h"
#else
#include "detector.h"
#endif

struct request {
  uint64_t t_us;
  int32_t axes[6]; // mg, 0.1 degrees a second
  int32_t shaken;
  int32_t odr_hz; // other than 0: resets to this rate first, with gyroscope
  int32_t exercise;
  int32_t spare;
};

struct answer {
  uint32_t instructions;
  uint32_t found; // DETECTED_* bits
};

#ifdef BENCH_WASM2C
static Z_detector_instance_t instance;

static void start(void) {
  if (setjmp(wasm2c_trapped) != 0) semihost_exit();
  Z_detector_init_module();
  Z_detector_instantiate(&instance, NULL);
}
static void reset(const struct request *request) {
  Z_detectorZ_reset(&instance, (u32)request->odr_hz, 1, (u32)request->exercise);
}
static uint32_t push(const struct request *request) {
  const int32_t *const axes = request->axes;
  return Z_detectorZ_push(&instance, request->t_us, (u32)axes[0], (u32)axes[1], (u32)axes[2], (u32)axes[3], (u32)axes[4], (u32)axes[5],
                          (u32)request->shaken);
}
#else
static void start(void) {}
static void reset(const struct request *request) {
  detector_reset(request->odr_hz, 1, request->exercise);
}
static uint32_t push(const struct request *request) {
  const int32_t *const axes = request->axes;
  return (uint32_t)detector_push(request->t_us, axes[0], axes[1], axes[2], axes[3], axes[4], axes[5], request->shaken);
}
#endif

void machine_on_alarm(void) {}
void machine_on_watchdog(void) {}
bool machine_room(void) {
  return false;
}
void machine_on_byte(uint8_t byte) {
  (void)byte;
}

int main(void) {
  const int32_t out = semihost_open("out", true);
  const int32_t in = semihost_open("in", false);
  start();
  struct answer answer = {0, 0};
  for (;;) {
    semihost_write(out, &answer, sizeof answer);
    struct request request;
    if (semihost_read(in, &request, sizeof request) != sizeof request) semihost_exit();
    if (request.odr_hz != 0) reset(&request);
    const uint64_t before = machine_instructions();
    const uint64_t between = machine_instructions();
    answer.found = push(&request);
    answer.instructions = (uint32_t)(machine_instructions() - between - (between - before)); // less what counting takes
  }
}
