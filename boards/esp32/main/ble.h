// The clip's radio: ports 1 to 4 as GATT services. Bytes are forwarded, never parsed.
#ifndef HOPCLIP_BLE_H
#define HOPCLIP_BLE_H

#include <stdbool.h>
#include <stdint.h>

// Starts advertising. `arrived` is called, from another task, when bytes wait.
void ble_start(void (*arrived)(void));

// As board_link_send and board_link_recv (boards/HAL.md), for the ports from PORT_BLE_UART on.
int32_t ble_send(int32_t port, const uint8_t *src, uint32_t size);
int32_t ble_recv(int32_t port, uint8_t *dst, uint32_t size);

// Whether bytes wait on any port.
bool ble_waiting(void);

#endif
