# How C made by wasm2c is made and compiled. WASM2C_FLAGS are for everything in the image: seen whole (-flto -fipa-pta), linear memory and the
# record of its bounds are known not to overlap, so bounds are loaded once and not at every access.
find_program(WASM2C wasm2c)
set(WASM2C_RUNTIME /usr/src/wasm2c CACHE PATH "folder with wasm2c's wasm-rt.h")
if (NOT WASM2C OR NOT EXISTS ${WASM2C_RUNTIME}/wasm-rt.h)
  message(FATAL_ERROR "wasm2c is missing: run boards/setup.sh")
endif ()
execute_process(COMMAND ${WASM2C} --version OUTPUT_VARIABLE wasm2c_version OUTPUT_STRIP_TRAILING_WHITESPACE)
if (NOT wasm2c_version VERSION_EQUAL 1.0.32)
  message(FATAL_ERROR "wasm2c is ${wasm2c_version}, not 1.0.32 (Debian 12): others name what they make otherwise")
endif ()
set(WASM2C_FLAGS -flto -fipa-pta)
if (CMAKE_SYSTEM_PROCESSOR STREQUAL "riscv32")
  # wasm may read a word at any address. The cores meant (ESP32-C3, QEMU) do that in hardware; gcc must be told, or it reads four bytes.
  list(APPEND WASM2C_FLAGS -mno-strict-align -mtune=thead-c906)
endif ()
# No call in the firmware recurses: wasm2c need not count the depth. Bounds are checked.
set(WASM2C_DEFINITIONS WASM_RT_MEMCHECK_SIGNAL_HANDLER=0 WASM_RT_USE_STACK_DEPTH_COUNT=0)
set(WASM2C_INCLUDES ${CMAKE_CURRENT_LIST_DIR} ${WASM2C_RUNTIME})
set(WASM2C_SOURCES ${CMAKE_CURRENT_LIST_DIR}/runtime.c)

# C of module `wasm` under names with `name`, to `to`/wasm2c_`name`.c.
function(wasm2c_make wasm name to)
  file(MAKE_DIRECTORY ${to})
  add_custom_command(OUTPUT ${to}/wasm2c_${name}.c COMMAND ${WASM2C} ${wasm} -n ${name} -o ${to}/wasm2c_${name}.c DEPENDS ${wasm} VERBATIM)
  set_source_files_properties(${to}/wasm2c_${name}.c PROPERTIES COMPILE_OPTIONS "-O2;-w;-DNDEBUG")
endfunction()
