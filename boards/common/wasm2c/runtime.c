// The runtime of C made by wasm2c (wabt 1.0.32, wasm-rt.h), on static memory. No table, no growth, no recursion in what it runs.
#include "runtime.h"

#include <string.h>

#include "wasm-rt.h"

uint8_t wasm2c_memory[WASM2C_MEMORY_BYTES] __attribute__((aligned(16)));
jmp_buf wasm2c_trapped;

void wasm_rt_trap(wasm_rt_trap_t code) {
  longjmp(wasm2c_trapped, (int)code);
}
bool wasm_rt_is_initialized(void) {
  return true;
}
uint32_t wasm_rt_register_func_type(uint32_t params, uint32_t results, ...) {
  (void)params;
  (void)results;
  return 0; // nothing is called by table
}
void wasm_rt_allocate_memory(wasm_rt_memory_t *of, uint32_t pages, uint32_t pages_max) {
  memset(wasm2c_memory, 0, sizeof wasm2c_memory);
  of->data = wasm2c_memory;
  of->pages = pages;
  of->max_pages = pages_max;
  of->size = sizeof wasm2c_memory;
}
void wasm_rt_free_memory(wasm_rt_memory_t *of) {
  (void)of;
}
