#!/usr/bin/env bash
# Installs what `npm run boards` and `npm run test:boards` need, from Debian and, for the C sources, crates.io. May run any number of times.
set -eu
cd "$(dirname "$0")"
packages=(
  cmake ninja-build gcc libc6-dev                               # builds
  gcc-arm-none-eabi libnewlib-arm-none-eabi                     # Cortex-M4
  gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf          # RV32IMC
  qemu-system-arm qemu-system-misc                              # both, emulated
  wabt                                                          # wasm2c
)
../test/debian.sh "${packages[@]}"
if ! command -v cargo >/dev/null; then
  echo "cargo is missing: install Rust (https://rustup.rs); Debian 12's own cargo is too old for the pinned sources" >&2
  exit 1
fi
echo "fetching C sources pinned in boards/sources/Cargo.lock"
cargo fetch --locked --manifest-path sources/Cargo.toml
echo "boards: ready"
