package deadlines

import (
	"context"
	"fmt"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/deadline"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// Recomputed is what a recomputation came to.
type Recomputed struct {
	People  int // looked at
	Open    int // obligations that are open now
	Added   int
	Changed int
	Dropped int
}

// recomputeChunk is how many people one transaction looks at: few enough that nobody waits for a second, so many that
// the disk is not waited for more often than the processor.
const recomputeChunk = 5000

// Recompute computes every obligation anew: after a pack or a holiday was changed, or the first time. It
// goes through the people in chunks and writes only what differs. Province 0 is every province.
func (s *Service) Recompute(ctx context.Context, who access.Actor, province int, progress func(Recomputed)) (Recomputed, error) {
	var sum Recomputed
	var provinces []int
	if err := s.st.View(ctx, func(tx *store.Tx) error {
		provinces = nil
		return tx.EachProvince(func(p store.Province) error {
			if n := p.Root.Province(); province == 0 || n == province {
				provinces = append(provinces, n)
			}
			return nil
		})
	}); err != nil {
		return sum, err
	}
	if !who.Can(access.ManageUsers, org.Unit{}) {
		return sum, fault.E("deadlines.Recompute", fault.Forbidden, "error.forbidden")
	}
	for _, p := range provinces {
		for after, more := id.ID(0), true; more; {
			var one Recomputed
			err := s.st.Update(ctx, audit.Of(who, "deadline.recompute", p, 0), func(tx *store.Tx) (err error) {
				one, after, more, err = recompute(tx, p, after)
				tx.Did(0, fmt.Sprintf("%d/%d/%d", one.Added, one.Changed, one.Dropped))
				return err
			})
			if err != nil {
				return sum, err
			}
			sum.People, sum.Open = sum.People+one.People, sum.Open+one.Open
			sum.Added, sum.Changed, sum.Dropped = sum.Added+one.Added, sum.Changed+one.Changed, sum.Dropped+one.Dropped
			if progress != nil {
				progress(sum)
			}
		}
	}
	return sum, nil
}

// recompute does one chunk after an id and returns where it ended.
func recompute(tx *store.Tx, province int, after id.ID) (sum Recomputed, last id.ID, more bool, err error) {
	if err := tx.LockTree(province); err != nil {
		return sum, after, false, err
	}
	w, err := newWriter(tx)
	if err != nil {
		return sum, after, false, err
	}
	people, err := tx.DuePeople(province, after, recomputeChunk)
	if err != nil {
		return sum, after, false, err
	}
	last, more = id.ID(1<<62), len(people) == recomputeChunk
	if more {
		last = people[len(people)-1].ID
	}
	stored, err := tx.ObligationsBetween(province, after, last)
	if err != nil {
		return sum, after, false, err
	}
	dossiers, err := tx.LiveDossiersBetween(province, after, last)
	if err != nil {
		return sum, after, false, err
	}
	if w.offers, err = tx.OffersBetween(province, after, last); err != nil {
		return sum, after, false, err
	}
	if people, err = w.others(people, stored); err != nil {
		return sum, after, false, err
	}
	by := group(stored)
	for i := range people {
		p := &people[i]
		d := dossiers[p.ID]
		if d == nil && hasDossier(by[p.ID]) {
			if d, err = dossierOf(tx, p); err != nil {
				return sum, after, false, err
			}
		}
		if err := w.add(p, d, by[p.ID]); err != nil {
			return sum, after, false, err
		}
	}
	sum = Recomputed{People: len(people), Open: openAfter(stored, &w.change), Added: len(w.change.Add), Changed: len(w.change.Put), Dropped: len(w.change.Drop)}
	return sum, last, more, tx.PutObligations(&w.change)
}

// others adds the people who have something open though nobody would look for it with them: those who
// left or are official by now.
func (w *writer) others(people []person.Person, stored []deadline.Obligation) ([]person.Person, error) {
	known := make(map[id.ID]bool, len(people))
	for i := range people {
		known[people[i].ID] = true
	}
	var more []id.ID
	for i := range stored {
		if o := &stored[i]; o.Open() && !known[o.Person] {
			known[o.Person] = true
			more = append(more, o.Person)
		}
	}
	if len(more) == 0 {
		return people, nil
	}
	rest, err := w.tx.PeopleByID(more[0].Province(), more)
	return append(people, rest...), err
}

func group(os []deadline.Obligation) map[id.ID][]deadline.Obligation {
	by := map[id.ID][]deadline.Obligation{}
	for from := 0; from < len(os); {
		to := from + 1
		for to < len(os) && os[to].Person == os[from].Person {
			to++
		}
		by[os[from].Person] = os[from:to]
		from = to
	}
	return by
}

func hasDossier(os []deadline.Obligation) bool {
	for i := range os {
		if os[i].Dossier != 0 {
			return true
		}
	}
	return false
}

// openAfter counts what is open once a change is written.
func openAfter(stored []deadline.Obligation, c *deadline.Change) int {
	n := 0
	for i := range stored {
		if stored[i].Open() {
			n++
		}
	}
	return n + c.Opened()
}
