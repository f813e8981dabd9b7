package transfer_test

import (
	"context"
	"fmt"
	"testing"

	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/transfer"
)

// state is everything that counts: people with place and fields, counters net of zeros, numbers held.
func (w *world) state() string {
	w.t.Helper()
	out := ""
	err := w.st.View(context.Background(), func(tx *store.Tx) error {
		for i := range 10 {
			p, err := tx.PersonByNumber(fmt.Sprintf("0381900%05d", i))
			if err != nil {
				return err
			}
			if p == 0 {
				continue
			}
			q, err := tx.Person(p)
			if err != nil {
				return err
			}
			s, err := tx.Sealed(p)
			if err != nil {
				return err
			}
			q.ID, q.Key, q.Version, q.LastAudit, q.BornInBatch = 0, 0, 0, 0, 0
			out += fmt.Sprintf("%+v %+v\n", q, s)
		}
		sums := map[string]int64{}
		if err := tx.EachCounter(38, func(k ledger.Counter, c *ledger.Counts) error {
			for i, n := range c {
				sums[fmt.Sprintf("%d %d %d", k.Unit, k.Measure, i)] += n
			}
			return nil
		}); err != nil {
			return err
		}
		for k, n := range sums {
			if n == 0 {
				delete(sums, k)
			}
		}
		out += fmt.Sprint(sums)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) undo(b batch.Batch) {
	w.t.Helper()
	u, clashes, err := w.s.Undo(context.Background(), w.who, b.ID)
	if err != nil || u.State != batch.Undone {
		w.t.Fatalf("%v %+v %+v", err, u.State, clashes)
	}
}

func TestUndo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		const home = "Đảng bộ xã A > Chi bộ thôn 1"
		start := w.state()
		first := table(t, memberHead, member(1, "Nguyễn Thị Ánh", home), member(2, "Lê Thị Bình", home))
		b1 := w.commit(w.tree.Root, batch.Members, first, [4]int64{2, 0, 0, 0})
		between := w.state()
		changed := member(1, "Nguyễn Thị Ánh", home)
		changed[4], changed[11] = "Tày", "0987654321"
		second := table(t, memberHead, changed, member(2, "Lê Thị Bình", home), member(3, "Trần Thị Chi", home))
		b2 := w.commit(w.tree.Root, batch.Members, second, [4]int64{1, 1, 1, 0})
		if p, s := w.stored("038190000001"); p.Ethnic != 2 || s.Phone != "0987654321" {
			t.Errorf("not changed: %d %s", p.Ethnic, s.Phone)
		}
		rows, err := w.s.Rows(context.Background(), w.who, b2.ID, batch.Changed, 0, 9)
		if err != nil || fmt.Sprint(rows[0].Changes) != "[{ethnic Kinh Tày} {phone 0912345678 0987654321}]" {
			t.Errorf("changes: %v %+v", err, rows)
		}
		w.clean()
		if _, clashes, err := w.s.Undo(context.Background(), w.who, b1.ID); fault.TextOf(err).Key != "import.clash" || len(clashes) != 1 || clashes[0].Row != 2 {
			t.Errorf("undoing below a later change: %v %+v", err, clashes)
		}
		w.undo(b2)
		if got := w.state(); got != between {
			t.Errorf("after undo:\n%s\nwant\n%s", got, between)
		}
		w.clean()
		w.undo(b1)
		if got := w.state(); got != start {
			t.Errorf("after both:\n%s\nwant\n%s", got, start)
		}
		w.clean()
		if _, _, err := w.s.Undo(context.Background(), w.who, b1.ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("twice: %v", err)
		}
		w.commit(w.tree.Root, batch.Members, first, [4]int64{2, 0, 0, 0}) // the numbers are free again
		w.clean()
	})
}

// TestUndoStopsAtALaterMovement: one touched row keeps all from being undone.
func TestUndoStopsAtALaterMovement(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		const home = "Đảng bộ xã A > Chi bộ thôn 1"
		b := w.commit(w.tree.Root, batch.Members, table(t, memberHead, member(1, "Nguyễn Thị Ánh", home), member(2, "Lê Thị Bình", home)), [4]int64{2, 0, 0, 0})
		err := st.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
			p, err := tx.Person(w.mustHold(tx, "038190000002"))
			if err != nil {
				return err
			}
			_, err = tx.Post(&p, ledger.Movement{To: ledger.Place{Unit: w.tree.Cells[1][0].ID, Stage: ledger.Official}, Cause: ledger.Transfer, Effective: day.Of(2026, 3, 1)})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		before := w.state()
		_, clashes, err := w.s.Undo(context.Background(), w.who, b.ID)
		if fault.TextOf(err).Key != "import.clash" || len(clashes) != 1 || clashes[0].Row != 3 || clashes[0].Title != "Lê Thị Bình" {
			t.Errorf("%v %+v", err, clashes)
		}
		if w.state() != before {
			t.Error("something was undone")
		}
		w.clean()
	})
}

func (w *world) mustHold(tx *store.Tx, number string) id.ID {
	p, err := tx.PersonByNumber(number)
	if err != nil || p == 0 {
		w.t.Fatal(p, err)
	}
	return p
}

