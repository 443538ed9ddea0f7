// Stands for porting/npl/freertos/include/nimble/nimble_port_freertos.h of esp-nimble 32b2124f, the one of ESP-IDF v5.3.2.
#pragma once

#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

void nimble_port_freertos_init(TaskFunction_t function);
void nimble_port_freertos_deinit(void);
