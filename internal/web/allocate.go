package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/target"
	"ketnap/internal/targets"
)

type allocatePage struct {
	Base
	P                                 targets.Preview
	In                                url.Values
	Indicators, Slices, Methods       []Choice
	Blocs                             []Choice
	Rows                              []allocateRow
	Whole, Sum, Weight, YearText      string
	Indicator, Slice, Method, Percent string
	Findings                          []findingRow
	Errs                              map[string]fault.Text
	Wrong                             string
	Back                              string
	Ready                             bool
}

type allocateRow struct {
	ID, Name, Weight, Share, Floor, Cap, Now, Part string
	Changed                                        bool
}

// allocate shows how a number would be divided: GET and POST /chi-tieu/phan-bo. Nothing is stored but by act=ghi.
func (a *App) allocate(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.allocate", fault.Invalid, "web.error.form", err)
	}
	ask, err := allocateAsk(r)
	store := r.Method == http.MethodPost && r.PostFormValue("act") == "ghi"
	var p targets.Preview
	if err == nil && store {
		if p, err = a.Targets.Allocate(r.Context(), a.actor(r), ask); err == nil {
			return a.toSheet(w, r, "target.allocated", len(p.Shares))
		}
	}
	if err == nil {
		p, err = a.Targets.Preview(r.Context(), a.actor(r), ask)
	}
	status := http.StatusOK
	switch {
	case fault.Is(err, fault.Invalid) && (r.Method == http.MethodPost || r.FormValue("so") != ""):
		status = http.StatusUnprocessableEntity
	case err != nil && !fault.Is(err, fault.Invalid):
		return err
	}
	if p.Unit.ID == 0 { // what was asked could not be read: the page still needs its unit
		var again error
		if p, again = a.Targets.Preview(r.Context(), a.actor(r), targets.Ask{Unit: ask.Unit, Year: ask.Year, Indicator: ask.Indicator, Method: target.ByEqual, Text: "0"}); again != nil {
			return again
		}
		p.Ask, p.Shares = ask, nil
	}
	return a.Render(w, r, status, "allocate.html", a.allocateView(r, p, err))
}

// allocateAsk reads the form.
func allocateAsk(r *http.Request) (targets.Ask, error) {
	year, _ := strconv.Atoi(r.FormValue("nam"))
	a := targets.Ask{Unit: unitOf(r), Year: year, Indicator: r.FormValue("loai"), Slice: r.FormValue("nhom"), Text: strings.TrimSpace(r.FormValue("so")), Method: target.Method(r.FormValue("cach")),
		Bloc: r.FormValue("khoi"), Floors: map[id.ID]int64{}, Caps: map[id.ID]int64{}}
	if _, ok := target.IndicatorOf(a.Indicator); !ok {
		a.Indicator = target.Admissions.Code
	}
	e := fault.E("web.allocateAsk", fault.Invalid, "target.alloc_form")
	whole := func(name string) (n int64, given bool) {
		text := strings.TrimSpace(r.FormValue(name))
		if text == "" {
			return 0, false
		}
		n, places, ok := target.ParseNumber(text)
		if !ok || places != 0 {
			e.Field(name, "target.unreadable", text)
		}
		return n, ok
	}
	a.Floor, _ = whole("san")
	a.Cap, _ = whole("tran")
	if text := strings.TrimSuffix(strings.TrimSpace(r.FormValue("pt")), "%"); text != "" {
		var ok bool
		if a.Percent, a.Places, ok = target.ParseNumber(strings.TrimSpace(text)); !ok {
			e.Field("pt", "target.unreadable", text)
		}
	}
	if a.Method == target.ByPercent && a.Percent == 0 {
		e.Field("pt", "target.alloc_percent")
	}
	for name := range r.Form {
		if u, ok := strings.CutPrefix(name, "san_"); ok {
			if n, given := whole(name); given {
				a.Floors[id.Parse(u)] = n
			}
		}
		if u, ok := strings.CutPrefix(name, "tran_"); ok {
			if n, given := whole(name); given {
				a.Caps[id.Parse(u)] = n
			}
		}
	}
	if len(e.Fields) > 0 {
		return a, e
	}
	return a, nil
}

func (a *App) allocateView(r *http.Request, pv targets.Preview, failed error) allocatePage {
	p := allocatePage{Base: a.Base(r, "target.allocate"), P: pv, In: r.Form, YearText: strconv.Itoa(pv.Ask.Year), Indicator: pv.Ask.Indicator, Slice: pv.Ask.Slice, Method: string(pv.Ask.Method), Percent: r.FormValue("pt")}
	p.Back = sheetHref(pv.Unit.ID, pv.Ask.Year, pv.Ask.Indicator)
	p.Crumbs = []Crumb{{p.T("target.title"), p.Back}, {Label: p.Title}}
	p.AsOf = pv.AsOf
	for _, i := range target.Indicators {
		p.Indicators = append(p.Indicators, Choice{Label: p.T("indicator." + i.Code), Value: i.Code})
	}
	p.Slices = []Choice{{Label: p.T("slice.all")}}
	for _, code := range target.Groups() {
		p.Slices = append(p.Slices, Choice{Label: p.groupName(code), Value: code})
	}
	p.Methods = codesOf(p.Base, "target.method.", target.Methods)
	p.Blocs = []Choice{{Label: p.T("slice.all")}}
	for _, b := range pv.Blocs {
		p.Blocs = append(p.Blocs, Choice{Label: p.T("unit.bloc." + b), Value: b})
	}
	if pv.Given {
		p.Whole = p.local(pv.Whole.String())
	}
	if failed != nil {
		p.Wrong, p.Errs = p.Err(failed), fieldsOf(failed)
	}
	p.Ready = failed == nil && len(pv.Shares) > 0
	p.rows(r)
	for _, f := range pv.Findings {
		p.Findings = append(p.Findings, p.finding(f))
	}
	return p
}

func (p *allocatePage) rows(r *http.Request) {
	var all int64
	for _, s := range p.P.Shares {
		all += s.Weight
	}
	for _, s := range p.P.Shares {
		u := s.Unit.ID.String()
		x := allocateRow{ID: u, Name: s.Unit.Name, Weight: p.Num(s.Weight), Share: p.Pct(s.Weight, all), Floor: r.FormValue("san_" + u), Cap: r.FormValue("tran_" + u), Now: "—"}
		if v, ok := s.Now.Value(); ok {
			x.Now = p.local(v.String())
		}
		if p.Ready {
			x.Part = p.local(s.Part.String())
			x.Changed = x.Part != x.Now
		}
		p.Rows = append(p.Rows, x)
	}
	p.Weight = p.Num(all)
	if p.Ready {
		p.Sum = p.local(p.P.Sum.String())
	}
}

// MaySee says that findings of a preview are not acknowledged: nothing stands yet.
func (p allocatePage) MaySee() bool { return false }

// SeenAction is never asked for.
func (p allocatePage) SeenAction() string { return "" }

// dayOf writes the day of an instant in milliseconds.
func (b Base) dayOf(ms int64) string { return b.Date(day.FromTime(time.UnixMilli(ms).In(day.Vietnam))) }
