#!/usr/bin/env bash
# Builds the stylesheets in portal/static from infra/css; needs node and npm. Safe to repeat.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
command -v npm >/dev/null || { echo "The CSS build needs node and npm: apt-get install nodejs npm" >&2; exit 1; }
if ! cmp -s package-lock.json node_modules/.built-from; then
    npm ci --ignore-scripts --omit=optional --no-audit --no-fund
    cp package-lock.json node_modules/.built-from
fi
node build.mjs
