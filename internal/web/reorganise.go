package web

import (
	"net/http"
	"net/url"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/units"
	"ketnap/internal/vi"
)

// actKinds are the decisions on the tree that the wizard carries out.
var actKinds = []org.EventKind{org.Merged, org.Founded, org.Renamed, org.Reparented, org.Dissolved, org.Split}

// nation stands in addresses for the whole country, and foundProvince is where the first organisations are founded.
const (
	nation        = "0"
	foundProvince = "/to-chuc/" + nation + "/sap-xep"
)

// newUnit is the choice of a unit that the decision founds.
const newUnit = "moi"

// What a button of the wizard asks for; anything else shows what would change.
const (
	actRecord = "ghi"
	actMend   = "sua"
)

// reorganisePage is the wizard of a decision on the tree: kind, units and particulars, then what would change, then recording it.
type reorganisePage struct {
	Base
	Unit    units.View
	Href    string
	Kinds   []Choice
	Viec    org.EventKind
	In      url.Values
	Among   []Choice // units directly below, to be merged
	WrongOf string   // what is wrong with the choice among them
	Parting *parting // of a split: who goes where
	Picks   []Choice // units that fit what was typed, to pick one
	Fields  []Field
	Paper   []Field
	Steps   []Step
	Wrong   string
	Shown   *shownEffect // what would change; nil while the form is filled in
}

// reorganise shows the wizard at a unit: GET /to-chuc/{id}/sap-xep?viec=.
func (a *App) reorganise(w http.ResponseWriter, r *http.Request) error {
	p, err := a.reorganiseAt(r, r.URL.Query())
	if err != nil {
		return err
	}
	if p.Unit.Dissolved != 0 {
		return fault.E("web.reorganise", fault.Conflict, "unit.is_dissolved", p.Unit.Name, p.Unit.Dissolved)
	}
	return a.fillIn(w, r, http.StatusOK, p, unitPick{}, nil)
}

// reorganiseDo shows what a decision would change, goes back to the form, or records it: POST /to-chuc/{id}/sap-xep.
func (a *App) reorganiseDo(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.reorganiseDo", fault.Invalid, "web.error.form", err)
	}
	p, err := a.reorganiseAt(r, r.PostForm)
	if err != nil {
		return err
	}
	act := p.In.Get("act")
	if act == actMend {
		return a.fillIn(w, r, http.StatusOK, p, unitPick{}, nil)
	}
	if act == actRecord && p.In.Get("seen") != "" {
		goal, err := a.record(r, p)
		if err == nil {
			a.Flash(w, Notice{Kind: Done, Text: p.T("unit.act_done", p.T("unit.event."+string(p.Viec)), p.In.Get("decision"))})
			http.Redirect(w, r, treeUnitHref(goal, 0), http.StatusSeeOther)
			return nil
		}
		if fault.TextOf(err).Key != "unit.act_changed" {
			return a.refused(w, r, p, unitPick{}, err)
		}
		p.Wrong = p.Err(err)
	}
	return a.preview(w, r, p)
}

// record carries the decision out, once for one preview, and returns the unit to look at then.
func (a *App) record(r *http.Request, p reorganisePage) (id.ID, error) {
	goal, _, err := a.decide(r, p, nil)
	if fault.TextOf(err).Key == "once.done" { // the same form a second time
		if goal, err = a.Units.Recorded(r.Context(), a.actor(r), p.Unit.ID, p.In.Get("key")); goal == 0 {
			goal = p.Unit.ID
		}
	}
	return goal, err
}

// preview tries the decision and shows what it would change.
func (a *App) preview(w http.ResponseWriter, r *http.Request, p reorganisePage) error {
	effect := &units.Effect{}
	_, pick, err := a.decide(r, p, effect)
	if err != nil {
		return a.refused(w, r, p, pick, err)
	}
	status := http.StatusOK
	if p.Wrong != "" {
		status = http.StatusConflict
	}
	p.show(pick, effect)
	return a.Render(w, r, status, "reorganise.html", p)
}

// refused shows the form again with what is wrong where it is wrong.
func (a *App) refused(w http.ResponseWriter, r *http.Request, p reorganisePage, pick unitPick, err error) error {
	switch {
	case fault.Is(err, fault.NotFound), fault.Is(err, fault.Forbidden): // the right at the unit of the page is known by now
		err = fault.E("web.refused", fault.Invalid, "unit.invalid", err).Field(mainField(p.Viec), "unit.act_elsewhere")
	case !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Stale):
		return err
	}
	return a.fillIn(w, r, statusOf[fault.KindOf(err)], p, pick, err)
}

