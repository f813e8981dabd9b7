package documents

import (
	"cmp"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/document"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// chainMost is how many documents a chain shows: a page, not a library.
const chainMost = 60

// chain fills the documents a document rests on and those that rest on it, over every step, from the centre down to the cell. What
// the reader may not open is left out, with everything that is reached through it only.
func (v *View) chain(tx *store.Tx, who access.Actor) error {
	start := v.Document
	found := map[id.ID]document.Document{start.ID: start}
	for _, up := range []bool{true, false} {
		at := []id.ID{start.ID}
		for len(at) > 0 && len(found) < chainMost {
			next, err := beside(tx, at[0], up)
			if err != nil {
				return err
			}
			at = at[1:]
			for _, i := range next {
				if _, seen := found[i]; seen || len(found) >= chainMost {
					continue
				}
				d, _, err := open(tx, who, i)
				if fault.Is(err, fault.NotFound) {
					continue
				}
				if err != nil {
					return err
				}
				found[i] = d
				at = append(at, i)
			}
		}
	}
	if len(found) == 1 {
		return nil
	}
	for _, d := range found {
		v.Chain = append(v.Chain, d)
	}
	slices.SortFunc(v.Chain, func(a, b document.Document) int {
		return cmp.Or(slices.Index(document.Levels, a.Level)-slices.Index(document.Levels, b.Level), cmp.Compare(a.Dated, b.Dated), cmp.Compare(a.ID, b.ID))
	})
	return nil
}

// beside returns the documents one step up, which a document rests on, or one step down, which rest on it.
func beside(tx *store.Tx, doc id.ID, up bool) (out []id.ID, err error) {
	ls, err := tx.Links(doc)
	for _, l := range ls {
		switch {
		case up && l.From == doc && l.To != 0:
			out = append(out, l.To)
		case !up && l.To == doc:
			out = append(out, l.From)
		}
	}
	return out, err
}
