# Writes the SHA-256 of WASM as a C initialiser to TO.
file(SHA256 ${WASM} digest)
string(REGEX REPLACE "(..)" "0x\\1, " bytes ${digest})
file(WRITE ${TO} "#define CLIP_SHA256 {${bytes}}\n")
