package movements_test

import (
	"context"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/movements"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// at is somebody with a role at a unit.
func at(u org.Unit, role access.Role) access.Actor {
	return access.Actor{User: 1, Name: "thử", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: role}}}
}

type world struct {
	*testing.T
	st   *store.Store
	sv   *movements.Service
	tree storetest.Tree
}

func newWorld(t *testing.T, s *store.Store) world {
	return world{t, s, movements.New(s), storetest.Grow(t, s, 38)}
}

func (w world) record(i id.ID) (p person.Person) {
	w.Helper()
	if err := w.st.View(context.Background(), func(tx *store.Tx) error {
		var err error
		p, err = tx.Person(i)
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return p
}

// lastOf returns the last standing movement of somebody.
func (w world) lastOf(i id.ID) (m ledger.Movement) {
	w.Helper()
	if err := w.st.View(context.Background(), func(tx *store.Tx) error {
		ms, err := tx.Movements(i)
		if open := ledger.Standing(ms); len(open) > 0 {
			m = open[len(open)-1]
		}
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return m
}

func (w world) post(who access.Actor, f movements.Form) error {
	_, err := w.sv.Post(context.Background(), who, f)
	return err
}

func wantKey(t *testing.T, what string, err error, kind fault.Kind, key fault.Key) {
	t.Helper()
	if fault.KindOf(err) != kind || fault.TextOf(err).Key != key {
		t.Errorf("%s: %v, want %v %s", what, err, kind, key)
	}
}

// TestChain walks somebody from the proposal to an official member and back, and looks at the dates
// the steps write on the record.
func TestChain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		clerk := at(w.tree.Communes[0], access.Clerk)
		p := storetest.Enrol(t, s, w.tree.Cells[0][0], "Lê Thị Hạnh", ledger.Proposed, day.Of(2025, 1, 6))
		steps := []struct {
			cause           ledger.Cause
			to              ledger.Stage
			on, decided     day.Date
			decision        string
			pool, cert      day.Date
			joined, counted day.Date
			official        day.Date
		}{
			{ledger.Adopt, ledger.Pool, day.Of(2025, 2, 3), 0, "12-NQ/CB", day.Of(2025, 2, 3), 0, 0, 0, 0},
			{ledger.Certify, ledger.Certified, day.Of(2025, 4, 20), 0, "118/GCN", day.Of(2025, 2, 3), day.Of(2025, 4, 20), 0, 0, 0},
			{ledger.Apply, ledger.Dossier, day.Of(2025, 5, 2), 0, "", day.Of(2025, 2, 3), day.Of(2025, 4, 20), 0, 0, 0},
			{ledger.Admit, ledger.Probationary, day.Of(2025, 9, 2), day.Of(2025, 8, 19), "45-QĐ/ĐU", day.Of(2025, 2, 3), day.Of(2025, 4, 20), day.Of(2025, 9, 2), day.Of(2025, 8, 19), 0},
			{ledger.Recognise, ledger.Official, day.Of(2026, 10, 1), day.Of(2026, 9, 28), "77-QĐ/ĐU", day.Of(2025, 2, 3), day.Of(2025, 4, 20), day.Of(2025, 9, 2), day.Of(2025, 8, 19), day.Of(2026, 9, 2)},
		}
		look := func(what string, n int) {
			t.Helper()
			got, want := w.record(p.ID), steps[n]
			if got.Place.Stage != want.to || got.PoolOn != want.pool || got.CertOn != want.cert || got.Joined != want.joined || got.PartyAge != want.counted || got.OfficialOn != want.official {
				t.Errorf("%s: stage %v pool %v certificate %v %q joined %v party age %v official %v", what, got.Place.Stage, got.PoolOn, got.CertOn, got.CertNo, got.Joined, got.PartyAge, got.OfficialOn)
			}
		}
		for i, st := range steps {
			if err := w.post(clerk, movements.Form{Person: p.ID, Cause: st.cause, To: st.to, Effective: st.on, DecidedOn: st.decided, Decision: st.decision}); err != nil {
				t.Fatal(err)
			}
			look("after "+st.cause.String(), i)
		}
		if got := w.record(p.ID).CertNo; got != "118/GCN" {
			t.Errorf("certificate %q", got)
		}
		for i := len(steps) - 1; i > 0; i-- {
			if err := w.sv.Reverse(context.Background(), clerk, w.lastOf(p.ID).ID, "ghi nhầm người", ""); err != nil {
				t.Fatal(err)
			}
			look("undone "+steps[i].cause.String(), i-1)
		}
		if got := w.record(p.ID); got.CertNo != "" || got.Since != day.Of(2025, 2, 3) {
			t.Errorf("at the end: certificate %q, since %v", got.CertNo, got.Since)
		}
	})
}

// TestUndoEdit: an edit that told the ledger is undone like a step, or nothing before it ever could be.
func TestUndoEdit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		clerk := at(w.tree.Communes[0], access.Clerk)
		p := storetest.Enrol(t, s, w.tree.Cells[0][0], "Lê Thị Hạnh", ledger.Pool, day.Of(2025, 1, 6))
		if err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
			q, err := tx.Person(p.ID)
			if err != nil {
				return err
			}
			before, was := q, q.Attrs()
			q.Sex, q.Occupation, q.Birth = 1, 11, day.Of(1999, 1, 1)
			if err := tx.PutPerson(&before, &q); err != nil {
				return err
			}
			_, err = tx.Post(&q, ledger.Movement{To: q.Place, Cause: ledger.Change, Effective: tx.Today, Was: &was})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := w.sv.Reverse(context.Background(), clerk, w.lastOf(p.ID).ID, "sửa nhầm", ""); err != nil {
			t.Fatal(err)
		}
		got := w.record(p.ID)
		if got.Attrs() != p.Attrs() || got.Place != p.Place {
			t.Errorf("after: %+v, want %+v", got.Attrs(), p.Attrs())
		}
		if err := w.post(clerk, movements.Form{Person: p.ID, Cause: ledger.Drop, Effective: day.Of(2025, 5, 1)}); err != nil {
			t.Errorf("a step dated before the edit that was undone: %v", err)
		}
	})
}

