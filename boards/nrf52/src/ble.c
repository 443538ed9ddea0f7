// Bluetooth ports of the clip over Zephyr's host. One central at a time; who writes, or listens to more than a watch does, must be bonded.
#include "ble.h"

#include <errno.h>
#include <stddef.h>

#include <zephyr/bluetooth/att.h>
#include <zephyr/bluetooth/bluetooth.h>
#include <zephyr/bluetooth/conn.h>
#include <zephyr/bluetooth/gatt.h>
#include <zephyr/bluetooth/uuid.h>
#include <zephyr/kernel.h>
#include <zephyr/settings/settings.h>
#include <zephyr/sys/atomic.h>
#include <zephyr/sys/ring_buffer.h>
#include <zephyr/sys/util.h>

#include "board.h"
#include "layout.h"

#define UART_BYTES 1024
#define SMP_BYTES 2048 // the longest packet of mcumgr's usual clients, and some of the next
#define ADVERTISE_MIN 0x0320 // 500 ms, units of 0.625 ms
#define ADVERTISE_MAX 0x0340
#define NOTIFY_HEADER_BYTES 3 // opcode and handle, of every notification

// The stack would wait without end for a buffer: the last two of its pool are left to its own answers.
#define IN_FLIGHT_MAX (CONFIG_BT_ATT_TX_COUNT - 2)
BUILD_ASSERT(IN_FLIGHT_MAX > 0, "prj.conf leaves no buffer for notifications");

#define UUID_UART(number) BT_UUID_128_ENCODE(0x6e400000 + (number), 0xb5a3, 0xf393, 0xe0a9, 0xe50e24dcca9e)
#define UUID_SMP_SERVICE BT_UUID_128_ENCODE(0x8d53dc1d, 0x1db7, 0x4cd3, 0x868b, 0x8a527460aa84)
#define UUID_SMP BT_UUID_128_ENCODE(0xda2e7828, 0xfbce, 0x4e01, 0xae9e, 0x261174997c48)

#define LISTEN_BONDED (BT_GATT_PERM_READ | BT_GATT_PERM_WRITE_ENCRYPT)
#define LISTEN (BT_GATT_PERM_READ | BT_GATT_PERM_WRITE)

RING_BUF_DECLARE(uart_in, UART_BYTES);
RING_BUF_DECLARE(smp_in, SMP_BYTES);

static const uint8_t feature[2] = {4, 0}; // whether it is walking or running; neither stride length nor distance
static const uint8_t location = 1;        // top of shoe
static uint8_t level_percent;

static void (*tell)(void);

// A write goes in whole or not at all: half a frame is worse than none.
static ssize_t written(struct bt_conn *conn, const struct bt_gatt_attr *attr, const void *src, uint16_t size, uint16_t offset, uint8_t flags) {
  (void)conn;
  (void)flags;
  struct ring_buf *in = attr->user_data;
  if (offset != 0) return BT_GATT_ERR(BT_ATT_ERR_INVALID_OFFSET);
  if (ring_buf_space_get(in) < size) return BT_GATT_ERR(BT_ATT_ERR_INSUFFICIENT_RESOURCES);
  ring_buf_put(in, src, size);
  tell();
  return size;
}

static ssize_t read_feature(struct bt_conn *conn, const struct bt_gatt_attr *attr, void *dst, uint16_t size, uint16_t offset) {
  return bt_gatt_attr_read(conn, attr, dst, size, offset, feature, sizeof feature);
}

static ssize_t read_byte(struct bt_conn *conn, const struct bt_gatt_attr *attr, void *dst, uint16_t size, uint16_t offset) {
  return bt_gatt_attr_read(conn, attr, dst, size, offset, attr->user_data, sizeof(uint8_t));
}

