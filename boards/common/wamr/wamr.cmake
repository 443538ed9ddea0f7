# WAMR as every board has it: an interpreter and nothing that build/clip.wasm, plain integer wasm, does not use. Set before including:
# WAMR_ROOT_DIR, WAMR_BUILD_TARGET, HOPCLIP_ENGINE (fast or classic). Gives WAMR_RUNTIME_LIB_SOURCE.
set(WAMR_BUILD_INTERP 1)
if (HOPCLIP_ENGINE STREQUAL "fast")
  set(WAMR_BUILD_FAST_INTERP 1)
elseif (HOPCLIP_ENGINE STREQUAL "classic")
  set(WAMR_BUILD_FAST_INTERP 0)
else ()
  message(FATAL_ERROR "HOPCLIP_ENGINE is fast, classic or wasm2c, not \"${HOPCLIP_ENGINE}\"")
endif ()
foreach (off AOT JIT FAST_JIT LIBC_BUILTIN LIBC_WASI SIMD REF_TYPES BULK_MEMORY SHARED_MEMORY MULTI_MODULE THREAD_MGR LIB_PTHREAD
             TAIL_CALL MEMORY_PROFILING DUMP_CALL_STACK DEBUG_INTERP MODULE_INST_CONTEXT QUICK_AOT_ENTRY GC_CORRUPTION_CHECK)
  set(WAMR_BUILD_${off} 0)
endforeach ()
set(WAMR_DISABLE_HW_BOUND_CHECK 1)
set(WAMR_DISABLE_STACK_HW_BOUND_CHECK 1)
set(WAMR_DISABLE_WAKEUP_BLOCKING_OP 1)
set(WAMR_DISABLE_APP_ENTRY 1)
set(WAMR_BUILD_PLATFORM hopclip)
set(SHARED_PLATFORM_CONFIG ${CMAKE_CURRENT_LIST_DIR}/shared_platform.cmake)
include(${WAMR_ROOT_DIR}/build-scripts/runtime_lib.cmake)
# The interpreter is where the time goes, and at the start the loader, which translates the app. Of the interpreter's many short pieces of code
# those that follow each other stay together, and one look at its registers does for all of it: 4 % fewer instructions.
file(GLOB interpreters ${WAMR_ROOT_DIR}/core/iwasm/interpreter/wasm_interp_*.c)
set_source_files_properties(${interpreters} PROPERTIES COMPILE_OPTIONS "-O2;-freorder-blocks-algorithm=simple;-fira-region=one")
set_source_files_properties(${WAMR_ROOT_DIR}/core/iwasm/interpreter/wasm_loader.c PROPERTIES COMPILE_OPTIONS -O2)
