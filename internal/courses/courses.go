// Package courses is the service on classes (services floor): who is called, who came, who passed, and
// the certificates of a whole class as one act.
package courses

import (
	"context"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/course"
	"ketnap/internal/day"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// Service reads and changes classes.
type Service struct {
	st   *store.Store
	acts *dossiers.Service
}

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st: st, acts: dossiers.New(st)} }

// Today is the day of the system's clock.
func (s *Service) Today() day.Date { return s.st.Today() }

// Filter says which classes a list shows.
type Filter = store.CourseFilter

// Row is a class with its figures.
type Row = store.CourseRow

// List is the classes of a unit's subtree, and those it sent people to.
type List struct {
	Unit  org.Unit
	Above []org.Unit // those the actor may read
	Rows  []Row
	Sum   course.Counts
	May   bool // the actor may open a class here
}

// List returns the classes of a unit's subtree, the latest first.
func (s *Service) List(ctx context.Context, who access.Actor, unit id.ID, f Filter) (List, error) {
	var l List
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, scope, err := over(tx, who, unit)
		if err != nil {
			return err
		}
		l = List{Unit: u, May: u.ID != 0 && who.Can(access.Write, u)}
		if l.Above, err = tx.Above(u); err != nil {
			return err
		}
		l.Above = who.Readable(l.Above)
		if l.Rows, err = tx.Courses(scope, f); err != nil {
			return err
		}
		for _, r := range l.Rows {
			if r.Cancelled == 0 {
				l.Sum.Invited += r.Counts.Invited
				l.Sum.Attended += r.Counts.Attended
				l.Sum.Passed += r.Counts.Passed
				l.Sum.Issued += r.Counts.Issued
			}
		}
		return nil
	})
	return l, err
}

func over(tx *store.Tx, who access.Actor, unit id.ID) (org.Unit, access.Scope, error) {
	u, err := tx.Unit(unit)
	if err != nil {
		return u, access.Scope{}, err
	}
	scope, err := who.Over(u)
	return u, scope, err
}

// Sitting is a seat with the person on it.
type Sitting = store.Sitting

// View is a class with everybody on it whom the reader may see.
type View struct {
	Class     course.Class
	Unit      org.Unit
	Above     []org.Unit // those the actor may read
	Over      string     // name of the unit above, which heads papers
	Seats     []Sitting
	Counts    course.Counts // of the seats shown
	Hidden    int           // seats of people the reader may not see
	May       bool          // the reader may change the class
	Programme course.Programme
	Today     day.Date
}

// Get returns a class. Whoever may read the unit that gives it sees everybody; a unit that sent people
// sees those; to others the class does not exist.
func (s *Service) Get(ctx context.Context, who access.Actor, i id.ID) (View, error) {
	var v View
	err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		v, err = view(tx, who, i)
		return err
	})
	return v, err
}

func view(tx *store.Tx, who access.Actor, i id.ID) (View, error) {
	c, err := tx.Course(i)
	if err != nil {
		return View{}, err
	}
	u, err := tx.Unit(c.Unit)
	if err != nil {
		return View{}, err
	}
	v := View{Class: c, Unit: u, May: who.Can(access.Write, u), Programme: course.ProgrammeOf(c.Kind), Today: tx.Today}
	all, err := tx.Seats(i)
	if err != nil {
		return v, err
	}
	whole := who.Can(access.Read, u)
	for _, x := range all {
		sent := org.Unit{ID: x.Seat.Unit, Path: x.UnitPath}
		if !whole && !who.Can(access.Read, sent) {
			v.Hidden++
			continue
		}
		v.Seats = append(v.Seats, x)
		v.Counts.Add(x.Seat)
	}
	if !whole && len(v.Seats) == 0 {
		return View{}, fault.E("courses.Get", fault.NotFound, "course.notfound")
	}
	if v.Above, err = tx.Above(u); err != nil {
		return v, err
	}
	v.Over = org.Over(v.Above)
	v.Above = who.Readable(v.Above)
	return v, nil
}

// load reads a class the actor may change.
func load(tx *store.Tx, who access.Actor, i id.ID) (course.Class, org.Unit, error) {
	c, err := tx.Course(i)
	if err != nil {
		return c, org.Unit{}, err
	}
	u, err := tx.Unit(c.Unit)
	if err != nil {
		return c, u, err
	}
	if err := who.Must(access.Write, u); err != nil {
		if fault.Is(err, fault.NotFound) {
			err = fault.E("courses.load", fault.NotFound, "course.notfound")
		}
		return c, u, err
	}
	if c.Cancelled != 0 {
		return c, u, fault.E("courses.load", fault.Conflict, "course.cancelled", c.Cancelled)
	}
	return c, u, nil
}

