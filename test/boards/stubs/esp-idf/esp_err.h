// Stands for components/esp_common/include/esp_err.h of ESP-IDF v5.3.2.
#pragma once

#include <stdint.h>

typedef int esp_err_t;
#define ESP_OK 0
#define ESP_ERR_INVALID_STATE 0x103

_Noreturn void _esp_error_check_failed(esp_err_t rc, const char *file, int line, const char *function, const char *expression);
#define ESP_ERROR_CHECK(x) \
  do { \
    const esp_err_t rc_ = (x); \
    if (rc_ != ESP_OK) _esp_error_check_failed(rc_, __FILE__, __LINE__, __func__, #x); \
  } while (0)