// In each service what notifies comes first: its declaration is attribute 1.
BT_GATT_SERVICE_DEFINE(uart_service,
  BT_GATT_PRIMARY_SERVICE(BT_UUID_DECLARE_128(UUID_UART(1))),
  BT_GATT_CHARACTERISTIC(BT_UUID_DECLARE_128(UUID_UART(3)), BT_GATT_CHRC_NOTIFY, BT_GATT_PERM_NONE, NULL, NULL, NULL),
  BT_GATT_CCC(NULL, LISTEN_BONDED),
  BT_GATT_CHARACTERISTIC(BT_UUID_DECLARE_128(UUID_UART(2)), BT_GATT_CHRC_WRITE | BT_GATT_CHRC_WRITE_WITHOUT_RESP,
                         BT_GATT_PERM_WRITE_ENCRYPT, NULL, written, &uart_in));

BT_GATT_SERVICE_DEFINE(smp_service,
  BT_GATT_PRIMARY_SERVICE(BT_UUID_DECLARE_128(UUID_SMP_SERVICE)),
  BT_GATT_CHARACTERISTIC(BT_UUID_DECLARE_128(UUID_SMP), BT_GATT_CHRC_WRITE_WITHOUT_RESP | BT_GATT_CHRC_NOTIFY,
                         BT_GATT_PERM_WRITE_ENCRYPT, NULL, written, &smp_in),
  BT_GATT_CCC(NULL, LISTEN_BONDED));

BT_GATT_SERVICE_DEFINE(rsc_service,
  BT_GATT_PRIMARY_SERVICE(BT_UUID_RSCS),
  BT_GATT_CHARACTERISTIC(BT_UUID_RSC_MEASUREMENT, BT_GATT_CHRC_NOTIFY, BT_GATT_PERM_NONE, NULL, NULL, NULL),
  BT_GATT_CCC(NULL, LISTEN),
  BT_GATT_CHARACTERISTIC(BT_UUID_RSC_FEATURE, BT_GATT_CHRC_READ, BT_GATT_PERM_READ, read_feature, NULL, NULL),
  BT_GATT_CHARACTERISTIC(BT_UUID_SENSOR_LOCATION, BT_GATT_CHRC_READ, BT_GATT_PERM_READ, read_byte, NULL, (void *)&location));

BT_GATT_SERVICE_DEFINE(battery_service,
  BT_GATT_PRIMARY_SERVICE(BT_UUID_BAS),
  BT_GATT_CHARACTERISTIC(BT_UUID_BAS_BATTERY_LEVEL, BT_GATT_CHRC_READ | BT_GATT_CHRC_NOTIFY, BT_GATT_PERM_READ, read_byte, NULL,
                         &level_percent),
  BT_GATT_CCC(NULL, LISTEN));

static const struct bt_gatt_attr *notifying(int32_t port) {
  switch (port) {
    case PORT_BLE_UART: return &uart_service.attrs[1];
    case PORT_BLE_SMP: return &smp_service.attrs[1];
    case PORT_BLE_RSC: return &rsc_service.attrs[1];
    case PORT_BLE_BATTERY: return &battery_service.attrs[1];
    default: return NULL;
  }
}

static struct bt_conn *central; // changes in the stack's thread only
static atomic_t in_flight;
static atomic_t connection; // counts them: the callback of one that is gone must not count for the next

// The central, held; NULL when there is none.
static struct bt_conn *hold(void) {
  const unsigned int state = irq_lock();
  struct bt_conn *held = central == NULL ? NULL : bt_conn_ref(central);
  irq_unlock(state);
  return held;
}

static void sent(struct bt_conn *conn, void *of) {
  (void)conn;
  if ((atomic_val_t)(intptr_t)of == atomic_get(&connection)) atomic_dec(&in_flight);
}

// Bytes taken, at most one notification.
static int32_t notify(struct bt_conn *conn, const struct bt_gatt_attr *attr, const uint8_t *src, uint32_t size) {
  if (!bt_gatt_is_subscribed(conn, attr, BT_GATT_CCC_NOTIFY)) return HAL_CLOSED;
  if (atomic_get(&in_flight) >= IN_FLIGHT_MAX) return 0;
  const uint16_t bytes = (uint16_t)MIN(size, (uint32_t)bt_gatt_get_mtu(conn) - NOTIFY_HEADER_BYTES);
  struct bt_gatt_notify_params params = {
    .attr = attr,
    .data = src,
    .len = bytes,
    .func = sent,
    .user_data = (void *)(intptr_t)atomic_get(&connection),
  };
  atomic_inc(&in_flight);
  const int error = bt_gatt_notify_cb(conn, &params);
  if (error == 0) return bytes;
  atomic_dec(&in_flight);
  return error == -ENOMEM || error == -ENOBUFS || error == -EAGAIN ? 0 : HAL_CLOSED;
}

