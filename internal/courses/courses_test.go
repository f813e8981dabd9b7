package courses_test

import (
	"context"
	"sync"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/course"
	"ketnap/internal/courses"
	"ketnap/internal/day"
	"ketnap/internal/fault"
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

type world struct {
	*testing.T
	st     *store.Store
	sv     *courses.Service
	tree   storetest.Tree
	clerk  access.Actor // of the first commune
	people []*person.Person
}

// newWorld has three people in the pool of each cell of the first commune and one of the second.
func newWorld(t *testing.T, s *store.Store) world {
	w := world{T: t, st: s, sv: courses.New(s), tree: storetest.Grow(t, s, 38)}
	w.clerk = at(w.tree.Communes[0], access.Clerk)
	for _, x := range []struct {
		u    org.Unit
		name string
	}{{w.tree.Cells[0][0], "Trần An"}, {w.tree.Cells[0][0], "Lê Bình"}, {w.tree.Cells[0][1], "Vũ Cường"}, {w.tree.Cells[1][0], "Đỗ Dung"}} {
		w.people = append(w.people, storetest.Enrol(t, s, x.u, x.name, ledger.Pool, day.Of(2026, 1, 5)))
	}
	return w
}

func (w world) open(name string) id.ID {
	w.Helper()
	c, err := w.sv.Create(w.Context(), w.clerk, courses.Form{Lang: "vi", Class: course.Class{Unit: w.tree.Communes[0].ID, Kind: course.Awareness, Name: name,
		Issuer: "Trung tâm Chính trị", Begins: day.Of(2026, 3, 2)}})
	if err != nil {
		w.Fatal(err)
	}
	return c
}

func (w world) invite(c id.ID, people ...*person.Person) {
	w.Helper()
	var ids []id.ID
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	if n, err := w.sv.Invite(w.Context(), w.clerk, c, ids, 0); err != nil || n != len(people) {
		w.Fatalf("called %d: %v", n, err)
	}
}

func text(s string) *string { return &s }

func want(t *testing.T, what string, err error, kind fault.Kind, key fault.Key) {
	t.Helper()
	if fault.KindOf(err) != kind || fault.TextOf(err).Key != key {
		t.Errorf("%s: %v, want %v %s", what, err, kind, key)
	}
}

// TestClass walks a class from its opening to the numbers of its certificates.
func TestClass(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		c := w.open("Lớp nhận thức 01")
		cands, err := w.sv.Candidates(t.Context(), w.clerk, c, 0)
		if err != nil || len(cands.People) != 3 {
			t.Fatalf("%d candidates: %v", len(cands.People), err)
		}
		w.invite(c, w.people[:3]...)
		if cands, err = w.sv.Candidates(t.Context(), w.clerk, c, 0); err != nil || len(cands.People) != 3 {
			t.Errorf("the class is over, yet %d candidates: %v", len(cands.People), err)
		}
		grade := []courses.SeatForm{{Person: w.people[0].ID, Grade: text("Giỏi")}}
		_, err = w.sv.Record(t.Context(), w.clerk, c, grade)
		want(t, "a grade for who never came", err, fault.Invalid, "course.cells")
		if fault.FieldsOf(err)[courses.GradeField(w.people[0].ID)].Key != "course.grade_absent" {
			t.Errorf("%v", fault.FieldsOf(err))
		}
		marks := courses.SeatForm{Person: w.people[1].ID, Marks: map[int]string{0: "k", 1: "P", 2: "x"}, Grade: text("không đạt")}
		if n, err := w.sv.Record(t.Context(), w.clerk, c, []courses.SeatForm{marks}); err != nil || n != 1 {
			t.Fatalf("%d %v", n, err)
		}
		if n, err := w.sv.FillPresent(t.Context(), w.clerk, c, nil); err != nil || n != 3 {
			t.Fatalf("filled %d: %v", n, err)
		}
		if n, err := w.sv.Record(t.Context(), w.clerk, c, append(grade, courses.SeatForm{Person: w.people[2].ID, Grade: text("tb")})); err != nil || n != 2 {
			t.Fatalf("%d %v", n, err)
		}
		if n, err := w.sv.NumberFrom(t.Context(), w.clerk, c, "099/GCN", nil); err != nil || n != 2 {
			t.Fatalf("numbered %d: %v", n, err)
		}
		v, err := w.sv.Get(t.Context(), w.clerk, c)
		if err != nil {
			t.Fatal(err)
		}
		if v.Counts != (course.Counts{Invited: 3, Attended: 3, Passed: 2}) || v.Class.Periods() != 50 || v.Class.Ends != day.Of(2026, 3, 6) {
			t.Errorf("%+v, %d periods, ends %s", v.Counts, v.Class.Periods(), v.Class.Ends)
		}
		for _, x := range v.Seats {
			wantNo := map[string]string{"Trần An": "099/GCN", "Vũ Cường": "100/GCN"}[x.Who.Name]
			if x.Number != wantNo {
				t.Errorf("%s has %q", x.Who.Name, x.Number)
			}
			if x.Who.Name == "Lê Bình" && (x.Marks != "kpxxxxxxxx" || x.Heard(v.Class) != 40) {
				t.Errorf("%q heard %d", x.Marks, x.Heard(v.Class))
			}
		}
	})
}

