package store

import (
	"slices"
	"strconv"
	"time"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
)

// proof is the verification of one province: what has been read of it so far.
type proof struct {
	tx       *Tx
	province int
	emit     func(Difference) error
	n        Proven

	units    map[id.ID]*unitRow
	tallied  []id.ID           // units with counters, by number
	audits   []id.ID           // of the province, in order
	foreign  map[id.ID]id.ID   // audit entries of other provinces that rows here name -> one such row
	closings []Closing         // in the order of recording
	standing map[id.ID][]stood // what stands, of people with a reversal only
	people   map[id.ID]int32   // everybody the ledger knows -> index of chains
	chains   []chain
	void     map[id.ID]bool // records that turned out to be nobody's
	counted  *recount
	words    words // of the names of people
	claimed  claim // of the sealed numbers of people
}

func newProof(tx *Tx, province int, out func(Difference) error) *proof {
	p := &proof{tx: tx, province: province, units: map[id.ID]*unitRow{}, foreign: map[id.ID]id.ID{}, standing: map[id.ID][]stood{},
		people: map[id.ID]int32{}, void: map[id.ID]bool{}, counted: newRecount()}
	p.emit = func(d Difference) error {
		d.Province = province
		if u := p.units[d.Unit]; u != nil {
			d.Name = u.name
		}
		p.n.Differences++
		return out(d)
	}
	return p
}

// stood is a movement that stands, with the day its person's chain had come to before it.
type stood struct {
	ledger.Movement
	before day.Date
}

// chain is what the movements of one person add up to so far, small because a province has some
// hundred thousand of them.
type chain struct {
	unit   id.ID // the last one inside
	since  day.Date
	traits traits
	stage  int8
}

// last returns what must be known of a person before a movement can be added.
func (c *chain) last() ledger.Last {
	l := ledger.Last{Place: ledger.Place{Unit: c.unit, Stage: ledger.Stage(c.stage)}, Effective: c.since, Attrs: c.traits.attrs()}
	if l.Place.Out() {
		l.Place.Unit = 0
	}
	return l
}

// follow moves the chain on to where m leads.
func (c *chain) follow(m *ledger.Movement, since day.Date) {
	c.stage, c.since, c.traits = int8(m.To.Stage), since, traitsOf(m.Attrs)
	if !m.To.Out() {
		c.unit = m.To.Unit
	}
}

// traits are attributes in twelve bytes. Codes are small; one above 255 becomes 255, which no
// person carries, so that it shows.
type traits struct {
	birth int32
	code  [7]uint8
	youth bool
}

func traitsOf(a ledger.Attrs) (t traits) {
	for i, c := range [7]int{a.Sex, a.Ethnic, a.Religion, a.Occupation, a.Schooling, a.Expertise, a.Sector} {
		t.code[i] = uint8(min(max(c, 0), 255))
	}
	t.birth, t.youth = int32(a.Birth), a.Youth
	return t
}

func (t traits) attrs() ledger.Attrs {
	c := func(i int) int { return int(t.code[i]) }
	return ledger.Attrs{Sex: c(0), Ethnic: c(1), Religion: c(2), Occupation: c(3), Schooling: c(4), Expertise: c(5), Sector: c(6), Birth: day.Date(t.birth), Youth: t.youth}
}

// readClosings reads what closed and opened periods, in the order of the acts.
func (p *proof) readClosings() error {
	all, err := p.tx.Closings(p.province)
	if err != nil {
		return err
	}
	slices.Reverse(all)
	p.closings = all
	for i, c := range all {
		if c.N != i+1 {
			if err := p.emit(number("closing.gap", 0, "n", c.N, i+1)); err != nil {
				return err
			}
		}
		if err := p.needAudit(c.Audit, 0); err != nil {
			return err
		}
	}
	return nil
}

// closingSlack is by how much the clocks of programs on one database may differ, in ms.
const closingSlack = 2000

