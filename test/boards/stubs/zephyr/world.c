// The SDK's side of the declarations, for a run on the host: a clock that only sleep moves, flash that takes whole words, a central that
// is never late. `world <scenario>` starts the board; where the embedding would run, the scenario does. Exit status 0: all held.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <psa/crypto.h>
#include <zephyr/bluetooth/bluetooth.h>
#include <zephyr/bluetooth/gatt.h>
#include <zephyr/drivers/adc.h>
#include <zephyr/drivers/gpio.h>
#include <zephyr/drivers/i2c.h>
#include <zephyr/drivers/pwm.h>
#include <zephyr/drivers/uart.h>
#include <zephyr/drivers/watchdog.h>
#include <zephyr/kernel.h>
#include <zephyr/settings/settings.h>
#include <zephyr/storage/flash_map.h>
#include <zephyr/sys/atomic.h>
#include <zephyr/sys/printk.h>
#include <zephyr/sys/reboot.h>
#include <zephyr/sys/ring_buffer.h>

#include "board.h"
#include "clip.h"
#include "layout.h"

#define CHECK(holds) \
  do { \
    if (!(holds)) { \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #holds); \
      exit(1); \
    } \
  } while (0)

const struct device stub_device = {"any"};
static const char *scenario;

// Kernel

#define TIMERS 4
#define NEVER INT64_MAX

static int64_t now;
static int64_t fed = NEVER; // the watchdog, once it runs
static struct {
  struct k_timer *timer;
  int64_t at;
} timers[TIMERS];
static void (*appointment)(void);
static int64_t appointment_at = NEVER;
static struct k_work *submitted;

static void go(int64_t to) {
  while (now < to) {
    now++;
    CHECK(fed == NEVER || k_ticks_to_us_floor64((uint64_t)(now - fed)) < WATCHDOG_MS * 1000u);
    for (int index = 0; index < TIMERS; index++) {
      if (timers[index].timer == NULL || timers[index].at > now) continue;
      timers[index].at = NEVER;
      timers[index].timer->expiry_fn(timers[index].timer);
    }
    if (now == appointment_at) appointment();
  }
}

uint64_t k_ticks_to_us_floor64(uint64_t ticks) { return ticks * 15625 / 512; }
uint64_t k_us_to_ticks_ceil64(uint64_t us) { return (us * 512 + 15624) / 15625; }
int64_t k_uptime_ticks(void) { return now; }
unsigned int irq_lock(void) { return 0; }
void irq_unlock(unsigned int key) { (void)key; }
int32_t k_sleep(k_timeout_t timeout) {
  go(now + timeout.ticks);
  return 0;
}
void k_sem_give(struct k_sem *sem) { sem->count = 1; }
int k_sem_take(struct k_sem *sem, k_timeout_t timeout) {
  for (const int64_t end = now + timeout.ticks; now < end && sem->count == 0;) go(now + 1);
  const int given = sem->count > 0 ? 0 : -11;
  sem->count = 0;
  return given;
}
void k_timer_start(struct k_timer *timer, k_timeout_t duration, k_timeout_t period) {
  (void)period;
  const int64_t at = duration.ticks < -1 ? -2 - duration.ticks : now + duration.ticks;
  int index = 0;
  while (timers[index].timer != NULL && timers[index].timer != timer) CHECK(++index < TIMERS);
  timers[index].timer = timer;
  timers[index].at = MAX(at, now + 1);
}
void k_timer_stop(struct k_timer *timer) {
  for (int index = 0; index < TIMERS; index++) {
    if (timers[index].timer == timer) timers[index].at = NEVER;
  }
}
int k_work_submit(struct k_work *work) {
  submitted = work;
  return 1;
}

atomic_val_t atomic_get(const atomic_t *target) { return *target; }
atomic_val_t atomic_set(atomic_t *target, atomic_val_t value) {
  const atomic_val_t old = *target;
  *target = value;
  return old;
}
atomic_val_t atomic_clear(atomic_t *target) { return atomic_set(target, 0); }
atomic_val_t atomic_inc(atomic_t *target) { return (*target)++; }
atomic_val_t atomic_dec(atomic_t *target) { return (*target)--; }
atomic_val_t atomic_or(atomic_t *target, atomic_val_t value) { return atomic_set(target, *target | value); }

