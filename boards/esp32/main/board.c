// The clip on an ESP32-C3 or ESP32-S3: board.h over ESP-IDF v5.3.2. The radio is in ble.c, the wiring in pins.h.
#include "board.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "ble.h"
#include "clip.h"
#include "driver/gpio.h"
#include "driver/i2c_master.h"
#include "driver/sdm.h"
#include "driver/usb_serial_jtag.h"
#include "esp_adc/adc_cali.h"
#include "esp_adc/adc_cali_scheme.h"
#include "esp_adc/adc_oneshot.h"
#include "esp_attr.h"
#include "esp_err.h"
#include "esp_log.h"
#include "esp_partition.h"
#include "esp_pm.h"
#include "esp_pthread.h"
#include "esp_sleep.h"
#include "esp_system.h"
#include "esp_task_wdt.h"
#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/stream_buffer.h"
#include "freertos/task.h"
#include "layout.h"
#include "mbedtls/sha256.h"
#include "pins.h"
#include "pulses.h"

#define CPU_MHZ 160
#define CPU_IDLE_MHZ 40 // the crystal's
#define CLIP_STACK_BYTES 12288
#define USB_STACK_BYTES 2048
#define USB_PRIORITY 10 // above the clip, below the radio
#define TICK_US (1000u * portTICK_PERIOD_MS)
#define SLICE_US (WATCHDOG_MS * 1000 / 2) // the longest the clip's task waits without feeding the watchdog
#define FLUSH_MS 100                      // what ports have taken is on its way by then

#define SENSOR_ADDRESS 0x6a // SA0 low
#define SENSOR_HZ 400000
#define SENSOR_WRITE_BYTES_MAX 32

#define HAPTIC_HZ 312500   // of the bits that make the strength: 80 MHz / 256, the slowest there is
#define ALARM_US_MAX 60000000 // the timer looks again by then

#define LINK_BYTES 1024     // each way
#define LINK_SEND_BYTES 256 // the driver takes all or nothing: enough for a line, soon free again

#define BATTERY_US 60000000
#define BATTERY_MV_MIN 2500 // below: no divider is fitted
#define BATTERY_DIVIDER 2

// What the clip's task is told.
enum {
  NOTE_LINE = 1,  // INT1 has the level that was waited for
  NOTE_LINK = 2,  // bytes came
  NOTE_MOTOR = 4, // the last pulse is over
};

static TaskHandle_t clip_task;
static i2c_master_dev_handle_t sensor;
static const esp_partition_t *clip;

// Returns whether a task must be switched to.
static bool IRAM_ATTR note_from_interrupt(uint32_t note) {
  BaseType_t woken = pdFALSE;
  xTaskNotifyFromISR(clip_task, note, eSetBits, &woken);
  return woken != pdFALSE;
}

uint64_t board_time_us(void) {
  return (uint64_t)esp_timer_get_time();
}

// The sensor

static int32_t bus_result(esp_err_t error) {
  if (error == ESP_OK) return 0;
  return error == ESP_ERR_INVALID_STATE ? HAL_NACK : HAL_IO;
}

// Twice what a transfer takes on the bus, and some ticks.
static int timeout_ms(uint32_t size) {
  return 20 + (int)(size * 18 / (SENSOR_HZ / 1000));
}

int32_t board_imu_read(int32_t reg, uint8_t *dst, uint32_t size) {
  if (reg < 0 || reg > 0xff || size == 0) return HAL_RANGE;
  const uint8_t first = (uint8_t)reg;
  return bus_result(i2c_master_transmit_receive(sensor, &first, 1, dst, size, timeout_ms(size)));
}

int32_t board_imu_write(int32_t reg, const uint8_t *src, uint32_t size) {
  if (reg < 0 || reg > 0xff || size == 0 || size > SENSOR_WRITE_BYTES_MAX) return HAL_RANGE;
  uint8_t bytes[1 + SENSOR_WRITE_BYTES_MAX] = {(uint8_t)reg};
  for (uint32_t index = 0; index < size; index++) bytes[1 + index] = src[index];
  return bus_result(i2c_master_transmit(sensor, bytes, 1 + size, timeout_ms(size)));
}

// Only a level ends light sleep, so an edge of INT1 is made of two: after the level that was waited for comes its opposite.
static bool line_high = true; // the level that is waited for

