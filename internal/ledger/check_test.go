package ledger

import (
	"fmt"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

var (
	today = day.Of(2026, 11, 21)
	attrs = Attrs{Sex: 2, Ethnic: 1, Religion: 1, Occupation: 5, Schooling: 4, Expertise: 4, Sector: 1, Youth: true, Birth: day.Of(1998, 5, 17)}
	rules = Rules{Today: today}
)

// may is the table of the procedure, written down independently of the code: one line per cause, one
// mark per stage it may start from (outside, proposed, pool, certified, dossier, probationary,
// official) and behind the arrow per stage it may lead to. unit says what becomes of the unit:
// "=" it stays, "≠" it changes (and the stage stays). The Party's Charter and forms 1 and 2 of the
// statistics are behind it.
var may = []struct {
	cause    Cause
	from, to string // x may, . may not
	unit     string
}{
	//                o p P c d b o    o p P c d b o
	{Opening, "x......", ".xxxxxx", "="},
	{Propose, "x......", ".x.....", "="},
	{Adopt, "xx.....", "..x....", "="},
	{Drop, ".xxxx..", "x......", "="},
	{Certify, "xxx....", "...x...", "="},
	{Lapse, "...xx..", "..x....", "="},
	{Apply, "...x...", "....x..", "="},
	{Return, "....x..", "..xx...", "="},
	{Admit, "x.xxx..", ".....x.", "="},
	{Readmit, "x.xxx..", ".....x.", "="},
	{Recognise, ".....x.", "......x", "="},
	{Restore, "x......", ".....xx", "="},
	{ArriveFrom, "x......", ".xxxxxx", "="},
	{LeaveTo, ".xxxxxx", "x......", "="},
	{Transfer, ".xxxxxx", ".xxxxxx", "≠"},
	{Die, ".xxxxxx", "x......", "="},
	{Expel, "......x", "x......", "="},
	{Strike, ".....xx", "x......", "="},
	{Quit, ".....xx", "x......", "="},
	{Cancel, ".....xx", "x.xx...", "="},
	{Reorganise, ".xxxxxx", ".xxxxxx", "≠"},
	{Change, ".xxxxxx", ".xxxxxx", "="},
}

var allStages = append([]Stage{Outside}, Stages...)

// TestCheckMatrix asks every cause × from-stage × to-stage × same or other unit.
func TestCheckMatrix(t *testing.T) {
	if len(may) != len(Causes()) {
		t.Fatalf("%d causes in the table, %d in the program", len(may), len(Causes()))
	}
	place := func(s Stage, unit id.ID) Place {
		if s == Outside {
			return Place{}
		}
		return Place{Unit: unit, Stage: s}
	}
	for _, row := range may {
		for i, from := range allStages {
			for j, to := range allStages {
				for _, unit := range []id.ID{7, 8} {
					m := Movement{Person: 1, From: place(from, 7), To: place(to, unit), Cause: row.cause, Effective: day.Of(2026, 3, 5), Attrs: attrs}
					if row.cause == Change {
						was := attrs
						was.Youth = false
						m.Was = &was
					}
					want := row.from[i] == 'x' && row.to[j] == 'x'
					moves := from != Outside && to != Outside && unit == 8
					switch {
					case row.unit == "≠":
						want = want && moves && from == to
					case row.cause == Change:
						want = want && !moves && from == to
					default:
						want = want && !moves
					}
					err := Check(m, Last{Place: m.From, Effective: day.Of(2026, 1, 1), Attrs: m.Before()}, rules)
					if (err == nil) != want {
						t.Errorf("%s from %s to %s, other unit %v: %v, want ok %v", row.cause, from, to, moves, err, want)
					}
					if err != nil && !fault.Is(err, fault.Invalid) {
						t.Errorf("%s from %s to %s: kind %s", row.cause, from, to, fault.KindOf(err))
					}
				}
			}
		}
	}
}

// TestTargets: what a form offers is what Check lets through.
func TestTargets(t *testing.T) {
	for _, row := range may {
		for i, from := range allStages {
			offered := map[Stage]bool{}
			for _, s := range row.cause.Targets(from) {
				offered[s] = true
			}
			for j, to := range allStages {
				want := row.from[i] == 'x' && row.to[j] == 'x'
				if row.unit == "≠" || row.cause == Change {
					want = want && from == to
				}
				if offered[to] != want {
					t.Errorf("%s from %s offers %s: %v", row.cause, from, to, offered[to])
				}
			}
			listed := false
			for _, c := range CausesFrom(from) {
				listed = listed || c == row.cause
			}
			want := row.from[i] == 'x' && row.cause != Opening && row.cause != Reorganise && row.cause != Change
			if listed != want {
				t.Errorf("%s is offered at %s: %v", row.cause, from, listed)
			}
		}
	}
	if Cause(99).Targets(Pool) != nil {
		t.Error("an unknown cause leads somewhere")
	}
}

func TestCheck(t *testing.T) {
	other := attrs
	other.Youth = false
	at := func(s Stage) Place { return Place{Unit: 7, Stage: s} }
	fine := Movement{Person: 1, From: at(Dossier), To: at(Probationary), Cause: Admit, Effective: day.Of(2026, 3, 5), Attrs: attrs}
	last := Last{Place: at(Dossier), Effective: day.Of(2026, 2, 1), Attrs: attrs}
	for _, c := range []struct {
		name  string
		spoil func(*Movement, *Last, *Rules)
		kind  fault.Kind
		key   fault.Key
	}{
		{"fine", func(*Movement, *Last, *Rules) {}, 0, ""},
		{"on the day of the last", func(m *Movement, l *Last, _ *Rules) { m.Effective = l.Effective }, 0, ""},
		{"today", func(m *Movement, _ *Last, _ *Rules) { m.Effective = today }, 0, ""},
		{"the day after a closed period", func(m *Movement, _ *Last, r *Rules) { r.Closed = day.Of(2026, 3, 4) }, 0, ""},
		{"no day", func(m *Movement, _ *Last, _ *Rules) { m.Effective = 0 }, fault.Invalid, "ledger.date_missing"},
		{"a month alone", func(m *Movement, _ *Last, _ *Rules) { m.Effective = day.Of(2026, 3, 0) }, fault.Invalid, "ledger.date_missing"},
		{"an impossible day", func(m *Movement, _ *Last, _ *Rules) { m.Effective = 20260230 }, fault.Invalid, "ledger.date_missing"},
		{"tomorrow", func(m *Movement, _ *Last, _ *Rules) { m.Effective = today.AddDays(1) }, fault.Invalid, "ledger.date_future"},
		{"before the last", func(m *Movement, l *Last, _ *Rules) { m.Effective = l.Effective.AddDays(-1) }, fault.Invalid, "ledger.date_before_last"},
		{"in a closed period", func(m *Movement, _ *Last, r *Rules) { r.Closed = m.Effective }, fault.Conflict, "ledger.period_closed"},
		{"a stage that has changed", func(_ *Movement, l *Last, _ *Rules) { l.Place = at(Probationary) }, fault.Stale, "ledger.place_changed"},
		{"a unit that has changed", func(_ *Movement, l *Last, _ *Rules) { l.Place.Unit = 8 }, fault.Stale, "ledger.place_changed"},
		{"somebody who has left", func(_ *Movement, l *Last, _ *Rules) { l.Place = Place{} }, fault.Stale, "ledger.place_changed"},
		{"attributes that have changed", func(_ *Movement, l *Last, _ *Rules) { l.Attrs = other }, fault.Stale, "ledger.attrs_changed"},
		{"attributes changed on the way", func(m *Movement, _ *Last, _ *Rules) { m.Was, m.Attrs = &attrs, other }, fault.Invalid, "ledger.place_broken"},
		{"a stage without a unit", func(m *Movement, _ *Last, _ *Rules) { m.To.Unit = 0 }, fault.Invalid, "ledger.place_broken"},
		{"outside with a unit", func(m *Movement, _ *Last, _ *Rules) { m.To.Stage, m.Cause = Outside, Die }, fault.Invalid, "ledger.place_broken"},
		{"no cause", func(m *Movement, _ *Last, _ *Rules) { m.Cause = 0 }, fault.Invalid, "ledger.cause_unknown"},
		{"an unknown cause", func(m *Movement, _ *Last, _ *Rules) { m.Cause = 23 }, fault.Invalid, "ledger.cause_unknown"},
		{"a cause that does not fit", func(m *Movement, _ *Last, _ *Rules) { m.Cause = Recognise }, fault.Invalid, "ledger.cause_unfit"},
		{"another unit", func(m *Movement, _ *Last, _ *Rules) { m.To.Unit = 8 }, fault.Invalid, "ledger.unit_must_stay"},
		{"a transfer that stays", func(m *Movement, _ *Last, _ *Rules) { m.To, m.Cause = m.From, Transfer }, fault.Invalid, "ledger.unit_must_change"},
		{"a transfer with promotion", func(m *Movement, _ *Last, _ *Rules) { m.To.Unit, m.Cause = 8, Transfer }, fault.Invalid, "ledger.stage_must_stay"},
		{"a change of nothing", func(m *Movement, _ *Last, _ *Rules) { m.To, m.Cause = m.From, Change }, fault.Invalid, "ledger.place_broken"},
	} {
		m, l, r := fine, last, rules
		c.spoil(&m, &l, &r)
		err := Check(m, l, r)
		switch {
		case c.kind == 0:
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		case !fault.Is(err, c.kind) || fault.TextOf(err).Key != c.key:
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
		}
	}
}

// TestCheckReturn: who comes back from outside may have changed meanwhile; whoever is inside may not.
func TestCheckReturn(t *testing.T) {
	now := attrs
	now.Occupation = 9
	gone := Last{Effective: day.Of(2026, 2, 1), Attrs: attrs}
	m := Movement{Person: 1, To: Place{Unit: 7, Stage: Official}, Cause: Restore, Effective: day.Of(2026, 3, 5), Attrs: now}
	if err := Check(m, gone, rules); err != nil {
		t.Error(err)
	}
	m.Effective = day.Of(2026, 1, 31)
	if err := Check(m, gone, rules); fault.TextOf(err).Key != "ledger.date_before_last" {
		t.Errorf("back before leaving: %v", err)
	}
}

func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	for i, c := range Causes() {
		if int(c) != i+1 {
			t.Errorf("cause %d has number %d", i+1, c)
		}
		if got, ok := ParseCause(c.String()); !ok || got != c || seen[c.String()] {
			t.Errorf("cause %q comes back as %d", c, got)
		}
		seen[c.String()] = true
	}
	for _, s := range allStages {
		if got, ok := ParseStage(s.String()); !ok || got != s {
			t.Errorf("stage %q comes back as %d", s, got)
		}
		if s.Member() != (s == Probationary || s == Official) {
			t.Errorf("%s is a member: %v", s, s.Member())
		}
	}
	for _, bad := range []string{"", "Admit", "admit ", "x"} {
		if _, ok := ParseCause(bad); ok {
			t.Errorf("cause %q", bad)
		}
	}
	if _, ok := ParseStage("member"); ok {
		t.Error("an unknown stage is read")
	}
	if fmt.Sprint(Cause(0), Cause(77), Stage(-1), Stage(7)) != "  outside outside" {
		t.Errorf("unknown numbers: %q", fmt.Sprint(Cause(0), Cause(77), Stage(-1), Stage(7)))
	}
}