bool ring_buf_is_empty(const struct ring_buf *buf) { return buf->put == buf->get; }
uint32_t ring_buf_space_get(const struct ring_buf *buf) { return buf->size - (buf->put - buf->get); }
uint32_t ring_buf_put_claim(struct ring_buf *buf, uint8_t **data, uint32_t size) {
  *data = buf->buffer + buf->put % buf->size;
  return MIN(size, MIN(ring_buf_space_get(buf), buf->size - buf->put % buf->size));
}
int ring_buf_put_finish(struct ring_buf *buf, uint32_t size) {
  buf->put += size;
  return 0;
}
uint32_t ring_buf_get_claim(struct ring_buf *buf, uint8_t **data, uint32_t size) {
  *data = buf->buffer + buf->get % buf->size;
  return MIN(size, MIN(buf->put - buf->get, buf->size - buf->get % buf->size));
}
int ring_buf_get_finish(struct ring_buf *buf, uint32_t size) {
  buf->get += size;
  return 0;
}
uint32_t ring_buf_put(struct ring_buf *buf, const uint8_t *data, uint32_t size) {
  const uint32_t bytes = MIN(size, ring_buf_space_get(buf));
  for (uint32_t index = 0; index < bytes; index++) buf->buffer[buf->put++ % buf->size] = data[index];
  return bytes;
}
uint32_t ring_buf_get(struct ring_buf *buf, uint8_t *data, uint32_t size) {
  const uint32_t bytes = MIN(size, buf->put - buf->get);
  for (uint32_t index = 0; index < bytes; index++) data[index] = buf->buffer[buf->get++ % buf->size];
  return bytes;
}

void printk(const char *format, ...) { (void)format; }

// Parts

bool device_is_ready(const struct device *dev) { return dev == &stub_device; }
int wdt_install_timeout(const struct device *dev, const struct wdt_timeout_cfg *cfg) {
  CHECK(dev == &stub_device && cfg->window.min == 0 && cfg->window.max == WATCHDOG_MS && cfg->callback == NULL);
  return 3;
}
int wdt_setup(const struct device *dev, uint8_t options) {
  (void)dev;
  CHECK((options & BIT(0)) == 0); // not paused in sleep: a transfer that never ends is a hang too
  fed = now;
  return 0;
}
int wdt_feed(const struct device *dev, int channel_id) {
  (void)dev;
  CHECK(channel_id == 3);
  fed = now;
  return 0;
}

static struct gpio_callback *rising;
int gpio_pin_configure_dt(const struct gpio_dt_spec *spec, gpio_flags_t extra_flags) { return spec->pin != 0 || extra_flags == 0; }
int gpio_pin_set_dt(const struct gpio_dt_spec *spec, int value) { return spec->pin != 0 || value < 0 || value > 1; }
int gpio_pin_interrupt_configure_dt(const struct gpio_dt_spec *spec, gpio_flags_t flags) {
  return spec->pin != 0 || flags != GPIO_INT_EDGE_TO_ACTIVE;
}
void gpio_init_callback(struct gpio_callback *callback, gpio_callback_handler_t handler, gpio_port_pins_t pin_mask) {
  *callback = (struct gpio_callback){handler, pin_mask};
}
int gpio_add_callback(const struct device *port, struct gpio_callback *callback) {
  (void)port;
  rising = callback;
  return 0;
}

static uint8_t registers[256];
static int bus_error;
int i2c_write_dt(const struct i2c_dt_spec *spec, const uint8_t *buf, uint32_t num_bytes) {
  CHECK(spec->addr == 0x6a && num_bytes > 1);
  if (bus_error == 0) memcpy(registers + buf[0], buf + 1, num_bytes - 1);
  return bus_error;
}
int i2c_write_read_dt(const struct i2c_dt_spec *spec, const void *write_buf, size_t num_write, void *read_buf, size_t num_read) {
  CHECK(spec->addr == 0x6a && num_write == 1);
  if (bus_error == 0) memcpy(read_buf, registers + *(const uint8_t *)write_buf, num_read);
  return bus_error;
}

#define STARTS_MAX 8
static uint64_t starts_us[STARTS_MAX];
static int starts;
static uint32_t duty_ns;
int pwm_set_dt(const struct pwm_dt_spec *spec, uint32_t period, uint32_t pulse) {
  CHECK(period == spec->period && pulse <= period && pulse != duty_ns);
  if (pulse != 0 && duty_ns == 0) {
    CHECK(starts < STARTS_MAX);
    starts_us[starts++] = board_time_us();
  }
  duty_ns = pulse;
  return 0;
}