static void on_line(void *unused) {
  (void)unused;
  gpio_intr_disable(PIN_INT1);
  if (note_from_interrupt(NOTE_LINE)) portYIELD_FROM_ISR();
}

static void await_line(void) {
  ESP_ERROR_CHECK(gpio_wakeup_enable(PIN_INT1, line_high ? GPIO_INTR_HIGH_LEVEL : GPIO_INTR_LOW_LEVEL));
  ESP_ERROR_CHECK(gpio_intr_enable(PIN_INT1));
}

static bool line_rose(void) {
  const bool rose = line_high;
  line_high = !line_high;
  await_line();
  return rose;
}

static void start_sensor(void) {
  const i2c_master_bus_config_t bus_config = {
      .i2c_port = I2C_NUM_0,
      .sda_io_num = PIN_SDA,
      .scl_io_num = PIN_SCL,
      .clk_source = I2C_CLK_SRC_DEFAULT,
      .glitch_ignore_cnt = 7,
      .flags.enable_internal_pullup = true,
  };
  const i2c_device_config_t device_config = {
      .dev_addr_length = I2C_ADDR_BIT_LEN_7,
      .device_address = SENSOR_ADDRESS,
      .scl_speed_hz = SENSOR_HZ,
  };
  i2c_master_bus_handle_t bus;
  ESP_ERROR_CHECK(i2c_new_master_bus(&bus_config, &bus));
  ESP_ERROR_CHECK(i2c_master_bus_add_device(bus, &device_config, &sensor));
  esp_log_level_set("i2c.master", ESP_LOG_NONE); // a refused transfer is the app's to report

  const gpio_config_t line = {.pin_bit_mask = 1ull << PIN_INT1, .mode = GPIO_MODE_INPUT, .pull_down_en = GPIO_PULLDOWN_ENABLE};
  ESP_ERROR_CHECK(gpio_config(&line));
  ESP_ERROR_CHECK(gpio_install_isr_service(0));
  ESP_ERROR_CHECK(gpio_isr_handler_add(PIN_INT1, on_line, NULL));
  ESP_ERROR_CHECK(esp_sleep_enable_gpio_wakeup());
  await_line();
}

// The motor: its strength is the density of a sigma-delta modulator, whose driver may be called from an interrupt while flash is being
// written; LEDC's duty may not. The timer's interrupt and all it calls are in RAM.

static sdm_channel_handle_t motor;
static bool motor_enabled;
static esp_timer_handle_t pulse_timer;
static volatile bool pulses_over = true;
static portMUX_TYPE pulses_mux = portMUX_INITIALIZER_UNLOCKED;

void IRAM_ATTR pulses_drive(int32_t strength) {
  sdm_channel_set_pulse_density(motor, (int8_t)(strength - 128));
}

void IRAM_ATTR pulses_alarm(uint64_t at_us) {
  esp_timer_stop(pulse_timer); // an error when it does not run
  pulses_over = at_us == UINT64_MAX;
  if (pulses_over) return;
  const uint64_t now_us = (uint64_t)esp_timer_get_time();
  const uint64_t left_us = at_us > now_us ? at_us - now_us : 0;
  esp_timer_start_once(pulse_timer, left_us < ALARM_US_MAX ? left_us : ALARM_US_MAX);
}

uint32_t IRAM_ATTR pulses_lock(void) {
  portENTER_CRITICAL_SAFE(&pulses_mux);
  return 0;
}

void IRAM_ATTR pulses_unlock(uint32_t state) {
  (void)state;
  portEXIT_CRITICAL_SAFE(&pulses_mux);
}

static void IRAM_ATTR on_pulse(void *unused) {
  (void)unused;
  pulses_run((uint64_t)esp_timer_get_time());
  if (pulses_over && note_from_interrupt(NOTE_MOTOR)) esp_timer_isr_dispatch_need_yield();
}

// Enabled, the modulator keeps its clock, and with it the chip from light sleep: a beat has not to wait for the chip to wake.
static void enable_motor(bool enabled) {
  if (enabled == motor_enabled) return;
  ESP_ERROR_CHECK(enabled ? sdm_channel_enable(motor) : sdm_channel_disable(motor));
  motor_enabled = enabled;
}

int32_t board_haptic_pulse(uint64_t at_us, int32_t duration_ms, int32_t strength) {
  enable_motor(true);
  return pulses_add(at_us, duration_ms, strength);
}

