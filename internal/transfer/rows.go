package transfer

import (
	"context"
	"encoding/json"
	"fmt"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// RowView is one row of an import as a list shows it.
type RowView struct {
	Row      int
	Outcome  batch.Outcome
	Object   id.ID
	Shown    Shown
	Problems []batch.Problem
	Changes  []batch.Change
	Warn     batch.Trouble
}

// Rows returns rows of an import with one outcome ("" for all) after a row number. Of an import that
// is only checked the first rows of each outcome are kept; the marked file has all.
func (s *Service) Rows(ctx context.Context, who access.Actor, i id.ID, o batch.Outcome, after, n int) ([]RowView, error) {
	var views []RowView
	err := s.st.View(ctx, func(tx *store.Tx) error {
		views = nil
		b, _, err := s.get(tx, who, i, access.Import)
		if err != nil {
			return err
		}
		rows, err := tx.BatchRows(i, o, after, n)
		if err != nil {
			return err
		}
		for _, r := range rows {
			v, err := viewOf(r)
			if err != nil {
				return err
			}
			if v.Shown.Title == "" && v.Object != 0 {
				if v.Shown, err = shownOf(tx, b.Kind, v.Object); err != nil {
					return err
				}
			}
			views = append(views, v)
		}
		return nil
	})
	return views, err
}

func viewOf(r store.BatchRow) (RowView, error) {
	v := RowView{Row: r.No, Outcome: r.Outcome, Object: r.Object}
	if r.Detail == nil {
		return v, nil
	}
	var d detail
	if err := json.Unmarshal(r.Detail, &d); err != nil {
		return v, fmt.Errorf("transfer: row %d: %w", r.No, err)
	}
	v.Problems, v.Changes, v.Warn = d.Problems, d.Changes, d.Warn
	if d.Shown != nil {
		v.Shown = *d.Shown
	}
	return v, nil
}

// shownOf reads what a list shows of a stored object.
func shownOf(tx *store.Tx, k batch.Kind, object id.ID) (Shown, error) {
	if k == batch.Units {
		u, err := tx.Unit(object)
		return Shown{Title: u.Name, More: batch.KindName(u.Kind)}, err
	}
	p, err := tx.Person(object)
	if err != nil {
		return Shown{}, err
	}
	u, err := tx.Unit(p.LastUnit)
	return Shown{Title: p.Name, Birth: p.Birth.VN(), Unit: u.Name}, err
}