// TestScope: who belongs elsewhere sees and changes nothing; a unit that sent people sees those alone.
func TestScope(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		c := w.open("Lớp 01")
		w.invite(c, w.people[0], w.people[2])
		foreign, cell, viewer := at(w.tree.Communes[1], access.Admin), at(w.tree.Cells[0][0], access.Clerk), at(w.tree.Communes[0], access.Viewer)
		_, err := w.sv.Get(t.Context(), foreign, c)
		want(t, "a foreign committee reads", err, fault.NotFound, "course.notfound")
		if l, err := w.sv.List(t.Context(), foreign, w.tree.Communes[1].ID, courses.Filter{}); err != nil || len(l.Rows) != 0 {
			t.Errorf("a foreign list has %d: %v", len(l.Rows), err)
		}
		_, err = w.sv.List(t.Context(), foreign, w.tree.Communes[0].ID, courses.Filter{})
		want(t, "a foreign unit's list", err, fault.NotFound, "error.notfound")
		for name, who := range map[string]access.Actor{"foreign": foreign, "cell": cell, "viewer": viewer} {
			key, kind := fault.Key("course.notfound"), fault.NotFound
			if name == "viewer" {
				key, kind = "error.forbidden", fault.Forbidden
			}
			_, err := w.sv.Record(t.Context(), who, c, []courses.SeatForm{{Person: w.people[0].ID, Marks: map[int]string{0: "x"}}})
			want(t, name+" marks", err, kind, key)
			_, err = w.sv.Invite(t.Context(), who, c, []id.ID{w.people[1].ID}, 0)
			want(t, name+" calls", err, kind, key)
			want(t, name+" cancels", w.sv.Cancel(t.Context(), who, c, 0), kind, key)
		}
		v, err := w.sv.Get(t.Context(), cell, c)
		if err != nil || len(v.Seats) != 1 || v.Seats[0].Who.ID != w.people[0].ID || v.Hidden != 1 || v.May {
			t.Errorf("a cell sees %d of its people, %d hidden, may %v: %v", len(v.Seats), v.Hidden, v.May, err)
		}
		if l, err := w.sv.List(t.Context(), cell, w.tree.Cells[0][0].ID, courses.Filter{Year: 2026}); err != nil || len(l.Rows) != 1 || l.Rows[0].Counts.Invited != 1 {
			t.Errorf("the list of a cell: %+v %v", l.Rows, err)
		}
		_, err = w.sv.Invite(t.Context(), w.clerk, c, []id.ID{w.people[3].ID}, 0)
		want(t, "somebody of another commune is called", err, fault.NotFound, "person.notfound")
		member := storetest.Enrol(t, s, w.tree.Cells[0][0], "Hồ Giang", ledger.Official, day.Of(2020, 1, 5))
		_, err = w.sv.Invite(t.Context(), w.clerk, c, []id.ID{member.ID}, 0)
		want(t, "a member is called", err, fault.Conflict, "course.wrong_stage")
	})
}

// TestTogether: of two who mark the same seat from the same page one is told.
func TestTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		c := w.open("Lớp 01")
		w.invite(c, w.people[0])
		var mu sync.Mutex
		done, stale := 0, 0
		var wg sync.WaitGroup
		for _, mark := range []string{"x", "k"} {
			wg.Go(func() {
				_, err := w.sv.Record(context.Background(), w.clerk, c, []courses.SeatForm{{Person: w.people[0].ID, Version: 1, Marks: map[int]string{0: mark}}})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					done++
				case fault.Is(err, fault.Stale):
					stale++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if done != 1 || stale != 1 {
			t.Errorf("%d done, %d told", done, stale)
		}
	})
}

