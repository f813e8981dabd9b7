package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// bigProvince is a province of 200,000 people in 150 communes.
type bigProvince struct {
	store           *store.Store
	root, mid, leaf org.Unit // the province, a commune, a cell
	cells           []org.Unit
}

const bigSize = 200_000

var (
	families = weighted("Nguyễn", 38, "Trần", 11, "Lê", 10, "Phạm", 7, "Hoàng", 5, "Phan", 5, "Vũ", 4, "Đặng", 3, "Bùi", 3, "Đỗ", 3, "Hồ", 3, "Ngô", 3, "Dương", 2, "Lý", 1, "Hà", 1, "Mai", 1)
	middles  = weighted("Văn", 22, "Thị", 28, "Đức", 5, "Minh", 5, "Thanh", 5, "Hồng", 4, "Quốc", 4, "Ngọc", 6, "Xuân", 4, "Hữu", 4, "Thu", 3, "Kim", 3, "Quang", 3, "Bá", 2, "Đình", 2)
	stages   = weighted("official", 84, "probationary", 4, "pool", 7, "certified", 3, "proposed", 1, "dossier", 1)
	givens   = weighted("Hòa", 3, "Hoa", 3, "Hương", 4, "Hùng", 4, "Lan", 3, "Mai", 2, "Nam", 2, "Anh", 6, "Bình", 3, "Cường", 3, "Dũng", 4, "Giang", 2, "Hà", 4, "Hải", 4, "Hạnh", 2,
		"Hiền", 3, "Hiếu", 2, "Khánh", 1, "Linh", 3, "Long", 2, "Loan", 2, "Nga", 2, "Ngân", 1, "Oanh", 1, "Phúc", 2, "Phương", 3, "Quân", 2, "Sơn", 3, "Tâm", 2, "Thảo", 2, "Thắng", 2, "Thủy", 2, "Trang", 2,
		"Tuấn", 4, "Tú", 1, "Uyên", 1, "Vân", 2, "Việt", 1, "Xuân", 1, "Yến", 1, "Quỳnh", 1, "Chi", 1, "Khuê", 1)
)

func weighted(pairs ...any) (all []string) {
	for i := 0; i < len(pairs); i += 2 {
		for range pairs[i+1].(int) {
			all = append(all, pairs[i].(string))
		}
	}
	return all
}

