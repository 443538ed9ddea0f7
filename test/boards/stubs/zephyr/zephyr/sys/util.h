// Stands for Zephyr 4.2.99 include/zephyr/sys/util.h and toolchain.h
#ifndef STUB_ZEPHYR_SYS_UTIL_H
#define STUB_ZEPHYR_SYS_UTIL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BIT(number) (1UL << (number))
#define MIN(left, right) ((left) < (right) ? (left) : (right))
#define MAX(left, right) ((left) > (right) ? (left) : (right))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define ROUND_UP(value, to) ((((value) + (to) - 1) / (to)) * (to))
#define BUILD_ASSERT(condition, text) _Static_assert(condition, text)

#endif
