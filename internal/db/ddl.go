package db

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// statement is one statement of a migration file. tags are the words of the
// comment after the closing `);` of a CREATE TABLE.
type statement struct {
	body   string // without the final semicolon
	tenant bool   // `); -- tenant`: partitioned by province_id where asked for
	rowid  bool   // `); -- rowid`: SQLite keeps its hidden row number
}

var (
	createTable   = regexp.MustCompile(`^CREATE TABLE (?:IF NOT EXISTS )?(\w+)`)
	createTrigger = regexp.MustCompile(`^CREATE (?:TEMP )?TRIGGER\b`)
)

// split cuts a migration into statements. One ends with a semicolon at the end
// of a line, outside of $$ … $$; a trigger of SQLite ends with a line `END;`.
func split(file string) ([]statement, error) {
	var all []statement
	var cur []string
	dollar := false
	for line := range strings.Lines(file) {
		line = strings.TrimRight(line, " \t\r\n")
		code, comment := cutComment(line)
		if len(cur) == 0 && code == "" {
			continue // blank lines and comments between statements
		}
		if strings.Count(code, "$$")%2 == 1 {
			dollar = !dollar
		}
		end := !dollar && strings.HasSuffix(code, ";")
		if end && createTrigger.MatchString(strings.Join(cur, "\n")) {
			end = strings.TrimSpace(code) == "END;"
		}
		if !end {
			cur = append(cur, line)
			continue
		}
		cur = append(cur, strings.TrimSuffix(code, ";"))
		s, err := newStatement(strings.Join(cur, "\n"), comment)
		if err != nil {
			return nil, err
		}
		all, cur = append(all, s), nil
	}
	if len(cur) > 0 {
		return nil, fmt.Errorf("no semicolon after: %s", cur[0])
	}
	return all, nil
}

func newStatement(body, comment string) (statement, error) {
	s := statement{body: body}
	m := createTable.FindStringSubmatch(body)
	if m == nil {
		return s, nil
	}
	for _, word := range strings.Fields(comment) {
		switch word {
		case "tenant":
			s.tenant = true
		case "rowid":
			s.rowid = true
		default:
			return s, fmt.Errorf("table %s: unknown word %q after the closing bracket", m[1], word)
		}
	}
	return s, nil
}

// cutComment separates a line from its `--` comment and trims both.
func cutComment(line string) (code, comment string) {
	for i := 0; i < len(line); {
		if strings.HasPrefix(line[i:], "--") {
			return strings.TrimRight(line[:i], " \t"), strings.TrimSpace(line[i+2:])
		}
		i = max(i+1, skipQuoted(line, i))
	}
	return line, ""
}

// words are the type names of PostgreSQL that SQLite spells differently. STRICT
// tables know INTEGER, REAL, TEXT and BLOB only.
var words = regexp.MustCompile(`\b(BIGINT|SMALLINT|INTEGER|BOOLEAN|BYTEA|DOUBLE PRECISION)\b`)

var sqliteWord = map[string]string{
	"BIGINT": "INTEGER", "SMALLINT": "INTEGER", "INTEGER": "INTEGER", "BOOLEAN": "INTEGER",
	"BYTEA": "BLOB", "DOUBLE PRECISION": "REAL",
}

// forSQLite translates the PostgreSQL spelling. Literals, quoted names and
// comments stay as they are.
func (s statement) forSQLite() []string {
	var b strings.Builder
	body := strings.ReplaceAll(s.body, ` COLLATE "C"`, "")
	plain := 0
	flush := func(to int) {
		b.WriteString(words.ReplaceAllStringFunc(body[plain:to], func(w string) string { return sqliteWord[w] }))
	}
	for i := 0; i < len(body); {
		end := skipQuoted(body, i)
		if end == i {
			i++
			continue
		}
		flush(i)
		b.WriteString(body[i:end])
		i, plain = end, end
	}
	flush(len(body))
	if createTable.MatchString(body) && strings.HasSuffix(body, ")") {
		b.WriteString(" STRICT")
		if !s.rowid {
			b.WriteString(", WITHOUT ROWID")
		}
	}
	return []string{b.String()}
}

// forPostgres adds the partitions of a tenant table.
func (s statement) forPostgres(partitions int) []string {
	if !s.tenant || partitions <= 0 {
		return []string{s.body}
	}
	name := createTable.FindStringSubmatch(s.body)[1]
	all := []string{s.body + " PARTITION BY HASH (province_id)"}
	for i := range partitions {
		all = append(all, fmt.Sprintf(
			"CREATE TABLE %s_p%d PARTITION OF %s FOR VALUES WITH (MODULUS %d, REMAINDER %d)", name, i, name, partitions, i))
	}
	return all
}

// translate gives the statements of a common migration file for one engine.
func translate(file string, e Engine, partitions int) ([]string, error) {
	list, err := split(file)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, s := range list {
		if e == SQLite {
			all = slices.Concat(all, s.forSQLite())
		} else {
			all = slices.Concat(all, s.forPostgres(partitions))
		}
	}
	return all, nil
}

// bodies gives the statements of an engine's own file, untouched.
func bodies(file string) ([]string, error) {
	list, err := split(file)
	if err != nil {
		return nil, err
	}
	all := make([]string, len(list))
	for i, s := range list {
		all[i] = s.body
	}
	return all, nil
}
