package deadline

import (
	"maps"
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

func (terms) Aging(value string) []rule.Paper {
	if value == "" {
		return nil
	}
	return []rule.Paper{{Key: "application", Step: "open"}, {Key: "introduction", Step: "introduce"}, {Key: "youth", Step: "introduce", When: "route"}, {Key: "5B", Step: "opinions"}}
}

var pack = terms{
	{Key: "certificate", Start: "cert", Close: []string{"cell_vote"}, Length: 60, Unit: "months", Ahead: []int{183, 92, 31}},
	{Key: "age", Start: "birth", Close: []string{"cell_vote"}, Length: 60 * 12, Unit: "months", Ahead: []int{183}},
	{Key: "paper", Start: "paper", Value: "papers.months", Close: []string{"cell_vote"}, Length: 12, Unit: "months", Ahead: []int{61}},
	{Key: "introducer", Start: "introducer", Close: []string{"introduce"}, Length: 12, Unit: "months"},
	{Key: "decide", Start: "cell_vote", Close: []string{"decide"}, Length: 60, Unit: "working_days", Extension: 30, Ahead: []int{15}},
	{Key: "ceremony", Start: "decide", Close: []string{"ceremony"}, Length: 30, Unit: "working_days", Ahead: []int{10}},
	{Key: "own_cv", Start: "ceremony", Close: []string{"own_cv"}, Length: 30, Unit: "working_days"},
	{Key: "probation", Start: "ceremony", Close: []string{"cell_recognise"}, Length: 12, Unit: "months", Ahead: []int{90, 60, 30, 15, 7}},
	{Key: "consider", Start: "probation", Close: []string{"cell_recognise"}, Length: 30, Unit: "working_days"},
	{Key: "recognise", Start: "cell_recognise", Close: []string{"recognise"}, Length: 30, Unit: "working_days"},
	{Key: "remark", Start: "adopt", Close: []string{"remark"}, Length: 3, Unit: "months"},
	{Key: "review", Start: "adopt", Close: []string{"review", "open"}, Length: 12, Unit: "months"},
	{Key: "answer", Start: "ask", Close: []string{"answer"}, Length: 30, Unit: "working_days"},
	{Key: "answer_abroad", Start: "ask", Close: []string{"answer"}, Length: 90, Unit: "working_days"},
	{Key: "endless", Start: "adopt", Length: 5, Unit: "days"},
}

// vietnam is the real calendar.
var vietnam = func() *day.Calendar {
	c, err := day.NewCalendar(nil)
	if err != nil {
		panic(err)
	}
	return c
}()

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
	os := Compute(pack, vietnam, FactsOf(probationer(20260202)))
	for clock, want := range map[string]struct {
		due, warn, closed day.Date
		by                string
	}{
		"certificate": {20290110, 20280711, 20260202, "ceremony"}, // long past the cell's vote, nobody recorded it
		"age":         {20610305, 20600903, 20260202, "ceremony"},
		"probation":   {20270202, 20261104, 0, ""},
		"consider":    {20270323, 20270202, 0, ""}, // five working days of Tết in between
	} {
		o := byClock(t, os, clock)
		if o.Waits != (clock == "probation") {
			t.Errorf("%s waits: %v", clock, o.Waits)
		}
		if o.Due != want.due || o.Warn != want.warn || o.Closed != want.closed || o.By != want.by {
			t.Errorf("%s is due %v, warned %v, closed %v by %q; want %+v", clock, o.Due, o.Warn, o.Closed, o.By, want)
		}
	}
	for _, o := range os {
		switch o.Clock {
		case "decide", "own_cv", "remark", "review", "endless": // the record cannot show whether they were done
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
	f.Papers = []Dated{{Ref: "5B", On: 20251105}}
	os := Compute(pack, vietnam, f)
	if o := byClock(t, os, "introducer"); o.Due != 20260115 || o.Ref != id.ID(77).String() || o.Dossier != 5 || !o.Open() || !o.Waits {
		t.Errorf("introducer: %+v", o)
	}
	papers := map[string]Obligation{}
	for _, o := range os {
		if o.Clock == "paper" {
			papers[o.Ref] = o
		}
	}
	if o := papers["5B"]; len(papers) != 2 || o.Due != 20261105 || o.Warn != 20260905 || papers["application"].Due != 20261001 {
		t.Errorf("papers: %+v", papers)
	}
	if o := byClock(t, os, "age"); o.Due != 20611231 {
		t.Errorf("a birth known by its year is taken for its last day: %v", o.Due)
	}

	dates["introduce"], dates["cell_vote"] = 20251101, 20260130
	f.Follow(5, dates, []dossier.Act{{Step: dossier.Extend, On: 20260401, Details: dossier.Details{Clock: "decide", Until: 20260601}}})
	os = Compute(pack, vietnam, f)
	for _, clock := range []string{"certificate", "age", "paper", "introducer"} {
		if o := byClock(t, os, clock); o.Open() {
			t.Errorf("%s is still open after the cell's vote", clock)
		}
	}
	if o := byClock(t, os, "decide"); o.Due != 20260601 || o.Organ != Decider || o.Start != 20260130 {
		t.Errorf("decide, extended: %+v", o)
	}
	f.Until = nil
	if o := byClock(t, Compute(pack, vietnam, f), "decide"); o.Due != 20260506 { // over Tết, Hùng Kings' day made up for on a Monday, 30 April and 1 May
		t.Errorf("decide: %v", o.Due)
	}
}

// TestPapersAge: each paper is good from its own day: as it is kept, else that on the paper of its act; a paper made
// anew begins anew.
func TestPapersAge(t *testing.T) {
	p := &person.Person{ID: person1, Place: ledger.Place{Unit: 9, Stage: ledger.Dossier}, Birth: 20010000, PoolOn: 20230901}
	dates := map[string]int{"open": 20251001, "introduce": 20251101}
	acts := []dossier.Act{{Step: dossier.Open, On: 20251001, Dated: 20250920}, {Step: dossier.Introduce, On: 20251101, Details: dossier.Details{Route: "b"}}}
	for _, c := range []struct {
		kept []Dated
		want map[string]day.Date
	}{
		{nil, map[string]day.Date{"application": 20260920, "introduction": 20261101}},
		{[]Dated{{Ref: "youth", On: 20251015}}, map[string]day.Date{"application": 20260920, "introduction": 20261101, "youth": 20261015}},
		{[]Dated{{Ref: "application", On: 20260901}, {Ref: "unknown", On: 20200101}}, map[string]day.Date{"application": 20270901, "introduction": 20261101}},
	} {
		f := FactsOf(p)
		f.Follow(5, dates, acts)
		f.Papers = c.kept
		got := map[string]day.Date{}
		for _, o := range Compute(pack, vietnam, f) {
			if o.Clock == "paper" {
				got[o.Ref] = o.Due
			}
		}
		if !maps.Equal(got, c.want) {
			t.Errorf("%v: %v, not %v", c.kept, got, c.want)
		}
	}
}

// TestRepeats: what is done again and again begins anew with each time.
func TestRepeats(t *testing.T) {
	p := &person.Person{ID: person1, Place: ledger.Place{Unit: 9, Stage: ledger.Pool}, PoolOn: 20250901}
	for _, c := range []struct {
		dates  map[string]int
		remark day.Date
		review day.Date // 0 closed
	}{
		{map[string]int{"adopt": 20250901}, 20251201, 20260901},
		{map[string]int{"adopt": 20250901, "remark": 20260331}, 20260630, 20260901},
		{map[string]int{"adopt": 20250901, "remark": 20260331, "review": 20260815}, 20260630, 20270815},
		{map[string]int{"adopt": 20250901, "remark": 20260331, "review": 20260815, "open": 20260901}, 20260630, 0},
	} {
		f := FactsOf(p)
		f.Follow(5, c.dates, nil)
		os := Compute(pack, vietnam, f)
		if o := byClock(t, os, "remark"); !o.Open() || o.Due != c.remark {
			t.Errorf("%v: remark %+v", c.dates, o)
		}
		if o := byClock(t, os, "review"); o.Open() != (c.review != 0) || o.Open() && o.Due != c.review {
			t.Errorf("%v: review %+v", c.dates, o)
		}
	}
}

// TestRelatives: each relative asked about has a period of their own, a longer one abroad.
func TestRelatives(t *testing.T) {
	p := &person.Person{ID: person1, Place: ledger.Place{Unit: 9, Stage: ledger.Dossier}}
	about := func(key string, abroad bool) dossier.Details {
		return dossier.Details{Relative: &dossier.Relative{Key: key, Abroad: abroad}}
	}
	acts := []dossier.Act{
		{Step: dossier.Ask, On: 20260105, Details: about("father", false)}, {Step: dossier.Ask, On: 20260106, Details: about("uncle", true)},
		{Step: dossier.Ask, On: 20260301, Details: about("father", false)}, {Step: dossier.Answer, On: 20260310, Details: about("father", false)},
		{Step: dossier.Ask, On: 20260107, Details: about("wife", false)},
	}
	dates := map[string]int{"open": 20260101, "ask": 20260301, "answer": 20260310}
	f := FactsOf(p)
	f.Follow(5, dates, acts)
	got := map[string]Obligation{}
	for _, o := range Compute(pack, vietnam, f) {
		if o.Clock == "answer" || o.Clock == "answer_abroad" {
			got[o.Clock+" "+o.Ref] = o
		}
	}
	if len(got) != 3 || got["answer father"].Closed != 20260310 || got["answer father"].Start != 20260301 || !got["answer wife"].Open() || !got["answer_abroad uncle"].Open() {
		t.Errorf("%+v", got)
	}
	dates["verify"] = 20260401
	f = FactsOf(p)
	f.Follow(5, dates, acts)
	for _, o := range Compute(pack, vietnam, f) {
		if o.Open() && (o.Clock == "answer" || o.Clock == "answer_abroad") {
			t.Errorf("%s of %s is open after the verification was concluded", o.Clock, o.Ref)
		}
	}
}

// TestEnded: nothing is due for who left, and for an official member only what a dossier still asks.
func TestEnded(t *testing.T) {
	p := probationer(20260202)
	p.LastUnit, p.Place, p.Since = 9, ledger.Place{}, 20260501
	for _, o := range Compute(pack, vietnam, FactsOf(p)) {
		if o.Open() {
			t.Errorf("%s is open for somebody who left", o.Clock)
		}
	}
	p = probationer(20240202)
	p.Place.Stage, p.OfficialOn = ledger.Official, 20250202
	for _, o := range Compute(append(pack, rule.Clock{Key: "card", Start: "recognise", Close: []string{"card"}, Length: 30, Unit: "days"}), vietnam, FactsOf(p)) {
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
	w := Obligation{Start: 20260101, Warn: 20260601, Due: 20260630, Waits: true}
	if s := w.On(20260901, e); s.State != Reached || s.Level != 0 || w.Reminds(20260707, nil) {
		t.Errorf("time that has passed is no delay: %+v", s)
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
