// Package people is the service on the records of people (services floor): load, may, rule, put.
package people

import (
	"context"
	"slices"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// Service reads and changes records.
type Service struct {
	st    *store.Store
	looks looks
}

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st: st} }

// Today is the day of the system's clock.
func (s *Service) Today() day.Date { return s.st.Today() }

// Record is a person with everything a page shows of them; sealed fields stay masked.
type Record struct {
	Person        person.Person
	Unit          org.Unit
	Above         []org.Unit
	Filled        map[string]string // sealed fields that are filled in, masked
	Withheld      []string          // sealed fields that are closed: their owner did not consent, or no longer does
	Movements     []Line            // newest first
	ProbationEnds day.Date          // of a probationary member: the end of the last month of probation
	MayWrite      bool
	MayReveal     bool
	Live          bool // a dossier of theirs is under way
	Today         day.Date
}

// Line is one movement with the names of its units.
type Line struct {
	ledger.Movement
	FromUnit, ToUnit string
	At               time.Time // when it was recorded
	By               string    // by whom
	Reason           string    // of a reversal
	Undone           bool
	Last             bool // the last standing one, which can be undone
}

// Get returns a record the actor may read.
func (s *Service) Get(ctx context.Context, who access.Actor, i id.ID) (Record, error) {
	var r Record
	err := s.st.View(ctx, func(tx *store.Tx) error {
		p, u, err := load(tx, who, access.Read, i)
		if err != nil {
			return err
		}
		r = Record{Person: p, Unit: u, Today: tx.Today, MayWrite: who.Can(access.Write, u) && !p.Void, MayReveal: who.Can(access.Reveal, u)}
		if r.Above, err = tx.Above(u); err != nil {
			return err
		}
		r.Above = who.Readable(r.Above)
		if r.Live, err = tx.HasLiveDossier(i); err != nil {
			return err
		}
		sealed, err := tx.Sealed(i)
		if err != nil {
			return err
		}
		usable, withheld, err := tx.Usable(i, sealed)
		if err != nil {
			return err
		}
		r.Filled, r.Withheld = Masked(usable), withheld
		if p.Place.Stage == ledger.Probationary {
			r.ProbationEnds = p.Joined.AddMonths(tx.Rules().Int("probation.months"))
		}
		r.Movements, err = lines(tx, i)
		return err
	})
	if err == nil {
		err = s.saw(ctx, who, "person.read", i)
	}
	if err != nil {
		return Record{}, err
	}
	return r, nil
}

// UnitName returns the name of a unit the actor may read.
func (s *Service) UnitName(ctx context.Context, who access.Actor, i id.ID) (string, error) {
	var u org.Unit
	err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		u, _, err = over(tx, who, i)
		return err
	})
	return u.Name, err
}

// UnitFor is UnitName where the actor also has a right: a form opens only for who may do what it asks for.
func (s *Service) UnitFor(ctx context.Context, who access.Actor, right access.Right, i id.ID) (string, error) {
	var u org.Unit
	err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		if u, _, err = over(tx, who, i); err == nil {
			err = who.Must(right, u)
		}
		return err
	})
	return u.Name, err
}

func load(tx *store.Tx, who access.Actor, right access.Right, i id.ID) (person.Person, org.Unit, error) {
	p, err := tx.Person(i)
	if err != nil {
		return p, org.Unit{}, err
	}
	u, err := tx.Unit(p.LastUnit)
	if err != nil {
		return p, u, err
	}
	if err := who.Must(right, u); err != nil {
		if fault.Is(err, fault.NotFound) {
			err = fault.E("people.load", fault.NotFound, "person.notfound")
		}
		return p, u, err
	}
	return p, u, nil
}

// lines reads the movements of a person, newest first.
func lines(tx *store.Tx, i id.ID) ([]Line, error) {
	ms, err := tx.Movements(i)
	if err != nil {
		return nil, err
	}
	undone := map[id.ID]bool{}
	var units, acts []id.ID
	for _, m := range ms {
		undone[m.Reverses] = true
		units, acts = append(units, m.From.Unit, m.To.Unit), append(acts, m.Audit)
	}
	named, err := tx.UnitsByID(i.Province(), units)
	if err != nil {
		return nil, err
	}
	traces, err := tx.Traces(i.Province(), acts)
	if err != nil {
		return nil, err
	}
	last := id.ID(0)
	if standing := ledger.Standing(ms); len(standing) > 0 {
		last = standing[len(standing)-1].ID
	}
	out := make([]Line, 0, len(ms))
	for _, m := range slices.Backward(ms) {
		t := traces[m.Audit]
		l := Line{Movement: m, FromUnit: named[m.From.Unit].Name, ToUnit: named[m.To.Unit].Name, At: instant(m.Recorded), By: t.Name, Undone: undone[m.ID], Last: m.ID == last}
		if m.Reverses != 0 {
			_, l.Reason, _ = strings.Cut(t.Detail, ": ")
		}
		out = append(out, l)
	}
	return out, nil
}