func TestUndoKeepsWhatWasTyped(t *testing.T) {
	s := storetest.SQLite(t)
	w := newWorld(t, s)
	clerk := at(w.tree.Root, access.Clerk)
	p := storetest.Enrol(t, s, w.tree.Cells[0][0], "Lê Thị Hạnh", ledger.Dossier, day.Of(2025, 1, 6))
	if err := w.post(clerk, movements.Form{Person: p.ID, Cause: ledger.Admit, To: ledger.Probationary, Effective: day.Of(2025, 9, 2)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
		q, err := tx.Person(p.ID)
		before := q
		q.PartyAge = day.Of(2025, 8, 1)
		if err == nil {
			err = tx.PutPerson(&before, &q)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := w.sv.Reverse(context.Background(), clerk, w.lastOf(p.ID).ID, "nhầm ngày", ""); err != nil {
		t.Fatal(err)
	}
	if got := w.record(p.ID); got.Joined != 0 || got.PartyAge != day.Of(2025, 8, 1) {
		t.Errorf("joined %v, party age %v", got.Joined, got.PartyAge)
	}
}

func TestPostRefuses(t *testing.T) {
	s := storetest.SQLite(t)
	w := newWorld(t, s)
	clerk, far, viewer := at(w.tree.Communes[0], access.Clerk), at(w.tree.Communes[1], access.Clerk), at(w.tree.Root, access.Viewer)
	p := storetest.Enrol(t, s, w.tree.Cells[0][0], "Lê Thị Hạnh", ledger.Dossier, day.Of(2026, 1, 6))
	gone := w.tree.Cells[0][1]
	if err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
		return tx.ClosePeriod(38, day.Of(2026, 3, 31))
	}); err != nil {
		t.Fatal(err)
	}
	ok := movements.Form{Person: p.ID, Cause: ledger.Admit, To: ledger.Probationary, Effective: day.Of(2026, 5, 19)}
	for _, c := range []struct {
		name string
		who  access.Actor
		mend func(*movements.Form)
		kind fault.Kind
		key  fault.Key
	}{
		{"another commune", far, nil, fault.NotFound, "error.notfound"},
		{"viewer", viewer, nil, fault.Forbidden, "error.forbidden"},
		{"nobody", access.Actor{}, nil, fault.NotFound, "error.notfound"},
		{"no such person", clerk, func(f *movements.Form) { f.Person++ }, fault.NotFound, "person.notfound"},
		{"no day", clerk, func(f *movements.Form) { f.Effective = 0 }, fault.Invalid, "person.invalid"},
		{"future", clerk, func(f *movements.Form) { f.Effective = day.Of(2026, 11, 22) }, fault.Invalid, "ledger.date_future"},
		{"closed", clerk, func(f *movements.Form) { f.Effective = day.Of(2026, 3, 31) }, fault.Conflict, "ledger.period_closed"},
		{"decided in the future", clerk, func(f *movements.Form) { f.DecidedOn = day.Of(2027, 1, 1) }, fault.Invalid, "person.invalid"},
		{"cause unfit", clerk, func(f *movements.Form) { f.Cause, f.To = ledger.Recognise, ledger.Official }, fault.Invalid, "ledger.cause_unfit"},
		{"stale", clerk, func(f *movements.Form) { f.Version = 7 }, fault.Stale, "error.stale"},
		{"unit must stay", clerk, func(f *movements.Form) { f.Unit = w.tree.Cells[0][1].ID }, fault.Invalid, "ledger.unit_must_stay"},
		{"no such unit", clerk, func(f *movements.Form) { f.Unit = 12345 }, fault.NotFound, "error.notfound"},
		{"unit out of sight", clerk, func(f *movements.Form) {
			f.Cause, f.To, f.Unit = ledger.Transfer, ledger.Dossier, w.tree.Cells[1][0].ID
		}, fault.NotFound, "error.notfound"},
		{"unit not founded yet", clerk, func(f *movements.Form) {
			f.Cause, f.To, f.Unit, f.Effective = ledger.Transfer, ledger.Dossier, gone.ID, day.Of(2009, 1, 1)
		}, fault.Invalid, "movement.unit_gone"},
		{"long decision", clerk, func(f *movements.Form) { f.Decision = string(make([]rune, 101)) }, fault.Invalid, "person.invalid"},
	} {
		f := ok
		if c.mend != nil {
			c.mend(&f)
		}
		wantKey(t, c.name, w.post(c.who, f), c.kind, c.key)
	}
	if err := w.post(clerk, ok); err != nil {
		t.Error(err)
	}
}

func TestPostOnce(t *testing.T) {
	s := storetest.SQLite(t)
	w := newWorld(t, s)
	clerk := at(w.tree.Communes[0], access.Clerk)
	p := storetest.Enrol(t, s, w.tree.Cells[0][0], "Lê Thị Hạnh", ledger.Pool, day.Of(2026, 1, 6))
	f := movements.Form{Person: p.ID, Cause: ledger.Certify, To: ledger.Certified, Effective: day.Of(2026, 2, 1), Key: "k"}
	if err := w.post(clerk, f); err != nil {
		t.Fatal(err)
	}
	wantKey(t, "the same form again", w.post(clerk, f), fault.Conflict, "once.done")
	if m := w.lastOf(p.ID); m.Cause != ledger.Certify {
		t.Errorf("last %v", m.Cause)
	}
}

// TestReturn: somebody who left comes back only where the actor writes.
func TestReturn(t *testing.T) {
	s := storetest.SQLite(t)
	w := newWorld(t, s)
	root := at(w.tree.Root, access.Clerk)
	clerk := at(w.tree.Communes[0], access.Clerk)
	clerk.Grants = append(clerk.Grants, access.Grant{Unit: w.tree.Communes[1].ID, Path: w.tree.Communes[1].Path, Role: access.Viewer})
	p := storetest.Enrol(t, s, w.tree.Cells[0][0], "Lê Thị Hạnh", ledger.Official, day.Of(2026, 1, 6))
	if err := w.post(clerk, movements.Form{Person: p.ID, Cause: ledger.LeaveTo, Effective: day.Of(2026, 3, 1)}); err != nil {
		t.Fatal(err)
	}
	back := movements.Form{Person: p.ID, Cause: ledger.ArriveFrom, To: ledger.Official, Unit: w.tree.Cells[1][1].ID, Effective: day.Of(2026, 6, 1)}
	wantKey(t, "to a unit one only reads", w.post(clerk, back), fault.Forbidden, "error.forbidden")
	if err := w.post(root, back); err != nil {
		t.Fatal(err)
	}
	if got := w.record(p.ID); got.LastUnit != w.tree.Cells[1][1].ID || got.Branch != w.tree.Communes[1].ID {
		t.Errorf("came back to %v", got.LastUnit)
	}
}

func TestReverseRefuses(t *testing.T) {
	s := storetest.SQLite(t)
	w := newWorld(t, s)
	ctx := context.Background()
	clerk, far := at(w.tree.Communes[0], access.Clerk), at(w.tree.Communes[1], access.Committee)
	p := storetest.Enrol(t, s, w.tree.Cells[0][0], "Lê Thị Hạnh", ledger.Pool, day.Of(2026, 1, 6))
	first := w.lastOf(p.ID)
	if err := w.post(clerk, movements.Form{Person: p.ID, Cause: ledger.Certify, To: ledger.Certified, Effective: day.Of(2026, 2, 1)}); err != nil {
		t.Fatal(err)
	}
	last := w.lastOf(p.ID)
	wantKey(t, "not the last", w.sv.Reverse(ctx, clerk, first.ID, "nhầm", ""), fault.Conflict, "movement.not_last")
	wantKey(t, "no reason", w.sv.Reverse(ctx, clerk, last.ID, "  ", ""), fault.Invalid, "movement.reason_missing")
	wantKey(t, "another commune", w.sv.Reverse(ctx, far, last.ID, "nhầm", ""), fault.NotFound, "error.notfound")
	wantKey(t, "viewer", w.sv.Reverse(ctx, at(w.tree.Root, access.Viewer), last.ID, "nhầm", ""), fault.Forbidden, "error.forbidden")
	wantKey(t, "no such movement", w.sv.Reverse(ctx, clerk, last.ID+1<<30, "nhầm", ""), fault.NotFound, "ledger.notfound")
	if err := w.sv.Reverse(ctx, clerk, last.ID, "nhầm", "key"); err != nil {
		t.Fatal(err)
	}
	wantKey(t, "a second click", w.sv.Reverse(ctx, clerk, last.ID, "nhầm", "key"), fault.Conflict, "once.done")
	wantKey(t, "undone already", w.sv.Reverse(ctx, clerk, last.ID, "nhầm", ""), fault.Conflict, "movement.not_last")
	if got := w.record(p.ID); got.Place.Stage != ledger.Pool {
		t.Errorf("stage %v", got.Place.Stage)
	}
}
