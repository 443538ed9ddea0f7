// Stands for nimble/host/util/include/host/util/util.h of esp-nimble 32b2124f, the one of ESP-IDF v5.3.2.
#pragma once

int ble_hs_util_ensure_addr(int prefer_random);
