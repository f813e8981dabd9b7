package approval

import (
	"slices"

	"ketnap/internal/fault"
)

// Mode says when acts of the chosen kinds take two persons.
type Mode string

// The modes, from the weakest to the strongest.
const (
	Off    Mode = "off"
	Auto   Mode = "auto"   // where somebody else could approve: a trial of one person goes on
	Always Mode = "always" // also where nobody else could: then the act waits, or the operator at the console approves it
)

// Modes lists them, from the weakest to the strongest.
var Modes = []Mode{Off, Auto, Always}

// Guards say which acts take two persons. They are a setting of a deployment, not of a regulation.
type Guards struct {
	Mode   Mode   `json:"mode"`
	Kinds  []Kind `json:"kinds"`
	Import int64  `json:"import"` // up to so many rows one person is enough
	Export int64  `json:"export"`
}

// Usual is what holds until a deployment says otherwise: more rows than a cell has people, fewer than a commune.
var Usual = Guards{Mode: Auto, Kinds: Kinds, Import: 500, Export: 1000}

// most is the largest threshold.
const most = 10_000_000

// Check refuses what cannot be a setting.
func (g Guards) Check() error {
	e := fault.E("approval.Check", fault.Invalid, "approval.setting")
	if !slices.Contains(Modes, g.Mode) {
		e.Field("mode", "approval.setting")
	}
	for name, n := range map[string]int64{"import": g.Import, "export": g.Export} {
		if n < 0 || n > most {
			e.Field(name, "approval.threshold", most)
		}
	}
	for _, k := range g.Kinds {
		if !slices.Contains(Kinds, k) {
			e.Field("kinds", "approval.setting")
		}
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// Asks reports whether an act takes two persons, when there are two.
func (g Guards) Asks(a Act) bool {
	switch {
	case g.Mode == Off:
		return false
	case a.Kind == Guard || a.Kind == Erase || a.Kind == Term || a.Kind == Reopen:
		return true
	case !slices.Contains(g.Kinds, a.Kind):
		return false
	case a.Kind == Import:
		return a.N > g.Import
	case a.Kind == Export:
		return a.N > g.Export
	}
	return true
}

// Weaker reports whether g lets something pass on one person's word that old does not.
func (g Guards) Weaker(old Guards) bool {
	if slices.Index(Modes, g.Mode) < slices.Index(Modes, old.Mode) {
		return true
	}
	for _, k := range old.Kinds {
		if !slices.Contains(g.Kinds, k) {
			return true
		}
	}
	return g.Import > old.Import || g.Export > old.Export
}
