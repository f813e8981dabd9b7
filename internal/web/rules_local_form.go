package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/person"
	"ketnap/internal/rule"
	"ketnap/internal/rules"
)

// needFields are what each kind of need asks for beside itself.
var needFields = map[string]string{
	rules.Grade: "rank", rules.Conduct: "rank", rules.OnePaper: "paper", rules.OneOpinion: "body", rules.LeastSchool: "school",
	rules.LeastAge: "number", rules.MostAge: "number", rules.PoolMonths: "number", rules.CertMonths: "number",
}

// needSteps are the steps some kinds are best looked at; the others are looked at when the cell votes.
var needSteps = map[string]string{rules.PoolMonths: "send", rules.CertMonths: "open"}

// readLocal reads an addition; what it is called and what to do are written from what was chosen when left empty.
func (a *App) readLocal(r *http.Request) rules.LocalForm {
	from, _ := day.Parse(r.PostFormValue("from"))
	f := rules.LocalForm{
		Unit: a.localUnit(r), Title: r.PostFormValue("title"), Paper: r.PostFormValue("kind") == "paper", Step: r.PostFormValue("step"), Level: r.PostFormValue("level"),
		Must: r.PostFormValue("must"), When: r.PostFormValue("when"), Text: r.PostFormValue("text"), Source: r.PostFormValue("source"), From: from,
		Need: rules.Need{Kind: r.PostFormValue("need"), Rank: r.PostFormValue("rank"), Paper: r.PostFormValue("paper"), Body: r.PostFormValue("body")},
	}
	n := &f.Need
	n.School, _ = strconv.Atoi(r.PostFormValue("school"))
	n.Number, _ = strconv.Atoi(strings.TrimSpace(r.PostFormValue("number")))
	n.Who = rules.Audience{Youth: r.PostFormValue("who_youth") != "", Union: r.PostFormValue("who_union") != "", Minority: r.PostFormValue("who_minority") != "", HardArea: r.PostFormValue("who_hard") != ""}
	for i := range person.Occupations {
		if r.PostFormValue("who_"+strconv.Itoa(i+1)) != "" {
			n.Who.Occupations = append(n.Who.Occupations, i+1)
		}
	}
	if f.Level == "" {
		f.Level = string(rule.Warn)
	}
	if !slices.Contains(rules.Needs, n.Kind) || n.Kind == rules.ByHand || n.Kind == rules.MorePaper {
		return f
	}
	b, what := a.Base(r, "rules.locals"), a.needWhat(r, *n)
	if strings.TrimSpace(f.Title) == "" {
		f.Title = b.T("rules.need_title."+n.Kind, what)
		if who := b.whom(n.Who); who != "" {
			f.Title += " (" + who + ")"
		}
	}
	if strings.TrimSpace(f.Text) == "" {
		f.Text = b.T("rules.need_text."+n.Kind, what)
	}
	return f
}

// whom is an audience in words, "" for everybody.
func (b Base) whom(a rules.Audience) string {
	var words []string
	for _, n := range a.Occupations {
		words = append(words, strings.ToLower(person.Occupations.In(string(b.Lang), n)))
	}
	for _, x := range []struct {
		on   bool
		name string
	}{{a.Youth, "youth"}, {a.Union, "union"}, {a.Minority, "minority"}, {a.HardArea, "hard"}} {
		if x.on {
			words = append(words, strings.ToLower(b.T("rules.who."+x.name)))
		}
	}
	return strings.Join(words, ", ")
}

// needWhat is what was chosen beside the kind, in words.
func (a *App) needWhat(r *http.Request, n rules.Need) string {
	b := a.Base(r, "rules.locals")
	switch needFields[n.Kind] {
	case "rank":
		return b.choiceOf("rules.rank.", n.Rank, rules.Ranks)
	case "body":
		return b.choiceOf("dossier.by.", n.Body, rules.Bodies)
	case "school":
		return strings.ToLower(person.Schoolings.In(string(b.Lang), n.School))
	case "number":
		return strconv.Itoa(n.Number)
	case "paper":
		book, err := a.Rules.Book(r.Context())
		if err != nil {
			return n.Paper
		}
		p, err := book.On(a.Rules.Today())
		if err != nil {
			return n.Paper
		}
		for _, x := range p.Papers() {
			if x.Key == n.Paper {
				return b.said(x.Text)
			}
		}
	}
	return ""
}

