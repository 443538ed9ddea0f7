// The clip on a Seeed XIAO nRF52840 Sense: boards/common/board.h over Zephyr. The wasm runs in the main thread, which everything else
// interrupts.
#include "board.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <psa/crypto.h>
#include <zephyr/device.h>
#include <zephyr/devicetree.h>
#include <zephyr/drivers/adc.h>
#include <zephyr/drivers/gpio.h>
#include <zephyr/drivers/i2c.h>
#include <zephyr/drivers/pwm.h>
#include <zephyr/drivers/uart.h>
#include <zephyr/drivers/watchdog.h>
#include <zephyr/kernel.h>
#include <zephyr/storage/flash_map.h>
#include <zephyr/sys/atomic.h>
#include <zephyr/sys/printk.h>
#include <zephyr/sys/reboot.h>
#include <zephyr/sys/ring_buffer.h>
#include <zephyr/sys/util.h>

#include "ble.h"
#include "clip.h"
#include "layout.h"
#include "pulses.h"

#define SENSOR DT_NODELABEL(lsm6ds3tr_c)
#define PARTS DT_PATH(zephyr_user)

BUILD_ASSERT(FIXED_PARTITION_SIZE(clip_partition) == FLASH_BYTES, "the overlay's partition is not the clip's flash");
BUILD_ASSERT(DT_REG_SIZE(DT_NODELABEL(kept)) >= RETAINED_WORDS * sizeof(uint32_t), "the overlay keeps too little RAM");
BUILD_ASSERT(CONFIG_SYS_CLOCK_TICKS_PER_SEC == 32768, "time_us promises 31 us");

// What woke the clip: set by interrupts and threads of the stacks, taken by board_wait.

static atomic_t events;
static K_SEM_DEFINE(woken, 0, 1);

static void wake(uint32_t event) {
  atomic_or(&events, (atomic_val_t)event);
  k_sem_give(&woken);
}

static void bytes_came(void) {
  wake(WAKE_LINK);
}

// Time: the RTC behind Zephyr's ticks, which runs from the 32.768 kHz crystal through every sleep.

uint64_t board_time_us(void) {
  return k_ticks_to_us_floor64((uint64_t)k_uptime_ticks());
}

// Sensor

#define WRITE_BYTES_MAX 32

static const struct i2c_dt_spec sensor = I2C_DT_SPEC_GET(SENSOR);
static const struct gpio_dt_spec int1 = GPIO_DT_SPEC_GET(SENSOR, irq_gpios);
static struct gpio_callback int1_rose;

static int32_t sensor_result(int error) {
  if (error == 0) return 0;
  return error == -EIO || error == -ENXIO ? HAL_NACK : HAL_IO; // this chip's driver tells "nobody answered" as EIO
}

int32_t board_imu_read(int32_t reg, uint8_t *dst, uint32_t size) {
  if (reg < 0 || reg > UINT8_MAX || size == 0) return HAL_RANGE;
  const uint8_t from = (uint8_t)reg;
  return sensor_result(i2c_write_read_dt(&sensor, &from, sizeof from, dst, size));
}

int32_t board_imu_write(int32_t reg, const uint8_t *src, uint32_t size) {
  if (reg < 0 || reg > UINT8_MAX || size == 0 || size > WRITE_BYTES_MAX) return HAL_RANGE;
  uint8_t message[1 + WRITE_BYTES_MAX]; // in one piece: the driver joins two only up to a buffer of its own
  message[0] = (uint8_t)reg;
  memcpy(message + 1, src, size);
  return sensor_result(i2c_write_dt(&sensor, message, 1 + size));
}

static void sensor_called(const struct device *port, struct gpio_callback *callback, uint32_t pins) {
  (void)port;
  (void)callback;
  (void)pins;
  wake(WAKE_SENSOR);
}

static bool sensor_start(void) {
  k_sleep(K_MSEC(35)); // the longest the part takes from power to its first answer; the regulator is on since Zephyr's start
  if (gpio_pin_configure_dt(&int1, GPIO_INPUT) != 0) return false;
  gpio_init_callback(&int1_rose, sensor_called, BIT(int1.pin));
  return gpio_add_callback(int1.port, &int1_rose) == 0 && gpio_pin_interrupt_configure_dt(&int1, GPIO_INT_EDGE_TO_ACTIVE) == 0;
}

