package units

import (
	"context"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

// Ref names a unit.
type Ref struct {
	ID   id.ID  `json:"id"`
	Name string `json:"name"`
}

// Held is a dated attribute or name; To is the first day it no longer holds, 0 while it does.
type Held struct {
	Value  string   `json:"value"`
	From   day.Date `json:"from"`
	To     day.Date `json:"to,omitzero"`
	Source string   `json:"source,omitempty"`
}

// Kin is a predecessor or successor with the event that made it one.
type Kin struct {
	Ref
	Event     org.EventKind `json:"event"`
	On        day.Date      `json:"on"`
	Principal bool          `json:"principal,omitempty"`
}

// Happening is an event as one unit saw it.
type Happening struct {
	ID       id.ID         `json:"id,omitzero"` // 0 when only the day is known
	Kind     org.EventKind `json:"kind"`
	Role     org.Role      `json:"role"` // of the unit
	On       day.Date      `json:"on"`
	Decision string        `json:"decision,omitempty"`
	Issuer   string        `json:"issuer,omitempty"`
	Decided  day.Date      `json:"decided,omitzero"`
	Note     string        `json:"note,omitempty"`
	Before   string        `json:"before,omitempty"`
	After    string        `json:"after,omitempty"`
	Of       []Ref         `json:"of,omitempty"`   // the other units: which moved,
	From     []Ref         `json:"from,omitempty"` // from which and to which
	To       []Ref         `json:"to,omitempty"`
}

// View is a unit with its history, as its page shows it.
type View struct {
	ID        id.ID       `json:"id"`
	Kind      org.Kind    `json:"kind"`
	Name      string      `json:"name"`
	Short     string      `json:"short,omitempty"`
	Code      string      `json:"code,omitempty"`
	Sector    int         `json:"sector"`
	Location  string      `json:"location,omitempty"`
	Founded   day.Date    `json:"founded"`
	Dissolved day.Date    `json:"dissolved,omitzero"`
	On        day.Date    `json:"on"`      // the day of Above, Was and Members
	Was       string      `json:"was"`     // the name on that day
	Above     []Ref       `json:"above"`   // from the root down to the parent
	Shut      int         `json:"-"`       // the first so many of Above are named, but the actor may not open them
	Members   int64       `json:"members"` // official and probationary, with everything below
	Names     []Held      `json:"names"`
	Codes     []Held      `json:"codes"`
	Blocs     []Held      `json:"blocs"`
	Powers    []Held      `json:"powers"`
	Before    []Kin       `json:"predecessors"`
	After     []Kin       `json:"successors"`
	Events    []Happening `json:"events"`
	More      bool        `json:"more"`  // has units below it
	Edits     bool        `json:"edits"` // the reader may change it
}

// Exists reports whether the unit existed on the day of the view.
func (v View) Exists() bool { return v.Founded <= v.On && (v.Dissolved == 0 || v.On < v.Dissolved) }

// View returns a unit with its history; place, name and members are those of a day, 0 is today.
func (s *Service) View(ctx context.Context, who access.Actor, i id.ID, on day.Date) (View, error) {
	var v View
	err := s.st.View(ctx, func(tx *store.Tx) error {
		if i == 0 {
			return fault.E("units.View", fault.NotFound, "unit.notfound") // the nation is no unit
		}
		row, err := tx.TreeRow(i, on)
		if err != nil {
			return err
		}
		scope, err := who.Over(row.Unit)
		if err != nil {
			return err
		}
		u, err := tx.Unit(i)
		if err != nil {
			return err
		}
		v = View{ID: i, Kind: u.Kind, Name: u.Name, Short: u.Short, Code: u.Code, Sector: u.Sector, Location: u.Location,
			Founded: u.Founded, Dissolved: u.Dissolved, On: on, Was: row.Name, More: row.More, Edits: who.Can(access.EditUnits, u)}
		if v.On == 0 || v.On > tx.Today {
			v.On = tx.Today
		}
		members, err := tx.Members(scope, nil, on)
		if err != nil {
			return err
		}
		v.Members = members[i]
		above, err := tx.Ancestors(u, on)
		if err != nil {
			return err
		}
		v.Above = []Ref{}
		for _, a := range above {
			v.Above = append(v.Above, Ref{a.ID, a.Name})
			if !who.Can(access.Read, a.Unit) {
				v.Shut = len(v.Above)
			}
		}
		return v.addHistory(tx, u)
	})
	return v, err
}

func (v *View) addHistory(tx *store.Tx, u org.Unit) error {
	names, err := tx.Names(u.ID)
	if err != nil {
		return err
	}
	v.Names = []Held{}
	for _, n := range names {
		v.Names = append(v.Names, Held{Value: n.Name, From: n.From, To: n.To})
	}
	tags, err := tx.Tags(u.ID)
	if err != nil {
		return err
	}
	v.Codes, v.Blocs, v.Powers = []Held{}, []Held{}, []Held{}
	for _, t := range tags {
		h := Held{t.Value, t.From, t.To, t.Source}
		switch t.Kind {
		case org.CodeTag:
			v.Codes = append(v.Codes, h)
		case org.BlocTag:
			v.Blocs = append(v.Blocs, h)
		case org.PowerTag:
			v.Powers = append(v.Powers, h)
		}
	}
	events, err := tx.UnitEvents(u.ID)
	if err != nil {
		return err
	}
	v.Before, v.After = lineage(events, u.ID)
	v.Events = happenings(events, u)
	return nil
}

// Events returns the history of a unit, the oldest first.
func (s *Service) Events(ctx context.Context, who access.Actor, i id.ID) ([]Happening, error) {
	var hs []Happening
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(i)
		if err != nil {
			return err
		}
		if err := who.Must(access.Read, u); err != nil || i == 0 {
			return err
		}
		events, err := tx.UnitEvents(i)
		hs = happenings(events, u)
		return err
	})
	return hs, err
}

