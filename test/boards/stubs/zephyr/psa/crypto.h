// Stands for Mbed TLS 3.6 include/psa/crypto.h and crypto_values.h (PSA Certified Crypto API 1.0), as the SDK's nrf_security gives them
#ifndef STUB_PSA_CRYPTO_H
#define STUB_PSA_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

typedef int32_t psa_status_t;
typedef uint32_t psa_algorithm_t;

#define PSA_SUCCESS ((psa_status_t)0)
#define PSA_ALG_SHA_256 ((psa_algorithm_t)0x02000009)

psa_status_t psa_crypto_init(void);
psa_status_t psa_hash_compute(psa_algorithm_t alg, const uint8_t *input, size_t input_length, uint8_t *hash, size_t hash_size,
                              size_t *hash_length);

#endif