static int16_t battery_pin = 1418;
static int samples;
bool adc_is_ready_dt(const struct adc_dt_spec *spec) { return spec->dev == &stub_device; }
int adc_channel_setup_dt(const struct adc_dt_spec *spec) { return spec->channel_id; }
int adc_sequence_init_dt(const struct adc_dt_spec *spec, struct adc_sequence *seq) {
  seq->channels = BIT(spec->channel_id);
  return 0;
}
int adc_read_dt(const struct adc_dt_spec *spec, const struct adc_sequence *sequence) {
  CHECK(spec->channel_id == 0 && sequence->channels == BIT(0) && sequence->buffer_size == sizeof battery_pin);
  memcpy(sequence->buffer, &battery_pin, sizeof battery_pin);
  samples++;
  return 0;
}
int adc_raw_to_millivolts_dt(const struct adc_dt_spec *spec, int32_t *valp) {
  *valp = spec->channel_id == 0 ? *valp : 0; // 1 mV a step
  return 0;
}

#define SECTOR 4096
#define ERASE_US 95000 // of it, all with interrupts held off: worse than the part
static uint8_t *const flash = (uint8_t *)FIXED_PARTITION_OFFSET(clip_partition);
int flash_area_open(uint8_t id, const struct flash_area **fa) {
  (void)id;
  *fa = (const void *)flash;
  return 0;
}
static bool within(off_t off, size_t len) { return off >= 0 && (size_t)off + len <= FLASH_BYTES; }
int flash_area_read(const struct flash_area *fa, off_t off, void *dst, size_t len) {
  CHECK(fa != NULL && within(off, len));
  memcpy(dst, flash + off, len);
  return 0;
}
int flash_area_write(const struct flash_area *fa, off_t off, const void *src, size_t len) {
  CHECK(fa != NULL && within(off, len) && off % 4 == 0 && len % 4 == 0 && len * 41 / 4 < 1000);
  for (size_t index = 0; index < len; index++) flash[(size_t)off + index] &= ((const uint8_t *)src)[index];
  return 0;
}
int flash_area_erase(const struct flash_area *fa, off_t off, size_t len) {
  CHECK(fa != NULL && within(off, len) && off % SECTOR == 0 && len == SECTOR);
  memset(flash + off, 0xff, len);
  now += (int64_t)k_us_to_ticks_ceil64(ERASE_US);
  go(now + 1);
  return 0;
}

static uart_irq_callback_user_data_t serial_callback;
static bool receiving, sending;
static uint32_t dtr;
static uint8_t typed[4096], shown[4096];
static uint32_t typed_bytes, typed_taken, shown_bytes;
static void serial_run(void) {
  if (serial_callback != NULL) serial_callback(&stub_device, NULL);
}
int uart_irq_callback_user_data_set(const struct device *dev, uart_irq_callback_user_data_t cb, void *user_data) {
  (void)user_data;
  serial_callback = cb;
  return dev != &stub_device;
}
int uart_irq_update(const struct device *dev) { return dev == &stub_device; }
int uart_irq_rx_ready(const struct device *dev) { return dev == &stub_device && typed_taken < typed_bytes; }
int uart_irq_tx_ready(const struct device *dev) { return dev == &stub_device && sending; }
int uart_irq_is_pending(const struct device *dev) { return sending || (receiving && uart_irq_rx_ready(dev)); }
void uart_irq_rx_enable(const struct device *dev) {
  receiving = dev == &stub_device;
  serial_run();
}
void uart_irq_rx_disable(const struct device *dev) { receiving = dev != &stub_device; }
void uart_irq_tx_enable(const struct device *dev) { sending = dev == &stub_device; }
void uart_irq_tx_disable(const struct device *dev) { sending = dev != &stub_device; }
int uart_fifo_fill(const struct device *dev, const uint8_t *tx_data, int size) {
  CHECK(dev == &stub_device && shown_bytes + (uint32_t)size <= sizeof shown);
  memcpy(shown + shown_bytes, tx_data, (size_t)size);
  shown_bytes += (uint32_t)size;
  return size;
}
int uart_fifo_read(const struct device *dev, uint8_t *rx_data, const int size) {
  CHECK(dev == &stub_device);
  const uint32_t bytes = MIN((uint32_t)size, typed_bytes - typed_taken);
  memcpy(rx_data, typed + typed_taken, bytes);
  typed_taken += bytes;
  return (int)bytes;
}
int uart_line_ctrl_get(const struct device *dev, uint32_t ctrl, uint32_t *val) {
  *val = dtr;
  return dev != &stub_device || ctrl != UART_LINE_CTRL_DTR;
}

