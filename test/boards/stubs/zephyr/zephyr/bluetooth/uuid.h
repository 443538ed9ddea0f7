// Stands for Zephyr 4.2.99 include/zephyr/bluetooth/uuid.h
#ifndef STUB_ZEPHYR_BLUETOOTH_UUID_H
#define STUB_ZEPHYR_BLUETOOTH_UUID_H

#include <stdint.h>

struct bt_uuid {
  uint8_t type;
};
struct bt_uuid_16 {
  struct bt_uuid uuid;
  uint16_t val;
};
struct bt_uuid_128 {
  struct bt_uuid uuid;
  uint8_t val[16];
};

#define STUB_BYTE(value, number) (uint8_t)((value) >> 8 * (number) & 0xFF)
#define BT_UUID_16_ENCODE(w16) STUB_BYTE(w16, 0), STUB_BYTE(w16, 1)
#define BT_UUID_128_ENCODE(w32, w1, w2, w3, w48) \
  STUB_BYTE(w48, 0), STUB_BYTE(w48, 1), STUB_BYTE(w48, 2), STUB_BYTE(w48, 3), STUB_BYTE(w48, 4), STUB_BYTE(w48, 5), STUB_BYTE(w3, 0), \
    STUB_BYTE(w3, 1), STUB_BYTE(w2, 0), STUB_BYTE(w2, 1), STUB_BYTE(w1, 0), STUB_BYTE(w1, 1), STUB_BYTE(w32, 0), STUB_BYTE(w32, 1), \
    STUB_BYTE(w32, 2), STUB_BYTE(w32, 3)
#define BT_UUID_DECLARE_16(value) ((const struct bt_uuid *)((const struct bt_uuid_16[]){{.uuid = {0}, .val = (value)}}))
#define BT_UUID_DECLARE_128(...) ((const struct bt_uuid *)((const struct bt_uuid_128[]){{.uuid = {2}, .val = {__VA_ARGS__}}}))

#define BT_UUID_BAS BT_UUID_DECLARE_16(0x180f)
#define BT_UUID_BAS_BATTERY_LEVEL BT_UUID_DECLARE_16(0x2a19)
#define BT_UUID_RSCS_VAL 0x1814
#define BT_UUID_RSCS BT_UUID_DECLARE_16(BT_UUID_RSCS_VAL)
#define BT_UUID_RSC_MEASUREMENT BT_UUID_DECLARE_16(0x2a53)
#define BT_UUID_RSC_FEATURE BT_UUID_DECLARE_16(0x2a54)
#define BT_UUID_SENSOR_LOCATION BT_UUID_DECLARE_16(0x2a5d)

#endif
