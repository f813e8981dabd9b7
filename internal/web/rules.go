package web

import (
	"net/http"
	"slices"
	"strings"

	"ketnap/internal/chart"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/rule"
	"ketnap/internal/rules"
)

// rulesView is any page about rules: words, forms before and after, tables between.
type rulesView struct {
	Base
	Badge         *Badge
	Lead, Wrong   string
	Said          string // what a trial found
	Warnings      []string
	Links         []Choice
	Facts         []fact
	Before, After []ruleForm
	Tables        []ruleTable
	Source        string
}

type ruleForm struct {
	Title, Hint, Action, Method string
	Fields                      []Field
	Parts                       []formPart // more fields, in groups
	Hidden                      []Choice   // Label is the name
	Buttons                     []Choice
	Shown                       string    // a text to be copied, shown once
	Code                        chart.SVG // the same to be read by a telephone
}

// formPart is a group of fields; one that is not open is folded.
type formPart struct {
	Title  string
	Open   bool
	Fields []Field
}

type ruleTable struct {
	ID, Title, Note string
	Fold            bool   // what nobody has to read: only its title is seen at first
	Empty           string // what an empty one says; "": that there is nothing
	Head            []string
	Rows            []ruleRow
}

type ruleRow struct {
	Name, Href, Sub string
	Badge           *Badge
	Cells           []ruleCell
}

type ruleCell struct {
	Label, Text, Sub  string
	Href              string
	Badge             *Badge
	Code              string // a condition as packs write it
	Post, Key, Do, Of string // a button in the cell
	Way, WayOf        string // a link to the form that corrects what the cell says, and what that is
}

// table begins a table whose columns are texts.
func (b Base) table(id, title string, columns ...string) ruleTable {
	t := ruleTable{ID: id, Title: b.T(title)}
	for _, c := range columns {
		t.Head = append(t.Head, b.T(c))
	}
	return t
}

// row adds a row; its cells are labelled as the columns.
func (t *ruleTable) row(r ruleRow, cells ...ruleCell) {
	for i := range cells {
		cells[i].Label = t.Head[i+1]
	}
	r.Cells = cells
	t.Rows = append(t.Rows, r)
}

// said is a text of a pack in the language of the page.
func (b Base) said(text map[string]string) string {
	if s := text[string(b.Lang)]; s != "" {
		return s
	}
	return text["vi"]
}

func (b Base) origin(source, sure string, since day.Date) ruleCell {
	return ruleCell{Text: source, Sub: b.T("rules.since_day", since), Badge: b.sureBadge(sure)}
}

func (b Base) days(p *rule.Pack) string {
	if p.To == day.None {
		return b.T("rules.from_day", p.From)
	}
	return p.From.VN() + " – " + p.To.VN()
}

