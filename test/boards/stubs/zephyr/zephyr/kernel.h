// Stands for Zephyr 4.2.99 include/zephyr/kernel.h, irq.h, sys_clock.h (sys/clock.h) and sys/time_units.h
#ifndef STUB_ZEPHYR_KERNEL_H
#define STUB_ZEPHYR_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/sys/util.h>

typedef int64_t k_ticks_t; // CONFIG_TIMEOUT_64BIT
typedef struct {
  k_ticks_t ticks;
} k_timeout_t;

uint64_t k_ticks_to_us_floor64(uint64_t ticks);
uint64_t k_us_to_ticks_ceil64(uint64_t us);
int64_t k_uptime_ticks(void);

#define K_TICKS_OF(ticks_) ((k_timeout_t){.ticks = (k_ticks_t)(ticks_)})
#define K_NO_WAIT K_TICKS_OF(0)
#define K_USEC(us) K_TICKS_OF(k_us_to_ticks_ceil64(us))
#define K_MSEC(ms) K_USEC((uint64_t)(ms) * 1000u)
#define K_SECONDS(s) K_MSEC((s) * 1000u)
#define K_TIMEOUT_ABS_TICKS(at) K_TICKS_OF(-2 - (k_ticks_t)(at))

int32_t k_sleep(k_timeout_t timeout);

unsigned int irq_lock(void);
void irq_unlock(unsigned int key);

struct k_sem {
  unsigned int count;
  unsigned int limit;
};
#define K_SEM_DEFINE(name, initial, most) struct k_sem name = {.count = (initial), .limit = (most)}
int k_sem_take(struct k_sem *sem, k_timeout_t timeout);
void k_sem_give(struct k_sem *sem);

struct k_timer;
typedef void (*k_timer_expiry_t)(struct k_timer *timer);
typedef void (*k_timer_stop_t)(struct k_timer *timer);
struct k_timer {
  k_timer_expiry_t expiry_fn;
  k_timer_stop_t stop_fn;
};
#define K_TIMER_DEFINE(name, expiry, stop) struct k_timer name = {.expiry_fn = (expiry), .stop_fn = (stop)}
void k_timer_start(struct k_timer *timer, k_timeout_t duration, k_timeout_t period);
void k_timer_stop(struct k_timer *timer);

struct k_work;
typedef void (*k_work_handler_t)(struct k_work *work);
struct k_work {
  k_work_handler_t handler;
};
#define K_WORK_DEFINE(work, work_handler) struct k_work work = {.handler = (work_handler)}
int k_work_submit(struct k_work *work);

#endif
