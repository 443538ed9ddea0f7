#!/usr/bin/env bash
# Installs what the wider, the BLE and the board suites need beside npm's packages, for .ci/run. `npm ci && npm test` need none of it: only
# Node 20 or newer with npm, which this checks first. May run any number of times.
set -eu
cd "$(dirname "$0")"
command -v npm >/dev/null || { echo "npm is missing: install Node 20 or newer (nodejs.org, or Debian 13: apt-get install nodejs npm)" >&2; exit 1; }
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || { echo "node $(node -v) is too old: 20 or newer is needed" >&2; exit 1; }
echo "node $(node -v), npm $(npm -v): enough"
./debian.sh postgresql chromium python3 python3-venv # test/wide: a ledger on a server, reports in a browser; test/ble

# test/ble: controllers without radios, and clients that nobody here wrote. A venv whose requirements have changed is made anew.
venv=../build/venv
if ! cmp -s requirements.txt "$venv/requirements.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --require-hashes -r builder.txt
  "$venv/bin/pip" install -q --require-hashes --no-build-isolation -r requirements.txt
  cp requirements.txt "$venv/"
fi
echo "$("$venv/bin/python" --version), $(grep -c == requirements.txt) packages: installed"
../boards/setup.sh
