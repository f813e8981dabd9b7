package batch

import (
	"strings"
	"unicode/utf8"

	"ketnap/internal/day"
	"ketnap/internal/ledger"
	"ketnap/internal/vi"
)

// Limits are what rows are held against. The ages come from a rule, never from code.
type Limits struct {
	Today       day.Date
	AsOf        day.Date // the day of the opening balance
	MinAge      int      // full years a person must have today
	JoinAge     int      // full years on the day of joining; 0 when the rule does not say
	JoinAgeFrom day.Date // since when JoinAge holds
	MaxAge      int      // above it the birth date is taken for a typing error
	Incomplete  bool     // take rows without the starred fields
	OneUnit     bool     // rows need not name their unit
}

// Finish puts together what several columns said and finds what is wrong with the row by itself.
func (d *Draft) Finish(k Kind, l Limits) {
	d.joinName()
	d.joinSexes()
	d.need(k, l)
	switch k {
	case Members:
		d.checkName()
		d.checkBirth(l)
		d.checkMember(l)
	case Pool:
		d.checkName()
		d.checkBirth(l)
		d.checkPool(l)
	case Movements:
		d.checkMovement(l)
	case Units:
		d.notAfter("founded", d.Org.Founded, l.Today)
	}
}

// joinName appends a given name that stands in a column of its own.
func (d *Draft) joinName() {
	if d.given != "" {
		d.Person.Name = strings.TrimSpace(d.Person.Name + " " + d.given)
	}
}

// joinSexes reads sex and birth from columns split by sex. Only a column "Nữ" being there, an empty
// cell means a man: that is what such a column says.
func (d *Draft) joinSexes() {
	born := d.births
	if born[1] != 0 && born[2] != 0 {
		d.Refuse(TwoMarks, "birth")
	} else if born[1] != 0 || born[2] != 0 {
		d.Person.Birth = max(born[1], born[2])
		if d.Person.Sex == 0 {
			d.Person.Sex = 1
			if born[2] != 0 {
				d.Person.Sex = 2
			}
		}
	}
	switch {
	case d.sexes[1] && d.sexes[2]:
		d.Refuse(TwoMarks, "sex")
	case d.sexes[2]:
		d.Person.Sex = 2
	case d.sexes[1], d.sexes[0] && d.Person.Sex == 0:
		d.Person.Sex = 1
	}
}

// need finds empty cells that must not be.
func (d *Draft) need(k Kind, l Limits) {
	for i := range dictionaries[k] {
		f := &dictionaries[k][i]
		switch {
		case f.Need == Optional, f.Need == Starred && l.Incomplete, d.Wrong(f.Code):
		case d.Given.has(f.bit):
		case f.Code == "sex" && d.Person.Sex != 0, f.Code == "birth" && d.Person.Birth != 0, f.Code == "name" && d.Person.Name != "":
		case (f.Code == "birth" || f.Code == "sex") && (d.Wrong("birth_male") || d.Wrong("birth_female") || d.Wrong("sex_male") || d.Wrong("sex_female")):
		case f.Code == "unit" && l.OneUnit:
		case f.Code == "card" && (!d.Has("official") || d.Has("old_card")): // the card comes with recognition
		default:
			d.Refuse(Missing, f.Code)
		}
	}
}

func (d *Draft) checkName() {
	n := d.Person.Name
	switch {
	case n == "" || d.Wrong("name"):
	case utf8.RuneCountInString(n) > 100:
		d.Refuse(TooLong, "name", utf8.RuneCountInString(n), 100)
	case len(vi.Words(n)) < 2 || strings.ContainsAny(n, "0123456789<>@#*=;:/\\\"|"):
		d.Refuse(OddName, "name", n)
	}
}

func (d *Draft) checkBirth(l Limits) {
	b := d.Person.Birth
	switch {
	case b == 0:
	case b > l.Today:
		d.Refuse(FutureDate, "birth", b)
	case b.AgeAt(l.Today) < l.MinAge:
		d.Refuse(TooYoung, "birth", b, l.MinAge)
	case b.AgeAt(l.Today) > l.MaxAge:
		d.Refuse(TooOld, "birth", b, l.MaxAge)
	}
}

