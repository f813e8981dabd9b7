package rule

import (
	"fmt"
	"slices"

	"ketnap/internal/fault"
)

// failed is a condition that cannot be evaluated: the pack is wrong, not what somebody typed.
func (p *Pack) failed(key string, err error) error {
	return fault.E("rule.Examine", fault.Internal, "", fmt.Errorf("%s: %s: %w", p.Ref(), key, err))
}

// Steps returns the steps that apply for these facts, in order, without the ways out.
func (p *Pack) Steps(f Facts) ([]StepRule, error) { return p.pick(f, false) }

// Exits returns the ways out and back that apply for these facts.
func (p *Pack) Exits(f Facts) ([]StepRule, error) { return p.pick(f, true) }

func (p *Pack) pick(f Facts, exit bool) ([]StepRule, error) {
	vars := f.variables(p)
	var out []StepRule
	for _, s := range p.steps {
		if s.Exit != exit {
			continue
		}
		ok, err := s.when.holds(vars)
		if err != nil {
			return nil, p.failed(s.Step, err)
		}
		if ok {
			out = append(out, s)
		}
	}
	return out, nil
}

// Needed returns the papers of the checklist that apply for these facts.
func (p *Pack) Needed(f Facts) ([]Paper, error) {
	vars := f.variables(p)
	var out []Paper
	for _, s := range p.papers {
		ok, err := s.when.holds(vars)
		if err != nil {
			return nil, p.failed(s.Key, err)
		}
		if ok {
			out = append(out, s)
		}
	}
	return out, nil
}

// Print returns the forms that apply for these facts.
func (p *Pack) Print(f Facts) ([]FormRule, error) {
	vars := f.variables(p)
	var out []FormRule
	for _, s := range p.forms {
		ok, err := s.when.holds(vars)
		if err != nil {
			return nil, p.failed(s.Code, err)
		}
		if ok {
			out = append(out, s)
		}
	}
	return out, nil
}

// Running returns the clocks that are about these facts, whether they have started or not.
func (p *Pack) Running(f Facts) ([]Clock, error) {
	vars := f.variables(p)
	var out []Clock
	for _, c := range p.clocks {
		ok, err := c.when.holds(vars)
		if err != nil {
			return nil, p.failed(c.Key, err)
		}
		if ok {
			out = append(out, c)
		}
	}
	return out, nil
}

// Count is how the votes of a step are counted: the whole, the share of it and the fewest that are enough.
type Count struct {
	Share      Fraction
	Base, Need int
	Vote       Vote
}

// VoteOf counts the votes in the facts by the rule of their step. The share of a decision is that of the
// organ that decides. ok is false for a step without votes.
func (p *Pack) VoteOf(f Facts) (c Count, ok bool, err error) { return p.voteOf(&f, f.variables(p)) }

func (p *Pack) voteOf(f *Facts, vars map[string]any) (c Count, ok bool, err error) {
	i := slices.IndexFunc(p.votes, func(v Vote) bool { return v.Step == f.Step })
	if i < 0 {
		return c, false, nil
	}
	c.Vote, c.Share = p.votes[i], p.Fraction(p.votes[i].Share)
	if c.Vote.Share == "" {
		for _, d := range p.deciders {
			if d.Power == f.Decider.Power {
				c.Share = p.Fraction(d.Share)
			}
		}
	}
	if c.Base, err = c.Vote.base.number(vars); err != nil {
		return c, false, p.failed(f.Step, err)
	}
	c.Need = c.Share.Need(c.Base)
	return c, true, nil
}

// May says whether the organ that decides in these facts may do so under the pack.
func (p *Pack) May(f Facts) (Decider, bool, error) {
	vars := f.variables(p)
	for _, d := range p.deciders {
		if d.Power != f.Decider.Power {
			continue
		}
		ok, err := d.when.holds(vars)
		if err != nil {
			return d, false, p.failed(d.Power, err)
		}
		if ok {
			return d, true, nil
		}
	}
	return Decider{}, false, nil
}

// Examine makes all checks of the step of the facts. What holds is a finding of level Pass.
func (p *Pack) Examine(f Facts) ([]Finding, error) { return p.examine(f, nil) }

// examine makes the checks of a step; with only, those it names, and returns of them what does not hold.
func (p *Pack) examine(f Facts, only func(*Check) bool) ([]Finding, error) {
	vars := f.variables(p)
	if c, ok, err := p.voteOf(&f, vars); err != nil {
		return nil, err
	} else if ok {
		vars["vote_base"], vars["vote_need"] = int64(c.Base), int64(c.Need)
	}
	_, may, err := p.May(f)
	if err != nil {
		return nil, err
	}
	vars["may_decide"] = may
	var found []Finding
	for i := range p.checks {
		c := &p.checks[i]
		if !slices.Contains(c.Steps, f.Step) || only != nil && !only(c) {
			continue
		}
		about, err := c.when.holds(vars)
		if err != nil {
			return nil, p.failed(c.Key, err)
		}
		if !about {
			continue
		}
		fits, err := c.must.holds(vars)
		if err != nil {
			return nil, p.failed(c.Key, err)
		}
		if only == nil || !fits {
			found = append(found, c.finding(fits, &f, vars))
		}
	}
	return found, nil
}

func (c *Check) finding(fits bool, f *Facts, vars map[string]any) Finding {
	r := Finding{Check: c.Key, Level: Pass, Clause: c.Source, Used: map[string]string{}}
	for _, u := range c.used {
		if s := u.get(f); s != "" {
			r.Used[u.name] = s
		}
	}
	if !fits {
		r.Level, r.Text = c.Level, map[string]string{}
		for lang, t := range c.words {
			r.Text[lang] = t.fill(vars)
		}
	}
	return r
}
