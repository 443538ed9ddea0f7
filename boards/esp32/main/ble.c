// The clip's radio over NimBLE: Nordic UART, SMP, Running Speed and Cadence, Battery, Device Information. Who writes, or is sent what
// the clip records, must be paired; cadence and battery go to any watch.
#include "ble.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "esp_err.h"
#include "esp_mac.h"
#include "freertos/FreeRTOS.h"
#include "freertos/stream_buffer.h"
#include "host/ble_hs.h"
#include "host/util/util.h"
#include "layout.h"
#include "nimble/nimble_port.h"
#include "nimble/nimble_port_freertos.h"
#include "nvs_flash.h"
#include "sdkconfig.h"
#include "services/gap/ble_svc_gap.h"
#include "services/gatt/ble_svc_gatt.h"

#define PORTS (PORT_BLE_BATTERY + 1)
#define CONNECTIONS CONFIG_BT_NIMBLE_MAX_CONNECTIONS
#define NOBODY BLE_HS_CONN_HANDLE_NONE
#define MTU_BYTES 247        // one packet of the radio
#define NOTIFY_HEAD_BYTES 3  // of the MTU
#define WRITE_BYTES_MAX 512  // an attribute's longest value
#define RECEIVED_BYTES 2048  // each port
#define BUFFERS_LEFT_MIN 6   // kept for what comes in
#define ADVERTISE_MS 500
#define APPEARANCE 1090      // running and walking sensor, on shoe

// Kept by NimBLE's store; its headers leave the declaration to the application.
void ble_store_config_init(void);

static char name[] = "hopclip-XXXX";
static uint8_t address_type;
static void (*arrived)(void);
static StreamBufferHandle_t received[PORT_BLE_SMP + 1];
static uint8_t battery_percent;

// Who listens to a port: of UART and SMP, streams that cannot be shared, who subscribed last.
static _Atomic uint16_t listeners[PORTS][CONNECTIONS];
static uint16_t handles[PORTS];

static bool is_stream(int32_t port) {
  return port == PORT_BLE_UART || port == PORT_BLE_SMP;
}

static bool is_encrypted(uint16_t connection) {
  struct ble_gap_conn_desc found;
  return ble_gap_conn_find(connection, &found) == 0 && found.sec_state.encrypted;
}

// Services

struct value {
  const void *bytes;
  uint16_t size;
};
static const struct value RSC_FEATURE = {"\4\0", 2};    // whether it is walking or running; neither stride length nor distance
static const struct value SENSOR_LOCATION = {"\1", 1}; // top of shoe
static const struct value BATTERY = {&battery_percent, 1};
static const struct value MAKER = {"hopclip", 7};
static const struct value PROGRAM = {"0.1.0", 5}; // version of the board's own program; the app's is in its line HEL
static const struct value MODEL = {CONFIG_IDF_TARGET, sizeof CONFIG_IDF_TARGET - 1};

static int on_read(uint16_t connection, uint16_t handle, struct ble_gatt_access_ctxt *context, void *argument) {
  (void)connection;
  (void)handle;
  const struct value *value = argument;
  if (context->op != BLE_GATT_ACCESS_OP_READ_CHR) return BLE_ATT_ERR_UNLIKELY;
  return os_mbuf_append(context->om, value->bytes, value->size) == 0 ? 0 : BLE_ATT_ERR_INSUFFICIENT_RES;
}

static int on_write(uint16_t connection, uint16_t handle, struct ble_gatt_access_ctxt *context, void *argument) {
  (void)connection;
  (void)argument;
  static uint8_t bytes[WRITE_BYTES_MAX];
  uint16_t size = 0;
  if (context->op != BLE_GATT_ACCESS_OP_WRITE_CHR) return BLE_ATT_ERR_UNLIKELY;
  if (ble_hs_mbuf_to_flat(context->om, bytes, sizeof bytes, &size) != 0) return BLE_ATT_ERR_INVALID_ATTR_VALUE_LEN;
  const StreamBufferHandle_t to = received[handle == handles[PORT_BLE_SMP] ? PORT_BLE_SMP : PORT_BLE_UART];
  // All of it or nothing: half a packet would spoil the next too.
  if (xStreamBufferSpacesAvailable(to) < size) return BLE_ATT_ERR_INSUFFICIENT_RES;
  xStreamBufferSend(to, bytes, size, 0);
  arrived();
  return 0;
}

