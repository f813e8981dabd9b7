package house_test

import (
	"regexp"
	"strings"
)

// sqlText recognises a statement at the start of a string: upper case, or lower case as people type it, but not a sentence.
var sqlText = regexp.MustCompile(`(?s)^\s*(--.*?\n\s*)*(` +
	`(SELECT|select)\s.*\s(FROM|from)\s|(INSERT|insert)\s+(INTO|into)\s|(UPDATE|update)\s+"?\w+"?\s+(SET|set)\s|(DELETE|delete)\s+(FROM|from)\s|` +
	`(WITH|with)\s.*\s(AS|as)\s*\(|(CREATE|create|ALTER|alter|DROP|drop)\s+(TABLE|table|UNIQUE|unique|INDEX|index|TRIGGER|trigger)\s|PRAGMA\s|TRUNCATE\s|COPY\s+\w+\s)`)

// fragment recognises the pieces of statements that builders are fed with.
var fragment = regexp.MustCompile(`(?s)^\s*(AND|OR|WHERE|ORDER BY|GROUP BY|LIMIT|ON CONFLICT|LEFT JOIN|JOIN|UNION ALL|VALUES)\s.*(\$\d|\b(ASC|DESC|NULL|BY|ON)\b)`)

var sqlPlaceRule = rule{
	name: "SQL stands in store and db only",
	check: func(t *tree) []string {
		var faults []string
		for _, s := range t.production() {
			if _, _, family, _ := place(s.dir); family == "store" || family == "db" {
				continue
			}
			t.texts(s, func(line int, text string) {
				if sqlText.MatchString(text) || fragment.MatchString(text) {
					faults = append(faults, faultf(s.path, line, "SQL text belongs into internal/store: %.60q", text))
				}
			})
		}
		return faults
	},
	faults: []planted{
		one("a query", "internal/reports/a.go", "package reports\nconst q = `SELECT id\n FROM unit`"),
		one("a query in pieces", "internal/reports/a.go", "package reports\nvar q = \"SELECT \" + cols + \" FROM unit\""),
		one("an insert in lower case", "internal/demo/a.go", "package demo\nconst q = \"insert into unit values (1)\""),
		one("an update", "internal/people/a.go", "package people\nconst q = \"UPDATE person SET name = $1\""),
		one("a delete", "internal/people/a.go", "package people\nconst q = \"\\n\\tDELETE FROM person\""),
		one("a recursive query", "internal/reports/a.go", "package reports\nconst q = \"WITH RECURSIVE t AS (SELECT 1) SELECT n FROM t\""),
		one("DDL", "internal/cli/a.go", "package cli\nconst q = \"CREATE TABLE x (id INTEGER)\""),
		one("a fragment", "internal/reports/a.go", "package reports\nconst q = \" AND unit_id = $1\""),
	},
	fine: []planted{
		one("in store", "internal/store/a.go", "package store\nconst q = `SELECT id FROM unit`"),
		one("a sentence", "internal/cli/a.go", "package cli\nconst q = \"Select a unit from the tree, or update its set of blocs\""),
		one("a struct tag", "internal/reports/a.go", "package reports\ntype x struct { A int `json:\"a\"` }"),
		one("a test", "internal/reports/a_test.go", "package reports\nconst q = `SELECT id FROM unit`"),
	},
}

