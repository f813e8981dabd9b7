package web

import (
	"slices"

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
func (b Base) findings(fs []rule.Finding, accepted []string) []finding {
	var out []finding
	for _, level := range []rule.Level{rule.Refuse, rule.Warn, rule.Pass} {
		for _, f := range fs {
			if f.Level != level {
				continue
			}
			x := finding{Key: f.Check, Kind: map[rule.Level]string{rule.Refuse: "bad", rule.Warn: "warn", rule.Pass: "ok"}[level],
				Level: b.T("dossier.level." + string(level)), Text: f.Text[string(b.Lang)], Clause: f.Clause, Accepted: slices.Contains(accepted, f.Check)}
			for _, k := range sortedNames(f.Used) {
				x.Used = append(x.Used, fact{k, f.Used[k]})
			}
			out = append(out, x)
		}
	}
	return out
}

// Found writes what the rules found, each with its clause and the values it looked at. A dossier has hundreds of them.
func (b Base) Found(fs []finding) markup.Piece {
	var p markup.Pen
	b.writeFound(&p, fs)
	return p.Done()
}

func (b Base) writeFound(p *markup.Pen, fs []finding) {
	if len(fs) == 0 {
		return
	}
	p.Open("ul", markup.A("class", "stack"))
	for i := range fs {
		f := &fs[i]
		p.Open("li")
		p.Say(f.Level, "span", markup.A("class", "badge "+f.Kind))
		text := f.Text
		if text == "" {
			text = f.Key
		}
		p.Put(" " + text)
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
