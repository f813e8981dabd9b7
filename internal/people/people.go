// Package people is the service on the records of people (services floor): load, may, rule, put.
package people

import (
	"context"
	"strings"

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
type Service struct{ st *store.Store }

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st} }

// Record is a person with everything a page shows of them; sealed fields stay masked.
type Record struct {
	Person    person.Person
	Unit      org.Unit
	Above     []org.Unit
	Filled    map[string]string // sealed fields that are filled in, masked
	Movements []Line            // newest first
	MayWrite  bool
	MayReveal bool
	Today     day.Date
}

// Line is one movement with the names of its units.
type Line struct {
	ledger.Movement
	FromUnit, ToUnit string
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
		sealed, err := tx.Sealed(i)
		if err != nil {
			return err
		}
		r.Filled = masked(sealed)
		r.Movements, err = lines(tx, i)
		return err
	})
	return r, err
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

func lines(tx *store.Tx, i id.ID) ([]Line, error) {
	ms, err := tx.Movements(i)
	if err != nil {
		return nil, err
	}
	names, undone := map[id.ID]string{}, map[id.ID]bool{}
	name := func(u id.ID) (string, error) {
		if u == 0 {
			return "", nil
		}
		if n, ok := names[u]; ok {
			return n, nil
		}
		x, err := tx.Unit(u)
		names[u] = x.Name
		return x.Name, err
	}
	for _, m := range ms {
		undone[m.Reverses] = true
	}
	standing := ledger.Standing(ms)
	var out []Line
	for n := len(ms) - 1; n >= 0; n-- {
		m := ms[n]
		l := Line{Movement: m, Undone: undone[m.ID], Last: len(standing) > 0 && standing[len(standing)-1].ID == m.ID}
		if l.FromUnit, err = name(m.From.Unit); err != nil {
			return nil, err
		}
		if l.ToUnit, err = name(m.To.Unit); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// Form is a record as somebody fills it in. Sealed fields left empty on a change stay as they are.
type Form struct {
	Person    person.Person
	Sealed    person.Sealed
	Unit      id.ID        // of a new person
	Stage     ledger.Stage // of a new person
	Cause     ledger.Cause // of a new person
	Effective day.Date     // of a new person
	Confirmed bool         // the warning of a possible duplicate was seen
	Key       string
}

// Twin is a record that may be the same person.
type Twin struct {
	ID      id.ID
	Name    string
	Birth   day.Date
	Unit    string
	Visible bool // the actor may open it
}

// Create stores a new person. When somebody of the same name and birth date is known and the form
// does not confirm, nothing is stored and the twins are returned.
func (s *Service) Create(ctx context.Context, who access.Actor, f Form) (i id.ID, twins []Twin, err error) {
	province := f.Unit.Province()
	err = s.st.Update(ctx, audit.Of(who, "person.create", province, 0).Once(f.Key), func(tx *store.Tx) error {
		i, twins = 0, nil
		u, err := tx.Unit(f.Unit)
		if err != nil {
			return err
		}
		if err := who.Must(access.Write, u); err != nil {
			return err
		}
		p := f.Person
		p.ID = tx.NewID(province)
		if err := check(tx, p, f.Sealed, f.Stage); err != nil {
			return err
		}
		if !f.Confirmed {
			if twins, err = findTwins(tx, who, p); err != nil {
				return err
			}
			if len(twins) > 0 {
				return fault.E("people.Create", fault.Conflict, "people.twins")
			}
		}
		if f.Stage == ledger.Proposed || f.Stage == ledger.Pool {
			p.PoolOn = f.Effective
		}
		i = p.ID
		tx.Did(i, f.Stage.String())
		return tx.Enrol([]store.Enrolment{{Person: &p, Sealed: f.Sealed, Movements: []ledger.Movement{
			{To: ledger.Place{Unit: u.ID, Stage: f.Stage}, Cause: f.Cause, Effective: f.Effective}}}})
	})
	return i, twins, err
}

// check holds a record against the limits of the rules in force.
func check(tx *store.Tx, p person.Person, s person.Sealed, stage ledger.Stage) error {
	age := "pool.min_age"
	if stage.Member() {
		age = "member.min_age"
	}
	return p.Check(s, person.Limits{Today: tx.Today, MinAge: tx.Rules().Int(age), MaxAge: tx.Rules().Int("person.max_age")})
}

func findTwins(tx *store.Tx, who access.Actor, p person.Person) ([]Twin, error) {
	if p.DupKey() == 0 {
		return nil, nil
	}
	ps, err := tx.PeopleByDup(p.ID.Province(), []int64{p.DupKey()})
	if err != nil {
		return nil, err
	}
	var twins []Twin
	for _, x := range ps {
		if vi.Fold(x.Name) != vi.Fold(p.Name) || x.Birth != p.Birth {
			continue
		}
		u, err := tx.Unit(x.LastUnit)
		if err != nil {
			return nil, err
		}
		t := Twin{ID: x.ID, Visible: who.Can(access.Read, u)}
		if t.Visible {
			t.Name, t.Birth, t.Unit = x.Name, x.Birth, u.Name
		}
		twins = append(twins, t)
	}
	return twins, nil
}

// Update changes the fields of a record. When statistical attributes differ, a movement says so, so
// that the counters follow; its day is today.
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
		old, err := tx.Sealed(before.ID)
		if err != nil {
			return err
		}
		after := merge(before, f.Person)
		sealed := mergeSealed(old, f.Sealed)
		if err := check(tx, after, sealed, before.Place.Stage); err != nil {
			return err
		}
		if err := tx.PutPerson(&before, &after); err != nil {
			return err
		}
		if sealed != old {
			if err := tx.PutSealed(after.ID, old, sealed); err != nil {
				return err
			}
		}
		tx.Did(after.ID, strings.Join(changed(before, after, sealed != old), ","))
		was := before.Attrs()
		if was == after.Attrs() || after.Place.Out() {
			return nil
		}
		_, err = tx.Post(&after, ledger.Movement{To: after.Place, Cause: ledger.Change, Effective: tx.Today, Was: &was})
		return err
	})
}

