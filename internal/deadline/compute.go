package deadline

import (
	"maps"
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/ledger"
	"ketnap/internal/rule"
)

// Terms are the periods of a rule pack.
type Terms interface {
	Ref() string
	Clocks() []rule.Clock
}

// Calendar counts working days (ngày làm việc).
type Calendar interface {
	AddWorking(d day.Date, n int) day.Date
}

// What a period may begin with beside a step: the day of birth, the certificate, each paper, each
// introducer, or the end of another period.
const (
	fromBirth      = "birth"
	fromCert       = "cert"
	fromPaper      = "paper"
	fromIntroducer = "introducer"
)

// Compute returns the obligations of a person in the order of the pack: open ones, and those an act in
// force has closed.
func Compute(pack Terms, cal Calendar, f Facts) []Obligation {
	clocks := pack.Clocks()
	out := make([]Obligation, 0, len(clocks))
	for i := range clocks {
		c := &clocks[i]
		for ref, start := range f.starts(clocks, c, cal) {
			if o := f.obligation(pack.Ref(), c, ref, start, cal); !o.Open() || f.Stage != ledger.Official || f.Dossier != 0 {
				out = append(out, o) // of an official member only what a dossier still asks
			}
		}
	}
	return out
}

func (f *Facts) obligation(pack string, c *rule.Clock, ref string, start day.Date, cal Calendar) Obligation {
	o := Obligation{Person: f.Person, Dossier: f.Dossier, Unit: f.Unit, Clock: c.Key, Ref: ref, Organ: organOf(c), Pack: pack, Start: start}
	o.Due = dueOf(c, start, cal)
	if until := f.Until[c.Key]; until > o.Due {
		o.Due = until
	}
	o.Warn = o.Due.AddDays(-slices.Max(append([]int{0}, c.Ahead...)))
	o.Warn = max(o.Warn, o.Start)
	o.Closed, o.By = f.closed(c, start)
	return o
}

// dueOf counts the length of a period from a day. The day it begins on is not counted.
func dueOf(c *rule.Clock, start day.Date, cal Calendar) day.Date {
	switch c.Unit {
	case "months":
		return start.AddMonths(c.Length)
	case "years":
		return start.AddMonths(12 * c.Length)
	case "working_days":
		return cal.AddWorking(start, c.Length)
	}
	return start.AddDays(c.Length)
}

// starts yields the days a period begins with, by reference; none when its ground is missing.
func (f *Facts) starts(all []rule.Clock, c *rule.Clock, cal Calendar) map[string]day.Date {
	from := map[string]day.Date{}
	switch c.Start {
	case fromBirth:
		from[""] = f.Birth.Last() // of a birth known in part, the day on which it is surely so
	case fromCert:
		from[""] = f.Cert
	case fromIntroducer:
		maps.Copy(from, f.Since)
	case fromPaper:
		for code, on := range f.Papers {
			from[code] = day.Date(on)
		}
	default:
		from[""] = f.step(all, c, cal)
	}
	maps.DeleteFunc(from, func(_ string, d day.Date) bool { return !d.Valid() })
	return from
}

// step returns the day of the step a period begins with, or the end of the period it begins with.
func (f *Facts) step(all []rule.Clock, c *rule.Clock, cal Calendar) day.Date {
	if on, ok := f.Dates[c.Start]; ok {
		return day.Date(on)
	}
	i := slices.IndexFunc(all, func(x rule.Clock) bool { return x.Key == c.Start })
	if i < 0 || all[i].Start == c.Start || all[i].Start == c.Key {
		return 0
	}
	if before := f.step(all, &all[i], cal); before.Valid() {
		return dueOf(&all[i], before, cal)
	}
	return 0
}

// closed says by what an obligation ended: an act of a closing step on or after its start, a later step
// of the chain, or the end of the way.
func (f *Facts) closed(c *rule.Clock, start day.Date) (day.Date, string) {
	var on day.Date
	by := ""
	for _, s := range c.Close {
		if d, ok := f.Dates[s]; ok && s != c.Start && (day.Date(d) >= start || chained(c)) && (by == "" || day.Date(d) < on) {
			on, by = day.Date(d), s
		}
	}
	if by == "" {
		if on, by = f.passed(c); by != "" && on == 0 {
			on = start // nobody recorded when
		}
	}
	if by == "" && f.Ended != 0 {
		on, by = f.Ended, Ended
	}
	return on, by
}

// chained reports whether a period begins with something that may lie after the act that closes it: the
// end of another period, an age, a paper.
func chained(c *rule.Clock) bool {
	_, step := order[dossier.Step(c.Start)]
	return !step
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
