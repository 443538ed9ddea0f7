// Stands for components/freertos/FreeRTOS-Kernel/include/freertos/task.h of ESP-IDF v5.3.2;
// xTaskNotify, xTaskNotifyFromISR and xTaskNotifyWait are macros there.
#pragma once

#include "freertos/FreeRTOS.h"

typedef struct tskTaskControlBlock *TaskHandle_t;
typedef void (*TaskFunction_t)(void *argument);
typedef enum { eNoAction, eSetBits } eNotifyAction;

BaseType_t xTaskCreate(TaskFunction_t function, const char *const name, const uint32_t stack_bytes, void *const argument,
                       UBaseType_t priority, TaskHandle_t *const task);
TaskHandle_t xTaskGetCurrentTaskHandle(void);
BaseType_t xTaskNotify(TaskHandle_t task, uint32_t value, eNotifyAction action);
BaseType_t xTaskNotifyFromISR(TaskHandle_t task, uint32_t value, eNotifyAction action, BaseType_t *woken);
BaseType_t xTaskNotifyWait(uint32_t clear_before, uint32_t clear_after, uint32_t *value, TickType_t wait);
void vTaskDelay(const TickType_t wait);
