// The detector alone on an emulated core, as C or as C made of its wasm: samples come over semihosting, and each answer says how many
// instructions it took. test/bench/boards.ts is the other end.
#include <stdint.h>
#include <string.h>

#include "board.h"
#include "machine.h"

#ifdef BENCH_WASM2C
#include "runtime.h"
#include "wasm2c_detector.h"
#else
#include "detector.h"
#endif

// Semihosting operations.
enum { SYS_OPEN = 0x01, SYS_WRITE = 0x05, SYS_READ = 0x06, SYS_EXIT = 0x18 };
#define EXIT_APPLICATION 0x20026

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
  if (setjmp(wasm2c_trapped) != 0) machine_semihost(SYS_EXIT, (const void *)EXIT_APPLICATION);
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

static int32_t open_file(const char *name, uint32_t mode) {
  const uintptr_t arguments[] = {(uintptr_t)name, mode, strlen(name)};
  return machine_semihost(SYS_OPEN, arguments);
}

int main(void) {
  const int32_t out = open_file("out", 5);
  const int32_t in = open_file("in", 1);
  start();
  struct answer answer = {0, 0};
  for (;;) {
    const uintptr_t writing[] = {(uintptr_t)out, (uintptr_t)&answer, sizeof answer};
    machine_semihost(SYS_WRITE, writing);
    struct request request;
    const uintptr_t reading[] = {(uintptr_t)in, (uintptr_t)&request, sizeof request};
    if (machine_semihost(SYS_READ, reading) != 0) machine_semihost(SYS_EXIT, (const void *)EXIT_APPLICATION);
    if (request.odr_hz != 0) reset(&request);
    const uint64_t before = machine_instructions();
    const uint64_t between = machine_instructions();
    answer.found = push(&request);
    answer.instructions = (uint32_t)(machine_instructions() - between - (between - before)); // less what counting takes
  }
}
