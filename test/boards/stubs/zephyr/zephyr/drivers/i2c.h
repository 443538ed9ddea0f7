// Stands for Zephyr 4.2.99 include/zephyr/drivers/i2c.h
#ifndef STUB_ZEPHYR_DRIVERS_I2C_H
#define STUB_ZEPHYR_DRIVERS_I2C_H

#include <stddef.h>
#include <stdint.h>

#include <zephyr/device.h>

struct i2c_dt_spec {
  const struct device *bus;
  uint16_t addr;
};
#define I2C_DT_SPEC_GET(node) {.bus = &stub_device, .addr = DT_REG_ADDR(node)}

int i2c_write_dt(const struct i2c_dt_spec *spec, const uint8_t *buf, uint32_t num_bytes);
int i2c_write_read_dt(const struct i2c_dt_spec *spec, const void *write_buf, size_t num_write, void *read_buf, size_t num_read);

#endif