// growBig founds the units of a province.
func growBig(b *testing.B) *bigProvince {
	g := &bigProvince{store: storetest.SQLite(b)}
	err := g.store.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
		n := 0
		add := func(parent org.Unit, kind org.Kind, name string) (org.Unit, error) {
			n++
			u := org.Unit{ID: tx.NewID(38), Kind: kind, Name: name, Sector: 1 + n%10, Founded: day.Of(2010, 1, 1)}.Place(parent)
			return u, tx.AddUnit(u)
		}
		var err error
		if g.root, err = add(org.Unit{}, org.Province, "Đảng bộ tỉnh"); err != nil {
			return err
		}
		for i := range 150 {
			if g.mid, err = add(g.root, org.Grassroots, fmt.Sprint("Đảng bộ xã ", i)); err != nil {
				return err
			}
			for j := range 45 {
				if g.leaf, err = add(g.mid, org.Cell, fmt.Sprint("Chi bộ ", j)); err != nil {
					return err
				}
				g.cells = append(g.cells, g.leaf)
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return g
}

// settle enrols people in chunks, as an import does.
func (g *bigProvince) settle(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 7))
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	const chunk = 2000
	for done := 0; done < bigSize; done += chunk {
		err := g.store.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
			es := make([]store.Enrolment, chunk)
			for i := range es {
				p := storetest.NewPerson(tx.NewID(38), pick(families)+" "+pick(middles)+" "+pick(givens))
				p.Sex, p.Ethnic, p.Occupation = 1+r.IntN(2), 1+r.IntN(3)/2, 1+r.IntN(14)
				p.Birth = day.Of(1950+r.IntN(55), 1+r.IntN(12), 1+r.IntN(28))
				stage, _ := ledger.ParseStage(pick(stages))
				at := ledger.Place{Unit: g.cells[r.IntN(len(g.cells))].ID, Stage: stage}
				ms := []ledger.Movement{{To: at, Cause: ledger.Opening, Effective: day.Of(2024, 1+r.IntN(12), 1)}}
				if stage == ledger.Probationary {
					ms[0].To.Stage = ledger.Dossier
					ms = append(ms, ledger.Movement{To: at, Cause: ledger.Admit, Effective: day.Of(2025+r.IntN(2), 1+r.IntN(10), 3)})
				}
				es[i] = store.Enrolment{Person: p, Movements: ms, Sealed: person.Sealed{Number: fmt.Sprintf("%012d", done+i)}}
			}
			return tx.Enrol(es)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPeople reads lists of a province of 200,000 people.
func BenchmarkPeople(b *testing.B) {
	if testing.Short() {
		b.Skip("makes a province of 200,000 people")
	}
	g := growBig(b)
	g.settle(b)
	b.Run("list", g.lists)
	b.Run("count", g.counts)
	b.Run("movements", g.movements)
}

// lists reads the first page of 50 of many lists.
func (g *bigProvince) lists(b *testing.B) {
	stage := func(s ...ledger.Stage) store.PeopleFilter { return store.PeopleFilter{Stages: s} }
	words := func(w string) store.PeopleFilter { return store.PeopleFilter{Words: w} }
	for _, c := range []struct {
		name string
		unit org.Unit
		f    store.PeopleFilter
	}{
		{"all", g.root, store.PeopleFilter{}},
		{"official", g.root, stage(ledger.Official)},
		{"probationary", g.root, stage(ledger.Probationary)},
		{"dossier", g.root, stage(ledger.Dossier)},
		{"members", g.root, stage(ledger.Probationary, ledger.Official)},
		{"not members", g.root, stage(ledger.Proposed, ledger.Pool, ledger.Certified, ledger.Dossier)},
		{"women in the pool", g.root, store.PeopleFilter{Stages: []ledger.Stage{ledger.Pool}, Slice: ledger.SliceFemale}},
		{"young members", g.root, store.PeopleFilter{Stages: []ledger.Stage{ledger.Official}, Slice: ledger.SliceAge}},
		{"commune", g.mid, store.PeopleFilter{}},
		{"commune probationary", g.mid, stage(ledger.Probationary)},
		{"cell", g.leaf, store.PeopleFilter{}},
		{"word nguyen", g.root, words("nguyen")},
		{"word khue", g.root, words("khue")},
		{"words nguyen van", g.root, words("nguyen van")},
		{"words hoa thi nguyen", g.root, words("hoa thi nguyen")},
		{"words nguyen thi hoa", g.root, words("nguyen thi hoa")},
		{"words uyen ly", g.root, words("uyen ly")},
		{"words mai nam", g.root, words("mai nam")},
		{"words binh duc", g.root, words("binh duc")},
		{"prefix ng", g.root, words("ng")},
		{"prefix tran van h", g.root, words("tran van h")},
		{"prefix nobody", g.root, words("nguyen van qx")},
		{"marks Nguyễn Thị Hòa", g.root, words("Nguyễn Thị Hòa")},
		{"marks Hồng", g.root, words("Hồng")},
		{"marks Tú", g.root, words("Tú")},
		{"commune nguyen van", g.mid, words("nguyen van")},
		{"probationary tran", g.root, store.PeopleFilter{Stages: []ledger.Stage{ledger.Probationary}, Words: "tran"}},
		{"dossier tran", g.root, store.PeopleFilter{Stages: []ledger.Stage{ledger.Dossier}, Words: "tran"}},
		{"number", g.root, words("000000000777")},
		{"past members", g.root, store.PeopleFilter{Stages: []ledger.Stage{ledger.Official, ledger.Probationary}, At: day.Of(2025, 12, 31)}},
		{"past commune", g.mid, store.PeopleFilter{At: day.Of(2025, 12, 31)}},
	} {
		sc := peopleScope(b, c.unit)
		b.Run(c.name, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				err := g.store.View(b.Context(), func(tx *store.Tx) error {
					page, err := tx.People(sc, c.f, "", 50)
					rows = len(page.Rows)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
}

// counts counts what the header of a list says.
func (g *bigProvince) counts(b *testing.B) {
	for _, c := range []struct {
		name string
		unit org.Unit
		f    store.PeopleFilter
	}{
		{"official", g.root, store.PeopleFilter{Stages: []ledger.Stage{ledger.Official}}},
		{"female", g.root, store.PeopleFilter{Slice: ledger.SliceFemale}},
		{"age", g.root, store.PeopleFilter{Stages: []ledger.Stage{ledger.Official}, Slice: ledger.SliceAge}},
		{"men", g.root, store.PeopleFilter{Stages: []ledger.Stage{ledger.Official}, Sex: 1}},
		{"cell", g.leaf, store.PeopleFilter{}},
		{"commune men", g.mid, store.PeopleFilter{Sex: 1}},
		{"past", g.root, store.PeopleFilter{Stages: []ledger.Stage{ledger.Official}, At: day.Of(2025, 12, 31)}},
	} {
		sc := peopleScope(b, c.unit)
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				err := g.store.View(b.Context(), func(tx *store.Tx) error {
					_, err := tx.CountPeople(sc, c.f)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// movements reads the first page of 50 of the admissions of a year.
func (g *bigProvince) movements(b *testing.B) {
	f := store.MovementFilter{Causes: []ledger.Cause{ledger.Admit}, From: day.Of(2026, 1, 1), To: day.Of(2026, 12, 31)}
	for name, u := range map[string]org.Unit{"province": g.root, "commune": g.mid, "cell": g.leaf} {
		sc := peopleScope(b, u)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				err := g.store.View(b.Context(), func(tx *store.Tx) error {
					_, err := tx.MovementList(sc, f, "", 50)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+" count", func(b *testing.B) {
			for b.Loop() {
				err := g.store.View(b.Context(), func(tx *store.Tx) error {
					_, err := tx.CountMovements(sc, f)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
