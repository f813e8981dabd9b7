package handovers_test

import (
	"context"
	"sync"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/deadlines"
	"ketnap/internal/fault"
	"ketnap/internal/handover"
	"ketnap/internal/handovers"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

func at(u org.Unit, role access.Role) access.Actor {
	return access.Actor{User: 1, Name: "thử", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: role}}}
}

var on = day.Of(2026, 11, 9)

type world struct {
	*testing.T
	st   *store.Store
	sv   *handovers.Service
	tree storetest.Tree
}

func newWorld(t *testing.T, s *store.Store) world {
	return world{t, s, handovers.New(s), storetest.Grow(t, s, 38)}
}

func (w world) pupil(name string) *person.Person {
	return storetest.Enrol(w.T, w.st, w.tree.Cells[0][0], name, ledger.Certified, day.Of(2026, 3, 2))
}

func (w world) offer(p *person.Person, to org.Unit) id.ID {
	w.Helper()
	f := handovers.Form{Person: p.ID, Reason: "school", On: on, Place: "xã B"}
	if !p.Place.Stage.Member() {
		f.Papers = []handover.Paper{{Code: 53, No: "12-GCN", Dated: on}}
	}
	if to.ID != 0 {
		f.To = to.ID.String()
	}
	i, err := w.sv.Offer(w.Context(), at(w.tree.Cells[0][0], access.Clerk), f)
	if err != nil {
		w.Fatal(err)
	}
	return i
}

func (w world) where(i id.ID) (p person.Person, moves int) {
	w.Helper()
	if err := w.st.View(w.Context(), func(tx *store.Tx) (err error) {
		if p, err = tx.Person(i); err != nil {
			return err
		}
		ms, err := tx.Movements(i)
		moves = len(ms)
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return p, moves
}

func want(t *testing.T, what string, err error, kind fault.Kind, key fault.Key) {
	t.Helper()
	if fault.KindOf(err) != kind || fault.TextOf(err).Key != key {
		t.Errorf("%s: %v, want %v %s", what, err, kind, key)
	}
}

// TestAccept: from school to locality, at the same stage, by one movement.
func TestAccept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		p := w.pupil("Trần An")
		i := w.offer(p, w.tree.Communes[1])
		receiver := at(w.tree.Communes[1], access.Clerk)
		l, err := w.sv.List(t.Context(), receiver, w.tree.Communes[1].ID, handovers.In)
		if err != nil || len(l.Rows) != 1 || l.Rows[0].Waiting(l.Today) != 12 {
			t.Fatalf("%+v %v", l.Rows, err)
		}
		v, err := w.sv.Get(t.Context(), receiver, i)
		if err != nil || v.Person || !v.Receiver || v.Giver || v.Name != "Trần An" {
			t.Errorf("the receiver sees %+v: %v", v, err)
		}
		want(t, "the giver accepts", w.sv.Accept(t.Context(), at(w.tree.Cells[0][0], access.Clerk), i, 0, on), fault.Forbidden, "error.forbidden")
		want(t, "a viewer accepts", w.sv.Accept(t.Context(), at(w.tree.Communes[1], access.Viewer), i, 0, on), fault.Forbidden, "error.forbidden")
		want(t, "into a foreign unit", w.sv.Accept(t.Context(), receiver, i, w.tree.Cells[0][1].ID, on), fault.Invalid, "handover.invalid")
		if err := w.sv.Accept(t.Context(), receiver, i, w.tree.Cells[1][1].ID, on); err != nil {
			t.Fatal(err)
		}
		if now, moves := w.where(p.ID); now.Place != (ledger.Place{Unit: w.tree.Cells[1][1].ID, Stage: ledger.Certified}) || moves != 2 {
			t.Errorf("%+v after %d movements", now.Place, moves)
		}
		want(t, "answered twice", w.sv.Refuse(t.Context(), receiver, i, "không"), fault.Conflict, "handover.answered")
		v, err = w.sv.Get(t.Context(), at(w.tree.Cells[0][0], access.Clerk), i)
		if err != nil || v.Offer.State != handover.Accepted || v.Person {
			t.Errorf("the giver sees %+v: %v", v, err)
		}
		if l, err = w.sv.List(t.Context(), receiver, w.tree.Communes[1].ID, handovers.Closed); err != nil || len(l.Rows) != 1 {
			t.Errorf("%d answered: %v", len(l.Rows), err)
		}
	})
}

