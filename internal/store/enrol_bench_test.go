package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"ketnap/internal/day"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// BenchmarkEnrol stores 100,000 new members in chunks, as an import does; an operation is one person.
func BenchmarkEnrol(b *testing.B) {
	for _, chunk := range []int{500, 2000, 5000} {
		b.Run(fmt.Sprint(chunk), func(b *testing.B) { benchEnrol(b, chunk, 100_000) })
	}
}

func benchEnrol(b *testing.B, chunk, total int) {
	s := storetest.SQLite(b)
	tree := storetest.Grow(b, s, 38)
	r := rand.New(rand.NewPCG(1, 2))
	family := []string{"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ"}
	middle := []string{"Văn", "Thị", "Đức", "Minh", "Thanh", "Hồng", "Quốc", "Ngọc", "Xuân", "Hữu"}
	given := []string{"An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Hùng", "Khánh", "Lan", "Mai", "Nam", "Oanh", "Phúc", "Quân", "Sơn", "Tâm", "Uyên", "Vân", "Xuân", "Yến"}
	b.ResetTimer()
	start := time.Now()
	for done := 0; done < total; done += chunk {
		err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
			es := make([]store.Enrolment, chunk)
			for i := range es {
				u := tree.Cells[r.IntN(2)][r.IntN(2)]
				p := storetest.NewPerson(tx.NewID(38), family[r.IntN(10)]+" "+middle[r.IntN(10)]+" "+middle[r.IntN(10)]+" "+given[r.IntN(20)])
				p.Birth = day.Of(1950+r.IntN(55), 1+r.IntN(12), 1+r.IntN(28))
				es[i] = store.Enrolment{Person: p, Sealed: person.Sealed{Number: fmt.Sprintf("%012d", done+i), Card: fmt.Sprintf("%012d", done+i), Phone: "0912345678",
					Home: person.Address{Country: "Việt Nam", Province: "Thanh Hóa", Detail: "Xóm 3, xã Đông Tiến"}, Permanent: person.Address{Country: "Việt Nam", Province: "Thanh Hóa", Detail: "Xóm 3, xã Đông Tiến"}},
					Movements: []ledger.Movement{{To: ledger.Place{Unit: u.ID, Stage: ledger.Official}, Cause: ledger.Opening, Effective: day.Of(2026, 11, 1)}}}
			}
			return tx.Enrol(es)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(total)/time.Since(start).Seconds(), "persons/s")
}