_Noreturn void sys_reboot(int type) {
  CHECK(type == SYS_REBOOT_WARM && strcmp(scenario, "restart") == 0 && shown_bytes == 100 && duty_ns == 0);
  exit(0);
}

psa_status_t psa_crypto_init(void) { return PSA_SUCCESS; }
psa_status_t psa_hash_compute(psa_algorithm_t alg, const uint8_t *input, size_t input_length, uint8_t *hash, size_t hash_size,
                              size_t *hash_length) {
  CHECK(alg == PSA_ALG_SHA_256 && hash_size == 32);
  memset(hash, input_length > 0 ? input[0] : 0, hash_size);
  *hash_length = hash_size;
  return PSA_SUCCESS;
}

// Bluetooth

struct bt_conn {
  int held;
};
extern const struct bt_conn_cb changes;
extern const struct bt_gatt_service_static uart_service, smp_service, rsc_service, battery_service;

#define PENDING_MAX 16
static struct bt_conn link;
static uint16_t mtu = 23;
static const struct bt_gatt_attr *subscribed;
static uint32_t notified_bytes;
static int pending;
static struct {
  bt_gatt_complete_func_t func;
  void *user_data;
} completions[PENDING_MAX];
static bool advertises;
static char advertised_name[32];

struct bt_conn *bt_conn_ref(struct bt_conn *conn) {
  conn->held++;
  return conn;
}
void bt_conn_unref(struct bt_conn *conn) { CHECK(--conn->held >= 0); }
int bt_enable(bt_ready_cb_t cb) { return cb != NULL; }
int settings_load(void) { return 0; }
void bt_id_get(bt_addr_le_t *addrs, size_t *count) {
  CHECK(*count == 1);
  *addrs = (bt_addr_le_t){.type = 1, .a.val = {0x4f, 0x1a, 0, 0, 0, 0xc0}};
}
int bt_set_name(const char *name) {
  CHECK(strlen(name) < sizeof advertised_name);
  strcpy(advertised_name, name);
  return 0;
}
static size_t advertisement_bytes(const struct bt_data *data, size_t count) {
  size_t bytes = 0;
  for (size_t index = 0; index < count; index++) bytes += 2u + data[index].data_len;
  return bytes;
}
int bt_le_adv_start(const struct bt_le_adv_param *param, const struct bt_data *ad, size_t ad_len, const struct bt_data *sd, size_t sd_len) {
  CHECK(param->options == BT_LE_ADV_OPT_CONN && param->interval_min < param->interval_max);
  CHECK(advertisement_bytes(ad, ad_len) <= 31 && advertisement_bytes(sd, sd_len) <= 31);
  advertises = true;
  return 0;
}
ssize_t bt_gatt_attr_read(struct bt_conn *conn, const struct bt_gatt_attr *attr, void *buf, uint16_t buf_len, uint16_t offset,
                          const void *value, uint16_t value_len) {
  (void)conn;
  (void)attr;
  CHECK(offset == 0 && buf_len >= value_len);
  memcpy(buf, value, value_len);
  return value_len;
}
// The stack's own attributes are only pointed to.
ssize_t bt_gatt_attr_read_service(struct bt_conn *conn, const struct bt_gatt_attr *attr, void *buf, uint16_t len, uint16_t offset) {
  return bt_gatt_attr_read(conn, attr, buf, len, offset, "", 0);
}
ssize_t bt_gatt_attr_read_chrc(struct bt_conn *conn, const struct bt_gatt_attr *attr, void *buf, uint16_t len, uint16_t offset) {
  return bt_gatt_attr_read(conn, attr, buf, len, offset, "", 0);
}
ssize_t bt_gatt_attr_read_ccc(struct bt_conn *conn, const struct bt_gatt_attr *attr, void *buf, uint16_t len, uint16_t offset) {
  return bt_gatt_attr_read(conn, attr, buf, len, offset, "", 0);
}
ssize_t bt_gatt_attr_write_ccc(struct bt_conn *conn, const struct bt_gatt_attr *attr, const void *buf, uint16_t len, uint16_t offset,
                               uint8_t flags) {
  (void)buf;
  (void)flags;
  return conn == NULL || attr == NULL || offset > len ? -1 : len;
}
bool bt_gatt_is_subscribed(struct bt_conn *conn, const struct bt_gatt_attr *attr, uint16_t ccc_type) {
  return conn == &link && attr == subscribed && ccc_type == BT_GATT_CCC_NOTIFY;
}
uint16_t bt_gatt_get_mtu(struct bt_conn *conn) { return conn == &link ? mtu : 0; }
int bt_gatt_notify_cb(struct bt_conn *conn, struct bt_gatt_notify_params *params) {
  CHECK(conn == &link && params->attr == subscribed && params->len + 3 <= mtu);
  CHECK(pending < CONFIG_BT_ATT_TX_COUNT); // the stack would wait without end
  completions[pending].func = params->func;
  completions[pending++].user_data = params->user_data;
  notified_bytes += params->len;
  return 0;
}
static void complete(void) {
  while (pending > 0) {
    pending--;
    completions[pending].func(&link, completions[pending].user_data);
  }
}
static ssize_t write_to(const struct bt_gatt_service_static *service, size_t at, const void *src, uint16_t size) {
  const struct bt_gatt_attr *attr = &service->attrs[at];
  CHECK((attr->perm & BT_GATT_PERM_WRITE_ENCRYPT) != 0 && (attr->perm & BT_GATT_PERM_WRITE) == 0);
  return attr->write(&link, attr, src, size, 0, 0);
}

