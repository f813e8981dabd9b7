package deadlines

import (
	"context"
	"strings"
	"unicode/utf8"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/rules"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// How many filters a unit keeps, and how long their names are.
const (
	maxSaved = 20
	maxName  = 60
	maxQuery = 500
)

// Save keeps a filter under a name for everybody who works for a unit. Query is as it stands in the address.
func (s *Service) Save(ctx context.Context, who access.Actor, unit id.ID, name, query string) error {
	const op = "deadlines.Save"
	name = strings.TrimSpace(vi.NFC(name))
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName || len(query) > maxQuery {
		return fault.E(op, fault.Invalid, "deadline.saved_empty", maxName).Field("name", "deadline.saved_empty", maxName)
	}
	return s.st.Update(ctx, audit.Of(who, "deadline.filter", unit.Province(), unit), func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err == nil {
			err = who.Must(access.Write, u)
		}
		if err == nil && unit == 0 {
			err = fault.E(op, fault.NotFound, "error.notfound")
		}
		if err != nil {
			return err
		}
		ws, err := tx.Worklists(unit)
		if err != nil {
			return err
		}
		if len(ws) >= maxSaved {
			return fault.E(op, fault.Conflict, "deadline.saved_many", maxSaved)
		}
		return tx.AddWorklist(store.Worklist{ID: tx.NewID(unit.Province()), Unit: unit, Name: name, Query: query, MadeBy: who.User})
	})
}

// Unsave forgets a filter and returns it.
func (s *Service) Unsave(ctx context.Context, who access.Actor, i id.ID) (store.Worklist, error) {
	var w store.Worklist
	err := s.st.Update(ctx, audit.Of(who, "deadline.filter_end", i.Province(), i), func(tx *store.Tx) error {
		var err error
		if w, err = tx.Worklist(i); err != nil {
			return err
		}
		u, err := tx.Unit(w.Unit)
		if err == nil {
			err = who.Must(access.Write, u)
		}
		if err == nil {
			err = tx.DropWorklist(i)
		}
		return err
	})
	return w, err
}

// Month is how much is due on each day of a month.
type Month struct {
	Unit     org.Unit
	Month    day.Month
	Today    day.Date
	Days     map[day.Date]int64
	Holidays map[day.Date]day.Holiday
}

// Month returns the calendar of a month of a unit's subtree; month 0 is this one.
func (s *Service) Month(ctx context.Context, who access.Actor, unit id.ID, month day.Month) (Month, error) {
	var m Month
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, scope, err := over(tx, who, unit)
		if err != nil {
			return err
		}
		m = Month{Unit: u, Month: month, Today: tx.Today, Days: map[day.Date]int64{}, Holidays: map[day.Date]day.Holiday{}}
		if month == 0 {
			m.Month = tx.Today.MonthOf()
		}
		days, err := tx.DueDays(scope, m.Month.First(), m.Month.Last())
		if err != nil {
			return err
		}
		for _, d := range days {
			m.Days[d.On] += d.N
		}
		cal, err := rules.Calendar(tx)
		if err != nil {
			return err
		}
		for _, h := range cal.Holidays(m.Month.Year()) {
			m.Holidays[h.Day] = h
		}
		return nil
	})
	return m, err
}