// descends reports whether an event makes predecessors and successors of its units.
func descends(k org.EventKind) bool { return k == org.Merged || k == org.Split || k == org.Dissolved }

// lineage reads the predecessors and successors of a unit from its events.
func lineage(events []org.Event, u id.ID) (before, after []Kin) {
	before, after = []Kin{}, []Kin{}
	for _, e := range events {
		if !descends(e.Kind) {
			continue
		}
		role := roleIn(e, u)
		for _, p := range e.Parts {
			k := Kin{Ref{p.Unit, p.Name}, e.Kind, e.Effective, p.Principal}
			switch {
			case role == org.To && p.Role == org.From:
				before = append(before, k)
			case role == org.From && p.Role == org.To:
				after = append(after, k)
			}
		}
	}
	return before, after
}

// roleIn returns the role by which a unit's history tells an event: what it was itself before what it
// was to another.
func roleIn(e org.Event, u id.ID) org.Role {
	role := org.Role("")
	for _, p := range e.Parts {
		if p.Unit == u && (role == "" || p.Role == org.Subject) {
			role = p.Role
		}
	}
	return role
}

// happenings tells events as a unit saw them. Its founding and its end are told even when no event was
// recorded for them.
func happenings(events []org.Event, u org.Unit) []Happening {
	hs := make([]Happening, 0, len(events)+2)
	began, ended := false, false
	for _, e := range events {
		h := Happening{ID: e.ID, Kind: e.Kind, Role: roleIn(e, u.ID), On: e.Effective, Decision: e.Decision.No,
			Issuer: e.Decision.Issuer, Decided: e.Decision.Date, Note: e.Note}
		for _, p := range e.Parts {
			switch {
			case p.Unit == u.ID:
				if p.Role == h.Role {
					h.Before, h.After = p.Before, p.After
				}
			case p.Role == org.Subject:
				h.Of = append(h.Of, Ref{p.Unit, p.Name})
			case p.Role == org.From:
				h.From = append(h.From, Ref{p.Unit, p.Name})
			case p.Role == org.To:
				h.To = append(h.To, Ref{p.Unit, p.Name})
			}
		}
		began = began || e.Effective == u.Founded && (e.Kind == org.Founded || descends(e.Kind) && h.Role == org.To)
		ended = ended || e.Effective == u.Dissolved && descends(e.Kind) && h.Role == org.From
		hs = append(hs, h)
	}
	if !began {
		hs = slices.Insert(hs, 0, Happening{Kind: org.Founded, Role: org.Subject, On: u.Founded, After: u.Name})
	}
	if !ended && u.Dissolved != 0 {
		hs = append(hs, Happening{Kind: org.Dissolved, Role: org.From, On: u.Dissolved, Before: u.Name})
	}
	return hs
}