// Scenarios

static uint8_t bytes[4096];

static void of_flash(void) {
  for (uint32_t at = 0; at < 9; at++) {
    for (uint32_t size = 0; size < 200; size += 13) {
      memset(flash, 0xff, SECTOR);
      CHECK(board_flash_write((int32_t)at, bytes, size) == 0 && memcmp(flash + at, bytes, size) == 0);
      for (uint32_t index = 0; index < SECTOR; index++) CHECK((index >= at && index < at + size) || flash[index] == 0xff);
      if (size > 0) CHECK(board_flash_write((int32_t)(at + size) - 1, bytes, 1) == HAL_DIRTY);
    }
  }
  CHECK(board_flash_write(FLASH_BYTES - 4, bytes, 4) == 0 && board_flash_write(FLASH_BYTES - 3, bytes, 4) == HAL_RANGE);
  CHECK(board_flash_write(-1, bytes, 4) == HAL_RANGE && board_flash_write(INT32_MAX, bytes, 4) == HAL_RANGE);
  CHECK(board_flash_read(FLASH_BYTES, bytes, 0) == 0 && board_flash_read(0, bytes, UINT32_MAX) == HAL_RANGE);
  CHECK(board_flash_erase(1, SECTOR) == HAL_RANGE && board_flash_erase(0, 0) == HAL_RANGE && board_flash_erase(0, -SECTOR) == HAL_RANGE);
  CHECK(board_flash_erase(FLASH_BYTES - SECTOR, 2 * SECTOR) == HAL_RANGE);
  CHECK(board_flash_erase(0, FLASH_BYTES) == 0); // longer than the watchdog waits
  CHECK(board_flash_map(SLOT_START, 4) == flash + SLOT_START);
}

// Pulses every 300 ms while sectors are erased.
static void of_motor(void) {
  const uint64_t from_us = board_time_us();
  for (int32_t count = 1; count <= 4; count++) CHECK(board_haptic_pulse(from_us + (uint64_t)count * 300000, 40, 128) == 0);
  for (int count = 0; count < 6; count++) CHECK(board_flash_erase(SLOT_START, SECTOR) == 0);
  board_wait(1500000);
  CHECK(starts == 4 && duty_ns == 0);
  for (int index = 0; index < starts; index++) {
    const uint64_t at_us = from_us + (uint64_t)(index + 1) * 300000;
    CHECK(starts_us[index] >= at_us && starts_us[index] - at_us <= 1000);
  }
  CHECK(board_haptic_pulse(UINT64_MAX - 5, 40, 128) == 0); // so far off that its ticks would overflow
  board_wait(UINT32_MAX);
  CHECK(starts == 4 && board_haptic_stop() == 0);
  CHECK(board_haptic_pulse(0, 40, 255) == 0);
  board_wait(1000);
  CHECK(starts == 5 && duty_ns == 50000);
  CHECK(board_haptic_stop() == 0 && duty_ns == 0);
}

