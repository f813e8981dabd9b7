package dossiers

import (
	"slices"
	"strconv"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/rule"
	"ketnap/internal/rules"
)

// choose finds the pack an act is examined under: the one the dossier is pinned to, else that of the day.
func (w *world) choose(on day.Date) error {
	p, err := rules.Pinned(w.tx, w.cell.ID, w.d.Pin(), on)
	w.pack = p
	return err
}

// certExpires is the last day on which a certificate is good, 0 when the pack says nothing of it.
func certExpires(p *rule.Pack, issued day.Date) day.Date {
	c, ok := p.Clock("certificate")
	if !ok || !issued.Valid() {
		return 0
	}
	return p.Due(c, issued, p.Calendar())
}

// wayOf is the way of the machine as the pack sees it.
func (w *world) wayOf(f rule.Facts) (dossier.Way, error) {
	way := dossier.Way{Probation: w.pack.Int("probation.months"), Fails: w.pack.Int("recognise.failed_votes"), Today: w.tx.Today}
	steps, err := w.pack.Steps(f)
	for _, s := range steps {
		way.Steps = append(way.Steps, dossier.Step(s.Step))
	}
	return way, err
}

// untilFacts is the later day that was agreed to for the period the act ends.
func (w *world) untilFacts(f *rule.Facts) {
	for _, a := range w.d.Standing() {
		if a.Step != dossier.Extend {
			continue
		}
		if c, ok := w.pack.Clock(a.Details.Clock); ok && slices.Contains(c.Close, f.Step) {
			f.Until = max(f.Until, a.Details.Until)
		}
	}
}

// needed lists the papers the pack asks of this dossier.
func (w *world) needed(f rule.Facts) ([]PaperLine, error) {
	ps, err := w.pack.Needed(f)
	var out []PaperLine
	for _, p := range ps {
		out = append(out, PaperLine{Code: p.Key, Type: p.Code, Office: p.Office, Text: p.Text, Step: p.Step})
	}
	return out, err
}

// Count says how the figures of a vote are counted under the pack; ok is false when it asks for no share.
func (v View) Count(s dossier.Step, vote dossier.Vote) (c Count, ok bool) {
	f := v.Facts
	f.Step, f.Vote = string(s), voteFacts(&vote)
	n, ok, err := v.Rules.VoteOf(f)
	if err != nil || !ok || n.Share.Den == 0 {
		return c, false
	}
	return Count{Base: n.Base, Need: n.Need, Share: n.Share.String()}, true
}

func voteFacts(v *dossier.Vote) rule.VoteFacts {
	return rule.VoteFacts{Known: true, Officials: v.Officials, Excluded: v.Excluded, Summoned: v.Summoned, Present: v.Present, Issued: v.Issued, Valid: v.Valid, For: v.For}
}

// Rule returns what the pack says of a step.
func (v View) Rule(s dossier.Step) (rule.StepRule, bool) {
	for _, r := range v.Rules.AllSteps() {
		if r.Step == string(s) {
			return r, true
		}
	}
	return rule.StepRule{}, false
}

// Due returns by when a step has to be done, and which clock says so; 0 when none runs. It is what is open among the obligations of the
// person, so that the card of the next step never says other than the lists do: of what comes again each year the coming day, a later day
// that was agreed to, nothing that was waived or only has to pass.
func (v View) Due(s dossier.Step) (on day.Date, c rule.Clock) {
	for _, o := range v.obligations {
		x, ok := v.Rules.Clock(o.Clock)
		if !ok || !o.Open() || o.Waits || !slices.Contains(x.Close, string(s)) {
			continue
		}
		if on == 0 || o.Due < on {
			on, c = o.Due, x
		}
	}
	return on, c
}

// dueOf follows a clock to the fact it starts from, which may be the end of another.
func dueOf(p *rule.Pack, f rule.Facts, c rule.Clock, depth int) day.Date {
	start := day.Date(f.Dates[c.Start])
	switch other, chained := p.Clock(c.Start); {
	case c.Start == "birth":
		start = f.Person.Birth
	case c.Start == "cert":
		start = f.Cert.Issued
	case start == 0 && chained && depth > 0:
		start = dueOf(p, f, other, depth-1)
	}
	if !start.Valid() {
		return 0
	}
	return p.Due(c, start, p.Calendar())
}

// otherPacks lists the packs a dossier could move to.
func (w *world) otherPacks() ([]string, error) {
	b, err := rules.Book(w.tx)
	if err != nil {
		return nil, err
	}
	var refs []string
	for _, p := range b.Packs() {
		if p.Ref() != w.d.Pin() {
			refs = append(refs, p.Ref())
		}
	}
	return refs, nil
}

