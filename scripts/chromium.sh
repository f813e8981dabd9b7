#!/usr/bin/env bash
# Prints the path of a Chromium (or Chrome) for the browser tests, installing Debian's package when that is possible.
# KETNAP_TEST_CHROMIUM, when set, is taken as it is.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# look prints the first browser that can say its version.
look() {
  local name path
  for name in "${KETNAP_TEST_CHROMIUM:-}" chromium chromium-browser google-chrome-stable google-chrome chrome \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    [ -n "$name" ] || continue
    path=$(command -v "$name" 2>/dev/null) || continue
    if "$path" --version >/dev/null 2>&1; then
      printf '%s\n' "$path"
      return 0
    fi
  done
  return 1
}

look && exit 0
if as_root_with_apt; then
  apt_install chromium || true
  look && exit 0
fi
die "no Chromium or Chrome found.
  Debian:  sudo apt-get install chromium
  or set KETNAP_TEST_CHROMIUM to the path of a browser."
