package reports_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/units"
)

const province = 38

var operator = access.System("test")

// history drives random acts against a store: people enter, go on, are transferred, leave and are taken
// back; cells change their commune, merge and are founded.
type history struct {
	t      *testing.T
	st     *store.Store
	r      *rand.Rand
	tree   storetest.Tree
	units  []id.ID
	people []id.ID
	done   map[string]int
}

// live makes a random history from the autumn of 2024 to today.
func live(t *testing.T, st *store.Store, seed uint64) *history {
	t.Helper()
	h := &history{t: t, st: st, r: rand.New(rand.NewPCG(seed, 1)), tree: storetest.Grow(t, st, province), done: map[string]int{}}
	h.units = []id.ID{h.tree.Root.ID}
	for i := range h.tree.Communes {
		h.units = append(h.units, h.tree.Communes[i].ID, h.tree.Cells[i][0].ID, h.tree.Cells[i][1].ID)
	}
	for on := day.Of(2024, 10, 1); on < st.Today(); on = on.AddDays(1 + h.r.IntN(7)) {
		h.act(on)
	}
	h.act(st.Today())
	return h
}

// act does one thing, or nothing when it is refused.
func (h *history) act(on day.Date) {
	var name string
	var err error
	switch n := h.r.IntN(100); {
	case n < 25 || len(h.people) < 5:
		name, err = "enter", h.enter(on)
	case n < 70:
		name, err = "go on", h.goOn(on)
	case n < 80:
		name, err = "take back", h.takeBack()
	case n < 87:
		name, err = "reparent", h.reparent(on)
	case n < 91:
		name, err = "merge", h.merge(on)
	case n < 96:
		name, err = "found", h.found(on)
	case n < 97:
		name, err = "close", h.write(func(tx *store.Tx) error { return tx.ClosePeriod(province, on.AddDays(-60).MonthOf().Last()) })
	default:
		name, err = "rename", h.rename(on)
	}
	switch fault.KindOf(err) {
	case fault.Internal, fault.Unavailable, fault.Busy:
		if err != nil {
			h.t.Fatalf("%s on %s: %v", name, on, err)
		}
	}
	if err == nil {
		h.done[name]++
	}
}

func (h *history) write(f func(*store.Tx) error) error {
	return h.st.Update(context.Background(), storetest.Entry(province), f)
}

func (h *history) unit() id.ID { return h.units[1+h.r.IntN(len(h.units)-1)] } // any but the root

func (h *history) enter(on day.Date) error {
	var p id.ID
	err := h.write(func(tx *store.Tx) error {
		x := storetest.NewPerson(tx.NewID(province), "Nguyễn Thị Hoà")
		p = x.ID
		causes := []ledger.Cause{ledger.Opening, ledger.Propose, ledger.Adopt, ledger.Certify, ledger.Admit, ledger.ArriveFrom}
		c := causes[h.r.IntN(len(causes))]
		stages := c.Targets(ledger.Outside)
		return tx.Enrol([]store.Enrolment{{Person: x, Movements: []ledger.Movement{
			{To: ledger.Place{Unit: h.unit(), Stage: stages[h.r.IntN(len(stages))]}, Cause: c, Effective: on}}}})
	})
	if err == nil {
		h.people = append(h.people, p)
	}
	return err
}

func (h *history) goOn(on day.Date) error {
	return h.write(func(tx *store.Tx) error {
		p, err := tx.Person(h.people[h.r.IntN(len(h.people))])
		if err != nil {
			return err
		}
		causes := ledger.CausesFrom(p.Place.Stage)
		c := causes[h.r.IntN(len(causes))]
		stages := c.Targets(p.Place.Stage)
		to := ledger.Place{Unit: p.Place.Unit, Stage: stages[h.r.IntN(len(stages))]}
		switch {
		case to.Stage == ledger.Outside:
			to.Unit = 0
		case c == ledger.Transfer || p.Place.Out():
			to.Unit = h.unit()
		}
		_, err = tx.Post(&p, ledger.Movement{To: to, Cause: c, Effective: max(p.Since, on.AddDays(-h.r.IntN(40)))})
		return err
	})
}

func (h *history) takeBack() error {
	return h.write(func(tx *store.Tx) error {
		p, err := tx.Person(h.people[h.r.IntN(len(h.people))])
		if err != nil {
			return err
		}
		ms, err := tx.Movements(p.ID)
		if err != nil {
			return err
		}
		open := ledger.Standing(ms)
		if len(open) < 2 {
			return fault.E("test", fault.Conflict, "")
		}
		_, err = tx.Reverse(&p, open[len(open)-1], ledger.Since(ms, open[len(open)-1].ID))
		return err
	})
}

func act(on day.Date) units.Act {
	return units.Act{On: on, Decision: org.Decision{No: "1-QĐ/TU", Issuer: "Tỉnh ủy", Date: on}}
}

