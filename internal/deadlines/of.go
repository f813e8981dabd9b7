package deadlines

import (
	"context"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/deadline"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// Of returns what is and was due for one person, open first.
func (s *Service) Of(ctx context.Context, who access.Actor, i id.ID) ([]Line, error) {
	var out []Line
	err := s.st.View(ctx, func(tx *store.Tx) error {
		p, err := tx.Person(i)
		if err != nil {
			return err
		}
		u, err := tx.Unit(p.LastUnit)
		if err == nil {
			err = who.Must(access.Read, u)
		}
		if err != nil {
			return err
		}
		all, err := tx.ObligationsOf(i)
		if err == nil {
			out, err = of(tx, who, &p, u, all)
		}
		return err
	})
	return out, err
}

// StandingOf returns what is still to be done for a person of a unit, the next due first, then what they were let off; all are the
// obligations of the person. Whether the actor may read the person is for the caller to ask.
func StandingOf(tx *store.Tx, who access.Actor, p *person.Person, u org.Unit, all []deadline.Obligation) ([]Line, error) {
	return of(tx, who, p, u, slices.DeleteFunc(slices.Clone(all), func(o deadline.Obligation) bool { return !o.Open() && o.By != deadline.Waived }))
}

// Soonest is how many days ahead an obligation is soon due, by the rules.
func Soonest(tx *store.Tx) int { return tx.Rules().Int("deadline.soon_days") }

// NextOf returns of each dossier what is due first, by the dossier. Who may read them is for the caller to ask.
func NextOf(tx *store.Tx, ds []store.DossierRow) (map[id.ID]Line, error) {
	next, err := tx.NextDues(ds)
	if err != nil {
		return nil, err
	}
	rows := make([]store.DueRow, 0, len(next))
	for _, r := range next {
		rows = append(rows, r)
	}
	lines, err := explain(tx, store.DueFilter{On: tx.Today, Escalate: escalation(tx.Rules())}, rows)
	out := make(map[id.ID]Line, len(lines))
	for _, l := range lines {
		out[l.Dossier] = l
	}
	return out, err
}

func of(tx *store.Tx, who access.Actor, p *person.Person, u org.Unit, os []deadline.Obligation) ([]Line, error) {
	rows := make([]store.DueRow, 0, len(os))
	for _, o := range os {
		rows = append(rows, store.DueRow{Obligation: o, Name: p.Name, Stage: p.Place.Stage, UnitName: u.Name, Depth: u.Depth})
	}
	out, err := explain(tx, store.DueFilter{On: tx.Today, Escalate: escalation(tx.Rules())}, rows)
	if err == nil {
		err = tell(tx, who, out)
	}
	slices.SortStableFunc(out, func(a, b Line) int {
		switch {
		case a.Open() == b.Open():
			return a.Due.Compare(b.Due)
		case a.Open():
			return -1
		}
		return 1
	})
	return out, err
}
