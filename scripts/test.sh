#!/usr/bin/env bash
# `make test`: every check of the project. With CI=true a missing tool is an error and no test may skip itself;
# without it, tests that lack PostgreSQL, a browser or Litestream are skipped and counted as such in the closing line.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

ci=${CI:-}
read -ra packages <<<"${PKG:-./...}"

# need runs a script that prints one line; when it fails, that ends the run in CI and is a note elsewhere.
need() {
  local what=$1 out
  shift
  if out=$("$@"); then printf '%s\n' "$out"; return 0; fi
  [ "$ci" != true ] || die "$what is needed when CI=true"
  say "going on without $what: its tests are skipped"
}

# Part two runs inside `pg.sh run`, which sets KETNAP_TEST_PG.
if [ "${1:-}" = inner ]; then
  shift
  go build -buildvcs=false -o build/testsum ./scripts/testsum
  # The browser tests take longest and wait most: they begin first, and two other packages run beside them.
  if [ "${packages[*]}" = ./... ]; then
    mapfile -t packages < <(go list ./internal/web/webtest; go list ./... | grep -v '/webtest$')
  fi
  go test -json -p 3 -timeout 40m "${packages[@]}" | build/testsum
  exit
fi

say "== lint"
lint=0
scripts/lint.sh || lint=1

say "== front-end libraries"
scripts/vendor.sh
axe=node_modules/axe-core/axe.min.js
if [ -s "$axe" ]; then
  export KETNAP_TEST_AXE=$PWD/$axe
elif [ "$ci" = true ]; then
  die "$axe is missing (npm ci did not run)"
fi

say "== browser"
KETNAP_TEST_CHROMIUM=$(need "Chromium" scripts/chromium.sh)
export KETNAP_TEST_CHROMIUM

say "== continuous copy"
KETNAP_TEST_LITESTREAM=$(need "Litestream" scripts/litestream.sh)
export KETNAP_TEST_LITESTREAM

say "== known vulnerabilities"
scripts/vuln.sh || say "   see above; this does not fail the run (make vuln does)"

say "== tests"
tests=0
if [ -n "${KETNAP_TEST_PG:-}" ]; then
  scripts/test.sh inner || tests=1
elif scripts/pg.sh find >/dev/null; then
  scripts/pg.sh run scripts/test.sh inner || tests=1
elif [ "$ci" = true ]; then
  die "PostgreSQL is needed when CI=true"
else
  say "going on without PostgreSQL: its tests are skipped"
  scripts/test.sh inner || tests=1
fi

[ "$lint" = 0 ] || say "lint failed, see above"
exit $((lint | tests))