// TestChanges: what may be changed of a class, and what no more.
func TestChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		c := w.open("Lớp 01")
		w.invite(c, w.people[0])
		if _, err := w.sv.Record(t.Context(), w.clerk, c, []courses.SeatForm{{Person: w.people[0].ID, Marks: map[int]string{3: "x"}}}); err != nil {
			t.Fatal(err)
		}
		want(t, "who was marked is taken off", w.sv.Uninvite(t.Context(), w.clerk, c, w.people[0].ID), fault.Conflict, "course.seat_used")
		v, err := w.sv.Get(t.Context(), w.clerk, c)
		if err != nil {
			t.Fatal(err)
		}
		k := v.Class
		k.Sessions = k.Sessions[:3]
		want(t, "a marked session goes", w.sv.Update(t.Context(), w.clerk, k), fault.Conflict, "course.session_marked")
		k = v.Class
		k.Sessions, k.Name = k.Sessions[:4], "Lớp 01 (rút gọn)"
		if err := w.sv.Update(t.Context(), w.clerk, k); err != nil {
			t.Error(err)
		}
		want(t, "an old page", w.sv.Update(t.Context(), w.clerk, k), fault.Stale, "course.stale")
		if err := w.sv.Cancel(t.Context(), w.clerk, c, 0); err != nil {
			t.Error(err)
		}
		_, err = w.sv.Record(t.Context(), w.clerk, c, nil)
		want(t, "a class that was called off is marked", err, fault.Conflict, "course.cancelled")
		if cands, err := w.sv.Candidates(t.Context(), w.clerk, w.open("Lớp 02"), w.tree.Cells[0][0].ID); err != nil || len(cands.People) != 2 {
			t.Errorf("%d candidates: %v", len(cands.People), err)
		}
	})
}

// ready is a class whose people passed and have numbers.
func (w world) ready(c id.ID, first string, people ...*person.Person) {
	w.Helper()
	w.invite(c, people...)
	if _, err := w.sv.FillPresent(w.Context(), w.clerk, c, nil); err != nil {
		w.Fatal(err)
	}
	var fs []courses.SeatForm
	for _, p := range people {
		fs = append(fs, courses.SeatForm{Person: p.ID, Grade: text("khá")})
	}
	if _, err := w.sv.Record(w.Context(), w.clerk, c, fs); err != nil {
		w.Fatal(err)
	}
	if _, err := w.sv.NumberFrom(w.Context(), w.clerk, c, first, nil); err != nil {
		w.Fatal(err)
	}
}