func (d *Draft) checkMember(l Limits) {
	p := &d.Person
	d.notAfter("joined", p.Joined, l.Today)
	d.notAfter("official", p.OfficialOn, l.Today)
	d.notAfter("card_on", day.Date(d.Sealed.CardOn), l.Today)
	d.notAfter("party_age", p.PartyAge, l.Today)
	d.inOrder("joined", p.Joined, "birth", p.Birth)
	d.inOrder("official", p.OfficialOn, "joined", p.Joined)
	if l.JoinAge > 0 && p.Joined >= l.JoinAgeFrom && p.Birth != 0 && !d.Wrong("birth") && !d.Wrong("joined") && p.Birth.AgeAt(p.Joined.Last()) < l.JoinAge {
		d.Refuse(TooYoung, "joined", p.Joined, l.JoinAge)
	}
	for _, on := range []struct {
		code Code
		day  day.Date
	}{{"joined", p.Joined}, {"official", p.OfficialOn}} {
		if on.day.Partial() && on.day.Last() > l.AsOf && !d.Wrong(on.code) {
			d.Refuse(NeedsFullDate, on.code, on.day.VN())
		}
	}
	d.Stage = ledger.Probationary
	if p.OfficialOn != 0 {
		d.Stage = ledger.Official
	}
}

func (d *Draft) checkPool(l Limits) {
	p := &d.Person
	d.notAfter("pool_on", p.PoolOn, l.Today)
	d.notAfter("cert_on", p.CertOn, l.Today)
	d.inOrder("pool_on", p.PoolOn, "birth", p.Birth)
	d.inOrder("cert_on", p.CertOn, "birth", p.Birth)
	if d.Stage == ledger.Outside && !d.Wrong("stage") {
		d.Stage = ledger.Pool
		if p.CertNo != "" || p.CertOn != 0 {
			d.Stage = ledger.Certified
		}
	}
}

func (d *Draft) checkMovement(l Limits) {
	d.notAfter("effective", d.Effective, l.Today)
	d.notAfter("decided_on", d.DecidedOn, l.Today)
	if !d.Has("number") && !(d.Has("name") && d.Has("birth")) {
		d.Refuse(Missing, "number")
	}
	switch d.Cause {
	case ledger.Transfer:
		if !d.Has("to") {
			d.Refuse(Missing, "to")
		}
	case ledger.ArriveFrom, ledger.Restore, ledger.Readmit, 0:
	default:
		if d.Has("to") {
			d.Problems = append(d.Problems, Problem{Trouble: Ledger, Field: "to", Key: "ledger.unit_must_stay"})
		}
	}
}

func (d *Draft) notAfter(code Code, on, limit day.Date) {
	if on > limit && !d.Wrong(code) {
		d.Refuse(FutureDate, code, on)
	}
}

// inOrder refuses a date that is surely before the one it must follow.
func (d *Draft) inOrder(code Code, on day.Date, before Code, earlier day.Date) {
	if on != 0 && earlier != 0 && on.Last() < earlier.First() && !d.Wrong(code) && !d.Wrong(before) {
		d.Refuse(DateOrder, code, on, HeadOf(Members, before), earlier)
	}
}

// Steps are the movements by which a new person comes to the stage the row says. What happened up to
// the day of the opening balance is in the balance; what happened after it counts as what it was.
func (d *Draft) Steps(k Kind, l Limits) []ledger.Movement {
	type event struct {
		on    day.Date
		cause ledger.Cause
		stage ledger.Stage
	}
	p := &d.Person
	var events []event
	if k == Members {
		events = []event{{p.Joined, ledger.Admit, ledger.Probationary}, {p.OfficialOn, ledger.Recognise, ledger.Official}}
	} else {
		events = []event{{p.PoolOn, ledger.Adopt, ledger.Pool}, {p.CertOn, ledger.Certify, ledger.Certified}}
	}
	at := ledger.Outside
	start := l.AsOf
	var later []ledger.Movement
	for _, e := range events {
		switch {
		case e.stage > d.Stage, e.on == 0 && e.stage != d.Stage:
		case e.on <= l.AsOf || !e.on.Valid():
			if len(later) == 0 {
				at = e.stage
			}
		default:
			later = append(later, ledger.Movement{To: ledger.Place{Stage: e.stage}, Cause: e.cause, Effective: e.on})
		}
	}
	if !reaches(at, later, d.Stage) { // no column says when, or the dates do not follow each other
		at, later = d.Stage, nil
		start = max(l.AsOf, p.PoolOn, p.CertOn)
	}
	var steps []ledger.Movement
	if at != ledger.Outside {
		steps = append(steps, ledger.Movement{To: ledger.Place{Stage: at}, Cause: ledger.Opening, Effective: start})
	}
	steps = append(steps, later...)
	for i := range steps {
		if k == Pool && steps[i].To.Stage == ledger.Pool || k == Pool && i == 0 {
			steps[i].Decision, steps[i].DecidedOn = d.Decision, p.PoolOn
		}
	}
	return steps
}

// reaches reports whether the steps lead to a stage in the order of their days.
func reaches(at ledger.Stage, later []ledger.Movement, goal ledger.Stage) bool {
	var last day.Date
	for _, m := range later {
		if m.Effective < last {
			return false
		}
		at, last = m.To.Stage, m.Effective
	}
	return at == goal
}
