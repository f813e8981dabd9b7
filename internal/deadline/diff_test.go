package deadline

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestDiff tells the life of a period: begun, moved, done, taken back, let off, begun anew.
func TestDiff(t *testing.T) {
	open := Obligation{Person: 1, Clock: "decide", Dossier: 5, Unit: 9, Start: 20260101, Warn: 20260301, Due: 20260330, Pack: "a@1"}
	moved, done, let := open, open, open
	moved.Due, moved.Pack = 20260430, "b@1"
	done.Closed, done.By = 20260310, "decide"
	let.Closed, let.By = 20260320, Waived
	anew := open
	anew.Start, anew.Due = 20260401, 20260630
	record := open
	record.Dossier = 0
	letRecord := let
	letRecord.Dossier = 0
	doneLater := done
	doneLater.Unit, doneLater.Pack = 10, "b@1"

	list := func(os ...Obligation) []Obligation { return os }
	for name, c := range map[string]struct {
		stored, computed []Obligation
		want             Change
	}{
		"begins":                          {nil, list(open), Change{Add: list(open)}},
		"was done before anybody looked":  {nil, list(done), Change{}},
		"stays":                           {list(open), list(open), Change{}},
		"moves":                           {list(open), list(moved), Change{Put: list(moved)}},
		"is done":                         {list(open), list(done), Change{Put: list(done)}},
		"stays done":                      {list(done), list(done), Change{}},
		"done, then the person moved":     {list(done), list(doneLater), Change{}},
		"opens again after an undo":       {list(done), list(open), Change{Put: list(open)}},
		"its ground was undone":           {list(open), nil, Change{Drop: list(open)}},
		"done, its ground forgotten":      {list(done), nil, Change{}},
		"let off":                         {list(let), list(open), Change{}},
		"let off, another pack":           {list(let), list(moved), Change{}},
		"let off, then done all the same": {list(let), list(done), Change{Put: list(done)}},
		"let off, then begun anew":        {list(let), list(anew), Change{Put: list(anew)}},
		"a dossier takes over":            {list(record), list(open), Change{Add: list(open), Drop: list(record)}},
		"a dossier takes over a waiver":   {list(letRecord), list(open), Change{Add: list(let), Drop: list(letRecord)}},
	} {
		var got Change
		got.Diff(c.stored, c.computed)
		if diff := cmp.Diff(c.want, got, cmpopts.IgnoreUnexported(Change{})); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		open := func(os []Obligation) (n int) {
			for i := range os {
				if os[i].Open() {
					n++
				}
			}
			return n
		}
		put := 0
		for i := range got.Put { // what is put was stored once
			put += open(got.Put[i:i+1]) - open(c.stored)
		}
		if n := open(got.Add) + put - open(got.Drop); got.Opened() != n {
			t.Errorf("%s opens %d, not %d", name, got.Opened(), n)
		}
	}
}