// reorganiseAt begins the page at a unit which the actor may change.
func (a *App) reorganiseAt(r *http.Request, in url.Values) (reorganisePage, error) {
	p := reorganisePage{Base: a.Base(r, "unit.act"), In: in, Viec: org.EventKind(in.Get("viec"))}
	v, err := a.reorganised(r, p.Base)
	if err != nil {
		return reorganisePage{}, err
	}
	p.Unit, p.Href = v, "/to-chuc/"+v.ID.String()+"/sap-xep"
	kinds := slices.DeleteFunc(slices.Clone(actKinds), func(k org.EventKind) bool {
		return isCell(v.Kind) && (k == org.Merged || k == org.Founded) || len(v.Above) == 0 && (k == org.Reparented || k == org.Dissolved || k == org.Split) ||
			v.ID == 0 && k != org.Founded
	})
	if !slices.Contains(kinds, p.Viec) {
		if p.Viec = kinds[0]; p.Viec == org.Merged && !v.More {
			p.Viec = kinds[1]
		}
	}
	for _, k := range kinds {
		p.Kinds = append(p.Kinds, Choice{Label: p.T("unit.act_of." + string(k)), Href: p.Href + "?viec=" + string(k), Current: k == p.Viec})
	}
	above := p.treeCrumbs(v, 0)
	p.Crumbs = append(above[:len(above)-1], Crumb{v.Name, treeUnitHref(v.ID, 0)}, Crumb{Label: p.Title})
	return p, nil
}

// reorganised is the unit a decision is about. The nation is no unit, but whoever administers it founds the first ones below it.
func (a *App) reorganised(r *http.Request, b Base) (units.View, error) {
	if r.PathValue("id") == nation && a.foundsProvinces(r) {
		return units.View{Name: b.T("unit.nation"), Edits: true}, nil
	}
	v, err := a.Units.View(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), 0)
	if err == nil && !v.Edits {
		err = fault.E("web.reorganise", fault.Forbidden, "error.forbidden")
	}
	return v, err
}

// foundsProvinces reports whether the user may found a province's organisation.
func (a *App) foundsProvinces(r *http.Request) bool {
	return a.actor(r).Can(access.EditUnits, org.Unit{})
}

// decide reads the form of the wizard and carries the decision out, or tries it.
func (a *App) decide(r *http.Request, p reorganisePage, try *units.Effect) (id.ID, unitPick, error) {
	at, in, who, ctx := p.Unit.ID, p.In, a.actor(r), r.Context()
	act, err := readAct(in, try)
	if err != nil {
		return 0, unitPick{}, err
	}
	fields := units.Fields{Kind: org.Kind(in.Get("kind")), Name: in.Get("name"), Short: in.Get("short"), Code: in.Get("code")}
	if at == 0 {
		fields.Kind, fields.Location = org.Province, in.Get("location")
	}
	switch p.Viec {
	case org.Founded:
		goal, err := a.Units.Found(ctx, who, units.FoundForm{Parent: at, Fields: fields, Act: act})
		return goal, unitPick{}, err
	case org.Renamed:
		return at, unitPick{}, a.Units.Rename(ctx, who, units.RenameForm{Unit: at, Name: fields.Name, Short: fields.Short, Act: act})
	case org.Split:
		return at, unitPick{}, a.split(r, p, act)
	case org.Dissolved, org.Reparented:
		pick, err := a.pickUnit(r, in)
		switch {
		case err != nil:
		case p.Viec == org.Dissolved:
			err = a.Units.Dissolve(ctx, who, units.DissolveForm{Unit: at, Successor: pick.unit, Act: act})
		case pick.unit == 0:
			err = fault.E("web.decide", fault.Invalid, "unit.invalid").Field("unit", "unit.parent_missing")
		default:
			err = a.Units.Reparent(ctx, who, units.ReparentForm{Unit: at, Parent: pick.unit, Act: act})
		}
		return at, pick, err
	}
	goal, err := a.Units.Merge(ctx, who, readMerge(in, at, fields, act))
	return goal, unitPick{}, err
}

// readMerge reads which units are merged. The unit that goes on may be ticked too: it is one of those brought together.
func readMerge(in url.Values, at id.ID, fields units.Fields, act units.Act) units.MergeForm {
	f := units.MergeForm{Parent: at, Act: act}
	for _, text := range in["from"] {
		f.From = append(f.From, id.Parse(text))
	}
	if into := in.Get("into"); into == "" || into == newUnit {
		f.New = &fields
		return f
	}
	f.Into = id.Parse(in.Get("into"))
	if f.From = slices.DeleteFunc(f.From, func(i id.ID) bool { return i == f.Into }); len(in["from"]) == 1 && len(f.From) == 0 {
		f.From = []id.ID{f.Into} // with itself alone: the refusal says so
	}
	return f
}

// readAct reads what the decision rests on.
func readAct(in url.Values, try *units.Effect) (units.Act, error) {
	act := units.Act{Decision: org.Decision{No: vi.NFC(in.Get("decision")), Issuer: vi.NFC(in.Get("issuer"))}, Note: vi.NFC(in.Get("note")),
		Key: in.Get("key"), Try: try, Seen: in.Get("seen")}
	e := fault.E("web.readAct", fault.Invalid, "unit.invalid")
	for name, to := range map[string]*day.Date{"date": &act.On, "decision_date": &act.Decision.Date} {
		d, err := day.Parse(in.Get(name))
		if err != nil {
			t := fault.TextOf(err)
			e.Field(name, t.Key, t.Args...)
		}
		*to = d
	}
	if len(e.Fields) > 0 {
		return act, e
	}
	return act, nil
}

// mainField is the field that names what a decision is about.
func mainField(k org.EventKind) string {
	switch k {
	case org.Merged:
		return "from"
	case org.Dissolved, org.Reparented:
		return "unit"
	case org.Split:
		return "rest"
	}
	return "name"
}
