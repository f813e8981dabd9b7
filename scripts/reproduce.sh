#!/usr/bin/env bash
# Builds the program twice, from two folders with an empty build cache, and wants the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
for n in 1 2; do
	mkdir -p "$work/$n"
	cp -r go.mod go.sum main.go internal "$work/$n/"
	(cd "$work/$n" && GOCACHE="$work/cache$n" GOFLAGS= CGO_ENABLED=0 go build -trimpath -buildvcs=false -o "$work/ketnap$n" .)
done
sha256sum "$work/ketnap1" "$work/ketnap2"
cmp "$work/ketnap1" "$work/ketnap2" && echo "the same bytes"
