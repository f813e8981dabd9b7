package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/documents"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/target"
)

type indicatorsPage struct {
	Base
	Unit     string
	Rows     []indicatorRow
	In       documents.Indicator
	Old      bool   // the form corrects an indicator that is there
	Known    string // version of what is corrected, as it was read
	Counted  []Choice
	Rules    []Choice // what the program can count
	Groups   []Choice // by what it can be told apart
	Errs     map[string]fault.Text
	Wrong    string
	May      bool
	RuleErr  string
	GroupErr string
}

type indicatorRow struct{ Code, Name, Definition, Counting, Counted, Groups, Edit string }

// indicators lists what is counted: GET /chi-so?u=&sua=.
func (a *App) indicators(w http.ResponseWriter, r *http.Request) error {
	return a.renderIndicators(w, r, http.StatusOK, documents.Indicator{Counted: target.InPersons}, nil)
}

func (a *App) renderIndicators(w http.ResponseWriter, r *http.Request, status int, in documents.Indicator, failed error) error {
	is, u, err := a.Documents.Indicators(r.Context(), a.actor(r), unitOf(r))
	if err != nil {
		return err
	}
	p := indicatorsPage{Base: a.Base(r, "indicator.title"), Unit: u.ID.String(), In: in, May: a.actor(r).Can(access.SetTarget, u)}
	p.Crumbs = []Crumb{{p.T("document.title"), "/van-ban?u=" + p.Unit}, {Label: p.Title}}
	p.Counted = codesOf(p.Base, "counted.", target.Counted)
	for _, i := range target.Indicators {
		p.built(i.Code, p.T("indicator.any_group"))
	}
	for _, code := range target.Stated {
		p.built(code, "—")
	}
	for _, i := range is {
		row := indicatorRow{Code: i.Code, Name: i.Name, Definition: i.Definition, Counting: p.counting(i.Rule, i.Counting), Counted: p.T("counted." + i.Counted), Groups: p.groupNames(i.Slices)}
		if p.May {
			row.Edit = "/chi-so?" + url.Values{"u": {p.Unit}, "sua": {i.Code}}.Encode() + "#sua"
		}
		p.Rows = append(p.Rows, row)
		if i.Code == r.FormValue("sua") && p.May {
			p.Old = true
			if failed == nil {
				p.In = i
			}
		}
	}
	p.Known = strconv.FormatInt(p.In.Version, 10)
	p.choices()
	if failed != nil {
		p.Wrong, p.Errs = p.Err(failed), fieldsOf(failed)
		p.RuleErr, p.GroupErr = p.Field("rule", "", "", p.Errs).Error, p.Field("slices", "", "", p.Errs).Error
	}
	return a.Render(w, r, status, "indicators.html", p)
}

// built adds an indicator of the program.
func (p *indicatorsPage) built(code, groups string) {
	counted := target.InPersons
	if code == target.UnitsFounded {
		counted = target.InUnits
	}
	p.Rows = append(p.Rows, indicatorRow{Code: code, Name: p.T("indicator." + code), Definition: p.T("indicator.def." + code), Counting: p.T("indicator.built." + code), Counted: p.T("counted." + counted), Groups: groups})
}

// counting says what an indicator is counted from: records of the program, then the words of who wrote it down.
func (b Base) counting(rule, words string) string {
	var parts []string
	for _, code := range strings.Split(rule, "+") {
		if code != "" {
			parts = append(parts, b.ruleName(code))
		}
	}
	counted := strings.Join(parts, ", ")
	if counted != "" && !strings.Contains(rule, ".") {
		counted = b.T("indicator.movements", counted)
	}
	switch {
	case counted == "":
		return b.T("indicator.by_hand", words)
	case words == "":
		return counted
	}
	return counted + ". " + words
}

// ruleName names what a rule counts: a cause of movements, classes or organisations.
func (b Base) ruleName(code string) string {
	if strings.Contains(code, ".") {
		return b.T("indicator.rule." + code)
	}
	return b.T("cause." + code)
}

func (b Base) groupNames(codes string) string {
	var names []string
	for _, c := range strings.Fields(codes) {
		names = append(names, b.groupName(c))
	}
	if len(names) == 0 {
		return "—"
	}
	return strings.Join(names, "; ")
}

// choices fills what can be ticked, with what is.
func (p *indicatorsPage) choices() {
	rule, groups := strings.Split(p.In.Rule, "+"), strings.Fields(p.In.Slices)
	for _, code := range target.RuleCodes() {
		p.Rules = append(p.Rules, Choice{Label: p.ruleName(code), Value: code, Current: slices.Contains(rule, code)})
	}
	for _, code := range target.Groups() {
		p.Groups = append(p.Groups, Choice{Label: p.groupName(code), Value: code, Current: slices.Contains(groups, code)})
	}
}

// indicatorOf reads the form of an indicator.
func indicatorOf(r *http.Request) documents.Indicator {
	i := documents.Indicator{Code: r.PostFormValue("code"), Name: r.PostFormValue("name"), Definition: r.PostFormValue("definition"), Counting: r.PostFormValue("counting"), Counted: r.PostFormValue("counted")}
	i.Rule, i.Slices = strings.Join(r.PostForm["rule"], "+"), strings.Join(r.PostForm["slices"], " ")
	i.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	return i
}

// indicatorAdd writes down an indicator of the province, or corrects the one named in "sua": POST /chi-so.
func (a *App) indicatorAdd(w http.ResponseWriter, r *http.Request) error {
	in, unit := indicatorOf(r), id.Parse(r.PostFormValue("u"))
	var err error
	if r.PostFormValue("sua") != "" {
		in.Code = r.PostFormValue("sua")
		err = a.Documents.UpdateIndicator(r.Context(), a.actor(r), unit, in)
	} else {
		err = a.Documents.AddIndicator(r.Context(), a.actor(r), unit, in)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return a.renderIndicators(w, r, http.StatusUnprocessableEntity, in, err)
	}
	if err != nil {
		return err
	}
	b := a.Base(r, "indicator.title")
	a.Flash(w, Notice{Kind: Done, Text: b.T("indicator.stored")})
	http.Redirect(w, r, "/chi-so?u="+url.QueryEscape(r.PostFormValue("u")), http.StatusSeeOther)
	return nil
}
