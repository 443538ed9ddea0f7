// Stands for Zephyr 4.2.99 include/zephyr/drivers/adc.h
#ifndef STUB_ZEPHYR_DRIVERS_ADC_H
#define STUB_ZEPHYR_DRIVERS_ADC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/device.h>

struct adc_dt_spec {
  const struct device *dev;
  uint8_t channel_id;
};
#define ADC_DT_SPEC_GET(node) {.dev = &stub_device, .channel_id = 0}

struct adc_sequence {
  uint32_t channels;
  void *buffer;
  size_t buffer_size;
  uint8_t resolution;
};

bool adc_is_ready_dt(const struct adc_dt_spec *spec);
int adc_channel_setup_dt(const struct adc_dt_spec *spec);
int adc_sequence_init_dt(const struct adc_dt_spec *spec, struct adc_sequence *seq);
int adc_read_dt(const struct adc_dt_spec *spec, const struct adc_sequence *sequence);
int adc_raw_to_millivolts_dt(const struct adc_dt_spec *spec, int32_t *valp);

#endif
