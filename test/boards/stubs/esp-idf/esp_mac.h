// Stands for components/esp_hw_support/include/esp_mac.h of ESP-IDF v5.3.2.
#pragma once

#include "esp_err.h"

typedef enum { ESP_MAC_BT = 2 } esp_mac_type_t;

esp_err_t esp_read_mac(uint8_t *mac, esp_mac_type_t type);
