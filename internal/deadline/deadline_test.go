package deadline

import (
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/rule"
)

// terms is a pack of a test: periods of every kind.
type terms []rule.Clock

func (terms) Ref() string            { return "test@1" }
func (t terms) Clocks() []rule.Clock { return t }

var pack = terms{
	{Key: "certificate", Start: "cert", Close: []string{"cell_vote"}, Length: 60, Unit: "months", Ahead: []int{183, 92, 31}},
	{Key: "age", Start: "birth", Close: []string{"cell_vote"}, Length: 60 * 12, Unit: "months", Ahead: []int{183}},
	{Key: "paper", Start: "paper", Close: []string{"cell_vote"}, Length: 12, Unit: "months", Ahead: []int{61}},
	{Key: "introducer", Start: "introducer", Close: []string{"introduce"}, Length: 12, Unit: "months"},
	{Key: "decide", Start: "cell_vote", Close: []string{"decide"}, Length: 60, Unit: "working_days", Extension: 30, Ahead: []int{15}},
	{Key: "ceremony", Start: "decide", Close: []string{"ceremony"}, Length: 30, Unit: "working_days", Ahead: []int{10}},
	{Key: "own_cv", Start: "ceremony", Close: []string{"own_cv"}, Length: 30, Unit: "working_days"},
	{Key: "probation", Start: "ceremony", Close: []string{"cell_recognise"}, Length: 12, Unit: "months", Ahead: []int{90, 60, 30, 15, 7}},
	{Key: "consider", Start: "probation", Close: []string{"cell_recognise"}, Length: 30, Unit: "working_days"},
	{Key: "recognise", Start: "cell_recognise", Close: []string{"recognise"}, Length: 30, Unit: "working_days"},
	{Key: "remark", Start: "remark", Close: []string{"remark"}, Length: 3, Unit: "months"},
}

// weekdays is a calendar in which only Saturdays and Sundays are free, and the days in it.
type weekdays map[day.Date]bool

func (w weekdays) AddWorking(d day.Date, n int) day.Date {
	for n > 0 {
		d = d.AddDays(1)
		if wd := d.Sub(day.Of(2024, 1, 1)) % 7; wd < 5 && !w[d] { // 1-1-2024 was a Monday
			n--
		}
	}
	return d
}

// tet are the days off around the lunar New Year of 2026.
var tet = weekdays{20260216: true, 20260217: true, 20260218: true, 20260219: true, 20260220: true}

const person1 = id.ID(7<<22 | 38<<12)

func probationer(joined day.Date) *person.Person {
	return &person.Person{ID: person1, Place: ledger.Place{Unit: 9, Stage: ledger.Probationary}, Birth: 20010305, CertOn: 20240110, Joined: joined, PoolOn: 20230901}
}

func byClock(t *testing.T, os []Obligation, clock string) Obligation {
	t.Helper()
	for _, o := range os {
		if o.Clock == clock {
			return o
		}
	}
	t.Fatalf("no %s among %v", clock, os)
	return Obligation{}
}

// TestComputeRecord: a record alone, as an import brings it, says what is due.
func TestComputeRecord(t *testing.T) {
	os := Compute(pack, tet, FactsOf(probationer(20260202)))
	for clock, want := range map[string]struct {
		due, warn, closed day.Date
		by                string
	}{
		"certificate": {20290110, 20280711, 20260202, "ceremony"}, // long past the cell's vote, nobody recorded it
		"age":         {20610305, 20600903, 20260202, "ceremony"},
		"own_cv":      {20260323, 20260323, 0, ""}, // five days of Tết in between
		"probation":   {20270202, 20261104, 0, ""},
		"consider":    {20270316, 20270316, 0, ""}, // by weekdays alone: Tết 2027 is not in the calendar of this test
	} {
		o := byClock(t, os, clock)
		if o.Due != want.due || o.Warn != want.warn || o.Closed != want.closed || o.By != want.by {
			t.Errorf("%s is due %v, warned %v, closed %v by %q; want %+v", clock, o.Due, o.Warn, o.Closed, o.By, want)
		}
	}
	for _, o := range os {
		if o.Clock == "decide" || o.Clock == "remark" {
			t.Errorf("%s runs without its ground", o.Clock)
		}
	}
}

