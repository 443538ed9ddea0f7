// The app as C that wasm2c made of one module, in place of an interpreter: to compare cost and behaviour. It runs that module only: an
// image with another SHA-256 is refused.
#include <stddef.h>
#include <string.h>

#include "app.h"
#include "board.h"
#include "clip.h"
#include "clip_sha256.h"
#include "layout.h"
#include "restart.h"
#include "runtime.h"
#include "wasm2c_clip.h"

static Z_clip_instance_t instance;

// A pointer of the app with its length, or a trap.
static uint8_t *span(uint32_t at, uint32_t size) {
  if (at > WASM2C_MEMORY_BYTES || size > WASM2C_MEMORY_BYTES - at) wasm_rt_trap(WASM_RT_TRAP_OOB);
  return wasm2c_memory + at;
}

struct Z_hal_instance_t;
typedef struct Z_hal_instance_t *hal;

u64 Z_halZ_time_us(hal unused) {
  (void)unused;
  return board_time_us();
}
u32 Z_halZ_imu_read(hal unused, u32 reg, u32 dst, u32 size) {
  (void)unused;
  return (u32)board_imu_read((int32_t)reg, span(dst, size), size);
}
u32 Z_halZ_imu_write(hal unused, u32 reg, u32 src, u32 size) {
  (void)unused;
  return (u32)board_imu_write((int32_t)reg, span(src, size), size);
}
u32 Z_halZ_haptic_pulse(hal unused, u64 at_us, u32 duration_ms, u32 strength) {
  (void)unused;
  return (u32)board_haptic_pulse(at_us, (int32_t)duration_ms, (int32_t)strength);
}
u32 Z_halZ_haptic_stop(hal unused) {
  (void)unused;
  return (u32)board_haptic_stop();
}
u32 Z_halZ_link_send(hal unused, u32 port, u32 src, u32 size) {
  (void)unused;
  return (u32)clip_link_send((int32_t)port, span(src, size), size);
}
u32 Z_halZ_link_recv(hal unused, u32 port, u32 dst, u32 size) {
  (void)unused;
  return (u32)board_link_recv((int32_t)port, span(dst, size), size);
}
u32 Z_halZ_flash_read(hal unused, u32 at, u32 dst, u32 size) {
  (void)unused;
  return (u32)board_flash_read((int32_t)at, span(dst, size), size);
}
u32 Z_halZ_flash_write(hal unused, u32 at, u32 src, u32 size) {
  (void)unused;
  return (u32)clip_flash_write((int32_t)at, span(src, size), size);
}
u32 Z_halZ_flash_erase(hal unused, u32 at, u32 size) {
  (void)unused;
  return (u32)clip_flash_erase((int32_t)at, (int32_t)size);
}
u32 Z_halZ_battery_mv(hal unused) {
  (void)unused;
  return (u32)board_battery_mv();
}
void Z_halZ_led_set(hal unused, u32 pattern) {
  (void)unused;
  board_led_set((int32_t)pattern);
}
void Z_halZ_log(hal unused, u32 level, u32 src, u32 size) {
  (void)unused;
  board_log((int32_t)level, span(src, size), size);
}
void Z_halZ_panic(hal unused, u32 code, u32 line) {
  (void)unused;
  restart(CAUSE_PANIC, (int32_t)code, (int32_t)line);
}
u32 Z_halZ_reset(hal unused, u32 reason) {
  (void)unused;
  restart(CAUSE_RESET, (int32_t)reason, 0);
}

int32_t app_load(const uint8_t *image, uint32_t size) {
  static const uint8_t made_of[32] = CLIP_SHA256;
  uint8_t digest[32];
  board_sha256(image, size, digest);
  if (memcmp(digest, made_of, sizeof digest) != 0) {
    static const char why[] = "this image was built of another module";
    board_log(0, (const uint8_t *)why, sizeof why - 1);
    return CAUSE_LOAD;
  }
  if (setjmp(wasm2c_trapped) != 0) return CAUSE_LOAD;
  Z_clip_init_module();
  Z_clip_instantiate(&instance, NULL);
  if (*Z_clipZ___heap_base(&instance) > WASM2C_MEMORY_BYTES) return CAUSE_LOAD;
  return Z_clipZ_abi_version(&instance) == (u32)ABI ? CAUSE_NONE : CAUSE_ABI;
}

int32_t app_init(void) {
  if (setjmp(wasm2c_trapped) != 0) return APP_TRAPPED;
  Z_clipZ_init(&instance);
  return APP_OK;
}

int32_t app_step(uint32_t events, int32_t *sleep_us) {
  if (setjmp(wasm2c_trapped) != 0) return APP_TRAPPED;
  *sleep_us = (int32_t)Z_clipZ_step(&instance, events);
  return APP_OK;
}
