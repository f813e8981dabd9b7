package deadlines_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/deadline"
	"ketnap/internal/deadlines"
	"ketnap/internal/fault"
	"ketnap/internal/i18n"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// world is a small province whose obligations are kept by the service.
type world struct {
	t    *testing.T
	st   *store.Store
	s    *deadlines.Service
	tree storetest.Tree
}

func each(t *testing.T, f func(w *world)) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := &world{t: t, st: st, s: deadlines.New(st)}
		w.s.Keep()
		w.tree = storetest.Grow(t, st, 38)
		f(w)
	})
}

// probationer enrols somebody whose twelve months began on a day.
func (w *world) probationer(u org.Unit, name string, joined day.Date) id.ID {
	w.t.Helper()
	var i id.ID
	if err := w.st.Update(w.t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
		p := storetest.NewPerson(tx.NewID(38), name)
		p.Joined, i = joined, p.ID
		return tx.Enrol([]store.Enrolment{{Person: p, Movements: []ledger.Movement{{To: ledger.Place{Unit: u.ID, Stage: ledger.Probationary}, Cause: ledger.Opening, Effective: joined}}}})
	}); err != nil {
		w.t.Fatal(err)
	}
	return i
}

func actor(role access.Role, u org.Unit) access.Actor {
	return access.Actor{User: 9, Name: "Bà Hoà", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: role}}}
}

func (w *world) list(who access.Actor, unit id.ID, tab deadlines.Tab) []deadlines.Line {
	w.t.Helper()
	l, err := w.s.List(w.t.Context(), who, unit, deadlines.Filter{Tab: tab}, "", 100)
	if err != nil {
		w.t.Fatal(err)
	}
	if l.Total != int64(len(l.Lines)) {
		w.t.Errorf("%s says %d and shows %d", tab, l.Total, len(l.Lines))
	}
	return l.Lines
}

// TestImported: a probationer from a sheet has work at once, and recognition ends it in its transaction.
func TestImported(t *testing.T) {
	each(t, func(w *world) {
		cell := w.tree.Cells[0][0]
		p := w.probationer(cell, "Trần Thị Lan", 20251010) // month 12 ended on 10-10-2026; 30 working days later is 20-11-2026
		who := actor(access.Clerk, w.tree.Communes[0])
		late := w.list(who, cell.ID, deadlines.Late)
		if len(late) != 1 || late[0].Clock != "consider" || late[0].Due != 20261120 || late[0].Name != "Trần Thị Lan" || late[0].Term.Text["vi"] == "" || late[0].Left != -1 {
			t.Fatalf("%+v", late)
		}
		if foreign := w.list(actor(access.Clerk, w.tree.Communes[1]), w.tree.Communes[1].ID, deadlines.Open); len(foreign) != 0 {
			t.Errorf("another commune sees %+v", foreign)
		}
		if _, err := w.s.List(t.Context(), actor(access.Committee, w.tree.Communes[1]), cell.ID, deadlines.Filter{}, "", 10); !fault.Is(err, fault.NotFound) {
			t.Errorf("a foreign unit's list: %v", err)
		}
		if _, err := w.s.Of(t.Context(), actor(access.Admin, w.tree.Communes[1]), p); !fault.Is(err, fault.NotFound) {
			t.Errorf("a foreign person's: %v", err)
		}
		today, err := w.s.Today(t.Context(), who, cell.ID, 40)
		if err != nil || today.Counts.Late != 1 || len(today.Groups[0].Lines) != 1 {
			t.Errorf("%+v, %v", today, err)
		}
		if err := w.st.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
			now, err := tx.Person(p)
			if err != nil {
				return err
			}
			m, err := tx.Post(&now, ledger.Movement{To: ledger.Place{Unit: cell.ID, Stage: ledger.Official}, Cause: ledger.Recognise, Effective: 20261120})
			if err != nil {
				return err
			}
			return tx.KeepDates(&now, m)
		}); err != nil {
			t.Fatal(err)
		}
		if open := w.list(who, cell.ID, deadlines.Open); len(open) != 0 {
			t.Errorf("still open after recognition: %+v", open)
		}
		if done := w.list(who, cell.ID, deadlines.Done); len(done) == 0 || done[0].By != "recognise" {
			t.Errorf("%+v", done)
		}
	})
}

