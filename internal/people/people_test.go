package people_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/people"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

func at(u org.Unit, role access.Role) access.Actor {
	return access.Actor{User: 1, Name: "Trần Thử", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: role}}}
}

type world struct {
	*testing.T
	st                        *store.Store
	sv                        *people.Service
	tree                      storetest.Tree
	clerk, far, viewer, admin access.Actor
}

// each runs f on every engine; one, for what no engine does differently, on SQLite.
func each(t *testing.T, f func(w world)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) { f(newWorld(t, s)) })
}

func one(t *testing.T, f func(w world)) { f(newWorld(t, storetest.SQLite(t))) }

func newWorld(t *testing.T, s *store.Store) world {
	tree := storetest.Grow(t, s, 38)
	return world{t, s, people.New(s), tree, at(tree.Communes[0], access.Clerk), at(tree.Communes[1], access.Clerk), at(tree.Root, access.Viewer), at(tree.Root, access.Admin)}
}

var ctx = context.Background()

// newcomer is a form that can be stored.
func (w world) newcomer(name, number string) people.Form {
	p := storetest.NewPerson(0, name)
	return people.Form{Person: *p, Sealed: person.Sealed{Number: number, Phone: "0912345678", Home: person.Address{Detail: "xã Đông Tiến", Province: "Thanh Hóa"}},
		Unit: w.tree.Cells[0][0].ID, Stage: ledger.Pool, Cause: ledger.Adopt, Effective: day.Of(2026, 3, 3)}
}

func (w world) create(who access.Actor, f people.Form) id.ID {
	w.Helper()
	i, twins, err := w.sv.Create(ctx, who, f)
	if err != nil || len(twins) > 0 {
		w.Fatal(err, twins)
	}
	return i
}