static void sensor_rises(void) { rising->handler(&stub_device, rising, rising->pin_mask); }
static void central_writes(void) { CHECK(write_to(&uart_service, 5, bytes, 20) == 20); }

static void of_wait(void) {
  const uint64_t from_us = board_time_us();
  CHECK(board_wait(5000000) == WAKE_TIMER);
  CHECK(board_time_us() - from_us >= 5000000 && board_time_us() - from_us < 5000100);
  CHECK(board_wait(0) == WAKE_TIMER);
  appointment = sensor_rises;
  appointment_at = now + 100;
  CHECK(board_wait(5000000) == WAKE_SENSOR && now == appointment_at);
  sensor_rises(); // while the app runs
  CHECK(board_wait(5000000) == WAKE_SENSOR && now == appointment_at);
  appointment = central_writes;
  appointment_at = now + 100;
  CHECK(board_wait(5000000) == WAKE_LINK && now == appointment_at);
  const uint64_t left_us = board_time_us();
  CHECK(board_wait(5000000) == (WAKE_LINK | WAKE_TIMER)); // it reads nothing: asked again, but not at once
  CHECK(board_time_us() - left_us >= 10000 && board_time_us() - left_us < 10100);
  CHECK(board_link_recv(PORT_BLE_UART, bytes, 64) == 20 && board_wait(50000) == WAKE_TIMER);
}

static void of_sensor(void) {
  CHECK(board_imu_write(0x10, (const uint8_t *)"\x50\x4c", 2) == 0 && registers[0x10] == 0x50 && registers[0x11] == 0x4c);
  CHECK(board_imu_read(0x10, bytes, 2) == 0 && bytes[1] == 0x4c);
  CHECK(board_imu_read(256, bytes, 1) == HAL_RANGE && board_imu_read(-1, bytes, 1) == HAL_RANGE && board_imu_write(0, bytes, 33) == HAL_RANGE);
  bus_error = -5;
  CHECK(board_imu_read(0x10, bytes, 2) == HAL_NACK && board_imu_write(0x10, bytes, 2) == HAL_NACK);
  CHECK(board_battery_mv() == 1418 * 1510 / 510);
  battery_pin = 1200;
  board_wait(59000000);
  CHECK(board_battery_mv() == 1418 * 1510 / 510 && samples == 1);
  board_wait(2000000);
  CHECK(board_battery_mv() == 1200 * 1510 / 510 && samples == 2);
  for (int32_t pattern = -1; pattern < 10; pattern++) {
    board_led_set(pattern);
    board_wait(1000000);
  }
}

static void of_serial(void) {
  CHECK(board_link_send(PORT_SERIAL, bytes, 10) == HAL_CLOSED);
  dtr = 1;
  uint32_t offered = 0;
  for (int count = 0; count < 30; count++) offered += (uint32_t)board_link_send(PORT_SERIAL, bytes + offered, 100);
  CHECK(offered == 2048 && board_link_send(PORT_SERIAL, bytes, 1) == 0);
  serial_run();
  CHECK(shown_bytes == offered && memcmp(shown, bytes, offered) == 0 && !sending);
  memcpy(typed, bytes, sizeof typed);
  typed_bytes = 3000; // more than there is room for
  serial_run();
  CHECK(!receiving && typed_taken == 1024);
  static uint8_t got[4096];
  uint32_t got_bytes = 0;
  for (int32_t given = 1; given > 0; got_bytes += (uint32_t)given) given = board_link_recv(PORT_SERIAL, got + got_bytes, 100);
  CHECK(got_bytes == 3000 && memcmp(got, typed, 3000) == 0 && receiving);
  CHECK(board_wait(1000000) == WAKE_LINK);
}

static void join(void) {
  CHECK(advertises);
  advertises = false;
  changes.connected(&link, 0);
}
static void leave(void) {
  changes.disconnected(&link, 0x13);
  CHECK(link.held == 0);
  changes.recycled();
  submitted->handler(submitted);
  CHECK(advertises);
}

