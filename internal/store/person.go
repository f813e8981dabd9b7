package store

import (
	"errors"
	"fmt"

	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/vi"
)

const personCols = `p.id, p.person_key, p.unit_id, p.branch_id, p.stage, p.since, p.name, p.other_name, p.sex, p.birth, p.ethnic, p.religion, p.occupation,
	p.schooling, p.expertise, p.theory, p.youth, p.sector, p.pool_on, p.cert_no, p.cert_on, p.joined, p.party_age, p.official_on, p.note, p.void, p.version, p.audit_id, p.batch_id`

func scanPerson(s db.Scanner, p *person.Person) error {
	if err := s.Scan(&p.ID, &p.Key, &p.LastUnit, &p.Branch, &p.Place.Stage, &p.Since, &p.Name, &p.OtherName, &p.Sex, &p.Birth, &p.Ethnic, &p.Religion, &p.Occupation,
		&p.Schooling, &p.Expertise, &p.Theory, &p.Youth, &p.Sector, &p.PoolOn, &p.CertNo, &p.CertOn, &p.Joined, &p.PartyAge, &p.OfficialOn, &p.Note, &p.Void, &p.Version, &p.LastAudit, &p.BornInBatch); err != nil {
		return err
	}
	p.Place.Unit = p.LastUnit
	if p.Place.Out() {
		p.Place.Unit = 0
	}
	return nil
}

const personInsert = `INSERT INTO person (province_id, id, person_key, unit_id, branch_id, stage, since, name, name_key, other_name, sex, birth, ethnic, religion,
	occupation, schooling, expertise, theory, youth, sector, pool_on, cert_no, cert_on, joined, party_age, official_on, note, dup_key, void, version, audit_id, batch_id)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)`

func personRow(p *person.Person, r *Ready) []any {
	return []any{p.ID.Province(), int64(p.ID), int64(p.Key), int64(p.LastUnit), int64(p.Branch), int(p.Place.Stage), int32(p.Since), p.Name, r.nameKey, p.OtherName,
		p.Sex, int32(p.Birth), p.Ethnic, p.Religion, p.Occupation, p.Schooling, p.Expertise, p.Theory, p.Youth, p.Sector, int32(p.PoolOn), p.CertNo, int32(p.CertOn),
		int32(p.Joined), int32(p.PartyAge), int32(p.OfficialOn), p.Note, r.dup, p.Void, p.Version, int64(p.LastAudit), int64(p.BornInBatch)}
}

// Person returns a record. It is not scoped: callers ask access with the unit of the result.
func (tx *Tx) Person(i id.ID) (person.Person, error) {
	var p person.Person
	found := false
	err := tx.Each(tx.ctx, `SELECT `+personCols+` FROM person p WHERE p.province_id = $1 AND p.id = $2`,
		[]any{i.Province(), int64(i)}, func(s db.Scanner) error { found = true; return scanPerson(s, &p) })
	if err == nil && !found {
		err = fault.E("store.Person", fault.NotFound, "person.notfound")
	}
	return p, err
}

// prepare checks and counts the movements of a new person in memory.
func (tx *Tx) prepare(e *Enrolment) error {
	p := e.Person
	rules, err := tx.ledgerRules(p.ID.Province())
	if err != nil {
		return err
	}
	p.Version, p.LastAudit = 1, tx.audit
	if p.Key == 0 {
		p.Key = p.ID
	}
	for i := range e.Movements {
		m := &e.Movements[i]
		last := ledger.Last{Place: p.Place, Effective: p.Since, Attrs: p.Attrs()}
		m.From = p.Place
		if err := tx.enterSector(p, m); err != nil {
			return err
		}
		m.Attrs = p.Attrs()
		tx.stamp(p, m)
		if err := ledger.Check(*m, last, rules); err != nil {
			return err
		}
		if err := tx.follow(p, *m); err != nil {
			return err
		}
		if err := tx.count(*m); err != nil {
			return err
		}
	}
	if p.LastUnit == 0 {
		return fault.E("store.Enrol", fault.Invalid, "person.unit_missing")
	}
	return nil
}

// Kinds of numbers in person_key.
const (
	numberKey = 1
	cardKey   = 2
)

// NumberHash returns the blind index of an identity number.
func (s *Store) NumberHash(number string) []byte { return s.ring.Blind("number", number) }

func (s *Store) cardHash(card string) []byte { return s.ring.Blind("card", card) }

