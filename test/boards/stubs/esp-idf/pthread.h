// Stands for the pthread.h of ESP-IDF v5.3.2's C library (newlib), given by components/pthread/pthread.c.
#pragma once

typedef unsigned int pthread_t;
typedef struct pthread_attr pthread_attr_t;

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*function)(void *), void *argument);