// rulesPage lists the packs by date, and the documents they rest on: GET /quy-tac.
func (a *App) rulesPage(w http.ResponseWriter, r *http.Request) error {
	book, err := a.Rules.Book(r.Context())
	if err != nil {
		return err
	}
	v := rulesView{Base: a.Base(r, "rules.title")}
	v.Lead = v.T("rules.lead")
	v.Links = []Choice{{Label: v.T("rules.try"), Href: "/quy-tac/thu"}, {Label: v.T("rules.diff"), Href: "/quy-tac/so-sanh"}, {Label: v.T("rules.holidays"), Href: "/quy-tac/ngay-nghi"}, {Label: v.T("rules.locals"), Href: "/quy-tac/bo-sung"}}
	may, err := a.Rules.May(r.Context(), a.actor(r))
	if err != nil {
		return err
	}
	if may {
		v.Links = append(v.Links, Choice{Label: v.T("rules.proposals"), Href: "/quy-tac/de-nghi"})
	}
	problems, err := a.Rules.Problems(r.Context())
	for _, p := range problems {
		v.Warnings = append(v.Warnings, v.T("rules.problem", p.Ref, p.Text))
	}
	packs := v.table("packs", "rules.packs", "rules.col.pack", "rules.col.days", "rules.col.rests", "rules.col.changes")
	for i, p := range book.Packs() {
		row := ruleRow{Name: v.said(p.Title), Href: "/quy-tac/" + p.Ref(), Sub: p.Ref()}
		if p.Holds(a.Rules.Today()) {
			row.Badge = &Badge{"ok", v.T("rules.now")}
		}
		var docs []string
		for _, d := range p.In {
			docs = append(docs, d.String())
		}
		changes := ruleCell{Text: "—"}
		if i > 0 {
			n := len(rule.Weighty(rule.Diff(book.Packs()[i-1], p)))
			changes.Text = v.T("rules.no_changes")
			if n > 0 {
				changes.Text = v.T("rules.n_changes", n)
				changes.Href = "/quy-tac/so-sanh?tu=" + book.Packs()[i-1].Ref() + "&den=" + p.Ref()
			}
		}
		packs.row(row, ruleCell{Text: v.days(p)}, ruleCell{Text: strings.Join(docs, "; "), Sub: v.said(p.Note)}, changes)
	}
	docs := v.table("docs", "rules.documents", "rules.col.document", "rules.col.issuer", "rules.col.days", "rules.col.sure")
	for _, d := range book.Documents() {
		if d.No == "" {
			continue
		}
		until := v.T("rules.from_day", d.Date)
		if d.Until != day.None {
			until = d.Date.VN() + " – " + d.Until.VN()
		}
		docs.row(ruleRow{Name: d.No, Sub: v.said(d.Text)}, ruleCell{Text: d.Issuer}, ruleCell{Text: until}, ruleCell{Badge: v.sureBadge(d.Sure)})
	}
	v.Tables = []ruleTable{packs, docs}
	if err != nil {
		return err
	}
	return a.Render(w, r, http.StatusOK, "rules.html", v)
}

// rulePack shows one pack, every value with its source: GET /quy-tac/{ref}.
func (a *App) rulePack(w http.ResponseWriter, r *http.Request) error {
	book, err := a.Rules.Book(r.Context())
	if err != nil {
		return err
	}
	p, err := book.Pack(r.PathValue("ref"))
	if err != nil {
		return fault.E("web.rulePack", fault.NotFound, "rules.no_pack", r.PathValue("ref"), err)
	}
	v := rulesView{Base: a.Base(r, "rules.title")}
	v.Title, v.Lead = v.said(p.Title), v.said(p.Note)
	v.Crumbs = []Crumb{{v.T("rules.title"), "/quy-tac"}, {Label: p.Ref()}}
	v.Badge = &Badge{"mute", v.days(p)}
	if p.Holds(a.Rules.Today()) {
		v.Badge.Kind = "ok"
	}
	for _, o := range book.Revisions(p.ID) {
		if o != p {
			v.Links = append(v.Links, Choice{Label: v.T("rules.revision", o.Revision), Href: "/quy-tac/" + o.Ref()})
		}
	}
	v.Links = append(v.Links, Choice{Label: v.T("rules.try"), Href: "/quy-tac/thu?goi=" + p.Ref()})
	for _, d := range p.Outdated() {
		v.Warnings = append(v.Warnings, v.T("rules.outdated", d))
	}
	v.Tables = v.packTables(p)
	may, err := a.Rules.May(r.Context(), a.actor(r))
	if err != nil {
		return err
	}
	if may && book.Revisions(p.ID)[0] == p {
		v.correctable(p)
	}
	text, err := p.YAML()
	v.Source = string(text)
	if err != nil {
		return err
	}
	return a.Render(w, r, http.StatusOK, "rules.html", v)
}

