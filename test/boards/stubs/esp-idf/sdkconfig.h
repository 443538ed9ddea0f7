// Stands for the sdkconfig.h that ESP-IDF v5.3.2 makes of boards/esp32/sdkconfig.defaults; the compiler's command line names the chip.
#pragma once

#if CONFIG_IDF_TARGET_ESP32C3
#define CONFIG_IDF_TARGET "esp32c3"
#elif CONFIG_IDF_TARGET_ESP32S3
#define CONFIG_IDF_TARGET "esp32s3"
#endif
#define CONFIG_BT_NIMBLE_MAX_CONNECTIONS 3
#define CONFIG_ESP_TIMER_SUPPORTS_ISR_DISPATCH_METHOD 1