// TestTodayOrder: a committee reads first what its own organ has to do, then what is late, the longest overdue first, whoever's it is.
func TestTodayOrder(t *testing.T) {
	each(t, func(w *world) {
		for i, joined := range []day.Date{20251010, 20250301, 20250610} {
			w.probationer(w.tree.Cells[0][i%2], []string{"Trần Thị Lan", "Lê Văn Tám", "Vũ Thị Xa"}[i], joined)
		}
		today, err := w.s.Today(t.Context(), actor(access.Committee, w.tree.Communes[0]), w.tree.Communes[0].ID, 40)
		if err != nil {
			t.Fatal(err)
		}
		var groups, names []string
		for _, g := range today.Groups {
			groups = append(groups, g.Name)
			if g.Name != "late" {
				continue
			}
			for i := range g.Lines {
				names = append(names, g.Lines[i].Name)
				if i > 0 && g.Lines[i].Due < g.Lines[i-1].Due {
					t.Errorf("%s, due %s, stands behind %s", g.Lines[i].Name, g.Lines[i].Due, g.Lines[i-1].Due)
				}
			}
		}
		if want := []string{"mine", "late", "today", "week", "ahead"}; !slices.Equal(groups, want) {
			t.Errorf("groups %v", groups)
		}
		if len(names) < 3 || names[0] != "Lê Văn Tám" || names[len(names)-1] != "Trần Thị Lan" {
			t.Errorf("late: %v", names)
		}
		cell, err := w.s.Today(t.Context(), actor(access.Clerk, w.tree.Cells[0][0]), w.tree.Cells[0][0].ID, 40)
		if err != nil || cell.Groups[0].Name != "late" {
			t.Errorf("a cell reads %v first: %v", cell.Groups, err)
		}
	})
}

// TestRecompute writes what is missing and nothing twice.
func TestRecompute(t *testing.T) {
	each(t, func(w *world) {
		w.probationer(w.tree.Cells[0][0], "Trần Thị Lan", 20251010)
		w.probationer(w.tree.Cells[1][1], "Lê Văn Tám", 20260310)
		system := access.System("test")
		before := w.list(system, 0, deadlines.Open)
		if err := w.st.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
			var c deadline.Change
			for _, l := range before {
				c.Drop = append(c.Drop, l.Obligation)
			}
			return tx.PutObligations(&c)
		}); err != nil {
			t.Fatal(err)
		}
		r, err := w.s.Recompute(t.Context(), system, 0, nil)
		if err != nil || r.Added != len(before) || r.Open != len(before) || r.People != 2 {
			t.Errorf("%+v, %v, want %d", r, err, len(before))
		}
		if r, err = w.s.Recompute(t.Context(), system, 38, nil); err != nil || r.Added+r.Changed+r.Dropped != 0 || r.Open != len(before) {
			t.Errorf("a second time: %+v, %v", r, err)
		}
		if _, err = w.s.Recompute(t.Context(), actor(access.Admin, w.tree.Communes[0]), 38, nil); !fault.Is(err, fault.Forbidden) {
			t.Errorf("anybody recomputes: %v", err)
		}
	})
}