// correctable adds to what can be corrected in a form the way to it.
func (v *rulesView) correctable(p *rule.Pack) {
	for _, c := range rules.CorrectableOf(p) {
		section, key, _ := strings.Cut(c.Key, "/")
		t := &v.Tables[slices.IndexFunc(v.Tables, func(t ruleTable) bool { return t.ID == section })]
		for i := range t.Rows {
			if t.Rows[i].Sub == key {
				t.Rows[i].Cells[0].Way, t.Rows[i].Cells[0].WayOf = correctHref(p, c.Key), t.Rows[i].Name
			}
		}
	}
}

// packTables are the parts of a pack.
func (b Base) packTables(p *rule.Pack) []ruleTable {
	values := b.table("values", "rules.values", "rules.col.what", "rules.col.value", "rules.col.source")
	for _, x := range p.Values() {
		values.row(ruleRow{Name: b.said(x.Text), Sub: x.Key}, ruleCell{Text: b.valueText(x)}, b.origin(x.Source, x.Sure, x.Since))
	}
	clocks := b.table("clocks", "rules.clocks", "rules.col.what", "rules.col.length", "rules.col.start", "rules.col.miss", "rules.col.source")
	for _, c := range p.Clocks() {
		clocks.row(ruleRow{Name: b.said(c.Text), Sub: c.Key}, ruleCell{Text: b.lengthText(c.Length, c.Unit), Sub: b.extension(c)}, ruleCell{Text: b.startText(p, c.Start)}, ruleCell{Text: b.said(c.Miss)}, b.origin(c.Source, c.Sure, c.Since))
	}
	votes := b.table("votes", "rules.votes", "rules.col.what", "rules.col.share", "rules.col.base", "rules.col.source")
	for _, x := range p.Votes() {
		votes.row(ruleRow{Name: b.stepText(p, x.Step)}, ruleCell{Text: p.Fraction(x.Share).String()}, ruleCell{Text: b.said(x.Text)}, b.origin(x.Source, x.Sure, x.Since))
	}
	for _, x := range p.Deciders() {
		votes.row(ruleRow{Name: b.said(x.Text), Sub: x.Power}, ruleCell{Text: p.Fraction(x.Share).String()}, ruleCell{Text: b.T("rules.decider")}, b.origin(x.Source, x.Sure, x.Since))
	}
	steps := b.table("steps", "rules.steps", "rules.col.step", "rules.col.by", "rules.col.when", "rules.col.source")
	for _, s := range p.AllSteps() {
		steps.row(ruleRow{Name: b.said(s.Text), Sub: s.Step}, ruleCell{Text: b.said(s.By)}, ruleCell{Text: s.When}, b.origin(s.Source, s.Sure, s.Since))
	}
	checks := b.table("checks", "rules.checks", "rules.col.what", "rules.col.level", "rules.col.asks", "rules.col.source")
	for _, c := range p.Checks() {
		checks.row(ruleRow{Name: b.said(c.Title), Sub: c.Key}, ruleCell{Badge: b.levelBadge(c.Level)}, ruleCell{Text: c.Must, Sub: c.When}, b.origin(c.Source, c.Sure, c.Since))
	}
	papers := b.table("papers", "rules.papers", "rules.col.what", "rules.col.code", "rules.col.step", "rules.col.source")
	for _, x := range p.Papers() {
		papers.row(ruleRow{Name: b.said(x.Text)}, ruleCell{Text: codeText(x.Code)}, ruleCell{Text: b.stepText(p, x.Step)}, b.origin(x.Source, x.Sure, x.Since))
	}
	forms := b.table("forms", "rules.forms", "rules.col.what", "rules.col.step", "rules.col.by", "rules.col.source")
	for _, x := range p.Forms() {
		forms.row(ruleRow{Name: x.Code, Sub: b.said(x.Text)}, ruleCell{Text: b.stepText(p, x.Step)}, ruleCell{Text: b.said(x.By)}, b.origin(x.Source, x.Sure, x.Since))
	}
	return []ruleTable{values, clocks, votes, steps, checks, papers, forms}
}
