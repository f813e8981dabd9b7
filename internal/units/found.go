package units

import (
	"context"
	"strconv"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// FoundForm founds a unit (thành lập). Without a parent it founds a province, whose partition is the
// number of its administrative code.
type FoundForm struct {
	Parent id.ID
	Fields
	Act
}

// Found founds a unit and returns it.
func (s *Service) Found(ctx context.Context, who access.Actor, f FoundForm) (id.ID, error) {
	const op = "units.found"
	var u org.Unit
	province := f.Parent.Province()
	if f.Parent == 0 {
		if err := who.Must(access.EditUnits, org.Unit{}); err != nil {
			return 0, err
		}
		if f.Kind != org.Province {
			return 0, fault.E(op, fault.Invalid, "unit.invalid").Field("kind", "unit.province_kind")
		}
		n, err := strconv.Atoi(f.Location)
		if err != nil || n < 1 || n > id.MaxProvince || len(f.Location) != 2 {
			return 0, fault.E(op, fault.Invalid, "unit.invalid").Field("location", "unit.province_code")
		}
		province = n
	}
	err := s.decide(ctx, who, province, 0, org.Founded, f.Act, func(w *work) error {
		var parent org.Unit
		var err error
		if f.Parent != 0 {
			if parent, err = w.open(f.Parent); err != nil {
				return err
			}
		} else if err := w.newProvince(province); err != nil {
			return err
		}
		if u, err = w.found(parent, f.Fields); err != nil {
			return err
		}
		w.Did(u.ID, f.Decision.No)
		w.toward(u, true)
		w.part(u.ID, org.Subject, false, "", u.Name)
		return nil
	})
	return u.ID, err
}

// newProvince refuses a second root.
func (w *work) newProvince(province int) error {
	taken := ""
	if err := w.EachProvince(func(p store.Province) error {
		if p.ID == province {
			taken = p.Name
		}
		return nil
	}); err != nil {
		return err
	}
	if err := w.act.check(w.op, w.Today, w.closed); err != nil {
		return err
	}
	if taken != "" {
		return w.refuse("unit.province_taken", taken).Field("location", "unit.province_taken", taken)
	}
	return nil
}

// RenameForm renames a unit (đổi tên).
type RenameForm struct {
	Unit        id.ID
	Name, Short string
	Act
}

// Rename gives a unit another name from a day on.
func (s *Service) Rename(ctx context.Context, who access.Actor, f RenameForm) error {
	f.Name, f.Short = vi.NFC(f.Name), vi.NFC(f.Short)
	return s.decide(ctx, who, f.Unit.Province(), f.Unit, org.Renamed, f.Act, func(w *work) error {
		before, err := w.open(f.Unit)
		if err != nil {
			return err
		}
		if err := w.touch(before, false); err != nil {
			return err
		}
		e := fault.E(w.op, fault.Invalid, "unit.invalid")
		checkName(e, f.Name, f.Short)
		if len(e.Fields) > 0 {
			return e
		}
		if f.Name == before.Name && f.Short == before.Short {
			return w.refuse("unit.same_name", f.Name)
		}
		names, err := w.Names(f.Unit)
		if err != nil {
			return err
		}
		if n := len(names); n > 0 && later(names[n-1].From, f.On) {
			return w.refuseDay("unit.later_name", before.Name, names[n-1].From)
		}
		u := before
		u.Name, u.Short = f.Name, f.Short
		if _, err := w.PutUnit(before, u); err != nil {
			return err
		}
		w.part(u.ID, org.Subject, false, before.Name, u.Name)
		return w.PutName(u.ID, u.Name, u.Short, f.On)
	})
}

// ReparentForm moves a unit with everything below it under another (chuyển trực thuộc).
type ReparentForm struct {
	Unit, Parent id.ID
	Act
}

// Reparent moves a unit under another parent from a day on. Its people stay in it; what they count in
// follows, for the past too.
func (s *Service) Reparent(ctx context.Context, who access.Actor, f ReparentForm) error {
	return s.decide(ctx, who, f.Unit.Province(), f.Unit, org.Reparented, f.Act, func(w *work) error {
		u, err := w.openBelowRoot(f.Unit)
		if err != nil {
			return err
		}
		parent, err := w.open(f.Parent)
		if err != nil {
			return err
		}
		if err := w.touch(u, false); err != nil {
			return err
		}
		if parent.ID == u.Parent {
			return w.refuse("unit.same_parent", u.Name, parent.Name)
		}
		old, err := w.Unit(u.Parent)
		if err != nil {
			return err
		}
		w.toward(parent, false)
		w.part(u.ID, org.Subject, false, old.Name, parent.Name)
		w.part(old.ID, org.From, false, "", "")
		w.part(parent.ID, org.To, false, "", "")
		return w.under(u, parent)
	})
}