// merge takes the fields a form may change from next and everything else from old.
func merge(old, next person.Person) person.Person {
	p := old
	p.Name, p.OtherName, p.Sex, p.Birth, p.Ethnic, p.Religion = vi.NFC(next.Name), vi.NFC(next.OtherName), next.Sex, next.Birth, next.Ethnic, next.Religion
	p.Occupation, p.Schooling, p.Expertise, p.Theory, p.Youth = next.Occupation, next.Schooling, next.Expertise, next.Theory, next.Youth
	p.PoolOn, p.CertNo, p.CertOn, p.Joined, p.PartyAge, p.OfficialOn = next.PoolOn, next.CertNo, next.CertOn, next.Joined, next.PartyAge, next.OfficialOn
	p.Note = vi.NFC(next.Note)
	return p
}

// changed names what differs, for the audit trail: names of fields, no values.
func changed(a, b person.Person, sealed bool) []string {
	var names []string
	add := func(differs bool, name string) {
		if differs {
			names = append(names, name)
		}
	}
	add(a.Name != b.Name || a.OtherName != b.OtherName, "name")
	add(a.Birth != b.Birth, "birth")
	add(a.Attrs() != b.Attrs() && a.Birth == b.Birth, "attributes")
	add(a.Joined != b.Joined || a.OfficialOn != b.OfficialOn || a.PartyAge != b.PartyAge || a.PoolOn != b.PoolOn || a.CertOn != b.CertOn || a.CertNo != b.CertNo, "dates")
	add(a.Note != b.Note, "note")
	add(sealed, "sealed")
	return names
}

// Today is the day of the system's clock.
func (s *Service) Today() day.Date { return s.st.Today() }