// TestUnplaced: an offer without a unit lies with the committee above, which passes it up or finds one.
func TestUnplaced(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		p := w.pupil("Lê Bình")
		i := w.offer(p, org.Unit{})
		commune, province := at(w.tree.Communes[0], access.Committee), at(w.tree.Root, access.Committee)
		desk, top := w.tree.Communes[0].ID, w.tree.Root.ID
		want(t, "out of its subtree", w.sv.Assign(t.Context(), commune, i, desk, w.tree.Communes[1].ID), fault.Invalid, "handover.invalid")
		want(t, "accepted by nobody", w.sv.Accept(t.Context(), commune, i, 0, on), fault.Forbidden, "error.forbidden")
		if err := w.sv.PassUp(t.Context(), province, i, desk); err != nil { // for the commune, whose desk is theirs too
			t.Fatal(err)
		}
		want(t, "pressed twice", w.sv.PassUp(t.Context(), province, i, desk), fault.Conflict, "handover.moved_on")
		want(t, "the other way, with the page of before", w.sv.Assign(t.Context(), province, i, desk, w.tree.Cells[0][1].ID), fault.Conflict, "handover.moved_on")
		want(t, "no longer theirs", w.sv.PassUp(t.Context(), commune, i, top), fault.Forbidden, "error.forbidden")
		want(t, "above the top", w.sv.PassUp(t.Context(), province, i, top), fault.Conflict, "handover.top")
		if err := w.sv.Assign(t.Context(), province, i, top, w.tree.Communes[1].ID); err != nil {
			t.Fatal(err)
		}
		want(t, "placed twice", w.sv.Assign(t.Context(), province, i, top, w.tree.Communes[0].ID), fault.Conflict, "handover.moved_on")
		receiver := at(w.tree.Communes[1], access.Clerk)
		want(t, "no reason", w.sv.Refuse(t.Context(), receiver, i, " "), fault.Invalid, "handover.invalid")
		if err := w.sv.Refuse(t.Context(), receiver, i, "không cư trú ở đây"); err != nil {
			t.Fatal(err)
		}
		again := w.offer(p, org.Unit{})
		want(t, "gone before it was offered", w.sv.Depart(t.Context(), at(w.tree.Cells[0][0], access.Clerk), again, on.AddDays(-1), "5-GT"), fault.Invalid, "handover.invalid")
		if err := w.sv.Depart(t.Context(), at(w.tree.Cells[0][0], access.Clerk), again, on, "5-GT"); err != nil {
			t.Fatal(err)
		}
		if now, _ := w.where(p.ID); !now.Place.Out() {
			t.Errorf("still at %+v", now.Place)
		}
	})
}

// TestDesk: the work of a day knows what waits on a unit's own desk: the longest waiting first, counted beyond what is shown,
// until it is answered; a unit one may not read has no desk.
func TestDesk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		cell, commune := w.tree.Cells[0][0], w.tree.Communes[1]
		first, second := w.offer(w.pupil("Lê Bình"), commune), w.offer(w.pupil("Lê An"), commune)
		giver, taker := at(cell, access.Clerk), at(commune, access.Committee)
		desk := func(who access.Actor, unit org.Unit) handovers.Desk {
			d, err := w.sv.Desk(t.Context(), who, unit.ID, 1)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		if d := desk(taker, commune); d.InTotal != 2 || len(d.In) != 1 || d.In[0].ID != first || d.In[0].Name != "Lê Bình" || d.OutTotal != 0 {
			t.Errorf("who shall answer sees %+v", d)
		}
		if d := desk(at(w.tree.Root, access.Committee), w.tree.Root); d.InTotal != 2 || len(d.In) != 1 || d.OutTotal != 0 {
			t.Errorf("the province sees %+v", d)
		}
		if d := desk(at(w.tree.Communes[0], access.Committee), w.tree.Communes[0]); d.InTotal != 0 || d.OutTotal != 2 {
			t.Errorf("the committee above the giver sees %+v", d)
		}
		if d := desk(giver, cell); d.OutTotal != 2 || len(d.Out) != 1 || d.InTotal != 0 || d.Out[0].Waiting(d.Today) != d.Today.Sub(on) {
			t.Errorf("who gave sees %+v", d)
		}
		for _, i := range []id.ID{first, second} {
			if err := w.sv.Refuse(t.Context(), taker, i, "không cư trú ở đây"); err != nil {
				t.Fatal(err)
			}
		}
		if d := desk(taker, commune); d.InTotal != 0 || len(d.In) != 0 {
			t.Errorf("answered, and yet %+v", d)
		}
		if _, err := w.sv.Desk(t.Context(), giver, commune.ID, 1); !fault.Is(err, fault.NotFound) {
			t.Errorf("a foreign desk: %v", err)
		}
	})
}

