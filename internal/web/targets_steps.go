package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/target"
	"ketnap/internal/targets"
	"ketnap/internal/vi"
)

// stepsPage is a unit's target broken down by months or quarters, with what came in each.
type stepsPage struct {
	Base
	V                    targets.StepView
	Href, Back, YearText string
	Years, Tabs, Grains  []Choice
	Groups               []Choice // all people, then each group with a target; none when there is no group
	Ways                 []Choice // proposals to begin with
	Grain                target.Grain
	Seen                 string
	Goal, Sum            string
	Note, Odd, Wrong     string // where the numbers come from; that they no longer fit; what was refused
	Rows                 []stepRow
	Stored               bool // the unit has a breakdown of its own
}

// stepRow is one part of the year.
type stepRow struct {
	Name, Field, Text, Error string
	Past                     string
	Done, DoneHref           string
	Planned, Sum             string
	State                    *Badge
}

// Proposals of the page.
const (
	stepsEven   = "deu"
	stepsSeason = "mua"
)

func stepsHref(v targets.StepView, more ...string) string {
	q := url.Values{"u": {v.Unit.ID.String()}, "nam": {strconv.Itoa(v.Year)}, "loai": {v.Line()}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return "/chi-tieu/theo-ky?" + q.Encode()
}

// steps shows how a target is broken down: GET /chi-tieu/theo-ky?u=&nam=&loai=&ky=&de-xuat=.
func (a *App) steps(w http.ResponseWriter, r *http.Request) error {
	return a.renderSteps(w, r, http.StatusOK, nil, nil)
}

// stepsSet breaks a target down, or withdraws the breakdown: POST /chi-tieu/theo-ky.
func (a *App) stepsSet(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.stepsSet", fault.Invalid, "web.error.form", err)
	}
	f, err := readSteps(r)
	if err == nil {
		err = a.Targets.SetSteps(r.Context(), a.actor(r), f)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderSteps(w, r, http.StatusUnprocessableEntity, r.PostForm, err)
	case fault.Is(err, fault.Stale), fault.Is(err, fault.Conflict):
		return a.renderSteps(w, r, http.StatusConflict, r.PostForm, err)
	case err != nil:
		return err
	}
	b, key := a.Base(r, "target.steps"), "target.step_stored"
	if len(f.Parts) == 0 {
		key = "target.step_dropped"
	}
	a.Flash(w, Notice{Kind: Done, Text: b.T(key)})
	code, slice, _ := strings.Cut(f.Indicator, ".")
	i, _ := target.IndicatorOf(code)
	v := targets.StepView{Year: f.Year, Indicator: i, Slice: slice}
	v.Unit.ID = f.Unit
	http.Redirect(w, r, stepsHref(v), http.StatusSeeOther)
	return nil
}

// readSteps reads the form; an empty cell is 0.
func readSteps(r *http.Request) (targets.StepForm, error) {
	in := r.PostForm
	f := targets.StepForm{Unit: unitOf(r), Indicator: in.Get("loai"), Grain: target.Grain(in.Get("ky")), Seen: id.Parse(in.Get("seen"))}
	f.Year, _ = strconv.Atoi(in.Get("nam"))
	e := fault.E("web.readSteps", fault.Invalid, "target.invalid")
	switch {
	case in.Get("act") == "bo":
		return f, nil
	case !f.Grain.Valid():
		return f, e.Field("grain", "target.step_parts")
	}
	for i := range f.Grain.Parts() {
		text := strings.TrimSpace(in.Get(stepField(i)))
		n, places, ok := target.ParseNumber(text)
		if text != "" && (!ok || places != 0) {
			e.Field(stepField(i), "target.unreadable", text)
		}
		f.Parts = append(f.Parts, n)
	}
	if len(e.Fields) > 0 {
		return f, e
	}
	return f, nil
}

func stepField(i int) string { return "ky_" + strconv.Itoa(i+1) }

