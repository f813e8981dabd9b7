package store

import (
	"ketnap/internal/access"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/subject"
)

// Consents returns what a person said about purposes, what was said last about each coming last. It is not scoped: callers ask access with the
// unit of the person.
func (tx *Tx) Consents(p id.ID) ([]subject.Consent, error) {
	var out []subject.Consent
	err := tx.Each(tx.ctx, `SELECT purpose, version, hash, said, way, on_day, at, by_name, place FROM consent WHERE province_id = $1 AND person_id = $2 ORDER BY purpose, n`,
		[]any{p.Province(), int64(p)}, func(s db.Scanner) error {
			c := subject.Consent{Person: p}
			var said, way string
			err := s.Scan(&c.Purpose, &c.Version, &c.Hash, &said, &way, &c.On, &c.At, &c.By, &c.Place)
			c.Said, c.Way = subject.Said(said), subject.Way(way)
			out = append(out, c)
			return err
		})
	return out, err
}

// AddConsent stores what a person said, given what was said before. Of two who write about the same purpose at once one is refused as stale:
// what they checked it against is not what holds any more.
func (tx *Tx) AddConsent(c *subject.Consent, before []subject.Consent) error {
	n := 1
	for _, b := range before {
		if b.Purpose == c.Purpose {
			n++
		}
	}
	c.At = tx.Now
	done, err := tx.Exec(tx.ctx, `INSERT INTO consent (province_id, person_id, purpose, n, version, hash, said, way, on_day, at, by_name, place, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (province_id, person_id, purpose, n) DO NOTHING`, c.Person.Province(), int64(c.Person), c.Purpose, n,
		c.Version, c.Hash, string(c.Said), string(c.Way), int32(c.On), c.At, c.By, c.Place, int64(tx.audit))
	if err == nil && done == 0 {
		err = fault.E("store.AddConsent", fault.Stale, "error.stale")
	}
	return err
}

// shut are the purposes that are closed for a person: they were refused or withdrawn.
func (tx *Tx) shut(p id.ID) ([]subject.Purpose, error) {
	all, err := tx.Consents(p)
	return shutBy(all), err
}

func shutBy(all []subject.Consent) (out []subject.Purpose) {
	for _, x := range subject.Book().Consented() {
		if last, _ := subject.Latest(all, x.Code); x.Closes(last.Said) {
			out = append(out, x)
		}
	}
	return out
}

// Consented refuses a use of somebody's data that they did not consent to, or no longer do. It is read in the transaction that uses the data,
// so a withdrawal holds from the instant it is stored, for everybody: the console too.
func (tx *Tx) Consented(p id.ID, use string) error {
	closed, err := tx.shut(p)
	if err != nil {
		return err
	}
	for _, x := range closed {
		if x.Covers(use) {
			return fault.E("store.Consented", fault.Conflict, "consent.closed", fault.Text{Key: fault.Key("consent.purpose." + x.Code)})
		}
	}
	return nil
}

// sealedPart names a sealed field as the classes of columns do.
const sealedPart = "person_sealed.sealed."

// SealedField names the use of a sealed field, for Consented.
func SealedField(code string) string { return sealedPart + code }

// Usable takes out of sealed fields what may not be used because its owner did not consent, or no longer does. It returns the codes of what it
// took out. Only its owner is shown the rest.
func (tx *Tx) Usable(p id.ID, s person.Sealed) (person.Sealed, []string, error) {
	shut, err := tx.shut(p)
	if err != nil {
		return person.Sealed{}, nil, err
	}
	codes := without(&s, shut)
	return s, codes, nil
}

// without empties the sealed fields that closed purposes cover.
func without(s *person.Sealed, shut []subject.Purpose) (codes []string) {
	for _, f := range []struct {
		code  string
		value *string
	}{{"phone", &s.Phone}, {"email", &s.Email}} {
		for _, x := range shut {
			if x.Covers(SealedField(f.code)) {
				*f.value = ""
				codes = append(codes, f.code)
			}
		}
	}
	return codes
}