// TestScope: who belongs to neither side sees nothing and does nothing.
func TestScope(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		p := w.pupil("Vũ Cường")
		i := w.offer(p, w.tree.Cells[1][0])
		for name, who := range map[string]access.Actor{"a cell beside the giver": at(w.tree.Cells[0][1], access.Admin), "a cell beside the receiver": at(w.tree.Cells[1][1], access.Admin)} {
			_, err := w.sv.Get(t.Context(), who, i)
			want(t, name, err, fault.NotFound, "handover.notfound")
			want(t, name+" accepts", w.sv.Accept(t.Context(), who, i, 0, on), fault.NotFound, "handover.notfound")
			want(t, name+" withdraws", w.sv.Withdraw(t.Context(), who, i, "x"), fault.NotFound, "handover.notfound")
			_, err = w.sv.List(t.Context(), who, w.tree.Root.ID, handovers.In)
			want(t, name+" lists", err, fault.NotFound, "error.notfound")
		}
		_, err := w.sv.Offer(t.Context(), at(w.tree.Communes[1], access.Admin), handovers.Form{Person: p.ID, Reason: "work", On: on, Place: "x"})
		want(t, "a foreign offer", err, fault.NotFound, "person.notfound")
		_, err = w.sv.Offer(t.Context(), at(w.tree.Cells[0][0], access.Clerk), handovers.Form{Person: p.ID, Reason: "work", On: on, Place: "x"})
		want(t, "offered twice", err, fault.Conflict, "handover.twice")
		if err := w.sv.Withdraw(t.Context(), at(w.tree.Communes[0], access.Clerk), i, "nhầm"); err != nil {
			t.Error(err)
		}
		w.offer(p, w.tree.Cells[1][0])
	})
}

// TestTogether: of two who accept at once one does, and one movement is made.
func TestTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		p := w.pupil("Đỗ Dung")
		i := w.offer(p, w.tree.Communes[1])
		var mu sync.Mutex
		var errs []error
		var wg sync.WaitGroup
		for _, into := range w.tree.Cells[1] {
			wg.Go(func() {
				err := w.sv.Accept(context.Background(), at(w.tree.Communes[1], access.Clerk), i, into.ID, on)
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
			})
		}
		wg.Wait()
		done := 0
		for _, err := range errs {
			switch {
			case err == nil:
				done++
			case !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Stale):
				t.Error(err)
			}
		}
		if _, moves := w.where(p.ID); done != 1 || moves != 2 {
			t.Errorf("%d accepted, %d movements", done, moves)
		}
	})
}

// TestDue: an offer nobody answers is due, for somebody in the pool and, longer, for a probationer; taking
// the person over closes it, taking the offer back ends it.
func TestDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		dues := deadlines.New(s)
		dues.Keep()
		w := newWorld(t, s)
		open := func(p *person.Person, clock string) (on day.Date) {
			t.Helper()
			lines, err := dues.Of(t.Context(), at(w.tree.Communes[0], access.Admin), p.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range lines {
				if l.Clock == clock && l.Open() {
					on = l.Due
				}
			}
			return on
		}
		pupil, member := w.pupil("Trần An"), storetest.Enrol(t, s, w.tree.Cells[0][0], "Lê Bình", ledger.Probationary, day.Of(2026, 6, 1))
		first, second := w.offer(pupil, w.tree.Cells[0][1]), w.offer(member, w.tree.Cells[0][1])
		if due := open(pupil, "handover"); due != 20261209 || open(pupil, "transfer") != 0 {
			t.Errorf("a pupil is to be taken over by %v", due)
		}
		if due := open(member, "transfer"); due != 20270202 || open(member, "handover") != 0 { // 60 working days, New Year among them
			t.Errorf("a probationer is to be taken over by %v", due)
		}
		if err := w.sv.Accept(t.Context(), at(w.tree.Communes[0], access.Clerk), first, 0, on.AddDays(3)); err != nil {
			t.Fatal(err)
		}
		if err := w.sv.Withdraw(t.Context(), at(w.tree.Cells[0][0], access.Clerk), second, "Không chuyển nữa"); err != nil {
			t.Fatal(err)
		}
		if open(pupil, "handover") != 0 || open(member, "transfer") != 0 {
			t.Error("still due after the answer")
		}
		if _, err := dues.Recompute(t.Context(), access.System("test"), 38, nil); err != nil {
			t.Fatal(err)
		}
		if open(pupil, "handover") != 0 || open(member, "transfer") != 0 {
			t.Error("due again after everything was computed anew")
		}
		third := w.offer(member, w.tree.Cells[0][1])
		if r, err := dues.Recompute(t.Context(), access.System("test"), 38, nil); err != nil || r.Added+r.Changed+r.Dropped != 0 || open(member, "transfer") == 0 {
			t.Errorf("offer %s: %+v %v", third, r, err)
		}
	})
}
