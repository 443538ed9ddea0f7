// Stands for Zephyr 4.2.99 include/zephyr/bluetooth/att.h
#ifndef STUB_ZEPHYR_BLUETOOTH_ATT_H
#define STUB_ZEPHYR_BLUETOOTH_ATT_H

#define BT_ATT_ERR_INVALID_OFFSET 0x07
#define BT_ATT_ERR_INSUFFICIENT_RESOURCES 0x11

#endif
