package transfer_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/i18n"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/transfer"
	"ketnap/internal/xlsx"
)

// exported returns the sheet of a kind at a unit.
func (w *world) exported(u org.Unit, k batch.Kind) []byte {
	w.t.Helper()
	var b bytes.Buffer
	if _, err := w.s.Export(context.Background(), w.who, u.ID, k, "kiểm thử", i18n.Vi, &b); err != nil {
		w.t.Fatal(err)
	}
	return b.Bytes()
}

// clean wants counters and ledger to agree.
func (w *world) clean() {
	w.t.Helper()
	found := 0
	_, err := w.st.Verify(context.Background(), store.VerifyOptions{}, func(d store.Difference) error {
		found++
		w.t.Errorf("verify: %+v", d)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestRoundTrip: what goes out comes in again as nothing but duplicates.
func TestRoundTrip(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		root := w.tree.Root
		w.commit(root, batch.Members, table(t, memberHead,
			member(1, "Nguyễn Thị Ánh", "Đảng bộ xã A > Chi bộ thôn 1"),
			member(2, "Lê Thị Bình", "Chi bộ thôn 2, Đảng bộ xã B"),
		), [4]int64{2, 0, 0, 0})
		w.commit(root, batch.Pool, table(t,
			[]any{"TT", "Họ tên", "Giới tính", "Năm sinh", "Dân tộc", "Tôn giáo", "CCCD", "Chi bộ", "Ngày NQ", "Số NQ", "Số GCN", "Ngày cấp GCN", "Đoàn viên", "Giai đoạn"},
			[]any{1, "Trần Văn Chung", "Nam", "2/9/2001", "Kinh", "Không", "038201000001", "Đảng bộ xã A/Chi bộ thôn 1", "15/01/2025", "01-NQ/CB", nil, nil, "x", "Nguồn"},
			[]any{2, "Trần Văn Dũng", "Nam", "3/9/2002", "Kinh", "Không", "038201000002", "Đảng bộ xã A/Chi bộ thôn 1", "15/02/2025", "02-NQ/CB", "15/GCN", "20/03/2026", "x", nil},
			[]any{3, "Trần Văn Em", "Nam", "3/9/2002", "Kinh", "Không", nil, "Đảng bộ xã A/Chi bộ thôn 1", nil, nil, nil, nil, nil, "Đề xuất"},
		), [4]int64{3, 0, 0, 0})
		w.commit(root, batch.Movements, table(t,
			[]any{"Số ĐDCN", "Họ và tên", "Ngày sinh", "Loại biến động", "Ngày hiệu lực", "Số QĐ", "Ngày QĐ", "Chuyển đến"},
			[]any{"038201000002", "Trần Văn Dũng", "3/9/2002", "Lập hồ sơ", "1/4/2026", nil, nil, nil},
			[]any{"038201000002", "Trần Văn Dũng", "3/9/2002", "Kết nạp", "19/5/2026", "12-QĐ/ĐU", "10/5/2026", nil},
			[]any{"038190000002", nil, nil, "Chuyển sinh hoạt", "1/6/2026", nil, nil, "Đảng bộ xã B > Chi bộ thôn 1"},
			[]any{nil, "Nguyễn Thị Ánh", "17/05/1990", "Từ trần", "2/6/2026", nil, nil, nil},
			[]any{"038190000009", nil, nil, "Từ trần", "2/6/2026", nil, nil, nil},
			[]any{"038201000001", nil, nil, "Công nhận chính thức", "2/6/2026", nil, nil, nil},
			[]any{"038201000002", nil, nil, "Công nhận chính thức", "1/5/2026", nil, nil, nil},
		), [4]int64{4, 0, 0, 3})
		for _, k := range batch.Kinds {
			data := w.exported(root, k)
			b := w.mapped(root, k, data, transfer.Mapping{Sheet: -1, AsOf: day.Of(2026, 1, 1)})
			b, err := w.s.Commit(context.Background(), w.who, b.ID, nil)
			if err != nil {
				t.Fatal(err)
			}
			if b.Duplicate != b.Total || b.Total == 0 {
				t.Errorf("%s: %+v\n%s", k, b.Counts, w.reasons(b))
			}
		}
		w.clean()
	})
}

// person returns the record that holds a number.
func (w *world) holder(number string) id.ID {
	w.t.Helper()
	var p id.ID
	err := w.st.View(context.Background(), func(tx *store.Tx) error {
		var err error
		p, err = tx.PersonByNumber(number)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// TestLaterDatesAreMovements: what happened after the opening balance counts as what it was.
func TestLaterDatesAreMovements(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		row := func(n int, name, joined, official string) []any {
			r := member(n, name, "Đảng bộ xã A > Chi bộ thôn 1")
			r[9], r[10] = joined, official
			return r
		}
		w.commit(w.tree.Root, batch.Members, table(t, memberHead,
			row(1, "Nguyễn Thị Một", "3/2/2015", "3/2/2016"),
			row(2, "Nguyễn Thị Hai", "3/2/2025", "3/2/2026"),
			row(3, "Nguyễn Thị Ba", "19/5/2026", ""),
		), [4]int64{3, 0, 0, 0})
		want := map[string]string{"038190000001": "opening", "038190000002": "opening recognise", "038190000003": "admit"}
		for number, causes := range want {
			var got string
			err := st.View(context.Background(), func(tx *store.Tx) error {
				p, err := tx.PersonByNumber(number)
				if err != nil {
					return err
				}
				ms, err := tx.Movements(p)
				for i, m := range ms {
					if i > 0 {
						got += " "
					}
					got += m.Cause.String()
				}
				return err
			})
			if err != nil || got != causes {
				t.Errorf("%s: %q, want %q (%v)", number, got, causes, err)
			}
		}
		w.clean()
	})
}

func TestMarked(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	bad := member(2, "Lê Thị Bình", "Chi bộ thôn 7")
	bad[3] = "31/02/1990"
	data := table(t, []any{"DANH SÁCH"}, memberHead, member(1, "Nguyễn Thị Ánh", "Đảng bộ xã A > Chi bộ thôn 1"), bad)
	for _, done := range []bool{false, true} {
		b := w.mapped(w.tree.Root, batch.Members, data, transfer.Mapping{Sheet: -1})
		var err error
		if done {
			b, err = w.s.Commit(context.Background(), w.who, b.ID, nil)
		} else {
			b, err = w.s.Check(context.Background(), w.who, b.ID, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := w.s.Marked(context.Background(), w.who, b.ID, i18n.Vi, &out); err != nil {
			t.Fatal(err)
		}
		book, err := xlsx.Open(bytes.NewReader(out.Bytes()), int64(out.Len()), xlsx.Default)
		if err != nil {
			t.Fatal(err)
		}
		var last string
		for row, err := range book.Rows(0) {
			if err != nil {
				t.Fatal(err)
			}
			if n := len(row.Cells); n > len(memberHead) {
				last += fmt.Sprintf("%d: %s\n", row.Num, row.Cells[n-1].Text)
			}
		}
		want := "2: Lý do\n4: E05 Ngày sinh: Ngày “31/02/1990” không có trên lịch. Kiểm tra lại ngày và tháng (ngày đứng trước tháng).\n" +
			"E11 Tổ chức sinh hoạt: Không có tổ chức “Chi bộ thôn 7” trong phạm vi nhập. Hãy ghi mã 14 số hoặc đúng tên. Gần giống: Chi bộ thôn 1; Chi bộ thôn 2\n"
		if last != want {
			t.Errorf("done %v: reasons:\n%s\nwant\n%s", done, last, want)
		}
	}
}

func TestTemplatesAreEmptyImports(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	for _, k := range batch.Kinds {
		var out bytes.Buffer
		if err := transfer.Template(k, i18n.Vi, &out); err != nil {
			t.Fatal(err)
		}
		b := w.mapped(w.tree.Root, k, out.Bytes(), transfer.Mapping{Sheet: -1})
		if got, want := len(b.Options.Columns), len(batch.Sheet(k)); got < want-1 {
			t.Errorf("%s: %d of %d columns found: %v", k, got, want, b.Options.Columns)
		}
		b, err := w.s.Check(context.Background(), w.who, b.ID, nil)
		if err != nil || b.Total != 0 || b.Report.Skips != 1 {
			t.Errorf("%s: %v %+v %+v", k, err, b.Counts, b.Report)
		}
	}
}
