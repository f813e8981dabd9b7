#!/usr/bin/env bash
# sqlmap on every address and form the pages of the demo commune offer, and on the addresses of programs: internal/web/sqlmap_test.go collects them from the
# program itself, signs in, and plants faults that sqlmap must find. ENGINE=sqlite (default) or postgres, MINUTES bounds the time,
# ONLY narrows it to addresses ("GET /nguoi") that match, DIR keeps what sqlmap printed.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

if ! command -v sqlmap >/dev/null 2>&1; then
  as_root_with_apt || die "sqlmap is not installed (Debian package sqlmap)"
  apt_install sqlmap || die "sqlmap cannot be installed"
fi
test=()
if [ "${ENGINE:-sqlite}" = postgres ] && [ -z "${KETNAP_TEST_PG:-}" ]; then
  test=(scripts/pg.sh run)
fi
export KETNAP_SQLMAP KETNAP_SQLMAP_ENGINE=${ENGINE:-sqlite} KETNAP_SQLMAP_MINUTES=${MINUTES:-60} KETNAP_SQLMAP_ONLY=${ONLY:-} KETNAP_SQLMAP_DIR=${DIR:-}
KETNAP_SQLMAP=$(command -v sqlmap)
[ -z "$KETNAP_SQLMAP_DIR" ] || KETNAP_SQLMAP_DIR=$(realpath "$KETNAP_SQLMAP_DIR")
"${test[@]}" go test -count=1 -timeout $((KETNAP_SQLMAP_MINUTES + 30))m -v -run '^TestSqlmap$' ./internal/web
