// Stands for components/esp_system/include/esp_system.h of ESP-IDF v5.3.2.
#pragma once

_Noreturn void esp_restart(void);
