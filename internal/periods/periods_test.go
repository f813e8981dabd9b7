package periods_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/approvals"
	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/handover"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/periods"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// desk is the service on a small province with accounts.
type desk struct {
	*periods.Service
	t    *testing.T
	st   *store.Store
	tree storetest.Tree
	now  *time.Time
}

func each(t *testing.T, f func(d desk)) {
	now := storetest.Now()
	storetest.EachWith(t, storetest.Options{Now: func() time.Time { return now }}, func(t *testing.T, st *store.Store) {
		now = storetest.Now()
		f(desk{periods.New(st), t, st, storetest.Grow(t, st, 38), &now})
	})
}

// account stores an account that can sign in, with a role at a unit.
func (d desk) account(login string, role access.Role, u org.Unit) access.Actor {
	d.t.Helper()
	who := access.Actor{Name: login, Method: "web"}
	if err := d.st.Update(d.t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
		who.User = tx.NewID(38)
		if err := tx.AddUser(store.User{ID: who.User, Login: login, Name: login, Password: "x", Active: true}); err != nil {
			return err
		}
		if err := tx.PutGrant(who.User, access.Grant{Unit: u.ID, Role: role}); err != nil {
			return err
		}
		var err error
		who.Grants, err = tx.GrantsNow(who.User)
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	return who
}

func (d desk) want(what string, err error, key fault.Key) {
	d.t.Helper()
	got := fault.Key("")
	if err != nil {
		got = fault.TextOf(err).Key
	}
	if got != key {
		d.t.Errorf("%s: %v, want %q", what, err, key)
	}
}

func (d desk) state(who access.Actor) periods.State {
	d.t.Helper()
	v, err := d.State(d.t.Context(), who, d.tree.Root.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

// entries counts what the trail says of an act in the province.
func (d desk) entries(area string) (n int) {
	d.t.Helper()
	if err := d.st.View(d.t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Entries(store.TrailFilter{Province: 38, Area: area, AtMost: 100})
		n = len(rows)
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	return n
}

var march, april, june = day.Of(2026, 3, 31), day.Of(2026, 4, 30), day.Of(2026, 6, 30)

// TestWhoAndWhen is the table of who may close, reopen and look, and which days can be named.
func TestWhoAndWhen(t *testing.T) {
	each(t, func(d desk) {
		t := d.t
		ctx, root, commune := t.Context(), d.tree.Root.ID, d.tree.Communes[0].ID
		admin := d.account("quantri", access.Admin, d.tree.Root)
		actors := map[string]struct {
			who         access.Actor
			looks, acts fault.Key
		}{
			"viewer of the province":         {d.account("xem", access.Viewer, d.tree.Root), "", "error.forbidden"},
			"committee of the province":      {d.account("capuy", access.Committee, d.tree.Root), "", "error.forbidden"},
			"administrator of a commune":     {d.account("quantrixa", access.Admin, d.tree.Communes[0]), "error.notfound", "error.notfound"},
			"nobody":                         {access.Actor{}, "error.notfound", "error.notfound"},
			"administrator of the province":  {admin, "", ""},
			"administrator of all provinces": {access.Actor{User: 9, Name: "tw", Grants: []access.Grant{{Role: access.Admin}}}, "", ""},
		}
		closed := march
		for name, a := range actors {
			_, err := d.State(ctx, a.who, root)
			d.want(name+" looks", err, a.looks)
			if a.acts == "" {
				closed = closed.AddDays(1)
			}
			d.want(name+" closes", d.Close(ctx, a.who, root, max(closed, march.AddDays(1)), periods.Any), a.acts)
			all, err := d.Provinces(ctx, a.who)
			if err != nil || len(all) != map[fault.Key]int{"": 1}[a.looks] {
				t.Errorf("%s sees %d provinces, %v", name, len(all), err)
			}
			d.want(name+" reopens", d.Reopen(ctx, a.who, root, march, "ngắn", 99), map[bool]fault.Key{true: "error.stale", false: a.acts}[a.acts == ""])
		}
		for what, c := range map[string]struct {
			unit id.ID
			to   day.Date
			seen int
			key  fault.Key
		}{
			"a commune": {commune, june, periods.Any, "period.root"}, "no unit": {0, june, periods.Any, "error.notfound"}, "today": {root, d.Today(), periods.Any, "period.day"},
			"no day": {root, 0, periods.Any, "period.day"}, "half a day": {root, 20260600, periods.Any, "period.day"}, "what is closed": {root, closed, periods.Any, "period.closed_already"},
			"another state": {root, june, 1, "error.stale"},
		} {
			d.want("closing "+what, d.Close(ctx, admin, c.unit, c.to, c.seen), c.key)
			if c.seen == periods.Any {
				_, err := d.Preview(ctx, admin, c.unit, c.to)
				d.want("looking at "+what, err, c.key)
			}
		}
		d.want("yesterday", d.Close(ctx, admin, root, d.Today().AddDays(-1), periods.Any), "")
		seen := d.state(admin).Last
		for what, c := range map[string]struct {
			from   day.Date
			reason string
			field  string
		}{
			"an open day": {d.Today(), "ghi sót quyết định", "from"}, "no day": {0, "ghi sót quyết định", "from"}, "no reason": {june, " sót ", "reason"},
		} {
			err := d.Reopen(ctx, admin, root, c.from, c.reason, seen.N)
			d.want(what, err, "period.invalid")
			if fault.FieldsOf(err)[c.field].Key == "" {
				t.Errorf("%s: %v", what, fault.FieldsOf(err))
			}
		}
		if after := d.state(admin); after.Last.N != seen.N || !after.May || d.state(actors["viewer of the province"].who).May {
			t.Errorf("%+v", after)
		}
	})
}

// TestTwoReopen: the administrator asks, the committee of the province approves, and the days are open; nobody approves their own request, and
// what was asked for is refused once something else is closed. Each act leaves one entry.
func TestTwoReopen(t *testing.T) {
	each(t, func(d desk) {
		t := d.t
		ctx, root := t.Context(), d.tree.Root.ID
		ap := approvals.New(d.st, d.Deeds())
		hoa := d.account("hoa", access.Admin, d.tree.Root)
		d.want("close", d.Close(ctx, hoa, root, june, 0), "")
		if n := d.entries("period"); n != 1 {
			t.Errorf("%d entries of one closing", n)
		}
		// One person is enough while there is nobody else, and then it is said who it was.
		d.want("alone", d.Reopen(ctx, hoa, root, june, "ghi sót quyết định", 1), "")
		if got := d.state(hoa).Last; got.To != june.AddDays(-1) || got.By != "hoa" || got.Second != "" || got.Reason != "ghi sót quyết định" {
			t.Errorf("%+v", got)
		}
		if n := d.entries("period"); n != 2 {
			t.Errorf("%d entries of a closing and a reopening", n)
		}
		d.want("close again", d.Close(ctx, hoa, root, june, 2), "")
		binh, clerk := d.account("binh", access.Committee, d.tree.Root), d.account("canbo", access.Clerk, d.tree.Root)
		ask := func(from day.Date) id.ID {
			t.Helper()
			err := d.Reopen(ctx, hoa, root, from, "ghi sót quyết định", d.state(hoa).Last.N)
			d.want("one person", err, "approval.needed")
			needed, ok := errors.AsType[*approval.Needed](err)
			if !ok {
				t.Fatal(err)
			}
			if from2, to, err := periods.Days(needed.Act); err != nil || from2 != from || to != june {
				t.Errorf("asks for %v to %v: %v", from2, to, err)
			}
			token, names, err := ap.Ask(ctx, hoa, needed.Act)
			if err != nil || !slices.Equal(names, []string{"binh"}) {
				t.Errorf("%v could approve, %v", names, err)
			}
			i, err := ap.Submit(ctx, hoa, token, "đã báo cáo ban thường vụ")
			if err != nil {
				t.Fatal(err)
			}
			return i
		}
		first, second := ask(march.AddDays(1)), ask(june)
		before := d.entries("")
		d.want("one's own", ap.Decide(ctx, hoa, first, 0, true, ""), "approval.four_eyes")
		d.want("a clerk", ap.Decide(ctx, clerk, first, 0, true, ""), "approval.notfound")
		if d.state(hoa).Last.To != june || d.entries("") != before {
			t.Error("asking opened something, or a refusal left an entry")
		}
		d.want("the committee", ap.Decide(ctx, binh, first, 0, true, ""), "")
		if got := d.state(hoa).Last; got.To != march || got.By != "hoa" || got.Second != "binh" || !got.Reopens() {
			t.Errorf("%+v", got)
		}
		if n := d.entries(""); n != before+1 {
			t.Errorf("%d entries of one approval", n-before)
		}
		d.want("what was moved", ap.Decide(ctx, binh, second, 0, true, ""), "approval.moved")
		storetest.Enrol(t, d.st, d.tree.Cells[0][0], "Lê Thị Hạnh", ledger.Pool, march.AddDays(1))
		// A request that nobody answers expires, and who lost the right cannot have it done.
		d.want("close again", d.Close(ctx, hoa, root, june, periods.Any), "")
		late := ask(june)
		*d.now = d.now.Add(approval.Life)
		d.want("too late", ap.Decide(ctx, binh, late, 0, true, ""), "approval.expired")
		lost := ask(june)
		if err := d.st.Update(ctx, storetest.Entry(38), func(tx *store.Tx) error {
			return tx.PutGrant(hoa.User, access.Grant{Unit: root, Role: access.Viewer})
		}); err != nil {
			t.Fatal(err)
		}
		d.want("an asker without the right", ap.Decide(ctx, binh, lost, 0, true, ""), "approval.asker_lost")
		if d.state(binh).Last.To != june {
			t.Errorf("%+v", d.state(binh).Last)
		}
	})
}

// TestPreview counts what a closing meets, each day of it, and what is not recorded yet.
func TestPreview(t *testing.T) {
	each(t, func(d desk) {
		t := d.t
		ctx, root, admin := t.Context(), d.tree.Root.ID, access.System("test")
		var p *person.Person
		for _, on := range []day.Date{march, march.AddDays(1), june, june.AddDays(1)} {
			p = storetest.Enrol(t, d.st, d.tree.Cells[0][0], "Lê Thị Hạnh", ledger.Pool, on)
		}
		for _, c := range []struct {
			to   day.Date
			want int64
		}{{march.AddDays(-1), 0}, {march, 1}, {june, 3}, {june.AddDays(1), 4}} {
			p, err := d.Preview(ctx, admin, root, c.to)
			if err != nil || p.Movements != c.want || p.To != c.to {
				t.Errorf("%v: %+v %v", c.to, p, err)
			}
		}
		// One thing that was due in May, one who is offered to another cell in June, and imports in every state.
		if err := d.st.Update(ctx, storetest.Entry(38), func(tx *store.Tx) error {
			for _, s := range []batch.State{batch.Uploaded, batch.Mapped, batch.Checked, batch.Committing, batch.Done, batch.Failed, batch.Undone, batch.Discarded} {
				if err := tx.AddBatch(&batch.Batch{ID: tx.NewID(38), Unit: d.tree.Communes[0].ID, Kind: batch.Members, State: s}); err != nil {
					return err
				}
			}
			if _, err := tx.Exec(ctx, `INSERT INTO obligation (province_id, person_id, clock, ref, dossier_id, unit_id, organ, pack, start_on, warn_on, due_on, waits, closed_on, closed_by)
				VALUES ($1, $2, 'recognise', '', 0, $3, 1, 'qd208', 20260501, 20260501, 20260519, $4, 0, '')`, 38, int64(p.ID), int64(d.tree.Cells[0][0].ID), false); err != nil {
				return err
			}
			return tx.AddHandover(&handover.Offer{ID: tx.NewID(38), Person: p.ID, From: d.tree.Cells[0][0].ID, To: d.tree.Cells[0][1].ID, Desk: d.tree.Cells[0][1].ID, Offered: june})
		}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			to              day.Date
			handovers, late int64
		}{{april, 0, 0}, {june, 1, 1}} {
			if p, err := d.Preview(ctx, admin, root, c.to); err != nil || p.Imports != 4 || p.Handovers != c.handovers || p.Late != c.late {
				t.Errorf("%v: %+v %v", c.to, p, err)
			}
		}
		if err := d.Close(ctx, admin, root, march, periods.Any); err != nil {
			t.Fatal(err)
		}
		if p, err := d.Preview(ctx, admin, root, june); err != nil || p.Movements != 2 {
			t.Errorf("what is closed already is counted: %+v %v", p, err)
		}
	})
}

// TestProvenBeforeClosing: figures that do not agree with the ledger are not closed.
func TestProvenBeforeClosing(t *testing.T) {
	each(t, func(d desk) {
		t := d.t
		storetest.Enrol(t, d.st, d.tree.Cells[0][0], "Lê Thị Hạnh", ledger.Pool, march)
		if err := d.st.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
			_, err := tx.Exec(tx.Context(), `UPDATE tally SET n = n + 1 WHERE province_id = $1 AND unit_id = $2`, 38, int64(d.tree.Root.ID))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		d.want("a counter that is off", d.Close(t.Context(), access.System("test"), d.tree.Root.ID, june, periods.Any), "period.differs")
		if got := d.state(access.System("test")).Last; got.N != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// TestAtOnce: of an administrator who closes and a committee that approves a reopening of the same state, one gets through.
func TestAtOnce(t *testing.T) {
	each(t, func(d desk) {
		t := d.t
		root := d.tree.Root.ID
		ap := approvals.New(d.st, d.Deeds())
		hoa, binh := d.account("hoa", access.Admin, d.tree.Root), d.account("binh", access.Committee, d.tree.Root)
		d.want("close", d.Close(t.Context(), hoa, root, march, 0), "")
		for seen := 1; seen <= 3; seen++ {
			now := d.state(hoa).Last
			err := d.Reopen(t.Context(), hoa, root, now.To, "ghi sót quyết định", seen)
			needed, ok := errors.AsType[*approval.Needed](err)
			if !ok {
				t.Fatal(err)
			}
			token, _, err := ap.Ask(t.Context(), hoa, needed.Act)
			if err != nil {
				t.Fatal(err)
			}
			i, err := ap.Submit(t.Context(), hoa, token, "đã báo cáo ban thường vụ")
			if err != nil {
				t.Fatal(err)
			}
			var done atomic.Int64
			var wg sync.WaitGroup
			for n := range 12 {
				wg.Go(func() {
					var err error
					if n%2 == 0 {
						err = ap.Decide(context.Background(), binh, i, 0, true, "")
					} else {
						err = d.Close(context.Background(), hoa, root, now.To.AddDays(30), seen)
					}
					if err == nil {
						done.Add(1)
					} else if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Stale) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if got := d.state(hoa).Last.N; done.Load() != 1 || got != seen+1 {
				t.Fatalf("round %d: %d succeeded, the last act is %d", seen, done.Load(), got)
			}
		}
	})
}

// TestEnds: what can be closed is told by the calendar, and what is closed is not offered again.
func TestEnds(t *testing.T) {
	for _, c := range []struct {
		today, closed day.Date
		want          []day.Date
	}{
		{day.Of(2026, 11, 21), 0, []day.Date{20261031, 20260930, 20260630, 20251231}},
		{day.Of(2026, 11, 21), 20260630, []day.Date{20261031, 20260930}},
		{day.Of(2026, 1, 1), 0, []day.Date{20251231}},
		{day.Of(2026, 7, 1), 0, []day.Date{20260630, 20251231}},
		{day.Of(2028, 3, 1), 0, []day.Date{20280229, 20271231}},
		{day.Of(2026, 7, 1), 20260630, nil},
	} {
		if got := periods.Ends(c.today, c.closed); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.today, got, c.want)
		}
	}
}

// TestConcerns: the page is offered to who answers for the figures of a whole province.
func TestConcerns(t *testing.T) {
	root, commune := access.Grant{Unit: 5, Path: "/5/", Role: access.Committee}, access.Grant{Unit: 6, Path: "/5/6/", Role: access.Admin}
	for name, c := range map[string]struct {
		who  access.Actor
		want bool
	}{
		"province":  {access.Actor{Grants: []access.Grant{commune, root}}, true},
		"nation":    {access.Actor{Grants: []access.Grant{{Role: access.Committee}}}, true},
		"commune":   {access.Actor{Grants: []access.Grant{commune}}, false},
		"clerk":     {access.Actor{Grants: []access.Grant{{Unit: 5, Path: "/5/", Role: access.Clerk}}}, false},
		"own":       {access.Actor{Self: 7, Grants: []access.Grant{root}}, false},
		"no grants": {access.Actor{}, false},
	} {
		if got := periods.Concerns(c.who); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
