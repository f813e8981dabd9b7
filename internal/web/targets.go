package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/target"
	"ketnap/internal/targets"
)

type targetsPage struct {
	Base
	Sheet              targets.Sheet
	Name, YearText     string
	Years              []Choice
	Tabs               []Choice // indicators
	Code               string   // the indicator of the table
	StepsHref          string   // how the unit's target is broken down by months; "" for the nation
	Columns            []string // names of its sub-groups
	Findings           []findingRow
	More               int // findings beyond those shown
	Followed           []string
	Issues             []historyRow
	Documents          []Choice
	Document           string
	Self               targetRow
	Rows               []targetRow
	Sums               []sumCell
	Slices             []sliceRow
	History            []historyRow
	SliceOf, Indicator []Choice
	Source, IssuedOn   string
	Group              targets.Change // the group target as it was typed
	GroupErrs          map[string]fault.Text
	MayAny             bool
	Brought            bool // cells come from the address and are not kept yet
	Errs               map[string]fault.Text
	Wrong              string
}

type targetRow struct {
	Name, Href         string
	May                bool
	Before, BeforeHref string
	Done, DoneHref     string
	Pct, Below, Left   string
	Cells              []targetCell // the whole, then the sub-groups
	Beside             []stockCell  // quality beside the share
	Alerts             []alert
}

// alert is a finding about a row, in short; the sentence stands where it leads.
type alert struct{ Kind, Text, Title, Href string }

// targetCell is one target as the sheet shows it: an input for whoever may set it. Text is what the
// input holds, in the form of documents whatever the language, because it is read back; Shown is for reading.
type targetCell struct {
	Field, Seen, Text, Label, Error string
	Column                          string // name of its column
	Shown                           string
	May, Drafted                    bool
}

// sumCell is what was given on of one column, and how that compares with what the unit was given, in a sentence and in a word.
type sumCell struct{ Name, Given, Left, Short, Units string }

type sliceRow struct {
	Indicator, Slice, Goal, Done, Pct, Source string
	DoneHref                                  string
	Badge                                     *Badge
}

type historyRow struct{ Indicator, Slice, Goal, Source, Version string }

// targetsPage shows and takes the targets of a unit and those below: GET /chi-tieu. Cells named in the address are shown as if they
// had been typed: that is how a number of a document comes here, to be looked at and kept.
func (a *App) targetsPage(w http.ResponseWriter, r *http.Request) error {
	var typed url.Values
	for name := range r.URL.Query() {
		if strings.HasPrefix(name, goalField) {
			typed = r.URL.Query()
		}
	}
	return a.renderTargets(w, r, http.StatusOK, typed, nil)
}

func (a *App) renderTargets(w http.ResponseWriter, r *http.Request, status int, typed url.Values, failed error) error {
	year, _ := strconv.Atoi(r.FormValue("nam"))
	unit := id.Parse(r.FormValue("u"))
	if r.FormValue("u") == "" {
		unit = signed(r).Home.ID
	}
	sh, err := a.Targets.Sheet(r.Context(), a.actor(r), unit, year)
	if err != nil {
		return err
	}
	for _, group := range r.Form["nhom"] {
		sh.Column(group)
	}
	top := a.targetsTop(r, sh)
	content := func() (Page, error) { return a.targetsContent(r, top, sh, typed, failed) }
	if typed == nil && failed == nil {
		return a.RenderKept(w, r, "targets.html", top, targetsOf(r, sh), content)
	}
	page, err := content()
	if err != nil {
		return err
	}
	return a.Render(w, r, status, "targets.html", page)
}

// targetsTop is what of the page stands outside of its content.
func (a *App) targetsTop(r *http.Request, sh targets.Sheet) Base {
	b := a.Base(r, "target.title")
	b.AsOf = sh.AsOf
	for _, u := range a.actor(r).Readable(sh.Above) {
		b.Crumbs = append(b.Crumbs, Crumb{u.Name, "/chi-tieu?" + url.Values{"u": {u.ID.String()}, "nam": {strconv.Itoa(sh.Year)}}.Encode()})
	}
	b.Crumbs = append(b.Crumbs, Crumb{Label: b.sheetName(sh)})
	return b
}

func (b Base) sheetName(sh targets.Sheet) string {
	if sh.Nation {
		return b.T("pilot.nation")
	}
	return sh.Unit.Name
}

