// Package pool is the service on the pool (nguồn) as a cell and its committee work with it: who is in it,
// who helps whom, whose quarterly remark is missing, and the acts of a meeting in bulk (services floor).
// Every act is one of the dossier; nothing is kept here beside it.
package pool

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// Service reads the pool and records what meetings resolve about it.
type Service struct {
	st   *store.Store
	acts *dossiers.Service
}

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st, dossiers.New(st)} }

// Today is the day of the system's clock.
func (s *Service) Today() day.Date { return s.st.Today() }

// View says which part of the pool a list shows.
type View string

// The views.
const (
	Everybody View = ""         // everybody before the application
	Proposals View = "proposed" // waiting for a resolution of the cell
	Helpless  View = "helpless" // in the pool without a helper
	Unmarked  View = "unmarked" // without the remark of the quarter
	Unviewed  View = "unviewed" // not reviewed this year
)

// Views lists the views in the order of tabs.
var Views = []View{Everybody, Proposals, Helpless, Unmarked, Unviewed}

// Quarter is the quarter of a day, as remarks name it: "2026-Q4".
func Quarter(d day.Date) string {
	return strconv.Itoa(d.Year()) + "-Q" + strconv.Itoa((d.Month()+2)/3)
}

// QuarterStart is the first day of the quarter of a day.
func QuarterStart(d day.Date) day.Date { return day.Of(d.Year(), (d.Month()-1)/3*3+1, 1) }

// helpers lists the official members of a unit with how many people each helps.
func helpers(tx *store.Tx, unit id.ID) ([]Helper, error) {
	ps, err := tx.Officials(unit)
	if err != nil {
		return nil, err
	}
	n, err := tx.HelpingIn(unit, 0)
	var out []Helper
	for _, p := range ps {
		out = append(out, Helper{p.ID, p.Name, n[p.ID]})
	}
	return out, err
}

// Reasons are why somebody is taken out of the pool.
var Reasons = []string{"discipline", "moved", "over_age", "own_wish", "lapsed", "other"}

// Item is what a meeting resolved about one person.
type Item struct {
	Person id.ID
	Step   dossier.Step // Adopt, Help, Review, Drop, Remark, Task
	Helper id.ID        // of Adopt and Help
	Group  string       // of Drop: one of Reasons
	Text   string       // a remark, a task, the reason in words
}

// Meeting is a resolution about several people.
type Meeting struct {
	Unit   id.ID
	On     day.Date
	No     string
	Dated  day.Date
	Reason string // to go on with warnings
	Items  []Item
	Key    string
}

// Resolve records what a meeting resolved, all or none. Dry writes nothing and says who fits:
// "áp dụng được 41/45".
func (s *Service) Resolve(ctx context.Context, who access.Actor, m Meeting, dry bool) (dossiers.Bulk, error) {
	const op = "pool.Resolve"
	if err := m.check(op); err != nil {
		return dossiers.Bulk{}, err
	}
	forms := make([]dossiers.ActForm, 0, len(m.Items))
	for _, x := range m.Items {
		forms = append(forms, m.form(x))
	}
	b, err := s.acts.DryAll(ctx, who, forms)
	if err != nil || dry {
		return b, err
	}
	var fit []dossiers.ActForm
	for i, l := range b.Lines {
		if l.Fit {
			forms[i].Accept = l.Accept()
			fit = append(fit, forms[i])
		}
	}
	switch {
	case len(fit) == 0:
		return b, fault.E(op, fault.Invalid, "pool.nobody_fits")
	case m.Reason == "" && b.Asked():
		return b, fault.E(op, fault.Invalid, "dossier.accept_reason").Field("warned", "dossier.accept_reason")
	}
	entry := audit.Of(who, "pool.resolve", m.Unit.Province(), m.Unit).With(strconv.Itoa(len(fit))).Once(m.Key)
	err = s.st.Update(ctx, entry, func(tx *store.Tx) error {
		if err := s.acts.ActAll(tx, who, fit); err != nil {
			return err
		}
		tx.Did(m.Unit, strconv.Itoa(len(fit)))
		return nil
	})
	if fault.TextOf(err).Key == "once.done" {
		err = nil // the same form a second time
	}
	return b, err
}

// check holds a meeting against what can be said without the records.
func (m Meeting) check(op string) error {
	e := fault.E(op, fault.Invalid, "pool.invalid")
	if len(m.Items) == 0 {
		return fault.E(op, fault.Invalid, "pool.nobody_chosen")
	}
	if !m.On.Valid() {
		e.Field("on", "ledger.date_missing")
	}
	for _, x := range m.Items {
		if x.Person.Province() != m.Unit.Province() {
			return fault.E(op, fault.NotFound, "person.notfound")
		}
		switch {
		case x.Step == dossier.Drop && !slices.Contains(Reasons, x.Group):
			e.Field("g_"+x.Person.String(), "pool.reason_missing")
		case x.Step == dossier.Drop && x.Group == "other" && strings.TrimSpace(x.Text) == "":
			e.Field("t_"+x.Person.String(), "pool.reason_words")
		}
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// form is the act of the dossier.
func (m Meeting) form(x Item) dossiers.ActForm {
	f := dossiers.ActForm{Person: x.Person, Version: dossiers.AnyVersion, Step: x.Step, On: m.On, No: m.No, Dated: m.Dated,
		Details: dossier.Details{Helper: x.Helper, Group: x.Group, Text: x.Text, Reason: m.Reason}}
	switch x.Step {
	case dossier.Remark:
		f.No, f.Dated = "", 0
		f.Details.Quarter = Quarter(m.On)
	case dossier.Drop:
		if x.Text != "" {
			f.Details.Reason = x.Text
		}
	case dossier.Adopt, dossier.Help:
		f.Details.HelperPaper = m.No
	}
	return f
}