// Form is a class as somebody fills it in. Without sessions a new class gets those of the programme.
type Form struct {
	Class course.Class
	Lang  string // of the lessons' names
	Key   string
}

// Create stores a new class. The same form a second time stores nothing and returns the first, with the fault that
// says so (once.done).
func (s *Service) Create(ctx context.Context, who access.Actor, f Form) (id.ID, error) {
	c := tidy(f.Class)
	province := c.Unit.Province()
	err := s.st.Update(ctx, audit.Of(who, "course.create", province, 0).Once(f.Key), func(tx *store.Tx) error {
		if c.Unit == 0 {
			return fault.E("courses.Create", fault.Invalid, "course.invalid").Field("unit", "person.unit_missing")
		}
		u, err := tx.Unit(c.Unit)
		if err != nil {
			return err
		}
		if err := who.Must(access.Write, u); err != nil {
			return err
		}
		if c.Begins.Valid() && c.Ends.Valid() && c.Ends < c.Begins { // said before the timetable moves the end
			return c.Check()
		}
		if c.Sessions == nil && c.Begins.Valid() {
			c.Sessions = course.ProgrammeOf(c.Kind).Timetable(c.Begins, f.Lang)
			for _, x := range c.Sessions {
				c.Ends = max(c.Ends, x.On)
			}
		}
		if err := c.Check(); err != nil {
			return err
		}
		if !u.Alive(c.Begins) {
			return fault.E("courses.Create", fault.Invalid, "movement.unit_gone", u.Name).Field("begins", "movement.unit_gone", u.Name)
		}
		c.ID = tx.NewID(province)
		tx.Did(c.ID, string(c.Kind))
		return tx.AddCourse(&c)
	})
	if fault.TextOf(err).Key == "once.done" {
		c.ID, err = s.st.Twice(ctx, province, f.Key, err)
	}
	return c.ID, err
}

// Update changes a class. A session in which somebody was marked stays in its place; only sessions
// after the last marked one can go.
func (s *Service) Update(ctx context.Context, who access.Actor, next course.Class) error {
	next = tidy(next)
	return s.st.Update(ctx, audit.Of(who, "course.update", next.ID.Province(), next.ID), func(tx *store.Tx) error {
		c, _, err := load(tx, who, next.ID)
		if err != nil {
			return err
		}
		if c.Version != next.Version {
			return fault.E("courses.Update", fault.Stale, "course.stale")
		}
		next.Unit, next.Kind = c.Unit, c.Kind
		if err := next.Check(); err != nil {
			return err
		}
		seats, err := tx.Seats(c.ID)
		if err != nil {
			return err
		}
		for _, x := range seats {
			if len(x.Marks) > len(next.Sessions) {
				return fault.E("courses.Update", fault.Conflict, "course.session_marked", len(x.Marks)).Field("sessions", "course.session_marked", len(x.Marks))
			}
			if x.Cert != 0 && course.IssuerChanged(c, next) {
				return fault.E("courses.Update", fault.Conflict, "course.issuer_used").Field("issuer", "course.issuer_used")
			}
		}
		return tx.PutCourse(&next)
	})
}

// Cancel calls a class off. A class that issued certificates took place.
func (s *Service) Cancel(ctx context.Context, who access.Actor, i id.ID, on day.Date) error {
	return s.st.Update(ctx, audit.Of(who, "course.cancel", i.Province(), i), func(tx *store.Tx) error {
		c, _, err := load(tx, who, i)
		if err != nil {
			return err
		}
		if on == 0 {
			on = tx.Today
		}
		if !on.Valid() || on > tx.Today {
			return fault.E("courses.Cancel", fault.Invalid, "ledger.date_future", on).Field("on", "ledger.date_future", on)
		}
		seats, err := tx.Seats(i)
		if err != nil {
			return err
		}
		for _, x := range seats {
			if x.Cert != 0 {
				return fault.E("courses.Cancel", fault.Conflict, "course.cancel_issued")
			}
		}
		c.Cancelled = on
		return tx.PutCourse(&c)
	})
}

// tidy brings the typed texts of a class into one form.
func tidy(c course.Class) course.Class {
	for _, t := range []*string{&c.Name, &c.Place, &c.Issuer, &c.DecisionNo} {
		*t = vi.NFC(strings.TrimSpace(*t))
	}
	sessions := c.Sessions
	c.Sessions = nil
	for _, x := range sessions {
		x.Lesson, x.Teacher = vi.NFC(strings.TrimSpace(x.Lesson)), vi.NFC(strings.TrimSpace(x.Teacher))
		c.Sessions = append(c.Sessions, x)
	}
	return c
}

// stagesOf says who is called to a course.
func stagesOf(k course.Kind) []ledger.Stage {
	if k == course.NewMember {
		return []ledger.Stage{ledger.Probationary}
	}
	return []ledger.Stage{ledger.Pool}
}
