package transfer

import (
	"slices"
	"strings"

	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

func sameSet(a, b []string) bool {
	x, y := slices.Clone(a), slices.Clone(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

func joined(list []string) string { return strings.Join(list, ", ") }

// write founds new units and amends known ones.
func (k *units) write(tx *store.Tx, w *work) error {
	for _, e := range w.entries {
		var err error
		switch e.outcome {
		case batch.New:
			err = k.add(tx, e)
		case batch.Changed:
			err = k.amend(tx, e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// add stores a new unit. Its founding is an event only when the row gives the day.
func (k *units) add(tx *store.Tx, e *entry) error {
	u := e.unit.unit
	if err := tx.AddUnit(u); err != nil {
		return err
	}
	if err := setBlocs(tx, u, nil, e.unit.now, u.Founded); err != nil {
		return err
	}
	e.stamp = unitStamp(u, e.unit.now)
	if e.d.Org.Founded == 0 {
		return nil
	}
	return tx.AddEvent(org.Event{ID: tx.NewID(u.Province()), Kind: org.Founded, Effective: e.d.Org.Founded,
		Parts: []org.Part{{Unit: u.ID, Role: org.Subject, After: u.Name}}})
}

// amend stores the changed fields of a known unit as an event of today.
func (k *units) amend(tx *store.Tx, e *entry) error {
	w := e.unit
	after, err := putFields(tx, w.before, w.unit, w.was, w.now, tx.Today)
	if err != nil {
		return err
	}
	w.undo, e.stamp = &unitImage{w.before, w.was}, unitStamp(after, w.now)
	var was, is []string
	for _, c := range e.changes {
		was, is = append(was, c.Old), append(is, c.New)
	}
	return tx.AddEvent(org.Event{ID: tx.NewID(after.Province()), Kind: org.Amended, Effective: tx.Today,
		Parts: []org.Part{{Unit: after.ID, Role: org.Subject, Before: strings.Join(was, "; "), After: strings.Join(is, "; ")}}})
}

// putFields stores what an import may change of a unit.
func putFields(tx *store.Tx, before, after org.Unit, was, now []string, on day.Date) (org.Unit, error) {
	after, err := tx.PutUnit(before, after)
	if err != nil {
		return after, err
	}
	if before.Short != after.Short {
		if err := tx.PutName(after.ID, after.Name, after.Short, on); err != nil {
			return after, err
		}
	}
	if before.Code != after.Code {
		if err := swapTag(tx, after, org.CodeTag, before.Code, after.Code, on); err != nil {
			return after, err
		}
	}
	return after, setBlocs(tx, after, was, now, on)
}

func swapTag(tx *store.Tx, u org.Unit, kind org.TagKind, was, now string, on day.Date) error {
	if was != "" {
		tags, err := tx.Tags(u.ID)
		if err != nil {
			return err
		}
		for _, t := range tags {
			if t.Kind == kind && t.Value == was && t.To == 0 {
				if err := tx.EndTag(t, on); err != nil {
					return err
				}
			}
		}
	}
	if now == "" {
		return nil
	}
	return tx.AddTag(org.Tag{Unit: u.ID, Kind: kind, Value: now, From: on})
}

func setBlocs(tx *store.Tx, u org.Unit, was, now []string, on day.Date) error {
	for _, b := range was {
		if !slices.Contains(now, b) {
			if err := swapTag(tx, u, org.BlocTag, b, "", on); err != nil {
				return err
			}
		}
	}
	for _, b := range now {
		if !slices.Contains(was, b) {
			if err := swapTag(tx, u, org.BlocTag, "", b, on); err != nil {
				return err
			}
		}
	}
	return nil
}