// TestCertify: the certificates of a class are one act; a number is given once, and a dry run says why
// somebody gets none.
func TestCertify(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		c := w.open("Lớp 01")
		w.ready(c, "01/GCN", w.people[:2]...)
		w.invite(c, w.people[2])
		on := day.Of(2026, 3, 10)
		b, err := w.sv.Certify(t.Context(), w.clerk, courses.CertifyForm{Class: c, On: on}, true)
		if err != nil || b.Fit != 2 || b.Of != 3 {
			t.Fatalf("%d/%d: %v %+v", b.Fit, b.Of, err, b.Lines)
		}
		for _, l := range b.Lines {
			if l.Name == "Vũ Cường" && l.Why.Key != "course.not_graded" {
				t.Errorf("%+v", l)
			}
		}
		_, err = w.sv.Certify(t.Context(), w.clerk, courses.CertifyForm{Class: c, On: day.Of(2026, 3, 5)}, false)
		want(t, "before the end", err, fault.Invalid, "course.certify_early")
		form := courses.CertifyForm{Class: c, On: on, Key: "k1", Reason: "đã kiểm tra"}
		for range 2 { // the same form twice acts once
			if _, err := w.sv.Certify(t.Context(), w.clerk, form, false); err != nil && fault.TextOf(err).Key != "course.nobody_fits" {
				t.Fatal(err)
			}
		}
		v, err := w.sv.Get(t.Context(), w.clerk, c)
		if err != nil || v.Counts.Issued != 2 {
			t.Fatalf("%+v %v", v.Counts, err)
		}
		for _, x := range v.Seats {
			if issued := x.Cert != 0; issued != (x.Who.Place.Stage == ledger.Certified) || issued && (x.Who.CertNo != x.Number || x.Who.CertOn != on) {
				t.Errorf("%s: %v at %s with %q of %s", x.Who.Name, issued, x.Who.Place.Stage, x.Who.CertNo, x.Who.CertOn)
			}
		}
		cs, err := w.sv.Certificates(t.Context(), w.clerk, w.people[0].ID)
		if err != nil || len(cs) != 1 || cs[0].Expires != day.Of(2031, 3, 10) {
			t.Fatalf("%+v %v", cs, err)
		}
		other := w.open("Lớp 02")
		w.ready(other, "02 / gcn", w.people[2])
		b, err = w.sv.Certify(t.Context(), w.clerk, courses.CertifyForm{Class: other, On: on}, true)
		if err != nil || b.Fit != 0 || b.Lines[0].Why.Key != "course.number_taken" {
			t.Errorf("a number twice: %+v %v", b.Lines, err)
		}
		want(t, "a foreign reissue", w.sv.Reissue(t.Context(), at(w.tree.Communes[1], access.Admin), courses.ReissueForm{Cert: cs[0].ID, On: on, Reason: "mất"}), fault.NotFound, "course.notfound")
		want(t, "a reissue without a reason", w.sv.Reissue(t.Context(), w.clerk, courses.ReissueForm{Cert: cs[0].ID, On: on, Reason: " "}), fault.Invalid, "course.invalid")
		if err := w.sv.Reissue(t.Context(), w.clerk, courses.ReissueForm{Cert: cs[0].ID, On: day.Of(2026, 9, 1), Reason: "bị mất"}); err != nil {
			t.Error(err)
		}
		if cs, err = w.sv.Certificates(t.Context(), w.clerk, w.people[0].ID); err != nil || len(cs[0].Reissues) != 1 || cs[0].Reissues[0].Reason != "bị mất" || cs[0].Number == "" {
			t.Errorf("%+v %v", cs, err)
		}
		taken := courses.ReissueForm{Cert: cs[0].ID, On: day.Of(2026, 9, 5), Number: "02 / gcn", Reason: "rách"}
		want(t, "a number somebody has", w.sv.Reissue(t.Context(), w.clerk, taken), fault.Conflict, "course.number_taken")
		want(t, "before the last reissue", w.sv.Reissue(t.Context(), w.clerk, courses.ReissueForm{Cert: cs[0].ID, On: on, Reason: "rách"}), fault.Invalid, "course.invalid")
		renewed := taken
		renewed.Number = "77/GCN"
		if err := w.sv.Reissue(t.Context(), w.clerk, renewed); err != nil {
			t.Error(err)
		}
		first := cs[0]
		if cs, err = w.sv.Certificates(t.Context(), w.clerk, w.people[0].ID); err != nil || cs[0].Current() != "77/GCN" || cs[0].Number != first.Number || cs[0].Expires != first.Expires || cs[0].Issued != first.Issued {
			t.Errorf("issued again under a new number: %+v %v", cs, err)
		}
		if v, err = w.sv.Get(t.Context(), w.clerk, c); err != nil || v.Seats[0].Again != "77/GCN" || v.Seats[0].Who.CertNo != "77/GCN" || v.Seats[1].Again != "" {
			t.Errorf("%+v %v", v.Seats, err)
		}
		for _, number := range []string{first.Number, "77 /gcn"} { // the old number and the new one are both taken
			grade := number
			if _, err := w.sv.Record(t.Context(), w.clerk, other, []courses.SeatForm{{Person: w.people[2].ID, Number: &grade}}); err != nil {
				t.Fatal(err)
			}
			if b, err = w.sv.Certify(t.Context(), w.clerk, courses.CertifyForm{Class: other, On: on}, true); err != nil || b.Fit != 0 || b.Lines[0].Why.Key != "course.number_taken" {
				t.Errorf("%s: %+v %v", number, b.Lines, err)
			}
		}
		_, err = w.sv.Certificates(t.Context(), at(w.tree.Communes[1], access.Admin), w.people[0].ID)
		want(t, "foreign certificates", err, fault.NotFound, "person.notfound")
	})
}

// TestPlan: a figure has as many persons as it says.
func TestPlan(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		c := w.open("Lớp 01")
		w.ready(c, "1", w.people[0])
		w.invite(c, w.people[2])
		p, err := w.sv.Plan(t.Context(), w.clerk, w.tree.Communes[0].ID, course.Awareness, 2026)
		if err != nil || p.Self.Counts != (course.Counts{Invited: 2, Attended: 1, Passed: 1}) || len(p.Rows) != 2 || p.Rows[0].Counts.Invited != 1 || p.Rows[1].Counts.Passed != 0 {
			t.Fatalf("%+v %v", p, err)
		}
		for what, n := range map[string]int{"invited": 2, "attended": 1, "passed": 1, "issued": 0} {
			if _, rows, err := w.sv.People(t.Context(), w.clerk, w.tree.Communes[0].ID, course.Awareness, 2026, what); err != nil || len(rows) != n {
				t.Errorf("%s: %d, want %d: %v", what, len(rows), n, err)
			}
		}
		_, _, err = w.sv.People(t.Context(), at(w.tree.Communes[1], access.Admin), w.tree.Communes[0].ID, course.Awareness, 2026, "invited")
		want(t, "foreign people", err, fault.NotFound, "error.notfound")
	})
}
