// Stands for components/esp_adc/include/esp_adc/adc_cali.h of ESP-IDF v5.3.2.
#pragma once

#include "esp_err.h"

typedef struct adc_cali_scheme_t *adc_cali_handle_t;

esp_err_t adc_cali_raw_to_voltage(adc_cali_handle_t scheme, int raw, int *voltage_mv);