// claimKeys makes the numbers of a person theirs alone in the nation.
func (tx *Tx) claimKeys(p id.ID, s person.Sealed) error {
	for _, k := range []struct {
		kind  int
		value string
		hash  func(string) []byte
		key   fault.Key
	}{{numberKey, s.Number, tx.store.NumberHash, "person.number_taken"}, {cardKey, s.Card, tx.store.cardHash, "person.card_taken"}} {
		if k.value == "" {
			continue
		}
		n, err := tx.Exec(tx.ctx, `INSERT INTO person_key (key_hash, province_id, person_id, kind) VALUES ($1, $2, $3, $4)
			ON CONFLICT (key_hash) DO NOTHING`, k.hash(k.value), p.Province(), int64(p), k.kind)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.E("store.claimKeys", fault.Conflict, k.key)
		}
	}
	return nil
}

// PersonByNumber returns who holds an identity number, 0 when nobody does.
func (tx *Tx) PersonByNumber(number string) (id.ID, error) {
	var p id.ID
	err := tx.Row(tx.ctx, `SELECT person_id FROM person_key WHERE key_hash = $1`, []any{tx.store.NumberHash(number)}, &p)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return p, err
}

// ReleaseKeys gives up every number of a person, when the record turns out to be nobody's.
func (tx *Tx) ReleaseKeys(p id.ID, s person.Sealed) error {
	for _, h := range [][]byte{tx.store.NumberHash(s.Number), tx.store.cardHash(s.Card)} {
		if _, err := tx.Exec(tx.ctx, `DELETE FROM person_key WHERE key_hash = $1 AND person_id = $2`, h, int64(p)); err != nil {
			return err
		}
	}
	return nil
}

func sealedPlace(p id.ID) string { return fmt.Sprintf("person_sealed|%d|%d", p.Province(), int64(p)) }

// Sealed opens the sealed fields of a person; the caller has asked access and logs the reveal.
func (tx *Tx) Sealed(p id.ID) (person.Sealed, error) {
	var s person.Sealed
	var box, salt []byte
	err := tx.Row(tx.ctx, `SELECT sealed, salt FROM person_sealed WHERE province_id = $1 AND person_id = $2`, []any{p.Province(), int64(p)}, &box, &salt)
	if errors.Is(err, db.ErrNoRows) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	return s, openOwnJSON(tx.store.ring.Own(salt), sealedPlace(p), box, &s)
}

// PutSealed replaces the sealed fields of a person and moves the claims on numbers with them.
func (tx *Tx) PutSealed(p id.ID, before, after person.Sealed) error {
	if before.Number != after.Number || before.Card != after.Card {
		if err := tx.ReleaseKeys(p, before); err != nil {
			return err
		}
		if err := tx.claimKeys(p, after); err != nil {
			return err
		}
	}
	box := []byte{}
	if !after.Zero() {
		var err error
		if box, err = tx.sealOwnJSON(p, sealedPlace(p), after); err != nil {
			return err
		}
	}
	_, err := tx.Exec(tx.ctx, `UPDATE person_sealed SET sealed = $3 WHERE province_id = $1 AND person_id = $2`, p.Province(), int64(p), box)
	return err
}

// PutPerson stores the fields of p (not the place: see Post) when nobody changed the record since
// it was read; before is the record as it was read.
func (tx *Tx) PutPerson(before, p *person.Person) error {
	n, err := tx.Exec(tx.ctx, `UPDATE person SET name = $3, name_key = $4, other_name = $5, sex = $6, birth = $7, ethnic = $8, religion = $9,
		occupation = $10, schooling = $11, expertise = $12, theory = $13, youth = $14, pool_on = $15, cert_no = $16, cert_on = $17, joined = $18,
		party_age = $19, official_on = $20, note = $21, dup_key = $22, void = $23, audit_id = $24, version = version + 1
		WHERE province_id = $1 AND id = $2 AND version = $25`,
		p.ID.Province(), int64(p.ID), p.Name, vi.NameKey(p.Name), p.OtherName, p.Sex, int32(p.Birth), p.Ethnic, p.Religion,
		p.Occupation, p.Schooling, p.Expertise, p.Theory, p.Youth, int32(p.PoolOn), p.CertNo, int32(p.CertOn), int32(p.Joined),
		int32(p.PartyAge), int32(p.OfficialOn), p.Note, p.DupKey(), p.Void, int64(tx.audit), p.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.E("store.PutPerson", fault.Stale, "error.stale")
	}
	p.Version++
	p.LastAudit = tx.audit
	tx.Touch(p, nil)
	if before.Name == p.Name {
		return nil
	}
	if _, err := tx.Many(tx.ctx, `DELETE FROM person_word WHERE province_id = $1 AND word = $2 AND name_key = $3 AND person_id = $4`, func(yield func([]any) bool) {
		for _, w := range nameWords(before.Name) {
			if !yield([]any{p.ID.Province(), w, vi.NameKey(before.Name), int64(p.ID)}) {
				return
			}
		}
	}); err != nil {
		return err
	}
	return tx.addPersonWords([]Enrolment{{Person: p, Ready: tx.store.Ready(p, &person.Sealed{}, Blinds{})}})
}