// A characteristic that is only notified: nobody may read or write it.
static int on_nothing(uint16_t connection, uint16_t handle, struct ble_gatt_access_ctxt *context, void *argument) {
  (void)connection;
  (void)handle;
  (void)context;
  (void)argument;
  return BLE_ATT_ERR_UNLIKELY;
}

// UUIDs, lowest byte first.
#define UART_UUID(number) \
  BLE_UUID128_INIT(0x9e, 0xca, 0xdc, 0x24, 0x0e, 0xe5, 0xa9, 0xe0, 0x93, 0xf3, 0xa3, 0xb5, number, 0x00, 0x40, 0x6e)
static const ble_uuid128_t UART_SERVICE = UART_UUID(0x01);
static const ble_uuid128_t UART_WRITTEN = UART_UUID(0x02);
static const ble_uuid128_t UART_NOTIFIED = UART_UUID(0x03);
static const ble_uuid128_t SMP_SERVICE =
    BLE_UUID128_INIT(0x84, 0xaa, 0x60, 0x74, 0x52, 0x8a, 0x8b, 0x86, 0xd3, 0x4c, 0xb7, 0x1d, 0x1d, 0xdc, 0x53, 0x8d);
static const ble_uuid128_t SMP_BYTES =
    BLE_UUID128_INIT(0x48, 0x7c, 0x99, 0x74, 0x11, 0x26, 0x9e, 0xae, 0x01, 0x4e, 0xce, 0xfb, 0x28, 0x78, 0x2e, 0xda);
static const ble_uuid16_t ADVERTISED[] = {BLE_UUID16_INIT(0x1814), BLE_UUID16_INIT(0x180f)};

#define UUID16(value) BLE_UUID16_DECLARE(value)
#define READ_ONLY(number, content) {.uuid = UUID16(number), .access_cb = on_read, .arg = (void *)&content, .flags = BLE_GATT_CHR_F_READ}
#define WRITTEN (BLE_GATT_CHR_F_WRITE | BLE_GATT_CHR_F_WRITE_NO_RSP | BLE_GATT_CHR_F_WRITE_ENC)

static const struct ble_gatt_svc_def SERVICES[] = {
    {
        .type = BLE_GATT_SVC_TYPE_PRIMARY,
        .uuid = &UART_SERVICE.u,
        .characteristics =
            (const struct ble_gatt_chr_def[]){
                {.uuid = &UART_WRITTEN.u, .access_cb = on_write, .flags = WRITTEN},
                {.uuid = &UART_NOTIFIED.u, .access_cb = on_nothing, .flags = BLE_GATT_CHR_F_NOTIFY, .val_handle = &handles[PORT_BLE_UART]},
                {0},
            },
    },
    {
        .type = BLE_GATT_SVC_TYPE_PRIMARY,
        .uuid = &SMP_SERVICE.u,
        .characteristics =
            (const struct ble_gatt_chr_def[]){
                {.uuid = &SMP_BYTES.u, .access_cb = on_write, .flags = WRITTEN | BLE_GATT_CHR_F_NOTIFY, .val_handle = &handles[PORT_BLE_SMP]},
                {0},
            },
    },
    {
        .type = BLE_GATT_SVC_TYPE_PRIMARY,
        .uuid = UUID16(0x1814),
        .characteristics =
            (const struct ble_gatt_chr_def[]){
                {.uuid = UUID16(0x2a53), .access_cb = on_nothing, .flags = BLE_GATT_CHR_F_NOTIFY, .val_handle = &handles[PORT_BLE_RSC]},
                READ_ONLY(0x2a54, RSC_FEATURE),
                READ_ONLY(0x2a5d, SENSOR_LOCATION),
                {0},
            },
    },
    {
        .type = BLE_GATT_SVC_TYPE_PRIMARY,
        .uuid = UUID16(0x180f),
        .characteristics =
            (const struct ble_gatt_chr_def[]){
                {.uuid = UUID16(0x2a19),
                 .access_cb = on_read,
                 .arg = (void *)&BATTERY,
                 .flags = BLE_GATT_CHR_F_READ | BLE_GATT_CHR_F_NOTIFY,
                 .val_handle = &handles[PORT_BLE_BATTERY]},
                {0},
            },
    },
    {
        .type = BLE_GATT_SVC_TYPE_PRIMARY,
        .uuid = UUID16(0x180a),
        .characteristics = (const struct ble_gatt_chr_def[]){READ_ONLY(0x2a29, MAKER), READ_ONLY(0x2a24, MODEL), READ_ONLY(0x2a26, PROGRAM), {0}},
    },
    {0},
};

