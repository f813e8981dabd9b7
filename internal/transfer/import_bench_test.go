package transfer_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/transfer"
	"ketnap/internal/xlsx"
)

// province founds communes of 50 cells under a root and returns root and cells.
func province(t testing.TB, st *store.Store, communes int) (root org.Unit, cells []org.Unit) {
	t.Helper()
	add := func(tx *store.Tx, parent org.Unit, kind org.Kind, name string) org.Unit {
		u := org.Unit{ID: tx.NewID(38), Kind: kind, Name: name, Sector: 1, Founded: day.Of(2010, 1, 1)}.Place(parent)
		if err := tx.AddUnit(u); err != nil {
			t.Fatal(err)
		}
		return u
	}
	err := st.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
		root = add(tx, org.Unit{}, org.Province, "Đảng bộ tỉnh")
		for i := range communes {
			c := add(tx, root, org.Grassroots, fmt.Sprintf("Đảng bộ xã %d", i+1))
			for j := range 50 {
				cells = append(cells, add(tx, c, org.Cell, fmt.Sprintf("Chi bộ thôn %d xã %d", j+1, i+1)))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return root, cells
}

var (
	families = strings.Fields("Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý")
	middles  = strings.Fields("Văn Thị Đức Minh Thanh Hồng Quốc Ngọc Xuân Hữu Công Đình Gia Bảo Khánh Mai")
	givens   = strings.Fields("An Anh Ánh Bình Châu Chi Cường Dũng Duyên Giang Hà Hạnh Hiền Hoa Hùng Khánh Lan Linh Long Mai Minh Nam Nga Oanh Phúc Quân Sơn Tâm Thảo Trang Tuấn Uyên Vân Yến")
)

// draft invents a member with all 33 columns filled.
func draft(r *rand.Rand, n int, unit string) *batch.Draft {
	pick := func(l []string) string { return l[r.IntN(len(l))] }
	birth := day.Of(1950+r.IntN(44), 1+r.IntN(12), 1+r.IntN(28))
	joined := birth.AddMonths(12*20 + r.IntN(100))
	home := person.Address{Country: "Việt Nam", Province: "Thanh Hóa", Detail: "Thôn " + strconv.Itoa(r.IntN(20)+1) + ", xã " + pick(givens)}
	return &batch.Draft{Row: n + 1, Unit: unit, Person: person.Person{Name: pick(families) + " " + pick(middles) + " " + pick(middles) + " " + pick(givens), OtherName: pick(givens),
		Sex: 1 + r.IntN(2), Birth: birth, Ethnic: 1 + r.IntN(10), Religion: 1, Joined: joined, OfficialOn: joined.AddMonths(12), Occupation: 1 + r.IntN(14), Schooling: 4, Expertise: 1 + r.IntN(6), Theory: 1 + r.IntN(3), Note: "đủ hồ sơ"},
		Sealed: person.Sealed{Number: fmt.Sprintf("038%09d", n), Card: fmt.Sprintf("38%010d", n), OldCard: fmt.Sprintf("%08d", n), CardPlace: "Tỉnh ủy Thanh Hóa", CardOn: int32(joined.AddMonths(14)),
			Phone: fmt.Sprintf("09%08d", n), BirthPlace: home, Home: home, Permanent: home, Temporary: home}}
}

// members33 writes a workbook of n members in the official 33 columns.
func members33(t testing.TB, n int, cells []org.Unit) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := xlsx.NewWriter(&buf)
	w.Sheet("Đảng viên", xlsx.SheetOptions{Freeze: 1})
	fields := batch.Sheet(batch.Members)
	row := make([]xlsx.Value, len(fields))
	for i := range fields {
		row[i] = xlsx.Text(fields[i].Header()).Header()
	}
	_ = w.Row(row...)
	r := rand.New(rand.NewPCG(7, 7))
	for k := range n {
		d := draft(r, k, cells[k*len(cells)/n].Name)
		for i := range fields {
			row[i] = fields[i].Value(d)
			if fields[i].Code == "unit" {
				row[i] = xlsx.Text(d.Unit)
			}
		}
		_ = w.Row(row...)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// BenchmarkImport brings in a workbook of KETNAP_ROWS members (20,000) on SQLite: parse, check,
// look-ups, sealing, words, audit and counters, on disk. Set KETNAP_KEEP to a path to keep the workbook.
func BenchmarkImport(b *testing.B) {
	n := 20_000
	if s := os.Getenv("KETNAP_ROWS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	for b.Loop() {
		b.StopTimer()
		st := storetest.SQLite(b)
		root, cells := province(b, st, 20)
		data := members33(b, n, cells)
		s := transfer.New(st, nil)
		b.StartTimer()
		start := time.Now()
		x, err := s.UploadBytes(context.Background(), access.System("test"), root, batch.Members, "a.xlsx", data)
		if err == nil {
			x, err = s.Map(context.Background(), access.System("test"), x.ID, transfer.Mapping{Sheet: -1})
		}
		if err == nil {
			x, err = s.Commit(context.Background(), access.System("test"), x.ID, nil)
		}
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(n)/time.Since(start).Seconds(), "persons/s")
		if x.Accepted != int64(n) {
			rows, _ := s.Rows(context.Background(), access.System("test"), x.ID, batch.Refused, 0, 3)
			b.Fatalf("%+v %+v", x, rows)
		}
		s.Close()
	}
}
