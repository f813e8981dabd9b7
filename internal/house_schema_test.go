package house_test

import (
	"regexp"
	"slices"
	"strings"
)

// catalogues are the tables outside every province: small, or by their nature national. All others are tenant tables,
// distributed by province.
var catalogues = map[string]string{
	"province":      "35 rows: the nation and its provinces",
	"person_key":    "national uniqueness of identity numbers: the one look-up that knows no province",
	"setting":       "one row per setting of the deployment",
	"app_user":      "accounts of the program",
	"app_grant":     "rights of accounts",
	"app_session":   "signed-in sessions",
	"app_feed":      "calendar addresses of accounts",
	"app_digest":    "who gets a digest by mail",
	"app_identity":  "whom an organisation knows accounts as",
	"app_token":     "tokens of programs",
	"app_emergency": "openings beyond the budget of an account",
	"app_spent":     "what accounts used up of a day's budget",
	"app_passkey":   "passkeys of accounts",
	"app_totp":      "generators of one-time codes",
	"app_recovery":  "recovery codes",
	"app_pending":   "challenges, half sign-ins and links",
	"app_device":    "browsers that signed an account in",
	"app_guess":     "counted guesses",
	"app_watch":     "dossiers accounts follow",
}

var (
	createTable = regexp.MustCompile(`(?i)CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)\s*\(`)
	createIndex = regexp.MustCompile(`(?i)CREATE\s+(UNIQUE\s+)?INDEX\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)\s+ON\s+(\w+)\s*\(`)
	addColumn   = regexp.MustCompile(`(?i)ALTER\s+TABLE\s+(\w+)\s+ADD\s+COLUMN\s+(\w+)\s+([^;]*);`)
	keyOf       = regexp.MustCompile(`(?i)^(?:CONSTRAINT\s+\w+\s+)?(PRIMARY\s+KEY|UNIQUE|FOREIGN\s+KEY)\s*\(([^)]*)\)(?:\s*REFERENCES\s+(\w+)\s*\(([^)]*)\))?`)
	badDDL      = regexp.MustCompile(`(?i)\b(SERIAL|BIGSERIAL|SMALLSERIAL|AUTOINCREMENT|IDENTITY|ON\s+DELETE\s+SET\s+NULL|TIMESTAMPTZ|TIMESTAMP|GEN_RANDOM_UUID|CREATE\s+RULE)\b`)
	triggerDDL  = regexp.MustCompile(`(?i)\bCREATE\s+TRIGGER\b`)
	sqlComment  = regexp.MustCompile(`--[^\n]*`)
)

// table is what the schema says of one table.
type table struct {
	columns map[string]string // name -> rest of the definition
	first   string            // first column
	keys    [][]string        // primary key, UNIQUE and FOREIGN KEY columns
	primary []string
}

