package store_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/seedtest"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/vi"
)

// seeded returns the test's own source of random numbers.
func seeded(t *testing.T) *rand.Rand {
	seed := seedtest.Of(t)
	return rand.New(rand.NewPCG(seed, seed))
}

func peopleScope(t testing.TB, u org.Unit) access.Scope {
	t.Helper()
	sc, err := access.System("test").Over(u)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// crowd enrols people with random names, fields and stages in the cells of a tree.
func crowd(t *testing.T, s *store.Store, tree storetest.Tree, r *rand.Rand, n int) map[id.ID]*person.Person {
	t.Helper()
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	all := map[id.ID]*person.Person{}
	err := s.Update(context.Background(), storetest.Entry(tree.Root.Province()), func(tx *store.Tx) error {
		clear(all)
		var es []store.Enrolment
		for range n {
			name := pick("Nguyễn", "Trần", "Lê", "Hoàng") + " " + pick("Văn", "Thị", "Hoa", "Minh Hòa", "Đức") + " " + pick("Hòa", "Hoa", "Hoà", "Hoàn", "Nam", "An", "Ánh (Ba Nam)", "Lê")
			p := storetest.NewPerson(tx.NewID(tree.Root.Province()), name)
			p.Sex, p.Ethnic, p.Occupation, p.Youth = r.IntN(3), r.IntN(4), r.IntN(15), r.IntN(2) == 0
			p.Birth = day.Of(1940+r.IntN(66), 1+r.IntN(12), 1+r.IntN(28))
			stage := ledger.Stages[min(r.IntN(8), 5)]
			u := tree.Cells[r.IntN(2)][r.IntN(2)]
			if r.IntN(10) == 0 {
				u = []org.Unit{tree.Root, tree.Communes[0], tree.Communes[1]}[r.IntN(3)]
			}
			es = append(es, store.Enrolment{Person: p, Movements: []ledger.Movement{{To: ledger.Place{Unit: u.ID, Stage: stage}, Cause: ledger.Opening, Effective: day.Of(2025, 1+r.IntN(12), 1+r.IntN(28))}}})
			all[p.ID] = p
		}
		return tx.Enrol(es)
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// readPeople reads a list page by page and returns the ids in order.
func readPeople(t *testing.T, s *store.Store, sc access.Scope, f store.PeopleFilter, limit int) (ids []id.ID, count int64) {
	t.Helper()
	after := ""
	for first := true; first || after != ""; first = false {
		err := s.View(context.Background(), func(tx *store.Tx) error {
			page, err := tx.People(sc, f, after, limit)
			if err != nil {
				return err
			}
			for _, r := range page.Rows {
				ids = append(ids, r.ID)
				if r.Unit == "" {
					t.Errorf("%s has no unit name", r.Name)
				}
			}
			if after = page.Next; after != "" && len(page.Rows) != limit {
				t.Errorf("a page of %d rows, want %d", len(page.Rows), limit)
			}
			if f.Words == "" {
				count, err = tx.CountPeople(sc, f)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return ids, count
}

func personNames(all map[id.ID]*person.Person, ids []id.ID) []string {
	var out []string
	for _, i := range ids {
		out = append(out, fmt.Sprintf("%s/%s", all[i].Name, all[i].Place.Stage))
	}
	return out
}

// expectPeople finds the people of a list the slow way.
func expectPeople(all map[id.ID]*person.Person, in func(id.ID) bool, f store.PeopleFilter) []id.ID {
	type hit struct {
		phase int
		p     *person.Person
	}
	var hits []hit
	for _, p := range all {
		stage := len(f.Stages) == 0 && !p.Place.Out() || slices.Contains(f.Stages, p.Place.Stage)
		if !in(p.LastUnit) || !stage || p.Void || f.Sex != 0 && p.Sex != f.Sex || !f.Slice.Has(p.Attrs(), p.Birth.AgeAt(day.Of(2026, 11, 21))) {
			continue
		}
		if ph, ok := slowPhase(p.Name, f.Words); ok {
			hits = append(hits, hit{ph, p})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(a.phase-b.phase, strings.Compare(vi.NameKey(a.p.Name), vi.NameKey(b.p.Name)), cmp.Compare(a.p.ID, b.p.ID))
	})
	var ids []id.ID
	for _, h := range hits {
		ids = append(ids, h.p.ID)
	}
	return ids
}

func slowPhase(name, query string) (phase int, ok bool) {
	typed, words := strings.Fields(query), vi.Words(name)
	if len(typed) == 0 {
		return 0, true
	}
	last := vi.Fold(typed[len(typed)-1])
	for _, w := range typed[:len(typed)-1] {
		if !slices.Contains(words, vi.Fold(w)) {
			return 0, false
		}
	}
	if !slices.Contains(words, last) {
		return 2, slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, last) })
	}
	if !vi.HasMarks(query) {
		return 1, true
	}
	plain, _, _ := strings.Cut(name, " (") // diacritics of an alias do not count
	for _, w := range typed {
		if vi.HasMarks(w) && !slices.ContainsFunc(strings.Fields(plain), func(x string) bool { return vi.NameKey(x) == vi.NameKey(w) }) {
			return 1, true
		}
	}
	return 0, true
}

func TestPeople(t *testing.T) {
	for _, few := range []int{1000, 40, 3} {
		t.Run(fmt.Sprint("rare below ", few), func(t *testing.T) {
			t.Cleanup(store.LowerSearchLimits(few, 5000))
			testPeople(t)
		})
	}
}

func testPeople(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := seeded(t)
		tree := storetest.Grow(t, s, 38)
		other := storetest.Grow(t, s, 1)
		all := crowd(t, s, tree, r, 400)
		crowd(t, s, other, r, 40)
		letDie(t, s, all, r, 30)
		units := []org.Unit{tree.Root, tree.Communes[0], tree.Communes[1], tree.Cells[0][1]}
		filters := []store.PeopleFilter{
			{}, {Stages: []ledger.Stage{ledger.Official}}, {Stages: []ledger.Stage{ledger.Proposed}},
			{Stages: []ledger.Stage{ledger.Probationary, ledger.Official}}, {Stages: []ledger.Stage{ledger.Pool, ledger.Certified, ledger.Dossier}},
			{Stages: []ledger.Stage{ledger.Outside}}, {Sex: 1}, {Sex: 2}, {Slice: ledger.SliceFemale}, {Slice: ledger.SliceMinority}, {Slice: ledger.SliceYouth},
			{Slice: ledger.SliceAge}, {Slice: ledger.SliceAge + 7, Stages: []ledger.Stage{ledger.Official}}, {Slice: ledger.SliceOccupation + 4}, {Slice: ledger.SliceSector, Sex: 2},
			{Words: "hoa"}, {Words: "hoa nguyen"}, {Words: "Hòa"}, {Words: "Nguyễn hoa"}, {Words: "van hoa le"}, {Words: "ho"}, {Words: "nguyen ho"}, {Words: "nguyen h"}, {Words: "h"},
			{Words: "nobody"}, {Words: "nguyen thi hoa"}, {Words: "nguyen nobody"}, {Words: "nobody nguyen"}, {Words: "ba nam"}, {Words: "Lê"}, {Words: "lê le"}, {Words: "hoà văn"},
			{Words: "hoa", Stages: []ledger.Stage{ledger.Official}}, {Words: "Hòa", Stages: []ledger.Stage{ledger.Probationary}}, {Words: "nguyen ho", Stages: []ledger.Stage{ledger.Official}},
			{Words: "h", Stages: []ledger.Stage{ledger.Official}}, {Words: "hoa", Stages: []ledger.Stage{ledger.Official, ledger.Pool}, Sex: 2}, {Words: "an", Stages: []ledger.Stage{ledger.Outside}},
			{Words: "hoa", Slice: ledger.SliceFemale},
		}
		for _, u := range units {
			in := func(i id.ID) bool { return underUnit(t, s, i, u) }
			for _, f := range filters {
				t.Run(fmt.Sprintf("%s/%v", u.Name, f), func(t *testing.T) {
					want := expectPeople(all, in, f)
					for _, limit := range []int{7, 1000} {
						got, n := readPeople(t, s, peopleScope(t, u), f, limit)
						if !slices.Equal(got, want) {
							t.Fatalf("by %d:\n got %d %q\nwant %d %q", limit, len(got), personNames(all, got), len(want), personNames(all, want))
						}
						if f.Words == "" && n != int64(len(want)) {
							t.Errorf("counted %d, want %d", n, len(want))
						}
					}
				})
			}
		}
		got, n := readPeople(t, s, peopleScope(t, org.Unit{}), store.PeopleFilter{}, 33)
		if want := len(expectPeople(all, func(id.ID) bool { return true }, store.PeopleFilter{})) + 40; len(got) != want || n != int64(want) {
			t.Errorf("the nation has %d, counted %d, want %d", len(got), n, want)
		}
	})
}

// TestMarkedBound: when only some names are looked at for diacritics, a list still has everybody once.
func TestMarkedBound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := seeded(t)
		tree := storetest.Grow(t, s, 38)
		all := crowd(t, s, tree, r, 300)
		for _, marked := range []int{0, 1, 10, 30} {
			t.Cleanup(store.LowerSearchLimits(5, marked))
			for _, words := range []string{"Hòa", "Nguyễn Hòa", "Lê", "Hoà Văn"} {
				f := store.PeopleFilter{Words: words}
				want := expectPeople(all, func(id.ID) bool { return true }, f)
				for _, limit := range []int{3, 1000} {
					got, _ := readPeople(t, s, peopleScope(t, tree.Root), f, limit)
					slices.Sort(got)
					slices.Sort(want)
					if !slices.Equal(got, want) {
						t.Errorf("%s, %d looked at, by %d: %d people, want %d", words, marked, limit, len(got), len(want))
					}
				}
			}
		}
	})
}