// Motor: boards/common/pulses.c, run by the system timer's interrupt (RTC1), which the wasm, being a thread, cannot hold off.

#define ALARM_US_MAX 3600000000u // an alarm further off is set anew on the way: ticks of it could overflow

static const struct pwm_dt_spec motor = PWM_DT_SPEC_GET(PARTS);
static int32_t driven;
static uint64_t alarm_us = UINT64_MAX;

static void alarm_rang(struct k_timer *timer) {
  (void)timer;
  pulses_run(board_time_us());
}

static K_TIMER_DEFINE(motor_timer, alarm_rang, NULL);

void pulses_drive(int32_t strength) {
  if (strength == driven) return; // the driver waits for the end of a period to stop what already stopped
  driven = strength;
  pwm_set_dt(&motor, motor.period, motor.period * (uint32_t)strength / UINT8_MAX);
}

void pulses_alarm(uint64_t at_us) {
  alarm_us = at_us;
  if (at_us == UINT64_MAX) {
    k_timer_stop(&motor_timer);
    return;
  }
  const uint64_t latest_us = board_time_us() + ALARM_US_MAX;
  k_timer_start(&motor_timer, K_TIMEOUT_ABS_TICKS((k_ticks_t)k_us_to_ticks_ceil64(MIN(at_us, latest_us))), K_NO_WAIT);
}

uint32_t pulses_lock(void) {
  return irq_lock();
}

void pulses_unlock(uint32_t state) {
  irq_unlock(state);
}

int32_t board_haptic_pulse(uint64_t at_us, int32_t duration_ms, int32_t strength) {
  return pulses_add(at_us, duration_ms, strength);
}

int32_t board_haptic_stop(void) {
  pulses_stop();
  return 0;
}

// Serial port: USB CDC ACM

#define SERIAL_IN_BYTES 1024
#define SERIAL_OUT_BYTES 2048
#define SERIAL_PIECE_BYTES 64

static const struct device *const serial = DEVICE_DT_GET(DT_CHOSEN(hopclip_serial));
static atomic_t serial_held; // reception is off until there is room: USB keeps the bytes at the host

RING_BUF_DECLARE(serial_in, SERIAL_IN_BYTES);
RING_BUF_DECLARE(serial_out, SERIAL_OUT_BYTES);

static void serial_take(void) {
  uint8_t *room;
  const uint32_t bytes = ring_buf_put_claim(&serial_in, &room, SERIAL_PIECE_BYTES);
  if (bytes == 0) {
    uart_irq_rx_disable(serial);
    atomic_set(&serial_held, 1);
    return;
  }
  const int taken = uart_fifo_read(serial, room, (int)bytes);
  ring_buf_put_finish(&serial_in, taken > 0 ? (uint32_t)taken : 0);
  if (taken > 0) wake(WAKE_LINK);
}

static void serial_give(void) {
  uint8_t *from;
  const uint32_t bytes = ring_buf_get_claim(&serial_out, &from, SERIAL_PIECE_BYTES);
  if (bytes == 0) {
    uart_irq_tx_disable(serial);
    return;
  }
  const int given = uart_fifo_fill(serial, from, (int)bytes);
  ring_buf_get_finish(&serial_out, given > 0 ? (uint32_t)given : 0);
}

static void serial_called(const struct device *device, void *unused) {
  (void)unused;
  while (uart_irq_update(device) > 0 && uart_irq_is_pending(device) > 0) {
    if (uart_irq_rx_ready(device) > 0) serial_take();
    if (uart_irq_tx_ready(device) > 0) serial_give();
  }
}

// Whether a program on the host has the port open.
static bool serial_open(void) {
  uint32_t ready = 0;
  return uart_line_ctrl_get(serial, UART_LINE_CTRL_DTR, &ready) == 0 && ready != 0;
}

static int32_t serial_send(const uint8_t *src, uint32_t size) {
  if (!serial_open()) return HAL_CLOSED;
  const uint32_t taken = ring_buf_put(&serial_out, src, size);
  uart_irq_tx_enable(serial);
  return (int32_t)taken;
}

