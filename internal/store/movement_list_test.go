package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/target"
)

// wander moves the people of a tree at random for some steps: any cause that fits, changes of
// attributes, reversals, and now and then a period is closed or opened again.
func wander(t *testing.T, s *store.Store, tree storetest.Tree, r *rand.Rand, people []id.ID, steps int) {
	t.Helper()
	cells := []org.Unit{tree.Cells[0][0], tree.Cells[0][1], tree.Cells[1][0], tree.Cells[1][1], tree.Communes[0], tree.Root}
	done := 0
	for step := range steps {
		err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
			p, err := tx.Person(people[r.IntN(len(people))])
			if err != nil {
				return err
			}
			closed, err := tx.ClosedTo(38)
			if err != nil {
				return err
			}
			if step%70 == 69 {
				if closed != 0 && r.IntN(3) == 0 {
					return tx.ReopenPeriod(38, closed.AddDays(-1-r.IntN(60)), "ghi sót", "Hoà", "Bình")
				}
				return tx.ClosePeriod(38, max(closed, day.Of(2025, 1, 1)).AddDays(1+r.IntN(60)))
			}
			if step%70 < 10 || r.IntN(5) == 0 { // many after a period was closed
				return undoLast(tx, &p)
			}
			m, ok := randomMove(&p, cells, closed, tx.Today, r)
			if !ok {
				return nil
			}
			if m.Was != nil {
				before := p
				if err := tx.PutPerson(&before, &p); err != nil {
					return err
				}
			}
			_, err = tx.Post(&p, m)
			done++
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if done < steps/3 {
		t.Errorf("only %d of %d steps moved anybody", done, steps)
	}
}

// randomMove picks a movement that may follow; p is changed when its attributes are.
func randomMove(p *person.Person, cells []org.Unit, closed, today day.Date, r *rand.Rand) (ledger.Movement, bool) {
	var m ledger.Movement
	m.Effective = max(p.Since, closed.AddDays(1), day.Of(2025, 1, 1)).AddDays(r.IntN(50))
	if m.Effective > today {
		return m, false
	}
	if !p.Place.Out() && r.IntN(5) == 0 {
		was := p.Attrs()
		p.Occupation, p.Sex, p.Youth = r.IntN(15), 1+r.IntN(2), r.IntN(2) == 0
		m.Cause, m.To, m.Was = ledger.Change, p.Place, &was
		return m, true
	}
	causes := ledger.CausesFrom(p.Place.Stage)
	m.Cause = causes[r.IntN(len(causes))]
	stages := m.Cause.Targets(p.Place.Stage)
	m.To = ledger.Place{Unit: p.Place.Unit, Stage: stages[r.IntN(len(stages))]}
	if m.Cause == ledger.Transfer || p.Place.Out() {
		m.To.Unit = cells[r.IntN(len(cells))].ID
	}
	if m.To.Out() {
		m.To = ledger.Place{}
	}
	return m, m.Cause != ledger.Transfer || m.To.Unit != p.Place.Unit
}

// undoLast reverses the last standing movement of somebody, if there is one besides the first.
func undoLast(tx *store.Tx, p *person.Person) error {
	ms, err := tx.Movements(p.ID)
	if err != nil {
		return err
	}
	open := ledger.Standing(ms)
	if len(open) < 2 {
		return nil
	}
	m := open[len(open)-1]
	if a := m.Was; a != nil {
		before := *p
		p.Sex, p.Ethnic, p.Religion, p.Occupation, p.Schooling, p.Expertise, p.Youth, p.Birth = a.Sex, a.Ethnic, a.Religion, a.Occupation, a.Schooling, a.Expertise, a.Youth, a.Birth
		if err := tx.PutPerson(&before, p); err != nil {
			return err
		}
	}
	_, err = tx.Reverse(p, m, ledger.Since(ms, m.ID))
	return err
}

// ledgerOf reads every movement of the province.
func ledgerOf(t *testing.T, s *store.Store) (all []ledger.Movement) {
	t.Helper()
	if err := s.View(context.Background(), func(tx *store.Tx) error {
		return tx.EachMovement(38, func(m *ledger.Movement) error { all = append(all, *m); return nil })
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// tallied sums the movements of some days as one unit counts them.
func tallied(t *testing.T, s *store.Store, all []ledger.Movement, u org.Unit, from, to day.Date) map[ledger.Measure]ledger.Counts {
	t.Helper()
	tally := ledger.Tally{}
	for _, m := range all {
		if from <= m.Effective && m.Effective <= to {
			tally.Add(1, m, underUnit(t, s, m.From.Unit, u), underUnit(t, s, m.To.Unit, u))
		}
	}
	sums := map[ledger.Measure]ledger.Counts{}
	for k, c := range tally {
		sum := sums[k.Measure]
		for i := range c {
			sum[i] += c[i]
		}
		sums[k.Measure] = sum
	}
	return sums
}

// readMovements reads a list page by page.
func readMovements(t *testing.T, s *store.Store, u org.Unit, f store.MovementFilter, limit int) (lines []store.MovementLine, sum store.MovementSum) {
	t.Helper()
	after := ""
	for first := true; first || after != ""; first = false {
		err := s.View(context.Background(), func(tx *store.Tx) error {
			page, err := tx.MovementList(peopleScope(t, u), f, after, limit)
			lines, after = append(lines, page.Lines...), page.Next
			if err == nil {
				sum, err = tx.CountMovements(peopleScope(t, u), f)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return lines, sum
}

func TestMovementListIsCounters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := seeded(t)
		tree := storetest.Grow(t, s, 38)
		var people []id.ID
		for i := range crowd(t, s, tree, r, 25) {
			people = append(people, i)
		}
		slices.Sort(people)
		wander(t, s, tree, r, people, 500)
		units := []org.Unit{tree.Root, tree.Communes[0], tree.Communes[1], tree.Cells[0][0]}
		all := ledgerOf(t, s)
		for range 80 {
			u := units[r.IntN(len(units))]
			f := store.MovementFilter{Dir: store.Direction(r.IntN(3)), Slice: ledger.Slice(r.IntN(ledger.Slices))}
			if r.IntN(2) == 0 {
				f.Slice = ledger.SliceAll
			} else if g, ok := target.ParseGroup(f.Slice.String()); ok && r.IntN(2) == 0 {
				f.Group = g // counts one by one what the counters say of the slice
			}
			if r.IntN(4) > 0 {
				f.From = day.Of(2024, 12, 1).AddDays(r.IntN(500))
				f.To = f.From.AddDays(r.IntN(300))
				if r.IntN(2) == 0 {
					f.From, f.To = f.From.MonthOf().First(), f.To.MonthOf().Last()
				}
			}
			for _, c := range ledger.Causes() {
				if r.IntN(3) == 0 {
					f.Causes = append(f.Causes, c)
				}
			}
			checkLines(t, s, all, u, f)
		}
		checkPast(t, s, r, all, units)
	})
}

// checkLines compares one list with the counters.
func checkLines(t *testing.T, s *store.Store, all []ledger.Movement, u org.Unit, f store.MovementFilter) {
	t.Helper()
	to := f.To
	if to == 0 {
		to = day.Of(2100, 1, 1)
	}
	sums := tallied(t, s, all, u, f.From, to)
	causes := f.Causes
	if len(causes) == 0 {
		causes = ledger.Causes()
	}
	var want int64
	for _, c := range causes {
		if f.Dir != store.Outward {
			want += sums[ledger.Happened(c)][f.Slice]
		}
		if f.Dir != store.Inward {
			want += sums[ledger.Left(c)][f.Slice]
		}
	}
	lines, sum := readMovements(t, s, u, f, 7)
	var net, minus int64
	seen := map[id.ID]bool{}
	for _, l := range lines {
		if net++; l.Minus {
			net, minus = net-2, minus+1
		}
		if l.Name == "" || l.Effective < f.From || l.Effective > to || seen[l.ID] || l.Other != 0 && f.From <= l.Other && l.Other <= to {
			t.Errorf("%s %+v: odd line %+v", u.Name, f, l)
		}
		seen[l.ID] = true
	}
	if net != want || sum.Net != want || sum.Minus != minus {
		t.Errorf("%s %+v: list %d with %d of -1, counted %+v, counters say %d", u.Name, f, net, minus, sum, want)
	}
	if !slices.IsSortedFunc(lines, func(a, b store.MovementLine) int {
		if a.Effective != b.Effective {
			return int(b.Effective - a.Effective)
		}
		return int(b.ID>>20 - a.ID>>20)
	}) {
		t.Error("the list is out of order")
	}
}

// checkPast compares lists of days gone by with the stock the ledger had on those days.
func checkPast(t *testing.T, s *store.Store, r *rand.Rand, all []ledger.Movement, units []org.Unit) {
	t.Helper()
	for range 40 {
		u := units[r.IntN(len(units))]
		f := store.PeopleFilter{At: day.Of(2025, 1, 1).AddDays(r.IntN(690)), Slice: ledger.Slice(r.IntN(ledger.Slices))}
		if f.Slice >= ledger.SliceAge && f.Slice < ledger.SliceSchooling || r.IntN(2) == 0 {
			f.Slice = ledger.SliceAll
		}
		stages := ledger.Stages
		if r.IntN(3) > 0 {
			f.Stages = []ledger.Stage{ledger.Stages[r.IntN(6)], ledger.Stages[r.IntN(6)]}
			stages = slices.Compact(slices.Sorted(slices.Values(f.Stages)))
		}
		sums := tallied(t, s, all, u, 0, f.At)
		var want int64
		for _, st := range stages {
			want += sums[ledger.Stock(st)][f.Slice]
		}
		ids, n := readPeople(t, s, peopleScope(t, u), f, 5)
		distinct := slices.Compact(slices.Sorted(slices.Values(ids)))
		if int64(len(ids)) != want || n != want || len(distinct) != len(ids) {
			t.Errorf("%s %+v: %d people, %d of them distinct, counted %d, the ledger had %d", u.Name, f, len(ids), len(distinct), n, want)
		}
	}
}

// TestReversedLater: what is taken back after its period was closed stays in the list of its period
// and counts -1 in the list of the day on which it was taken back.
func TestReversedLater(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		cell := tree.Cells[0][0]
		p := storetest.Enrol(t, s, cell, "Trần Thị Bích", ledger.Dossier, day.Of(2026, 1, 10))
		act := func(f func(tx *store.Tx, q *person.Person) error) {
			t.Helper()
			if err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
				q, err := tx.Person(p.ID)
				if err != nil {
					return err
				}
				return f(tx, &q)
			}); err != nil {
				t.Fatal(err)
			}
		}
		act(func(tx *store.Tx, q *person.Person) error {
			_, err := tx.Post(q, ledger.Movement{To: ledger.Place{Unit: cell.ID, Stage: ledger.Probationary}, Cause: ledger.Admit, Effective: day.Of(2026, 2, 3)})
			return err
		})
		act(func(tx *store.Tx, q *person.Person) error { return tx.ClosePeriod(38, day.Of(2026, 6, 30)) })
		act(undoLast)
		act(func(tx *store.Tx, q *person.Person) error {
			return tx.ReopenPeriod(38, day.Of(2026, 5, 31), "ghi sót", "Hoà", "Bình")
		})
		act(func(tx *store.Tx, q *person.Person) error { return tx.ClosePeriod(38, day.Of(2026, 6, 30)) }) // what was undone counts once
		admitted := func(from, to day.Date) store.MovementFilter {
			return store.MovementFilter{Causes: []ledger.Cause{ledger.Admit}, From: from, To: to}
		}
		for _, u := range []org.Unit{tree.Root, tree.Communes[0], cell, {}} {
			for _, c := range []struct {
				from, to   day.Date
				lines      int
				net, minus int64
				firstMinus bool
				other      day.Date
			}{
				{day.Of(2026, 1, 1), day.Of(2026, 6, 30), 1, 1, 0, false, day.Of(2026, 7, 1)},
				{day.Of(2026, 7, 1), day.Of(2026, 12, 31), 1, -1, 1, true, day.Of(2026, 2, 3)},
				{day.Of(2026, 6, 15), day.Of(2026, 7, 1), 1, -1, 1, true, day.Of(2026, 2, 3)},
				{day.Of(2026, 1, 1), day.Of(2026, 12, 31), 0, 0, 0, false, 0},
				{0, 0, 0, 0, 0, false, 0},
			} {
				lines, sum := readMovements(t, s, u, admitted(c.from, c.to), 10)
				if len(lines) != c.lines || sum != (store.MovementSum{Net: c.net, Minus: c.minus}) {
					t.Errorf("%s %v–%v: %d lines, %+v", u.Name, c.from, c.to, len(lines), sum)
				} else if c.lines > 0 && (lines[0].Minus != c.firstMinus || lines[0].Other != c.other || lines[0].ToUnit == "") {
					t.Errorf("%s %v–%v: %+v", u.Name, c.from, c.to, lines[0])
				}
			}
		}
	})
}

func TestMovementListAcrossProvinces(t *testing.T) {
	s := storetest.SQLite(t)
	for i, province := range []int{1, 38} {
		tree := storetest.Grow(t, s, province)
		for j := range 3 {
			storetest.Enrol(t, s, tree.Cells[0][0], fmt.Sprintf("Trần Văn %c%c", 'A'+i, 'a'+j), ledger.Pool, day.Of(2026, 1+j, 1+i))
		}
	}
	lines, sum := readMovements(t, s, org.Unit{}, store.MovementFilter{}, 2)
	if len(lines) != 6 || sum.Net != 6 {
		t.Fatalf("%d lines, counted %d", len(lines), sum.Net)
	}
	for i := 1; i < len(lines); i++ {
		if lines[i-1].Effective < lines[i].Effective {
			t.Error("not latest first")
		}
	}
}
