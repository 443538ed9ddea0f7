// Stands for components/freertos/FreeRTOS-Kernel/include/freertos/FreeRTOS.h and the portmacro.h of both cores of ESP-IDF
// v5.3.2; the critical sections and the yield are macros there.
#pragma once

#include <stdint.h>

typedef int BaseType_t;
typedef unsigned int UBaseType_t;
typedef uint32_t TickType_t;
typedef struct {
  uint32_t owner;
  uint32_t count;
} portMUX_TYPE;

#define pdFALSE 0
#define pdTRUE 1
#define pdPASS 1
#define portMAX_DELAY 0xffffffffu
#define portTICK_PERIOD_MS ((TickType_t)1) // CONFIG_FREERTOS_HZ=1000
#define pdMS_TO_TICKS(ms) ((TickType_t)(ms) / portTICK_PERIOD_MS)
#define portMUX_INITIALIZER_UNLOCKED {0xb33fffff, 0}

void portENTER_CRITICAL_SAFE(portMUX_TYPE *mux);
void portEXIT_CRITICAL_SAFE(portMUX_TYPE *mux);
void portYIELD_FROM_ISR(void);
