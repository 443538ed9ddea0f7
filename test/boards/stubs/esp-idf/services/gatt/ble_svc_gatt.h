// Stands for nimble/host/services/gatt/include/services/gatt/ble_svc_gatt.h of esp-nimble 32b2124f, the one of ESP-IDF v5.3.2.
#pragma once

void ble_svc_gatt_init(void);
