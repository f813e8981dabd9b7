package rules

import (
	"context"
	"strings"
	"unicode/utf8"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// Year is the special days of a year, and which of them were added by hand.
type Year struct {
	Year     int
	Days     []day.Holiday
	Own      map[day.Date]store.Holiday
	Proposed []day.Holiday // spoken of, not counted
}

// Holidays returns the special days of a year; 0 is this one.
func (s *Service) Holidays(ctx context.Context, year int) (Year, error) {
	y := Year{Year: year}
	err := s.st.View(ctx, func(tx *store.Tx) error {
		if y.Year == 0 {
			y.Year = tx.Today.Year()
		}
		cal, err := Calendar(tx)
		if err != nil {
			return err
		}
		hs, err := tx.Holidays()
		y.Own = map[day.Date]store.Holiday{}
		for _, h := range hs {
			y.Own[h.Day] = h
		}
		y.Days, y.Proposed = cal.Holidays(y.Year), nil
		for _, h := range day.ProposedHolidays() {
			if _, done := y.Own[h.Day]; !done && h.Day.Year() == y.Year {
				y.Proposed = append(y.Proposed, h)
			}
		}
		return err
	})
	return y, err
}

// Holiday is a day an administrator added or corrected.
type Holiday = store.Holiday

// SetHoliday adds or corrects a day of the calendar, with where that is written.
func (s *Service) SetHoliday(ctx context.Context, who access.Actor, h store.Holiday) error {
	e := fault.E("rules.SetHoliday", fault.Invalid, "error.invalid")
	h.Name, h.Source = strings.TrimSpace(vi.NFC(h.Name)), strings.TrimSpace(vi.NFC(h.Source))
	if !h.Day.Valid() {
		e.Field("day", "rules.since")
	}
	for field, text := range map[string]string{"name": h.Name, "source": h.Source} {
		if text == "" || utf8.RuneCountInString(text) > maxNote {
			e.Field(field, "rules.need_note", maxNote)
		}
	}
	if len(e.Fields) > 0 {
		return e
	}
	return s.st.Update(ctx, audit.Of(who, "rules.holiday", 0, 0).With(h.Day.String()), func(tx *store.Tx) error {
		if err := mayChange(tx, who); err != nil {
			return err
		}
		if err := tx.PutHoliday(h); err != nil {
			return err
		}
		return changed(tx)
	})
}

// DropHoliday takes a day back, so that the calendar says again what it said.
func (s *Service) DropHoliday(ctx context.Context, who access.Actor, d day.Date) error {
	return s.st.Update(ctx, audit.Of(who, "rules.holiday_drop", 0, 0).With(d.String()), func(tx *store.Tx) error {
		if err := mayChange(tx, who); err != nil {
			return err
		}
		if err := tx.DropHoliday(d); err != nil {
			return err
		}
		return changed(tx)
	})
}

// Problems returns approved revisions that cannot be read any more.
func (s *Service) Problems(ctx context.Context) ([]Problem, error) {
	var ps []Problem
	err := s.st.View(ctx, func(tx *store.Tx) error {
		l, err := read(tx)
		if err == nil {
			ps = l.problems
		}
		return err
	})
	return ps, err
}
