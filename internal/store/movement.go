package store

import (
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
)

const movementCols = `m.id, m.person_id, m.from_unit, m.from_stage, m.to_unit, m.to_stage, m.cause, m.effective, m.recorded, m.decision, m.decided_on,
	m.batch_id, m.audit_id, m.reverses, m.campaign, m.age, m.sex, m.ethnic, m.religion, m.occupation, m.schooling, m.expertise, m.sector, m.youth, m.birth, m.was`

const movementInsert = `INSERT INTO movement (province_id, id, person_id, from_unit, from_stage, to_unit, to_stage, cause, effective, recorded,
	decision, decided_on, batch_id, audit_id, reverses, campaign, age, sex, ethnic, religion, occupation, schooling, expertise, sector, youth, birth, was)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)`

func scanMovement(s db.Scanner, m *ledger.Movement) error {
	var was string
	a := &m.Attrs
	if err := s.Scan(&m.ID, &m.Person, &m.From.Unit, &m.From.Stage, &m.To.Unit, &m.To.Stage, &m.Cause, &m.Effective, &m.Recorded, &m.Decision, &m.DecidedOn,
		&m.Batch, &m.Audit, &m.Reverses, &m.Campaign, &m.Age, &a.Sex, &a.Ethnic, &a.Religion, &a.Occupation, &a.Schooling, &a.Expertise, &a.Sector, &a.Youth, &a.Birth, &was); err != nil {
		return err
	}
	var err error
	m.Was, err = ledger.UnpackAttrs(was)
	return err
}

func movementRow(m *ledger.Movement) []any {
	a, was := &m.Attrs, ""
	if m.Was != nil {
		was = m.Was.Pack()
	}
	return []any{m.Person.Province(), int64(m.ID), int64(m.Person), int64(m.From.Unit), int(m.From.Stage), int64(m.To.Unit), int(m.To.Stage), int(m.Cause),
		int32(m.Effective), m.Recorded, m.Decision, int32(m.DecidedOn), int64(m.Batch), int64(m.Audit), int64(m.Reverses), m.Campaign, m.Age,
		a.Sex, a.Ethnic, a.Religion, a.Occupation, a.Schooling, a.Expertise, a.Sector, a.Youth, int32(a.Birth), was}
}

// Post adds a movement of p to the ledger, moves p and counts it: the one way anybody moves. The
// caller sets To, Cause, Effective, Decision and, for a change of attributes, Was (what p had before
// the caller changed it); p is updated to what is stored.
func (tx *Tx) Post(p *person.Person, m ledger.Movement) (ledger.Movement, error) {
	last := ledger.Last{Place: p.Place, Effective: p.Since, Attrs: p.Attrs()}
	if m.Was != nil {
		last.Attrs = *m.Was
	}
	m.From = p.Place
	if err := tx.enterSector(p, &m); err != nil {
		return m, err
	}
	m.Attrs = p.Attrs()
	return m, tx.post(p, &m, last)
}

// Reverse undoes the last standing movement of p. before is the day p's record had come to before it (ledger.Since): it becomes p's last
// again, so that the right movement can be posted with an earlier date than the wrong one. The caller has already put back p's own fields.
func (tx *Tx) Reverse(p *person.Person, m ledger.Movement, before day.Date) (ledger.Movement, error) {
	closed, err := tx.ClosedTo(p.ID.Province())
	if err != nil {
		return m, err
	}
	r := m.Reverse(0, max(p.Since, closed.AddDays(1)))
	last := ledger.Last{Place: p.Place, Effective: p.Since, Attrs: r.Before()}
	p.Sector = r.Attrs.Sector
	since := r.Effective
	if r.Effective == m.Effective {
		since = before
	}
	r.Batch = 0
	if err := tx.postAs(p, &r, last, since); err != nil {
		return r, err
	}
	return r, nil
}

func (tx *Tx) post(p *person.Person, m *ledger.Movement, last ledger.Last) error {
	return tx.postAs(p, m, last, m.Effective)
}

func (tx *Tx) postAs(p *person.Person, m *ledger.Movement, last ledger.Last, since day.Date) error {
	rules, err := tx.ledgerRules(p.ID.Province())
	if err != nil {
		return err
	}
	tx.stamp(p, m)
	if err := ledger.Check(*m, last, rules); err != nil {
		return err
	}
	if err := tx.follow(p, *m); err != nil {
		return err
	}
	p.Since = since
	if err := tx.movePerson(p); err != nil {
		return err
	}
	if _, err := tx.Exec(tx.ctx, movementInsert, movementRow(m)...); err != nil {
		return err
	}
	return tx.count(*m)
}