static void of_ble(void) {
  submitted->handler(submitted);
  CHECK(strcmp(advertised_name, "hopclip-1A4F") == 0);
  CHECK(board_link_send(PORT_BLE_UART, bytes, 10) == HAL_CLOSED && board_link_recv(PORT_BLE_UART, bytes, 10) == 0);
  join();
  CHECK(board_link_send(PORT_BLE_UART, bytes, 10) == HAL_CLOSED);
  subscribed = &uart_service.attrs[1];
  CHECK(board_link_send(PORT_BLE_UART, bytes, 100) == 20);
  mtu = 247;
  CHECK(board_link_send(PORT_BLE_UART, bytes, 1000) == 244 && board_link_send(PORT_BLE_SMP, bytes, 100) == HAL_CLOSED);
  int sent = 2;
  while (board_link_send(PORT_BLE_UART, bytes, 10) == 10) sent++;
  CHECK(sent == CONFIG_BT_ATT_TX_COUNT - 2 && board_link_send(PORT_BLE_UART, bytes, 10) == 0);
  complete();
  CHECK(board_link_send(PORT_BLE_UART, bytes, 10) == 10);

  // What was on its way to one central does not count for the next, nor does its completion, if it comes at all.
  leave();
  CHECK(board_link_send(PORT_BLE_UART, bytes, 10) == HAL_CLOSED);
  join();
  complete();
  for (sent = 0; board_link_send(PORT_BLE_UART, bytes, 10) == 10;) sent++;
  CHECK(sent == CONFIG_BT_ATT_TX_COUNT - 2);
  complete();

  // Ports keep apart, a write goes in whole or not at all.
  CHECK(write_to(&smp_service, 2, bytes, 244) == 244);
  for (sent = 0; write_to(&uart_service, 5, bytes, 244) == 244;) sent++;
  CHECK(sent == 4 && board_link_recv(PORT_BLE_SMP, bytes, 1000) == 244 && board_link_recv(PORT_BLE_UART, bytes, 1000) == 976);
  CHECK(board_link_recv(PORT_BLE_RSC, bytes, 10) == 0 && board_link_recv(PORT_BLE_BATTERY, bytes, 10) == 0);
  CHECK(board_link_send(5, bytes, 1) == HAL_CLOSED && board_link_send(-1, bytes, 1) == HAL_CLOSED);

  // A watch: no bond, cadence and battery only.
  subscribed = &rsc_service.attrs[1];
  notified_bytes = 0;
  CHECK(board_link_send(PORT_BLE_RSC, bytes, 4) == 4 && notified_bytes == 4);
  const uint8_t level = 77;
  CHECK(board_link_send(PORT_BLE_BATTERY, &level, 1) == HAL_CLOSED);
  const struct bt_gatt_attr *reads[] = {&battery_service.attrs[2], &rsc_service.attrs[7], &rsc_service.attrs[5]};
  const uint8_t values[] = {77, 1, 4};
  for (size_t index = 0; index < ARRAY_SIZE(reads); index++) {
    uint8_t value[4] = {0xee};
    CHECK(reads[index]->read(&link, reads[index], value, sizeof value, 0) >= 1 && value[0] == values[index]);
  }
}

static void of_restart(void) {
  dtr = 1;
  board_link_send(PORT_SERIAL, bytes, 100);
  board_haptic_pulse(0, 1000, 255);
  appointment = serial_run;
  appointment_at = now + 500;
  board_restart();
}

_Noreturn void clip_run(void) {
  static const struct {
    const char *name;
    void (*run)(void);
  } scenarios[] = {{"flash", of_flash}, {"motor", of_motor}, {"wait", of_wait}, {"sensor", of_sensor}, {"serial", of_serial}, {"ble", of_ble},
                   {"restart", of_restart}};
  for (size_t index = 0; index < sizeof bytes; index++) bytes[index] = (uint8_t)(index * 7 + index / 256 + 1);
  for (size_t index = 0; index < ARRAY_SIZE(scenarios); index++) {
    if (strcmp(scenario, scenarios[index].name) != 0) continue;
    scenarios[index].run();
    exit(0);
  }
  CHECK(!"a known scenario");
  abort();
}

int board_main(void); // main of board.c, by another name

int main(int count, char **values) {
  CHECK(count == 2);
  scenario = values[1];
  // The partition at the address the processor sees it at.
  CHECK(mmap(flash, FLASH_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == flash);
  memset(flash, 0xff, FLASH_BYTES);
  return board_main();
}
