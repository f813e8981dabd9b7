package transfer_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/transfer"
)

// bench is a small province with the service on it.
type world struct {
	t    *testing.T
	st   *store.Store
	s    *transfer.Service
	tree storetest.Tree
	who  access.Actor
}

func newWorld(t *testing.T, st *store.Store) *world {
	w := &world{t: t, st: st, s: transfer.New(st, nil), tree: storetest.Grow(t, st, 38), who: access.System("test")}
	t.Cleanup(w.s.Close)
	return w
}

// table makes a workbook of one sheet out of rows of any values.
func table(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		for j, v := range row {
			if v == nil {
				continue
			}
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellValue("Sheet1", cell, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	return bytesOf(t, f)
}

func bytesOf(t *testing.T, f *excelize.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// mapped uploads a file and maps it as found.
func (w *world) mapped(u org.Unit, k batch.Kind, data []byte, m transfer.Mapping) batch.Batch {
	w.t.Helper()
	b, err := w.s.UploadBytes(context.Background(), w.who, u, k, "tệp.xlsx", data)
	if err != nil {
		w.t.Fatal(err)
	}
	if b, err = w.s.Map(context.Background(), w.who, b.ID, m); err != nil {
		w.t.Fatal(err)
	}
	return b
}

// commit imports a file at a unit and wants these counts: new, changed, duplicate, refused.
func (w *world) commit(u org.Unit, k batch.Kind, data []byte, want [4]int64) batch.Batch {
	w.t.Helper()
	b := w.mapped(u, k, data, transfer.Mapping{Sheet: -1, AsOf: day.Of(2026, 1, 1)})
	b, err := w.s.Commit(context.Background(), w.who, b.ID, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.counts(b, want)
	return b
}

func (w *world) counts(b batch.Batch, want [4]int64) {
	w.t.Helper()
	got := [4]int64{b.Of(batch.New), b.Changed, b.Duplicate, b.Refused}
	if got != want || !b.Sound() {
		w.t.Errorf("new, changed, duplicate, refused = %v, want %v; total %d, report %+v\n%s", got, want, b.Total, b.Report, w.reasons(b))
	}
}

// reasons prints why rows were refused.
func (w *world) reasons(b batch.Batch) string {
	w.t.Helper()
	var out string
	rows, err := w.s.Rows(context.Background(), w.who, b.ID, batch.Refused, 0, 50)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range rows {
		for _, p := range r.Problems {
			out += fmt.Sprintf("row %d %s %s %v\n", r.Row, p.Field, p.Trouble, p.Args)
		}
	}
	return out
}

var memberHead = []any{"STT", "Họ và tên", "Giới tính", "Ngày sinh", "Dân tộc", "Tôn giáo", "Số định danh", "Số thẻ đảng viên", "Chi bộ", "Ngày vào Đảng", "Ngày chính thức", "SĐT"}

// member is one plain row of memberHead.
func member(n int, name, unit string) []any {
	return []any{n, name, "Nữ", "17/05/1990", "Kinh", "Không", fmt.Sprintf("0381900%05d", n), fmt.Sprintf("3800000%05d", n), unit, "03/02/2015", "03/02/2016", "0912345678"}
}
