// Made by `npm run layout` from firmware/wire/layout.ts, which says what each is.
#ifndef HOPCLIP_LAYOUT_H
#define HOPCLIP_LAYOUT_H

#define ABI 1
#define WAKE_SENSOR 1
#define WAKE_LINK 2
#define WAKE_TIMER 4
#define PORT_SERIAL 0
#define PORT_BLE_UART 1
#define PORT_BLE_SMP 2
#define PORT_BLE_RSC 3
#define PORT_BLE_BATTERY 4
#define LED_OFF 0
#define LED_IDLE 1
#define LED_ARMED 2
#define LED_COUNT_IN 3
#define LED_SET 4
#define LED_SUMMARY 5
#define LED_FAULT 6
#define LED_BATTERY 7
#define FLASH_BYTES 0x60000
#define SLOTS 2
#define SLOT_START 0x40000
#define SLOT_BYTES 0x10000
#define SLOT_HEADER_BYTES 76
#define SLOT_MAGIC 0x31414348
#define SLOT_MAGIC_AT 0
#define SLOT_SEQUENCE_AT 4
#define SLOT_LENGTH_AT 8
#define SLOT_SHA256_AT 12
#define SLOT_TRIED_AT 64
#define SLOT_CONFIRMED_AT 68
#define SLOT_REFUSED_AT 72
#define SLOT_IMAGE 0x1000

#endif
