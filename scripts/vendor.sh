#!/usr/bin/env bash
# Front-end libraries: installs what package-lock.json pins and copies the few files the pages use into the embedded
# assets (internal/web/static/vendor, not committed). Pages work without them, so a machine that cannot reach a package
# registry goes on with what is there; with CI=true that is an error.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

readonly out=internal/web/static/vendor
readonly font=node_modules/@fontsource/be-vietnam-pro

# fresh is true when everything was copied from the present lock file.
fresh() { [ -s "$out/.lock" ] && cmp -s package-lock.json "$out/.lock" && [ -s node_modules/axe-core/axe.min.js ] && [ -s node_modules/oidc-provider/package.json ]; }

# without says that the libraries are not there, or not the pinned ones, and whether that matters.
without() {
  [ "${CI:-}" != true ] || die "$1"
  if [ -s "$out/htmx.min.js" ]; then say "$1: going on with the libraries copied earlier"
  else say "$1: going on without front-end libraries (pages work, with system fonts and full page loads)"
  fi
  exit 0
}

# font_css writes one @font-face per weight and subset, with the character ranges the package itself declares.
font_css() {
  local weight subset range
  for weight in 400 500 600 700; do
    for subset in vietnamese latin; do
      range=$(sed -n "/be-vietnam-pro-$subset-$weight-normal \*/,/}/s/.*unicode-range: *\([^;]*\);.*/\1/p" "$font/$weight.css")
      [ -n "$range" ] || die "no unicode-range for $subset in $font/$weight.css"
      printf "@font-face{font-family:'Be Vietnam Pro';font-style:normal;font-display:swap;font-weight:%s;" "$weight"
      printf "src:url(be-vietnam-pro-%s-%s-normal.woff2) format('woff2');unicode-range:%s}\n" "$subset" "$weight" "$range"
    done
  done
}

copy() {
  local weight subset
  mkdir -p "$out"
  cp node_modules/htmx.org/dist/htmx.min.js "$out/htmx.min.js"
  cp node_modules/htmx.org/LICENSE "$out/htmx.LICENSE"
  cp "$font/LICENSE" "$out/be-vietnam-pro.LICENSE"
  for weight in 400 500 600 700; do
    for subset in vietnamese latin; do
      cp "$font/files/be-vietnam-pro-$subset-$weight-normal.woff2" "$out/"
    done
  done
  font_css >"$out/be-vietnam-pro.css"
  cp package-lock.json "$out/.lock"
}

if fresh; then exit 0; fi
command -v npm >/dev/null 2>&1 || without "npm is not installed"
say "npm ci"
npm ci --ignore-scripts --no-audit --no-fund >&2 || without "npm ci failed"
copy
say "front-end libraries are in $out"