static int32_t serial_receive(uint8_t *dst, uint32_t size) {
  const uint32_t given = ring_buf_get(&serial_in, dst, size);
  if (given > 0 && atomic_clear(&serial_held) != 0) uart_irq_rx_enable(serial);
  return (int32_t)given;
}

static void serial_start(void) {
  if (!device_is_ready(serial)) return;
  uart_irq_callback_user_data_set(serial, serial_called, NULL);
  uart_irq_rx_enable(serial);
}

int32_t board_link_send(int32_t port, const uint8_t *src, uint32_t size) {
  return port == PORT_SERIAL ? serial_send(src, size) : ble_send(port, src, size);
}

int32_t board_link_recv(int32_t port, uint8_t *dst, uint32_t size) {
  return port == PORT_SERIAL ? serial_receive(dst, size) : ble_receive(port, dst, size);
}

// Watchdog: it runs while the processor sleeps, so board_wait feeds it.

static const struct device *const watchdog = DEVICE_DT_GET(DT_ALIAS(watchdog0));
static int watchdog_channel;

static bool watchdog_start(void) {
  const struct wdt_timeout_cfg timeout = {.window = {.min = 0, .max = WATCHDOG_MS}, .flags = WDT_FLAG_RESET_SOC};
  watchdog_channel = wdt_install_timeout(watchdog, &timeout);
  return watchdog_channel >= 0 && wdt_setup(watchdog, WDT_OPT_PAUSE_HALTED_BY_DBG) == 0;
}

void board_watchdog_feed(void) {
  wdt_feed(watchdog, watchdog_channel);
}

// Sleep

#define FEED_US (WATCHDOG_MS * 1000u / 2)
#define LEFT_US 10000u // between calls while the app leaves bytes on a port: it has no room, and calling at once would not give it any

uint32_t board_wait(uint32_t sleep_us) {
  const bool left = !ring_buf_is_empty(&serial_in) || ble_waits();
  const uint64_t until_us = board_time_us() + (left ? MIN(sleep_us, LEFT_US) : sleep_us);
  for (;;) {
    board_watchdog_feed();
    const uint32_t came = (uint32_t)atomic_clear(&events);
    if (came != 0) return came;
    const uint64_t now_us = board_time_us();
    if (now_us >= until_us) return left ? WAKE_LINK | WAKE_TIMER : WAKE_TIMER;
    k_sem_take(&woken, K_USEC(MIN(until_us - now_us, FEED_US)));
  }
}

// Flash: the overlay's partition `clip_partition` of the chip's own flash, which is memory to the processor.

#define FLASH_AT ((const uint8_t *)FIXED_PARTITION_OFFSET(clip_partition))
#define WORD_BYTES 4u
#define WRITE_PIECE_BYTES 64u // 16 words of 41 us: interrupts wait no longer, and a pulse starts in its millisecond
#define SECTOR_BYTES 4096
#define ERASE_US 100000u // of a sector, in slots between radio events during which interrupts wait up to 7.5 ms
#define ERASE_PULSES_MAX 4 // starts and ends of pulses to be waited for

static const struct flash_area *flash;

static bool within_flash(int32_t at, uint32_t size) {
  return at >= 0 && at <= FLASH_BYTES && size <= (uint32_t)(FLASH_BYTES - at);
}

int32_t board_flash_read(int32_t at, uint8_t *dst, uint32_t size) {
  if (!within_flash(at, size)) return HAL_RANGE;
  return flash_area_read(flash, at, dst, size) == 0 ? 0 : HAL_IO;
}

int32_t board_flash_write(int32_t at, const uint8_t *src, uint32_t size) {
  if (!within_flash(at, size)) return HAL_RANGE;
  for (uint32_t index = 0; index < size; index++) {
    if (FLASH_AT[(uint32_t)at + index] != UINT8_MAX) return HAL_DIRTY;
  }
  // Whole words only: what belongs to a neighbour is written as ones, which change nothing.
  for (uint32_t done = 0; done < size;) {
    const uint32_t lead = ((uint32_t)at + done) % WORD_BYTES;
    const uint32_t bytes = MIN(size - done, WRITE_PIECE_BYTES - lead);
    uint8_t piece[WRITE_PIECE_BYTES];
    memset(piece, UINT8_MAX, sizeof piece);
    memcpy(piece + lead, src + done, bytes);
    if (flash_area_write(flash, (off_t)((uint32_t)at + done - lead), piece, ROUND_UP(lead + bytes, WORD_BYTES)) != 0) return HAL_IO;
    done += bytes;
  }
  return 0;
}