// choiceOf is the name of a code that is one of a list.
func (b Base) choiceOf(prefix, code string, among []string) string {
	if !slices.Contains(among, code) {
		return ""
	}
	return b.T(prefix + code)
}

func (b Base) choices(prefix string, codes []string) []Choice {
	cs := []Choice{{Label: b.T("rules.choose")}}
	for _, c := range codes {
		cs = append(cs, Choice{Label: b.T(prefix + c), Value: c})
	}
	return cs
}

// localForms is first the choice of what to add, then the form of it with its own fields alone.
func (a *App) localForms(r *http.Request, b Base, unit id.ID, tried *dossiers.LocalTry, failed error) ([]ruleForm, error) {
	need := r.FormValue("need")
	if need == "" && r.Method == http.MethodPost {
		need = rules.ByHand
	}
	pick := ruleForm{Title: b.T("rules.local_add"), Hint: b.T("rules.need_hint"), Action: "/quy-tac/bo-sung", Method: "get", Hidden: []Choice{{Label: "u", Value: unit.String()}}, Buttons: []Choice{{Label: b.T("rules.need_next"), Current: need == ""}},
		Fields: []Field{b.Field("need", b.T("rules.need"), need, nil).From(b.choices("rules.need.", rules.Needs)[1:]).Width("long")}}
	pick.Fields[0].Of = "pick"
	if !slices.Contains(rules.Needs, need) {
		return []ruleForm{pick}, nil
	}
	book, err := a.Rules.Book(r.Context())
	if err != nil {
		return nil, err
	}
	p, err := book.On(a.Rules.Today())
	if err != nil {
		return nil, err
	}
	return []ruleForm{pick, b.localForm(r, p, unit, need, tried, fieldsOf(failed))}, nil
}

func (b Base) localForm(r *http.Request, p *rule.Pack, unit id.ID, need string, tried *dossiers.LocalTry, errs map[string]fault.Text) ruleForm {
	field := func(name, label string) Field { return b.Field(name, b.T(label), r.PostFormValue(name), errs) }
	step := r.PostFormValue("step")
	if step == "" {
		if step = needSteps[need]; step == "" {
			step = "cell_vote"
		}
	}
	form := ruleForm{Title: b.T("rules.need." + need), Hint: b.T("rules.local_hint"), Action: "/quy-tac/bo-sung", Method: "post",
		Hidden:  []Choice{{Label: "u", Value: unit.String()}, {Label: "need", Value: need}},
		Buttons: []Choice{{Label: b.T("rules.local_try"), Value: "xem"}, {Label: b.T("rules.save"), Value: "ghi", Current: true}}}
	judged := rules.Need{Kind: need}.Judged()
	if !judged {
		form.Hint += " " + b.T("rules.need_by_hand")
	}
	if x := needFields[need]; x != "" {
		form.Fields = append(form.Fields, b.needField(r, p, need, x, errs))
	}
	own := need == rules.ByHand || need == rules.MorePaper // nothing to write the words from
	title, text := field("title", "rules.local_title"), field("text", "rules.local_text")
	if own {
		title, text = title.Must(), text.Must()
	} else {
		title, text = title.Help(b.T("rules.local_words_hint")), text.Help(b.T("rules.local_words_hint"))
	}
	form.Fields = append(form.Fields, title.Width("long"), b.Field("step", b.T("rules.col.step"), step, errs).From(b.stepChoices(p, step)).Width("long"))
	if need != rules.MorePaper {
		if judged || errs["level"].Key != "" {
			levels := []Choice{{Value: "warn", Label: b.T("rules.level_is.warn")}, {Value: "refuse", Label: b.T("rules.level_is.refuse")}}
			form.Fields = append(form.Fields, field("level", "rules.col.level").From(levels))
		}
		form.Fields = append(form.Fields, text.Width("long"))
	}
	form.Fields = append(form.Fields, field("source", "rules.local_source").Must().Help(b.T("rules.local_source_hint")).Width("long"), field("from", "rules.since_label").As("date").Must())
	form.Parts = []formPart{b.audience(r), b.rawPart(r, need, tried, errs)}
	return form
}