// closedBefore returns the last closed day as it was when a line was recorded. An act counts as done when both the clock and the order of
// ids put it before the line. Of those that only one of them does, the one that closes least counts, so that a clock set back accuses nobody.
func (p *proof) closedBefore(m *ledger.Movement) day.Date {
	var d day.Date
	for _, c := range p.closings {
		switch {
		case c.At+closingSlack < m.Recorded && c.Audit < m.ID:
			d = c.To
		case c.At < m.Recorded+closingSlack || c.Audit < m.ID:
			d = min(d, c.To)
		}
	}
	return d
}

// readLedger walks the movements once, in the order of recording, and holds each against the one
// before it of the same person.
func (p *proof) readLedger() error {
	var people int
	err := p.tx.Row(p.tx.ctx, `SELECT COUNT(1) FROM person WHERE province_id = $1`, []any{p.province}, &people)
	if err != nil {
		return err
	}
	p.people, p.chains = make(map[id.ID]int32, people), make([]chain, 0, people)
	err = p.tx.Each(p.tx.ctx, `SELECT DISTINCT person_id FROM movement WHERE province_id = $1 AND reverses <> 0`, []any{p.province}, func(s db.Scanner) error {
		var i id.ID
		err := s.Scan(&i)
		p.standing[i] = nil
		return err
	})
	if err != nil {
		return err
	}
	row := newInts(lineCols)
	var m ledger.Movement
	err = p.tx.Each(p.tx.ctx, lineSelect, []any{p.province}, func(s db.Scanner) error {
		if err := s.Scan(row.dest...); err != nil {
			return err
		}
		row.line(&m)
		if was := row.text(lineCols - 1); was != "" {
			if m.Was, err = ledger.UnpackAttrs(was); err != nil {
				return p.emit(Difference{Check: "movement.was", Object: m.ID, Column: "was", Stored: was})
			}
		}
		return p.follow(&m)
	})
	p.counted.sumStock()
	return err
}

// The columns of a movement that can be proven: reading a nation is the cost of these columns.
const (
	lineCols   = 22
	lineSelect = `SELECT id, person_id, from_unit, from_stage, to_unit, to_stage, cause, effective, recorded, audit_id, reverses, age,
		sex, ethnic, religion, occupation, schooling, expertise, sector, birth, youth, was FROM movement WHERE province_id = $1 ORDER BY id`
)

// line reads a movement from a row of lineSelect, without what it carried before.
func (r *ints) line(m *ledger.Movement) {
	*m = ledger.Movement{
		ID: id.ID(r.at(0)), Person: id.ID(r.at(1)),
		From:  ledger.Place{Unit: id.ID(r.at(2)), Stage: ledger.Stage(r.at(3))},
		To:    ledger.Place{Unit: id.ID(r.at(4)), Stage: ledger.Stage(r.at(5))},
		Cause: ledger.Cause(r.at(6)), Effective: day.Date(r.at(7)), Recorded: r.at(8), Audit: id.ID(r.at(9)), Reverses: id.ID(r.at(10)), Age: int(r.at(11)),
		Attrs: r.attrs(12),
	}
}

// attrs reads attributes from nine columns in the order of lineSelect.
func (r *ints) attrs(i int) ledger.Attrs {
	return ledger.Attrs{Sex: int(r.at(i)), Ethnic: int(r.at(i + 1)), Religion: int(r.at(i + 2)), Occupation: int(r.at(i + 3)), Schooling: int(r.at(i + 4)),
		Expertise: int(r.at(i + 5)), Sector: int(r.at(i + 6)), Birth: day.Date(r.at(i + 7)), Youth: r.at(i+8) == 1}
}

// follow holds one movement against its person's chain and counts it.
func (p *proof) follow(m *ledger.Movement) error {
	p.n.Movements++
	c := p.chain(m.Person)
	if err := p.needAudit(m.Audit, m.ID); err != nil {
		return err
	}
	if err := p.checkLine(m, c.last()); err != nil {
		return err
	}
	since := m.Effective
	if m.Reverses != 0 {
		var err error
		if since, err = p.checkReversal(m, c.since); err != nil {
			return err
		}
	} else if stand, ok := p.standing[m.Person]; ok {
		p.standing[m.Person] = append(stand, stood{*m, c.since})
	}
	c.follow(m, since)
	return p.count(m)
}

