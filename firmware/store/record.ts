// The record on NOR flash that log and config share: 8 bytes header, payload padded to 4, then a commit word written by itself.

export const PAYLOAD_BYTES_MAX: i32 = 112;

// Types of records. What a payload means is the app's business.
export const RECORD_BOOT: i32 = 1;
export const RECORD_SET: i32 = 2; // a set starts
export const RECORD_CONTACT: i32 = 3;
export const RECORD_AMEND: i32 = 4;
export const RECORD_SUMMARY: i32 = 5;
export const RECORD_FAULT: i32 = 6;
export const RECORD_TIME: i32 = 7; // MCU time against UNIX time
export const RECORD_CONFIG: i32 = 16; // only in the config sectors