// TestWaive: only a committee above, only with a paper and a reason; it stays waived, and a clerk or a
// foreign committee changes nothing.
func TestWaive(t *testing.T) {
	each(t, func(w *world) {
		cell := w.tree.Cells[0][0]
		w.probationer(cell, "Trần Thị Lan", 20251010)
		committee := actor(access.Committee, w.tree.Communes[0])
		key := func() string { return w.list(committee, cell.ID, deadlines.Late)[0].Key() }()
		form := deadlines.WaiveForm{Keys: []string{key, "zzz"}, Reason: "Đang điều trị dài ngày tại bệnh viện", No: "12-CV/ĐU", Dated: 20261115}
		for name, who := range map[string]access.Actor{"a clerk": actor(access.Clerk, w.tree.Communes[0]), "a foreign committee": actor(access.Committee, w.tree.Communes[1])} {
			if _, err := w.s.Waive(t.Context(), who, form); err == nil {
				t.Errorf("%s waives", name)
			}
		}
		bad := form
		bad.Reason, bad.No, bad.Dated = "ốm", "", 20261201
		if _, err := w.s.Waive(t.Context(), committee, bad); len(fault.FieldsOf(err)) != 3 {
			t.Errorf("%v", err)
		}
		seen, err := w.s.PreviewWaive(t.Context(), committee, form)
		if err != nil || len(seen.Lines) != 1 || len(seen.Refused) != 1 {
			t.Fatalf("%+v, %v", seen, err)
		}
		if n := len(w.list(committee, cell.ID, deadlines.Late)); n != 1 {
			t.Fatalf("the preview wrote: %d", n)
		}
		if _, err := w.s.Waive(t.Context(), committee, form); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Recompute(t.Context(), access.System("test"), 0, nil); err != nil {
			t.Fatal(err)
		}
		done := w.list(committee, cell.ID, deadlines.Done)
		if len(done) != 1 || done[0].State != deadline.Let || len(w.list(committee, cell.ID, deadlines.Late)) != 0 {
			t.Errorf("%+v", done)
		}
		if why := done[0].Waiver; why == nil || why.Reason != form.Reason || why.No != form.No || why.By != "Bà Hoà" || why.At == 0 {
			t.Errorf("%+v", why)
		}
		for _, l := range w.list(actor(access.Viewer, w.tree.Communes[0]), cell.ID, deadlines.Done) {
			if l.Waiver == nil || *l.Waiver != (deadlines.Waiver{By: "Bà Hoà", At: done[0].Waiver.At}) {
				t.Errorf("a viewer reads %+v", l.Waiver)
			}
		}
		back := deadlines.WaiveForm{Keys: []string{key, "zzz"}, Reason: "Đã ra viện, sinh hoạt bình thường"}
		for name, who := range map[string]access.Actor{"a clerk": actor(access.Clerk, w.tree.Communes[0]), "a foreign committee": actor(access.Committee, w.tree.Communes[1])} {
			if _, err := w.s.Unwaive(t.Context(), who, back); err == nil {
				t.Errorf("%s takes it back", name)
			}
		}
		if _, err := w.s.Unwaive(t.Context(), committee, deadlines.WaiveForm{Keys: back.Keys, Reason: "nhầm"}); fault.FieldsOf(err)["reason"].Key == "" {
			t.Errorf("taken back without a reason: %v", err)
		}
		if n, err := w.s.Unwaive(t.Context(), committee, back); err != nil || n != 1 {
			t.Fatalf("taken back: %d, %v", n, err)
		}
		if _, err := w.s.Recompute(t.Context(), access.System("test"), 0, nil); err != nil {
			t.Fatal(err)
		}
		if n := len(w.list(committee, cell.ID, deadlines.Late)); n != 1 || len(w.list(committee, cell.ID, deadlines.Done)) != 0 {
			t.Errorf("taken back, and %d overdue", n)
		}
		for who, reads := range map[access.Role]bool{access.Clerk: true, access.Viewer: false} { // open again, with what was decided of it
			lines, err := w.s.Of(t.Context(), actor(who, w.tree.Communes[0]), done[0].Person)
			told := slices.ContainsFunc(lines, func(l deadlines.Line) bool {
				return l.Key() == key && l.Open() && l.Waiver != nil && l.Waiver.Reason == form.Reason && l.Waiver.At == done[0].Waiver.At && l.Waiver.Back == back.Reason && l.Waiver.BackBy == "Bà Hoà"
			})
			if err != nil || told != reads || !reads && slices.ContainsFunc(lines, func(l deadlines.Line) bool { return l.Waiver != nil }) {
				t.Errorf("%s reads %+v, %v", who, lines, err)
			}
		}
		if _, err := w.s.Unwaive(t.Context(), committee, back); !fault.Is(err, fault.Conflict) {
			t.Errorf("taken back twice: %v", err)
		}
	})
}

