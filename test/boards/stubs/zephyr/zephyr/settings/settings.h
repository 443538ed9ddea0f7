// Stands for Zephyr 4.2.99 include/zephyr/settings/settings.h
#ifndef STUB_ZEPHYR_SETTINGS_SETTINGS_H
#define STUB_ZEPHYR_SETTINGS_SETTINGS_H

int settings_load(void);

#endif