// Connections

static int on_event(struct ble_gap_event *event, void *unused);

// Goes on as long as a connection is free; an error means that it goes on already, or that none is.
static void advertise(void) {
  const struct ble_hs_adv_fields fields = {
      .flags = BLE_HS_ADV_F_DISC_GEN | BLE_HS_ADV_F_BREDR_UNSUP,
      .uuids16 = ADVERTISED,
      .num_uuids16 = sizeof ADVERTISED / sizeof ADVERTISED[0],
      .name = (const uint8_t *)name,
      .name_len = sizeof name - 1,
      .name_is_complete = 1,
      .appearance = APPEARANCE,
      .appearance_is_present = 1,
  };
  const struct ble_hs_adv_fields response = {.uuids128 = &UART_SERVICE, .num_uuids128 = 1};
  const struct ble_gap_adv_params parameters = {
      .conn_mode = BLE_GAP_CONN_MODE_UND,
      .disc_mode = BLE_GAP_DISC_MODE_GEN,
      .itvl_min = BLE_GAP_ADV_ITVL_MS(ADVERTISE_MS),
      .itvl_max = BLE_GAP_ADV_ITVL_MS(ADVERTISE_MS + 20),
  };
  if (ble_gap_adv_set_fields(&fields) != 0 || ble_gap_adv_rsp_set_fields(&response) != 0) return;
  ble_gap_adv_start(address_type, NULL, BLE_HS_FOREVER, &parameters, on_event, NULL);
}

static void subscribe(int32_t port, uint16_t connection, bool on) {
  int32_t place = 0; // with all taken, which no connection can bring about, the first loses
  for (int32_t index = 0; index < CONNECTIONS; index++) {
    if (listeners[port][index] == connection) listeners[port][index] = NOBODY;
    if (listeners[port][index] == NOBODY) place = index;
  }
  if (on) listeners[port][is_stream(port) ? 0 : place] = connection;
  // Some hosts pair only when they are asked to.
  if (on && is_stream(port) && !is_encrypted(connection)) ble_gap_security_initiate(connection);
}

static int on_event(struct ble_gap_event *event, void *unused) {
  (void)unused;
  struct ble_gap_conn_desc found;
  switch (event->type) {
    case BLE_GAP_EVENT_CONNECT:
    case BLE_GAP_EVENT_DISCONNECT:
    case BLE_GAP_EVENT_ADV_COMPLETE:
      advertise();
      return 0;
    case BLE_GAP_EVENT_SUBSCRIBE:
      for (int32_t port = PORT_BLE_UART; port < PORTS; port++) {
        if (event->subscribe.attr_handle == handles[port]) subscribe(port, event->subscribe.conn_handle, event->subscribe.cur_notify);
      }
      return 0;
    case BLE_GAP_EVENT_REPEAT_PAIRING:
      // The peer has forgotten its bond, so the clip forgets it too.
      if (ble_gap_conn_find(event->repeat_pairing.conn_handle, &found) == 0) ble_store_util_delete_peer(&found.peer_id_addr);
      return BLE_GAP_REPEAT_PAIRING_RETRY;
    default:
      return 0;
  }
}

static void on_sync(void) {
  ESP_ERROR_CHECK(ble_hs_util_ensure_addr(0));
  ESP_ERROR_CHECK(ble_hs_id_infer_auto(0, &address_type));
  advertise();
}

static void run_host(void *unused) {
  (void)unused;
  nimble_port_run();
  nimble_port_freertos_deinit();
}

