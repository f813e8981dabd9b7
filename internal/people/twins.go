package people

import (
	"errors"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// Twin is a record that may be the same person.
type Twin struct {
	ID      id.ID
	Name    string
	Birth   day.Date
	Unit    string
	Visible bool // the actor may open it; else nothing but its being there is told
}

func twinOf(tx *store.Tx, who access.Actor, p person.Person) (Twin, error) {
	u, err := tx.Unit(p.LastUnit)
	if err != nil {
		return Twin{}, err
	}
	if !who.Can(access.Read, u) {
		return Twin{}, nil
	}
	return Twin{p.ID, p.Name, p.Birth, u.Name, true}, nil
}

// findTwins looks for people of the same folded name and the same full birth date.
func findTwins(tx *store.Tx, who access.Actor, p person.Person) ([]Twin, error) {
	if p.DupKey() == 0 {
		return nil, nil
	}
	ps, err := tx.PeopleByDup(p.ID.Province(), []int64{p.DupKey()})
	if err != nil {
		return nil, err
	}
	var twins []Twin
	for _, x := range ps {
		if vi.Fold(x.Name) != vi.Fold(p.Name) || x.Birth != p.Birth {
			continue
		}
		t, err := twinOf(tx, who, x)
		if err != nil {
			return nil, err
		}
		twins = append(twins, t)
	}
	return twins, nil
}

// Held is the cause of a refusal because somebody else has an identity or card number.
type Held struct{ By Twin }

func (h *Held) Error() string { return "number held by another record" }

// held adds to a refused number who has it, as far as the actor may know.
func (s *Service) held(tx *store.Tx, who access.Actor, f person.Sealed, err error) error {
	const op = "people.held"
	key := fault.TextOf(err).Key
	if key != "person.number_taken" && key != "person.card_taken" {
		return err
	}
	field, hash := "number", s.st.NumberHash(f.Number)
	if key == "person.card_taken" {
		field, hash = "card", s.st.CardHash(f.Card)
	}
	holders, ferr := tx.KeyHolders([][]byte{hash})
	if ferr != nil {
		return errors.Join(err, ferr)
	}
	var t Twin
	for _, i := range holders {
		p, perr := tx.Person(i)
		if perr == nil {
			t, perr = twinOf(tx, who, p)
		}
		if perr != nil {
			return errors.Join(err, perr)
		}
	}
	if !t.Visible {
		return fault.E(op, fault.Conflict, key, err, &Held{t}).Field(field, key)
	}
	return fault.E(op, fault.Conflict, "people.number_held", t.Name, t.Unit, err, &Held{t}).Field(field, "people.number_held", t.Name, t.Unit)
}
