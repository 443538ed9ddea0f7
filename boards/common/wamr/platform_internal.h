// What WAMR asks of a platform, for boards without an operating system: one thread, no files, no memory but its pool.
#ifndef HOPCLIP_PLATFORM_INTERNAL_H
#define HOPCLIP_PLATFORM_INTERNAL_H

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BH_PLATFORM_HOPCLIP
#define BH_APPLET_PRESERVED_STACK_SIZE 1024
#define BH_THREAD_DEFAULT_PRIORITY 0

typedef int korp_tid;
typedef int korp_thread;
typedef int korp_mutex;
typedef int korp_sem;
typedef int korp_cond;
typedef int korp_rwlock;
typedef int os_file_handle;
typedef void *os_dir_stream;
typedef int os_raw_file_handle;
typedef int os_poll_file_handle;
typedef unsigned int os_nfds_t;
typedef int os_timespec;

#define OS_THREAD_MUTEX_INITIALIZER 0

static inline os_file_handle os_get_invalid_handle(void) {
  return -1;
}
static inline int os_getpagesize(void) {
  return 1024;
}

#endif
