// Stands for nimble/host/services/gap/include/services/gap/ble_svc_gap.h of esp-nimble 32b2124f, the one of ESP-IDF v5.3.2.
#pragma once

#include <stdint.h>

void ble_svc_gap_init(void);
int ble_svc_gap_device_name_set(const char *name);
int ble_svc_gap_device_appearance_set(uint16_t appearance);
