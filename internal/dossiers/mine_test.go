package dossiers_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/access"
	"ketnap/internal/deadlines"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// TestMine: at every step of the way the person is told the same next step, papers and end of probation as the page of the dossier has, and
// of acts only what they are told of; nobody else gets it.
func TestMine(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		deadlines.New(s).Keep()
		w := newWorld(t, s)
		for _, last := range []dossier.Step{"", dossier.Adopt, dossier.Certify, dossier.Open, dossier.CellVote, dossier.Decide, dossier.Ceremony, dossier.CellRecognise, dossier.Recognise} {
			p := w.upto("Lê Thị "+string(last), last)
			v, err := w.sv.Get(t.Context(), w.who, p)
			if err != nil {
				t.Fatal(err)
			}
			m, err := w.sv.Mine(t.Context(), access.Actor{User: 9, Self: p})
			if err != nil {
				t.Fatal(err)
			}
			want, _ := dossiers.Foremost(v.Next)
			if m.Next == nil || m.Next.Step != want || v.Known && m.State != v.Dossier.State || !v.Known && m.State != "" || m.Stage != v.Person.Place.Stage {
				t.Fatalf("%s: %+v, want next %s, end %s", last, m, want, v.Ends)
			}
			if last == dossier.Recognise {
				if m.Papers != nil || m.Next.Step != dossier.Card {
					t.Errorf("recognised: %+v", m)
				}
				continue
			}
			if m.Ends != v.Ends {
				t.Errorf("%s: probation ends %s, want %s", last, m.Ends, v.Ends)
			}
			if due, _ := v.Due(want); m.Next.Due != due {
				t.Errorf("%s: due %s, want %s", last, m.Next.Due, due)
			}
			var theirs, mine []string
			for _, l := range v.Checklist {
				theirs = append(theirs, l.Code)
			}
			for _, x := range m.Papers {
				mine = append(mine, x.Code)
				if done := v.Dossier.Has(x.Step); done && !x.Present {
					t.Errorf("%s: %s is asked for, though %s is done", last, x.Code, x.Step)
				} else if x.Code == "self_review" && x.Present != done {
					t.Errorf("%s: the self-review is there: %v", last, x.Present)
				}
			}
			if diff := cmp.Diff(theirs, mine); diff != "" {
				t.Errorf("%s: papers %s", last, diff)
			}
			told := 0
			for _, a := range v.Dossier.Standing() {
				if a.Step.Told() {
					told++
				}
			}
			if len(m.Done) != told {
				t.Errorf("%s: %d steps told, want %d", last, len(m.Done), told)
			}
			if _, err := w.sv.Mine(t.Context(), w.who); !fault.Is(err, fault.NotFound) {
				t.Errorf("an official: %v", err)
			}
			if _, err := w.sv.Get(t.Context(), access.Actor{User: 9, Self: p, Grants: w.who.Grants}, p); !fault.Is(err, fault.NotFound) {
				t.Errorf("the page of the dossier, for the person: %v", err)
			}
		}
		m, err := w.sv.Mine(t.Context(), access.Actor{Self: w.members[0]})
		if err != nil || m.Next != nil || m.Papers != nil || m.Stage != ledger.Official {
			t.Errorf("an official member: %+v %v", m, err)
		}
	})
}

// TestForemost: what nothing waits for comes first only when there is nothing else.
func TestForemost(t *testing.T) {
	for _, c := range []struct {
		next []dossier.Step
		want dossier.Step
		rest int
	}{
		{nil, "", 0},
		{[]dossier.Step{dossier.Send, dossier.Certify}, dossier.Certify, 1},
		{[]dossier.Step{dossier.Send}, dossier.Send, 0},
		{[]dossier.Step{dossier.OwnCV, dossier.NewCourse, dossier.SelfReview}, dossier.NewCourse, 2},
	} {
		if got, rest := dossiers.Foremost(c.next); got != c.want || len(rest) != c.rest {
			t.Errorf("%v: %s and %v", c.next, got, rest)
		}
	}
	if dossier.Ask.Told() || dossier.Opinion.Told() || dossier.Note.Told() || !dossier.Ceremony.Told() || dossier.Ceremony.Later() || !dossier.Card.Later() || dossier.Ask.Later() {
		t.Error("told or later")
	}
}
