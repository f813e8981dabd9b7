package dossier

import (
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// whole is a way on which every step applies.
func whole() Way { return Way{Steps: chain, Probation: 12, Fails: 3, Today: day.Of(2030, 1, 1)} }

var vote = Vote{Officials: 9, Excluded: 1, Summoned: 8, Present: 7, Issued: 7, Valid: 7, For: 6}

// act makes an act with all that its step cannot do without.
func act(i int, s Step, on day.Date) Act {
	a := Act{ID: id.ID(i + 1), Step: s, On: on, Pack: "qd208@1"}
	x := &a.Details
	if s.Votes() {
		v := vote
		x.Vote = &v
	}
	if s.Reasoned() {
		x.Reason = "lý do cụ thể"
	}
	switch s {
	case Open:
		x.Route = "a"
	case Introduce:
		x.Introducers = []Introducer{{Member: 1}, {Member: 2}}
	case Help:
		x.Helper = 3
	case Move:
		x.To = "cell"
	}
	return a
}

// walk does the steps of the chain up to one, a month apart.
func walk(t *testing.T, w Way, upto Step) *Dossier {
	t.Helper()
	d := &Dossier{}
	on := day.Of(2024, 1, 29)
	for i, s := range chain {
		if !listed(w.Steps, s) {
			continue
		}
		on = on.AddDays(3)
		if s == CellRecognise && d.Joined() != 0 {
			on = d.Joined().AddMonths(12)
		}
		if err := d.Do(w, act(i, s, on)); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if s == upto {
			break
		}
	}
	return d
}

func TestWholeWay(t *testing.T) {
	d := walk(t, whole(), Card)
	if d.State != Recognised || d.Closed == 0 || d.Pack != "qd208@1" {
		t.Errorf("%s closed %v pack %q", d.State, d.Closed, d.Pack)
	}
	if n := len(d.Standing()); n != len(chain) {
		t.Errorf("%d acts in force of %d", n, len(chain))
	}
	if next := d.Next(whole()); len(next) != 0 {
		t.Errorf("after the end: %v", next)
	}
}

// TestEachStepNeedsItsGround leaves out one step at a time with all that rests on it: the step after it
// is refused in words that name what is missing.
func TestEachStepNeedsItsGround(t *testing.T) {
	for _, step := range chain {
		for _, g := range grounds[step] {
			d, on, w := &Dossier{}, day.Of(2024, 1, 29), whole()
			w.Probation = 0
			for i, s := range chain {
				on = on.AddDays(20)
				if s == step || s == g || listed(above(s), g) {
					continue
				}
				if s != Propose && !d.Has(Propose) {
					continue
				}
				if err := d.Do(w, act(i, s, on)); err != nil && !listed(above(s), step) {
					t.Errorf("%s without %s: %v", s, g, err)
				}
			}
			err := d.Do(w, act(90, step, day.Of(2028, 1, 1)))
			if text := fault.TextOf(err); text.Key != "dossier.missing_step" {
				t.Errorf("%s without %s: %v", step, g, err)
			}
		}
	}
}

// TestRouteOfTheTree: a base cell under a committee has neither section nor grassroots committee.
func TestRouteOfTheTree(t *testing.T) {
	w := whole()
	w.Steps = nil
	for _, s := range chain {
		if s != SectionReport && s != CommitteeVote && s != SectionAgree && s != CommitteeAgree {
			w.Steps = append(w.Steps, s)
		}
	}
	d := walk(t, w, Card)
	if d.State != Recognised {
		t.Errorf("%s", d.State)
	}
	d = walk(t, w, CellVote)
	if err := d.Do(w, act(50, CommitteeVote, day.Of(2025, 1, 1))); fault.TextOf(err).Key != "dossier.not_applicable" {
		t.Errorf("a step that does not apply: %v", err)
	}
	if err := d.Do(whole(), act(50, Submit, day.Of(2025, 1, 1))); fault.TextOf(err).Key != "dossier.missing_step" {
		t.Errorf("a step skipped: %v", err)
	}
}

func TestTurns(t *testing.T) {
	late := day.Of(2027, 6, 1)
	for _, c := range []struct {
		upto  Step
		turn  Step
		edit  func(*Act)
		state State
		next  Step
	}{
		{Propose, Drop, nil, Dropped, ""},
		{Propose, Refuse, func(a *Act) { a.Details.By = ByCell }, Refused, ""},
		{Adopt, Drop, nil, Dropped, ""},
		{Certify, Drop, nil, Dropped, ""},
		{Certify, Lapse, nil, InPool, Send},
		{Verify, Lapse, nil, InPool, Send},
		{Opinions, Drop, nil, Dropped, ""},
		{Opinions, Refuse, func(a *Act) { a.Details.By = ByCell }, Certified, Open},
		{SectionReport, Refuse, func(a *Act) { a.Details.By = ByCommittee }, Certified, Open},
		{Submit, Refuse, func(a *Act) { a.Details.By = ByDecider }, Certified, Open},
		{CommitteeVote, SendBack, func(a *Act) { a.Details.To = string(CellVote) }, Consulting, CellVote},
		{Submit, SendBack, func(a *Act) { a.Details.To = string(CV) }, Consulting, CV},
		{Open, Withdraw, nil, Withdrawn, ""},
		{Decide, Withdraw, nil, Withdrawn, ""},
		{Decide, Cancel, nil, Cancelled, ""},
		{NewCourse, Cancel, nil, Cancelled, ""},
		{Ceremony, Strike, nil, Struck, ""},
		{Ceremony, Quit, nil, Left, ""},
		{Propose, Die, nil, Dead, ""},
		{CommitteeAgree, Die, nil, Dead, ""},
		{Ceremony, Correct, nil, Probation, OwnCV},
		{Decide, Correct, nil, Decided, Receive},
		{CommitteeAgree, SendBack, func(a *Act) { a.Details.To = string(CellRecognise) }, Considering, CellRecognise},
		{LaterOpinions, Refuse, func(a *Act) { a.Details.By = ByCell }, Considering, CellRecognise},
		{SubmitRecognise, Refuse, func(a *Act) { a.Details.By = ByDecider }, Considering, CellRecognise},
		{Adopt, Move, nil, InPool, Send},
		{Adopt, Move, func(a *Act) { a.Details.To = Abroad }, Away, ""},
	} {
		d := walk(t, whole(), c.upto)
		a := act(70, c.turn, late)
		if c.edit != nil {
			c.edit(&a)
		}
		if err := d.Do(whole(), a); err != nil {
			t.Errorf("%s after %s: %v", c.turn, c.upto, err)
			continue
		}
		if d.State != c.state {
			t.Errorf("%s after %s leads to %s, want %s", c.turn, c.upto, d.State, c.state)
		}
		if (d.Closed != 0) == c.state.Live() {
			t.Errorf("%s after %s: closed %v", c.turn, c.upto, d.Closed)
		}
		if next := d.Next(whole()); c.next == "" && len(next) > 0 || c.next != "" && !listed(next, c.next) {
			t.Errorf("%s after %s: next %v, want %s", c.turn, c.upto, next, c.next)
		}
		undo := act(71, Undo, late)
		undo.Details.Reason, undo.Undoes = "ghi nhầm", a.ID
		if err := d.Do(whole(), undo); err != nil {
			t.Errorf("undoing %s after %s: %v", c.turn, c.upto, err)
		}
		if before := walk(t, whole(), c.upto); d.State != before.State || d.Closed != before.Closed || d.Pack != before.Pack {
			t.Errorf("%s undone after %s: %s", c.turn, c.upto, d.State)
		}
	}
}

// TestThreeVotes: after three votes without the share the cell votes no more, and the level above decides.
func TestThreeVotes(t *testing.T) {
	d, w := walk(t, whole(), LaterOpinions), whole()
	on := d.Joined().AddMonths(12)
	for i := range 3 {
		if next := d.Next(w); !listed(next, CellRecognise) || listed(next, SubmitRecognise) {
			t.Fatalf("after %d votes: %v", i, next)
		}
		if on, ok := d.Appealed(w.Fails); ok {
			t.Fatalf("after %d votes it went up on %s", i, on.VN())
		}
		a := act(60+i, Refuse, on)
		a.Details.By = ByCell
		if err := d.Do(w, a); err != nil {
			t.Fatal(err)
		}
		on = on.AddDays(30)
	}
	if last, ok := d.Appealed(w.Fails); !ok || last != on.AddDays(-30) {
		t.Errorf("the day it went up: %s", last.VN())
	}
	if err := d.Do(w, act(80, CellRecognise, on)); fault.TextOf(err).Key != "dossier.votes_spent" {
		t.Errorf("a fourth vote: %v", err)
	}
	for i, s := range []Step{SectionAgree, CommitteeAgree, SubmitRecognise, Recognise} {
		if err := d.Do(w, act(80+i, s, on)); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}

// TestRecognitionWaits: 29-2-2024 and twelve months is 28-2-2025; the day before is too early, a year later is fine.
func TestRecognitionWaits(t *testing.T) {
	d, w := &Dossier{Start: Probation, Known: map[Step]day.Date{Ceremony: day.Of(2024, 2, 29)}}, whole()
	w.Steps = []Step{Ceremony, CellRecognise, Recognise}
	if err := d.Do(w, act(1, CellRecognise, day.Of(2025, 2, 27))); fault.TextOf(err).Key != "dossier.before_month_end" {
		t.Errorf("too early: %v", err)
	}
	if err := d.Do(w, act(2, CellRecognise, day.Of(2025, 2, 28))); err != nil {
		t.Error(err)
	}
	if err := d.Do(w, act(3, Recognise, day.Of(2026, 5, 1))); err != nil {
		t.Error(err)
	}
}

func TestOrderOfDays(t *testing.T) {
	d, w := walk(t, whole(), CellVote), whole()
	last, _ := d.Last(CellVote)
	err := d.Do(w, act(50, SectionReport, last.On.AddDays(-1)))
	if fault.TextOf(err).Key != "dossier.before_ground" || fault.FieldsOf(err)["on"].Key == "" {
		t.Errorf("before its ground: %v", err)
	}
	if err := d.Do(w, act(50, CellVote, last.On.AddDays(1))); fault.TextOf(err).Key != "dossier.twice" {
		t.Errorf("twice: %v", err)
	}
	if err := d.Do(w, act(50, SectionReport, w.Today.AddDays(1))); fault.TextOf(err).Key != "ledger.date_future" {
		t.Errorf("tomorrow: %v", err)
	}
	back := act(51, SendBack, last.On.AddDays(30))
	back.Details.To = string(CellVote)
	if err := d.Do(w, back); err != nil {
		t.Fatal(err)
	}
	if err := d.Do(w, act(52, CellVote, last.On.AddDays(29))); fault.TextOf(err).Key != "dossier.before_return" {
		t.Errorf("before it was sent back: %v", err)
	}
	undone, reopened := d.Undone()
	if len(undone) != 0 || !reopened[last.ID] || len(reopened) != 1 {
		t.Errorf("undone %v reopened %v", undone, reopened)
	}
}

func TestRelatives(t *testing.T) {
	d, w := walk(t, whole(), CV), whole()
	on := day.Of(2025, 1, 1)
	ask := func(s Step, key string, exempt bool) error {
		a := act(len(d.Acts)+50, s, on)
		a.Details.Relative = &Relative{Key: key, Exempt: exempt}
		return d.Do(w, a)
	}
	for _, err := range []error{ask(Ask, "bố", false), ask(Ask, "mẹ", true)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := ask(Ask, "bố", false); err == nil {
		t.Error("asked twice")
	}
	if err := ask(Answer, "vợ", false); err == nil {
		t.Error("an answer nobody asked for")
	}
	if err := d.Do(w, act(90, Verify, on)); fault.TextOf(err).Key != "dossier.unanswered" {
		t.Errorf("concluded without an answer: %v", err)
	}
	if err := ask(Answer, "bố", false); err != nil {
		t.Error(err)
	}
	if err := d.Do(w, act(90, Verify, on)); err != nil {
		t.Error(err)
	}
	if d.State != Verifying {
		t.Errorf("%s", d.State)
	}
}

func TestVoteContradictions(t *testing.T) {
	if err := vote.Check(); err != nil {
		t.Fatal(err)
	}
	for field, spoil := range map[string]func(*Vote){
		"officials": func(v *Vote) { *v = Vote{} },
		"excluded":  func(v *Vote) { v.Excluded = 10 },
		"summoned":  func(v *Vote) { v.Summoned = 7 },
		"present":   func(v *Vote) { v.Present = 9 },
		"issued":    func(v *Vote) { v.Issued = 8 },
		"valid":     func(v *Vote) { v.Valid = 8 },
		"for":       func(v *Vote) { v.For = 8 },
	} {
		v := vote
		spoil(&v)
		if err := v.Check(); fault.FieldsOf(err)[field].Key == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	exempt := Vote{Officials: 9, Excluded: 1, Summoned: 9, Present: 9, Issued: 9, Valid: 9, For: 9}
	if err := exempt.Check(); fault.FieldsOf(err)["present"].Key != "vote.present_excluded" {
		t.Errorf("somebody both excluded and present: %v", err)
	}
}
