// The app in WAMR, its interpreter built as fast or classic. All that WAMR allocates comes from one static pool.
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "board.h"
#include "layout.h"
#include "natives.h"
#include "restart.h"

#ifndef APP_POOL_BYTES
#error "APP_POOL_BYTES: room for the loaded app, its memory and its stack (boards/common/hopclip.cmake)"
#endif

// wasm operand stack, bytes: frames of the fast interpreter, which hold the constants of their functions too. The deepest chain of calls of
// the firmware takes 3.6 to 4 KB, with the classic interpreter 4.1 to 4.3.
#define STACK_BYTES 5120

static uint8_t pool[APP_POOL_BYTES] __attribute__((aligned(8)));

static wasm_exec_env_t env;
static wasm_function_inst_t function_init;
static wasm_function_inst_t function_step;

static void say(const char *text) {
  board_log(0, (const uint8_t *)text, (uint32_t)strlen(text));
}

static bool start(void) {
  RuntimeInitArgs args;
  memset(&args, 0, sizeof args);
  args.mem_alloc_type = Alloc_With_Pool;
  args.mem_alloc_option.pool.heap_buf = pool;
  args.mem_alloc_option.pool.heap_size = sizeof pool;
  return wasm_runtime_full_init(&args) && natives_register();
}

// WAMR only warns about an import nobody gives, and traps when it is called.
static bool linked(wasm_module_t module) {
  const int32_t count = wasm_runtime_get_import_count(module);
  for (int32_t index = 0; index < count; index++) {
    wasm_import_t import;
    wasm_runtime_get_import_type(module, index, &import);
    if (import.kind != WASM_IMPORT_EXPORT_KIND_FUNC || !import.linked) {
      say(import.name);
      return false;
    }
  }
  return true;
}

// A function of the app by name, if it takes and gives so many i32.
static wasm_function_inst_t function(wasm_module_inst_t instance, const char *name, uint32_t parameters, uint32_t results) {
  const wasm_function_inst_t found = wasm_runtime_lookup_function(instance, name);
  if (found == NULL || wasm_func_get_param_count(found, instance) != parameters || wasm_func_get_result_count(found, instance) != results) {
    say(name);
    return NULL;
  }
  wasm_valkind_t kind = WASM_I32;
  if (parameters == 1) wasm_func_get_param_types(found, instance, &kind);
  if (kind == WASM_I32 && results == 1) wasm_func_get_result_types(found, instance, &kind);
  return kind == WASM_I32 ? found : NULL;
}

int32_t app_load(const uint8_t *image, uint32_t size) {
  if (!start()) return CAUSE_LOAD;
  char error[96];
  LoadArgs load;
  memset(&load, 0, sizeof load);
  load.name = "";
  load.wasm_binary_freeable = true; // the fast interpreter keeps nothing of the image, and does not write to it
  const wasm_module_t module = wasm_runtime_load_ex((uint8_t *)(uintptr_t)image, size, &load, error, sizeof error);
  if (module == NULL) {
    say(error);
    return CAUSE_LOAD;
  }
  if (!linked(module)) return CAUSE_LOAD;
  const wasm_module_inst_t instance = wasm_runtime_instantiate(module, STACK_BYTES, 0, error, sizeof error);
  if (instance == NULL) {
    say(error);
    return CAUSE_LOAD;
  }
  const wasm_function_inst_t abi = function(instance, "abi_version", 0, 1);
  function_init = function(instance, "init", 0, 0);
  function_step = function(instance, "step", 1, 1);
  env = wasm_runtime_create_exec_env(instance, STACK_BYTES);
  if (env == NULL) say("no room for the app's stack");
  if (abi == NULL || function_init == NULL || function_step == NULL || env == NULL) return CAUSE_LOAD;
  mem_alloc_info_t memory;
  if (wasm_runtime_get_mem_alloc_info(&memory)) {
    char text[48];
    snprintf(text, sizeof text, "pool: %u of %u bytes", (unsigned)memory.highmark_size, (unsigned)memory.total_size);
    board_log(2, (const uint8_t *)text, (uint32_t)strlen(text));
  }
  uint32_t cell = 0;
  board_watchdog_feed();
  if (!wasm_runtime_call_wasm(env, abi, 0, &cell)) return CAUSE_LOAD;
  return cell == (uint32_t)ABI ? CAUSE_NONE : CAUSE_ABI;
}

static int32_t call(wasm_function_inst_t which, uint32_t count, uint32_t *cells) {
  if (wasm_runtime_call_wasm(env, which, count, cells)) return APP_OK;
  say(wasm_runtime_get_exception(wasm_runtime_get_module_inst(env)));
  return APP_TRAPPED;
}

int32_t app_init(void) {
  uint32_t none = 0;
  return call(function_init, 0, &none);
}

int32_t app_step(uint32_t events, int32_t *sleep_us) {
  uint32_t cell = events;
  const int32_t result = call(function_step, 1, &cell);
  *sleep_us = (int32_t)cell;
  return result;
}
