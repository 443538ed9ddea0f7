// Stands for Zephyr 4.2.99 include/zephyr/sys/atomic.h and atomic_types.h
#ifndef STUB_ZEPHYR_SYS_ATOMIC_H
#define STUB_ZEPHYR_SYS_ATOMIC_H

typedef long atomic_t;
typedef atomic_t atomic_val_t;

atomic_val_t atomic_get(const atomic_t *target);
atomic_val_t atomic_set(atomic_t *target, atomic_val_t value);
atomic_val_t atomic_clear(atomic_t *target);
atomic_val_t atomic_inc(atomic_t *target);
atomic_val_t atomic_dec(atomic_t *target);
atomic_val_t atomic_or(atomic_t *target, atomic_val_t value);

#endif
