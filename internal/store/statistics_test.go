package store_test

import (
	"context"
	"strings"
	"testing"

	"ketnap/internal/db"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// TestStatistics holds the fixed statistics of SQLite against the schema: a new index needs a line.
func TestStatistics(t *testing.T) {
	s := storetest.SQLite(t)
	err := s.View(context.Background(), func(tx *store.Tx) error {
		return tx.Each(tx.Context(), `SELECT l.name, i.name FROM sqlite_schema l, pragma_index_list(l.name) i
			WHERE l.type = 'table' AND l.name NOT GLOB 'sqlite_*' AND l.name NOT IN ('schema_version', 'setting')
			AND NOT EXISTS (SELECT 1 FROM sqlite_stat1 s WHERE s.tbl = l.name AND s.idx IN (i.name, iif(i.origin = 'pk', l.name, '')))`, nil,
			func(r db.Scanner) error {
				var table, index string
				err := r.Scan(&table, &index)
				t.Errorf("no statistics for %s of %s", index, table)
				return err
			})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPlans asks SQLite how it would go about statements that would else read a whole province.
func TestPlans(t *testing.T) {
	s := storetest.SQLite(t)
	for _, c := range []struct {
		name, want string
		plan       func(tx *store.Tx, scan func(db.Scanner) error) error
	}{
		{"movements of a person", "movement_person (province_id=? AND person_id=?)", func(tx *store.Tx, scan func(db.Scanner) error) error {
			return tx.Each(tx.Context(), `EXPLAIN QUERY PLAN SELECT m.id, m.was FROM movement m WHERE m.province_id = 1 AND m.person_id = 2 ORDER BY m.id`, nil, scan)
		}},
		{"movements into a unit", "movement_to (province_id=? AND to_unit=? AND effective>? AND effective<?)", func(tx *store.Tx, scan func(db.Scanner) error) error {
			return tx.Each(tx.Context(), `EXPLAIN QUERY PLAN SELECT m.was FROM unit u JOIN movement m ON m.province_id = u.province_id AND m.to_unit = u.id AND m.effective BETWEEN 1 AND 2
				WHERE u.province_id = 1 AND u.path >= '/a/' AND u.path < '/a0'`, nil, scan)
		}},
		{"own account of a person", "app_user_person (person_id=?)", func(tx *store.Tx, scan func(db.Scanner) error) error {
			return tx.Each(tx.Context(), `EXPLAIN QUERY PLAN SELECT id FROM app_user WHERE person_id = 7 AND person_id <> 0`, nil, scan)
		}},
		{"open requests as they fall due", "subject_request_closed (province_id=? AND closed=?)", func(tx *store.Tx, scan func(db.Scanner) error) error {
			return tx.Each(tx.Context(), `EXPLAIN QUERY PLAN SELECT r.id, p.name, u.name FROM subject_request r JOIN person p ON p.province_id = r.province_id AND p.id = r.person_id
				JOIN unit u ON u.province_id = p.province_id AND u.id = p.unit_id
				WHERE r.province_id = 1 AND p.province_id = 1 AND u.province_id = 1 AND u.path >= '/a/' AND u.path < '/a0' AND r.closed = 0 ORDER BY r.done_by, r.id LIMIT 6`, nil, scan)
		}},
		{"people who may be the same", "person_dup (province_id=? AND dup_key=?)", func(tx *store.Tx, scan func(db.Scanner) error) error {
			return tx.Each(tx.Context(), `EXPLAIN QUERY PLAN SELECT p.name FROM person p WHERE p.province_id = 1 AND NOT p.void AND p.dup_key IN (1, 2, 3)`, nil, scan)
		}},
	} {
		var plan []string
		err := s.View(context.Background(), func(tx *store.Tx) error {
			return c.plan(tx, func(r db.Scanner) error {
				var id, parent, x int
				var detail string
				err := r.Scan(&id, &parent, &x, &detail)
				plan = append(plan, detail)
				return err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(plan, "\n"); !strings.Contains(text, c.want) {
			t.Errorf("%s:\n%s\nwant %s", c.name, text, c.want)
		}
	}
}
