// Stands for include/mbedtls/sha256.h of Mbed TLS 3, which ESP-IDF v5.3.2 carries as components/mbedtls/mbedtls.
#pragma once

#include <stddef.h>

int mbedtls_sha256(const unsigned char *input, size_t size, unsigned char *output, int is224);