// shutAt is shut for everybody at a unit.
func (tx *Tx) shutAt(unit id.ID) (func(id.ID) []subject.Purpose, error) {
	all := map[id.ID][]subject.Consent{}
	err := tx.Each(tx.ctx, `SELECT c.person_id, c.purpose, c.said FROM consent c JOIN person p ON p.province_id = c.province_id AND p.id = c.person_id
		WHERE c.province_id = $1 AND p.province_id = $2 AND p.unit_id = $3 ORDER BY c.person_id, c.purpose, c.n`, []any{unit.Province(), unit.Province(), int64(unit)}, func(s db.Scanner) error {
		var p id.ID
		var c subject.Consent
		var said string
		err := s.Scan(&p, &c.Purpose, &said)
		c.Said = subject.Said(said)
		all[p] = append(all[p], c)
		return err
	})
	return func(p id.ID) []subject.Purpose { return shutBy(all[p]) }, err
}

// Withheld returns of some people of a province those who are not to be in what a use covers.
func (tx *Tx) Withheld(province int, people []id.ID, use string) (map[id.ID]bool, error) {
	out := map[id.ID]bool{}
	for _, x := range subject.Book().Consented() {
		if !x.Covers(use) {
			continue
		}
		said := map[id.ID]subject.Said{}
		for rest := people; len(rest) > 0; {
			n := min(len(rest), inChunk)
			b := db.NewB(`SELECT person_id, said FROM consent WHERE province_id = $1 AND purpose = $2 AND`, province, x.Code).In(`person_id`, padIDs(rest[:n])).Add(`ORDER BY person_id, n`)
			rest = rest[n:]
			if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
				var p id.ID
				var last string
				err := s.Scan(&p, &last)
				said[p] = subject.Said(last)
				return err
			}); err != nil {
				return nil, err
			}
		}
		for _, p := range people {
			if x.Closes(said[p]) {
				out[p] = true
			}
		}
	}
	return out, nil
}

// ConsentCount is how many people of a scope said what about a purpose last.
type ConsentCount struct {
	Purpose string
	Said    subject.Said // "": nothing yet
	N       int64
}

// consentsOver is the last word of everybody who is in a stage in a unit's subtree.
const consentsOver = ` FROM consent c JOIN person p ON p.province_id = c.province_id AND p.id = c.person_id
	JOIN unit u ON u.province_id = p.province_id AND u.id = p.unit_id
	WHERE c.province_id = $1 AND p.province_id = $2 AND u.province_id = $3 AND u.path >= $4 AND u.path < $5 AND p.stage <> 0
	AND NOT EXISTS (SELECT 1 FROM consent d WHERE d.province_id = $1 AND d.person_id = c.person_id AND d.purpose = c.purpose AND d.n > c.n)`

// ConsentCounts counts them; people of whom nothing is stored are not among them.
func (tx *Tx) ConsentCounts(sc access.Scope) ([]ConsentCount, error) {
	as, err := tx.areas(sc)
	if err != nil {
		return nil, err
	}
	var out []ConsentCount
	for _, a := range as {
		p, path, end := a.province(), a.unit.Path, org.PathEnd(a.unit.Path)
		if err := tx.Each(tx.ctx, `SELECT c.purpose, c.said, COUNT(1)`+consentsOver+` GROUP BY c.purpose, c.said`, []any{p, p, p, path, end}, func(s db.Scanner) error {
			var c ConsentCount
			var said string
			err := s.Scan(&c.Purpose, &said, &c.N)
			c.Said = subject.Said(said)
			out = append(out, c)
			return err
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ConsentRow is somebody's last word on a purpose as a list shows it.
type ConsentRow struct {
	subject.Consent
	Name, UnitName string
}

// ConsentsSaying lists the people of a scope whose last word on a purpose is a given one, by name; each province has at most so many.
func (tx *Tx) ConsentsSaying(sc access.Scope, purpose string, said subject.Said, atMost int) ([]ConsentRow, error) {
	as, err := tx.areas(sc)
	if err != nil {
		return nil, err
	}
	var out []ConsentRow
	for _, a := range as {
		p, path, end := a.province(), a.unit.Path, org.PathEnd(a.unit.Path)
		if err := tx.Each(tx.ctx, `SELECT c.person_id, c.version, c.way, c.on_day, c.by_name, p.name, u.name`+consentsOver+` AND c.purpose = $6 AND c.said = $7 ORDER BY p.name_key, p.id LIMIT $8`,
			[]any{p, p, p, path, end, purpose, string(said), atMost}, func(s db.Scanner) error {
				r := ConsentRow{Consent: subject.Consent{Purpose: purpose, Said: said}}
				var way string
				err := s.Scan(&r.Person, &r.Version, &way, &r.On, &r.By, &r.Name, &r.UnitName)
				r.Way = subject.Way(way)
				out = append(out, r)
				return err
			}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
