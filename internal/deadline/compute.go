package deadline

import (
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/ledger"
	"ketnap/internal/rule"
)

// Terms are the periods of a rule pack: those of rule.Pack.
type Terms interface {
	Ref() string
	Clocks() []rule.Clock
	Aging(value string) []rule.Paper
}

// What a period may begin with beside a step: the day of birth, the certificate, the certificate of the
// new members' course, each paper, each introducer, an offer to another unit, or the end of another period.
const (
	fromBirth      = "birth"
	fromCert       = "cert"
	fromCourse     = "course"
	fromPaper      = "paper"
	fromIntroducer = "introducer"
	fromOffer      = "offer"        // of somebody in the pool to another unit
	fromOffered    = "offer_member" // of a probationer to another unit
)

// Compute returns the obligations of a person in the order of the pack: open ones, and those an act in
// force has closed. A period that nothing can end is none.
func Compute(pack Terms, cal *day.Calendar, f Facts) []Obligation {
	e := engine{pack.Ref(), pack, pack.Clocks(), cal, &f}
	out := make([]Obligation, 0, len(e.clocks))
	for i := range e.clocks {
		c := &e.clocks[i]
		if len(c.Close) == 0 || f.Dossier == 0 && !shown(c) {
			continue
		}
		e.starts(c, func(ref string, start day.Date) {
			if o := e.obligation(c, ref, start); !o.Open() || f.Stage != ledger.Official || f.Dossier != 0 {
				out = append(out, o) // of an official member only what a dossier still asks
			}
		})
	}
	return out
}

// engine computes with one pack and calendar.
type engine struct {
	ref    string
	pack   Terms
	clocks []rule.Clock
	cal    *day.Calendar
	f      *Facts
}

func (e *engine) obligation(c *rule.Clock, ref string, start day.Date) Obligation {
	f := e.f
	o := Obligation{Person: f.Person, Dossier: f.Dossier, Unit: f.Unit, Clock: c.Key, Ref: ref, Organ: organOf(c), Pack: e.ref, Start: start}
	o.Due, o.Waits = c.After(start, c.Length, e.cal), e.waits(c)
	if until := f.Until[c.Key]; until > o.Due {
		o.Due = until
	}
	ahead := 0
	for _, n := range c.Ahead {
		ahead = max(ahead, n)
	}
	o.Warn = max(o.Due.AddDays(-ahead), o.Start)
	if e.before(c) != nil {
		o.Warn = o.Start // what follows the end of another period is work at once
	}
	o.Closed, o.By = f.closed(c, ref, start)
	return o
}

// waits reports whether a period only has to pass: another one begins at its end, or it is an introducer's.
func (e *engine) waits(c *rule.Clock) bool {
	return c.Start == fromIntroducer || slices.ContainsFunc(e.clocks, func(x rule.Clock) bool { return x.Start == c.Key && ends(&x) })
}

// ends reports whether a period begins with the end of another one: its start is neither a step nor a fact.
func ends(c *rule.Clock) bool {
	switch c.Start {
	case fromBirth, fromCert, fromCourse, fromPaper, fromIntroducer, fromOffer, fromOffered:
		return false
	}
	return !dossier.Step(c.Start).Valid()
}

// before returns the period with whose end one begins, nil when it begins otherwise.
func (e *engine) before(c *rule.Clock) *rule.Clock {
	if !ends(c) {
		return nil
	}
	i := slices.IndexFunc(e.clocks, func(x rule.Clock) bool { return x.Key == c.Start && !ends(&x) })
	if i < 0 {
		return nil
	}
	return &e.clocks[i]
}

// starts yields the days a period begins with, by reference; none when its ground is missing.
func (e *engine) starts(c *rule.Clock, yield func(ref string, start day.Date)) {
	put := func(ref string, on day.Date) {
		if on.Valid() {
			yield(ref, on)
		}
	}
	f := e.f
	switch c.Start {
	case fromBirth:
		put("", f.Birth.Last()) // of a birth known in part, the day on which it is surely so
	case fromCert:
		put("", f.Cert)
	case fromOffer, fromOffered:
		if (c.Start == fromOffered) == f.Stage.Member() {
			put("", f.Offered)
		}
	case fromCourse:
		put("", day.Date(f.Dates[string(dossier.NewCourse)]))
	case fromIntroducer:
		for _, x := range f.Introducers {
			put(x.Ref, x.On)
		}
	case fromPaper:
		for _, x := range e.pack.Aging(c.Value) {
			put(x.Key, f.made(&x))
		}
	case string(dossier.Ask):
		for _, x := range f.Asked {
			if x.Abroad == abroad(c) {
				put(x.Ref, x.On)
			}
		}
	default:
		put("", e.step(c))
	}
}

// abroad reports whether a period is that of a verification abroad: packs name it so.
func abroad(c *rule.Clock) bool {
	const end = "_abroad"
	return len(c.Key) > len(end) && c.Key[len(c.Key)-len(end):] == end
}

// step returns the day of the step a period begins with, of the last that began it anew, or of the end
// of the period it begins with.
func (e *engine) step(c *rule.Clock) day.Date {
	if on, ok := e.f.Dates[c.Start]; ok {
		for _, s := range c.Close {
			if again[dossier.Step(s)] {
				on = max(on, e.f.Dates[s])
			}
		}
		return day.Date(on)
	}
	if before := e.before(c); before != nil {
		if start := e.step(before); start.Valid() {
			return before.After(start, before.Length, e.cal)
		}
	}
	return 0
}

// closed says by what an obligation ended: an act of a closing step on or after its start, a later step
// of the chain, or the end of the way.
func (f *Facts) closed(c *rule.Clock, ref string, start day.Date) (day.Date, string) {
	if c.Start == string(dossier.Ask) {
		if on := f.answered(ref); on != 0 {
			return on, string(dossier.Answer)
		}
	} else if on, by := f.act(c, start); by != "" {
		return on, by
	}
	on, by := f.passed(c)
	switch {
	case by == "" && f.Ended != 0:
		on, by = f.Ended, Ended
	case by != "" && on == 0:
		on = start // nobody recorded when
	}
	return on, by
}

// act returns the first act of a closing step.
func (f *Facts) act(c *rule.Clock, start day.Date) (on day.Date, by string) {
	_, step := order[dossier.Step(c.Start)]
	for _, s := range c.Close {
		d, ok := f.Dates[s]
		if !ok || s == c.Start || again[dossier.Step(s)] {
			continue
		}
		// What begins with a birth, a paper or the end of another period may begin after the act that closes it.
		if (!step || day.Date(d) >= start) && (by == "" || day.Date(d) < on) {
			on, by = day.Date(d), s
		}
	}
	return on, by
}

// passed finds a step of the chain behind the closing ones: who has come that far has done what the
// period was for, even when nobody recorded it.
func (f *Facts) passed(c *rule.Clock) (day.Date, string) {
	first := len(way)
	for _, s := range c.Close {
		if n, ok := over(dossier.Step(s)); ok {
			first = min(first, n)
		}
	}
	if n, ok := order[dossier.Step(c.Start)]; ok && n >= first {
		return 0, "" // it begins anew each time
	}
	for n := first; n < len(way); n++ {
		if d, ok := f.Dates[string(way[n])]; ok && way[n] != dossier.Step(c.Start) {
			return day.Date(d), string(way[n])
		}
	}
	if s, ok := reached[f.Stage]; ok && order[s] >= first {
		return day.Date(f.Dates[string(s)]), string(s)
	}
	return 0, ""
}