func (h *history) reparent(on day.Date) error {
	return units.New(h.st).Reparent(context.Background(), operator, units.ReparentForm{Unit: h.unit(), Parent: h.units[h.r.IntN(len(h.units))], Act: act(on.AddDays(-h.r.IntN(60)))})
}

func (h *history) merge(on day.Date) error {
	_, err := units.New(h.st).Merge(context.Background(), operator, units.MergeForm{From: []id.ID{h.unit()}, Into: h.unit(), Act: act(on)})
	return err
}

func (h *history) found(on day.Date) error {
	u, err := units.New(h.st).Found(context.Background(), operator, units.FoundForm{Parent: h.units[h.r.IntN(len(h.units))],
		Fields: units.Fields{Kind: org.Cell, Name: "Chi bộ mới"}, Act: act(on)})
	if err == nil {
		h.units = append(h.units, u)
	}
	return err
}

func (h *history) rename(on day.Date) error {
	return units.New(h.st).Rename(context.Background(), operator, units.RenameForm{Unit: h.unit(), Name: "Chi bộ " + on.VN(), Act: act(on)})
}

// account is everything needed to count by hand: all movements, all units, all edges.
type account struct {
	moves []ledger.Movement
	byID  map[id.ID]ledger.Movement
	units map[id.ID]org.Unit
	edges []org.Edge
}

func readAccount(t *testing.T, st *store.Store) account {
	t.Helper()
	a := account{byID: map[id.ID]ledger.Movement{}, units: map[id.ID]org.Unit{}}
	err := st.View(context.Background(), func(tx *store.Tx) error {
		if err := tx.EachMovement(province, func(m *ledger.Movement) error {
			a.moves = append(a.moves, *m)
			a.byID[m.ID] = *m
			return nil
		}); err != nil {
			return err
		}
		if err := tx.Each(tx.Context(), `SELECT id, parent_id, founded, dissolved FROM unit WHERE province_id = $1`, []any{province}, func(s db.Scanner) error {
			var u org.Unit
			err := s.Scan(&u.ID, &u.Parent, &u.Founded, &u.Dissolved)
			a.units[u.ID] = u
			return err
		}); err != nil {
			return err
		}
		return tx.Each(tx.Context(), `SELECT unit_id, parent_id, valid_from, valid_to FROM unit_edge WHERE province_id = $1`, []any{province}, func(s db.Scanner) error {
			var e org.Edge
			err := s.Scan(&e.Unit, &e.Parent, &e.From, &e.To)
			a.edges = append(a.edges, e)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// edge returns the edge of a unit on a day.
func (a account) edge(u id.ID, on day.Date) (org.Edge, bool) {
	for _, e := range a.edges {
		if e.Unit == u && e.From <= on && (e.To == 0 || on < e.To) {
			return e, true
		}
	}
	return org.Edge{}, false
}

// parents returns who stands above whom: today (on 0), or on a day, where a unit that is not there
// counts where it stands today.
func (a account) parents(on day.Date) map[id.ID]id.ID {
	up := map[id.ID]id.ID{}
	for i, u := range a.units {
		up[i] = u.Parent
		if e, ok := a.edge(i, on); ok && on != 0 {
			up[i] = e.Parent
		}
	}
	return up
}

// under reports whether u stands at or below top; 0 is the nation.
func under(up map[id.ID]id.ID, u, top id.ID) bool {
	for u != 0 && u != top {
		u = up[u]
	}
	return u == top
}

// inside reports whether a place lies in top.
func inside(up map[id.ID]id.ID, p ledger.Place, top id.ID) bool {
	return !p.Out() && under(up, p.Unit, top)
}

// stock counts the people of top at every stage on a day.
func (a account) stock(up map[id.ID]id.ID, top id.ID, on day.Date) map[ledger.Stage]int64 {
	n := map[ledger.Stage]int64{}
	for _, m := range a.moves {
		if m.Effective > on {
			continue
		}
		if inside(up, m.From, top) {
			n[m.From.Stage]--
		}
		if inside(up, m.To, top) {
			n[m.To.Stage]++
		}
	}
	return n
}

// happened counts what causes brought about in top between two days, less what was taken back.
func (a account) happened(up map[id.ID]id.ID, top id.ID, from, to day.Date, causes ...ledger.Cause) int64 {
	var n int64
	for _, m := range a.moves {
		if m.Effective < from || m.Effective > to {
			continue
		}
		what, sign := m, int64(1)
		if m.Reverses != 0 {
			what, sign = a.byID[m.Reverses], -1
		}
		entered := inside(up, what.To, top) && !inside(up, what.From, top)
		rose := inside(up, what.To, top) && inside(up, what.From, top) && what.To.Stage != what.From.Stage
		for _, c := range causes {
			if what.Cause == c && (entered || rose) {
				n += sign
			}
		}
	}
	return n
}
