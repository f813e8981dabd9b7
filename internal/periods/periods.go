// Package periods is the service on closed periods (services floor; khóa kỳ số liệu): up to which day the figures of a province are closed,
// closing further days, and opening closed ones again, which takes two persons.
package periods

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/approvals"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// Service closes and reopens.
type Service struct{ st *store.Store }

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st} }

// Today is the day of the program.
func (s *Service) Today() day.Date { return s.st.Today() }

// State is what is closed in a province, and how it came to be.
type State struct {
	Unit org.Unit        // the province
	Last store.Closing   // what holds; the zero one while nothing was ever closed
	Acts []store.Closing // the latest first
	May  bool            // the actor may close, and ask for a reopening
}

// State returns what is closed in the province of a unit, for who may read that province.
func (s *Service) State(ctx context.Context, who access.Actor, root id.ID) (v State, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		v, err = state(tx, who, root)
		return err
	})
	return v, err
}

func state(tx *store.Tx, who access.Actor, root id.ID) (v State, err error) {
	if v.Unit, err = province(tx, who, access.Read, root); err != nil {
		return v, err
	}
	if v.Acts, err = tx.Closings(v.Unit.Province()); err != nil {
		return v, err
	}
	if len(v.Acts) > 0 {
		v.Last = v.Acts[0]
	}
	v.May = who.Can(access.EditUnits, v.Unit)
	return v, nil
}

// province reads the root of a province, when the actor has a right there.
func province(tx *store.Tx, who access.Actor, right access.Right, root id.ID) (org.Unit, error) {
	if root == 0 {
		return org.Unit{}, fault.E("periods.province", fault.NotFound, "error.notfound")
	}
	u, err := tx.Unit(root)
	if err != nil {
		return u, err
	}
	if err := who.Must(right, u); err != nil {
		return u, err
	}
	if u.Parent != 0 {
		return u, fault.E("periods.province", fault.Invalid, "period.root")
	}
	return u, nil
}

// Provinces returns what is closed in each province the actor may read as a whole.
func (s *Service) Provinces(ctx context.Context, who access.Actor) (out []State, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		out = nil
		return tx.EachProvince(func(p store.Province) error {
			v, err := state(tx, who, p.Root)
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			out = append(out, v)
			return err
		})
	})
	return out, err
}

// Concerns reports whether somebody answers for the figures of a whole province.
func Concerns(who access.Actor) bool {
	return slices.ContainsFunc(who.Grants, func(g access.Grant) bool {
		return who.Self == 0 && g.Role.Has(access.SetTarget) && (g.Unit == 0 || strings.Count(g.Path, "/") == 2)
	})
}

// Ends are the last days of the month, quarter, half-year and year before a day that are not closed yet, the latest first.
func Ends(today, closed day.Date) []day.Date {
	m := today.Month()
	var out []day.Date
	for _, months := range []int{1, 3, 6, 12} {
		out = append(out, day.Of(today.Year(), (m-1)/months*months+1, 1).AddDays(-1))
	}
	slices.Sort(out)
	out = slices.Compact(out)
	out = slices.DeleteFunc(out, func(d day.Date) bool { return d <= closed })
	slices.Reverse(out)
	return out
}

// Preview is what closing up to a day meets.
type Preview struct {
	To day.Date
	store.OpenWork
	Late int64 // what was due by that day and is not recorded
}

// Preview counts what a closing meets, without changing anything.
func (s *Service) Preview(ctx context.Context, who access.Actor, root id.ID, to day.Date) (p Preview, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		v, err := state(tx, who, root)
		if err != nil {
			return err
		}
		if err := closable(tx.Today, v.Last.To, to); err != nil {
			return err
		}
		p.To = to
		if p.OpenWork, err = tx.OpenWork(v.Unit.Province(), v.Last.To, to); err != nil {
			return err
		}
		scope, err := who.Over(v.Unit)
		if err != nil {
			return err
		}
		due, err := tx.CountDue(scope, store.DueFilter{On: to.AddDays(1)})
		p.Late = due.Late
		return err
	})
	return p, err
}

func closable(today, closed, to day.Date) error {
	const op = "periods.closable"
	switch {
	case !to.Valid() || to >= today:
		return fault.E(op, fault.Invalid, "period.day").Field("to", "period.day")
	case to <= closed:
		return fault.E(op, fault.Conflict, "period.closed_already", closed).Field("to", "period.closed_already", closed)
	}
	return nil
}

// Any lets an act on what is closed go on whatever was closed before; else it names the last act that was shown.
const Any = -1

