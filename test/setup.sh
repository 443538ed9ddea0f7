#!/usr/bin/env bash
# What `npm ci && npm test` needs from the machine. No Debian package is needed but Node 20 or newer with npm, so there is nothing to
# install; this checks it and may run any number of times.
set -eu
command -v npm >/dev/null || { echo "npm is missing: install Node 20 or newer (nodejs.org, or Debian 13: apt-get install nodejs npm)" >&2; exit 1; }
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || { echo "node $(node -v) is too old: 20 or newer is needed" >&2; exit 1; }
echo "node $(node -v), npm $(npm -v): enough"
