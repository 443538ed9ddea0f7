// Stands for components/esp_hw_support/include/esp_sleep.h of ESP-IDF v5.3.2.
#pragma once

#include "esp_err.h"

esp_err_t esp_sleep_enable_gpio_wakeup(void);
