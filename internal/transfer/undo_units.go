package transfer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

// units takes a list of units back: the deepest first, because a unit can only go when nothing hangs
// below it any more.
func (u *undoing) units() error {
	type rowUnit struct {
		row  store.BatchRow
		unit org.Unit
	}
	var all []rowUnit
	if err := u.each(func(r store.BatchRow) error {
		x, err := u.tx.Unit(r.Object)
		all = append(all, rowUnit{r, x})
		return err
	}); err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b rowUnit) int { return -cmp.Compare(a.unit.Depth, b.unit.Depth) })
	ours := map[int64]bool{}
	for _, x := range all {
		if x.row.Outcome == batch.New {
			ours[int64(x.unit.ID)] = true
		}
	}
	for _, x := range all {
		if err := u.lookUnit(x.row, x.unit, ours); err != nil {
			return err
		}
	}
	if len(*u.clashes) > 0 {
		return nil
	}
	for _, x := range all {
		var err error
		if x.row.Outcome == batch.New {
			err = u.tx.DropUnit(x.unit)
		} else {
			err = u.restoreUnit(x.row, x.unit)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// lookUnit finds out whether a unit is as the import left it, and a new one is not used yet.
func (u *undoing) lookUnit(r store.BatchRow, x org.Unit, ours map[int64]bool) error {
	blocs, err := u.tx.Blocs(x.ID)
	if err != nil {
		return err
	}
	if unitStamp(x, blocs) != r.Stamp {
		u.clash(r.No, x.ID, x.Name, "import.clash.unit")
		return nil
	}
	if r.Outcome != batch.New {
		return nil
	}
	use, err := u.tx.UnitUse(x, ours)
	if err != nil || use == "" {
		return err
	}
	u.clash(r.No, x.ID, x.Name, fault.Key("import.clash."+use))
	return nil
}

func (u *undoing) restoreUnit(r store.BatchRow, x org.Unit) error {
	var d detail
	if err := json.Unmarshal(r.Detail, &d); err != nil || d.Unit == nil {
		return fault.E("transfer.Undo", fault.Internal, "", fmt.Errorf("row %d has no image: %w", r.No, err))
	}
	blocs, err := u.tx.Blocs(x.ID)
	if err != nil {
		return err
	}
	was := x
	was.Short, was.Sector, was.Location, was.Code = d.Unit.Unit.Short, d.Unit.Unit.Sector, d.Unit.Unit.Location, d.Unit.Unit.Code
	_, err = putFields(u.tx, x, was, blocs, d.Unit.Blocs, u.tx.Today)
	return err
}
