package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/markup"
	"ketnap/internal/org"
	"ketnap/internal/units"
	"ketnap/internal/vi"
)

// splitRefs name the new units a split may have by the page; more are split by the command.
var splitRefs = []string{"a", "b", "c", "d"}

// Whether the unit goes on: what the field "keep" says.
const (
	splitEnds = "end"  // chia
	splitStay = "stay" // tách
)

// Fields that assign somebody, and a unit below, by id.
const (
	personGoal = "p_"
	belowGoal  = "u_"
)

// parting is the middle of the form of a split: the new units, and who goes where.
type parting struct {
	Goals [][]Field
	Rest  Field
	Rows  []partingRow
}

type partingRow struct {
	Name, Label, Note string
	Wrong             bool // has no goal yet
	Options           markup.Piece
}

// splitShare is what goes to one new unit, in words.
type splitShare struct{ Name, People, Below string }

func keepOf(in url.Values) string {
	if in.Get("keep") == splitStay {
		return splitStay
	}
	return splitEnds
}

// splitGoals are the new units that were named.
func splitGoals(in url.Values) (goals []units.Goal) {
	for _, ref := range splitRefs {
		f := units.Fields{Kind: org.Kind(in.Get("kind")), Name: vi.NFC(in.Get("name_" + ref)), Code: in.Get("code_" + ref)}
		if f.Name != "" || f.Code != "" {
			goals = append(goals, units.Goal{Ref: ref, Fields: f})
		}
	}
	return goals
}

// split carries out a split, or tries it.
func (a *App) split(r *http.Request, p reorganisePage, act units.Act) error {
	const op = "web.split"
	in, at := p.In, p.Unit.ID
	f := units.SplitForm{From: []id.ID{at}, Keep: keepOf(in) == splitStay, Into: splitGoals(in), People: map[id.ID]string{}, Children: map[id.ID]string{}, Act: act}
	switch {
	case !f.Keep && len(f.Into) < 2:
		return fault.E(op, fault.Invalid, "unit.act_goals_few").Field("name_a", "unit.act_goals_few")
	case len(f.Into) == 0:
		return fault.E(op, fault.Invalid, "unit.act_goals_none").Field("name_a", "unit.act_goals_none")
	}
	seats, err := a.Units.Seats(r.Context(), a.actor(r), f.From)
	if err != nil {
		return err
	}
	below, err := a.allBelow(r, p.Unit)
	if err != nil {
		return err
	}
	for _, s := range seats {
		f.People[s.ID] = goalOf(in, personGoal, s.ID)
	}
	for i := range below {
		f.Children[below[i].ID] = goalOf(in, belowGoal, below[i].ID)
	}
	_, err = a.Units.Split(r.Context(), a.actor(r), f)
	return err
}

// goalOf is where somebody goes: as chosen for them, else as chosen for all others.
func goalOf(in url.Values, prefix string, i id.ID) string {
	if ref := in.Get(prefix + i.String()); ref != "" {
		return ref
	}
	return in.Get("rest")
}

// splitFields makes the form of a split.
func (a *App) splitFields(r *http.Request, p *reorganisePage, errs map[string]fault.Text) error {
	kind := p.In.Get("kind")
	if kind == "" {
		kind = string(p.Unit.Kind)
	}
	keeps := []Choice{{Label: p.T("unit.act_keep." + splitEnds), Value: splitEnds}, {Label: p.T("unit.act_keep." + splitStay), Value: splitStay}}
	kinds := p.newFields(p.In, kind, errs, "")[2]
	p.Fields = []Field{p.Field("keep", p.T("unit.act_keep"), keepOf(p.In), errs).From(keeps), kinds}
	x := &parting{}
	goals := []Choice{{Label: p.T("unit.act_rest_none")}}
	for _, ref := range splitRefs {
		letter := strings.ToUpper(ref)
		x.Goals = append(x.Goals, []Field{p.Field("name_"+ref, p.T("unit.act_goal_name", letter), p.In.Get("name_"+ref), errs),
			p.Field("code_"+ref, p.T("unit.act_goal_code", letter), p.In.Get("code_"+ref), errs).Width("medium").Keys("numeric")})
		label := p.T("unit.act_to_ref", letter)
		if name := p.In.Get("name_" + ref); name != "" {
			label = p.T("unit.act_to_goal", name)
		}
		goals = append(goals, Choice{Label: label, Value: ref})
	}
	goals = append(goals, Choice{Label: p.T("unit.act_stays"), Value: units.Stay})
	x.Rest = p.Field("rest", p.T("unit.act_rest"), p.In.Get("rest"), errs).From(goals).Help(p.T("unit.act_rest_hint"))
	goals[0].Label = p.T("unit.act_as_rest")
	x.Rest.Options = append([]Choice{{Label: p.T("unit.act_rest_none")}}, goals[1:]...)
	seats, err := a.Units.Seats(r.Context(), a.actor(r), []id.ID{p.Unit.ID})
	if err != nil {
		return err
	}
	below, err := a.allBelow(r, p.Unit)
	if err != nil {
		return err
	}
	tried := p.In.Get("act") != ""
	row := func(prefix string, i id.ID, label, note string) {
		v := p.In.Get(prefix + i.String())
		of := Field{Value: v, Options: goals}
		x.Rows = append(x.Rows, partingRow{Name: prefix + i.String(), Label: label, Note: note, Wrong: tried && v == "" && p.In.Get("rest") == "", Options: of.Choices()})
	}
	for _, s := range seats {
		row(personGoal, s.ID, s.Name, s.Birth+" · "+p.T("stage."+s.Stage.String()))
	}
	for i := range below {
		row(belowGoal, below[i].ID, below[i].Name, p.T("unit.members", below[i].Members))
	}
	p.Parting = x
	return nil
}

// showSplit carries the form of a split into the preview, and says who goes where.
func (p *reorganisePage) showSplit(x *shownEffect, e *units.Effect) {
	if p.Viec != org.Split {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(p.In)) {
		known := name == "keep" || name == "rest" || strings.HasPrefix(name, "name_") || strings.HasPrefix(name, "code_") || strings.HasPrefix(name, personGoal) || strings.HasPrefix(name, belowGoal)
		if known && p.In.Get(name) != "" {
			x.Hidden = append(x.Hidden, Choice{Label: name, Value: p.In.Get(name)})
		}
	}
	for _, g := range e.Goals {
		x.Goals = append(x.Goals, splitShare{g.Name, p.Num(int64(g.People)), p.Num(int64(g.Below))})
	}
}

// splitSaying is a split in one sentence.
func (p *reorganisePage) splitSaying(e *units.Effect) string {
	var names []string
	people, below := 0, 0
	for _, g := range e.Goals {
		names, people, below = append(names, g.Name), people+g.People, below+g.Below
	}
	key := "unit.act_say.split"
	if keepOf(p.In) == splitStay {
		key = "unit.act_say.separate"
	}
	return p.T(key, p.In.Get("date"), p.Unit.Name, strings.Join(names, ", "), people, below)
}