// traceLimit is how many acts a history shows.
const traceLimit = 200

// Trace is one act on a record, with the codes and reasons it was noted with.
type Trace struct {
	At             time.Time
	Name           string
	Action, Detail string
}

// History returns what was done to a record, latest first, also who looked at its sealed fields. It is
// for those who may change the record.
func (s *Service) History(ctx context.Context, who access.Actor, i id.ID) ([]Trace, error) {
	var out []Trace
	err := s.st.View(ctx, func(tx *store.Tx) error {
		if _, _, err := load(tx, who, access.Write, i); err != nil {
			return err
		}
		ts, err := tx.TracesOf(i, traceLimit)
		out = make([]Trace, 0, len(ts))
		for _, t := range ts {
			out = append(out, Trace{instant(t.At), t.Name, t.Action, t.Detail})
		}
		return err
	})
	return out, err
}

func instant(ms int64) time.Time { return time.UnixMilli(ms).In(day.Vietnam) }

// Form is a record as somebody fills it in. Sealed fields left empty on a change stay as they are.
type Form struct {
	Person    person.Person
	Sealed    person.Sealed
	Clear     []string     // codes of sealed fields a change empties
	Unit      id.ID        // of a new person
	Stage     ledger.Stage // of a new person
	Cause     ledger.Cause // of a new person
	Effective day.Date     // of a new person, and of changed attributes; 0 is today for these
	Confirmed bool         // the warning of a possible duplicate was seen
	Key       string
}

// Create stores a new person. When somebody of the same name and birth date is known and the form
// does not confirm, nothing is stored and the twins are returned. The same form a second time stores
// nothing and returns who the first time made, with the fault that says so (once.done).
func (s *Service) Create(ctx context.Context, who access.Actor, f Form) (i id.ID, twins []Twin, err error) {
	province := f.Unit.Province()
	err = s.st.Update(ctx, audit.Of(who, "person.create", province, 0).Once(f.Key), func(tx *store.Tx) error {
		i, twins, err = s.create(tx, who, f)
		return err
	})
	if fault.TextOf(err).Key == "once.done" {
		i, err = s.st.Twice(ctx, province, f.Key, err)
	}
	return i, twins, err
}

func (s *Service) create(tx *store.Tx, who access.Actor, f Form) (i id.ID, twins []Twin, err error) {
	const op = "people.Create"
	if f.Unit == 0 {
		return 0, nil, fault.E(op, fault.Invalid, "person.unit_missing").Field("unit", "person.unit_missing")
	}
	u, err := tx.Unit(f.Unit)
	if err == nil {
		err = who.Must(access.Write, u)
	}
	if err != nil {
		return 0, nil, err
	}
	if !u.Alive(max(f.Effective, u.Founded)) {
		return 0, nil, fault.E(op, fault.Invalid, "movement.unit_gone", u.Name).Field("unit", "movement.unit_gone", u.Name)
	}
	p := tidy(f.Person)
	p.ID = tx.NewID(f.Unit.Province())
	if err := check(tx, p, f.Sealed, f.Stage); err != nil {
		return 0, nil, err
	}
	if !f.Confirmed {
		if twins, err = findTwins(tx, who, p); err != nil {
			return 0, nil, err
		}
		if len(twins) > 0 {
			return 0, twins, fault.E(op, fault.Conflict, "people.twins")
		}
	}
	if f.Cause == ledger.Adopt { // who is only proposed waits for the cell's resolution
		p.PoolOn = f.Effective
	}
	tx.Did(p.ID, f.Stage.String())
	err = tx.Enrol([]store.Enrolment{{Person: &p, Sealed: f.Sealed, Movements: []ledger.Movement{
		{To: ledger.Place{Unit: u.ID, Stage: f.Stage}, Cause: f.Cause, Effective: f.Effective}}}})
	return p.ID, nil, s.held(tx, who, f.Sealed, err)
}

// check holds a record against the limits of the rules in force.
func check(tx *store.Tx, p person.Person, s person.Sealed, stage ledger.Stage) error {
	age := "pool.min_age"
	if stage.Member() {
		age = "member.min_age"
	}
	return p.Check(s, person.Limits{Today: tx.Today, MinAge: tx.Rules().Int(age), MaxAge: tx.Rules().Int("person.max_age")})
}