// needField is the field of one kind.
func (b Base) needField(r *http.Request, p *rule.Pack, need, name string, errs map[string]fault.Text) Field {
	f := b.Field(name, b.T("rules.need_is."+name), r.PostFormValue(name), errs).Must()
	switch name {
	case "rank":
		return f.From(b.choices("rules.rank.", rules.Ranks))
	case "body":
		return f.From(b.choices("dossier.by.", rules.Bodies))
	case "school":
		return f.From(b.factChoices("school"))
	case "paper":
		cs := []Choice{{Label: b.T("rules.choose")}}
		for _, x := range p.Papers() {
			cs = append(cs, Choice{Label: b.said(x.Text), Value: x.Key})
		}
		return f.From(cs).Width("long")
	}
	f.Label = b.T("rules.need_number." + need)
	switch need {
	case rules.LeastAge, rules.MostAge:
		f = f.Help(b.T("rules.need_age", p.Int("member.min_age"), p.Int("member.max_age")))
	case rules.CertMonths:
		c, _ := p.Clock("certificate")
		f = f.Help(b.T("rules.need_months", c.Length))
	}
	return f.Keys("numeric").Width("short")
}

// audience is the boxes that say whom an addition is about.
func (b Base) audience(r *http.Request) formPart {
	g := formPart{Title: b.T("rules.local_who")}
	box := func(name, label string) {
		f := b.Field(name, label, "1", nil).As("check").Tick(r.PostFormValue(name) != "")
		g.Open = g.Open || f.Checked
		g.Fields = append(g.Fields, f)
	}
	for _, x := range []string{"youth", "union", "minority", "hard"} {
		box("who_"+x, b.T("rules.who."+x))
	}
	for i := range person.Occupations {
		box("who_"+strconv.Itoa(i+1), person.Occupations.In(string(b.Lang), i+1))
	}
	return g
}

// rawPart is where somebody who knows how writes the conditions; after a trial it shows those that were chosen.
func (b Base) rawPart(r *http.Request, need string, tried *dossiers.LocalTry, errs map[string]fault.Text) formPart {
	g := formPart{Title: b.T("rules.local_raw"), Fields: []Field{b.Field("when", b.T("rules.local_when"), r.PostFormValue("when"), errs).Help(b.T("rules.local_when_hint")).Width("long")}}
	if need != rules.MorePaper {
		g.Fields = append(g.Fields, b.Field("must", b.T("rules.local_must"), r.PostFormValue("must"), errs).Help(b.T("rules.local_must_hint")).Width("long"))
	}
	for i := range g.Fields {
		f := &g.Fields[i]
		g.Open = g.Open || f.Value != "" || f.Error != ""
		if tried == nil {
			continue
		}
		if made := map[string]string{"when": tried.Form.When, "must": tried.Form.Must}[f.Name]; made != "" && f.Value == "" {
			f.Hint = b.T("rules.local_made", made)
		}
	}
	return g
}

// localTried says in one line whom an addition would touch.
func (b Base) localTried(t *dossiers.LocalTry) string {
	text := b.T("rules.local_tried", t.Form.Title, t.Unit.Name, b.Num(t.Live), b.Num(t.About))
	switch {
	case t.About == 0:
	case t.Form.Paper:
		text += " " + b.T("rules.local_tried_paper", b.Num(t.Fail))
	case t.Form.Must == "":
		text += " " + b.T("rules.local_tried_hand", b.Num(t.Fail))
	default:
		text += " " + b.T("rules.local_tried_fail", b.Num(t.Fail))
	}
	text += " " + b.T("rules.local_nothing")
	if t.More {
		text = b.T("rules.local_tried_more", b.Num(t.Live)) + " " + text
	}
	return text
}
