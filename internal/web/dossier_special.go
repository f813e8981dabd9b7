package web

import (
	"net/url"
	"strconv"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/rule"
)

// specialTicks are the questions about an applicant that are answered by a tick, in the order of the paper form.
var specialTicks = []struct {
	name string
	of   func(*dossier.Special) *bool
}{
	{"foreign_spouse", func(s *dossier.Special) *bool { return &s.ForeignSpouse }},
	{"relatives_abroad", func(s *dossier.Special) *bool { return &s.Abroad }},
	{"political", func(s *dossier.Special) *bool { return &s.Political }},
	{"owner", func(s *dossier.Special) *bool { return &s.Owner }},
	{"assigned", func(s *dossier.Special) *bool { return &s.Assigned }},
}

// special asks what is considered under rules of its own; what was declared before is filled in.
func (p *actPage) special() {
	if p.In.Get("key") == "" {
		if s := p.V.Dossier.Special(); s != nil {
			specialValues(p.In, s)
		}
	}
	for _, t := range specialTicks {
		p.Special = append(p.Special, p.Field(t.name, p.T("dossier.field."+t.name), "", p.Errs).As("check").Tick(p.In.Get(t.name) != ""))
	}
	pick := func(name, prefix string, values ...string) {
		cs := append([]Choice{{Label: p.T("dossier.special.none")}}, p.choices(prefix, false, values...)...)
		p.Special = append(p.Special, p.Field(name, p.T("dossier.field."+name), p.In.Get(name), p.Errs).From(cs))
	}
	date := func(name string) {
		p.Special = append(p.Special, p.Field(name, p.T("dossier.field."+name), p.In.Get(name), p.Errs).As("date"))
	}
	pick("discipline", "dossier.discipline.", dossier.Disciplines...)
	pick("child", "dossier.child.", "3", "4", "5")
	date("child_born")
	if p.V.Facts.Readmit.Before {
		pick("left", "dossier.left.", dossier.Leavings...)
		date("cleared")
	}
}

// specialValues fills the form from what was declared.
func specialValues(in url.Values, s *dossier.Special) {
	for _, t := range specialTicks {
		if *t.of(s) {
			in.Set(t.name, "1")
		}
	}
	in.Set("discipline", s.Discipline)
	in.Set("left", s.Left)
	in.Set("child_born", dateText(s.ChildBorn))
	in.Set("cleared", dateText(s.Cleared))
	if s.Child != 0 {
		in.Set("child", strconv.Itoa(s.Child))
	}
}

func dateText(d day.Date) string {
	if d == 0 {
		return ""
	}
	return d.VN()
}

// readSpecial reads the questions of the steps that ask them.
func readSpecial(in url.Values, x *dossier.Details, e *fault.Error) {
	step := dossier.Step(in.Get("step"))
	if step != dossier.CV && step != dossier.Circumstances {
		return
	}
	s := &dossier.Special{Discipline: in.Get("discipline"), Left: in.Get("left")}
	for _, t := range specialTicks {
		*t.of(s) = in.Get(t.name) != ""
	}
	s.Child, _ = strconv.Atoi(in.Get("child"))
	for name, to := range map[string]*day.Date{"child_born": &s.ChildBorn, "cleared": &s.Cleared} {
		d, err := day.Parse(in.Get(name))
		if err != nil {
			t := fault.TextOf(err)
			e.Field(name, t.Key, t.Args...)
		}
		*to = d
	}
	x.Special = s
}

// specialFacts writes what was declared; "none" when everything was answered by no.
func (b Base) specialFacts(s *dossier.Special) []fact {
	var out []fact
	for _, t := range specialTicks {
		if *t.of(s) {
			out = append(out, fact{b.T("dossier.field." + t.name), b.T("person.yes")})
		}
	}
	if s.Discipline != "" {
		out = append(out, fact{b.T("dossier.field.discipline"), b.T("dossier.discipline." + s.Discipline)})
	}
	if s.Child != 0 {
		out = append(out, fact{b.T("dossier.field.child"), strconv.Itoa(s.Child) + " · " + b.Date(s.ChildBorn)})
	}
	if s.Left != "" {
		out = append(out, fact{b.T("dossier.field.left"), b.T("dossier.left." + s.Left)})
	}
	if s.Cleared != 0 {
		out = append(out, fact{b.T("dossier.field.cleared"), b.Date(s.Cleared)})
	}
	if len(out) == 0 {
		out = append(out, fact{b.T("step." + string(dossier.Circumstances)), b.T("dossier.special.none")})
	}
	return out
}

// specialOf is what the page of a dossier shows beside: what was declared, what the record says, and where
// it is asked for.
func (p *dossierPage) specialOf(f rule.Facts) {
	if f.Person.Hoa {
		p.Special = append(p.Special, fact{p.T("people.col.ethnic"), p.T("dossier.special.hoa")})
	}
	if f.Person.Religious {
		p.Special = append(p.Special, fact{p.T("people.col.religion"), p.T("dossier.special.religious")})
	}
	if s := p.V.Dossier.Special(); s != nil {
		p.Special = append(p.Special, p.specialFacts(s)...)
	}
	for _, s := range p.V.Beside {
		if s == dossier.Circumstances && p.V.MayWrite {
			p.Declare = actHref(p.V.Person.ID, s)
		}
	}
	p.Undeclared = !f.Special.Declared && p.Declare != ""
}
