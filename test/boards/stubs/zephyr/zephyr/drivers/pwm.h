// Stands for Zephyr 4.2.99 include/zephyr/drivers/pwm.h
#ifndef STUB_ZEPHYR_DRIVERS_PWM_H
#define STUB_ZEPHYR_DRIVERS_PWM_H

#include <stdint.h>

#include <zephyr/device.h>

struct pwm_dt_spec {
  const struct device *dev;
  uint32_t channel;
  uint32_t period; // ns
  uint16_t flags;
};
#define PWM_DT_SPEC_GET(node) {.dev = &stub_device, .channel = 0, .period = 50000, .flags = 0}

int pwm_set_dt(const struct pwm_dt_spec *spec, uint32_t period, uint32_t pulse);

#endif
