package transfer_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"ketnap/internal/batch"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/transfer"
	"ketnap/internal/xlsx"
)

// wrong is one thing that can be wrong with a row of memberHead: the cell, what stands there in the n-th row, and the reason that must be
// given. Numbers typed as numbers lose their zeros, which only a typed cell shows.
type wrong struct {
	col  int
	cell func(n int) xlsx.Value
	want string
}

const homeCell = "Đảng bộ xã A > Chi bộ thôn 1"

func says(format string) func(int) xlsx.Value {
	return func(n int) xlsx.Value {
		if strings.Contains(format, "%") {
			return xlsx.Text(fmt.Sprintf(format, n%90+10))
		}
		return xlsx.Text(format)
	}
}

// wrongs are the ways, in the order of the columns.
var wrongs = []wrong{
	{1, says(""), "name E01"}, {1, says("Hoa"), "name E19"}, {1, says("Nguyễn Thị Hoa %d"), "name E19"},
	{2, says("Nửa"), "sex E10"}, {2, says("0%d"), "sex E10"},
	{3, says("30/02/19%d"), "birth E05"}, {3, says("19%dx"), "birth E04"}, {3, says("17/05/20%d0"), "birth E04"}, {3, says("17/05/2030"), "birth E06"}, {3, says("22/11/2008"), "birth E08"},
	{3, says("1/1/1880"), "birth E09"}, {3, says("13/13/1990"), "birth E05"}, {3, func(n int) xlsx.Value { return xlsx.Num(32874.5+float64(n%500), 1) }, "birth E35"},
	{4, says("Kinhh"), "ethnic E10"}, {4, says("dân tộc x%d"), "ethnic E10"}, {4, says(""), "ethnic E01"}, {5, says(""), "religion E01"}, {5, says("đạo %d"), "religion E10"},
	{6, says("381%d"), "number E16"}, {6, says("1.234%dE+11"), "number E15"}, {6, func(n int) xlsx.Value { return xlsx.Int(38_190_000_777 + int64(n)) }, "number E14"},
	{6, says("0381900%d77x"), "number E17"}, {6, says("0381907%d"), "number E36"}, {6, says(""), "number E01"}, {6, says("038190999001"), "number E21"}, {6, says("038190999002"), "number E20"},
	{7, says(""), "card E01"}, {7, says("380099900001"), "card E38"}, {7, says("380099900002"), "card E20"},
	{8, says("Chi bộ thôn 1"), "unit E12"}, {8, says("Chi bộ thôn %d"), "unit E11"}, {8, says(""), "unit E01"},
	{9, says("1/1/1960"), "joined E07"}, {9, func(n int) xlsx.Value { return xlsx.Text(fmt.Sprintf("1/1/%d", 2027+n%60)) }, "joined E06"}, {9, says("2/2/2015x"), "joined E04"}, {9, says(""), "joined E01"},
	{10, says("1/1/2014"), "official E07"}, {10, says("31/09/2016"), "official E05"},
	{11, says("09%d"), "phone E33"}, {11, func(n int) xlsx.Value { return xlsx.Int(912_345_678 + int64(n)) }, "phone E14"},
}

// good is the n-th row with nothing wrong.
func good(n int) []xlsx.Value {
	family, middle, given := []string{"Nguyễn", "Lê", "Trần", "Phạm", "Vũ", "Đỗ", "Bùi"}, []string{"Thị", "Thu", "Minh", "Ngọc", "Kim"}, []string{"An", "Bình", "Chi", "Dung", "Giang", "Hà", "Lan", "Mai", "Nga"}
	name := family[n%7] + " " + middle[n/7%5] + " " + given[n/35%9]
	return []xlsx.Value{xlsx.Int(int64(n)), xlsx.Text(name), xlsx.Text("Nữ"), xlsx.Text(fmt.Sprintf("%d/%d/%d", n%28+1, n/28%12+1, 1965+n/336%25)), xlsx.Text("Kinh"), xlsx.Text("Không"),
		xlsx.Text(fmt.Sprintf("0381900%05d", n)), xlsx.Text(fmt.Sprintf("3800000%05d", n)), xlsx.Text(homeCell), xlsx.Text("03/02/2015"), xlsx.Text("03/02/2016"), xlsx.Text("0912345678")}
}

// holding is a good row with a number and a card of one's own.
func holding(n int, number, card string) []xlsx.Value {
	row := good(n)
	row[1], row[3], row[6], row[7] = xlsx.Text("Hoàng Văn Khác"), xlsx.Text(fmt.Sprintf("1/1/%d", 1900+n%90)), xlsx.Text(number), xlsx.Text(card)
	return row
}

