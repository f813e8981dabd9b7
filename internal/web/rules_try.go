package web

import (
	"net/http"
	"slices"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/rule"
)

// tryFields are the facts the form of the simulator asks for, in the order of the way; bool ones are choices.
var tryFields = []struct{ name, kind string }{
	{"person.birth", "date"}, {"person.schooling", "school"}, {"cert.issued", "date"}, {"course.issued", "date"}, {"route", "route"},
	{"dates.cell_vote", "date"}, {"dates.decide", "date"}, {"dates.receive", "date"}, {"dates.ceremony", "date"}, {"dates.cell_recognise", "date"},
	{"decider.power", "power"}, {"decider.kind", "kind"},
	{"vote.officials", "number"}, {"vote.excluded", "number"}, {"vote.summoned", "number"}, {"vote.present", "number"}, {"vote.issued", "number"}, {"vote.valid", "number"}, {"vote.for", "number"},
	{"no", "text"}, {"paper_date", "date"}, {"consent", "check"}, {"person.youth", "check"}, {"person.hard_area", "check"},
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
	for _, x := range tryFields {
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
	return f, errs
}

func (b Base) tryForm(r *http.Request, book *rule.Book, p *rule.Pack, f rule.Facts, errs map[string]fault.Text) ruleForm {
	step := f.Step
	if step == "" {
		step = "cell_vote"
	}
	packs := append([]Choice{{Label: b.T("rules.pack_of_day")}}, b.packChoices(book)...)
	form := ruleForm{Action: "/quy-tac/thu", Method: "get", Buttons: []Choice{{Label: b.T("rules.try_do"), Current: true}}, Fields: []Field{
		b.Field("on", b.T("rules.on"), f.On.VN(), errs).As("date").Must(),
		b.Field("step", b.T("rules.step"), step, errs).From(b.stepChoices(p, step)),
		b.Field("goi", b.T("rules.pack"), r.FormValue("goi"), errs).From(packs),
	}}
	for _, x := range tryFields {
		field := b.Field(x.name, b.T("rules.fact."+x.name), r.FormValue(x.name), errs)
		switch x.kind {
		case "date":
			field = field.As("date")
		case "number":
			field = field.Keys("numeric").Width("short")
		case "check":
			field = field.As("check").Tick(field.Value != "")
		case "text":
		default:
			field = field.From(b.factChoices(x.kind))
		}
		form.Fields = append(form.Fields, field)
	}
	return form
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
			}
			found.row(ruleRow{Name: v.checkTitle(o.Pack, f.Check), Badge: v.levelBadge(f.Level), Sub: f.Check}, ruleCell{Text: v.said(f.Text)}, ruleCell{Text: v.usedText(o.Pack, f.Used)}, ruleCell{Text: f.Clause})
		}
	}
	found.Note = v.T("rules.outcome", v.said(o.Pack.Title), bad, warn)
	v.Badge = v.levelBadge(rule.Pass)
	if bad > 0 {
		v.Badge = v.levelBadge(rule.Refuse)
	} else if warn > 0 {
		v.Badge = v.levelBadge(rule.Warn)
	}
	if o.Count != nil {
		v.Facts = []fact{{v.T("rules.vote_base"), v.Num(int64(o.Count.Base))}, {v.T("rules.vote_need"), v.Num(int64(o.Count.Need)) + " (" + o.Count.Share.String() + ")"}}
	}
	dues := v.table("dues", "rules.dues", "rules.col.what", "rules.col.start", "rules.col.due", "rules.col.source")
	for _, d := range o.Dues {
		cell := ruleCell{Text: d.Due.VN()}
		if d.Late != day.None {
			cell.Sub = v.T("rules.extended_to", d.Late)
		}
		dues.row(ruleRow{Name: v.said(d.Clock.Text)}, ruleCell{Text: d.Start.VN()}, cell, ruleCell{Text: d.Clock.Source, Badge: v.sureBadge(d.Clock.Sure)})
	}
	v.Tables = []ruleTable{found, dues}
}

func (b Base) checkTitle(p *rule.Pack, key string) string {
	for _, c := range p.Checks() {
		if c.Key == key {
			return b.said(c.Title)
		}
	}
	return key
}

// used writes the values a check looked at.

func (b Base) usedText(p *rule.Pack, used map[string]string) string {
	var out []string
	for _, f := range b.usedFacts(p, used) {
		out = append(out, f.Label+": "+f.Value)
	}
	return strings.Join(out, "; ")
}
