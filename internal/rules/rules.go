// Package rules is the service on rule packs, working days and what committees add (services floor).
//
// The book the program is delivered with is corrected in the running system: one administrator proposes the
// text of a pack, another one approves it. A revision that is approved never changes, so a dossier that is
// pinned to it can always be explained.
package rules

import (
	"context"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/rule"
	"ketnap/internal/store"
)

// Service reads and corrects rule packs.
type Service struct{ st *store.Store }

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st} }

// versionKey is the setting that changes with every change of rules or holidays.
const versionKey = "rules.version"

// library is everything that holds, at one version.
type library struct {
	book     *rule.Book
	locals   []store.RuleChange // what committees add, of every province
	problems []Problem
}

// Problem is an approved revision that cannot be read any more, so that the one before it holds.
type Problem struct {
	Ref  string
	Text fault.Text
}

func read(tx *store.Tx) (*library, error) {
	version, err := tx.Setting(versionKey)
	if err != nil {
		return nil, err
	}
	l, err := tx.Keep("rules", version, func() (any, error) { return build(tx) })
	if err != nil {
		return nil, err
	}
	return l.(*library), nil
}

func build(tx *store.Tx) (*library, error) {
	book, err := rule.Builtin()
	if err != nil {
		return nil, err
	}
	l := &library{}
	changes, err := tx.RuleChanges(0, store.PackChange, store.ChangeApproved)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(changes, func(a, b store.RuleChange) int { return int(a.DecidedAt - b.DecidedAt) })
	for _, c := range changes {
		next, err := book.With(fileOf(c, c.Revision))
		if err != nil {
			l.problems = append(l.problems, Problem{c.Name, fault.TextOf(err)})
			continue
		}
		book = next
	}
	hs, err := tx.Holidays()
	if err != nil {
		return nil, err
	}
	if l.book, err = withDays(book, hs); err != nil {
		return nil, err
	}
	err = tx.EachProvince(func(p store.Province) error {
		cs, err := tx.RuleChanges(p.ID, store.LocalChange, store.ChangeApproved)
		l.locals = append(l.locals, cs...)
		return err
	})
	return l, err
}

// withDays is a book that counts by the calendar with what administrators added.
func withDays(book *rule.Book, hs []store.Holiday) (*rule.Book, error) {
	if len(hs) == 0 {
		return book, nil
	}
	var extra []day.Holiday
	for _, h := range hs {
		extra = append(extra, day.Holiday{Day: h.Day, Work: h.Work, Vi: h.Name, En: h.Name, Source: h.Source, Sure: "sure"})
	}
	cal, err := day.NewCalendar(extra)
	if err != nil {
		return nil, err
	}
	return book.WithCalendar(cal), nil
}

func fileOf(c store.RuleChange, revision int) rule.File {
	return rule.File{Name: c.Name + ".yaml", Text: []byte(c.Body), Revision: revision}
}

// changed makes every process read the rules anew.
func changed(tx *store.Tx) error { return tx.PutSetting(versionKey, tx.Audit().String()) }

// Book returns every pack there is, those corrected in the running system included.
func (s *Service) Book(ctx context.Context) (*rule.Book, error) {
	var b *rule.Book
	err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		b, err = Book(tx)
		return err
	})
	return b, err
}

// Version changes with every change of rules or holidays: what was computed with them holds for one version.
func Version(tx *store.Tx) (string, error) { return tx.Setting(versionKey) }

// Book returns every pack there is, inside a transaction.
func Book(tx *store.Tx) (*rule.Book, error) {
	l, err := read(tx)
	if err != nil {
		return nil, err
	}
	return l.book, nil
}

// Calendar returns the working days, those an administrator added or corrected included.
func Calendar(tx *store.Tx) (*day.Calendar, error) {
	b, err := Book(tx)
	if err != nil {
		return nil, err
	}
	return b.Calendar(), nil
}

// For returns the pack of a day with the additions of the committees above a unit.
func For(tx *store.Tx, unit id.ID, on day.Date) (*rule.Pack, error) { return Pinned(tx, unit, "", on) }

// Pinned returns the pack a dossier is pinned to, or that of the day when ref is empty, with what the
// committees above the unit add on that day.
func Pinned(tx *store.Tx, unit id.ID, ref string, on day.Date) (*rule.Pack, error) {
	l, err := read(tx)
	if err != nil {
		return nil, err
	}
	var p *rule.Pack
	if ref == "" {
		p, err = l.book.On(on)
	} else {
		p, err = l.book.Pack(ref)
	}
	if err != nil || unit == 0 || len(l.locals) == 0 {
		return p, err
	}
	u, err := tx.Unit(unit)
	if err != nil {
		return nil, err
	}
	return l.with(p, u, on)
}

// with adds what holds for a unit on a day. An addition that does not fit the pack (another regime may know
// its key already) is left out: it never stands in the way of the regulation.
func (l *library) with(p *rule.Pack, u org.Unit, on day.Date) (*rule.Pack, error) {
	for _, c := range l.locals {
		if !strings.Contains(u.Path, "/"+c.Unit.String()+"/") || on < c.From || c.To != day.None && on > c.To {
			continue
		}
		if next, err := p.WithLocal(c.Unit.String(), c.Name, []byte(c.Body)); err == nil {
			p = next
		}
	}
	return p, nil
}

// mayChange asks for the right to administer everything the rules hold for: the nation, or every province
// there is.
func mayChange(tx *store.Tx, who access.Actor) error {
	if who.Can(access.ManageUsers, org.Unit{}) {
		return nil
	}
	n := 0
	err := tx.EachProvince(func(p store.Province) error {
		if p.Root == 0 {
			return nil
		}
		root, err := tx.Unit(p.Root)
		if err != nil {
			return err
		}
		n++
		return who.Must(access.ManageUsers, root)
	})
	if err == nil && n == 0 || fault.Is(err, fault.NotFound) { // a request about rules names no unit to hide
		return fault.E("rules.mayChange", fault.Forbidden, "error.forbidden")
	}
	return err
}

// May reports whether the actor may propose and decide on rules.
func (s *Service) May(ctx context.Context, who access.Actor) (bool, error) {
	may := false
	err := s.st.View(ctx, func(tx *store.Tx) error {
		err := mayChange(tx, who)
		may = err == nil
		if fault.Is(err, fault.Forbidden) || fault.Is(err, fault.NotFound) {
			return nil
		}
		return err
	})
	return may, err
}

// Today returns the day of the clock the rules are asked by.
func (s *Service) Today() day.Date { return s.st.Today() }
