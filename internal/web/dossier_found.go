package web

import (
	"slices"
	"strings"

	"ketnap/internal/markup"
	"ketnap/internal/rule"
)

// finding is one result of the rules as a page shows it.
type finding struct {
	Key, Kind, Level, Text, Clause string
	Used                           []fact
	Accepted                       bool
}

// findings writes the results of the rules in the language of the page: what is wrong first.
func (b Base) findings(p *rule.Pack, fs []rule.Finding, accepted []string) []finding {
	var out []finding
	for _, level := range []rule.Level{rule.Refuse, rule.Warn, rule.Pass} {
		for _, f := range fs {
			if f.Level != level {
				continue
			}
			x := finding{Key: f.Check, Kind: map[rule.Level]string{rule.Refuse: "bad", rule.Warn: "warn", rule.Pass: "ok"}[level],
				Level: b.T("dossier.level." + string(level)), Text: f.Text[string(b.Lang)], Clause: f.Clause, Accepted: slices.Contains(accepted, f.Check)}
			if x.Text == "" {
				x.Text = b.checkTitle(p, f.Check) // what holds has no words of its own: the pack names it
			}
			x.Used = b.usedFacts(p, f.Used)
			out = append(out, x)
		}
	}
	return out
}

// usedFacts are the values a check looked at, as people call them: the facts of the record and the values of the pack. Whether something is
// known at all stands in the words of the check.
func (b Base) usedFacts(p *rule.Pack, used map[string]string) []fact {
	var fs []fact
	for _, name := range sortedNames(used) {
		if strings.HasSuffix(name, ".known") {
			continue
		}
		x := fact{name, b.factText(name, used[name])}
		step, dated := strings.CutPrefix(name, "dates.")
		if v, ok := p.Value(name); ok {
			x = fact{b.said(v.Text), b.valueText(v)}
		} else if c, ok := p.Clock(name); ok {
			x = fact{b.said(c.Text), b.lengthText(c.Length, c.Unit)}
		} else if key := "rules.fact." + name; b.words.Has(key) {
			x.Label = b.T(key)
		} else if dated {
			x.Label = b.stepText(p, step)
		}
		fs = append(fs, x)
	}
	return fs
}

// factText says in words what a fact of a record is.
func (b Base) factText(name, value string) string {
	_, last, _ := strings.Cut(name, ".")
	keys := map[string]string{"schooling": "rules.fact_is.school.", "kind": "rules.fact_is.kind.", "power": "rules.fact_is.power.", "stage": "stage."}
	if name == "route" {
		keys[last] = "rules.fact_is.route."
	}
	if key := keys[last] + value; keys[last] != "" && b.words.Has(key) {
		return b.T(key)
	}
	switch value {
	case "true":
		return b.T("person.yes")
	case "false":
		return b.T("person.no")
	}
	return value
}

// Found writes what the rules found, each with its clause and the values it looked at. A dossier has hundreds of them.
func (b Base) Found(fs []finding) markup.Piece {
	var p markup.Pen
	b.writeFound(&p, fs)
	return p.Done()
}

// writeFound lists what does not hold; what does is folded behind its number, so that it does not bury the rest.
func (b Base) writeFound(p *markup.Pen, fs []finding) {
	holds := slices.IndexFunc(fs, func(f finding) bool { return f.Kind == "ok" })
	if holds < 0 {
		holds = len(fs)
	}
	b.foundList(p, fs[:holds])
	if n := len(fs) - holds; n > 0 {
		p.Open("details", markup.A("class", "data"))
		p.Say(b.T("rules.passed", n), "summary")
		b.foundList(p, fs[holds:])
		p.Close()
	}
}

func (b Base) foundList(p *markup.Pen, fs []finding) {
	if len(fs) == 0 {
		return
	}
	p.Open("ul", markup.A("class", "stack"))
	for i := range fs {
		f := &fs[i]
		p.Open("li")
		p.Say(f.Level, "span", markup.A("class", "badge "+f.Kind))
		p.Put(" " + f.Text)
		if f.Accepted {
			p.Put(" ")
			p.Say("("+b.T("dossier.accepted")+")", "span", markup.A("class", "quiet"))
		}
		p.Put(" ")
		p.Open("span", markup.A("class", "quiet"))
		p.Put(f.Clause)
		for k, u := range f.Used {
			sep := "; "
			if k == 0 {
				sep = " · "
			}
			p.Put(sep + u.Label + ": " + u.Value)
		}
		p.Close()
		p.Close()
	}
	p.Close()
}