var schemaRule = rule{
	name: "province first in every key",
	check: func(t *tree) []string {
		tables := map[string]*table{}
		var faults []string
		for _, path := range sortedKeys(t.text) {
			if !strings.HasPrefix(path, "internal/store/schema/") || !strings.HasSuffix(path, ".sql") {
				continue
			}
			ddl := sqlComment.ReplaceAllString(t.text[path], "")
			faults = append(faults, checkWords(path, ddl)...)
			faults = append(faults, readTables(path, ddl, tables)...)
			faults = append(faults, checkIndexes(path, ddl, tables)...)
		}
		return faults
	},
	faults: []planted{
		ddl("a key without the province", "CREATE TABLE a (province_id INTEGER NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (id));"),
		ddl("the province second", "CREATE TABLE a (province_id INTEGER NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (id, province_id));"),
		ddl("a key in the column", "CREATE TABLE a (id BIGINT PRIMARY KEY, province_id INTEGER NOT NULL);"),
		ddl("no key", "CREATE TABLE a (province_id INTEGER NOT NULL, id BIGINT NOT NULL);"),
		ddl("a province that may be null", "CREATE TABLE a (province_id INTEGER, id BIGINT NOT NULL, PRIMARY KEY (province_id, id));"),
		ddl("a unique index", good+"CREATE UNIQUE INDEX a_n ON a (n);"),
		ddl("an index", good+"CREATE INDEX a_n ON a (n, province_id);"),
		ddl("a unique constraint", "CREATE TABLE a (province_id INTEGER NOT NULL, id BIGINT NOT NULL, UNIQUE (id), PRIMARY KEY (province_id, id));"),
		ddl("a foreign key across provinces", good+"CREATE TABLE b (province_id INTEGER NOT NULL, a_id BIGINT NOT NULL, PRIMARY KEY (province_id, a_id), FOREIGN KEY (a_id) REFERENCES a (id));"),
		ddl("a number from the database", "CREATE TABLE a (province_id INTEGER NOT NULL, id BIGSERIAL, PRIMARY KEY (province_id, id));"),
		ddl("text without bytewise order in a key", "CREATE TABLE a (province_id INTEGER NOT NULL, code TEXT NOT NULL, PRIMARY KEY (province_id, code));"),
		ddl("text without bytewise order in an index", good+"CREATE INDEX a_s ON a (province_id, s);"),
		ddl("text added later without bytewise order", good+"ALTER TABLE a ADD COLUMN z TEXT NOT NULL; CREATE INDEX a_z ON a (province_id, z);"),
		one("a trigger on PostgreSQL", "internal/store/schema/1.postgres.sql", "CREATE TRIGGER x BEFORE UPDATE ON a EXECUTE FUNCTION f();"),
		ddl("an index on a table nobody made", "CREATE INDEX a_n ON a (province_id, n);"),
	},
	fine: []planted{
		ddl("a tenant table", good+"CREATE INDEX a_n ON a (province_id, n);"),
		ddl("a catalogue", "CREATE TABLE setting (key TEXT COLLATE \"C\" NOT NULL, PRIMARY KEY (key));"),
		ddl("a foreign key to a catalogue", "CREATE TABLE province (id INTEGER NOT NULL, PRIMARY KEY (id)); CREATE TABLE a (province_id INTEGER NOT NULL, PRIMARY KEY (province_id), FOREIGN KEY (province_id) REFERENCES province (id));"),
		one("a trigger on SQLite", "internal/store/schema/1.sqlite.sql", "CREATE TRIGGER x BEFORE UPDATE ON a BEGIN SELECT RAISE(ABORT, 'no'); END;"),
	},
}

const good = "CREATE TABLE a (province_id INTEGER NOT NULL, id BIGINT NOT NULL, n BIGINT NOT NULL, s TEXT NOT NULL, PRIMARY KEY (province_id, id)); -- x\n"

func ddl(name, text string) planted { return one(name, "internal/store/schema/0001_init.sql", text) }

func checkWords(path, ddl string) []string {
	var faults []string
	if bad := badDDL.FindString(ddl); bad != "" {
		faults = append(faults, faultf(path, 0, "%s: ids and times come from the program", bad))
	}
	if triggerDDL.MatchString(ddl) && !strings.HasSuffix(path, ".sqlite.sql") {
		faults = append(faults, faultf(path, 0, "a trigger: only SQLite has them, PostgreSQL takes rights away instead"))
	}
	return faults
}

// readTables adds the tables of a file and says what is wrong with their keys.
func readTables(path, ddl string, tables map[string]*table) []string {
	var faults []string
	for _, m := range createTable.FindAllStringSubmatchIndex(ddl, -1) {
		name := ddl[m[2]:m[3]]
		tb := &table{columns: map[string]string{}}
		for _, item := range splitTop(inside(ddl[m[1]:])) {
			tb.read(item)
		}
		tables[name] = tb
	}
	for _, m := range addColumn.FindAllStringSubmatch(ddl, -1) {
		if tb := tables[m[1]]; tb != nil {
			tb.columns[m[2]] = strings.Join(strings.Fields(m[3]), " ")
		}
	}
	for _, m := range createTable.FindAllStringSubmatch(ddl, -1) {
		name := m[1]
		for _, why := range tables[name].faults(name, tables) {
			faults = append(faults, faultf(path, 0, "table %s: %s", name, why))
		}
	}
	return faults
}

