package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"ketnap/internal/rule"
)

func (b Base) valueText(v rule.Value) string {
	if v.Share != "" {
		return v.Share
	}
	return b.lengthText(v.Value, v.Unit)
}

// lengthText is a number with the unit packs write.
func (b Base) lengthText(n int, unit string) string {
	switch unit {
	case "months", "days", "working_days", "years", "persons", "times", "periods", "lessons", "digits", "level":
		return b.T("rules.unit."+unit, n)
	}
	return strconv.Itoa(n) + " " + unit
}

func (b Base) extension(c rule.Clock) string {
	if c.Extension == 0 {
		return ""
	}
	return b.T("rules.extended", b.lengthText(c.Extension, c.Unit))
}

// startText is what a clock runs from: a step, another clock, or a fact.
func (b Base) startText(p *rule.Pack, start string) string {
	switch start {
	case "birth", "cert", "paper", "introducer", "offer", "offer_member":
		return b.T("rules.start_of." + start)
	}
	if c, ok := p.Clock(start); ok {
		return b.said(c.Text)
	}
	return b.stepText(p, start)
}

func (b Base) stepText(p *rule.Pack, step string) string {
	for _, s := range p.AllSteps() {
		if s.Step == step {
			return b.said(s.Text)
		}
	}
	return step
}

func (b Base) levelBadge(l rule.Level) *Badge {
	kind := map[rule.Level]string{rule.Pass: "ok", rule.Warn: "warn", rule.Refuse: "bad"}[l]
	return &Badge{kind, b.T("rules.level_is." + string(l))}
}

func codeText(code int) string {
	if code == 0 {
		return "—"
	}
	return fmt.Sprintf("%02d", code)
}

// meaning says in words what a pack has of a change; conditions, which only who writes packs can read, are returned beside it.
func (b Base) meaning(p *rule.Pack, c rule.Change, written string) (words, code string) {
	if written == "" {
		return "", ""
	}
	level, rest, _ := strings.Cut(written, " · ")
	switch {
	case c.Section == "checks":
		return b.T("rules.level_is." + level), rest
	case c.Section == "deciders" || c.Section == "votes":
		return level, rest
	case p == nil:
	case c.Section == "papers" || c.Section == "forms":
		return b.stepText(p, level), rest
	case c.Section == "values":
		if v, ok := p.Value(c.Key); ok {
			return b.valueText(v), ""
		}
	case c.Section == "clocks":
		if k, ok := p.Clock(c.Key); ok {
			words = b.lengthText(k.Length, k.Unit) + ", " + strings.ToLower(b.T("rules.col.start")) + ": " + b.startText(p, k.Start)
			if more := b.extension(k); more != "" {
				words += "; " + more
			}
			return words, k.When
		}
	}
	return written, ""
}

// changes is what differs between two packs, the older of which may be none.
func (b Base) changes(old, p *rule.Pack, cs []rule.Change) ruleTable {
	t := b.table("changes", "rules.changes", "rules.col.what", "rules.col.before", "rules.col.after")
	for _, c := range cs {
		kind := map[string]string{"added": "ok", "dropped": "bad", "changed": "warn", "source": "mute"}[c.Kind]
		text := b.said(c.Text)
		if c.Section == "votes" {
			text = b.stepText(p, c.Key) + ": " + text
		}
		text = rule.Blank(text)
		before, after := ruleCell{Sub: c.Before}, ruleCell{Sub: c.After}
		before.Text, before.Code = b.meaning(old, c, c.From)
		after.Text, after.Code = b.meaning(p, c, c.To)
		if before.Code == after.Code {
			before.Code, after.Code = "", ""
		}
		if was := rule.Blank(b.said(c.Was)); was != "" && was != text && before.Text == after.Text {
			before.Text, after.Text = was, text // the words are what changed
		}
		if c.Before != "" {
			before.Badge = b.sureBadge(c.SureFrom)
		}
		if c.After != "" {
			after.Badge = b.sureBadge(c.Sure)
		}
		t.row(ruleRow{Name: text, Sub: b.T("rules.section."+c.Section) + " · " + c.Key, Badge: &Badge{kind, b.T("rules.kind." + c.Kind)}}, before, after)
	}
	return t
}

func (b Base) packChoices(book *rule.Book) []Choice {
	var cs []Choice
	for _, p := range book.Packs() {
		for _, o := range book.Revisions(p.ID) {
			cs = append(cs, Choice{Value: o.Ref(), Label: b.said(o.Title) + " · " + o.Ref()})
		}
	}
	return cs
}

// rulesDiff compares any two packs: GET /quy-tac/so-sanh.
func (a *App) rulesDiff(w http.ResponseWriter, r *http.Request) error {
	book, err := a.Rules.Book(r.Context())
	if err != nil {
		return err
	}
	v := rulesView{Base: a.Base(r, "rules.diff")}
	v.Crumbs = []Crumb{{v.T("rules.title"), "/quy-tac"}, {Label: v.Title}}
	packs := book.Packs()
	from, to := r.FormValue("tu"), r.FormValue("den")
	if from == "" || to == "" {
		to = packs[len(packs)-1].Ref()
		from = packs[max(0, len(packs)-2)].Ref()
	}
	p, err := book.Pack(from)
	if err != nil {
		return err
	}
	q, err := book.Pack(to)
	if err != nil {
		return err
	}
	all := r.FormValue("het") != ""
	from, to = p.Ref(), q.Ref()
	v.Before = []ruleForm{{Action: "/quy-tac/so-sanh", Method: "get", Fields: []Field{
		v.Field("tu", v.T("rules.from_pack"), from, nil).From(v.packChoices(book)).Width("long"), v.Field("den", v.T("rules.to_pack"), to, nil).From(v.packChoices(book)).Width("long"),
		v.Field("het", v.T("rules.with_sources"), "", nil).As("check").Tick(all),
	}, Buttons: []Choice{{Label: v.T("rules.compare"), Current: true}}}}
	cs := rule.Diff(p, q)
	if !all {
		cs = rule.Weighty(cs)
	}
	t := v.changes(p, q, cs)
	t.Note = v.T("rules.compared", p.Short(), q.Short(), len(cs))
	v.Tables = []ruleTable{t}
	return a.Render(w, r, http.StatusOK, "rules.html", v)
}
