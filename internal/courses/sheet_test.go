package courses_test

import (
	"bytes"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/courses"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/xlsx"
)

// workbook writes a sheet of texts.
func workbook(t *testing.T, rows ...[]string) *bytes.Reader {
	t.Helper()
	var b bytes.Buffer
	w := xlsx.NewWriter(&b)
	w.Sheet("Điểm danh", xlsx.SheetOptions{})
	for _, row := range rows {
		cells := make([]xlsx.Value, len(row))
		for i, text := range row {
			cells[i] = xlsx.Text(text)
		}
		if err := w.Row(cells...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

// TestSheet: a sheet is compared with the class and stores nothing; what it says is stored by Record.
func TestSheet(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		c := w.open("Lớp nhận thức 01")
		twin := storetest.Enrol(t, s, w.tree.Cells[0][1], "Lê Bình", ledger.Pool, day.Of(2026, 1, 5))
		w.invite(c, w.people[0], w.people[1], w.people[2], twin)
		read := func(who access.Actor, r *bytes.Reader) (courses.Sheet, error) {
			return w.sv.ReadSheet(t.Context(), who, c, "diem-danh.xlsx", r, r.Size())
		}
		got, err := read(w.clerk, workbook(t,
			[]string{"BẢNG ĐIỂM DANH"},
			[]string{"TT", "Mã người", "Họ và tên", "Buổi 1 (02/03)", "Buổi 2", "Buổi 99", "Xếp loại", "Chiều cao"},
			[]string{"1", "", "tran an", "x", "P", "", "Giỏi", "1,6"},
			[]string{"2", twin.ID.String(), "ai cũng được", "vắng", "", "", "", ""},
			[]string{"3", "", "Lê Bình", "x", "", "", "", ""},
			[]string{"4", "", "Người Lạ", "x", "", "", "", ""},
			[]string{"5", "", "Vũ Cường", "đến muộn", "x", "", "", ""},
			[]string{"6", "", "Trần  An", "k", "", "", "", ""},
			[]string{"", "", "Người lập bảng", "", "", "", "", ""}))
		if err != nil {
			t.Fatal(err)
		}
		var say []string
		for _, l := range got.Lines {
			line := l.Name + ":"
			for _, x := range l.Cells {
				line += " " + x.Was + ">" + x.Now
			}
			for _, x := range l.Wrong {
				line += " !" + string(x.Key)
			}
			say = append(say, line)
		}
		wanted := []string{"Trần An: !course.sheet_twice", "Lê Bình: .>k", "Lê Bình: !course.sheet_two", "Người Lạ: !course.sheet_nobody", "Vũ Cường: .>x !course.sheet_at",
			"Trần An: !course.sheet_twice"}
		if strings.Join(say, "\n") != strings.Join(wanted, "\n") {
			t.Errorf("read\n%s", strings.Join(say, "\n"))
		}
		if cell := got.Lines[4].Wrong[0]; cell.Args[0] != "D7" || cell.Args[1].(fault.Text).Key != "course.mark_unknown" {
			t.Errorf("what is wrong is at %v", cell.Args)
		}
		if strings.Join(got.Strange, ",") != "Buổi 99,Chiều cao" {
			t.Errorf("strange: %q", got.Strange)
		}
		if v, err := w.sv.Get(t.Context(), w.clerk, c); err != nil || v.Counts.Attended != 0 {
			t.Errorf("reading stored something: %+v %v", v.Counts, err)
		}
		f := courses.SeatForm{Person: w.people[0].ID, Version: got.Lines[0].Version, Marks: map[int]string{0: "x", 1: "p"}, Grade: text("good")}
		if n, err := w.sv.Record(t.Context(), w.clerk, c, []courses.SeatForm{f}); err != nil || n != 1 {
			t.Fatalf("%d %v", n, err)
		}
		got, err = read(w.clerk, workbook(t, []string{"Họ và tên", "1", "2", "Xếp loại"}, []string{"Trần An", "x", "p", "giỏi"}))
		if err != nil || got.Same != 1 || len(got.Lines) != 0 {
			t.Errorf("the same sheet again: %+v %v", got.Lines, err)
		}
		_, err = read(w.clerk, workbook(t, []string{"Họ và tên", "Quê quán"}, []string{"Trần An", "Thanh Hóa"}))
		want(t, "a sheet that says nothing", err, fault.Invalid, "course.sheet_no_head")
		_, err = read(at(w.tree.Communes[1], access.Clerk), workbook(t, []string{"Họ và tên", "Buổi 1"}))
		want(t, "another commune", err, fault.NotFound, "course.notfound")
		if _, err := w.sv.ReadSheet(t.Context(), w.clerk, c, "x.xlsx", strings.NewReader("PK\x03\x04 xấu"), 10); !fault.Is(err, fault.Invalid) {
			t.Errorf("a broken file: %v", err)
		}
	})
}
