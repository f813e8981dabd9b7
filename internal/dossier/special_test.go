package dossier

import (
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

// TestSpecialFits: what nobody could have answered is refused at its field, and a missing day is asked for.
func TestSpecialFits(t *testing.T) {
	on := day.Of(2026, 3, 2)
	for name, c := range map[string]struct {
		s     Special
		field string
		key   fault.Key
	}{
		"nothing":                   {Special{}, "", ""},
		"all ticked":                {Special{ForeignSpouse: true, Abroad: true, Political: true, Owner: true, Assigned: true, Discipline: "pending"}, "", ""},
		"a discipline nobody knows": {Special{Discipline: "exile"}, "discipline", "dossier.not_listed"},
		"a cause nobody knows":      {Special{Left: "boredom"}, "left", "dossier.not_listed"},
		"less than no child":        {Special{Child: -1, ChildBorn: on}, "child", "dossier.not_listed"},
		"a third child undated":     {Special{Child: 3}, "child_born", "dossier.child_born_missing"},
		"a third child to come":     {Special{Child: 3, ChildBorn: on.AddDays(1)}, "child_born", "dossier.after_act"},
		"a third child":             {Special{Child: 3, ChildBorn: on}, "", ""},
		"a crime not cleared":       {Special{Left: "crime"}, "cleared", "dossier.cleared_missing"},
		"a crime cleared":           {Special{Left: "crime", Cleared: on.AddMonths(-70)}, "", ""},
	} {
		e := fault.E("test", fault.Invalid, "dossier.unfit")
		c.s.fit(e, on)
		if c.field == "" && len(e.Fields) > 0 || c.field != "" && e.Fields[c.field].Key != c.key {
			t.Errorf("%s: %v", name, e.Fields)
		}
	}
}
