package transfer_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/transfer"
)

// systemScope is everything at and below a unit.
func systemScope(tx *store.Tx, u org.Unit) (access.Scope, error) {
	cur, err := tx.Unit(u.ID)
	if err != nil {
		return access.Scope{}, err
	}
	return access.System("test").Over(cur)
}

// TestEveryRowHasOneOutcome: whatever the rows say, accepted + refused + duplicate is their number, a
// check and a commit agree, what was accepted is stored and satisfies the rules of a record, and after
// undoing nobody is left.
func TestEveryRowHasOneOutcome(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, storetest.SQLite(t))
		rows := [][]any{memberHead}
		pick := func(label string, values ...any) any { return rapid.SampledFrom(values).Draw(rt, label) }
		n := rapid.IntRange(1, 25).Draw(rt, "rows")
		for i := range n {
			rows = append(rows, []any{i + 1,
				pick("name", "Nguyễn Thị Ánh", "Lê Văn Bình", "Trần Cúc", "", "Hoa", "Tổng cộng", "X Æ A-12", nil),
				pick("sex", "Nam", "Nữ", "nu", "?", nil),
				pick("birth", "17/05/1990", "1945", "02/1960", "31/02/1990", "17/05/2030", 32874, "", "5/17/1990", true),
				pick("ethnic", "Kinh", "Mông", "Sao Hỏa", nil),
				pick("religion", "Không", "Phật", nil),
				pick("number", "038190000001", "038190000002", "038190000003", 38190000001, "1.2E+11", "38", nil),
				pick("card", "380000000001", "380000000002", "380000000003", nil),
				pick("unit", "Đảng bộ xã A > Chi bộ thôn 1", "Chi bộ thôn 2, Đảng bộ xã B", "Chi bộ thôn 1", "?", nil),
				pick("joined", "03/02/2015", "03/02/2026", "2010", "1/1/1950", nil),
				pick("official", "03/02/2016", "03/05/2026", "1/1/1940", nil, nil),
				pick("phone", "0912345678", "12", nil)})
		}
		data := table(t, rows...)
		undone := false
		for round := range 2 {
			b := w.mapped(w.tree.Root, batch.Members, data, transfer.Mapping{Sheet: -1, Incomplete: rapid.Bool().Draw(rt, "incomplete")})
			checked, err := w.s.Check(context.Background(), w.who, b.ID, nil)
			if err != nil {
				rt.Fatal(err)
			}
			done, err := w.s.Commit(context.Background(), w.who, b.ID, nil)
			if err != nil {
				rt.Fatal(err)
			}
			if !done.Sound() || done.Counts != checked.Counts || done.Total+done.Report.Skips != int64(n) {
				rt.Fatalf("check %+v commit %+v skipped %d of %d rows", checked.Counts, done.Counts, done.Report.Skips, n)
			}
			if round == 1 && !undone && done.Of(batch.New) > 0 && !b.Options.Incomplete {
				rt.Fatalf("the second time %d are new", done.Of(batch.New))
			}
			w.sound(rt, done)
			if round == 1 || rapid.Bool().Draw(rt, "undo") {
				if _, clashes, err := w.s.Undo(context.Background(), w.who, done.ID); err != nil {
					rt.Fatalf("%v %v", err, clashes)
				}
				undone = true
			}
		}
		w.clean()
	})
}

// sound wants every new person of an import to satisfy the rules of a record.
func (w *world) sound(rt *rapid.T, b batch.Batch) {
	err := w.st.View(context.Background(), func(tx *store.Tx) error {
		rows, err := tx.BatchRows(b.ID, batch.New, 0, 1000)
		if err != nil {
			return err
		}
		for _, r := range rows {
			p, err := tx.Person(r.Object)
			if err != nil {
				return err
			}
			s, err := tx.Sealed(r.Object)
			if err != nil {
				return err
			}
			if err := p.Check(s, person.Limits{Today: tx.Today, MinAge: 18, MaxAge: 115}); err != nil {
				return fmt.Errorf("row %d: %w", r.No, err)
			}
		}
		return nil
	})
	if err != nil {
		rt.Fatal(err)
	}
}
