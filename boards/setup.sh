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
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing from Debian: ${missing[*]}"
  sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -q
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
fi
if ! command -v cargo >/dev/null; then
  echo "cargo is missing: install Rust (https://rustup.rs); Debian 12's own cargo is too old for the pinned sources" >&2
  exit 1
fi
echo "fetching C sources pinned in boards/sources/Cargo.lock"
cargo fetch --locked --manifest-path sources/Cargo.toml
echo "boards: ready"