// Lets a pulse that would fall into the erase of a sector go first.
static void after_pulses(void) {
  for (int count = 0; count < ERASE_PULSES_MAX; count++) {
    const unsigned int state = irq_lock();
    const uint64_t next_us = alarm_us;
    irq_unlock(state);
    const uint64_t now_us = board_time_us();
    if (next_us > now_us + ERASE_US) return;
    k_sleep(K_USEC(next_us > now_us ? next_us - now_us : 0));
  }
}

int32_t board_flash_erase(int32_t at, int32_t size) {
  if (size <= 0 || at % SECTOR_BYTES != 0 || size % SECTOR_BYTES != 0 || !within_flash(at, (uint32_t)size)) return HAL_RANGE;
  for (int32_t done = 0; done < size; done += SECTOR_BYTES) {
    board_watchdog_feed(); // a slot of the app is 16 sectors: longer than the watchdog waits
    after_pulses();
    if (flash_area_erase(flash, at + done, SECTOR_BYTES) != 0) return HAL_IO;
  }
  board_watchdog_feed();
  return 0;
}

const uint8_t *board_flash_map(int32_t at, uint32_t size) {
  (void)size;
  return FLASH_AT + at;
}

// Battery: a divider of 1 MOhm and 510 kOhm between battery and ground, connected by an output that is low.

#define BATTERY_US 60000000u
#define DIVIDER_KOHM 510
#define DIVIDER_ALL_KOHM 1510

static const struct adc_dt_spec battery = ADC_DT_SPEC_GET(PARTS);
static const struct gpio_dt_spec battery_enable = GPIO_DT_SPEC_GET(PARTS, battery_enable_gpios);
static int32_t battery_last_mv = HAL_UNKNOWN;
static uint64_t battery_at_us;

static bool battery_start(void) {
  // Connected for ever, for 3 uA: with the divider cut off, a battery that charges would lift the input above what the chip stands.
  return gpio_pin_configure_dt(&battery_enable, GPIO_OUTPUT_ACTIVE) == 0 && adc_is_ready_dt(&battery) && adc_channel_setup_dt(&battery) == 0;
}

static int32_t battery_read_mv(void) {
  int16_t sample = 0;
  struct adc_sequence sequence = {.buffer = &sample, .buffer_size = sizeof sample};
  if (adc_sequence_init_dt(&battery, &sequence) != 0 || adc_read_dt(&battery, &sequence) != 0) return HAL_UNKNOWN;
  int32_t pin_mv = sample;
  if (adc_raw_to_millivolts_dt(&battery, &pin_mv) != 0) return HAL_UNKNOWN;
  return MAX(pin_mv, 0) * DIVIDER_ALL_KOHM / DIVIDER_KOHM;
}

int32_t board_battery_mv(void) {
  const uint64_t now_us = board_time_us();
  if (battery_last_mv < 0 || now_us - battery_at_us >= BATTERY_US) {
    battery_last_mv = battery_read_mv();
    battery_at_us = now_us;
  }
  return battery_last_mv;
}

// LED: three colours that flash

enum { RED = BIT(0), GREEN = BIT(1), BLUE = BIT(2) };

static const struct gpio_dt_spec leds[] = {
  GPIO_DT_SPEC_GET(DT_ALIAS(led0), gpios),
  GPIO_DT_SPEC_GET(DT_ALIAS(led1), gpios),
  GPIO_DT_SPEC_GET(DT_ALIAS(led2), gpios),
};

struct pattern {
  uint8_t colours;
  uint16_t lit_ms;
  uint16_t dark_ms;
};