// TestComputeDossier follows a dossier: each act closes what it was due for and begins the next.
func TestComputeDossier(t *testing.T) {
	p := &person.Person{ID: person1, Place: ledger.Place{Unit: 9, Stage: ledger.Dossier}, Birth: 20010000, PoolOn: 20230901, CertOn: 20240110}
	f := FactsOf(p)
	dates := map[string]int{"adopt": 20230901, "certify": 20240110, "open": 20251001, "cv": 20251010}
	f.Follow(5, dates, []dossier.Act{{Step: dossier.Open, On: 20251001, Details: dossier.Details{Introducers: []dossier.Introducer{{Member: 77, Since: 20250115}, {Name: "BCH Đoàn"}}}}})
	f.Papers = map[string]int{"5B": 20251105}
	os := Compute(pack, tet, f)
	if o := byClock(t, os, "introducer"); o.Due != 20260115 || o.Ref != id.ID(77).String() || o.Dossier != 5 || !o.Open() {
		t.Errorf("introducer: %+v", o)
	}
	if o := byClock(t, os, "paper"); o.Due != 20261105 || o.Warn != 20260905 || o.Ref != "5B" {
		t.Errorf("paper: %+v", o)
	}
	if o := byClock(t, os, "age"); o.Due != 20611231 {
		t.Errorf("a birth known by its year is taken for its last day: %v", o.Due)
	}

	dates["introduce"], dates["cell_vote"] = 20251101, 20260130
	f.Follow(5, dates, []dossier.Act{{Step: dossier.Extend, On: 20260401, Details: dossier.Details{Clock: "decide", Until: 20260601}}})
	os = Compute(pack, tet, f)
	for _, clock := range []string{"certificate", "age", "paper", "introducer"} {
		if o := byClock(t, os, clock); o.Open() {
			t.Errorf("%s is still open after the cell's vote", clock)
		}
	}
	if o := byClock(t, os, "decide"); o.Due != 20260601 || o.Organ != Decider || o.Start != 20260130 {
		t.Errorf("decide, extended: %+v", o)
	}
	f.Until = nil
	if o := byClock(t, Compute(pack, tet, f), "decide"); o.Due != 20260501 { // 60 weekdays and five days of Tết
		t.Errorf("decide: %v", o.Due)
	}
}

// TestRepeats: what is done again and again begins anew with each time.
func TestRepeats(t *testing.T) {
	p := &person.Person{ID: person1, Place: ledger.Place{Unit: 9, Stage: ledger.Pool}, PoolOn: 20250901}
	f := FactsOf(p)
	f.Follow(5, map[string]int{"remark": 20260331}, nil)
	if o := byClock(t, Compute(pack, tet, f), "remark"); !o.Open() || o.Due != 20260630 {
		t.Errorf("%+v", o)
	}
}

// TestEnded: nothing is due for who left, and for an official member only what a dossier still asks.
func TestEnded(t *testing.T) {
	p := probationer(20260202)
	p.LastUnit, p.Place, p.Since = 9, ledger.Place{}, 20260501
	for _, o := range Compute(pack, tet, FactsOf(p)) {
		if o.Open() {
			t.Errorf("%s is open for somebody who left", o.Clock)
		}
	}
	p = probationer(20240202)
	p.Place.Stage, p.OfficialOn = ledger.Official, 20250202
	for _, o := range Compute(append(pack, rule.Clock{Key: "card", Start: "recognise", Close: []string{"card"}, Length: 30, Unit: "days"}), tet, FactsOf(p)) {
		if o.Open() {
			t.Errorf("%s is open for an official member without a dossier", o.Clock)
		}
	}
}

// TestOn: where an obligation stands on a day needs no job to run.
func TestOn(t *testing.T) {
	o := Obligation{Start: 20260101, Warn: 20260601, Due: 20260630}
	e := Escalation{Days: 7}
	for _, c := range []struct {
		on    day.Date
		state State
		left  int
		level int
	}{
		{20260531, Running, 30, 0}, {20260601, Warned, 29, 0}, {20260629, Warned, 1, 0}, {20260630, Today, 0, 0},
		{20260701, Overdue, -1, 0}, {20260706, Overdue, -6, 0}, {20260707, Overdue, -7, 1}, {20260714, Overdue, -14, 2}, {20261230, Overdue, -183, 26},
	} {
		if s := o.On(c.on, e); s != (Status{c.state, c.left, c.level}) {
			t.Errorf("on %v: %+v", c.on, s)
		}
		if o.Due <= e.Since(c.on, 1) != (c.level >= 1) || o.Due <= e.Since(c.on, 2) != (c.level >= 2) {
			t.Errorf("on %v the limit of a level differs from the level", c.on)
		}
	}
	o.Closed, o.By = 20260702, "decide"
	if s := o.On(20260801, e); s.State != Done || s.Level != 0 {
		t.Errorf("done: %+v", s)
	}
	if o.By = Waived; o.On(20260801, e).State != Let {
		t.Error("a waiver is not seen")
	}
}

// TestReminds: on the ladder, on the day, and every week after.
func TestReminds(t *testing.T) {
	o := Obligation{Start: 20260101, Due: 20261231}
	got := map[int]bool{}
	for d := day.Of(2026, 9, 1); d < 20270131; d = d.AddDays(1) {
		if o.Reminds(d, []int{90, 60, 30, 15, 7}) {
			got[o.Due.Sub(d)] = true
		}
	}
	for _, left := range []int{90, 60, 30, 15, 7, 0, -7, -14, -21, -28} {
		if !got[left] {
			t.Errorf("nobody is reminded %d days before", left)
		}
		delete(got, left)
	}
	if len(got) > 0 {
		t.Errorf("reminded also on %v", got)
	}
}