// chain returns the chain of a person; it is valid until the next call.
func (p *proof) chain(who id.ID) *chain {
	i, ok := p.people[who]
	if !ok {
		i = int32(len(p.chains))
		p.people[who] = i
		p.chains = append(p.chains, chain{})
	}
	return &p.chains[i]
}

// checkLine holds a movement against the rule it was posted by, with the day and the closed periods
// of when it was recorded.
func (p *proof) checkLine(m *ledger.Movement, last ledger.Last) error {
	if m.ID.Province() != p.province || m.Person.Province() != p.province {
		if err := p.emit(Difference{Check: "movement.province", Object: m.ID, Column: "province_id", Stored: strconv.Itoa(p.province), Rebuilt: strconv.Itoa(m.ID.Province())}); err != nil {
			return err
		}
	}
	if m.Reverses == 0 {
		age := 0
		if m.Attrs.Birth != 0 && m.Effective.Valid() {
			age = max(0, m.Attrs.Birth.AgeAt(m.Effective))
		}
		if m.Age != age {
			if err := p.emit(number("movement.age", m.ID, "age", m.Age, age)); err != nil {
				return err
			}
		}
	}
	rules := ledger.Rules{Today: day.FromTime(time.UnixMilli(m.Recorded).In(day.Vietnam)), Closed: p.closedBefore(m)}
	err := ledger.Check(*m, last, rules)
	if err == nil {
		return nil
	}
	check := string(fault.TextOf(err).Key)
	return p.emit(Difference{Check: check, Object: m.ID, Unit: m.From.Unit, Stored: describe(m.From, m.Effective), Rebuilt: describe(last.Place, last.Effective)})
}

// checkReversal holds a reversal against the movement it undoes, which must be the last that stands, of a person whose chain has come to
// since, and returns the day the chain goes back to.
func (p *proof) checkReversal(r *ledger.Movement, since day.Date) (day.Date, error) {
	stand := p.standing[r.Person]
	last := len(stand) - 1
	at := slices.IndexFunc(stand, func(m stood) bool { return m.ID == r.Reverses })
	switch {
	case at < 0:
		return r.Effective, p.emit(Difference{Check: "reversal.unfounded", Object: r.ID, Column: "reverses", Stored: r.Reverses.String()})
	case at != last:
		if err := p.emit(Difference{Check: "reversal.not_last", Object: r.ID, Column: "reverses", Stored: r.Reverses.String(), Rebuilt: stand[last].ID.String()}); err != nil {
			return 0, err
		}
	}
	m, before := stand[at].Movement, stand[at].before
	p.standing[r.Person] = slices.Delete(stand, at, at+1)
	want := m.Reverse(r.ID, max(since, p.closedBefore(r).AddDays(1)))
	for _, c := range p.closings {
		if c.To >= m.Effective && r.Effective == c.To.AddDays(1) {
			want.Effective = r.Effective // the first day after what was closed, whatever the clock said
		}
	}
	was := want.Was == nil && r.Was == nil || want.Was != nil && r.Was != nil && *want.Was == *r.Was
	if r.From != want.From || r.To != want.To || r.Cause != want.Cause || r.Age != want.Age || r.Attrs != want.Attrs || r.Effective != want.Effective || !was {
		if err := p.emit(Difference{Check: "reversal.mirror", Object: r.ID, Unit: r.From.Unit, Stored: describe(r.To, r.Effective), Rebuilt: describe(want.To, want.Effective)}); err != nil {
			return 0, err
		}
	}
	if r.Effective != m.Effective {
		return r.Effective, nil
	}
	return before, nil
}

// number is a difference between two whole numbers.
func number[N ~int | ~int32 | ~int64](check string, object id.ID, column string, stored, rebuilt N) Difference {
	return Difference{Check: check, Object: object, Column: column, Stored: strconv.FormatInt(int64(stored), 10), Rebuilt: strconv.FormatInt(int64(rebuilt), 10)}
}

// describe writes a place and the day somebody is there since.
func describe(p ledger.Place, since day.Date) string {
	return p.Unit.String() + " " + p.Stage.String() + " " + since.String()
}
