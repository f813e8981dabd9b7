package dossiers_test

import (
	"context"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/rule"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

type world struct {
	t       testing.TB
	s       *store.Store
	sv      *dossiers.Service
	tree    storetest.Tree
	who     access.Actor
	members []id.ID // official members of the first cell
}

func at(u org.Unit, r access.Role) access.Actor {
	return access.Actor{Name: "Trần Thị Hoà", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: r}}}
}

// newWorld is a commune whose standing committee decides, with four official members in its first cell.
func newWorld(t testing.TB, s *store.Store) *world {
	tree := storetest.Grow(t, s, 38)
	w := &world{t: t, s: s, sv: dossiers.New(s), tree: tree, who: at(tree.Communes[0], access.Clerk)}
	if err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
		return tx.AddTag(org.Tag{Unit: tree.Communes[0].ID, Kind: org.PowerTag, Value: "standing", From: day.Of(2010, 1, 1), Source: "test"})
	}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Nguyễn Văn An", "Trần Văn Bình", "Phạm Thị Cúc", "Vũ Văn Dũng"} {
		w.members = append(w.members, storetest.Enrol(t, s, tree.Cells[0][0], name, ledger.Official, day.Of(2015, 3, 26)).ID)
	}
	return w
}

var vote = dossier.Vote{Officials: 4, Summoned: 4, Present: 4, Issued: 4, Valid: 4, For: 4}

// form makes an act with all that its step cannot do without.
func (w *world) form(p id.ID, s dossier.Step, on day.Date) dossiers.ActForm {
	f := dossiers.ActForm{Person: p, Version: dossiers.AnyVersion, Step: s, On: on}
	x := &f.Details
	if s.Votes() {
		v := vote
		x.Vote = &v
	}
	if s.Reasoned() {
		x.Reason = "lý do cụ thể"
	}
	switch s {
	case dossier.Open:
		x.Route = "a"
	case dossier.Introduce:
		x.Introducers = []dossier.Introducer{{Member: w.members[0], Since: day.Of(2020, 1, 1)}, {Member: w.members[1], Since: day.Of(2020, 1, 1)}}
	case dossier.Adopt, dossier.Help, dossier.Ceremony:
		x.Helper = w.members[2]
	case dossier.Opinion:
		x.Body = "Đoàn xã"
	case dossier.Decide, dossier.Recognise:
		f.No = "77-QĐ/ĐU"
		v := dossier.Vote{Officials: 9, Summoned: 9, Present: 9, Issued: 9, Valid: 9, For: 9}
		x.Vote = &v
	}
	return f
}

// act records an act and goes on with every warning.
func (w *world) act(f dossiers.ActForm) dossiers.Result {
	w.t.Helper()
	found, err := w.sv.Preview(context.Background(), w.who, f)
	if err != nil {
		w.t.Fatalf("%s: %v", f.Step, err)
	}
	for _, x := range found {
		if x.Level == rule.Warn {
			f.Accept, f.Details.Text = append(f.Accept, x.Check), "đã cân nhắc"
		}
	}
	r, err := w.sv.Act(context.Background(), w.who, f)
	if err != nil {
		w.t.Fatalf("%s: %v", f.Step, err)
	}
	return r
}

