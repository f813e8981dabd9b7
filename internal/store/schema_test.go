package store_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

var update = flag.Bool("update", false, "write the dumps of the schema anew")

// TestSchemaDump keeps the committed dumps true: what a migration really makes, on each engine.
func TestSchemaDump(t *testing.T) {
	for name, open := range map[string]func(testing.TB) string{"schema.txt": dbtest.SQLite, "schema.postgres.txt": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Open(t, open(t), 0, storetest.Options{})
			got, err := s.DB().Schema(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("schema", name)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s is not what the migrations make (go test ./internal/store -run TestSchemaDump -update):\n%s", path, diff)
			}
		})
	}
}

// TestAppendOnly tries to change what is written in every way there is; the engine refuses (I1).
func TestAppendOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		storetest.Enrol(t, s, tree.Cells[0][0], "Trần Thị Hoà", ledger.Pool, day.Of(2026, 2, 3))
		if err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error { return tx.ClosePeriod(38, day.Of(2026, 1, 31)) }); err != nil {
			t.Fatal(err)
		}
		before := dump(t, s)
		for name, try := range tamperings {
			err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error { return try(tx, 38) })
			if err == nil {
				t.Errorf("%s was possible", name)
			}
		}
		truncate := func(tx *store.Tx) error {
			_, err := tx.Exec(tx.Context(), `TRUNCATE movement`)
			return err
		}
		if err := s.Update(t.Context(), storetest.Entry(38), truncate); err == nil {
			t.Error("TRUNCATE was possible")
		}
		if diff := cmp.Diff(before, dump(t, s)); diff != "" {
			t.Error(diff)
		}
	})
}

// dump is all lines of the ledger and the audit, as text.
func dump(t *testing.T, s *store.Store) (lines []string) {
	t.Helper()
	err := s.View(t.Context(), func(tx *store.Tx) error {
		lines = nil
		if err := tx.EachMovement(38, func(m *ledger.Movement) error {
			lines = append(lines, fmt.Sprint(*m))
			return nil
		}); err != nil {
			return err
		}
		return tx.Each(tx.Context(), `SELECT id, actor_id, action FROM audit WHERE province_id = $1 ORDER BY id`, []any{38}, func(s db.Scanner) error {
			var i, actor int64
			var action string
			err := s.Scan(&i, &actor, &action)
			lines = append(lines, fmt.Sprint(i, actor, action))
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// catalogues are the tables that are not divided by province.
var catalogues = []string{"app_device", "app_digest", "app_emergency", "app_feed", "app_grant", "app_guess", "app_identity", "app_passkey", "app_pending", "app_recovery", "app_session", "app_spent", "app_token", "app_totp", "app_user", "app_watch", "person_key", "province", "schema_version", "setting"}

// lints are questions to the catalogue of PostgreSQL that must have no answer: what would be refused or
// ruinous once the database is distributed by province.
var lints = map[string]func(tx *store.Tx, scan func(db.Scanner) error) error{
	"trigger": func(tx *store.Tx, scan func(db.Scanner) error) error {
		return tx.Each(tx.Context(), `SELECT tgrelid::regclass::text || '.' || tgname FROM pg_trigger WHERE NOT tgisinternal`, nil, scan)
	},
	"rule": func(tx *store.Tx, scan func(db.Scanner) error) error {
		return tx.Each(tx.Context(), `SELECT r.ev_class::regclass::text || '.' || r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
			WHERE c.relnamespace = current_schema()::regnamespace`, nil, scan)
	},
	"number made by the database": func(tx *store.Tx, scan func(db.Scanner) error) error {
		return tx.Each(tx.Context(), `SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
			LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
			WHERE c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval%')`, nil, scan)
	},
	"sequence": func(tx *store.Tx, scan func(db.Scanner) error) error {
		return tx.Each(tx.Context(), `SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace`, nil, scan)
	},
	"foreign key that sets null or default": func(tx *store.Tx, scan func(db.Scanner) error) error {
		return tx.Each(tx.Context(), `SELECT conrelid::regclass::text || '.' || conname FROM pg_constraint
			WHERE contype = 'f' AND (confdeltype IN ('n', 'd') OR confupdtype IN ('n', 'd'))`, nil, scan)
	},
	"key or index of a tenant table without the province first": func(tx *store.Tx, scan func(db.Scanner) error) error {
		return tx.Each(tx.Context(), `SELECT c.relname || '.' || i.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
			JOIN pg_partitioned_table p ON p.partrelid = c.oid
			WHERE NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = x.indkey[0] AND a.attname = 'province_id')`, nil, scan)
	},
	"foreign key of a tenant table without the province first": func(tx *store.Tx, scan func(db.Scanner) error) error {
		return tx.Each(tx.Context(), `SELECT c.relname || '.' || k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
			JOIN pg_partitioned_table p ON p.partrelid = c.oid
			WHERE k.contype = 'f' AND NOT EXISTS (SELECT 1 FROM pg_attribute a, pg_attribute b
				WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1] AND a.attname = 'province_id'
				AND b.attrelid = k.confrelid AND b.attnum = k.confkey[1] AND b.attname = 'province_id')`, nil, scan)
	},
	"province that may be null": func(tx *store.Tx, scan func(db.Scanner) error) error {
		return tx.Each(tx.Context(), `SELECT c.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
			WHERE NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'province_id' AND a.attnum = 1 AND a.attnotnull)`, nil, scan)
	},
}

// TestCatalogue reads what PostgreSQL says of the partitioned schema: itself it has refused every key
// without the province already.
func TestCatalogue(t *testing.T) {
	s := storetest.Open(t, dbtest.Postgres(t), 4, storetest.Options{})
	var tables []string
	err := s.View(t.Context(), func(tx *store.Tx) error {
		for what, ask := range lints {
			if err := ask(tx, func(row db.Scanner) error {
				var name string
				err := row.Scan(&name)
				t.Errorf("%s: %s", what, name)
				return err
			}); err != nil {
				return errors.Join(errors.New(what), err)
			}
		}
		return tx.Each(tx.Context(), `SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relispartition AND relnamespace = current_schema()::regnamespace
			ORDER BY relname`, nil, func(row db.Scanner) error {
			var name string
			err := row.Scan(&name)
			tables = append(tables, name)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(catalogues, tables); diff != "" {
		t.Errorf("tables that are not divided by province:\n%s", diff)
	}
}

// Spellings that no statement of this package may have, beside those of the house test.
var badSQL = map[string]*regexp.Regexp{
	"the province of a row is changed": regexp.MustCompile(`(?is)\bUPDATE\b.*\bSET\b[^;]*?\bprovince_id\s*=.*\bWHERE\b.*\bprovince_id\b`),
	"a function around the province":   regexp.MustCompile(`(?i)\w+\s*\(\s*(\w+\.)?province_id\s*\)\s*[=<>]|province_id\s*=\s*\w+\s*\(`),
	"a lock of rows":                   regexp.MustCompile(`(?i)\bFOR\s+(UPDATE|SHARE)\b`),
}

func TestStatementsAreDistributable(t *testing.T) {
	for _, q := range constantSQL(t) {
		for what, bad := range badSQL {
			if bad.MatchString(q) {
				t.Errorf("%s: %s", what, q)
			}
		}
	}
}
