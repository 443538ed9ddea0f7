// Stands for Zephyr 4.2.99 include/zephyr/sys/reboot.h
#ifndef STUB_ZEPHYR_SYS_REBOOT_H
#define STUB_ZEPHYR_SYS_REBOOT_H

#define SYS_REBOOT_WARM 0

_Noreturn void sys_reboot(int type);

#endif