// TestFeed: a calendar shows figures of units and no person; ending its address works at once.
func TestFeed(t *testing.T) {
	each(t, func(w *world) {
		w.probationer(w.tree.Cells[0][0], "Trần Thị Lan", 20251010)
		w.probationer(w.tree.Cells[0][1], "Lê Văn Tám", 20260310)
		w.probationer(w.tree.Cells[1][0], "Vũ Thị Xa", 20260310)
		who := w.user("hoa", w.tree.Communes[0])
		token, err := w.s.MakeFeed(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		f, err := w.s.Feed(t.Context(), token)
		if err != nil || len(f.Days) == 0 || !f.Days[0].Late {
			t.Fatalf("%+v, %v", f, err)
		}
		seen := map[string]bool{}
		for _, d := range f.Days {
			if seen[d.UID] || strings.Contains(d.UnitName, "Lan") || d.Unit == w.tree.Cells[1][0].ID {
				t.Errorf("%+v", d)
			}
			seen[d.UID] = true
		}
		again, err := w.s.MakeFeed(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Feed(t.Context(), token); !fault.Is(err, fault.NotFound) {
			t.Errorf("the address before still works: %v", err)
		}
		if err := w.s.DropFeed(t.Context(), who); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Feed(t.Context(), again); !fault.Is(err, fault.NotFound) {
			t.Errorf("an ended address still works: %v", err)
		}
	})
}

// user stores an account with a role at a unit.
func (w *world) user(login string, u org.Unit) access.Actor {
	w.t.Helper()
	who := actor(access.Clerk, u)
	if err := w.st.Update(w.t.Context(), storetest.Entry(0), func(tx *store.Tx) error {
		if err := tx.AddUser(store.User{ID: who.User, Login: login, Name: who.Name, Active: true}); err != nil {
			return err
		}
		return tx.PutGrant(who.User, who.Grants[0])
	}); err != nil {
		w.t.Fatal(err)
	}
	return who
}

// TestDigest: one mail a day to whoever asked for it, on working days, with figures and no names; without a
// mailer none.
func TestDigest(t *testing.T) {
	now := storetest.Now() // 21-11-2026, a Saturday
	st := storetest.Open(t, t.TempDir()+"/t.db", 0, storetest.Options{Now: func() time.Time { return now }})
	w := &world{t: t, st: st, s: deadlines.New(st)}
	w.s.Keep()
	w.tree = storetest.Grow(t, st, 38)
	w.probationer(w.tree.Cells[0][0], "Trần Thị Lan", 20251010)
	who := w.user("hoa", w.tree.Communes[0])
	if err := w.s.SetDigest(t.Context(), who, "không phải địa chỉ", "day", i18n.Vi); fault.FieldsOf(err)["address"].Key == "" {
		t.Errorf("%v", err)
	}
	if err := w.s.SetDigest(t.Context(), who, "hoa@xa.gov.vn", "day", i18n.Vi); err != nil {
		t.Fatal(err)
	}
	if _, err := w.s.SendDigests(t.Context()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("without a mailer: %v", err)
	}
	var got []string
	w.s.MailWith("nhac@xa.gov.vn", func(_ context.Context, to string, message []byte) error {
		got = append(got, to+"\n"+string(message))
		return nil
	})
	for _, c := range []struct{ days, sent int }{{0, 0}, {2, 1}, {2, 1}, {3, 2}} {
		now = storetest.Now().AddDate(0, 0, c.days)
		if _, err := w.s.SendDigests(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(got) != c.sent {
			t.Fatalf("%d days later %d were sent, not %d", c.days, len(got), c.sent)
		}
	}
	if err := w.s.SetDigest(t.Context(), who, "hoa@xa.gov.vn", "day", i18n.En); err != nil {
		t.Fatal(err)
	}
	now = storetest.Now().AddDate(0, 0, 4)
	if _, err := w.s.SendDigests(t.Context()); err != nil || len(got) != 3 || !strings.Contains(got[2], "overdue 1") || strings.Contains(got[2], "quá hạn") {
		t.Errorf("in English: %v %q", err, got[2:])
	}
	if m := got[0]; !strings.HasPrefix(m, "hoa@xa.gov.vn\n") || strings.Contains(m, "Lan") || !strings.Contains(m, "quá hạn 1") || !strings.Contains(m, "\r\n\r\n") {
		t.Errorf("%q", m)
	}
}
