package store

import (
	"errors"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
)

// AddEvent stores what a decision did to units, with its parts. A unit has one part per role.
func (tx *Tx) AddEvent(e org.Event) error {
	p := e.ID.Province()
	if _, err := tx.Exec(tx.ctx, `INSERT INTO unit_event (province_id, id, kind, effective, decision_no, decision_issuer, decision_date, note, recorded, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, p, int64(e.ID), string(e.Kind), int32(e.Effective),
		e.Decision.No, e.Decision.Issuer, int32(e.Decision.Date), e.Note, tx.Now, int64(tx.audit)); err != nil {
		return err
	}
	_, err := tx.Many(tx.ctx, `INSERT INTO unit_event_part (province_id, event_id, unit_id, role, principal, before_text, after_text)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, func(yield func([]any) bool) {
		for _, x := range e.Parts {
			if !yield([]any{p, int64(e.ID), int64(x.Unit), string(x.Role), x.Principal, x.Before, x.After}) {
				return
			}
		}
	})
	return err
}

// UnitEvents returns the events a unit had a part in, the oldest first: its own parts and those of the
// units an event led from and to, each with its name as it was. Other subjects are told of a
// re-parenting only: a merger of communes moves a hundred cells.
func (tx *Tx) UnitEvents(u id.ID) ([]org.Event, error) {
	p := u.Province()
	var es []org.Event
	at := map[id.ID]int{}
	if err := tx.Each(tx.ctx, `SELECT DISTINCT e.id, e.kind, e.effective, e.decision_no, e.decision_issuer, e.decision_date, e.note, e.recorded
		FROM unit_event_part s CROSS JOIN unit_event e
		WHERE s.province_id = $1 AND s.unit_id = $2 AND e.province_id = $3 AND e.id = s.event_id ORDER BY e.effective, e.id`,
		[]any{p, int64(u), p}, func(s db.Scanner) error {
			var e org.Event
			var kind string
			err := s.Scan(&e.ID, &kind, &e.Effective, &e.Decision.No, &e.Decision.Issuer, &e.Decision.Date, &e.Note, &e.Recorded)
			e.Kind = org.EventKind(kind)
			at[e.ID] = len(es)
			es = append(es, e)
			return err
		}); err != nil {
		return nil, err
	}
	err := tx.Each(tx.ctx, `SELECT x.event_id, x.unit_id, x.role, x.principal, x.before_text, x.after_text,
		COALESCE((SELECT n.name FROM unit_name n WHERE n.province_id = $1 AND n.unit_id = x.unit_id AND n.valid_from <= e.effective
			ORDER BY n.valid_from DESC LIMIT 1), '')
		FROM unit_event_part s CROSS JOIN unit_event e CROSS JOIN unit_event_part x
		WHERE s.province_id = $2 AND s.unit_id = $3 AND e.province_id = $4 AND e.id = s.event_id
		AND x.province_id = $5 AND x.event_id = s.event_id AND (x.role <> $6 OR x.unit_id = $7 OR e.kind = $8)
		ORDER BY x.event_id, x.unit_id, x.role`,
		[]any{p, p, int64(u), p, p, string(org.Subject), int64(u), string(org.Reparented)}, func(s db.Scanner) error {
			var event id.ID
			var x org.Part
			var role string
			if err := s.Scan(&event, &x.Unit, &role, &x.Principal, &x.Before, &x.After, &x.Name); err != nil {
				return err
			}
			x.Role = org.Role(role)
			e := &es[at[event]]
			if n := len(e.Parts); n == 0 || e.Parts[n-1] != x { // the unit may have two roles in one event
				e.Parts = append(e.Parts, x)
			}
			return nil
		})
	return es, err
}

// LaterEvent returns the first event after a day in which a unit had a part; found is false when
// there is none.
func (tx *Tx) LaterEvent(u id.ID, after day.Date) (e org.Event, found bool, err error) {
	var kind string
	err = tx.Row(tx.ctx, `SELECT e.id, e.kind, e.effective, e.decision_no FROM unit_event_part s CROSS JOIN unit_event e
		WHERE s.province_id = $1 AND s.unit_id = $2 AND e.province_id = $3 AND e.id = s.event_id AND e.effective > $4 ORDER BY e.effective, e.id LIMIT 1`,
		[]any{u.Province(), int64(u), u.Province(), int32(after)}, &e.ID, &kind, &e.Effective, &e.Decision.No)
	e.Kind = org.EventKind(kind)
	if errors.Is(err, db.ErrNoRows) {
		return e, false, nil
	}
	return e, err == nil, err
}

