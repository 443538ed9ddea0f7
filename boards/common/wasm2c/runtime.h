// What C made by wasm2c needs of its runtime: one linear memory, static; traps jump to wasm2c_trapped.
#ifndef HOPCLIP_WASM2C_H
#define HOPCLIP_WASM2C_H

#include <setjmp.h>
#include <stdint.h>

// Of linear memory; __heap_base must not lie above it.
enum { WASM2C_MEMORY_BYTES = 8192 };
extern uint8_t wasm2c_memory[WASM2C_MEMORY_BYTES];

// Set before every call into the module.
extern jmp_buf wasm2c_trapped;

#endif
