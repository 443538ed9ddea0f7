# The embedding as a CMake target. Set before including: HOPCLIP_ENGINE (fast, classic or wasm2c), WAMR_BUILD_TARGET and, where it is not the
# usual one, HOPCLIP_APP_POOL_BYTES. Gives: library `hopclip_common`.
set(HOPCLIP_COMMON ${CMAKE_CURRENT_LIST_DIR})
include(${HOPCLIP_COMMON}/sources.cmake)

set(common ${HOPCLIP_COMMON}/clip.c ${HOPCLIP_COMMON}/slot.c ${HOPCLIP_COMMON}/pulses.c)

# SHA-256 alone of Mbed TLS.
set(sha256 ${MBEDTLS_DIR}/library/sha256.c)
set_source_files_properties(${sha256} PROPERTIES
  INCLUDE_DIRECTORIES "${MBEDTLS_DIR}/include;${MBEDTLS_DIR}/library;${HOPCLIP_COMMON}"
  COMPILE_DEFINITIONS "MBEDTLS_CONFIG_FILE=\"mbedtls_config.h\""
  COMPILE_OPTIONS -O2) # its inline functions have no other definition here

if (HOPCLIP_ENGINE STREQUAL "wasm2c")
  set(HOPCLIP_WASM ${HOPCLIP_COMMON}/../../build/clip.wasm CACHE FILEPATH "the module that becomes C")
  include(${HOPCLIP_COMMON}/wasm2c/wasm2c.cmake)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/wasm2c)
  wasm2c_make(${HOPCLIP_WASM} clip ${made})
  add_custom_command(
    OUTPUT ${made}/clip_sha256.h
    COMMAND ${CMAKE_COMMAND} -DWASM=${HOPCLIP_WASM} -DTO=${made}/clip_sha256.h -P ${HOPCLIP_COMMON}/wasm2c/sha256.cmake
    DEPENDS ${HOPCLIP_WASM} VERBATIM)
  list(APPEND common ${HOPCLIP_COMMON}/wasm2c/app.c ${WASM2C_SOURCES})
  add_library(hopclip_common STATIC ${common} ${made}/wasm2c_clip.c ${made}/clip_sha256.h ${sha256})
  target_compile_definitions(hopclip_common PRIVATE ${WASM2C_DEFINITIONS})
  target_compile_options(hopclip_common PRIVATE ${WASM2C_FLAGS})
  target_link_options(hopclip_common INTERFACE ${WASM2C_FLAGS})
  target_include_directories(hopclip_common PRIVATE ${made} ${WASM2C_INCLUDES})
else ()
  # Room for the loaded app, its memory and its stack; npm run bench:boards tells what is used. The fast interpreter keeps the app's code in
  # a form of its own there, about three times as long.
  if (NOT HOPCLIP_APP_POOL_BYTES)
    if (HOPCLIP_ENGINE STREQUAL "fast")
      set(HOPCLIP_APP_POOL_BYTES 163840)
    else ()
      set(HOPCLIP_APP_POOL_BYTES 40960)
    endif ()
  endif ()
  include(${HOPCLIP_COMMON}/wamr/wamr.cmake)
  add_library(hopclip_wamr STATIC ${WAMR_RUNTIME_LIB_SOURCE})
  target_compile_options(hopclip_wamr PRIVATE -w) # not our code to warn about
  target_link_libraries(hopclip_wamr PUBLIC m)
  add_library(hopclip_common STATIC ${common} ${HOPCLIP_COMMON}/app_wamr.c ${HOPCLIP_COMMON}/natives.c ${sha256})
  target_compile_definitions(hopclip_common PRIVATE APP_POOL_BYTES=${HOPCLIP_APP_POOL_BYTES})
  target_link_libraries(hopclip_common PUBLIC hopclip_wamr)
endif ()
target_include_directories(hopclip_common PUBLIC ${HOPCLIP_COMMON})
set(HOPCLIP_WARNINGS -Wall -Wextra -Werror)
set_source_files_properties(${common} ${HOPCLIP_COMMON}/app_wamr.c ${HOPCLIP_COMMON}/natives.c PROPERTIES COMPILE_OPTIONS "${HOPCLIP_WARNINGS}")
