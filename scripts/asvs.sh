#!/usr/bin/env bash
# Makes doc/asvs.md from doc/asvs.csv (requirement | test, review or open | where | what). With --check it only compares.
set -euo pipefail
cd "$(dirname "$0")/.."
make_page() {
	cat <<'EOF'
# OWASP ASVS 5.0: where each requirement is held

Made from `doc/asvs.csv` by `scripts/asvs.sh`. The numbers are those of the OWASP Application Security Verification Standard 5.0.0; the
words are our own and shorter, the standard is what counts. *test*: an automated test fails when it does not hold. *review*: it was looked at
in the named place. *open*: not there yet. Nobody certifies this.

EOF
	awk -F'|' '{n[$2]++} END {printf "**%d requirements: %d by test, %d by review, %d open.**\n\n", NR, n["test"], n["review"], n["open"]}' doc/asvs.csv
	echo "| requirement | held by | where | what |"
	echo "|---|---|---|---|"
	awk -F'|' '{printf "| %s | %s | %s | %s |\n", $1, $2, $3, $4}' doc/asvs.csv
}
if [ "${1:-}" = --check ]; then
	diff <(make_page) doc/asvs.md
else
	make_page > doc/asvs.md
fi