// compare says what differs between the pack of the dossier and another for it: steps, papers, the
// checks of what is still to come, and dates.
func (w *world) compare(to string) ([]Change, error) {
	next, err := rules.Pinned(w.tx, w.cell.ID, to, w.tx.Today)
	if err != nil {
		return nil, fault.E("dossiers.compare", fault.Invalid, "dossier.pack_unknown", to, err)
	}
	f, err := w.facts(&dossier.Act{On: w.tx.Today}, 0)
	if err != nil {
		return nil, err
	}
	var out []Change
	for _, part := range []func(p *rule.Pack, f rule.Facts) ([]line, error){w.documentLines, w.stepLines, w.paperLines, w.checkLines, w.clockLines} {
		a, err := part(w.pack, f)
		if err != nil {
			return nil, err
		}
		b, err := part(next, f)
		if err != nil {
			return nil, err
		}
		out = append(out, diff(a, b)...)
	}
	return out, nil
}

// line is one requirement of a pack for a dossier, and its value.
type line struct {
	what, key, value, clause string
	text                     map[string]string
}

// diff lists what only one of two packs asks for, and what both ask for with another value.
func diff(a, b []line) []Change {
	var out []Change
	find := func(list []line, key string) (line, bool) {
		i := slices.IndexFunc(list, func(l line) bool { return l.key == key })
		if i < 0 {
			return line{}, false
		}
		return list[i], true
	}
	for _, y := range b {
		switch x, both := find(a, y.key); {
		case !both:
			out = append(out, Change{Kind: Added, What: y.what, Key: y.key, Text: y.text, After: y.value, Clause: y.clause})
		case x.value != y.value:
			out = append(out, Change{Kind: Changed, What: y.what, Key: y.key, Text: y.text, Before: x.value, After: y.value, Clause: y.clause})
		}
	}
	for _, x := range a {
		if _, both := find(b, x.key); !both {
			out = append(out, Change{Kind: Dropped, What: x.what, Key: x.key, Text: x.text, Before: x.value, Clause: x.clause})
		}
	}
	return out
}

// documentLines are the documents a pack rests on: what a resolution cites changes with them even where no number does.
func (w *world) documentLines(p *rule.Pack, _ rule.Facts) ([]line, error) {
	var out []line
	n := map[string]int{}
	for _, d := range p.In {
		n[d.Role]++
		out = append(out, line{what: "document", key: d.Role + strconv.Itoa(n[d.Role]), value: d.No + " (" + d.Date.VN() + ")", text: d.Text})
	}
	return out, nil
}

func (w *world) stepLines(p *rule.Pack, f rule.Facts) ([]line, error) {
	steps, err := p.Steps(f)
	var out []line
	for _, s := range steps {
		if !w.d.Has(dossier.Step(s.Step)) {
			out = append(out, line{what: "step", key: s.Step, clause: s.Clause, text: s.Text})
		}
	}
	return out, err
}

func (w *world) paperLines(p *rule.Pack, f rule.Facts) ([]line, error) {
	papers, err := p.Needed(f)
	var out []line
	for _, x := range papers {
		l := line{what: "paper", key: x.Key, clause: x.Clause, text: x.Text}
		if x.Months != "" {
			l.value = strconv.Itoa(p.Int(x.Months))
		}
		out = append(out, l)
	}
	return out, err
}

// checkLines are the checks of the steps that are still to come, with the values they ask for.
func (w *world) checkLines(p *rule.Pack, _ rule.Facts) ([]line, error) {
	var out []line
	for _, c := range p.Checks() {
		ahead := slices.ContainsFunc(c.Steps, func(s string) bool { return !w.d.Has(dossier.Step(s)) })
		if ahead {
			out = append(out, line{what: "check", key: c.Key, value: string(c.Level) + ": " + c.Must, clause: c.Clause, text: c.Title})
		}
	}
	return out, nil
}

// clockLines are the days by which something has to be done.
func (w *world) clockLines(p *rule.Pack, f rule.Facts) ([]line, error) {
	var out []line
	for _, c := range p.Clocks() {
		if slices.ContainsFunc(c.Close, func(s string) bool { return w.d.Has(dossier.Step(s)) }) {
			continue
		}
		l := line{what: "clock", key: c.Key, value: strconv.Itoa(c.Length) + " " + c.Unit + " (" + c.Start + ")", clause: c.Clause, text: c.Text}
		if due := dueOf(p, f, c, 3); due != 0 {
			l.value = due.VN()
		}
		out = append(out, l)
	}
	return out, nil
}