var pathOf = map[id.ID]string{}

// underUnit reports whether a unit stands in a subtree.
func underUnit(t *testing.T, s *store.Store, i id.ID, top org.Unit) bool {
	t.Helper()
	if pathOf[i] == "" {
		if err := s.View(context.Background(), func(tx *store.Tx) error {
			u, err := tx.Unit(i)
			pathOf[i] = u.Path
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	return strings.HasPrefix(pathOf[i], top.Path)
}

// letDie lets some people die, and takes back the record of one as an undone import does.
func letDie(t *testing.T, s *store.Store, all map[id.ID]*person.Person, r *rand.Rand, n int) {
	t.Helper()
	for i, p := range all {
		if n--; n < 0 {
			return
		}
		err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
			q, err := tx.Person(i)
			if err != nil {
				return err
			}
			if _, err := tx.Post(&q, ledger.Movement{Cause: ledger.Die, Effective: day.Of(2026, 1+r.IntN(10), 5)}); err != nil {
				return err
			}
			before := q
			q.Void = n == 0
			*p = q
			return tx.PutPerson(&before, &q)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestPeopleByNumber(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		var p *person.Person
		if err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
			p = storetest.NewPerson(tx.NewID(38), "Vũ Thị Ngọc")
			return tx.Enrol([]store.Enrolment{{Person: p, Sealed: person.Sealed{Number: "038098000123", Card: "380000000456"},
				Movements: []ledger.Movement{{To: ledger.Place{Unit: tree.Cells[0][0].ID, Stage: ledger.Official}, Cause: ledger.Opening, Effective: day.Of(2026, 1, 1)}}}})
		}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			unit org.Unit
			text string
			want int
		}{
			{tree.Root, "038098000123", 1}, {tree.Root, "038 098 000 123", 1}, {tree.Root, "380000000456", 1}, {tree.Root, "038098000124", 0},
			{tree.Communes[0], "038098000123", 1}, {tree.Communes[1], "038098000123", 0}, {org.Unit{}, "038098000123", 1}, {tree.Root, "03809800012", 0},
		} {
			if got, _ := readPeople(t, s, peopleScope(t, c.unit), store.PeopleFilter{Words: c.text}, 10); len(got) != c.want {
				t.Errorf("%s in %s: %d", c.text, c.unit.Name, len(got))
			}
		}
	})
}

func TestPeopleRefuses(t *testing.T) {
	s := storetest.SQLite(t)
	tree := storetest.Grow(t, s, 38)
	err := s.View(context.Background(), func(tx *store.Tx) error {
		if _, err := tx.People(access.Scope{}, store.PeopleFilter{}, "", 10); fault.KindOf(err) != fault.NotFound {
			t.Errorf("no scope: %v", err)
		}
		for _, after := range []string{"x", "!!", "MCAx", strings.Repeat("A", 3000)} {
			if _, err := tx.People(peopleScope(t, tree.Root), store.PeopleFilter{}, after, 10); fault.KindOf(err) != fault.Invalid {
				t.Errorf("cursor %.10q: %v", after, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