int32_t board_haptic_stop(void) {
  pulses_stop();
  return 0;
}

static void start_motor(void) {
  const sdm_config_t config = {.gpio_num = PIN_HAPTIC, .clk_src = SDM_CLK_SRC_DEFAULT, .sample_rate_hz = HAPTIC_HZ};
  ESP_ERROR_CHECK(sdm_new_channel(&config, &motor));
  pulses_drive(0);
  ESP_ERROR_CHECK(gpio_set_pull_mode(PIN_HAPTIC, GPIO_PULLDOWN_ONLY));
  ESP_ERROR_CHECK(gpio_sleep_sel_dis(PIN_HAPTIC));
  const esp_timer_create_args_t timer = {.callback = on_pulse, .dispatch_method = ESP_TIMER_ISR, .name = "pulse"};
  ESP_ERROR_CHECK(esp_timer_create(&timer, &pulse_timer));
}

// The link

static StreamBufferHandle_t usb_received;
static esp_pm_lock_handle_t usb_lock;
static bool usb_locked;

static void on_bytes(void) {
  xTaskNotify(clip_task, NOTE_LINK, eSetBits);
}

static void receive_usb(void *unused) {
  (void)unused;
  for (;;) {
    uint8_t bytes[64];
    const int size = usb_serial_jtag_read_bytes(bytes, sizeof bytes, portMAX_DELAY);
    if (size <= 0) continue;
    xStreamBufferSend(usb_received, bytes, (size_t)size, portMAX_DELAY);
    on_bytes();
  }
}

// USB does not live through light sleep.
static void lock_usb(void) {
  const bool connected = usb_serial_jtag_is_connected();
  if (connected == usb_locked) return;
  ESP_ERROR_CHECK(connected ? esp_pm_lock_acquire(usb_lock) : esp_pm_lock_release(usb_lock));
  usb_locked = connected;
}

static void start_usb(void) {
  usb_serial_jtag_driver_config_t config = {.tx_buffer_size = LINK_BYTES, .rx_buffer_size = LINK_BYTES};
  ESP_ERROR_CHECK(usb_serial_jtag_driver_install(&config));
  ESP_ERROR_CHECK(esp_pm_lock_create(ESP_PM_NO_LIGHT_SLEEP, 0, "usb", &usb_lock));
  usb_received = xStreamBufferCreate(LINK_BYTES, 1);
  if (usb_received == NULL || xTaskCreate(receive_usb, "usb", USB_STACK_BYTES, NULL, USB_PRIORITY, NULL) != pdPASS) abort();
}

int32_t board_link_send(int32_t port, const uint8_t *src, uint32_t size) {
  if (size == 0) return 0;
  if (port != PORT_SERIAL) return ble_send(port, src, size);
  if (!usb_serial_jtag_is_connected()) return HAL_CLOSED;
  return usb_serial_jtag_write_bytes(src, size < LINK_SEND_BYTES ? size : LINK_SEND_BYTES, 0);
}

int32_t board_link_recv(int32_t port, uint8_t *dst, uint32_t size) {
  if (port != PORT_SERIAL) return ble_recv(port, dst, size);
  return (int32_t)xStreamBufferReceive(usb_received, dst, size, 0);
}

// Flash

static bool inside(int32_t at, uint32_t size) {
  return at >= 0 && at <= FLASH_BYTES && size <= (uint32_t)(FLASH_BYTES - at);
}

int32_t board_flash_read(int32_t at, uint8_t *dst, uint32_t size) {
  if (!inside(at, size)) return HAL_RANGE;
  return esp_partition_read(clip, (size_t)at, dst, size) == ESP_OK ? 0 : HAL_IO;
}

int32_t board_flash_write(int32_t at, const uint8_t *src, uint32_t size) {
  if (!inside(at, size)) return HAL_RANGE;
  uint8_t old[64];
  for (uint32_t done = 0; done < size; done += sizeof old) {
    const uint32_t part = size - done < sizeof old ? size - done : sizeof old;
    if (esp_partition_read(clip, (size_t)at + done, old, part) != ESP_OK) return HAL_IO;
    for (uint32_t index = 0; index < part; index++) {
      if (old[index] != 0xff) return HAL_DIRTY;
    }
  }
  return esp_partition_write(clip, (size_t)at, src, size) == ESP_OK ? 0 : HAL_IO;
}