void ble_start(void (*on_arrived)(void)) {
  arrived = on_arrived;
  for (int32_t port = 0; port < PORTS; port++) {
    for (int32_t index = 0; index < CONNECTIONS; index++) listeners[port][index] = NOBODY;
  }
  for (int32_t port = PORT_BLE_UART; port <= PORT_BLE_SMP; port++) {
    received[port] = xStreamBufferCreate(RECEIVED_BYTES, 1);
    if (received[port] == NULL) abort();
  }
  uint8_t mac[6];
  ESP_ERROR_CHECK(esp_read_mac(mac, ESP_MAC_BT));
  snprintf(name, sizeof name, "hopclip-%02X%02X", mac[4], mac[5]);

  const esp_err_t opened = nvs_flash_init();
  if (opened == ESP_ERR_NVS_NO_FREE_PAGES || opened == ESP_ERR_NVS_NEW_VERSION_FOUND) {
    ESP_ERROR_CHECK(nvs_flash_erase());
    ESP_ERROR_CHECK(nvs_flash_init());
  } else {
    ESP_ERROR_CHECK(opened);
  }
  ESP_ERROR_CHECK(nimble_port_init());
  ble_hs_cfg.sync_cb = on_sync;
  ble_hs_cfg.store_status_cb = ble_store_util_status_rr; // the oldest bond makes room
  // The clip has neither keys nor screen: pairing proves nothing about who pairs, but nobody can listen or take part afterwards.
  ble_hs_cfg.sm_io_cap = BLE_HS_IO_NO_INPUT_OUTPUT;
  ble_hs_cfg.sm_bonding = 1;
  ble_hs_cfg.sm_mitm = 0;
  ble_hs_cfg.sm_sc = 1;
  ble_hs_cfg.sm_our_key_dist = BLE_SM_PAIR_KEY_DIST_ENC | BLE_SM_PAIR_KEY_DIST_ID;
  ble_hs_cfg.sm_their_key_dist = BLE_SM_PAIR_KEY_DIST_ENC | BLE_SM_PAIR_KEY_DIST_ID;
  ble_svc_gap_init();
  ble_svc_gatt_init();
  ESP_ERROR_CHECK(ble_att_set_preferred_mtu(MTU_BYTES));
  ESP_ERROR_CHECK(ble_svc_gap_device_name_set(name));
  ESP_ERROR_CHECK(ble_svc_gap_device_appearance_set(APPEARANCE));
  ESP_ERROR_CHECK(ble_gatts_count_cfg(SERVICES));
  ESP_ERROR_CHECK(ble_gatts_add_svcs(SERVICES));
  ble_store_config_init();
  nimble_port_freertos_init(run_host);
}

// Bytes

// Bytes taken, 0 when there is no room, HAL_CLOSED when the peer is gone.
static int32_t notify(uint16_t connection, int32_t port, const uint8_t *src, uint32_t size) {
  const uint16_t mtu_bytes = ble_att_mtu(connection);
  if (mtu_bytes <= NOTIFY_HEAD_BYTES) return HAL_CLOSED;
  if (os_msys_num_free() < BUFFERS_LEFT_MIN) return 0;
  const uint32_t room = mtu_bytes - (uint32_t)NOTIFY_HEAD_BYTES;
  const uint16_t part = (uint16_t)(size < room ? size : room);
  struct os_mbuf *buffer = ble_hs_mbuf_from_flat(src, part);
  if (buffer == NULL) return 0;
  const int error = ble_gatts_notify_custom(connection, handles[port], buffer);
  if (error == 0) return part;
  return error == BLE_HS_ENOTCONN ? HAL_CLOSED : 0;
}

int32_t ble_send(int32_t port, const uint8_t *src, uint32_t size) {
  if (port < PORT_BLE_UART || port >= PORTS) return 0;
  if (port == PORT_BLE_BATTERY) battery_percent = src[0];
  int32_t most = HAL_CLOSED;
  for (int32_t index = 0; index < CONNECTIONS; index++) {
    const uint16_t connection = listeners[port][index];
    if (connection == NOBODY || (is_stream(port) && !is_encrypted(connection))) continue;
    const int32_t taken = notify(connection, port, src, size);
    if (taken > most) most = taken;
  }
  return port == PORT_BLE_BATTERY ? (int32_t)size : most; // the level is kept for who reads it
}

int32_t ble_recv(int32_t port, uint8_t *dst, uint32_t size) {
  return is_stream(port) ? (int32_t)xStreamBufferReceive(received[port], dst, size, 0) : 0;
}

bool ble_waiting(void) {
  return xStreamBufferBytesAvailable(received[PORT_BLE_UART]) + xStreamBufferBytesAvailable(received[PORT_BLE_SMP]) > 0;
}
