package courses

import (
	"context"
	"strconv"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/course"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

// Candidates is who may be called to a class.
type Candidates struct {
	View
	From   org.Unit // whose people are offered
	People []store.PersonRow
}

// Candidates lists people at the stage of the course under a unit (0: the unit that gives the class)
// who were not called to another class and have no certificate that still holds.
func (s *Service) Candidates(ctx context.Context, who access.Actor, class, from id.ID) (Candidates, error) {
	var c Candidates
	err := s.st.View(ctx, func(tx *store.Tx) error {
		k, u, err := load(tx, who, class)
		if err != nil {
			return err
		}
		c.View = View{Class: k, Unit: u, May: true, Today: tx.Today}
		if from == 0 {
			from = u.ID
		}
		below, scope, err := over(tx, who, from)
		if err != nil {
			return err
		}
		if !below.Under(u) {
			return fault.E("courses.Candidates", fault.Invalid, "course.unit_not_below", u.Name)
		}
		c.From = below
		c.People, err = tx.Uncalled(scope, store.UncalledFilter{Stages: stagesOf(k.Kind), Kind: k.Kind, Since: validSince(tx, k.Kind)}, tx.Today)
		return err
	})
	return c, err
}

// validSince is the day from which on certificates of a kind still hold.
func validSince(tx *store.Tx, k course.Kind) day.Date {
	if k == course.NewMember {
		return 0
	}
	return tx.Today.AddMonths(-tx.Rules().Int("certificate.months"))
}

// Invite calls people to a class (mời học). Whoever sits in it already stays. It returns how many are new.
func (s *Service) Invite(ctx context.Context, who access.Actor, class id.ID, people []id.ID, on day.Date) (int, error) {
	const op = "courses.Invite"
	added := 0
	err := s.st.Update(ctx, audit.Of(who, "course.invite", class.Province(), class), func(tx *store.Tx) error {
		c, u, err := load(tx, who, class)
		if err != nil {
			return err
		}
		day := on
		if day == 0 {
			day = min(tx.Today, c.Begins)
		}
		if !day.Valid() || day > tx.Today {
			return fault.E(op, fault.Invalid, "ledger.date_future", day).Field("on", "ledger.date_future", day)
		}
		ps, err := tx.PeopleByID(class.Province(), people)
		if err != nil {
			return err
		}
		var seats []course.Seat
		for _, p := range ps {
			home, err := tx.Unit(p.LastUnit)
			if err != nil {
				return err
			}
			if !home.Under(u) || !who.Can(access.Write, home) {
				return fault.E(op, fault.NotFound, "person.notfound")
			}
			if !fits(c.Kind, p.Place.Stage) {
				return fault.E(op, fault.Conflict, "course.wrong_stage", p.Name, fault.Key("stage."+p.Place.Stage.String()))
			}
			seats = append(seats, course.Seat{Class: class, Person: p.ID, Unit: p.LastUnit, Invited: day})
		}
		if len(seats) != len(people) {
			return fault.E(op, fault.NotFound, "person.notfound")
		}
		n, err := tx.AddSeats(seats)
		added = int(n)
		tx.Did(class, strconv.Itoa(added))
		return err
	})
	return added, err
}

// Uninvite takes somebody off the list of a class, when nothing was recorded of them there.
func (s *Service) Uninvite(ctx context.Context, who access.Actor, class, person id.ID) error {
	return s.st.Update(ctx, audit.Of(who, "course.uninvite", class.Province(), person), func(tx *store.Tx) error {
		if _, _, err := load(tx, who, class); err != nil {
			return err
		}
		return tx.DropSeat(class, person)
	})
}
