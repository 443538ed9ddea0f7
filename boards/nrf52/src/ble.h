// Bluetooth ports of the clip: the Nordic UART Service, the SMP characteristic, Running Speed and Cadence, the battery level. Bytes are
// forwarded, never parsed.
#ifndef HOPCLIP_NRF52_BLE_H
#define HOPCLIP_NRF52_BLE_H

#include <stdbool.h>
#include <stdint.h>

// Starts to advertise. `received` is called, from a thread of the stack, when bytes came. False when the stack does not start.
bool ble_start(void (*received)(void));

// As board_link_send and board_link_recv, for ports 1 to 4. Never wait.
int32_t ble_send(int32_t port, const uint8_t *src, uint32_t size);
int32_t ble_receive(int32_t port, uint8_t *dst, uint32_t size);

// Whether bytes wait to be asked for, and whether bytes taken are not on the air yet.
bool ble_waits(void);
bool ble_sends(void);

#endif
