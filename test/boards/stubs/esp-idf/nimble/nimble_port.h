// Stands for porting/nimble/include/nimble/nimble_port.h of esp-nimble 32b2124f, the one of ESP-IDF v5.3.2 (components/bt/host/nimble/nimble).
#pragma once

#include "esp_err.h"

esp_err_t nimble_port_init(void);
void nimble_port_run(void);