func (a *App) renderSteps(w http.ResponseWriter, r *http.Request, status int, typed url.Values, failed error) error {
	year, _ := strconv.Atoi(r.FormValue("nam"))
	v, err := a.Targets.Steps(r.Context(), a.actor(r), unitOf(r), year, r.FormValue("loai"))
	if err != nil {
		return err
	}
	p := stepsPage{Base: a.Base(r, "target.steps"), V: v, Href: "/chi-tieu/theo-ky", Back: sheetHref(v.Unit.ID, v.Year, v.Indicator.Code), YearText: strconv.Itoa(v.Year),
		Grain: target.Grain(r.FormValue("ky")), Stored: v.Steps.ID != 0 && len(v.Steps.Parts) > 0, Goal: "—"}
	if v.Steps.ID != 0 {
		p.Seen = v.Steps.ID.String()
	}
	if p.Grain == "" && len(v.Steps.Parts) > 0 {
		p.Grain = v.Steps.Grain
	}
	if !p.Grain.Valid() {
		p.Grain = target.ByMonth
	}
	p.AsOf = v.AsOf
	if v.Target.Op != "" {
		p.Goal = p.Target(v.Target)
	}
	for _, u := range v.Above {
		p.Crumbs = append(p.Crumbs, Crumb{u.Name, sheetHref(u.ID, v.Year, v.Indicator.Code)})
	}
	p.Crumbs = append(p.Crumbs, Crumb{v.Unit.Name, p.Back}, Crumb{Label: p.Title})
	p.choices()
	errs := fieldsOf(failed)
	if failed != nil {
		p.Wrong = p.Err(failed)
		for _, name := range []string{"sum", "grain"} {
			if t, ok := errs[name]; ok {
				p.Wrong = p.T(string(t.Key), t.Args...)
			}
		}
	}
	p.rows(p.wanted(r.FormValue("de-xuat"), typed != nil), typed, errs)
	return a.Render(w, r, status, "steps.html", p)
}

// choices makes the ways through the page.
func (p *stepsPage) choices() {
	p.Years = yearChoices(p.V.Today)
	for _, i := range target.Indicators {
		v := p.V
		v.Indicator, v.Slice = i, ""
		p.Tabs = append(p.Tabs, Choice{Label: p.T("indicator." + i.Code), Href: stepsHref(v), Current: i.Code == p.V.Indicator.Code})
	}
	if len(p.V.Groups) > 0 {
		for _, slice := range append([]string{""}, p.V.Groups...) {
			v, name := p.V, p.T("slice.all")
			if v.Slice = slice; slice != "" {
				name = p.groupName(slice)
			}
			p.Groups = append(p.Groups, Choice{Label: name, Href: stepsHref(v), Current: slice == p.V.Slice})
		}
	}
	for _, g := range target.Grains {
		p.Grains = append(p.Grains, Choice{Label: p.T("target.grain." + string(g)), Href: stepsHref(p.V, "ky", string(g)), Current: g == p.Grain})
	}
	if p.V.May && p.V.Target.Op != "" {
		p.Ways = append(p.Ways, Choice{Label: p.T("target.step_even"), Href: stepsHref(p.V, "ky", string(p.Grain), "de-xuat", stepsEven)})
		if p.V.Past != ([12]int64{}) {
			p.Ways = append(p.Ways, Choice{Label: p.T("target.step_season", p.V.Years), Href: stepsHref(p.V, "ky", string(p.Grain), "de-xuat", stepsSeason)})
		}
	}
}