// targetsOf is what the content of a sheet depends on when nothing was typed; nil when that is not known.
func targetsOf(r *http.Request, sh targets.Sheet) any {
	if !sh.Mark.Known() {
		return nil
	}
	return struct {
		mark          targets.Mark
		unit          id.ID
		year          int
		code, columns string
		may, own      bool
	}{sh.Mark, sh.Unit.ID, sh.Year, shownIndicator(r), strings.Join(sh.Columns, " "), len(sh.Children) > 0 && sh.Children[0].May, sh.Self.May}
}

// shownIndicator is the indicator of the table.
func shownIndicator(r *http.Request) string {
	if _, ok := target.IndicatorOf(r.FormValue("loai")); ok {
		return r.FormValue("loai")
	}
	return target.Admissions.Code
}

func (a *App) targetsContent(r *http.Request, top Base, sh targets.Sheet, typed url.Values, failed error) (Page, error) {
	beside, err := a.besides(r, sh.Unit.ID, sh.Year, shownIndicator(r))
	if err != nil {
		return nil, err
	}
	page := a.targetsView(r, top, sh, typed, fieldsOf(failed))
	page.refused(page.Findings, r, failed)
	page.beside(beside)
	page.Brought = typed != nil && r.Method == http.MethodGet && page.MayAny
	if page.MayAny {
		if page.Documents, err = a.documentChoices(r, page.Base, sh.Unit.ID); err != nil {
			return nil, err
		}
	}
	if failed != nil {
		page.Wrong = strings.Join(append([]string{page.Err(failed)}, page.offSheet()...), " ")
	}
	return page, nil
}

// offSheet says what is wrong with cells that the sheet does not show, such as those of a unit that ended meanwhile.
func (p *targetsPage) offSheet() (texts []string) {
	shown := map[string]bool{p.Group.Field(): true}
	for _, row := range append([]targetRow{p.Self}, p.Rows...) {
		for _, c := range row.Cells {
			shown[c.Field] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Errs)) {
		if t := p.Errs[name]; !shown[name] && strings.Contains(name, ".") {
			texts = append(texts, p.T(string(t.Key), t.Args...))
		}
	}
	return texts
}

