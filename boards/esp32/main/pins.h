// What is wired where, GPIO numbers: on a Seeed XIAO ESP32C3 or XIAO ESP32S3. boards/esp32/board.json says the same to hosts.
#ifndef HOPCLIP_PINS_H
#define HOPCLIP_PINS_H

#include "sdkconfig.h"

#if CONFIG_IDF_TARGET_ESP32C3
#define PIN_SDA 6
#define PIN_SCL 7
#define PIN_INT1 4
#define PIN_HAPTIC 10
#define PIN_BATTERY 3 // not 2: a strapping pin
#define PIN_LED 5
#define LED_LIT 1
#elif CONFIG_IDF_TARGET_ESP32S3
#define PIN_SDA 5
#define PIN_SCL 6
#define PIN_INT1 4
#define PIN_HAPTIC 9
#define PIN_BATTERY 1
#define PIN_LED 21 // on the module, to 3.3 V
#define LED_LIT 0
#else
#error "neither ESP32-C3 nor ESP32-S3"
#endif

#endif
