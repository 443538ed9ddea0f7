// Stands for Zephyr 4.2.99 include/zephyr/sys/printk.h
#ifndef STUB_ZEPHYR_SYS_PRINTK_H
#define STUB_ZEPHYR_SYS_PRINTK_H

void printk(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