int32_t board_flash_erase(int32_t at, int32_t size) {
  if (size <= 0 || !inside(at, (uint32_t)size) || (at | size) % (int32_t)clip->erase_size != 0) return HAL_RANGE;
  return esp_partition_erase_range(clip, (size_t)at, (size_t)size) == ESP_OK ? 0 : HAL_IO;
}

const uint8_t *board_flash_map(int32_t at, uint32_t size) {
  static esp_partition_mmap_handle_t handle;
  static bool mapped;
  if (mapped) esp_partition_munmap(handle);
  const void *image = NULL;
  ESP_ERROR_CHECK(esp_partition_mmap(clip, (size_t)at, size, ESP_PARTITION_MMAP_DATA, &image, &handle));
  mapped = true;
  return image;
}

void board_sha256(const uint8_t *src, uint32_t size, uint8_t digest[32]) {
  if (mbedtls_sha256(src, size, digest, 0) != 0) abort();
}

// Battery and light

static adc_oneshot_unit_handle_t adc;
static adc_channel_t adc_channel;
static adc_cali_handle_t adc_scale; // NULL: the chip was never calibrated

static void start_battery(void) {
  adc_unit_t unit;
  ESP_ERROR_CHECK(adc_oneshot_io_to_channel(PIN_BATTERY, &unit, &adc_channel));
  const adc_oneshot_unit_init_cfg_t unit_config = {.unit_id = unit, .ulp_mode = ADC_ULP_MODE_DISABLE};
  ESP_ERROR_CHECK(adc_oneshot_new_unit(&unit_config, &adc));
  const adc_oneshot_chan_cfg_t channel_config = {.atten = ADC_ATTEN_DB_12, .bitwidth = ADC_BITWIDTH_DEFAULT};
  ESP_ERROR_CHECK(adc_oneshot_config_channel(adc, adc_channel, &channel_config));
  const adc_cali_curve_fitting_config_t scale = {
      .unit_id = unit, .chan = adc_channel, .atten = ADC_ATTEN_DB_12, .bitwidth = ADC_BITWIDTH_DEFAULT};
  if (adc_cali_create_scheme_curve_fitting(&scale, &adc_scale) != ESP_OK) adc_scale = NULL;
}

int32_t board_battery_mv(void) {
  static int32_t battery_mv = HAL_UNKNOWN;
  static uint64_t due_us = 0;
  const uint64_t now_us = board_time_us();
  if (now_us < due_us || adc_scale == NULL) return battery_mv;
  due_us = now_us + BATTERY_US;
  int raw = 0;
  int pin_mv = 0;
  const bool read = adc_oneshot_read(adc, adc_channel, &raw) == ESP_OK && adc_cali_raw_to_voltage(adc_scale, raw, &pin_mv) == ESP_OK;
  battery_mv = read && pin_mv * BATTERY_DIVIDER >= BATTERY_MV_MIN ? pin_mv * BATTERY_DIVIDER : HAL_UNKNOWN;
  return battery_mv;
}

struct blink {
  uint16_t lit_ms; // 0: never
  uint16_t dark_ms;
};
static const struct blink BLINKS[] = {
    [LED_OFF] = {0, 0},
    [LED_IDLE] = {20, 4980},
    [LED_ARMED] = {100, 400},
    [LED_COUNT_IN] = {100, 100},
    [LED_SET] = {20, 980},
    [LED_SUMMARY] = {500, 500},
    [LED_FAULT] = {50, 150},
    [LED_BATTERY] = {20, 1980},
};
#define BLINK_COUNT (int32_t)(sizeof BLINKS / sizeof BLINKS[0])

static const struct blink *volatile blink = &BLINKS[LED_OFF];
static esp_timer_handle_t blink_timer;

static void on_blink(void *unused) {
  (void)unused;
  static bool lit;
  const struct blink *now = blink;
  lit = !lit && now->lit_ms > 0;
  gpio_set_level(PIN_LED, lit ? LED_LIT : !LED_LIT);
  if (now->lit_ms > 0) esp_timer_start_once(blink_timer, 1000ull * (lit ? now->lit_ms : now->dark_ms));
}

void board_led_set(int32_t pattern) {
  blink = &BLINKS[pattern < 0 || pattern >= BLINK_COUNT ? LED_OFF : pattern];
  esp_timer_stop(blink_timer); // an error when it does not run
  esp_timer_start_once(blink_timer, 0);
}

