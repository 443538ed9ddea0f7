// What a board is: the functions below and nothing more. Everything else (checking and loading the app, the loop, rolling back) is in
// this folder and the same on every board. boards/HAL.md is the contract of each function; here stands what C adds to it.
#ifndef HOPCLIP_BOARD_H
#define HOPCLIP_BOARD_H

#include <stdint.h>

// Compilers of all boards know this; C99 has no word for it.
#define NORETURN __attribute__((noreturn))

// Errors of the seam (boards/HAL.md, "Errors").
enum {
  HAL_NACK = -1,    // nobody answered
  HAL_REFUSED = -2, // the part does not do this
  HAL_RANGE = -3,   // address, size or value outside the part
  HAL_FULL = -4,    // no place in the queue
  HAL_DIRTY = -5,   // flash: a byte to be written is not erased
  HAL_IO = -6,      // the part failed
  HAL_CLOSED = -7,  // link: nobody on this port
  HAL_UNKNOWN = -8, // no reading
};

// One function an import of the same name. Pointers are checked before and lie in the app's memory; they are valid during the call only.
uint64_t board_time_us(void);
int32_t board_imu_read(int32_t reg, uint8_t *dst, uint32_t size);
int32_t board_imu_write(int32_t reg, const uint8_t *src, uint32_t size);
int32_t board_haptic_pulse(uint64_t at_us, int32_t duration_ms, int32_t strength);
int32_t board_haptic_stop(void);
int32_t board_link_send(int32_t port, const uint8_t *src, uint32_t size);
int32_t board_link_recv(int32_t port, uint8_t *dst, uint32_t size);
int32_t board_flash_read(int32_t at, uint8_t *dst, uint32_t size);
int32_t board_flash_write(int32_t at, const uint8_t *src, uint32_t size);
int32_t board_flash_erase(int32_t at, int32_t size);
int32_t board_battery_mv(void);
void board_led_set(int32_t pattern);
void board_log(int32_t level, const uint8_t *text, uint32_t size);

// Sleeps until `sleep_us` are over, the sensor's interrupt rises or bytes wait on a port; returns the WAKE_* bits of what came. The
// watchdog MUST be fed while it sleeps, and MUST be running when it returns: what follows is the app.
uint32_t board_wait(uint32_t sleep_us);

// Fed before every call into the app. A call that lasts longer than WATCHDOG_MS MUST end in a restart with `board_retained` untouched.
void board_watchdog_feed(void);
#define WATCHDOG_MS 2000

// RETAINED_WORDS words that outlive a restart but not the loss of power (then they hold anything).
uint32_t *board_retained(void);
#define RETAINED_WORDS 8

// Restarts the processor; what ports and flash have taken is written first. Never returns.
NORETURN void board_restart(void);

// Where `size` bytes of the clip's flash at `at`, an app's image, can be read as memory until the next restart. MUST NOT be NULL. Only one
// image is in use at a time: the address MAY be the same for all.
const uint8_t *board_flash_map(int32_t at, uint32_t size);

// SHA-256 of `size` bytes to `digest`, by the library the board has.
void board_sha256(const uint8_t *src, uint32_t size, uint8_t digest[32]);

// Told once a boot which app is about to run: slot and SHA-256 of its image, as computed from flash. For a console or a test.
void board_runs(int32_t slot, const uint8_t digest[32]);

#endif
