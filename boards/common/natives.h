// The imports of the app for WAMR.
#ifndef HOPCLIP_NATIVES_H
#define HOPCLIP_NATIVES_H

#include <stdbool.h>

#include "wasm_export.h"

// Tells WAMR all of them; false when it has no room.
bool natives_register(void);

#endif
