package web

import (
	"net/http"
	"net/url"
	"slices"

	"ketnap/internal/fault"
	"ketnap/internal/geo"
	"ketnap/internal/org"
	"ketnap/internal/units"
)

// newKinds are the kinds of units that can be founded below another.
var newKinds = []org.Kind{org.Upper, org.Grassroots, org.BaseCell, org.Section, org.Cell}

// kindBelow is the kind of unit that is founded below one of a kind as a rule.
var kindBelow = map[org.Kind]org.Kind{org.Province: org.Upper, org.Upper: org.Grassroots, org.Grassroots: org.Cell, org.Section: org.Cell}

// fillIn shows the form of the decision, with what is wrong beside its fields.
func (a *App) fillIn(w http.ResponseWriter, r *http.Request, status int, p reorganisePage, pick unitPick, failed error) error {
	errs := map[string]fault.Text{}
	for name, t := range fieldsOf(failed) {
		errs[name] = t
	}
	if failed != nil {
		p.Wrong = p.Err(failed)
		if len(errs) == 0 {
			errs[mainField(p.Viec)] = fault.TextOf(failed)
		}
		if t, ok := errs["kind"]; ok && p.Viec == org.Reparented { // there the kind is that of the unit that moves
			errs["unit"] = t
		}
	}
	p.Steps = p.actSteps(0)
	p.Picks = pick.among
	if err := a.reorganiseFields(r, &p, pick, errs); err != nil {
		return err
	}
	return a.Render(w, r, status, "reorganise.html", p)
}

// reorganiseFields makes the fields that the kind of decision needs.
func (a *App) reorganiseFields(r *http.Request, p *reorganisePage, pick unitPick, errs map[string]fault.Text) error {
	text := func(name, key string) Field { return p.Field(name, p.T(key), p.In.Get(name), errs) }
	var err error
	switch p.Viec {
	case org.Merged:
		err = a.mergeFields(r, p, errs)
	case org.Split:
		err = a.splitFields(r, p, errs)
	case org.Founded:
		kind := p.In.Get("kind")
		if kind == "" {
			kind = string(kindBelow[p.Unit.Kind])
		}
		p.Fields = p.newFields(p.In, kind, errs, p.T("unit.act_name"))
		if p.Unit.ID == 0 { // its kind is no question, its province is
			p.Fields[2] = p.Field("location", p.T("unit.act_province"), p.In.Get("location"), errs).From(p.provinceChoices()).Width("medium").Must()
		}
		p.Fields[0] = p.Fields[0].Must()
	case org.Renamed:
		p.Fields = []Field{text("name", "unit.act_name").Must(), text("short", "unit.short").Width("medium")}
		if _, filled := p.In["name"]; !filled {
			p.Fields[0].Value, p.Fields[1].Value = p.Unit.Name, p.Unit.Short
		}
	case org.Reparented, org.Dissolved:
		f := text("unit", "unit.act_to."+string(p.Viec)).Help(p.T("unit.act_hint." + string(p.Viec)))
		if name, err := a.People.UnitName(r.Context(), a.actor(r), pick.unit); pick.unit != 0 && err == nil {
			f = f.Help(p.T("person.unit_chosen", name) + " " + p.T("person.unit_other"))
		}
		if p.Viec == org.Reparented {
			f = f.Must()
		}
		p.Fields = []Field{f}
	}
	p.Paper = []Field{text("decision", "unit.act_decision").Must().Width("medium"), text("issuer", "unit.act_issuer").Width("medium"),
		text("decision_date", "unit.act_decided").As("date").Width("short"), text("date", "unit.act_date").As("date").Width("short").Must().Help(p.T("unit.act_date_hint")),
		text("note", "unit.act_note")}
	return err
}

// mergeFields offers the units below to be merged, and what they become.
func (a *App) mergeFields(r *http.Request, p *reorganisePage, errs map[string]fault.Text) error {
	below, err := a.allBelow(r, p.Unit)
	if err != nil {
		return err
	}
	into := []Choice{{Label: p.T("unit.act_new"), Value: newUnit}}
	for i := range below {
		n := &below[i]
		c := Choice{Label: n.Name, Value: n.ID.String(), Count: p.T("unit.members", n.Members), Current: slices.Contains(p.In["from"], n.ID.String())}
		p.Among = append(p.Among, c)
		into = append(into, Choice{Label: n.Name, Value: c.Value})
	}
	if t, wrong := errs["from"]; wrong {
		p.WrongOf = p.T(string(t.Key), t.Args...)
	}
	p.Fields = append([]Field{p.Field("into", p.T("unit.act_into"), p.In.Get("into"), errs).From(into).Help(p.T("unit.act_into_hint"))},
		p.newFields(p.In, p.In.Get("kind"), errs, p.T("unit.act_name_new"))...)
	kind := &p.Fields[3]
	kind.Options = append([]Choice{{Label: p.T("unit.act_kind_same")}}, kind.Options...)
	return nil
}

// newFields are the particulars of a unit to be founded.
func (b Base) newFields(in url.Values, kind string, errs map[string]fault.Text, name string) []Field {
	var kinds []Choice
	for _, k := range newKinds {
		kinds = append(kinds, Choice{Label: b.T("kind." + string(k)), Value: string(k)})
	}
	return []Field{b.Field("name", name, in.Get("name"), errs), b.Field("short", b.T("unit.short"), in.Get("short"), errs).Width("medium"),
		b.Field("kind", b.T("unit.kind"), kind, errs).From(kinds).Width("medium"),
		b.Field("code", b.T("unit.field.code"), in.Get("code"), errs).Width("medium").Keys("numeric").Help(b.T("unit.act_code_hint"))}
}

// provinceChoices are the provinces whose organisation can be founded.
func (b Base) provinceChoices() []Choice {
	cs := []Choice{{Label: b.T("unit.act_province_none")}}
	for _, x := range geo.Provinces() {
		cs = append(cs, Choice{Label: x.Full(), Value: x.Code})
	}
	return cs
}

// allBelow reads all units directly below one.
func (a *App) allBelow(r *http.Request, v units.View) ([]units.Node, error) {
	var all []units.Node
	for after := ""; ; {
		page, err := a.Units.Children(r.Context(), a.actor(r), v.ID, 0, after)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Nodes...)
		if after = page.Next; after == "" {
			return all, nil
		}
	}
}

// actSteps says how far the wizard is.
func (b Base) actSteps(at int) []Step {
	var steps []Step
	for i, key := range []string{"unit.act_step1", "unit.act_step2", "unit.act_step3"} {
		s := Step{Label: b.T(key), State: "todo"}
		switch {
		case i < at:
			s.State = "done"
		case i == at:
			s.State = "now"
		}
		steps = append(steps, s)
	}
	return steps
}

// reorganiseRoutes registers the decisions on the tree.
func (a *App) reorganiseRoutes() {
	a.Handle("GET /to-chuc/{id}/sap-xep", a.reorganise)
	a.Handle("POST /to-chuc/{id}/sap-xep", a.reorganiseDo)
}
