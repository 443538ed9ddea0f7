// Stands for nimble/host/include/host/ble_hs.h of esp-nimble 32b2124f, the one of ESP-IDF v5.3.2, and what it includes: ble_att.h, ble_gap.h,
// ble_gatt.h, ble_hs_adv.h, ble_hs_id.h, ble_hs_mbuf.h, ble_sm.h, ble_store.h, ble_uuid.h, nimble/ble.h, os/os_mbuf.h.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct os_mbuf;

// nimble/ble.h
typedef struct {
  uint8_t type;
  uint8_t val[6];
} ble_addr_t;

// ble_uuid.h
typedef struct {
  uint8_t type;
} ble_uuid_t;
typedef struct {
  ble_uuid_t u;
  uint16_t value;
} ble_uuid16_t;
typedef struct {
  ble_uuid_t u;
  uint8_t value[16];
} ble_uuid128_t;
#define BLE_UUID16_INIT(number) {.u = {.type = 16}, .value = (number)}
#define BLE_UUID128_INIT(...) {.u = {.type = 128}, .value = {__VA_ARGS__}}
#define BLE_UUID16_DECLARE(number) ((ble_uuid_t *)(&(ble_uuid16_t)BLE_UUID16_INIT(number)))

// ble_att.h
#define BLE_ATT_ERR_INVALID_ATTR_VALUE_LEN 0x0d
#define BLE_ATT_ERR_UNLIKELY 0x0e
#define BLE_ATT_ERR_INSUFFICIENT_RES 0x11
uint16_t ble_att_mtu(uint16_t connection);
int ble_att_set_preferred_mtu(uint16_t mtu);

// ble_gatt.h
#define BLE_GATT_ACCESS_OP_READ_CHR 0
#define BLE_GATT_ACCESS_OP_WRITE_CHR 1
#define BLE_GATT_CHR_F_READ 0x0002
#define BLE_GATT_CHR_F_WRITE_NO_RSP 0x0004
#define BLE_GATT_CHR_F_WRITE 0x0008
#define BLE_GATT_CHR_F_NOTIFY 0x0010
#define BLE_GATT_CHR_F_WRITE_ENC 0x1000
#define BLE_GATT_SVC_TYPE_PRIMARY 1
struct ble_gatt_access_ctxt {
  uint8_t op;
  struct os_mbuf *om;
};
typedef int ble_gatt_access_fn(uint16_t connection, uint16_t handle, struct ble_gatt_access_ctxt *context, void *argument);
typedef uint32_t ble_gatt_chr_flags;
struct ble_gatt_chr_def {
  const ble_uuid_t *uuid;
  ble_gatt_access_fn *access_cb;
  void *arg;
  void *descriptors;
  ble_gatt_chr_flags flags;
  uint8_t min_key_size;
  uint16_t *val_handle;
};
struct ble_gatt_svc_def {
  uint8_t type;
  const ble_uuid_t *uuid;
  const struct ble_gatt_svc_def **includes;
  const struct ble_gatt_chr_def *characteristics;
};
int ble_gatts_count_cfg(const struct ble_gatt_svc_def *services);
int ble_gatts_add_svcs(const struct ble_gatt_svc_def *services);
int ble_gatts_notify_custom(uint16_t connection, uint16_t handle, struct os_mbuf *buffer);

// ble_gap.h
#define BLE_GAP_ADV_ITVL_MS(ms) ((ms) * 1000 / 625)
#define BLE_GAP_CONN_MODE_UND 2
#define BLE_GAP_DISC_MODE_GEN 2
#define BLE_GAP_EVENT_CONNECT 0
#define BLE_GAP_EVENT_DISCONNECT 1
#define BLE_GAP_EVENT_ADV_COMPLETE 9
#define BLE_GAP_EVENT_SUBSCRIBE 14
#define BLE_GAP_EVENT_REPEAT_PAIRING 17
#define BLE_GAP_REPEAT_PAIRING_RETRY 1
struct ble_gap_conn_desc {
  struct {
    unsigned encrypted : 1;
  } sec_state;
  ble_addr_t peer_id_addr;
};
struct ble_gap_adv_params {
  uint8_t conn_mode;
  uint8_t disc_mode;
  uint16_t itvl_min;
  uint16_t itvl_max;
};
struct ble_gap_event {
  uint8_t type;
  union {
    struct {
      uint16_t conn_handle;
      uint16_t attr_handle;
      uint8_t reason;
      uint8_t cur_notify : 1;
    } subscribe;
    struct {
      uint16_t conn_handle;
    } repeat_pairing;
  };
};
typedef int ble_gap_event_fn(struct ble_gap_event *event, void *argument);
struct ble_hs_adv_fields;
int ble_gap_conn_find(uint16_t connection, struct ble_gap_conn_desc *found);
int ble_gap_adv_start(uint8_t own_address_type, const ble_addr_t *peer, int32_t duration_ms, const struct ble_gap_adv_params *parameters,
                      ble_gap_event_fn *callback, void *argument);
int ble_gap_adv_set_fields(const struct ble_hs_adv_fields *fields);
int ble_gap_adv_rsp_set_fields(const struct ble_hs_adv_fields *fields);
int ble_gap_security_initiate(uint16_t connection);

// ble_hs_adv.h
#define BLE_HS_ADV_F_DISC_GEN 0x02
#define BLE_HS_ADV_F_BREDR_UNSUP 0x04
struct ble_hs_adv_fields {
  uint8_t flags;
  const ble_uuid16_t *uuids16;
  uint8_t num_uuids16;
  const ble_uuid128_t *uuids128;
  uint8_t num_uuids128;
  const uint8_t *name;
  uint8_t name_len;
  unsigned name_is_complete : 1;
  uint16_t appearance;
  unsigned appearance_is_present : 1;
};

// ble_hs_id.h
int ble_hs_id_infer_auto(int privacy, uint8_t *address_type);

// os/os_mbuf.h and ble_hs_mbuf.h
int os_mbuf_append(struct os_mbuf *buffer, const void *bytes, uint16_t size);
int os_msys_num_free(void);
struct os_mbuf *ble_hs_mbuf_from_flat(const void *bytes, uint16_t size);
int ble_hs_mbuf_to_flat(const struct os_mbuf *buffer, void *bytes, uint16_t size_max, uint16_t *size);

// ble_sm.h
#define BLE_SM_PAIR_KEY_DIST_ENC 0x01
#define BLE_SM_PAIR_KEY_DIST_ID 0x02

// ble_store.h
struct ble_store_status_event;
typedef int ble_store_status_fn(struct ble_store_status_event *event, void *argument);
int ble_store_util_status_rr(struct ble_store_status_event *event, void *argument);
int ble_store_util_delete_peer(const ble_addr_t *peer);

// ble_hs.h
#define BLE_HS_FOREVER INT32_MAX
#define BLE_HS_CONN_HANDLE_NONE 0xffff
#define BLE_HS_ENOTCONN 7
#define BLE_HS_IO_NO_INPUT_OUTPUT 0x03
struct ble_hs_cfg {
  uint8_t sm_io_cap;
  unsigned sm_bonding : 1;
  unsigned sm_mitm : 1;
  unsigned sm_sc : 1;
  uint8_t sm_our_key_dist;
  uint8_t sm_their_key_dist;
  void (*sync_cb)(void);
  ble_store_status_fn *store_status_cb;
};
extern struct ble_hs_cfg ble_hs_cfg;
