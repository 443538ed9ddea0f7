// Stands for Zephyr 4.2.99 include/zephyr/bluetooth/bluetooth.h, addr.h and gap.h
#ifndef STUB_ZEPHYR_BLUETOOTH_BLUETOOTH_H
#define STUB_ZEPHYR_BLUETOOTH_BLUETOOTH_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint8_t val[6];
} bt_addr_t;
typedef struct {
  uint8_t type;
  bt_addr_t a;
} bt_addr_le_t;

#define BT_DATA_FLAGS 0x01
#define BT_DATA_UUID16_ALL 0x03
#define BT_DATA_UUID128_ALL 0x07
#define BT_DATA_NAME_COMPLETE 0x09
#define BT_LE_AD_GENERAL 0x02
#define BT_LE_AD_NO_BREDR 0x04

struct bt_data {
  uint8_t type;
  uint8_t data_len;
  const uint8_t *data;
};
#define BT_DATA(type_, data_, bytes) {.type = (type_), .data_len = (bytes), .data = (const uint8_t *)(data_)}
#define BT_DATA_BYTES(type_, ...) BT_DATA(type_, ((const uint8_t[]){__VA_ARGS__}), sizeof((const uint8_t[]){__VA_ARGS__}))

struct bt_le_adv_param {
  uint8_t id;
  uint8_t sid;
  uint8_t secondary_max_skip;
  uint32_t options;
  uint32_t interval_min;
  uint32_t interval_max;
  const bt_addr_le_t *peer;
};
#define BT_LE_ADV_OPT_CONN 3
#define BT_LE_ADV_PARAM(options_, min, max, peer_) \
  ((const struct bt_le_adv_param[]){{.options = (options_), .interval_min = (min), .interval_max = (max), .peer = (peer_)}})

typedef void (*bt_ready_cb_t)(int err);
int bt_enable(bt_ready_cb_t cb);
void bt_id_get(bt_addr_le_t *addrs, size_t *count);
int bt_set_name(const char *name); // CONFIG_BT_DEVICE_NAME_DYNAMIC
int bt_le_adv_start(const struct bt_le_adv_param *param, const struct bt_data *ad, size_t ad_len, const struct bt_data *sd, size_t sd_len);

#endif