// badSheet is a sheet of one good row and n bad ones, and what must be said of each.
func badSheet(t *testing.T, n int, twin bool) (sheet []byte, want map[int]string) {
	t.Helper()
	var out bytes.Buffer
	w := xlsx.NewWriter(&out)
	w.Sheet("Danh sách", xlsx.SheetOptions{})
	row := make([]xlsx.Value, len(memberHead))
	for i, h := range memberHead {
		row[i] = xlsx.Text(h.(string))
	}
	write := func(cells []xlsx.Value) {
		if err := w.Row(cells...); err != nil {
			t.Fatal(err)
		}
	}
	write(row)
	if twin {
		write(holding(50, "038190999002", "380099900002"))
	} else {
		write(holding(50, "038190999003", "380099900003"))
	}
	want = map[int]string{}
	for i := range n {
		x := wrongs[i%len(wrongs)]
		cells := good(i + 1)
		cells[x.col] = x.cell(i)
		write(cells)
		want[i+3] = x.want
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), want
}

// bringBad brings the sheet in and returns what was accepted or refused for another reason.
func bringBad(t *testing.T, n int, now time.Time, m transfer.Mapping, known, twin bool) (faults []string) {
	t.Helper()
	w := newWorld(t, storetest.Open(t, t.TempDir()+"/bad.db", 0, storetest.Options{Now: func() time.Time { return now }}))
	if known {
		var out bytes.Buffer
		x := xlsx.NewWriter(&out)
		head := make([]xlsx.Value, len(memberHead))
		for i, h := range memberHead {
			head[i] = xlsx.Text(h.(string))
		}
		for _, row := range [][]xlsx.Value{head, holding(51, "038190999001", "380099900001")} {
			if err := x.Row(row...); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		w.commit(w.tree.Root, batch.Members, out.Bytes(), [4]int64{1, 0, 0, 0})
	}
	data, want := badSheet(t, n, twin)
	b := w.mapped(w.tree.Root, batch.Members, data, m)
	b, err := w.s.Commit(context.Background(), w.who, b.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := w.s.Rows(context.Background(), w.who, b.ID, batch.Refused, 0, n+10)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		got := ""
		for _, p := range r.Problems {
			if got = fmt.Sprintf("%s %s", p.Field, p.Trouble); got == want[r.Row] {
				break
			}
		}
		if got != want[r.Row] {
			faults = append(faults, fmt.Sprintf("row %d is refused for %q, want %q", r.Row, got, want[r.Row]))
		}
		delete(want, r.Row)
	}
	for row, reason := range want {
		faults = append(faults, fmt.Sprintf("row %d is accepted, want %q", row, reason))
	}
	if people := w.headcount(); people != b.Of(batch.New)+map[bool]int64{true: 1}[known] || b.Of(batch.New) != 1 && len(want) == 0 {
		faults = append(faults, fmt.Sprintf("%d people are stored, %d are new", people, b.Of(batch.New)))
	}
	return faults
}

// headcount is how many people are stored.
func (w *world) headcount() (n int64) {
	if err := w.st.View(context.Background(), func(tx *store.Tx) error {
		return tx.Row(context.Background(), `SELECT COUNT(*) FROM person`, nil, &n)
	}); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// TestBadRows: no row with something wrong in it is taken, and each is told why.
func TestBadRows(t *testing.T) {
	n := storetest.Torture("rows", 5000, 100_000)
	plain := transfer.Mapping{Sheet: -1}
	faults := bringBad(t, n, storetest.Now(), plain, true, true)
	t.Logf("%d bad rows of %d kinds tried, %d accepted or refused for another reason", n, len(wrongs), len(faults))
	for i, f := range faults {
		if i < 20 {
			t.Error(f)
		}
	}
	few := 2 * len(wrongs)
	incomplete, halfRead := plain, plain
	incomplete.Incomplete = true
	halfRead.Columns = map[int]batch.Code{1: "name", 2: "sex", 3: "birth", 4: "ethnic", 5: "religion", 6: "number", 7: "card", 8: "unit", 9: "joined", 10: "official"}
	for name, fault := range map[string]func() []string{
		"starred cells may be empty":         func() []string { return bringBad(t, few, storetest.Now(), incomplete, true, true) },
		"days to come are days":              func() []string { return bringBad(t, few, storetest.Now().AddDate(30, 0, 0), plain, true, true) },
		"a column is not read":               func() []string { return bringBad(t, few, storetest.Now(), halfRead, true, true) },
		"who is known is not looked for":     func() []string { return bringBad(t, few, storetest.Now(), plain, false, true) },
		"rows are not compared in the sheet": func() []string { return bringBad(t, few, storetest.Now(), plain, true, false) },
	} {
		if len(fault()) == 0 {
			t.Errorf("planted: %s: not found", name)
		}
	}
}
