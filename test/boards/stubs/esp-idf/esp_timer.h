// Stands for components/esp_timer/include/esp_timer.h of ESP-IDF v5.3.2.
#pragma once

#include <stdbool.h>

#include "esp_err.h"
#include "sdkconfig.h"

typedef enum {
  ESP_TIMER_TASK,
#if CONFIG_ESP_TIMER_SUPPORTS_ISR_DISPATCH_METHOD
  ESP_TIMER_ISR,
#endif
} esp_timer_dispatch_t;
typedef struct esp_timer *esp_timer_handle_t;
typedef struct {
  void (*callback)(void *argument);
  void *arg;
  esp_timer_dispatch_t dispatch_method;
  const char *name;
  bool skip_unhandled_events;
} esp_timer_create_args_t;

esp_err_t esp_timer_create(const esp_timer_create_args_t *config, esp_timer_handle_t *timer);
esp_err_t esp_timer_start_once(esp_timer_handle_t timer, uint64_t timeout_us);
esp_err_t esp_timer_stop(esp_timer_handle_t timer);
int64_t esp_timer_get_time(void);
void esp_timer_isr_dispatch_need_yield(void);