int32_t ble_send(int32_t port, const uint8_t *src, uint32_t size) {
  const struct bt_gatt_attr *attr = notifying(port);
  if (attr == NULL) return HAL_CLOSED;
  if (size == 0) return 0;
  if (port == PORT_BLE_BATTERY) level_percent = src[size - 1]; // to be read, whoever listens
  struct bt_conn *conn = hold();
  if (conn == NULL) return HAL_CLOSED;
  const int32_t taken = notify(conn, attr, src, size);
  bt_conn_unref(conn);
  return taken;
}

int32_t ble_receive(int32_t port, uint8_t *dst, uint32_t size) {
  switch (port) {
    case PORT_BLE_UART: return (int32_t)ring_buf_get(&uart_in, dst, size);
    case PORT_BLE_SMP: return (int32_t)ring_buf_get(&smp_in, dst, size);
    default: return 0;
  }
}

bool ble_waits(void) {
  return !ring_buf_is_empty(&uart_in) || !ring_buf_is_empty(&smp_in);
}

bool ble_sends(void) {
  return atomic_get(&in_flight) > 0;
}

#define NAME_BYTES 12
static char name[NAME_BYTES + 1] = "hopclip-0000";

static const struct bt_data advertised[] = {
  BT_DATA_BYTES(BT_DATA_FLAGS, BT_LE_AD_GENERAL | BT_LE_AD_NO_BREDR),
  BT_DATA_BYTES(BT_DATA_UUID16_ALL, BT_UUID_16_ENCODE(BT_UUID_RSCS_VAL)),
  BT_DATA_BYTES(BT_DATA_UUID128_ALL, UUID_UART(1)),
};
static const struct bt_data answered[] = {
  BT_DATA(BT_DATA_NAME_COMPLETE, name, NAME_BYTES),
};

static void advertise(struct k_work *work) {
  (void)work;
  bt_le_adv_start(BT_LE_ADV_PARAM(BT_LE_ADV_OPT_CONN, ADVERTISE_MIN, ADVERTISE_MAX, NULL), advertised, ARRAY_SIZE(advertised), answered,
                  ARRAY_SIZE(answered));
}

static K_WORK_DEFINE(advertising, advertise);

static void connected(struct bt_conn *conn, uint8_t error) {
  if (error != 0) return;
  struct bt_conn *held = bt_conn_ref(conn);
  const unsigned int state = irq_lock();
  atomic_inc(&connection);
  atomic_set(&in_flight, 0);
  central = held;
  irq_unlock(state);
}

static void disconnected(struct bt_conn *conn, uint8_t reason) {
  (void)conn;
  (void)reason;
  const unsigned int state = irq_lock();
  struct bt_conn *held = central;
  central = NULL;
  atomic_inc(&connection);
  atomic_set(&in_flight, 0);
  irq_unlock(state);
  if (held != NULL) bt_conn_unref(held);
}

// Only now is there a place for the next connection.
static void recycled(void) {
  k_work_submit(&advertising);
}

BT_CONN_CB_DEFINE(changes) = {
  .connected = connected,
  .disconnected = disconnected,
  .recycled = recycled,
};

// The last four digits of the address, so that two clips can be told apart.
static void choose_name(void) {
  bt_addr_le_t address;
  size_t count = 1;
  bt_id_get(&address, &count);
  if (count == 0) return;
  for (int digit = 0; digit < 4; digit++) name[NAME_BYTES - 1 - digit] = "0123456789ABCDEF"[address.a.val[digit / 2] >> digit % 2 * 4 & 15];
  bt_set_name(name);
}

bool ble_start(void (*received)(void)) {
  tell = received;
  if (bt_enable(NULL) != 0) return false;
  settings_load(); // bonds and the address; without them everybody pairs anew
  choose_name();
  k_work_submit(&advertising);
  return true;
}
