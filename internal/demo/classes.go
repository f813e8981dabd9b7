package demo

import (
	"context"
	"fmt"
	"slices"

	"ketnap/internal/course"
	"ketnap/internal/courses"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// room is one invented class: when it began, how many were called, and how far it has come.
type room struct {
	kind  course.Kind
	name  string
	ago   int // days since the first session; less than 0 is ahead
	seats int
	upto  stop
}

// stop is how far a class has come.
type stop int

const (
	called stop = iota // people were called, nothing was marked
	marked             // attendance up to today
	graded             // over, results written down, certificates to be issued
	issued             // certificates issued
)

var rooms = []room{
	{course.Awareness, "Lớp bồi dưỡng nhận thức về Đảng khóa 1", 96, 11, issued},
	{course.Awareness, "Lớp bồi dưỡng nhận thức về Đảng khóa 2", 13, 9, graded},
	{course.Awareness, "Lớp bồi dưỡng nhận thức về Đảng khóa 3", 2, 12, marked},
	{course.NewMember, "Lớp bồi dưỡng đảng viên mới khóa 2", -20, 8, called},
}

// teach opens the classes of the commune: one certified, one to be certified, one running now, one to come.
func (l *liver) teach(ctx context.Context, commune id.ID) error {
	sv := courses.New(l.st)
	for n, r := range rooms {
		if err := l.class(ctx, sv, commune, n, r); err != nil {
			return fmt.Errorf("class %d: %w", n+1, err)
		}
	}
	return nil
}

func (l *liver) class(ctx context.Context, sv *courses.Service, commune id.ID, n int, r room) error {
	begins := l.k.today.AddDays(-r.ago)
	c := course.Class{Unit: commune, Kind: r.kind, Name: fmt.Sprintf("%s năm %d", r.name, begins.Year()), Place: "Hội trường Trung tâm Chính trị",
		Issuer: "Trung tâm Chính trị", DecisionNo: fmt.Sprintf("%02d-QĐ/ĐU", 41+n), DecisionOn: begins.AddDays(-14), Begins: begins}
	if r.kind == course.NewMember {
		for i := range 4 {
			c.Sessions = append(c.Sessions, course.Session{On: begins.AddDays(i / 2), Part: course.Parts[i%2], Lesson: fmt.Sprintf("Chuyên đề %d", i+1), Periods: 5})
		}
		c.Ends = begins.AddDays(1)
	}
	class, err := sv.Create(ctx, l.who, courses.Form{Class: c, Lang: "vi"})
	if err != nil {
		return err
	}
	people, err := l.pupils(ctx, sv, class, begins, r)
	if err != nil || len(people) == 0 {
		return err
	}
	if _, err := sv.Invite(ctx, l.who, class, people, min(begins.AddDays(-10), l.k.today)); err != nil || r.upto == called {
		return err
	}
	return l.run(ctx, sv, class, people, r)
}

// pupils chooses whom a class calls: those who were in the pool, or probationers, for a while by then.
func (l *liver) pupils(ctx context.Context, sv *courses.Service, class id.ID, begins day.Date, r room) ([]id.ID, error) {
	cs, err := sv.Candidates(ctx, l.who, class, 0)
	if err != nil {
		return nil, err
	}
	fit := slices.DeleteFunc(cs.People, func(p store.PersonRow) bool { return p.Since > begins.AddDays(-20) })
	l.k.r.Shuffle(len(fit), func(i, j int) { fit[i], fit[j] = fit[j], fit[i] })
	fit = fit[:min(len(fit), r.seats)]
	ids := make([]id.ID, len(fit))
	for i, p := range fit {
		ids[i] = p.ID
	}
	return ids, nil
}

// run marks who came, what they got, and issues the certificates, as far as the class has come.
func (l *liver) run(ctx context.Context, sv *courses.Service, class id.ID, people []id.ID, r room) error {
	absent := map[int]string{0: "k", 1: "k", 2: "p"}
	if _, err := sv.Record(ctx, l.who, class, []courses.SeatForm{{Person: people[0], Marks: absent}}); err != nil {
		return err
	}
	if _, err := sv.FillPresent(ctx, l.who, class, nil); err != nil || r.upto == marked {
		return err
	}
	var forms []courses.SeatForm
	for i, p := range people {
		grade := []string{"fail", "good", "fair", "fair", "average"}[min(i, 1+l.k.r.IntN(4))]
		forms = append(forms, courses.SeatForm{Person: p, Grade: &grade})
	}
	if _, err := sv.Record(ctx, l.who, class, forms); err != nil {
		return err
	}
	if r.upto == graded {
		return nil
	}
	if _, err := sv.NumberFrom(ctx, l.who, class, "001/GCN-BDNT", nil); err != nil {
		return err
	}
	v, err := sv.Get(ctx, l.who, class)
	if err != nil {
		return err
	}
	b, err := sv.Certify(ctx, l.who, courses.CertifyForm{Class: class, On: v.Class.Ends.AddDays(7), Reason: "Đã báo cáo cấp ủy, đồng ý cho tiếp tục"}, false)
	if fault.TextOf(err).Key == "course.nobody_fits" {
		return nil
	}
	l.moved += b.Fit
	return err
}

// at lists people of a stage in a unit, in the order they were made.
func (l *liver) at(ctx context.Context, unit id.ID, stage ledger.Stage) ([]person.Person, error) {
	var out []person.Person
	err := l.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		scope, err := l.who.Over(u)
		if err != nil {
			return err
		}
		page, err := tx.People(scope, store.PeopleFilter{Stages: []ledger.Stage{stage}}, "", 200)
		if err != nil {
			return err
		}
		ids := make([]id.ID, len(page.Rows))
		for i := range page.Rows {
			ids[i] = page.Rows[i].ID
		}
		slices.Sort(ids)
		if out, err = tx.PeopleByID(unit.Province(), ids); err != nil {
			return err
		}
		slices.SortFunc(out, func(a, b person.Person) int { return int(a.ID - b.ID) })
		return nil
	})
	return out, err
}