// targetsSet stores the sheet: POST /chi-tieu.
func (a *App) targetsSet(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.targetsSet", fault.Invalid, "web.error.form", err)
	}
	year, _ := strconv.Atoi(r.PostFormValue("nam"))
	unit := id.Parse(r.PostFormValue("u"))
	n, done, err := a.targetsAct(r, unit, year)
	if fault.Is(err, fault.Invalid) {
		return a.renderTargets(w, r, http.StatusUnprocessableEntity, r.PostForm, err)
	}
	if err != nil {
		return err
	}
	b := a.Base(r, "target.title")
	a.Flash(w, Notice{Kind: Done, Text: b.T(done, n)})
	to := sheetHref(unit, year, r.PostFormValue("loai"))
	for _, group := range r.PostForm["nhom"] {
		to += "&nhom=" + url.QueryEscape(group)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// targetsAct does what the button says: keep drafts, give all drafts, or give what was typed at once.
func (a *App) targetsAct(r *http.Request, unit id.ID, year int) (n int, done string, err error) {
	changes, source := targetChanges(r.PostForm), strings.TrimSpace(r.PostFormValue("source"))
	switch r.PostFormValue("act") {
	case "draft":
		n, err = a.Targets.Draft(r.Context(), a.actor(r), unit.Province(), year, changes)
		return n, "target.drafted", err
	case "issue":
		f := targets.IssueForm{Unit: unit, Year: year, Source: source, Document: id.Parse(r.PostFormValue("document")), Changes: changes}
		e := fault.E("web.targetsAct", fault.Invalid, "target.issue_on_wrong")
		if readDays(r.PostForm, e, map[string]*day.Date{"issued_on": &f.On}); len(e.Fields) > 0 {
			return 0, "", e
		}
		n, err = a.Targets.Issue(r.Context(), a.actor(r), f)
		return n, "target.issued", err
	}
	n, err = a.Targets.Set(r.Context(), a.actor(r), unit.Province(), year, source, changes)
	return n, "target.stored", err
}

// sheetHref is the sheet of a unit, year and indicator; without one it is that of admissions.
func sheetHref(unit id.ID, year int, indicator string) string {
	v := url.Values{"u": {unit.String()}, "nam": {strconv.Itoa(year)}}
	if indicator != "" {
		v.Set("loai", indicator)
	}
	return "/chi-tieu?" + v.Encode()
}

// goalField begins the name of an input of the sheet.
const goalField = "goal_"

// targetChanges reads the cells "goal_<unit>.<indicator>" with the versions "seen_<unit>.<indicator>", and
// the one line for a group.
func targetChanges(form url.Values) []targets.Change {
	var cs []targets.Change
	for name, values := range form {
		rest, ok := strings.CutPrefix(name, goalField)
		if !ok {
			continue
		}
		unit, line, _ := strings.Cut(rest, ".")
		indicator, slice, _ := strings.Cut(line, ".")
		cs = append(cs, targets.Change{Unit: id.Parse(unit), Indicator: indicator, Slice: slice, Text: strings.TrimSpace(values[0]), Seen: id.Parse(form.Get("seen_" + rest))})
	}
	if c := groupChange(form); c.Text == withdraw {
		c.Text = ""
		cs = append(cs, c)
	} else if c.Text != "" {
		cs = append(cs, c)
	}
	return cs
}

// withdraw is what is typed to withdraw a target for a group; an empty line means that there is none to set.
const withdraw = "-"

// groupChange reads the line for a group as it was typed.
func groupChange(form url.Values) targets.Change {
	c := targets.Change{Unit: id.Parse(form.Get("u")), Indicator: form.Get("slice_indicator"), Slice: form.Get("slice"), Text: strings.TrimSpace(form.Get("slice_text"))}
	c.Seen = id.Parse(form.Get("seen_" + c.Indicator + "." + c.Slice))
	return c
}

func (a *App) targetsView(r *http.Request, top Base, sh targets.Sheet, typed url.Values, errs map[string]fault.Text) targetsPage {
	p := targetsPage{Base: top, Sheet: sh, Name: top.sheetName(sh), YearText: strconv.Itoa(sh.Year), Errs: errs, Source: typed.Get("source"), IssuedOn: typed.Get("issued_on")}
	p.Group = groupChange(typed)
	if t, ok := errs[p.Group.Field()]; ok && p.Group.Slice != "" {
		p.GroupErrs = map[string]fault.Text{"slice_text": t}
	}
	p.Years = yearChoices(sh.Today)
	p.Code, p.Document = shownIndicator(r), typed.Get("document")
	for _, c := range sh.Columns {
		p.Columns = append(p.Columns, p.groupName(c))
	}
	for _, i := range target.Indicators {
		p.Tabs = append(p.Tabs, Choice{Label: p.T("indicator." + i.Code), Href: sheetHref(sh.Unit.ID, sh.Year, i.Code), Current: i.Code == p.Code})
		p.Indicator = append(p.Indicator, Choice{Label: p.T("indicator." + i.Code), Value: i.Code})
	}
	for _, code := range target.Groups() {
		p.SliceOf = append(p.SliceOf, Choice{Label: p.groupName(code), Value: code, Current: slices.Contains(sh.Columns, code)})
	}
	p.StepsHref = stepsOf(sh, p.Code)
	p.Self = p.row(sh.Self, typed)
	for _, row := range sh.Children {
		p.Rows = append(p.Rows, p.row(row, typed))
		p.MayAny = p.MayAny || row.May
	}
	p.MayAny = (p.MayAny || p.Self.May) && !sh.Nation
	p.sums()
	p.groups()
	p.strip()
	p.alerts()
	return p
}

// groups fills the targets for groups and the history of the unit.
func (p *targetsPage) groups() {
	for _, l := range p.Sheet.Slices {
		i, _ := target.IndicatorOf(l.Target.Indicator)
		href := happenedHref(p.Sheet.Unit.ID, i, day.Of(p.Sheet.Year, 1, 1), p.Sheet.AsOf) + "&slice=" + url.QueryEscape(l.Target.Slice)
		p.Slices = append(p.Slices, sliceRow{Indicator: p.T("indicator." + l.Target.Indicator), Slice: p.groupName(l.Target.Slice), Goal: p.Target(l.Target),
			Done: p.Num(l.Progress.Done), DoneHref: href, Pct: p.Pct(l.Progress.Done, l.Target.Least()), Source: l.Target.Source})
	}
	for _, t := range p.Sheet.History {
		h := historyRow{Indicator: p.T("indicator." + t.Indicator), Goal: p.T("target.withdrawn"), Source: t.Source, Version: t.ID.String()}
		if t.Op != "" {
			h.Goal = p.Target(t)
		}
		h.Slice = p.groupName(t.Slice)
		p.History = append(p.History, h)
	}
}