// wanted is the breakdown to show: a proposal that was asked for, else what is stored, in the grain of the page.
func (p *stepsPage) wanted(way string, typed bool) target.Steps {
	v := p.V
	s := target.Steps{Unit: v.Unit.ID, Year: v.Year, Indicator: v.Line(), Grain: p.Grain}
	weights := make([]int64, p.Grain.Parts())
	switch {
	case typed:
		return s
	case len(p.Ways) > 0 && (way == stepsEven || way == stepsSeason):
		if way == stepsSeason {
			weights = p.Grain.Gather(v.Past)
		}
		if parts, err := target.Spread(v.Target.Least(), weights); err == nil {
			s.Parts, p.Note = parts, p.T("target.step_proposed")
		}
		return s
	case len(v.Steps.Parts) == 0:
		return s
	case p.Grain == v.Steps.Grain:
		s.Parts = v.Steps.Parts
	case p.Grain == target.ByQuarter:
		s.Parts = v.Steps.AsQuarters().Parts
	default: // a quarter says nothing about its months: the same for each
		for _, n := range v.Steps.Parts {
			if months, err := target.Spread(n, make([]int64, 3)); err == nil {
				s.Parts = append(s.Parts, months...)
			}
		}
	}
	switch {
	case len(v.From) > 0:
		p.Note = p.T("target.step_from", strings.Join(v.From, ", "))
	case p.Grain != v.Steps.Grain && v.May:
		p.Note = p.T("target.step_regrained", p.T("target.grain."+string(v.Steps.Grain)))
	}
	if v.Target.Op != "" && !v.Steps.Fits(v.Target) {
		p.Odd = p.T("target.step_odd", v.Steps.Sum(), p.Goal)
	}
	return s
}

// rows writes the parts of the year.
func (p *stepsPage) rows(s target.Steps, typed url.Values, errs map[string]fault.Text) {
	planned := len(s.Parts) > 0
	if planned {
		p.Sum = p.Num(s.Sum())
	} else {
		s.Parts = make([]int64, p.Grain.Parts())
	}
	past := p.Grain.Gather(p.V.Past)
	for i, x := range s.Stand(p.V.Done, p.V.AsOf) {
		row := stepRow{Name: p.T("target.step_of." + string(p.Grain) + "." + strconv.Itoa(i+1)), Field: stepField(i), Past: p.Num(past[i]), Done: "—", Sum: "—", Planned: "—"}
		if x.Period.From <= p.V.AsOf {
			row.Done, row.Sum = p.Num(x.Done), p.Num(x.Sum)
			row.DoneHref = happenedHref(p.V.Unit.ID, p.V.Indicator, x.Period.From, min(x.Period.To, p.V.AsOf))
			if p.V.Slice != "" {
				row.DoneHref += "&slice=" + url.QueryEscape(p.V.Slice)
			}
		}
		if p.V.Years == 0 {
			row.Past = "—"
		}
		if planned {
			row.Text, row.Planned, row.State = vi.Number(x.Plan), p.Num(x.Planned), p.stepState(x)
		}
		if typed != nil {
			row.Text = typed.Get(row.Field)
		}
		if t, ok := errs[row.Field]; ok {
			row.Error = p.T(string(t.Key), t.Args...)
		}
		p.Rows = append(p.Rows, row)
	}
}

// stepState says how a part of the year stands.
func (p *stepsPage) stepState(x target.Step) *Badge {
	switch x.State {
	case target.Reached:
		return &Badge{Kind: "ok", Text: p.T("target.step_reached")}
	case target.Behind:
		return &Badge{Kind: "behind", Text: p.T("target.step_behind", x.Planned-x.Sum)}
	case target.OnPace:
		return &Badge{Kind: "info", Text: p.T("target.step_running", x.Planned-x.Sum)}
	}
	return nil
}

// stepsOf says where the breakdown of a sheet's unit is; "" for the nation.
func stepsOf(sh targets.Sheet, code string) string {
	i := slices.IndexFunc(target.Indicators, func(i target.Indicator) bool { return i.Code == code })
	if sh.Nation || i < 0 {
		return ""
	}
	return stepsHref(targets.StepView{Unit: sh.Unit, Year: sh.Year, Indicator: target.Indicators[i]})
}
