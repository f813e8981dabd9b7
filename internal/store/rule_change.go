package store

import (
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// The kinds and states of a RuleChange.
const (
	PackChange  = "pack"  // a rule pack added or corrected; of province 0
	LocalChange = "local" // what a committee adds for its subtree

	ChangeProposed = "proposed"
	ChangeApproved = "approved"
	ChangeRejected = "rejected"
)

// RuleChange is a proposal to add or correct rules, and what became of it (đề nghị sửa gói quy tắc, bổ sung riêng).
type RuleChange struct {
	ID          id.ID
	Kind        string
	Unit        id.ID  // of a local addition
	Name        string // id of the pack, or what a local addition is called
	Revision    int    // of a pack, 0 until it is approved
	Body, Note  string
	From, To    day.Date // of a local addition; To 0 while it holds
	State       string
	By          id.ID
	ByName      string
	At          int64 // unix ms
	Decided     id.ID
	DecidedName string
	DecidedAt   int64
	DecidedNote string
	Version     int64
}

const changeCols = `r.id, r.kind, r.unit_id, r.name, r.revision, r.body, r.note, r.valid_from, r.valid_to, r.state, r.by_id, r.by_name, r.at, r.decided_id, r.decided_name, r.decided_at, r.decided_note, r.version`

func scanChange(s db.Scanner, c *RuleChange) error {
	return s.Scan(&c.ID, &c.Kind, &c.Unit, &c.Name, &c.Revision, &c.Body, &c.Note, &c.From, &c.To, &c.State, &c.By, &c.ByName, &c.At,
		&c.Decided, &c.DecidedName, &c.DecidedAt, &c.DecidedNote, &c.Version)
}

// AddRuleChange stores a new proposal or addition of the actor.
func (tx *Tx) AddRuleChange(province int, c *RuleChange) error {
	c.ID, c.Version, c.By, c.ByName, c.At = tx.NewID(province), 1, tx.entry.Actor, tx.entry.Name, tx.Now
	_, err := tx.Exec(tx.ctx, `INSERT INTO rule_change (province_id, id, kind, unit_id, name, revision, body, note, valid_from, valid_to, state, by_id, by_name, at,
			decided_id, decided_name, decided_at, decided_note, version, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, '', 0, '', 1, $15)`,
		province, int64(c.ID), c.Kind, int64(c.Unit), c.Name, c.Revision, c.Body, c.Note, int(c.From), int(c.To), c.State, int64(c.By), c.ByName, c.At, int64(tx.audit))
	return err
}

// RuleChanges returns the proposals and additions of a kind in a province, of every state when state is
// empty, in the order in which they were made.
func (tx *Tx) RuleChanges(province int, kind, state string) ([]RuleChange, error) {
	b := db.NewB(`SELECT `+changeCols+` FROM rule_change r WHERE r.province_id = $1 AND r.kind = $2`, province, kind)
	if state != "" {
		b.Add(` AND r.state = $1`, state)
	}
	b.Add(` ORDER BY r.id`)
	var cs []RuleChange
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var c RuleChange
		err := scanChange(s, &c)
		cs = append(cs, c)
		return err
	})
	return cs, err
}

// RuleChange returns one proposal or addition.
func (tx *Tx) RuleChange(province int, i id.ID) (RuleChange, error) {
	var c RuleChange
	found := false
	err := tx.Each(tx.ctx, `SELECT `+changeCols+` FROM rule_change r WHERE r.province_id = $1 AND r.id = $2`, []any{province, int64(i)}, func(s db.Scanner) error {
		found = true
		return scanChange(s, &c)
	})
	if err == nil && !found {
		err = fault.E("store.RuleChange", fault.NotFound, "rules.no_change")
	}
	return c, err
}

// DecideRuleChange stores what the actor decided: state, revision and last day. The version is the one that was read.
func (tx *Tx) DecideRuleChange(province int, c *RuleChange) error {
	c.Decided, c.DecidedName, c.DecidedAt = tx.entry.Actor, tx.entry.Name, tx.Now
	n, err := tx.Exec(tx.ctx, `UPDATE rule_change SET state = $1, revision = $2, valid_to = $3, decided_id = $4, decided_name = $5, decided_at = $6, decided_note = $7, version = $8, audit_id = $9
		WHERE province_id = $10 AND id = $11 AND version = $12`,
		c.State, c.Revision, int(c.To), int64(c.Decided), c.DecidedName, c.DecidedAt, c.DecidedNote, c.Version+1, int64(tx.audit), province, int64(c.ID), c.Version)
	if err == nil && n == 0 {
		return fault.E("store.DecideRuleChange", fault.Stale, "error.stale")
	}
	c.Version++
	return err
}

// Holiday is a day of the calendar an administrator added or corrected.
type Holiday struct {
	Day          day.Date
	Work         bool
	Name, Source string
	At           int64
	By           string
}

// Holidays returns the days added or corrected, in order; they hold for every province.
func (tx *Tx) Holidays() ([]Holiday, error) {
	var hs []Holiday
	err := tx.Each(tx.ctx, `SELECT h.day, h.work, h.name, h.source, h.at, h.by_name FROM holiday h WHERE h.province_id = 0 ORDER BY h.day`, nil, func(s db.Scanner) error {
		var h Holiday
		err := s.Scan(&h.Day, &h.Work, &h.Name, &h.Source, &h.At, &h.By)
		hs = append(hs, h)
		return err
	})
	return hs, err
}

// PutHoliday adds or corrects a day.
func (tx *Tx) PutHoliday(h Holiday) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO holiday (province_id, day, work, name, source, at, by_name, audit_id) VALUES (0, $1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (province_id, day) DO UPDATE SET work = excluded.work, name = excluded.name, source = excluded.source, at = excluded.at, by_name = excluded.by_name, audit_id = excluded.audit_id`,
		int(h.Day), h.Work, h.Name, h.Source, tx.Now, tx.entry.Name, int64(tx.audit))
	return err
}

// DropHoliday takes a day back, so that the calendar says again what it said.
func (tx *Tx) DropHoliday(d day.Date) error {
	n, err := tx.Exec(tx.ctx, `DELETE FROM holiday WHERE province_id = 0 AND day = $1`, int(d))
	if err == nil && n == 0 {
		return fault.E("store.DropHoliday", fault.NotFound, "rules.no_holiday")
	}
	return err
}
