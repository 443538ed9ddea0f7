// What a clip of its own needs of Linux: clock, motor (a thread that plays its pulses), serial port (a pty) and flash (a file).
#include "realtime.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "board.h"
#include "layout.h"
#include "pulses.h"
#include "virtual.h"

#define SECTOR_BYTES 4096

static int flash_file = -1;
static int pty = -1;

static NORETURN void die(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

uint64_t port_time_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

// The motor: a thread waits for the next alarm.
static pthread_mutex_t lock;
static pthread_cond_t alarm_changed;
static uint64_t alarm_us = UINT64_MAX;

static void *motor(void *unused) {
  (void)unused;
  pthread_mutex_lock(&lock);
  for (;;) {
    if (alarm_us <= port_time_us()) {
      pulses_run(port_time_us());
    } else if (alarm_us == UINT64_MAX) {
      pthread_cond_wait(&alarm_changed, &lock);
    } else {
      const struct timespec until = {(time_t)(alarm_us / 1000000u), (long)(alarm_us % 1000000u) * 1000};
      pthread_cond_timedwait(&alarm_changed, &lock, &until);
    }
  }
  return NULL;
}

void pulses_alarm(uint64_t at_us) {
  alarm_us = at_us;
  pthread_cond_signal(&alarm_changed);
}
uint32_t pulses_lock(void) {
  pthread_mutex_lock(&lock);
  return 0;
}
void pulses_unlock(uint32_t state) {
  (void)state;
  pthread_mutex_unlock(&lock);
}
int32_t port_link_send(int32_t port, const uint8_t *src, uint32_t size) {
  if (port != PORT_SERIAL) return HAL_CLOSED;
  const ssize_t taken = write(pty, src, size);
  return taken < 0 ? 0 : (int32_t)taken;
}
int32_t port_link_recv(int32_t port, uint8_t *dst, uint32_t size) {
  if (port != PORT_SERIAL) return HAL_CLOSED;
  const ssize_t given = read(pty, dst, size);
  return given < 0 ? 0 : (int32_t)given;
}

uint32_t port_doze(uint64_t until_us) {
  board_watchdog_feed();
  const uint64_t now_us = port_time_us();
  const uint64_t wait_us = until_us > now_us ? until_us - now_us : 0;
  const struct timespec wait = {(time_t)(wait_us / 1000000u), (long)(wait_us % 1000000u) * 1000};
  struct pollfd poll = {pty, POLLIN, 0};
  return ppoll(&poll, 1, &wait, NULL) > 0 ? WAKE_LINK : 0;
}

static int32_t flash_range(int32_t at, uint32_t size) {
  return at < 0 || size > FLASH_BYTES || (uint32_t)at > FLASH_BYTES - size ? HAL_RANGE : 0;
}
static int32_t flash_read(int32_t at, uint8_t *dst, uint32_t size) {
  if (flash_range(at, size) != 0) return HAL_RANGE;
  return pread(flash_file, dst, size, at) == (ssize_t)size ? 0 : HAL_IO;
}
static int32_t flash_write(int32_t at, const uint8_t *src, uint32_t size) {
  if (flash_range(at, size) != 0) return HAL_RANGE;
  for (uint32_t done = 0; done < size; done++) {
    uint8_t byte;
    if (pread(flash_file, &byte, 1, at + (int32_t)done) != 1) return HAL_IO;
    if (byte != 0xff) return HAL_DIRTY;
  }
  return pwrite(flash_file, src, size, at) == (ssize_t)size && fdatasync(flash_file) == 0 ? 0 : HAL_IO;
}
static int32_t flash_erase(int32_t at, int32_t size) {
  if (size <= 0 || at % SECTOR_BYTES != 0 || size % SECTOR_BYTES != 0 || flash_range(at, (uint32_t)size) != 0) return HAL_RANGE;
  uint8_t erased[SECTOR_BYTES];
  memset(erased, 0xff, sizeof erased);
  for (int32_t done = 0; done < size; done += SECTOR_BYTES) {
    if (pwrite(flash_file, erased, sizeof erased, at + done) != SECTOR_BYTES) return HAL_IO;
  }
  return fdatasync(flash_file) == 0 ? 0 : HAL_IO;
}
const struct port_flash realtime_flash = {flash_read, flash_write, flash_erase};

static void put_word(uint8_t *header, int32_t at, uint32_t value) {
  for (int byte = 0; byte < 4; byte++) header[at + byte] = (uint8_t)(value >> 8 * byte);
}

static NORETURN void wrong(const char *what, const char *why) {
  fprintf(stderr, "%s %s\n", what, why);
  exit(2);
}

// A new file is erased flash, with the app in its first slot; it is made only when the app can be read.
static void make_flash(const char *app) {
  static uint8_t image[SLOT_BYTES - SLOT_IMAGE + 1];
  const int file = open(app, O_RDONLY | O_CLOEXEC);
  const ssize_t size = file < 0 ? -1 : read(file, image, sizeof image);
  if (size < 0) die(app);
  if (size == 0) wrong(app, "is empty: it is no app");
  if (size == (ssize_t)sizeof image) wrong(app, "does not fit an app slot");
  close(file);
  uint8_t header[SLOT_HEADER_BYTES];
  memset(header, 0xff, sizeof header);
  put_word(header, SLOT_SEQUENCE_AT, 1);
  put_word(header, SLOT_LENGTH_AT, (uint32_t)size);
  put_word(header, SLOT_CONFIRMED_AT, 0);
  board_sha256(image, (uint32_t)size, header + SLOT_SHA256_AT);
  uint8_t magic[4];
  put_word(magic, 0, (uint32_t)SLOT_MAGIC);
  const int32_t rest = SLOT_SEQUENCE_AT;
  if (flash_erase(0, FLASH_BYTES) != 0 || flash_write(SLOT_START + SLOT_IMAGE, image, (uint32_t)size) != 0 ||
      flash_write(SLOT_START + rest, header + rest, sizeof header - (uint32_t)rest) != 0 ||
      flash_write(SLOT_START + SLOT_MAGIC_AT, magic, sizeof magic) != 0) {
    die("flash");
  }
}

int realtime_start(const char *flash, const char *app, int kept_pty) {
  flash_file = open(flash, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  struct stat state;
  if (flash_file < 0 || fstat(flash_file, &state) != 0) die(flash);
  if (flock(flash_file, LOCK_EX | LOCK_NB) != 0) wrong(flash, "is the flash of a clip that is running");
  if (state.st_size == 0) {
    if (app == NULL) wrong(flash, "is new: give it an app with --app clip.wasm");
    make_flash(app);
  } else if (state.st_size != FLASH_BYTES) {
    fprintf(stderr, "%s has %lld bytes, the flash of a clip %d: it is none\n", flash, (long long)state.st_size, FLASH_BYTES);
    exit(2);
  } else if (app != NULL && kept_pty < 0) {
    wrong(flash, "has an app already: leave out --app, or begin with a new file");
  }
  setvbuf(stdout, NULL, _IOLBF, 0);

  pty = kept_pty;
  if (pty < 0) {
    pty = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    if (pty < 0 || grantpt(pty) != 0 || unlockpt(pty) != 0) die("pty");
    // Held open here too, so that the pty outlives whoever talks over it.
    const int other = open(ptsname(pty), O_RDWR | O_NOCTTY);
    struct termios raw;
    if (other < 0 || tcgetattr(other, &raw) != 0) die("pty");
    cfmakeraw(&raw);
    if (tcsetattr(other, TCSANOW, &raw) != 0) die("pty");
    printf("serial port: %s\n", ptsname(pty));
  }

  pthread_mutexattr_t recursive;
  pthread_mutexattr_init(&recursive);
  pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE); // pulses_run takes what its thread holds
  pthread_mutex_init(&lock, &recursive);
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&alarm_changed, &monotonic);
  pthread_t thread;
  if (pthread_create(&thread, NULL, motor, NULL) != 0) die("motor");
  return pty;
}
