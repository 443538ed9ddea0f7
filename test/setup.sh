#!/usr/bin/env bash
# Installs what the wider suites need beside npm's packages, for .ci/run. `npm ci && npm test` need none of it: only Node 20 or newer with
# npm, which this checks first. May run any number of times.
set -eu
cd "$(dirname "$0")"
command -v npm >/dev/null || { echo "npm is missing: install Node 20 or newer (nodejs.org, or Debian 13: apt-get install nodejs npm)" >&2; exit 1; }
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || { echo "node $(node -v) is too old: 20 or newer is needed" >&2; exit 1; }
echo "node $(node -v), npm $(npm -v): enough"
./debian.sh postgresql chromium # test/wide: a ledger on a server, reports in a browser
../boards/setup.sh