// enterSector lets p count in the sector of the unit a movement leads to.
func (tx *Tx) enterSector(p *person.Person, m *ledger.Movement) error {
	if m.To.Out() || m.To.Unit == p.Place.Unit {
		return nil
	}
	h, err := tx.home(m.To.Unit)
	if err != nil {
		return err
	}
	if p.Sector != h.sector {
		if !p.Place.Out() && m.Was == nil {
			was := p.Attrs()
			m.Was = &was
		}
		p.Sector = h.sector
	}
	return nil
}

// stamp fills in what the transaction decides.
func (tx *Tx) stamp(p *person.Person, m *ledger.Movement) {
	m.ID, m.Person, m.Recorded, m.Audit = tx.NewID(p.ID.Province()), p.ID, tx.Now, tx.audit
	if m.Reverses == 0 && m.Attrs.Birth != 0 && m.Effective.Valid() {
		m.Age = max(0, m.Attrs.Birth.AgeAt(m.Effective))
	}
}

// follow moves p to where m leads.
func (tx *Tx) follow(p *person.Person, m ledger.Movement) error {
	p.Place, p.Since, p.LastAudit = m.To, m.Effective, tx.audit
	if !m.To.Out() {
		p.LastUnit = m.To.Unit
	}
	if p.LastUnit == 0 {
		return nil
	}
	h, err := tx.home(p.LastUnit) // also of who leaves: the unit may have moved since p was read
	if err != nil {
		return err
	}
	if h.root.Province() != p.ID.Province() {
		return fault.E("store.Post", fault.Invalid, "ledger.other_province")
	}
	p.Branch = h.branch
	return nil
}

// movePerson stores the place of p, when nobody changed the record since it was read.
func (tx *Tx) movePerson(p *person.Person) error {
	n, err := tx.Exec(tx.ctx, `UPDATE person SET unit_id = $3, branch_id = $4, stage = $5, since = $6, sector = $7, audit_id = $8, version = version + 1
		WHERE province_id = $1 AND id = $2 AND version = $9`,
		p.ID.Province(), int64(p.ID), int64(p.LastUnit), int64(p.Branch), int(p.Place.Stage), int32(p.Since), p.Sector, int64(p.LastAudit), p.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.E("store.Post", fault.Stale, "error.stale")
	}
	p.Version++
	tx.Touch(p, nil)
	return nil
}

func (tx *Tx) ledgerRules(province int) (ledger.Rules, error) {
	closed, err := tx.ClosedTo(province)
	return ledger.Rules{Today: tx.Today, Closed: closed}, err
}

// Movements returns the ledger lines of a person in the order of recording.
func (tx *Tx) Movements(p id.ID) ([]ledger.Movement, error) {
	var ms []ledger.Movement
	err := tx.Each(tx.ctx, `SELECT `+movementCols+` FROM movement m WHERE m.province_id = $1 AND m.person_id = $2 ORDER BY m.id`,
		[]any{p.Province(), int64(p)}, func(s db.Scanner) error {
			var m ledger.Movement
			err := scanMovement(s, &m)
			ms = append(ms, m)
			return err
		})
	return ms, err
}

// Movement returns one ledger line.
func (tx *Tx) Movement(i id.ID) (ledger.Movement, error) {
	var m ledger.Movement
	found := false
	err := tx.Each(tx.ctx, `SELECT `+movementCols+` FROM movement m WHERE m.province_id = $1 AND m.id = $2`,
		[]any{i.Province(), int64(i)}, func(s db.Scanner) error { found = true; return scanMovement(s, &m) })
	if err == nil && !found {
		err = fault.E("store.Movement", fault.NotFound, "ledger.notfound")
	}
	return m, err
}

// EachMovement calls f with every movement of a province in the order of recording.
func (tx *Tx) EachMovement(province int, f func(*ledger.Movement) error) error {
	var m ledger.Movement
	return tx.Each(tx.ctx, `SELECT `+movementCols+` FROM movement m WHERE m.province_id = $1 ORDER BY m.id`,
		[]any{province}, func(s db.Scanner) error {
			if err := scanMovement(s, &m); err != nil {
				return err
			}
			return f(&m)
		})
}
