// Stands for Zephyr 4.2.99 include/zephyr/device.h
#ifndef STUB_ZEPHYR_DEVICE_H
#define STUB_ZEPHYR_DEVICE_H

#include <stdbool.h>

#include <zephyr/devicetree.h>

struct device {
  const char *name;
};

extern const struct device stub_device; // any device of the tree
#define DEVICE_DT_GET(node) (&stub_device)

bool device_is_ready(const struct device *dev);

#endif
