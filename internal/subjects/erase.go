package subjects

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/approvals"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/subject"
	"ketnap/internal/users"
)

// erasure is what two persons agree to erase: whom a request is about, or whose and which imports' term is over.
type erasure struct {
	Request id.ID   `json:"q,omitempty"`
	People  []id.ID `json:"p,omitempty"`
	Imports []id.ID `json:"i,omitempty"`
	Reason  string  `json:"r,omitempty"`
}

// Deeds are the acts of this service that a second person approves.
func (s *Service) Deeds() map[approval.Kind]approvals.Deed {
	return map[approval.Kind]approvals.Deed{approval.Erase: s.carry, approval.Term: carryTerm}
}

func (s *Service) carry(tx *store.Tx, by, _ access.Actor, a approval.Act) (func(), error) {
	const op = "subjects.carry"
	var o erasure
	if err := json.Unmarshal(a.Order, &o); err != nil {
		return nil, err
	}
	if o.Request == 0 {
		_, err := eraseDue(tx, by, o)
		return nil, err
	}
	v, err := view(tx, by, o.Request)
	if err != nil {
		return nil, err
	}
	if !v.Decide || v.Request.Kind != subject.Delete {
		return nil, approvals.Moved(op)
	}
	return nil, grantErasure(tx, &v.Request, o.Reason)
}

// requireErasure asks for a second person before a request to delete is granted, once it is clear that it can be.
func requireErasure(tx *store.Tx, who access.Actor, v View, reason string) error {
	p, err := tx.Person(v.Request.Person)
	if err != nil {
		return err
	}
	if err := erasable(tx, p); err != nil {
		return err
	}
	order, err := json.Marshal(erasure{Request: v.Request.ID, Reason: reason})
	if err != nil {
		return err
	}
	return approvals.Require(tx, who, approval.Act{Kind: approval.Erase, Unit: v.Unit.ID, Object: p.ID, N: 1, Order: order})
}

func erasable(tx *store.Tx, p person.Person) error {
	const op = "subjects.erasable"
	if !p.Place.Out() {
		return fault.E(op, fault.Conflict, "erase.in_place")
	}
	live, err := tx.HasLiveDossier(p.ID)
	if err == nil && live {
		err = fault.E(op, fault.Conflict, "erase.live")
	}
	return err
}

// grantErasure closes a request to delete as granted and erases.
func grantErasure(tx *store.Tx, r *subject.Request, reason string) error {
	r.State, r.Closed, r.Sealed.Reason = subject.Granted, tx.Today, reason
	if r.Answered == 0 {
		r.Answered = tx.Today
	}
	if err := tx.PutRequest(r); err != nil {
		return err
	}
	p, err := tx.Person(r.Person)
	if err != nil {
		return err
	}
	return erase(tx, &p, "request")
}

func erase(tx *store.Tx, p *person.Person, cause string) error {
	if err := users.Forget(tx, p.ID); err != nil {
		return err
	}
	return tx.Erase(p, cause)
}

// eraseDue erases people and imports whose term is over today; whose is not (any more) stops all of it.
func eraseDue(tx *store.Tx, who access.Actor, o erasure) (int, error) {
	const op = "subjects.eraseDue"
	terms, err := kept(tx)
	if err != nil {
		return 0, err
	}
	before := importsBefore(terms, tx.Today)
	for _, i := range o.People {
		p, _, err := tx.Kept(who, access.SetTarget, i)
		if err != nil {
			return 0, err
		}
		over, err := termOver(tx, terms, p)
		if err == nil && !over {
			err = approvals.Moved(op)
		}
		if err != nil {
			return 0, err
		}
		if err := erase(tx, &p, "term"); err != nil {
			return 0, err
		}
	}
	for _, i := range o.Imports {
		b, err := tx.Batch(i)
		if err != nil {
			return 0, err
		}
		u, err := tx.Unit(b.Unit)
		if err != nil {
			return 0, err
		}
		if err := who.Must(access.SetTarget, u); err != nil {
			return 0, err
		}
		if b.Moved > before {
			return 0, approvals.Moved(op)
		}
		if err := tx.DropBatchFile(i); err != nil {
			return 0, err
		}
		if err := tx.DropBatchRows(i); err != nil {
			return 0, err
		}
	}
	return len(o.People) + len(o.Imports), nil
}

// until is up to which day a term that is over on a day began; 0 when there is no term.
func until(r subject.Retention, on day.Date) day.Date {
	if r.Months == 0 {
		return 0
	}
	return on.AddMonths(-r.Months)
}

// importsBefore is up to which instant the term of an import is over on a day (unix ms).
func importsBefore(terms map[string]subject.Retention, on day.Date) int64 {
	f := until(terms["batch"], on)
	return time.Date(f.Year(), time.Month(f.Month()), f.Day(), 0, 0, 0, 0, day.Vietnam).UnixMilli()
}

