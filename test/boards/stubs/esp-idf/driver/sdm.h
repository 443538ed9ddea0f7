// Stands for components/esp_driver_sdm/include/driver/sdm.h and components/hal/include/hal/sdm_types.h of ESP-IDF v5.3.2.
#pragma once

#include "esp_err.h"

typedef enum { SDM_CLK_SRC_DEFAULT = 4 } sdm_clock_source_t;
typedef struct sdm_channel_t *sdm_channel_handle_t;
typedef struct {
  int gpio_num;
  sdm_clock_source_t clk_src;
  uint32_t sample_rate_hz;
  struct {
    uint32_t invert_out : 1;
  } flags;
} sdm_config_t;

esp_err_t sdm_new_channel(const sdm_config_t *config, sdm_channel_handle_t *channel);
esp_err_t sdm_channel_enable(sdm_channel_handle_t channel);
esp_err_t sdm_channel_disable(sdm_channel_handle_t channel);
esp_err_t sdm_channel_set_pulse_density(sdm_channel_handle_t channel, int8_t density);
