package courses

import (
	"context"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/course"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

func fits(k course.Kind, s ledger.Stage) bool {
	for _, x := range stagesOf(k) {
		if s == x {
			return true
		}
	}
	return false
}

// SeatForm is what was typed for one person of a class; nil leaves something as it is.
type SeatForm struct {
	Person  id.ID
	Version int64          // of the seat the form showed
	Marks   map[int]string // by session
	Grade   *string
	Number  *string
}

// MarkField names the cell of a session in faults and forms, GradeField and NumberField the others.
func MarkField(p id.ID, session int) string { return "m_" + p.String() + "_" + strconv.Itoa(session) }

// GradeField names the cell of a grade.
func GradeField(p id.ID) string { return "g_" + p.String() }

// NumberField names the cell of a certificate's number.
func NumberField(p id.ID) string { return "n_" + p.String() }

// Record stores attendance, grades and numbers of a class, all or none, and returns for how many people
// something changed. The fields of a fault are named by MarkField and the like.
func (s *Service) Record(ctx context.Context, who access.Actor, class id.ID, forms []SeatForm) (int, error) {
	changed := 0
	err := s.st.Update(ctx, audit.Of(who, "course.record", class.Province(), class), func(tx *store.Tx) error {
		changed = 0
		c, _, err := load(tx, who, class)
		if err != nil {
			return err
		}
		bad := fault.E("courses.Record", fault.Invalid, "course.cells")
		if err := record(tx, c, forms, bad, &changed); err != nil {
			return err
		}
		if len(bad.Fields) > 0 {
			return bad
		}
		tx.Did(class, strconv.Itoa(changed))
		return nil
	})
	if err != nil {
		return 0, err
	}
	return changed, nil
}

// record writes the forms that fit and notes in bad what does not.
func record(tx *store.Tx, c course.Class, forms []SeatForm, bad *fault.Error, changed *int) error {
	seats, err := tx.Seats(c.ID)
	if err != nil {
		return err
	}
	at := map[id.ID]*Sitting{}
	for i := range seats {
		at[seats[i].Seat.Person] = &seats[i]
	}
	for _, f := range forms {
		x := at[f.Person]
		if x == nil {
			return fault.E("courses.record", fault.NotFound, "person.notfound")
		}
		next := x.Seat
		f.apply(c, &next, tx.Today, bad)
		if next == x.Seat {
			continue
		}
		if f.Version != 0 && f.Version != x.Seat.Version {
			return fault.E("courses.record", fault.Stale, "course.stale")
		}
		if x.Cert != 0 && (next.Grade != x.Grade || next.Number != x.Number) {
			bad.Field(GradeField(f.Person), "course.issued_fixed", x.Number)
			continue
		}
		*changed++
		if err := tx.PutSeat(&next); err != nil {
			return err
		}
	}
	return nil
}

// apply writes a form on a seat.
func (f SeatForm) apply(c course.Class, s *course.Seat, today day.Date, bad *fault.Error) {
	for i, text := range f.Marks {
		m, ok := course.ParseMark(text)
		switch {
		case i < 0 || i >= len(c.Sessions):
			bad.Field(MarkField(f.Person, i), "course.no_session", i+1)
		case !ok:
			bad.Field(MarkField(f.Person, i), "course.mark_unknown", text)
		case m != course.Unknown && m != s.Mark(i) && (c.Sessions[i].On > today || c.Begins > today):
			bad.Field(MarkField(f.Person, i), "course.session_future", i+1)
		default:
			s.SetMark(i, m)
		}
	}
	if f.Grade != nil {
		grade, ok := course.ParseGrade(*f.Grade)
		switch {
		case !ok:
			bad.Field(GradeField(f.Person), "course.grade_unknown", *f.Grade)
		case course.Passes(grade) && grade != s.Grade && len(c.Sessions) == 0:
			bad.Field(GradeField(f.Person), "course.no_sessions_text")
		case course.Passes(grade) && grade != s.Grade && !s.Came():
			bad.Field(GradeField(f.Person), "course.grade_absent")
		default:
			s.Grade = grade
		}
	}
	if f.Number != nil {
		s.Number = vi.NFC(strings.TrimSpace(*f.Number))
		if len([]rune(s.Number)) > maxNumber {
			bad.Field(NumberField(f.Person), "course.too_long", maxNumber)
		}
	}
}

// maxNumber is the longest number of a certificate, in runes: a limit of this program.
const maxNumber = 60

// FillPresent stores what was typed, then marks everybody present in the sessions up to today in which nothing was
// recorded of them: who writes down the absent and then calls the rest present must not lose the absent.
func (s *Service) FillPresent(ctx context.Context, who access.Actor, class id.ID, typed []SeatForm) (int, error) {
	return s.each(ctx, who, class, "course.present", typed, func(c course.Class, x *course.Seat, today day.Date) error {
		for i, t := range c.Sessions {
			if x.Mark(i) == course.Unknown && t.On <= today && c.Begins <= today {
				x.SetMark(i, course.Present)
			}
		}
		return nil
	})
}

// NumberFrom stores what was typed, then numbers those who passed and have no number yet, in the order of names,
// from a first number on (số của người đầu tiên).
func (s *Service) NumberFrom(ctx context.Context, who access.Actor, class id.ID, first string, typed []SeatForm) (int, error) {
	first = vi.NFC(strings.TrimSpace(first))
	n := 0
	return s.each(ctx, who, class, "course.number", typed, func(c course.Class, x *course.Seat, _ day.Date) error {
		if !course.Passes(x.Grade) || x.Number != "" || x.Cert != 0 {
			return nil
		}
		number, ok := course.NumberAfter(first, n)
		if !ok || len([]rune(number)) > maxNumber {
			return fault.E("courses.NumberFrom", fault.Invalid, "course.first_number").Field("first", "course.first_number")
		}
		x.Number = number
		n++
		return nil
	})
}

// each stores what was typed, then changes the seats of a class one by one and returns how many that changed.
func (s *Service) each(ctx context.Context, who access.Actor, class id.ID, action string, typed []SeatForm, f func(course.Class, *course.Seat, day.Date) error) (int, error) {
	changed := 0
	err := s.st.Update(ctx, audit.Of(who, action, class.Province(), class), func(tx *store.Tx) error {
		changed = 0
		c, _, err := load(tx, who, class)
		if err != nil {
			return err
		}
		bad, stored := fault.E("courses.each", fault.Invalid, "course.cells"), 0
		if err := record(tx, c, typed, bad, &stored); err != nil {
			return err
		}
		if len(bad.Fields) > 0 {
			return bad
		}
		seats, err := tx.Seats(class)
		if err != nil {
			return err
		}
		for _, x := range seats {
			next := x.Seat
			if err := f(c, &next, tx.Today); err != nil {
				return err
			}
			if next == x.Seat {
				continue
			}
			if err := tx.PutSeat(&next); err != nil {
				return err
			}
			changed++
		}
		tx.Did(class, strconv.Itoa(changed))
		return nil
	})
	return changed, err
}
