// Of Mbed TLS: SHA-256, written for size. Nothing it hashes here is secret: clearing is plain memset (virtual/virtual.c).
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA256_SMALLER
#define MBEDTLS_PLATFORM_ZEROIZE_ALT
