package web

import (
	"strconv"
	"strings"

	"ketnap/internal/geo"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/units"
)

// shownEffect is what a decision would change, in words, with the form it was asked with: nothing of that can be changed here.
type shownEffect struct {
	Say     string
	Note    string // what follows from a decision of this kind
	Facts   []fact // the decision as it will be recorded
	Hidden  []Choice
	Touched []touchedUnit
	Goals   []splitShare
}

// touchedUnit is a unit that the decision ends or changes, in words.
type touchedUnit struct {
	Name, Href             string
	Ends                   *Badge
	People                 string
	Members, MembersHref   string
	Dossiers, DossiersHref string
	Below                  string
	BelowNames             []string
	Targets, Holders       []string
}

// frozen are the fields of the form that are carried from the preview to the record as they are.
var frozen = []string{"from", "into", "unit", "name", "short", "kind", "code", "location", "decision", "issuer", "decision_date", "date", "note"}

// show puts an effect and the form behind it into words.
func (p *reorganisePage) show(pick unitPick, e *units.Effect) {
	x := &shownEffect{Say: p.saying(e), Note: p.T("unit.act_note_of." + string(p.Viec)), Hidden: []Choice{{Label: "viec", Value: string(p.Viec)}}}
	p.Steps, p.Shown = p.actSteps(1), x
	for _, name := range frozen {
		for _, value := range p.In[name] {
			x.Hidden = append(x.Hidden, Choice{Label: name, Value: value})
		}
	}
	p.showSplit(x, e)
	if pick.unit != 0 { // what was typed stands for this one, also when another gets the name
		x.Hidden = append(x.Hidden, Choice{Label: "asked", Value: strings.TrimSpace(p.In.Get("unit"))}, Choice{Label: "pick", Value: pick.unit.String()})
	}
	x.Hidden = append(x.Hidden, Choice{Label: "key", Value: formKey()}, Choice{Label: "seen", Value: e.Mark})
	for i := range e.Units {
		x.Touched = append(x.Touched, p.touched(&e.Units[i]))
	}
	x.Facts = p.actFacts(e)
}

// actFacts tells the decision as it will be recorded.
func (p *reorganisePage) actFacts(e *units.Effect) []fact {
	var fs []fact
	add := func(key, value string) {
		if value != "" {
			fs = append(fs, fact{p.T(key), value})
		}
	}
	in := p.In.Get
	switch {
	case p.Viec == org.Split:
		add("unit.act_keep", p.T("unit.act_keep."+keepOf(p.In)))
		add("unit.kind", p.T("kind."+in("kind")))
	case e.New:
		add("unit.act_name_new", e.To.Name)
		add("unit.kind", p.T("kind."+string(e.Kind)))
		add("unit.short", in("short"))
		add("unit.field.code", in("code"))
		if place, known := geo.Lookup(in("location")); known && p.Unit.ID == 0 {
			add("unit.act_province", place.Full())
		}
		add("unit.above", p.Unit.Name)
	case p.Viec == org.Merged:
		add("unit.act_into", e.To.Name)
	case p.Viec == org.Renamed:
		add("unit.act_name", in("name"))
		add("unit.short", in("short"))
	default:
		add("unit.act_to."+string(p.Viec), e.To.Name)
	}
	add("unit.act_decision", in("decision"))
	add("unit.act_issuer", in("issuer"))
	add("unit.act_decided", in("decision_date"))
	add("unit.act_date", in("date"))
	add("unit.act_note", in("note"))
	return fs
}

// saying is the effect in one sentence.
func (p *reorganisePage) saying(e *units.Effect) string {
	people, below, ends := 0, 0, 0
	for i := range e.Units {
		people, below = people+len(e.Units[i].People), below+len(e.Units[i].Below)
		if e.Units[i].Ends {
			ends++
		}
	}
	on := p.In.Get("date")
	switch {
	case p.Viec == org.Split:
		return p.splitSaying(e)
	case p.Viec == org.Founded:
		return p.T("unit.act_say.found", on, e.To.Name, p.Unit.Name)
	case p.Viec == org.Renamed:
		return p.T("unit.act_say.rename", on, p.Unit.Name, p.In.Get("name"))
	case p.Viec == org.Reparented:
		return p.T("unit.act_say.reparent", on, p.Unit.Name, p.Unit.Above[len(p.Unit.Above)-1].Name, e.To.Name, e.Units[0].Members)
	case e.To == (units.Ref{}):
		return p.T("unit.act_say.end", on, p.Unit.Name)
	case e.New:
		return p.T("unit.act_say.merge_new", on, ends, e.To.Name, people, below)
	}
	return p.T("unit.act_say.merge", on, ends, e.To.Name, people, below)
}

// touched puts a unit that the decision touches into words.
func (p *reorganisePage) touched(u *units.Touched) touchedUnit {
	t := touchedUnit{Name: u.Name, Href: treeUnitHref(u.ID, 0), People: p.Num(int64(len(u.People))),
		Members: p.Num(u.Members), MembersHref: stockHref(u.ID, 0, ledger.Probationary, ledger.Official),
		Dossiers: p.Num(u.Dossiers), DossiersHref: "/ho-so?u=" + u.ID.String(), Below: p.Num(int64(len(u.Below))), BelowNames: u.Below}
	if u.Ends {
		t.Ends = &Badge{Kind: "warn", Text: p.T("unit.act_ends")}
	}
	for i := range u.Targets {
		x := &u.Targets[i]
		what := p.T("indicator." + x.Indicator)
		if x.Slice != "" {
			what += " (" + p.groupName(x.Slice) + ")"
		}
		t.Targets = append(t.Targets, p.T("unit.act_target", what, strconv.Itoa(x.Year), p.Target(*x)))
	}
	for _, h := range u.Holders {
		t.Holders = append(t.Holders, p.T("unit.act_holder", h.Name, h.Login, p.T("role."+string(h.Role))))
	}
	return t
}
