package rule

import (
	"slices"

	"ketnap/internal/day"
)

// Outcome is what would happen if a step were taken: under which pack, by which way, and which checks fail.
type Outcome struct {
	Pack     *Pack
	Steps    []StepRule
	Findings []Finding
	Dues     []Due
	Count    *Count // how the votes count; nil for a step without votes
}

// Due is a clock that runs, with its days.
type Due struct {
	Clock Clock
	Start day.Date
	Due   day.Date
	Late  day.Date // with the whole extension; None without one
}

// Simulate says what the pack of the day of the facts makes of them.
func (b *Book) Simulate(f Facts) (Outcome, error) {
	p, err := b.On(f.On)
	if err != nil {
		return Outcome{}, err
	}
	return p.Simulate(f)
}

// Simulate says what the pack makes of the facts. It writes nothing.
func (p *Pack) Simulate(f Facts) (Outcome, error) {
	o := Outcome{Pack: p}
	var err error
	if o.Steps, err = p.Steps(f); err != nil {
		return o, err
	}
	if o.Findings, err = p.Examine(f); err != nil {
		return o, err
	}
	if f.Vote.Known {
		c, ok, err := p.VoteOf(f)
		if err != nil {
			return o, err
		}
		if ok {
			o.Count = &c
		}
	}
	o.Dues, err = p.Dues(f)
	return o, err
}

// Dues returns every clock that has started for these facts, the step under examination taken as done.
func (p *Pack) Dues(f Facts) ([]Due, error) {
	running, err := p.Running(f)
	if err != nil {
		return nil, err
	}
	var out []Due
	for _, c := range running {
		start := p.Start(c, f)
		if start == day.None {
			continue
		}
		d := Due{Clock: c, Start: start, Due: p.Due(c, start, p.cal)}
		if c.Extension > 0 {
			d.Late = p.Extended(c, start, p.cal)
		}
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(x, y Due) int { return x.Due.Compare(y.Due) })
	return out, nil
}

// Start is the day a clock runs from for these facts, None while it does not run. A clock that runs from
// another one starts on the day the other is due.
func (p *Pack) Start(c Clock, f Facts) day.Date { return p.start(c, &f, 0) }

func (p *Pack) start(c Clock, f *Facts, depth int) day.Date {
	switch c.Start {
	case "birth":
		return f.Person.Birth
	case "cert":
		return f.Cert.Issued
	case "introducer":
		last := day.None
		for _, m := range f.Introducers {
			last = max(last, m.Since)
		}
		return last
	case "paper":
		return p.eldest(c, f)
	}
	if other, ok := p.Clock(c.Start); ok && other.Key != c.Key && depth < 4 && !p.hasStep(c.Start) {
		if from := p.start(other, f, depth+1); from != day.None {
			return p.Due(other, from, p.cal)
		}
		return day.None
	}
	if c.Start == f.Step {
		return f.On
	}
	return day.Date(f.Dates[c.Start])
}

// eldest is the day of the paper that is the first to be too old.
func (p *Pack) eldest(c Clock, f *Facts) day.Date {
	first := day.None
	for _, x := range p.Aging(c.Value) {
		if made := day.Date(f.Papers[x.Key]); made != day.None && (first == day.None || made < first) {
			first = made
		}
	}
	return first
}

func (p *Pack) hasStep(s string) bool {
	return slices.ContainsFunc(p.steps, func(r StepRule) bool { return r.Step == s })
}