// read takes one column or constraint.
func (tb *table) read(item string) {
	if m := keyOf.FindStringSubmatch(item); m != nil {
		cols := splitTop(m[2])
		if strings.HasPrefix(strings.ToUpper(m[1]), "PRIMARY") {
			tb.primary = cols
		}
		if m[3] != "" {
			cols = append([]string{"→" + m[3]}, cols...)
		}
		tb.keys = append(tb.keys, cols)
		return
	}
	name, rest, _ := strings.Cut(item, " ")
	tb.columns[name] = rest
	if tb.first == "" {
		tb.first = name
	}
	upper := strings.ToUpper(rest)
	if strings.Contains(upper, "PRIMARY KEY") {
		tb.primary = []string{name}
		tb.keys = append(tb.keys, tb.primary)
	} else if strings.Contains(upper, " UNIQUE") {
		tb.keys = append(tb.keys, []string{name})
	}
}

// faults says what is wrong with the keys of a table.
func (tb *table) faults(name string, tables map[string]*table) []string {
	var faults []string
	if len(tb.primary) == 0 {
		faults = append(faults, "no primary key")
	}
	for _, key := range tb.keys {
		faults = append(faults, tb.textKeys(key)...)
	}
	if catalogues[name] != "" {
		return faults
	}
	if tb.first != "province_id" || !strings.HasPrefix(strings.ToUpper(tb.columns["province_id"]), "INTEGER NOT NULL") {
		faults = append(faults, "the first column is province_id INTEGER NOT NULL (or list the table in catalogues)")
	}
	for _, key := range tb.keys {
		to, isForeign := strings.CutPrefix(key[0], "→")
		if isForeign {
			key = key[1:]
			if catalogues[to] != "" {
				continue
			}
			if tables[to] == nil {
				faults = append(faults, "refers to an unknown table "+to)
			}
		}
		if key[0] != "province_id" {
			faults = append(faults, "key ("+strings.Join(key, ", ")+") does not begin with province_id")
		}
	}
	return faults
}

// textKeys finds text columns in a key that would be sorted by language.
func (tb *table) textKeys(key []string) []string {
	var faults []string
	for _, col := range key {
		col, own, _ := strings.Cut(col, " ")
		if own == `COLLATE "C"` { // said by the index itself
			continue
		}
		if def := strings.ToUpper(tb.columns[col]); strings.HasPrefix(def, "TEXT") && !strings.Contains(def, `COLLATE "C"`) {
			faults = append(faults, `column `+col+` is text in a key or index: give it COLLATE "C", so that both engines order it by bytes`)
		}
	}
	return faults
}

func checkIndexes(path, ddl string, tables map[string]*table) []string {
	var faults []string
	for _, m := range createIndex.FindAllStringSubmatchIndex(ddl, -1) {
		name, on := ddl[m[4]:m[5]], ddl[m[6]:m[7]]
		cols := splitTop(inside(ddl[m[1]:]))
		tb := tables[on]
		if tb == nil {
			faults = append(faults, faultf(path, 0, "index %s: unknown table %s", name, on))
			continue
		}
		if catalogues[on] == "" && (len(cols) == 0 || cols[0] != "province_id") {
			faults = append(faults, faultf(path, 0, "index %s does not begin with province_id", name))
		}
		for _, why := range tb.textKeys(cols) {
			faults = append(faults, faultf(path, 0, "index %s: %s", name, why))
		}
	}
	return faults
}

// inside is the text up to the parenthesis that closes the one already open.
func inside(s string) string {
	depth := 1
	for i, r := range s {
		switch r {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return s[:i]
			}
		}
	}
	return s
}

// splitTop splits at commas outside parentheses and tidies white space.
func splitTop(s string) []string {
	var parts []string
	depth, start := 0, 0
	for i, r := range s + "," {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			if part := strings.Join(strings.Fields(s[start:min(i, len(s))]), " "); part != "" {
				parts = append(parts, part)
			}
			start = i + 1
		}
	}
	return parts
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
