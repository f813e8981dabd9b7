#!/usr/bin/env bash
# Everything that reads the code without running it. All checks run, then the script fails if one of them did.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

failed=()
check() {
  local name=$1
  shift
  if "$@" >&2; then say "ok    $name"; else say "FAIL  $name"; failed+=("$name"); fi
}

gofmt_clean() {
  local files
  files=$(gofmt -l ./*.go internal scripts) || return 1
  [ -z "$files" ] || { printf 'not gofmt-ed (make fmt):\n%s\n' "$files"; return 1; }
}

tool() { go tool -modfile=tools/go.mod "$@"; }

check gofmt gofmt_clean
check "go vet" go vet ./...
check golangci-lint tool golangci-lint run --timeout 10m
if command -v shellcheck >/dev/null 2>&1; then check shellcheck shellcheck -x scripts/*.sh .ci/run; fi

[ ${#failed[@]} = 0 ] || die "failed: ${failed[*]}"
