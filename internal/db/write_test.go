package db_test

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"ketnap/internal/db"
)

func TestConcurrentWriters(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		const writers, each = 64, 20
		refuse := errors.New("refused by the rule")
		var acked atomic.Int64
		var wg sync.WaitGroup
		for w := range int64(writers) {
			wg.Go(func() {
				for i := range int64(each) {
					id := w*1000 + i
					err := d.Update(t.Context(), func(tx *db.Tx) error {
						if err := add(t.Context(), tx, id, fmt.Sprint(id)); err != nil {
							return err
						}
						switch id % 7 {
						case 3:
							return refuse
						case 5: // the same name again: a statement fails
							return add(t.Context(), tx, id+500, fmt.Sprint(id))
						}
						return nil
					})
					switch {
					case id%7 == 3 && !errors.Is(err, refuse):
						t.Errorf("%d: %v, want refused", id, err)
					case id%7 == 5 && db.Classify(err) != db.Unique:
						t.Errorf("%d: %v, want unique", id, err)
					case id%7 != 3 && id%7 != 5 && err != nil:
						t.Errorf("%d: %v", id, err)
					}
					if err == nil {
						acked.Add(1)
					}
				}
			})
		}
		wg.Wait()
		all := ids(t, d)
		if int64(len(all)) != acked.Load() {
			t.Errorf("%d rows for %d acknowledged writes", len(all), acked.Load())
		}
		for _, id := range all {
			if id%7 == 3 || id%7 == 5 || id%1000 >= each {
				t.Errorf("row %d of a failed Update is there", id)
			}
		}
	})
}

func TestDeferredConstraintHitsItsOwnUpdateOnly(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		var wg sync.WaitGroup
		for i := range int64(60) {
			wg.Go(func() {
				err := d.Update(ctx, func(tx *db.Tx) error {
					if i%10 == 0 { // checked at COMMIT only: no such place
						_, err := tx.Exec(ctx, "INSERT INTO late (province_id, place_id) VALUES (1, $1)", i)
						return err
					}
					return add(ctx, tx, i, fmt.Sprint(i))
				})
				if want := i%10 == 0; want != (db.Classify(err) == db.ForeignKey) || !want && err != nil {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if n := len(ids(t, d)); n != 54 {
			t.Errorf("%d rows, want 54", n)
		}
	})
}

// numbered yields n rows (id, name) in one slice used again and again.
func numbered(n int64) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		row := make([]any, 2)
		for i := range n {
			row[0], row[1] = i, fmt.Sprint("item ", i)
			if !yield(row) {
				return
			}
		}
	}
}

func TestMany(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		for _, n := range []int64{0, 1, 1000, 10_001} {
			err := d.Update(ctx, func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, "DELETE FROM item WHERE province_id = 1"); err != nil {
					return err
				}
				got, err := tx.Many(ctx, "INSERT INTO item (province_id, id, name) VALUES (1, $1, $2)", numbered(n))
				if got != n {
					t.Errorf("Many = %d, want %d", got, n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			all := ids(t, d)
			if int64(len(all)) != n || n > 0 && (all[0] != 0 || all[n-1] != n-1) {
				t.Errorf("%d rows, want %d", len(all), n)
			}
		}
	})
}

func TestManyNamesTheBadRow(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if err := put(t, d, 2500); err != nil {
			t.Fatal(err)
		}
		err := d.Update(ctx, func(tx *db.Tx) error {
			_, err := tx.Many(ctx, "INSERT INTO item (province_id, id, name) VALUES (1, $1, $2)", numbered(5000))
			if db.Classify(err) != db.Unique || !strings.Contains(err.Error(), "row 2501:") {
				t.Errorf("Many = %v", err)
			}
			return nil
		})
		if db.Classify(err) != db.Unique {
			t.Errorf("Update = %v", err)
		}
		wantIDs(t, d, 2500)
	})
}

func TestClassify(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if err := put(t, d, 1); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			want db.Class
			run  func(tx *db.Tx) error
		}{
			"primary key": {db.Unique, func(tx *db.Tx) error { return add(ctx, tx, 1, "other") }},
			"unique":      {db.Unique, func(tx *db.Tx) error { return add(ctx, tx, 2, "item 1") }},
			"check":       {db.Check, func(tx *db.Tx) error { return add(ctx, tx, 2, "") }},
			"not null": {db.NotNull, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, "INSERT INTO item (province_id, id, name) VALUES (1, 2, NULL)")
				return err
			}},
			"foreign key": {db.ForeignKey, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, "UPDATE item SET place_id = 77 WHERE province_id = 1 AND id = 1")
				return err
			}},
			"no such table": {db.Unknown, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, "DELETE FROM nothing")
				return err
			}},
		} {
			err := d.Update(ctx, c.run)
			if err == nil || db.Classify(err) != c.want {
				t.Errorf("%s: %v is %v, want %v", name, err, db.Classify(err), c.want)
			}
		}
	})
}

func TestIn(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		for i := range int64(10) {
			if err := put(t, d, i); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			in   []int64
			want []int64
		}{
			{nil, nil},
			{[]int64{3}, []int64{3}},
			{[]int64{7, 2, 99, 4}, []int64{2, 4, 7}},
		} {
			b := db.NewB("SELECT id FROM item WHERE province_id = $1", 1)
			b.Add("AND").In("id", db.Values(c.in))
			b.Add("AND id < $1 AND name <> '$1' AND name <> $2 ORDER BY id", 9, "item 0")
			var got []int64
			view(t, d, func(tx *db.Tx) error {
				return tx.Each(ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
					var id int64
					err := s.Scan(&id)
					got = append(got, id)
					return err
				})
			})
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%s\nIN %v = %v, want %v", b.SQL(), c.in, got, c.want)
			}
		}
	})
}