// Update changes the fields of a record. When statistical attributes differ, a movement says so, so
// that the counters follow.
func (s *Service) Update(ctx context.Context, who access.Actor, f Form) error {
	const op = "people.Update"
	return s.st.Update(ctx, audit.Of(who, "person.update", f.Person.ID.Province(), f.Person.ID).Once(f.Key), func(tx *store.Tx) error {
		before, _, err := load(tx, who, access.Write, f.Person.ID)
		if err != nil {
			return err
		}
		if before.Version != f.Person.Version {
			return fault.E(op, fault.Stale, "error.stale")
		}
		if err := tx.Free(who, before.ID); err != nil {
			return err
		}
		old, err := tx.Sealed(before.ID)
		if err != nil {
			return err
		}
		after := merge(before, f.Person)
		sealed := mergeSealed(old, f.Sealed, f.Clear)
		if err := check(tx, after, sealed, before.Place.Stage); err != nil {
			return err
		}
		for _, field := range sealedFields { // what is closed is not filled in again; emptying it is always possible
			if v := field.get(sealed); v == "" || v == field.get(old) {
				continue
			}
			if err := tx.Consented(after.ID, store.SealedField(field.code)); fault.Is(err, fault.Conflict) {
				text := fault.TextOf(err)
				return fault.E(op, fault.Invalid, "person.invalid").Field(field.code, text.Key, text.Args...)
			} else if err != nil {
				return err
			}
		}
		tx.Did(after.ID, strings.Join(changed(before, after, old, sealed), " "))
		if err := tx.PutPerson(&before, &after); err != nil {
			return err
		}
		if sealed != old {
			if err := tx.PutSealed(after.ID, old, sealed); err != nil {
				return s.held(tx, who, f.Sealed, err)
			}
		}
		was := before.Attrs()
		if was == after.Attrs() || after.Place.Out() {
			return nil
		}
		on := f.Effective
		if on == 0 {
			on = tx.Today
		}
		_, err = tx.Post(&after, ledger.Movement{To: after.Place, Cause: ledger.Change, Effective: on, Was: &was})
		return err
	})
}

// tidy brings the typed texts of a record into one form.
func tidy(p person.Person) person.Person {
	for _, s := range []*string{&p.Name, &p.OtherName, &p.CertNo, &p.Note} {
		*s = vi.NFC(*s)
	}
	return p
}

// merge takes the fields a form may change from next and everything else from old.
func merge(old, next person.Person) person.Person {
	p := old
	p.Name, p.OtherName, p.Sex, p.Birth, p.Ethnic, p.Religion = next.Name, next.OtherName, next.Sex, next.Birth, next.Ethnic, next.Religion
	p.Occupation, p.Schooling, p.Expertise, p.Theory, p.Youth = next.Occupation, next.Schooling, next.Expertise, next.Theory, next.Youth
	p.PoolOn, p.CertNo, p.CertOn, p.Joined, p.PartyAge, p.OfficialOn = next.PoolOn, next.CertNo, next.CertOn, next.Joined, next.PartyAge, next.OfficialOn
	p.Note = next.Note
	return tidy(p)
}

// changed names what differs, for the audit trail: codes of fields, no values.
func changed(a, b person.Person, old, sealed person.Sealed) []string {
	var codes []string
	for _, f := range []struct {
		code    string
		differs bool
	}{
		{"name", a.Name != b.Name}, {"other_name", a.OtherName != b.OtherName}, {"sex", a.Sex != b.Sex}, {"birth", a.Birth != b.Birth},
		{"ethnic", a.Ethnic != b.Ethnic}, {"religion", a.Religion != b.Religion}, {"occupation", a.Occupation != b.Occupation},
		{"schooling", a.Schooling != b.Schooling}, {"expertise", a.Expertise != b.Expertise}, {"theory", a.Theory != b.Theory}, {"youth", a.Youth != b.Youth},
		{"pool_on", a.PoolOn != b.PoolOn}, {"cert_no", a.CertNo != b.CertNo}, {"cert_on", a.CertOn != b.CertOn}, {"joined", a.Joined != b.Joined},
		{"party_age", a.PartyAge != b.PartyAge}, {"official", a.OfficialOn != b.OfficialOn}, {"note", a.Note != b.Note},
	} {
		if f.differs {
			codes = append(codes, f.code)
		}
	}
	for _, f := range sealedFields {
		if f.get(old) != f.get(sealed) {
			codes = append(codes, "sealed."+f.code)
		}
	}
	return codes
}