// LaterMovements returns how many movements into, inside or out of a unit took effect after a day, and
// the day of the last.
func (tx *Tx) LaterMovements(u id.ID, after day.Date) (n int64, last day.Date, err error) {
	p := u.Province()
	var out int64
	var lastOut day.Date
	if err := tx.Row(tx.ctx, `SELECT COUNT(1), COALESCE(MAX(effective), 0) FROM movement WHERE province_id = $1 AND to_unit = $2 AND effective > $3`,
		[]any{p, int64(u), int32(after)}, &n, &last); err != nil {
		return 0, 0, err
	}
	err = tx.Row(tx.ctx, `SELECT COUNT(1), COALESCE(MAX(effective), 0) FROM movement
		WHERE province_id = $1 AND from_unit = $2 AND effective > $3 AND from_unit <> to_unit AND from_unit <> 0`,
		[]any{p, int64(u), int32(after)}, &out, &lastOut)
	return n + out, max(last, lastOut), err
}

// LaterChild returns a unit that stood under u on some day after a day, other than those that came
// there before and are there still; 0 when there is none.
func (tx *Tx) LaterChild(u id.ID, after day.Date) (child id.ID, on day.Date, err error) {
	err = tx.Row(tx.ctx, `SELECT unit_id, CASE WHEN valid_from > $1 THEN valid_from ELSE valid_to END FROM unit_edge
		WHERE province_id = $2 AND parent_id = $3 AND (valid_from > $4 OR valid_to > $5) ORDER BY valid_from, unit_id LIMIT 1`,
		[]any{int32(after), u.Province(), int64(u), int32(after), int32(after)}, &child, &on)
	if errors.Is(err, db.ErrNoRows) {
		return 0, 0, nil
	}
	return child, on, err
}

// Edge returns the edge of a unit that holds today.
func (tx *Tx) Edge(u id.ID) (org.Edge, error) {
	e := org.Edge{Unit: u}
	err := tx.Row(tx.ctx, `SELECT parent_id, valid_from, valid_to FROM unit_edge WHERE province_id = $1 AND unit_id = $2 ORDER BY valid_from DESC LIMIT 1`,
		[]any{u.Province(), int64(u)}, &e.Parent, &e.From, &e.To)
	return e, tx.one("store.Edge", "unit.notfound", err)
}

// EverUnder reports whether a unit stood, on any day from a day on, below another by the dated edges.
// It may say yes when the edges it climbs did not all hold on one day.
func (tx *Tx) EverUnder(u, above id.ID, from day.Date) (bool, error) {
	if u == above {
		return true, nil
	}
	p, d := u.Province(), int32(from)
	var n int64
	err := tx.Row(tx.ctx, `WITH RECURSIVE up (id, step) AS (
			SELECT e.parent_id, 1 FROM unit_edge e WHERE e.province_id = $1 AND e.unit_id = $2 AND (e.valid_to = 0 OR e.valid_to > $3)
			UNION
			SELECT e.parent_id, up.step + 1 FROM up CROSS JOIN unit_edge e
			WHERE e.province_id = $4 AND e.unit_id = up.id AND (e.valid_to = 0 OR e.valid_to > $5) AND up.step < $6
		) SELECT COUNT(1) FROM up WHERE id = $7`, []any{p, int64(u), d, p, d, maxDepth, int64(above)}, &n)
	return n > 0, err
}

// CodeHolder returns a unit of any province, other than one, that has a code on a day or later; 0 when
// none has.
func (tx *Tx) CodeHolder(code string, on day.Date, except id.ID) (id.ID, error) {
	var holder id.ID
	err := tx.EachProvince(func(p Province) error {
		if holder != 0 {
			return nil
		}
		err := tx.Row(tx.ctx, `SELECT unit_id FROM unit_tag WHERE province_id = $1 AND kind = $2 AND value = $3
			AND (valid_to = 0 OR valid_to > $4) AND unit_id <> $5 ORDER BY unit_id LIMIT 1`,
			[]any{p.ID, string(org.CodeTag), code, int32(on), int64(except)}, &holder)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		return err
	})
	return holder, err
}

// PeopleIn returns the people inside a unit itself today, in the order of their names. It is not
// scoped: callers ask access with the unit.
func (tx *Tx) PeopleIn(u id.ID) ([]person.Person, error) {
	var ps []person.Person
	err := tx.Each(tx.ctx, `SELECT `+personCols+` FROM person p WHERE p.province_id = $1 AND p.unit_id = $2 AND p.stage > $3 ORDER BY p.name_key, p.id`,
		[]any{u.Province(), int64(u), int(ledger.Outside)}, func(s db.Scanner) error {
			var p person.Person
			err := scanPerson(s, &p)
			ps = append(ps, p)
			return err
		})
	return ps, err
}