func (w world) get(who access.Actor, i id.ID) people.Record {
	w.Helper()
	r, err := w.sv.Get(ctx, who, i)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

func (w world) refused(what string, err error, kind fault.Kind, key fault.Key) {
	w.Helper()
	if fault.KindOf(err) != kind || fault.TextOf(err).Key != key {
		w.Errorf("%s: %v, want %v %s", what, err, kind, key)
	}
}

func TestCreate(t *testing.T) {
	each(t, func(w world) {
		i := w.create(w.clerk, w.newcomer("Nguyễn  Thị Ánh ", "038098000123"))
		r := w.get(w.clerk, i)
		if r.Person.Name != "Nguyễn Thị Ánh" || r.Person.PoolOn != day.Of(2026, 3, 3) || r.Person.Place.Stage != ledger.Pool || r.Unit.ID != w.tree.Cells[0][0].ID || len(r.Above) != 1 { // the clerk may not read the province
			w.Errorf("%+v", r)
		}
		if got := r.Filled["number"]; got != "•••••••••123" {
			w.Errorf("number %q", got)
		}
		if got := r.Filled["home"]; strings.Contains(got, "Đông") || got == "" {
			w.Errorf("home %q", got)
		}
		if len(r.Movements) != 1 || r.Movements[0].By != "Trần Thử" || !r.Movements[0].Last || r.Movements[0].ToUnit == "" {
			w.Errorf("movements %+v", r.Movements)
		}
		if !r.MayWrite || !r.MayReveal {
			w.Error("a clerk may write and reveal")
		}
		if v := w.get(w.viewer, i); v.MayWrite || v.MayReveal {
			w.Error("a viewer may do neither")
		}
		_, err := w.sv.Get(ctx, w.far, i)
		w.refused("another commune", err, fault.NotFound, "person.notfound")
	})
}

func TestCreateRefuses(t *testing.T) {
	one(t, func(w world) {
		for _, c := range []struct {
			name string
			who  access.Actor
			mend func(*people.Form)
			kind fault.Kind
			key  fault.Key
		}{
			{"another commune", w.far, nil, fault.NotFound, "error.notfound"},
			{"viewer", w.viewer, nil, fault.Forbidden, "error.forbidden"},
			{"no unit", w.admin, func(f *people.Form) { f.Unit = 0 }, fault.Invalid, "person.unit_missing"},
			{"no such unit", w.admin, func(f *people.Form) { f.Unit = 99 }, fault.NotFound, "error.notfound"},
			{"no name", w.clerk, func(f *people.Form) { f.Person.Name = "An" }, fault.Invalid, "person.invalid"},
			{"too young", w.clerk, func(f *people.Form) { f.Person.Birth = day.Of(2012, 1, 1) }, fault.Invalid, "person.invalid"},
			{"bad number", w.clerk, func(f *people.Form) { f.Sealed.Number = "12" }, fault.Invalid, "person.invalid"},
			{"future", w.clerk, func(f *people.Form) { f.Effective = day.Of(2027, 1, 1) }, fault.Invalid, "ledger.date_future"},
			{"no day", w.clerk, func(f *people.Form) { f.Effective = 0 }, fault.Invalid, "ledger.date_missing"},
			{"unfit cause", w.clerk, func(f *people.Form) { f.Cause = ledger.Recognise }, fault.Invalid, "ledger.cause_unfit"},
			{"outside", w.clerk, func(f *people.Form) { f.Stage = ledger.Outside }, fault.Invalid, "ledger.place_broken"},
		} {
			f := w.newcomer("Nguyễn Thị Ánh", "038098000123")
			if c.mend != nil {
				c.mend(&f)
			}
			_, _, err := w.sv.Create(ctx, c.who, f)
			w.refused(c.name, err, c.kind, c.key)
		}
		w.create(w.clerk, w.newcomer("Nguyễn Thị Ánh", "038098000123")) // nothing of the refused ones is left
	})
}

func TestTwins(t *testing.T) {
	one(t, func(w world) {
		first := w.create(w.clerk, w.newcomer("Nguyễn Thị Ánh", "038098000123"))
		again := w.newcomer("NGUYEN THI ANH", "")
		_, twins, err := w.sv.Create(ctx, w.clerk, again)
		w.refused("the same name and birth", err, fault.Conflict, "people.twins")
		if len(twins) != 1 || twins[0].ID != first || !twins[0].Visible || twins[0].Unit == "" {
			w.Errorf("twins %+v", twins)
		}
		again.Unit = w.tree.Cells[1][0].ID
		_, twins, err = w.sv.Create(ctx, w.far, again)
		w.refused("from another commune", err, fault.Conflict, "people.twins")
		if len(twins) != 1 || twins[0] != (people.Twin{}) {
			w.Errorf("the other commune learns %+v", twins)
		}
		other := again
		other.Person.Birth = day.Of(1998, 5, 18)
		w.create(w.far, other)
		again.Confirmed = true
		w.create(w.far, again)
	})
}

func TestNumberHeld(t *testing.T) {
	each(t, func(w world) {
		first := w.newcomer("Nguyễn Thị Ánh", "038098000123")
		first.Sealed.Card = "380000000001"
		i := w.create(w.clerk, first)
		second := w.newcomer("Lê Văn Bình", "038098000123")
		_, _, err := w.sv.Create(ctx, w.clerk, second)
		w.refused("seen", err, fault.Conflict, "people.number_held")
		h, ok := errors.AsType[*people.Held](err)
		if !ok || h.By.ID != i || fault.FieldsOf(err)["number"].Key == "" {
			w.Errorf("held by %+v, fields %v", h, fault.FieldsOf(err))
		}
		second.Unit = w.tree.Cells[1][0].ID
		_, _, err = w.sv.Create(ctx, w.far, second)
		w.refused("unseen", err, fault.Conflict, "person.number_taken")
		if h, ok := errors.AsType[*people.Held](err); !ok || h.By != (people.Twin{}) {
			w.Errorf("the other commune learns %+v", h)
		}
		second.Sealed.Number = ""
		j := w.create(w.far, second)
		r := w.get(w.admin, j)
		err = w.sv.Update(ctx, w.admin, people.Form{Person: r.Person, Sealed: person.Sealed{Card: "380000000001"}})
		w.refused("a card on a change", err, fault.Conflict, "people.number_held")
	})
}

func TestCreateOnce(t *testing.T) {
	each(t, func(w world) {
		f := w.newcomer("Nguyễn Thị Ánh", "038098000123")
		f.Key = "form-1"
		first := w.create(w.clerk, f)
		second, _, err := w.sv.Create(ctx, w.clerk, f)
		if second != first || fault.TextOf(err).Key != "once.done" {
			w.Errorf("the second click made %v, the first %v: %v", second, first, err)
		}
	})
}

func TestUpdate(t *testing.T) {
	each(t, func(w world) {
		i := w.create(w.clerk, w.newcomer("Nguyễn Thị Ánh", "038098000123"))
		p := w.get(w.clerk, i).Person
		f := people.Form{Person: p, Sealed: person.Sealed{Phone: "0987654321"}, Effective: day.Of(2026, 6, 1)}
		f.Person.Name, f.Person.Occupation, f.Person.Note = "Nguyễn Thị Ngọc Ánh", 11, "ghi chú"
		f.Person.Sector, f.Person.Place = 9, ledger.Place{} // not for a form to change
		if err := w.sv.Update(ctx, w.clerk, f); err != nil {
			w.Fatal(err)
		}
		r := w.get(w.clerk, i)
		if r.Person.Name != "Nguyễn Thị Ngọc Ánh" || r.Person.Occupation != 11 || r.Person.Sector != p.Sector || r.Person.Place != p.Place {
			w.Errorf("%+v", r.Person)
		}
		if m := r.Movements[0]; m.Cause != ledger.Change || m.Effective != day.Of(2026, 6, 1) || m.Was == nil || m.Was.Occupation != p.Occupation {
			w.Errorf("the ledger says %+v", m)
		}
		if v, err := w.sv.Reveal(ctx, w.clerk, i, "phone", "gọi điện mời họp"); err != nil || v != "0987654321" {
			w.Errorf("phone %q, %v", v, err)
		}
		if v, err := w.sv.Reveal(ctx, w.clerk, i, "number", "đối chiếu hồ sơ"); err != nil || v != "038098000123" {
			w.Errorf("number %q, %v", v, err)
		}
		w.refused("stale", w.sv.Update(ctx, w.clerk, f), fault.Stale, "error.stale")
		f.Person = r.Person
		w.refused("another commune", w.sv.Update(ctx, w.far, f), fault.NotFound, "person.notfound")
		w.refused("viewer", w.sv.Update(ctx, w.viewer, f), fault.Forbidden, "error.forbidden")
		f.Person.Birth = 0
		w.refused("no birth", w.sv.Update(ctx, w.clerk, f), fault.Invalid, "person.invalid")
	})
}

// TestUpdateNote: what is no statistical attribute leaves the ledger alone.
func TestUpdateNote(t *testing.T) {
	one(t, func(w world) {
		i := w.create(w.clerk, w.newcomer("Nguyễn Thị Ánh", ""))
		f := people.Form{Person: w.get(w.clerk, i).Person}
		f.Person.Note, f.Person.OtherName = "ghi chú", "Út"
		if err := w.sv.Update(ctx, w.clerk, f); err != nil {
			w.Fatal(err)
		}
		if r := w.get(w.clerk, i); len(r.Movements) != 1 {
			w.Errorf("%d movements", len(r.Movements))
		}
	})
}

func TestClearSealed(t *testing.T) {
	one(t, func(w world) {
		i := w.create(w.clerk, w.newcomer("Nguyễn Thị Ánh", "038098000123"))
		f := people.Form{Person: w.get(w.clerk, i).Person, Clear: []string{"number", "home", "nonsense"}}
		if err := w.sv.Update(ctx, w.clerk, f); err != nil {
			w.Fatal(err)
		}
		r := w.get(w.clerk, i)
		if r.Filled["number"] != "" || r.Filled["home"] != "" || r.Filled["phone"] == "" {
			w.Errorf("filled %v", r.Filled)
		}
		w.create(w.clerk, w.newcomer("Lê Văn Bình", "038098000123")) // the number is free again
	})
}

func TestReveal(t *testing.T) {
	each(t, func(w world) {
		i := w.create(w.clerk, w.newcomer("Nguyễn Thị Ánh", "038098000123"))
		reveal := func(who access.Actor, field, reason string) error {
			_, err := w.sv.Reveal(ctx, who, i, field, reason)
			return err
		}
		w.refused("no reason", reveal(w.clerk, "number", "  a  "), fault.Invalid, "people.reason_missing")
		w.refused("a novel", reveal(w.clerk, "number", strings.Repeat("dài ", 100)), fault.Invalid, "movement.too_long")
		w.refused("viewer", reveal(w.viewer, "number", "đối chiếu hồ sơ"), fault.Forbidden, "error.forbidden")
		w.refused("another commune", reveal(w.far, "number", "đối chiếu hồ sơ"), fault.NotFound, "person.notfound")
		w.refused("no such field", reveal(w.clerk, "name", "đối chiếu hồ sơ"), fault.NotFound, "error.notfound")
		if err := reveal(w.clerk, "home", "đối chiếu hồ sơ"); err != nil {
			w.Fatal(err)
		}
		ts, err := w.sv.History(ctx, w.clerk, i)
		if err != nil {
			w.Fatal(err)
		}
		var acts []string
		for _, x := range ts {
			acts = append(acts, x.Action+" "+x.Detail)
			if x.Name != "Trần Thử" || x.At.Hour() != 9 {
				w.Errorf("%+v", x)
			}
			if strings.Contains(x.Detail, "Đông Tiến") || strings.Contains(x.Detail, "038098000123") {
				w.Errorf("personal data in the trail: %q", x.Detail)
			}
		}
		if want := []string{"person.reveal home: đối chiếu hồ sơ", "person.create pool"}; !slices.Equal(acts, want) {
			w.Errorf("history %q", acts)
		}
		_, err = w.sv.History(ctx, w.viewer, i)
		w.refused("history for a viewer", err, fault.Forbidden, "error.forbidden")
	})
}

func TestListScope(t *testing.T) {
	one(t, func(w world) {
		w.create(w.clerk, w.newcomer("Nguyễn Thị Ánh", ""))
		l, err := w.sv.List(ctx, w.clerk, w.tree.Communes[0].ID, people.Filter{}, "", 50)
		if err != nil || len(l.Page.Rows) != 1 || l.Total != 1 {
			w.Errorf("%v: %+v", err, l)
		}
		for _, u := range []id.ID{w.tree.Root.ID, w.tree.Communes[1].ID, 0} {
			_, err := w.sv.List(ctx, w.clerk, u, people.Filter{}, "", 50)
			w.refused("a list outside the grant", err, fault.NotFound, "error.notfound")
			_, err = w.sv.Moves(ctx, w.clerk, u, people.MoveFilter{}, "", 50)
			w.refused("movements outside the grant", err, fault.NotFound, "error.notfound")
		}
		_, err = w.sv.Everyone(ctx, w.far, w.tree.Communes[0].ID, people.Filter{})
		w.refused("everyone outside the grant", err, fault.NotFound, "error.notfound")
		rows, err := w.sv.Everyone(ctx, w.clerk, w.tree.Communes[0].ID, people.Filter{At: day.Of(2026, 6, 1)})
		if err != nil {
			w.Fatal(err)
		}
		n := 0
		for r, err := range rows {
			if n++; err != nil || r.Name != "Nguyễn Thị Ánh" {
				w.Error(r.Name, err)
			}
		}
		if n != 1 || l.Stages[ledger.Pool] != 1 {
			w.Errorf("%d rows, stages %v", n, l.Stages)
		}
	})
}