static void start_led(void) {
  const gpio_config_t pin = {.pin_bit_mask = 1ull << PIN_LED, .mode = GPIO_MODE_OUTPUT};
  ESP_ERROR_CHECK(gpio_config(&pin));
  ESP_ERROR_CHECK(gpio_sleep_sel_dis(PIN_LED));
  const esp_timer_create_args_t timer = {.callback = on_blink, .dispatch_method = ESP_TIMER_TASK, .name = "blink"};
  ESP_ERROR_CHECK(esp_timer_create(&timer, &blink_timer));
  board_led_set(LED_OFF);
}

// Sleep, watchdog, restart

static bool bytes_wait(void) {
  return xStreamBufferBytesAvailable(usb_received) > 0 || ble_waiting();
}

// Whole ticks, of which the first has begun: the caller looks at the clock again.
static TickType_t ticks(uint64_t left_us) {
  const uint64_t slice_us = left_us < SLICE_US ? left_us : SLICE_US;
  return (TickType_t)((slice_us + TICK_US - 1) / TICK_US);
}

uint32_t board_wait(uint32_t sleep_us) {
  const uint64_t due_us = board_time_us() + sleep_us;
  for (;;) {
    board_watchdog_feed();
    if (pulses_over) enable_motor(false);
    lock_usb();
    const uint64_t now_us = board_time_us();
    uint32_t events = bytes_wait() ? WAKE_LINK : 0;
    if (now_us >= due_us) events |= WAKE_TIMER;
    uint32_t notes = 0;
    xTaskNotifyWait(0, UINT32_MAX, &notes, events != 0 ? 0 : ticks(due_us - now_us));
    if ((notes & NOTE_LINE) != 0 && line_rose()) events |= WAKE_SENSOR;
    if (events != 0) return events;
  }
}

void board_watchdog_feed(void) {
  ESP_ERROR_CHECK(esp_task_wdt_reset());
}

uint32_t *board_retained(void) {
  static RTC_NOINIT_ATTR uint32_t words[RETAINED_WORDS];
  return words;
}

void board_restart(void) {
  board_haptic_stop();
  vTaskDelay(pdMS_TO_TICKS(FLUSH_MS));
  esp_restart();
}

// For developers, on UART0.

void board_log(int32_t level, const uint8_t *text, uint32_t size) {
  const esp_log_level_t log_level = level <= 0 ? ESP_LOG_ERROR : level == 1 ? ESP_LOG_WARN : ESP_LOG_INFO;
  esp_log_write(log_level, "clip", "clip: %.*s\n", (int)size, (const char *)text);
}

void board_runs(int32_t slot, const uint8_t digest[32]) {
  esp_log_write(ESP_LOG_WARN, "clip", "clip: slot %d, sha256 %02x%02x%02x%02x\n", (int)slot, digest[0], digest[1], digest[2], digest[3]);
}

static void *run(void *unused) {
  (void)unused;
  clip_task = xTaskGetCurrentTaskHandle();
  clip = esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_ANY, "clip");
  if (clip == NULL || clip->size != FLASH_BYTES) abort();
  start_led();
  start_motor();
  start_battery();
  start_sensor();
  start_usb();
  ble_start(on_bytes);
  const esp_pm_config_t power = {.max_freq_mhz = CPU_MHZ, .min_freq_mhz = CPU_IDLE_MHZ, .light_sleep_enable = true};
  ESP_ERROR_CHECK(esp_pm_configure(&power));
  // A panic restarts the chip, and leaves the words of board_retained as they are.
  const esp_task_wdt_config_t watchdog = {.timeout_ms = WATCHDOG_MS, .idle_core_mask = 0, .trigger_panic = true};
  ESP_ERROR_CHECK(esp_task_wdt_reconfigure(&watchdog));
  ESP_ERROR_CHECK(esp_task_wdt_add(NULL));
  clip_run();
}

void app_main(void) {
  // WAMR asks which thread it is in, and ESP-IDF aborts when that is a task and no thread.
  esp_pthread_cfg_t config = esp_pthread_get_default_config();
  config.stack_size = CLIP_STACK_BYTES;
  config.thread_name = "clip";
  ESP_ERROR_CHECK(esp_pthread_set_cfg(&config));
  pthread_t thread;
  if (pthread_create(&thread, NULL, run, NULL) != 0) abort();
}
