package web

import (
	"strconv"
	"testing"

	"ketnap/internal/i18n"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
)

// TestCodesAreNamed holds the texts of codes against the code lists: a slice that is named after the
// wrong group would show wrong figures with right numbers.
func TestCodesAreNamed(t *testing.T) {
	for _, lang := range i18n.Langs() {
		p := i18n.For(lang)
		for prefix, list := range map[string]person.List{"occ": person.Occupations, "sch": person.Schoolings, "exp": person.Expertises, "sec": person.Sectors} {
			for i := range list {
				key := "slice." + prefix + "." + strconv.Itoa(i+1)
				if got, want := p.T(key), list.In(string(lang), i+1); got != want {
					t.Errorf("%s %s = %q, want %q", lang, key, got, want)
				}
			}
			if p.Has("slice." + prefix + "." + strconv.Itoa(len(list)+1)) {
				t.Errorf("%s has more texts than codes", prefix)
			}
		}
		for s := ledger.SliceFemale; int(s) < ledger.Slices; s++ {
			if !p.Has("slice." + s.String()) {
				t.Errorf("no text for slice %q", s)
			}
		}
		for _, k := range org.Kinds {
			if !p.Has("kind." + string(k.Kind)) {
				t.Errorf("no text for kind %q", k.Kind)
			}
		}
		for _, c := range ledger.Causes() {
			if !p.Has("cause." + c.String()) {
				t.Errorf("no text for cause %q", c)
			}
		}
	}
}