// Close closes the figures of a province up to a day, for who may change its units. The ledger is proven first: figures that do not agree
// with it are not closed.
func (s *Service) Close(ctx context.Context, who access.Actor, root id.ID, to day.Date, seen int) error {
	const op = "periods.Close"
	if err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := province(tx, who, access.EditUnits, root)
		if err != nil {
			return err
		}
		closed, err := tx.ClosedTo(u.Province())
		if err != nil {
			return err
		}
		return closable(tx.Today, closed, to)
	}); err != nil {
		return err
	}
	proven, err := s.st.Verify(ctx, store.VerifyOptions{Province: root.Province()}, func(store.Difference) error { return nil })
	if err != nil {
		return err
	}
	if proven.Differences > 0 {
		return fault.E(op, fault.Conflict, "period.differs", proven.Differences)
	}
	return s.st.Update(ctx, audit.Of(who, "period.close", root.Province(), root).With(to.String()), func(tx *store.Tx) error {
		last, err := tx.HoldClosing(root.Province())
		if err != nil {
			return err
		}
		if _, err := province(tx, who, access.EditUnits, root); err != nil {
			return err
		}
		if err := unmoved(op, last, seen); err != nil {
			return err
		}
		if err := closable(tx.Today, last.To, to); err != nil {
			return err
		}
		return tx.ClosePeriod(root.Province(), to)
	})
}

func unmoved(op string, last store.Closing, seen int) error {
	if seen != Any && last.N != seen {
		return fault.E(op, fault.Stale, "error.stale")
	}
	return nil
}

// reopening is an order to open the days from one on again, when what is closed is still what it was.
type reopening struct {
	From   day.Date `json:"from"`
	To     day.Date `json:"to"` // what is closed
	Seen   int      `json:"seen"`
	Reason string   `json:"reason"`
}

// Lengths of a reason, in runes: limits of this program, not of a regulation.
const (
	leastReason = 5
	mostReason  = 500
)

// Reopen opens the days of a province from one on again, for who may change its units, with a second person who answers for the figures
// there. Nothing of the ledger changes by it; what is recorded in those days afterwards shows in every list and figure that is asked for again.
func (s *Service) Reopen(ctx context.Context, who access.Actor, root id.ID, from day.Date, reason string, seen int) error {
	const op = "periods.Reopen"
	return s.st.Update(ctx, audit.Of(who, "period.reopen", root.Province(), root).With(from.String()), func(tx *store.Tx) error {
		last, err := tx.HoldClosing(root.Province())
		if err != nil {
			return err
		}
		u, err := province(tx, who, access.EditUnits, root)
		if err != nil {
			return err
		}
		if err := unmoved(op, last, seen); err != nil {
			return err
		}
		o := reopening{from, last.To, last.N, strings.TrimSpace(vi.NFC(reason))}
		if err := o.check(last); err != nil {
			return err
		}
		order, err := json.Marshal(o)
		if err != nil {
			return err
		}
		if err := approvals.Require(tx, who, approval.Act{Kind: approval.Reopen, Unit: u.ID, Order: order, Detail: from.VN() + " – " + last.To.VN()}); err != nil {
			return err
		}
		return tx.ReopenPeriod(u.Province(), from.AddDays(-1), o.Reason, who.Name, "")
	})
}

func (o reopening) check(last store.Closing) error {
	e := fault.E("periods.Reopen", fault.Invalid, "period.invalid")
	switch {
	case last.To == 0:
		return fault.E("periods.Reopen", fault.Conflict, "period.open_already").Field("from", "period.open_already")
	case !o.From.Valid() || o.From > last.To:
		e.Field("from", "period.from", last.To)
	}
	if n := len([]rune(o.Reason)); n < leastReason || n > mostReason {
		e.Field("reason", "approval.reason", leastReason, mostReason)
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// Days returns the days that a request opens again.
func Days(a approval.Act) (from, to day.Date, err error) {
	var o reopening
	err = json.Unmarshal(a.Order, &o)
	return o.From, o.To, err
}

// Deeds are the acts of this service that a second person approves.
func (s *Service) Deeds() map[approval.Kind]approvals.Deed {
	return map[approval.Kind]approvals.Deed{approval.Reopen: carry}
}

// carry opens what was approved, when what is closed is still what who asked saw.
func carry(tx *store.Tx, by, with access.Actor, a approval.Act) (func(), error) {
	const op = "periods.carry"
	last, err := tx.HoldClosing(a.Unit.Province())
	if err != nil {
		return nil, err
	}
	var o reopening
	if err := json.Unmarshal(a.Order, &o); err != nil {
		return nil, err
	}
	if _, err := province(tx, by, access.EditUnits, a.Unit); err != nil {
		return nil, err
	}
	if last.N != o.Seen {
		return nil, approvals.Moved(op)
	}
	return nil, tx.ReopenPeriod(a.Unit.Province(), o.From.AddDays(-1), o.Reason, by.Name, with.Name)
}