// unportable spellings, with what doc/sql.md says instead. They are the silent ones and those that break the distribution
// by province; loud ones are found by running on both engines.
var unportable = []struct {
	name, instead string
	pattern       *regexp.Regexp
}{
	{"LIKE", "a folded column and a range: k >= $1 AND k < $2 (SQLite ignores ASCII case)", regexp.MustCompile(`(?i)\bI?LIKE\b`)},
	{"lower or upper", "a folded column filled in Go (SQLite knows ASCII only)", regexp.MustCompile(`(?i)\b(lower|upper)\s*\(`)},
	{"::type", "CAST(x AS type)", regexp.MustCompile(`::\s*[a-z]`)},
	{"the database's clock", "a time from Go as an argument", regexp.MustCompile(`(?i)\bnow\s*\(\s*\)|\bcurrent_(timestamp|date|time)\b|\bstrftime\s*\(|\bclock_timestamp\b`)},
	{"a volatile function", "a value made in Go", regexp.MustCompile(`(?i)\brandom\s*\(|\bgen_random_uuid\b|\bnextval\b`)},
	{"SELECT *", "the columns by name, so that a new column changes no result", regexp.MustCompile(`(?i)\bSELECT\s+(\w+\.)?\*`)},
	{"an array argument", "the builder's In, in chunks", regexp.MustCompile(`(?i)=\s*ANY\s*\(|\bjson_each\b|\bunnest\s*\(`)},
	{"greatest or least", "CASE", regexp.MustCompile(`(?i)\b(greatest|least)\s*\(`)},
	{"MERGE", "INSERT … ON CONFLICT", regexp.MustCompile(`^\s*MERGE\b`)},
	{"grouping sets", "several queries, or sums in Go", regexp.MustCompile(`(?i)\b(rollup|cube)\s*\(|\bgrouping\s+sets\b`)},
	{"COLLATE in a query", "COLLATE in the schema", regexp.MustCompile(`(?i)\bCOLLATE\b`)},
	{"a moved row", "a new row: the province of a row never changes", regexp.MustCompile(`(?is)\bSET\b[^;]*\bprovince_id\s*=[^=]*\bWHERE\b`)},
	{"a function around the province", "province_id = $n bare, or no partition is pruned", regexp.MustCompile(`(?i)\bprovince_id\s*=\s*(CAST|COALESCE|ABS|\()`)},
}

// portableExceptions are statements that stand for one engine or another thing on purpose: file and name -> why.
var portableExceptions = map[string]string{
	"internal/store/people_read.go LIKE": "name keys have no small letters, and what it lets through is looked at again",
}

var portableRule = rule{
	name: "SQL keeps to the portable subset",
	check: func(t *tree) []string {
		var faults []string
		for _, s := range t.production() {
			if _, _, family, _ := place(s.dir); family != "store" {
				continue
			}
			t.texts(s, func(line int, text string) {
				if !sqlText.MatchString(text) && !fragment.MatchString(text) {
					return
				}
				text = quoted.ReplaceAllString(text, "''")
				for _, u := range unportable {
					if _, known := portableExceptions[s.path+" "+u.name]; u.pattern.MatchString(text) && !known {
						faults = append(faults, faultf(s.path, line, "%s: use %s", u.name, u.instead))
					}
				}
			})
		}
		return faults
	},
	faults: []planted{
		sqlFault("like", "SELECT id FROM unit WHERE path LIKE $1"),
		sqlFault("lower", "SELECT id FROM unit WHERE lower(name) = $1"),
		sqlFault("a PostgreSQL cast", "SELECT n::bigint FROM tally WHERE x = $1"),
		sqlFault("now", "UPDATE unit SET at = now() WHERE id = $1"),
		sqlFault("random", "UPDATE unit SET at = random() WHERE id = $1"),
		sqlFault("star", "SELECT * FROM unit"),
		sqlFault("any", "SELECT id FROM unit WHERE id = ANY($1)"),
		sqlFault("greatest", "SELECT greatest(a, b) FROM unit"),
		sqlFault("rollup", "SELECT a, COUNT(1) FROM unit GROUP BY ROLLUP (a)"),
		sqlFault("collate", "SELECT a FROM unit ORDER BY name COLLATE \\\"C\\\""),
		sqlFault("a moved row", "UPDATE unit SET name = $1, province_id = $2 WHERE id = $3"),
		sqlFault("a wrapped province", "SELECT a FROM unit WHERE province_id = CAST($1 AS INTEGER)"),
		sqlFault("a fragment", " AND name LIKE $1"),
	},
	fine: []planted{
		sqlFault("plain SQL", "SELECT id FROM unit WHERE province_id = $1 AND path >= $2 AND path < $3"),
		sqlFault("a word in quotes", "SELECT id FROM unit WHERE kind = 'like' AND province_id = $1"),
		sqlFault("an update within its province", "UPDATE unit SET name = $3 WHERE province_id = $1 AND id = $2"),
		sqlFault("an upsert", "INSERT INTO t (province_id, n) VALUES ($1, $2) ON CONFLICT (province_id) DO UPDATE SET n = t.n + excluded.n"),
		one("a sentence", "internal/store/a.go", "package store\nconst s = \"nothing like it\""),
	},
}

// quoted are string literals inside SQL.
var quoted = regexp.MustCompile(`'[^']*'`)

// sqlFault is a store file with one statement.
func sqlFault(name, sql string) planted {
	return one(name, "internal/store/a.go", "package store\nconst q = \""+strings.ReplaceAll(sql, "\n", "\\n")+"\"")
}
