// The imports of the app for WAMR: one line an import, which checks nothing (WAMR has checked pointer and length) and decides nothing.
#include "natives.h"

#include <stddef.h>

#include "board.h"
#include "clip.h"
#include "restart.h"

static int64_t time_us(wasm_exec_env_t env) {
  (void)env;
  return (int64_t)board_time_us();
}
static int32_t imu_read(wasm_exec_env_t env, int32_t reg, uint8_t *dst, uint32_t size) {
  (void)env;
  return board_imu_read(reg, dst, size);
}
static int32_t imu_write(wasm_exec_env_t env, int32_t reg, uint8_t *src, uint32_t size) {
  (void)env;
  return board_imu_write(reg, src, size);
}
static int32_t haptic_pulse(wasm_exec_env_t env, int64_t at_us, int32_t duration_ms, int32_t strength) {
  (void)env;
  return board_haptic_pulse((uint64_t)at_us, duration_ms, strength);
}
static int32_t haptic_stop(wasm_exec_env_t env) {
  (void)env;
  return board_haptic_stop();
}
static int32_t link_send(wasm_exec_env_t env, int32_t port, uint8_t *src, uint32_t size) {
  (void)env;
  return clip_link_send(port, src, size);
}
static int32_t link_recv(wasm_exec_env_t env, int32_t port, uint8_t *dst, uint32_t size) {
  (void)env;
  return board_link_recv(port, dst, size);
}
static int32_t flash_read(wasm_exec_env_t env, int32_t at, uint8_t *dst, uint32_t size) {
  (void)env;
  return board_flash_read(at, dst, size);
}
static int32_t flash_write(wasm_exec_env_t env, int32_t at, uint8_t *src, uint32_t size) {
  (void)env;
  return clip_flash_write(at, src, size);
}
static int32_t flash_erase(wasm_exec_env_t env, int32_t at, int32_t size) {
  (void)env;
  return clip_flash_erase(at, size);
}
static int32_t battery_mv(wasm_exec_env_t env) {
  (void)env;
  return board_battery_mv();
}
static void led_set(wasm_exec_env_t env, int32_t pattern) {
  (void)env;
  board_led_set(pattern);
}
static void log_text(wasm_exec_env_t env, int32_t level, uint8_t *src, uint32_t size) {
  (void)env;
  board_log(level, src, size);
}
static void panic(wasm_exec_env_t env, int32_t code, int32_t line) {
  (void)env;
  restart(CAUSE_PANIC, code, line);
}
static int32_t reset(wasm_exec_env_t env, int32_t reason) {
  (void)env;
  restart(CAUSE_RESET, reason, 0);
}

// The table WAMR keeps: it is sorted in place, so it is the one variable here.
static NativeSymbol table[] = {
    {"time_us", time_us, "()I", NULL},
    {"imu_read", imu_read, "(i*~)i", NULL},
    {"imu_write", imu_write, "(i*~)i", NULL},
    {"haptic_pulse", haptic_pulse, "(Iii)i", NULL},
    {"haptic_stop", haptic_stop, "()i", NULL},
    {"link_send", link_send, "(i*~)i", NULL},
    {"link_recv", link_recv, "(i*~)i", NULL},
    {"flash_read", flash_read, "(i*~)i", NULL},
    {"flash_write", flash_write, "(i*~)i", NULL},
    {"flash_erase", flash_erase, "(ii)i", NULL},
    {"battery_mv", battery_mv, "()i", NULL},
    {"led_set", led_set, "(i)", NULL},
    {"log", log_text, "(i*~)", NULL},
    {"panic", panic, "(ii)", NULL},
    {"reset", reset, "(i)i", NULL},
};

bool natives_register(void) {
  return wasm_runtime_register_natives("hal", table, sizeof table / sizeof table[0]);
}
