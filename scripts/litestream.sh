#!/usr/bin/env bash
# Builds Litestream, the tool of the continuous copy, at the version that tools/litestream/go.mod pins, and prints its path. Most of what it
# is made of (SQLite) is compiled for the program too; the rest took two thirds of the time of the program itself, from an empty cache.
# KETNAP_TEST_LITESTREAM, when set, is taken as it is.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

root=$(cd "$(dirname "$0")/.." && pwd)
if [ -n "${KETNAP_TEST_LITESTREAM:-}" ]; then
  printf '%s\n' "$KETNAP_TEST_LITESTREAM"
  exit 0
fi
mkdir -p "$root/build"
go build -C "$root/tools/litestream" -ldflags="-s -w" -o "$root/build/litestream" github.com/benbjohnson/litestream/cmd/litestream >&2 ||
  die "Litestream cannot be built (Go modules out of reach?)"
printf '%s\n' "$root/build/litestream"
