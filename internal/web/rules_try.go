package web

import (
	"net/http"
	"slices"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/rule"
)

// tryField is a fact the form of the simulator asks for.
type tryField struct{ name, kind string }

// tryParts are the facts the form of the simulator asks for, in the order of the way; bool ones are choices. What is
// seldom asked is folded.
var tryParts = []struct {
	title  string
	open   bool
	fields []tryField
}{
	{"rules.part.person", true, []tryField{{"person.birth", "date"}, {"person.schooling", "school"}, {"cert.issued", "date"}, {"route", "route"}, {"person.youth", "check"}, {"person.hard_area", "check"}, {"consent", "check"}}},
	{"rules.part.vote", true, []tryField{{"vote.officials", "number"}, {"vote.excluded", "number"}, {"vote.summoned", "number"}, {"vote.present", "number"}, {"vote.issued", "number"}, {"vote.valid", "number"}, {"vote.for", "number"}}},
	{"rules.part.done", false, []tryField{{"dates.cell_vote", "date"}, {"dates.decide", "date"}, {"dates.receive", "date"}, {"dates.ceremony", "date"}, {"course.issued", "date"}, {"dates.cell_recognise", "date"}}},
	{"rules.part.paper", false, []tryField{{"decider.power", "power"}, {"decider.kind", "kind"}, {"no", "text"}, {"paper_date", "date"}}},
}

// rulesTry says what would happen if a step were taken on a day: GET /quy-tac/thu.
func (a *App) rulesTry(w http.ResponseWriter, r *http.Request) error {
	book, err := a.Rules.Book(r.Context())
	if err != nil {
		return err
	}
	v := rulesView{Base: a.Base(r, "rules.try")}
	v.Crumbs = []Crumb{{v.T("rules.title"), "/quy-tac"}, {Label: v.Title}}
	v.Lead = v.T("rules.try_lead")
	f, errs := tryFacts(r, a.Rules.Today())
	p, err := book.On(f.On)
	if ref := r.FormValue("goi"); ref != "" {
		p, err = book.Pack(ref)
	}
	if err != nil {
		v.Wrong = v.Err(err)
		p = book.Packs()[len(book.Packs())-1]
	}
	v.Before = []ruleForm{v.tryForm(r, book, p, f, errs)}
	status := http.StatusOK
	if len(errs) > 0 {
		status, v.Wrong = http.StatusUnprocessableEntity, v.T("error.invalid")
	} else if r.FormValue("step") != "" && v.Wrong == "" {
		o, err := p.Simulate(f)
		if err != nil {
			return err
		}
		v.outcome(o)
	}
	return a.Render(w, r, status, "rules.html", v)
}

// tryFacts reads the facts that were typed in.
func tryFacts(r *http.Request, today day.Date) (rule.Facts, map[string]fault.Text) {
	f, errs := rule.Facts{Step: r.FormValue("step"), On: today, Today: today}, map[string]fault.Text{}
	if on := strings.TrimSpace(r.FormValue("on")); on != "" {
		d, err := day.Parse(on)
		if err != nil || !d.Valid() {
			errs["on"] = fault.Text{Key: "rules.fact_value", Args: []any{"on", on}}
		} else {
			f.On = d
		}
	}
	for _, part := range tryParts {
		for _, x := range part.fields {
			text := strings.TrimSpace(r.FormValue(x.name))
			if text == "" {
				continue
			}
			if x.kind == "check" {
				text = "true"
			}
			if err := f.Set(x.name, text); err != nil {
				errs[x.name] = fault.TextOf(err)
			}
		}
	}
	return f, errs
}

func (b Base) tryForm(r *http.Request, book *rule.Book, p *rule.Pack, f rule.Facts, errs map[string]fault.Text) ruleForm {
	step := f.Step
	if step == "" {
		step = "cell_vote"
	}
	packs := append([]Choice{{Label: b.T("rules.pack_of_day")}}, b.packChoices(book)...)
	form := ruleForm{Action: "/quy-tac/thu#t-found", Method: "get", Buttons: []Choice{{Label: b.T("rules.try_do"), Current: true}}, Fields: []Field{
		b.Field("on", b.T("rules.on"), f.On.VN(), errs).As("date").Must(),
		b.Field("step", b.T("rules.step"), step, errs).From(b.stepChoices(p, step)).Width("long"),
		b.Field("goi", b.T("rules.pack"), r.FormValue("goi"), errs).From(packs).Width("long"),
	}}
	for _, part := range tryParts {
		g := formPart{Title: b.T(part.title), Open: part.open}
		for _, x := range part.fields {
			field := b.tryField(x, r.FormValue(x.name), errs)
			g.Open = g.Open || field.Value != ""
			g.Fields = append(g.Fields, field)
		}
		form.Parts = append(form.Parts, g)
	}
	return form
}