func TestUndoUnitsAndMovements(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		units := table(t,
			[]any{"Mã", "Tên tổ chức", "Loại hình", "Trực thuộc", "Khối", "Ngày thành lập", "Tên viết tắt"},
			[]any{nil, "Chi bộ trường", "Chi bộ", "Đảng bộ bộ phận Khối trường", "thpt", "1/7/2025", nil},
			[]any{nil, "Đảng bộ bộ phận Khối trường", "Đảng bộ bộ phận", nil, nil, nil, nil},
			[]any{"38168053000009", "Chi bộ thôn 1", "Chi bộ", nil, "phuong-xa", nil, "CBT1"},
		)
		b := w.commit(w.tree.Communes[0], batch.Units, units, [4]int64{2, 1, 0, 0})
		w.clean()
		w.undo(b)
		w.clean()
		err := st.View(context.Background(), func(tx *store.Tx) error {
			u, err := tx.Unit(w.tree.Cells[0][0].ID)
			if err != nil || u.Code != "" || u.Short != "" {
				t.Errorf("%+v %v", u, err)
			}
			blocs, err := tx.Blocs(u.ID)
			if len(blocs) > 0 {
				t.Errorf("blocs %v", blocs)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		b = w.commit(w.tree.Communes[0], batch.Units, units, [4]int64{2, 1, 0, 0})
		w.commit(w.tree.Communes[0], batch.Members, table(t, memberHead, member(1, "Nguyễn Thị Ánh", "Chi bộ trường")), [4]int64{1, 0, 0, 0})
		if _, clashes, err := w.s.Undo(context.Background(), w.who, b.ID); err == nil || len(clashes) != 1 || clashes[0].Title != "Chi bộ trường" {
			t.Errorf("units with people went: %v %+v", err, clashes)
		}
		before := w.state()
		moves := w.commit(w.tree.Root, batch.Movements, table(t,
			[]any{"Số định danh", "Loại biến động", "Ngày hiệu lực", "Chuyển đến"},
			[]any{"038190000001", "Chuyển sinh hoạt", "1/6/2026", "38168053000009"},
			[]any{"038190000001", "Từ trần", "1/7/2026", nil},
		), [4]int64{2, 0, 0, 0})
		w.undo(moves)
		if got := w.state(); got != before {
			t.Errorf("after undoing movements:\n%s\nwant\n%s", got, before)
		}
		w.clean()
	})
}

// TestKnownPeople: what a row may say of somebody who is there already.
func TestKnownPeople(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		const home = "Đảng bộ xã A > Chi bộ thôn 1"
		alter := func(col int, v any, n int, name string) []any {
			r := member(n, name, home)
			r[col] = v
			return r
		}
		first := [][]any{memberHead}
		for n := 1; n <= 6; n++ {
			first = append(first, member(n, "Nguyễn Thị "+string(rune('A'+n)), home))
		}
		first[6][10] = nil // the sixth is probationary
		w.commit(w.tree.Root, batch.Members, table(t, first...), [4]int64{6, 0, 0, 0})
		stranger := member(3, "Phạm Văn Lạ", home)
		stranger[3] = "1/1/1970"
		noNumber := alter(6, nil, 20, "Nguyễn Thị F") // the fifth, without a number
		noNumber[7] = nil
		noNumberElsewhere := alter(6, nil, 21, "Nguyễn Thị F")
		noNumberElsewhere[7], noNumberElsewhere[8] = nil, "Đảng bộ xã B > Chi bộ thôn 1"
		second := [][]any{memberHead,
			alter(8, "Đảng bộ xã B > Chi bộ thôn 1", 1, "Nguyễn Thị B"), // elsewhere
			alter(1, "Nguyễn Thị Cúc", 2, ""),                           // the name mended, birth date the same
			stranger,                                                    // another person's number
			member(6, "Nguyễn Thị G", home),                             // official now: a movement
			alter(7, "380000000001", 22, "Lê Thị Mới"),                  // another person's card
			alter(6, "038190000099", 23, "Nguyễn Thị B"),                // same name and birth date, other number: two people
			alter(6, "038190000099", 24, "Nguyễn Thị Zô"),               // the number of the row before
			member(4, "Nguyễn Thị E", home), member(4, "Nguyễn Thị E", home),
			noNumber, noNumberElsewhere,
		}
		data := table(t, second...)
		b := w.mapped(w.tree.Root, batch.Members, data, transfer.Mapping{Sheet: -1, Incomplete: true, AsOf: day.Of(2026, 1, 1)})
		b, err := w.s.Commit(context.Background(), w.who, b.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		w.counts(b, [4]int64{1, 1, 3, 6})
		want := "row 2 unit E23 [Chi bộ thôn 1]\nrow 4 number E21 []\nrow 5 official E24 [\x01stage.probationary]\nrow 6 card E38 []\nrow 8 number E20 [7]\nrow 12 name E20 [11]\n"
		if got := w.reasons(b); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		if b.Report.Warnings["E22"] != 1 {
			t.Errorf("warnings %v", b.Report.Warnings)
		}
		w.clean()
	})
}
