// Stands for Zephyr 4.2.99 include/zephyr/sys/ring_buffer.h
#ifndef STUB_ZEPHYR_SYS_RING_BUFFER_H
#define STUB_ZEPHYR_SYS_RING_BUFFER_H

#include <stdbool.h>
#include <stdint.h>

struct ring_buf {
  uint8_t *buffer;
  uint32_t size;
  uint32_t put; // bytes since the start
  uint32_t get;
};

// The real one begins with an assertion too: it takes no `static`.
#define RING_BUF_DECLARE(name, size8) \
  _Static_assert((size8) < 0x7fff, "needs CONFIG_RING_BUFFER_LARGE"); \
  static uint8_t name##_bytes[size8]; \
  struct ring_buf name = {.buffer = name##_bytes, .size = (size8)}

bool ring_buf_is_empty(const struct ring_buf *buf);
uint32_t ring_buf_space_get(const struct ring_buf *buf);
uint32_t ring_buf_put(struct ring_buf *buf, const uint8_t *data, uint32_t size);
uint32_t ring_buf_get(struct ring_buf *buf, uint8_t *data, uint32_t size);
uint32_t ring_buf_put_claim(struct ring_buf *buf, uint8_t **data, uint32_t size);
int ring_buf_put_finish(struct ring_buf *buf, uint32_t size);
uint32_t ring_buf_get_claim(struct ring_buf *buf, uint8_t **data, uint32_t size);
int ring_buf_get_finish(struct ring_buf *buf, uint32_t size);

#endif
