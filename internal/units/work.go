package units

import (
	"context"
	"errors"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/geo"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// work is one decision being carried out in a transaction.
type work struct {
	*store.Tx
	op  string
	who access.Actor
	act Act
	ev  org.Event

	closed day.Date
	effect *Effect // what changes is noted here, when somebody wants to know
}

// decide carries out f as one event of a province.
func (s *Service) decide(ctx context.Context, who access.Actor, province int, object id.ID, kind org.EventKind, act Act, f func(*work) error) error {
	act.Decision.No, act.Decision.Issuer, act.Note = vi.NFC(act.Decision.No), vi.NFC(act.Decision.Issuer), vi.NFC(act.Note)
	if act.Try != nil {
		act.Key = "" // trying is no act
	}
	entry := audit.Of(who, "unit."+string(kind), province, object).With(act.Decision.No + " " + act.On.String()).Once(act.Key)
	err := s.st.Update(ctx, entry, func(tx *store.Tx) error {
		if err := tx.LockTree(province); err != nil {
			return err
		}
		closed, err := tx.ClosedTo(province)
		if err != nil {
			return err
		}
		w := &work{Tx: tx, op: "units." + string(kind), who: who, act: act, closed: closed,
			ev: org.Event{ID: tx.NewID(province), Kind: kind, Effective: act.On, Decision: act.Decision, Note: act.Note}}
		if act.Try != nil || act.Seen != "" {
			w.effect = &Effect{}
		}
		if err := f(w); err != nil {
			return err
		}
		if err := tx.AddEvent(w.ev); err != nil {
			return err
		}
		return w.settle()
	})
	if errors.Is(err, errTried) {
		return nil
	}
	return err
}

// part notes what a unit was in the event.
func (w *work) part(u id.ID, role org.Role, principal bool, before, after string) {
	w.ev.Parts = append(w.ev.Parts, org.Part{Unit: u, Role: role, Principal: principal, Before: before, After: after})
}

func (w *work) refuse(key fault.Key, args ...any) *fault.Error {
	return fault.E(w.op, fault.Conflict, key, args...)
}

// refuseDay refuses because of the day of the decision.
func (w *work) refuseDay(key fault.Key, args ...any) *fault.Error {
	return w.refuse(key, args...).Field("date", key, args...)
}

// open reads a unit that the decision changes: one that the actor may edit, of the event's province,
// and that exists on the day of the decision and today.
func (w *work) open(i id.ID) (org.Unit, error) {
	if i == 0 {
		return org.Unit{}, fault.E(w.op, fault.NotFound, "unit.notfound")
	}
	u, err := w.Unit(i)
	if err != nil {
		return u, err
	}
	if err := w.who.Must(access.EditUnits, u); err != nil {
		return u, err
	}
	if err := w.act.check(w.op, w.Today, w.closed); err != nil { // after the right: who has none learns nothing else
		return u, err
	}
	switch {
	case u.Province() != w.ev.ID.Province():
		return u, w.refuse("unit.across_provinces", u.Name)
	case u.Dissolved != 0:
		return u, w.refuse("unit.is_dissolved", u.Name, u.Dissolved)
	case w.act.On < u.Founded:
		return u, w.refuseDay("unit.before_founding", u.Name, u.Founded)
	}
	return u, nil
}

// openBelowRoot is open for what the root of a province cannot undergo.
func (w *work) openBelowRoot(i id.ID) (org.Unit, error) {
	u, err := w.open(i)
	if err == nil && u.Parent == 0 {
		err = w.refuse("unit.root_fixed", u.Name)
	}
	return u, err
}

// holds says whether a unit may stand under another by their kinds. Powers do not follow from kinds;
// only a cell has nothing below it.
func (w *work) holds(parent org.Unit, kind org.Kind) error {
	if kind == org.Province || parent.Kind == org.Cell || parent.Kind == org.BaseCell {
		return w.refuse("unit.kind_unfit", parent.Name).Field("kind", "unit.kind_unfit", parent.Name)
	}
	return nil
}

// endable says what was recorded after the day of the decision that a unit dissolved on that day
// cannot have done.
func (w *work) endable(u org.Unit) error {
	e, found, err := w.LaterEvent(u.ID, w.act.On)
	if err != nil {
		return err
	}
	if found {
		return w.refuseDay("unit.later_event", u.Name, fault.Key("unit.event."+string(e.Kind)), e.Effective, e.Decision.No)
	}
	n, last, err := w.LaterMovements(u.ID, w.act.On)
	if err != nil {
		return err
	}
	if n > 0 {
		return w.refuseDay("unit.later_movement", u.Name, n, last)
	}
	child, on, err := w.LaterChild(u.ID, w.act.On)
	if err != nil || child == 0 {
		return err
	}
	c, err := w.Unit(child)
	if err != nil {
		return err
	}
	return w.refuseDay("unit.later_child", u.Name, c.Name, on)
}

// under moves a unit below another from the day of the decision on.
func (w *work) under(u, parent org.Unit) error {
	if err := w.holds(parent, u.Kind); err != nil {
		return err
	}
	edge, err := w.Edge(u.ID)
	if err != nil {
		return err
	}
	if w.act.On < edge.From {
		return w.refuseDay("unit.later_parent", u.Name, edge.From)
	}
	ring, err := w.EverUnder(parent.ID, u.ID, w.act.On)
	if err != nil {
		return err
	}
	if ring {
		return w.refuse("unit.into_subtree", u.Name, parent.Name)
	}
	if _, err := w.PutPlace(u, parent); err != nil {
		return err
	}
	return w.PutEdge(u.ID, parent.ID, w.act.On)
}

// kids returns the units directly under u in the tree of today.
func (w *work) kids(u org.Unit) ([]store.TreeRow, error) {
	scope, err := w.who.Over(u)
	if err != nil {
		return nil, err
	}
	return w.Children(scope, 0, store.TreePos{}, allKids)
}

// allKids is more units than stand under any one.
const allKids = 1 << 20

// Fields are what a unit is founded with.
type Fields struct {
	Kind     org.Kind
	Name     string
	Short    string
	Code     string // 14 digits, dots allowed; "" none
	Sector   int    // code list person.Sectors; 0 unknown
	Location string // administrative code; "" takes the parent's
	Blocs    []string
}

// tidy brings fields into the form in which they are stored and says what is wrong with them.
func (f *Fields) tidy(op string) error {
	f.Name, f.Short = vi.NFC(f.Name), vi.NFC(f.Short)
	e := fault.E(op, fault.Invalid, "unit.invalid")
	checkName(e, f.Name, f.Short)
	if !f.Kind.Valid() {
		e.Field("kind", "unit.kind_unknown", string(f.Kind))
	}
	f.Code = checkCode(e, f.Code)
	checkSector(e, f.Sector)
	checkLocation(e, f.Location)
	checkBlocs(e, f.Blocs)
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

func checkName(e *fault.Error, name, short string) {
	switch {
	case len(vi.Words(name)) == 0:
		e.Field("name", "unit.name_missing")
	case len(name) > maxText || len(short) > maxText:
		e.Field("name", "unit.text_long")
	}
}

// checkCode returns the digits of a code.
func checkCode(e *fault.Error, code string) string {
	if code == "" {
		return ""
	}
	digits, ok := org.ValidCode(code)
	if !ok {
		e.Field("code", "unit.code_form", code)
	}
	return digits
}

func checkSector(e *fault.Error, sector int) {
	if sector < 0 || sector > len(person.Sectors) {
		e.Field("sector", "unit.sector_unknown", sector)
	}
}

func checkLocation(e *fault.Error, code string) {
	if code == "" {
		return
	}
	if _, ok := geo.Lookup(code); !ok {
		e.Field("location", "unit.location_unknown", code)
	}
}

func checkBlocs(e *fault.Error, blocs []string) {
	for _, b := range blocs {
		if !slices.Contains(org.Blocs, b) {
			e.Field("blocs", "unit.bloc_unknown", b, strings.Join(org.Blocs, ", "))
		}
	}
}

// freeCode refuses a code that another unit has on the day of the decision or later.
func (w *work) freeCode(code string, self id.ID) error {
	if code == "" {
		return nil
	}
	holder, err := w.CodeHolder(code, w.act.On, self)
	if err != nil || holder == 0 {
		return err
	}
	u, err := w.Unit(holder)
	if err != nil {
		return err
	}
	return w.refuse("unit.code_taken", org.FormatCode(code), u.Name).Field("code", "unit.code_taken", org.FormatCode(code), u.Name)
}

// found stores a new unit under parent from the day of the decision on. The zero parent makes a root,
// in the province of the event.
func (w *work) found(parent org.Unit, f Fields) (org.Unit, error) {
	if err := f.tidy(w.op); err != nil {
		return org.Unit{}, err
	}
	if parent.ID != 0 {
		if err := w.holds(parent, f.Kind); err != nil {
			return org.Unit{}, err
		}
		if f.Location == "" {
			f.Location = parent.Location
		}
	}
	if err := w.freeCode(f.Code, 0); err != nil {
		return org.Unit{}, err
	}
	u := org.Unit{ID: w.NewID(w.ev.ID.Province()), Kind: f.Kind, Name: f.Name, Short: f.Short, Code: f.Code, Sector: f.Sector,
		Location: f.Location, Founded: w.act.On, Version: 1}.Place(parent)
	if err := w.AddUnit(u); err != nil {
		return u, err
	}
	slices.Sort(f.Blocs)
	for _, b := range slices.Compact(f.Blocs) {
		if err := w.AddTag(org.Tag{Unit: u.ID, Kind: org.BlocTag, Value: b, From: w.act.On, Source: w.act.Decision.No}); err != nil {
			return u, err
		}
	}
	return u, nil
}

// later reports whether what holds since a day began after the day of a decision.
func later(since, on day.Date) bool { return since > on }