// termOver reports whether the term of somebody who is in no stage is over today.
func termOver(tx *store.Tx, terms map[string]subject.Retention, p person.Person) (bool, error) {
	on, refused, err := tx.RefusedOn(p.ID)
	if err != nil || refused {
		return refused && on <= until(terms["refused"], tx.Today), err
	}
	if !p.Place.Out() || p.Void {
		return false, nil
	}
	ms, err := tx.Movements(p.ID)
	if err != nil {
		return false, err
	}
	last := ledger.Standing(ms)
	if len(last) == 0 {
		return false, nil
	}
	m := last[len(last)-1]
	for code, causes := range causesOf {
		if slices.Contains(causes, m.Cause) && m.Effective <= until(terms[code], tx.Today) {
			return true, nil
		}
	}
	return false, nil
}

// Due is what reached the end of its term in a unit's subtree.
type Due struct {
	Unit    org.Unit
	Above   []org.Unit
	On      day.Date
	Today   day.Date
	People  []store.TermRow
	Imports []store.KeptImport
	Terms   map[string]subject.Retention // in force
}

// Ended names how somebody's way ended.
func Ended(r store.TermRow) string {
	if r.State != "" {
		return string(r.State)
	}
	return r.Code
}

// Ends is the day on which the term of a record is over.
func (d Due) Ends(r store.TermRow) day.Date { return r.Since.AddMonths(d.Terms[r.Code].Months) }

// Empty reports whether nothing is due.
func (d Due) Empty() bool { return len(d.People)+len(d.Imports) == 0 }

// duePerAct is as many records and imports as one act erases.
const duePerAct = 200

// Due lists what will have reached the end of its term on a day; nothing is changed.
func (s *Service) Due(ctx context.Context, who access.Actor, unit id.ID, on day.Date) (Due, error) {
	var d Due
	err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		d, err = due(tx, who, unit, on)
		return err
	})
	if err == nil {
		err = s.st.Access(ctx, audit.Of(who, "retention.read", unit.Province(), unit).With(on.String()))
	}
	return d, err
}

func due(tx *store.Tx, who access.Actor, unit id.ID, on day.Date) (Due, error) {
	d := Due{On: on, Today: tx.Today}
	u, err := tx.Unit(unit)
	if err != nil {
		return d, err
	}
	if err := who.Must(access.SetTarget, u); err != nil {
		return d, err
	}
	scope, err := who.Over(u)
	if err != nil {
		return d, err
	}
	d.Unit = u
	if d.Above, err = tx.Above(u); err != nil {
		return d, err
	}
	d.Above = who.Readable(d.Above)
	if d.Terms, err = kept(tx); err != nil {
		return d, err
	}
	if by := until(d.Terms["refused"], on); by > 0 {
		if d.People, err = tx.RefusedUntil(scope, by, duePerAct); err != nil {
			return d, err
		}
	}
	for _, code := range subject.Terms {
		by := until(d.Terms[code], on)
		if causesOf[code] == nil || by == 0 {
			continue
		}
		gone, err := tx.GoneUntil(scope, code, causesOf[code], by, duePerAct)
		if err != nil {
			return d, err
		}
		d.People = append(d.People, gone...)
	}
	d.People = d.People[:min(len(d.People), duePerAct)]
	d.Imports, err = tx.ImportsUntil(scope, importsBefore(d.Terms, on), duePerAct)
	return d, err
}

// EraseDue erases what reached the end of its term in a unit's subtree by today, with a second person where that is asked for. It returns how
// many records and imports there were.
func (s *Service) EraseDue(ctx context.Context, who access.Actor, unit id.ID) (int, error) {
	n := 0
	err := s.st.Update(ctx, audit.Of(who, "retention.erase", unit.Province(), unit), func(tx *store.Tx) error {
		d, err := due(tx, who, unit, tx.Today)
		if err != nil {
			return err
		}
		if d.Empty() {
			return fault.E("subjects.EraseDue", fault.Conflict, "erase.nothing")
		}
		var o erasure
		for _, p := range d.People {
			o.People = append(o.People, p.Person)
		}
		for _, b := range d.Imports {
			o.Imports = append(o.Imports, b.Batch)
		}
		order, err := json.Marshal(o)
		if err != nil {
			return err
		}
		if err := approvals.Require(tx, who, approval.Act{Kind: approval.Erase, Unit: d.Unit.ID, N: int64(len(o.People) + len(o.Imports)), Order: order}); err != nil {
			return err
		}
		n, err = eraseDue(tx, who, o)
		tx.Did(unit, strconv.Itoa(len(o.People))+" "+strconv.Itoa(len(o.Imports)))
		return err
	})
	return n, err
}

// ImportedOn is the day of an instant a list shows.
func ImportedOn(ms int64) day.Date { return day.FromTime(time.UnixMilli(ms).In(day.Vietnam)) }
