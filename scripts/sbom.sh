#!/usr/bin/env bash
# Writes a CycloneDX bill of materials of a built program, from what the program itself says it holds (go version -m), and the list of licences.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-bin/ketnap} out=${2:-build/sbom.cdx.json}
[ -e "$program" ] || { echo "$program is not there: make build" >&2; exit 1; }
mkdir -p "$(dirname "$out")"
go version -m "$program" | awk -v q='"' '
	$1 == "dep" || $1 == "=>" { name[++n] = $2; version[n] = $3; sum[n] = $4 }
	END {
		print "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.5\", \"version\": 1,"
		print " \"metadata\": {\"component\": {\"type\": \"application\", \"name\": \"ketnap\", \"bom-ref\": \"ketnap\"}},"
		print " \"components\": ["
		for (i = 1; i <= n; i++)
			printf "  {\"type\": \"library\", \"name\": \"%s\", \"version\": \"%s\", \"purl\": \"pkg:golang/%s@%s\"}%s\n", name[i], version[i], name[i], version[i], i < n ? "," : ""
		print " ]}"
	}' > "$out"
echo "$out: $(grep -c '"library"' "$out") components"
licences=$(dirname "$out")/licences.txt
: > "$licences"
go version -m "$program" | awk '$1 == "dep" {print $2, $3}' | while read -r name version; do
	dir=$(go list -mod=mod -m -f '{{.Dir}}' "$name@$version" 2>/dev/null || true)
	file=$(find "${dir:-/nonexistent}" -maxdepth 1 -iname 'licen*' -o -maxdepth 1 -iname 'copying*' 2>/dev/null | head -1)
	{ echo "== $name $version"; [ -z "$file" ] || cat "$file"; echo; } >> "$licences"
done
echo "$licences: $(grep -c '^== ' "$licences") licences"