static const struct pattern patterns[] = {
  [LED_OFF] = {0, 0, 0},
  [LED_IDLE] = {GREEN, 20, 4980},
  [LED_ARMED] = {BLUE, 100, 900},
  [LED_COUNT_IN] = {BLUE, 100, 150},
  [LED_SET] = {GREEN, 50, 950},
  [LED_SUMMARY] = {GREEN | BLUE, 500, 500},
  [LED_FAULT] = {RED, 250, 250},
  [LED_BATTERY] = {RED, 20, 4980},
};

static const struct pattern *shown = &patterns[LED_OFF];
static bool lit;

static void light(uint32_t colours) {
  for (size_t index = 0; index < ARRAY_SIZE(leds); index++) gpio_pin_set_dt(&leds[index], (int)(colours >> index & 1u));
}

static void led_turn(struct k_timer *timer) {
  lit = !lit;
  light(lit ? shown->colours : 0);
  k_timer_start(timer, K_MSEC(lit ? shown->lit_ms : shown->dark_ms), K_NO_WAIT);
}

static K_TIMER_DEFINE(led_timer, led_turn, NULL);

void board_led_set(int32_t pattern) {
  if (pattern < 0 || pattern >= (int32_t)ARRAY_SIZE(patterns)) pattern = LED_OFF;
  if (shown == &patterns[pattern]) return;
  k_timer_stop(&led_timer);
  shown = &patterns[pattern];
  lit = false;
  light(0);
  if (shown->colours != 0) k_timer_start(&led_timer, K_NO_WAIT, K_NO_WAIT);
}

static void led_start(void) {
  for (size_t index = 0; index < ARRAY_SIZE(leds); index++) gpio_pin_configure_dt(&leds[index], GPIO_OUTPUT_INACTIVE);
}

// Console: SEGGER RTT (prj.conf), so that no text goes to a port

void board_log(int32_t level, const uint8_t *text, uint32_t size) {
  char line[97];
  const uint32_t bytes = MIN(size, (uint32_t)sizeof line - 1);
  memcpy(line, text, bytes);
  line[bytes] = '\0';
  printk("%d %s\n", (int)level, line);
}

void board_runs(int32_t slot, const uint8_t digest[32]) {
  printk("app %d ", (int)slot);
  for (int index = 0; index < 32; index++) printk("%02x", digest[index]);
  printk("\n");
}

// Restart. The words are where neither Zephyr nor the bootloader, which runs in between, puts anything (the overlay).

#define FLUSH_US 200000u

uint32_t *board_retained(void) {
  return (uint32_t *)DT_REG_ADDR(DT_NODELABEL(kept));
}

_Noreturn void board_restart(void) {
  pulses_stop();
  const uint64_t until_us = board_time_us() + FLUSH_US;
  while (((serial_open() && !ring_buf_is_empty(&serial_out)) || ble_sends()) && board_time_us() < until_us) k_sleep(K_MSEC(5));
  k_sleep(K_MSEC(20)); // what the drivers have taken is still on its way
  sys_reboot(SYS_REBOOT_WARM);
}

void board_sha256(const uint8_t *src, uint32_t size, uint8_t digest[32]) {
  size_t bytes = 0;
  if (psa_hash_compute(PSA_ALG_SHA_256, src, size, digest, 32, &bytes) != PSA_SUCCESS) memset(digest, 0, 32); // nobody's hash: not started
}

// A board without flash, hash or watchdog must not run an app: it blinks red and tries again.
static void require(bool works, const char *what) {
  if (works) return;
  printk("%s does not start\n", what);
  board_led_set(LED_FAULT);
  k_sleep(K_SECONDS(5));
  sys_reboot(SYS_REBOOT_WARM);
}

int main(void) {
  led_start();
  require(flash_area_open(FIXED_PARTITION_ID(clip_partition), &flash) == 0, "flash");
  require(psa_crypto_init() == PSA_SUCCESS, "crypto");
  if (!sensor_start()) printk("the sensor's interrupt does not start\n");
  if (!battery_start()) printk("the battery's input does not start\n");
  serial_start();
  if (!ble_start(bytes_came)) printk("bluetooth does not start\n");
  require(watchdog_start(), "watchdog");
  clip_run();
}
