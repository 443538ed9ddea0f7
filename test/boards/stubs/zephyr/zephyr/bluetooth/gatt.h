// Stands for Zephyr 4.2.99 include/zephyr/bluetooth/gatt.h
#ifndef STUB_ZEPHYR_BLUETOOTH_GATT_H
#define STUB_ZEPHYR_BLUETOOTH_GATT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <zephyr/bluetooth/conn.h>
#include <zephyr/bluetooth/uuid.h>
#include <zephyr/sys/util.h>

enum bt_gatt_perm {
  BT_GATT_PERM_NONE = 0,
  BT_GATT_PERM_READ = BIT(0),
  BT_GATT_PERM_WRITE = BIT(1),
  BT_GATT_PERM_WRITE_ENCRYPT = BIT(3),
};
#define BT_GATT_CHRC_READ 0x02
#define BT_GATT_CHRC_WRITE_WITHOUT_RESP 0x04
#define BT_GATT_CHRC_WRITE 0x08
#define BT_GATT_CHRC_NOTIFY 0x10
#define BT_GATT_CCC_NOTIFY 0x0001
#define BT_GATT_ERR(error) (-(error))

struct bt_gatt_attr;
typedef ssize_t (*bt_gatt_attr_read_func_t)(struct bt_conn *conn, const struct bt_gatt_attr *attr, void *buf, uint16_t len, uint16_t offset);
typedef ssize_t (*bt_gatt_attr_write_func_t)(struct bt_conn *conn, const struct bt_gatt_attr *attr, const void *buf, uint16_t len,
                                             uint16_t offset, uint8_t flags);
struct bt_gatt_attr {
  const struct bt_uuid *uuid;
  bt_gatt_attr_read_func_t read;
  bt_gatt_attr_write_func_t write;
  void *user_data;
  uint16_t handle;
  uint16_t perm;
};
struct bt_gatt_service_static {
  const struct bt_gatt_attr *attrs;
  size_t attr_count;
};
struct bt_gatt_ccc_managed_user_data {
  void (*cfg_changed)(const struct bt_gatt_attr *attr, uint16_t value);
};

#define STUB_ATTRIBUTE(uuid_, perm_, read_, write_, data_) \
  {.uuid = (uuid_), .read = (read_), .write = (write_), .user_data = (data_), .handle = 0, .perm = (perm_)}
#define BT_GATT_SERVICE_DEFINE(name, ...) \
  const struct bt_gatt_attr attr_##name[] = {__VA_ARGS__}; \
  const struct bt_gatt_service_static name = {.attrs = attr_##name, .attr_count = ARRAY_SIZE(attr_##name)}
#define BT_GATT_PRIMARY_SERVICE(service) \
  STUB_ATTRIBUTE(BT_UUID_DECLARE_16(0x2800), BT_GATT_PERM_READ, bt_gatt_attr_read_service, NULL, (void *)service)
#define BT_GATT_CHARACTERISTIC(uuid_, props, perm_, read_, write_, data_) /* declaration, value */ \
  STUB_ATTRIBUTE(BT_UUID_DECLARE_16(0x2803), BT_GATT_PERM_READ, bt_gatt_attr_read_chrc, NULL, ((uint8_t[]){props})), \
    STUB_ATTRIBUTE(uuid_, perm_, read_, write_, data_)
#define BT_GATT_CCC(changed, perm_) \
  STUB_ATTRIBUTE(BT_UUID_DECLARE_16(0x2902), perm_, bt_gatt_attr_read_ccc, bt_gatt_attr_write_ccc, \
                 ((struct bt_gatt_ccc_managed_user_data[]){{.cfg_changed = (changed)}}))

ssize_t bt_gatt_attr_read(struct bt_conn *conn, const struct bt_gatt_attr *attr, void *buf, uint16_t buf_len, uint16_t offset,
                          const void *value, uint16_t value_len);
ssize_t bt_gatt_attr_read_service(struct bt_conn *conn, const struct bt_gatt_attr *attr, void *buf, uint16_t len, uint16_t offset);
ssize_t bt_gatt_attr_read_chrc(struct bt_conn *conn, const struct bt_gatt_attr *attr, void *buf, uint16_t len, uint16_t offset);
ssize_t bt_gatt_attr_read_ccc(struct bt_conn *conn, const struct bt_gatt_attr *attr, void *buf, uint16_t len, uint16_t offset);
ssize_t bt_gatt_attr_write_ccc(struct bt_conn *conn, const struct bt_gatt_attr *attr, const void *buf, uint16_t len, uint16_t offset,
                               uint8_t flags);

typedef void (*bt_gatt_complete_func_t)(struct bt_conn *conn, void *user_data);
struct bt_gatt_notify_params {
  const struct bt_uuid *uuid;
  const struct bt_gatt_attr *attr;
  const void *data;
  uint16_t len;
  bt_gatt_complete_func_t func;
  void *user_data;
};
int bt_gatt_notify_cb(struct bt_conn *conn, struct bt_gatt_notify_params *params);
bool bt_gatt_is_subscribed(struct bt_conn *conn, const struct bt_gatt_attr *attr, uint16_t ccc_type);
uint16_t bt_gatt_get_mtu(struct bt_conn *conn);

#endif
