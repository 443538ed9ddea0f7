// The clip as a Linux process. In lockstep everything around it is the simulator's, over the FIFOs `in` and `out` of the working folder;
// with --realtime it is a clip of its own on a pty.
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "board.h"
#include "clip.h"
#include "realtime.h"
#include "virtual.h"

static int file_in = -1;
static int file_out = -1;
static uint32_t *retained;
static char **own_arguments;

uint32_t port_read(void *dst, uint32_t size) {
  for (;;) {
    const ssize_t got = read(file_in, dst, size);
    if (got >= 0) return (uint32_t)got;
    if (errno != EINTR) return 0;
  }
}

uint32_t port_write(const void *src, uint32_t size) {
  const uint8_t *at = src;
  while (size > 0) {
    const ssize_t done = write(file_out, at, size);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return 0;
    at += done;
    size -= (uint32_t)done;
  }
  return 1;
}

uint64_t port_instructions(void) {
  return 0;
}

void port_print(const uint8_t *text, uint32_t size) {
  fprintf(stderr, "%.*s\n", (int)size, (const char *)text);
}

// The classic interpreter writes into the image; the others must not.
void port_protect(void *at, uint32_t size, bool writable) {
#ifdef APP_WRITES_IMAGE
  writable = true;
#endif
  mprotect(at, size, writable ? PROT_READ | PROT_WRITE : PROT_READ);
}

void port_exit(void) {
  _exit(0);
}

// Restarting is running the same program anew; what is kept stands in a file without a name that stays open, as FIFOs and pty do.
void port_restart(void) {
  execv("/proc/self/exe", own_arguments);
  _exit(1);
}

uint32_t *board_retained(void) {
  return retained;
}

static void on_watchdog(int signal) {
  (void)signal;
  if (virtual_bitten()) port_restart();
}

// By processor time, the system's share included, not by the time of day: what else the machine does is no hang.
void board_watchdog_feed(void) {
  const struct itimerval timer = {{0, 0}, {WATCHDOG_MS / 1000, WATCHDOG_MS % 1000 * 1000}};
  setitimer(ITIMER_PROF, &timer, NULL);
}

static int open_or_die(const char *path, int flags) {
  const int file = open(path, flags);
  if (file < 0) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    exit(1);
  }
  return file;
}

static const char help[] =
    "usage: hopclip-linux                                         in lockstep with the simulator, FIFOs `in` and `out` in this folder\n"
    "       hopclip-linux --realtime --flash FILE [--app WASM]    a clip on a pty, whose name it prints; FILE is made with WASM when new\n"
    "                     [--virtual]                             with the simulator's sensor, over the same FIFOs\n";

int main(int count, char **arguments) {
  enum { REALTIME = 1, FLASH, APP, VIRTUAL, HELP };
  static const struct option options[] = {{"realtime", no_argument, NULL, REALTIME}, {"flash", required_argument, NULL, FLASH},
                                          {"app", required_argument, NULL, APP},     {"virtual", no_argument, NULL, VIRTUAL},
                                          {"help", no_argument, NULL, HELP},         {NULL, 0, NULL, 0}};
  own_arguments = arguments;
  bool realtime = false;
  bool simulated = false;
  const char *flash = NULL;
  const char *app = NULL;
  for (int option; (option = getopt_long(count, arguments, "", options, NULL)) >= 0;) {
    if (option == REALTIME) realtime = true;
    else if (option == FLASH) flash = optarg;
    else if (option == APP) app = optarg;
    else if (option == VIRTUAL) simulated = true;
    else {
      fputs(help, option == HELP ? stdout : stderr);
      return option == HELP ? 0 : 2;
    }
  }
  if (optind < count || realtime != (flash != NULL)) {
    fputs(help, stderr);
    return 2;
  }

  signal(SIGPIPE, SIG_IGN);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_watchdog;
  action.sa_flags = SA_NODEFER; // it must not be blocked after the restart, which the handler never leaves
  sigaction(SIGPROF, &action, NULL);

  int kept = -1;
  int pty = -1;
  const char *before = getenv("HOPCLIP_OPEN");
  // Ours only if this very process wrote it: a restart keeps the number of the process, a child that inherits the words has another.
  int process = 0;
  const bool restarted = before != NULL && sscanf(before, "%d %d %d %d %d", &process, &file_in, &file_out, &kept, &pty) == 5 && process == getpid();
  if (!restarted) {
    file_in = file_out = kept = pty = -1;
    if (!realtime || simulated) {
      file_out = open_or_die("out", O_WRONLY);
      file_in = open_or_die("in", O_RDONLY);
    }
    kept = memfd_create("retained", 0);
    if (kept < 0 || ftruncate(kept, 4 * RETAINED_WORDS) != 0) return 1;
  }
  retained = mmap(NULL, 4 * RETAINED_WORDS, PROT_READ | PROT_WRITE, MAP_SHARED, kept, 0);
  if (retained == MAP_FAILED) return 1;
  if (realtime) pty = realtime_start(flash, app, pty);
  char open_files[64];
  snprintf(open_files, sizeof open_files, "%d %d %d %d %d", (int)getpid(), file_in, file_out, kept, pty);
  setenv("HOPCLIP_OPEN", open_files, 1);

  const struct port_flash *own_flash = realtime ? &realtime_flash : NULL;
  if (file_in >= 0) virtual_connect(own_flash);
  else virtual_alone(own_flash);
  clip_run();
}