func (w *world) record(i id.ID) (p person.Person) {
	w.t.Helper()
	if err := w.s.View(context.Background(), func(tx *store.Tx) (err error) {
		p, err = tx.Person(i)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return p
}

// verified proves that the ledger, its counters and the dossiers agree.
func (w *world) verified() {
	w.t.Helper()
	if _, err := w.s.Verify(context.Background(), store.VerifyOptions{}, func(d store.Difference) error {
		w.t.Errorf("verify: %+v", d)
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
}

// wantKey asserts that err is of a kind and says the text with a key.
func wantKey(t *testing.T, what string, err error, kind fault.Kind, key fault.Key) {
	t.Helper()
	if fault.KindOf(err) != kind || fault.TextOf(err).Key != key {
		t.Errorf("%s: %v, want %v %s", what, err, kind, key)
	}
}

// steps is the way of somebody the committee proposes in 2024 and recognises late in 2026.
var steps = []struct {
	step  dossier.Step
	on    day.Date
	no    string
	stage ledger.Stage
}{
	{dossier.Adopt, day.Of(2024, 2, 3), "12-NQ/CB", ledger.Pool},
	{dossier.Send, day.Of(2024, 3, 1), "", ledger.Pool},
	{dossier.Certify, day.Of(2024, 4, 20), "118/GCN", ledger.Certified},
	{dossier.Open, day.Of(2024, 9, 2), "", ledger.Dossier},
	{dossier.CV, day.Of(2024, 9, 10), "", ledger.Dossier},
	{dossier.Introduce, day.Of(2024, 9, 12), "", ledger.Dossier},
	{dossier.Verify, day.Of(2024, 11, 1), "", ledger.Dossier},
	{dossier.Opinion, day.Of(2024, 11, 4), "", ledger.Dossier},
	{dossier.Opinions, day.Of(2024, 11, 5), "", ledger.Dossier},
	{dossier.CellVote, day.Of(2025, 2, 3), "03-NQ/CB", ledger.Dossier},
	{dossier.CommitteeVote, day.Of(2025, 2, 20), "45-NQ/ĐU", ledger.Dossier},
	{dossier.Decide, day.Of(2025, 8, 19), "77-QĐ/HU", ledger.Dossier},
	{dossier.Receive, day.Of(2025, 8, 25), "", ledger.Dossier},
	{dossier.Ceremony, day.Of(2025, 9, 2), "", ledger.Probationary},
	{dossier.NewCourse, day.Of(2026, 3, 1), "9/GCN", ledger.Probationary},
	{dossier.SelfReview, day.Of(2026, 9, 3), "", ledger.Probationary},
	{dossier.HelperRemark, day.Of(2026, 9, 3), "", ledger.Probationary},
	{dossier.LaterOpinions, day.Of(2026, 9, 4), "", ledger.Probationary},
	{dossier.CellRecognise, day.Of(2026, 9, 20), "21-NQ/CB", ledger.Probationary},
	{dossier.CommitteeAgree, day.Of(2026, 9, 30), "", ledger.Probationary},
	{dossier.Recognise, day.Of(2026, 10, 30), "99-QĐ/HU", ledger.Official},
}

// TestWholeWay: one movement per change of stage, both dates kept, the official day the end of month
// twelve though the decision came two months later; then everything is taken back.
func TestWholeWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		p := storetest.Enrol(t, s, w.tree.Cells[0][0], "Lê Thị Hạnh", ledger.Proposed, day.Of(2024, 1, 6))
		for _, st := range steps {
			before := w.record(p.ID).Place.Stage
			f := w.form(p.ID, st.step, st.on)
			if st.no != "" {
				f.No = st.no
			}
			r := w.act(f)
			if got := w.record(p.ID); got.Place.Stage != st.stage || (r.Movement != 0) != (before != st.stage) || r.State.Stage() != st.stage {
				t.Fatalf("after %s: stage %v, state %s, movement %v", st.step, got.Place.Stage, r.State, r.Movement)
			}
		}
		got := w.record(p.ID)
		if got.Joined != day.Of(2025, 9, 2) || got.PartyAge != day.Of(2025, 8, 19) || got.OfficialOn != day.Of(2026, 9, 2) || got.Since != day.Of(2026, 9, 2) {
			t.Errorf("joined %v party age %v official %v since %v", got.Joined, got.PartyAge, got.OfficialOn, got.Since)
		}
		w.verified()
		for i := len(steps) - 1; i >= 0; i-- {
			w.act(w.form(p.ID, dossier.Undo, 0))
			want := ledger.Proposed
			if i > 0 {
				want = steps[i-1].stage
			}
			if got := w.record(p.ID); got.Place.Stage != want {
				t.Fatalf("%s taken back: stage %v", steps[i].step, got.Place.Stage)
			}
		}
		v, err := w.sv.Get(context.Background(), w.who, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if v.Dossier.State != dossier.Void || len(v.Lines) != 2*len(steps) {
			t.Errorf("state %s, %d lines", v.Dossier.State, len(v.Lines))
		}
		w.verified()
	})
}
