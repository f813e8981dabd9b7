package web

import (
	"net/http"
	"net/url"
	"strings"

	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/vi"
)

// unitPick is the unit a form is about: chosen, or to be chosen among several that fit what was typed.
type unitPick struct {
	unit  id.ID
	among []Choice
}

// pickUnit reads the unit of a form: what is typed into "unit" (a name, a code, an address of a page),
// one of the units offered after that (pick), or the one the form began with (u).
func (a *App) pickUnit(r *http.Request, in url.Values) (unitPick, error) {
	p := unitPick{unit: id.Parse(in.Get("u"))}
	typed := strings.TrimSpace(in.Get("unit"))
	if one := id.Parse(in.Get("pick")); one != 0 && in.Get("asked") == typed {
		p.unit = one
		return p, nil
	}
	if typed == "" {
		return p, nil
	}
	if u, err := a.Units.Find(r.Context(), a.actor(r), typed); err == nil {
		p.unit = u
		return p, nil
	}
	hits, err := a.Units.Search(r.Context(), a.actor(r), typed)
	if err != nil {
		return p, err
	}
	var exact []id.ID
	for _, h := range hits.Units {
		p.among = append(p.among, Choice{Label: h.Name + " (" + strings.Join(h.Path, " › ") + ")", Value: h.ID.String()})
		if vi.Fold(h.Name) == vi.Fold(typed) {
			exact = append(exact, h.ID)
		}
	}
	switch {
	case len(p.among) == 1:
		p.unit, p.among = hits.Units[0].ID, nil
		return p, nil
	case len(exact) == 1:
		p.unit, p.among = exact[0], nil
		return p, nil
	case len(p.among) == 0:
		return p, fault.E("web.pickUnit", fault.Invalid, "person.invalid").Field("unit", "person.unit_none", typed)
	case hits.More:
		return p, fault.E("web.pickUnit", fault.Invalid, "person.invalid").Field("unit", "person.unit_many_more", len(p.among))
	}
	return p, fault.E("web.pickUnit", fault.Invalid, "person.invalid").Field("unit", "person.unit_many")
}

// unitField is the field a unit is typed into; it says which one is chosen now.
func (a *App) unitField(r *http.Request, b Base, label string, in url.Values, p unitPick, errs map[string]fault.Text) (Field, error) {
	f := b.Field("unit", label, in.Get("unit"), errs)
	hint := b.T("person.unit_hint")
	if p.unit != 0 {
		name, err := a.People.UnitName(r.Context(), a.actor(r), p.unit)
		if err != nil {
			return f, err
		}
		hint = b.T("person.unit_chosen", name) + " " + b.T("person.unit_other")
	} else {
		f = f.Must()
	}
	return f.Help(hint), nil
}