func (b Base) tryField(x tryField, value string, errs map[string]fault.Text) Field {
	field := b.Field(x.name, b.T("rules.fact."+x.name), value, errs)
	switch x.kind {
	case "date":
		return field.As("date")
	case "number":
		return field.Keys("numeric").Width("short")
	case "check":
		return field.As("check").Tick(value != "")
	case "text":
		return field
	}
	return field.From(b.factChoices(x.kind))
}

// stepChoices are the steps something is checked at.
func (b Base) stepChoices(p *rule.Pack, now string) []Choice {
	var cs []Choice
	for _, s := range p.AllSteps() {
		checked := slices.ContainsFunc(p.Checks(), func(c rule.Check) bool { return slices.Contains(c.Steps, s.Step) })
		if checked || s.Step == now {
			cs = append(cs, Choice{Value: s.Step, Label: b.said(s.Text)})
		}
	}
	return cs
}

func (b Base) factChoices(kind string) []Choice {
	values := map[string][]string{"school": {"1", "2", "3", "4"}, "route": {"a", "b", "c"}, "power": {"standing", "committee", "collective"}, "kind": {"province", "upper", "grassroots", "base_cell"}}[kind]
	cs := []Choice{{Label: b.T("rules.unknown")}}
	for _, v := range values {
		cs = append(cs, Choice{Value: v, Label: b.T("rules.fact_is." + kind + "." + v)})
	}
	return cs
}

// outcome shows what would happen.
func (v *rulesView) outcome(o rule.Outcome) {
	found := v.table("found", "rules.findings", "rules.col.what", "rules.col.says", "rules.col.used", "rules.col.source")
	passed := v.table("passed", "rules.findings", "rules.col.what", "rules.col.used", "rules.col.source")
	bad, warn := 0, 0
	for _, level := range []rule.Level{rule.Refuse, rule.Warn, rule.Pass} {
		for _, f := range o.Findings {
			if f.Level != level {
				continue
			}
			switch level {
			case rule.Refuse:
				bad++
			case rule.Warn:
				warn++
			case rule.Pass:
				passed.row(ruleRow{Name: v.checkTitle(o.Pack, f.Check), Badge: v.levelBadge(f.Level)}, ruleCell{Text: v.usedText(o.Pack, f.Used)}, ruleCell{Text: f.Clause})
				continue
			}
			found.row(ruleRow{Name: v.checkTitle(o.Pack, f.Check), Badge: v.levelBadge(f.Level)}, ruleCell{Text: v.said(f.Text)}, ruleCell{Text: v.usedText(o.Pack, f.Used)}, ruleCell{Text: f.Clause})
		}
	}
	found.Note, found.Empty = v.T("rules.outcome", v.said(o.Pack.Title), bad, warn), v.T("rules.all_pass")
	passed.Title, passed.Fold = v.T("rules.passed", len(passed.Rows)), true
	v.Badge = v.levelBadge(rule.Pass)
	if bad > 0 {
		v.Badge = v.levelBadge(rule.Refuse)
	} else if warn > 0 {
		v.Badge = v.levelBadge(rule.Warn)
	}
	if o.Count != nil {
		found.Note += " " + v.T("rules.vote_said", o.Count.Base, o.Count.Need, o.Count.Share.String())
	}
	dues := v.table("dues", "rules.dues", "rules.col.what", "rules.col.start", "rules.col.due", "rules.col.source")
	for _, d := range o.Dues {
		cell := ruleCell{Text: d.Due.VN()}
		if d.Late != day.None {
			cell.Sub = v.T("rules.extended_to", d.Late)
		}
		dues.row(ruleRow{Name: v.said(d.Clock.Text)}, ruleCell{Text: d.Start.VN()}, cell, ruleCell{Text: d.Clock.Source, Badge: v.sureBadge(d.Clock.Sure)})
	}
	v.Tables = []ruleTable{found, passed, dues}
}

func (b Base) checkTitle(p *rule.Pack, key string) string {
	for _, c := range p.Checks() {
		if c.Key == key {
			return b.said(c.Title)
		}
	}
	return key
}

// usedText writes the values a check looked at.
func (b Base) usedText(p *rule.Pack, used map[string]string) string {
	var out []string
	for _, f := range b.usedFacts(p, used) {
		out = append(out, f.Label+": "+f.Value)
	}
	return strings.Join(out, "; ")
}
