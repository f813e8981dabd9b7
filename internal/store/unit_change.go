package store

import (
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
)

// treeLock is the class of the advisory locks of PostgreSQL under which a province's tree changes.
const treeLock = 0x6b6e

// LockTree keeps a province's tree for this transaction: who posts movements waits, because their
// counters depend on where units stand. SQLite has one writer anyway. Call it before reading anything.
func (tx *Tx) LockTree(province int) error {
	if tx.Engine() != db.Postgres {
		return nil
	}
	_, err := tx.Exec(tx.ctx, `SELECT pg_advisory_xact_lock($1, $2)`, treeLock, province)
	return err
}

// shareTree keeps the tree from changing while this transaction counts by it.
func (tx *Tx) shareTree(province int) error {
	if tx.Engine() != db.Postgres || tx.audit == 0 || tx.shared[province] {
		return nil
	}
	if tx.shared == nil {
		tx.shared = map[int]bool{}
	}
	tx.shared[province] = true
	_, err := tx.Exec(tx.ctx, `SELECT pg_advisory_xact_lock_shared($1, $2)`, treeLock, province)
	return err
}

// PutUnit stores the fields of u other than its place, when nobody changed it since it was read;
// before is the unit as it was read. A root's name is also the name of its province.
func (tx *Tx) PutUnit(before, u org.Unit) (org.Unit, error) {
	n, err := tx.Exec(tx.ctx, `UPDATE unit SET name = $1, short_name = $2, name_key = $3, sector = $4, location = $5, code = $6, dissolved = $7,
		version = version + 1 WHERE province_id = $8 AND id = $9 AND version = $10`,
		u.Name, u.Short, unitKey(u), u.Sector, u.Location, u.Code, int32(u.Dissolved), u.Province(), int64(u.ID), before.Version)
	if err != nil {
		return u, err
	}
	if n == 0 {
		return u, fault.E("store.PutUnit", fault.Stale, "error.stale")
	}
	u.Version = before.Version + 1
	if before.Name == u.Name && before.Short == u.Short && before.Code == u.Code {
		return u, nil
	}
	if u.Parent == 0 {
		if _, err := tx.Exec(tx.ctx, `UPDATE province SET name = $1 WHERE root_id = $2`, u.Name, int64(u.ID)); err != nil {
			return u, err
		}
	}
	if err := tx.dropUnitWords(before); err != nil {
		return u, err
	}
	return u, tx.addUnitWords(u)
}

// PutName gives a unit another name from a day on. A name that began on that very day is replaced.
func (tx *Tx) PutName(u id.ID, name, short string, on day.Date) error {
	if _, err := tx.Exec(tx.ctx, `DELETE FROM unit_name WHERE province_id = $1 AND unit_id = $2 AND valid_from = $3`, u.Province(), int64(u), int32(on)); err != nil {
		return err
	}
	if err := tx.endName(u, on); err != nil {
		return err
	}
	_, err := tx.Exec(tx.ctx, `INSERT INTO unit_name (province_id, unit_id, valid_from, valid_to, name, short_name) VALUES ($1, $2, $3, 0, $4, $5)`,
		u.Province(), int64(u), int32(on), name, short)
	return err
}

func (tx *Tx) endName(u id.ID, on day.Date) error {
	_, err := tx.Exec(tx.ctx, `UPDATE unit_name SET valid_to = $1 WHERE province_id = $2 AND unit_id = $3 AND valid_to = 0`, int32(on), u.Province(), int64(u))
	return err
}

// PutEdge puts a unit under another parent from a day on. An edge that began on that very day is replaced.
func (tx *Tx) PutEdge(u, parent id.ID, on day.Date) error {
	if _, err := tx.Exec(tx.ctx, `DELETE FROM unit_edge WHERE province_id = $1 AND unit_id = $2 AND valid_from = $3`, u.Province(), int64(u), int32(on)); err != nil {
		return err
	}
	if err := tx.endEdge(u, on); err != nil {
		return err
	}
	_, err := tx.Exec(tx.ctx, `INSERT INTO unit_edge (province_id, unit_id, valid_from, valid_to, parent_id) VALUES ($1, $2, $3, 0, $4)`,
		u.Province(), int64(u), int32(on), int64(parent))
	return err
}

func (tx *Tx) endEdge(u id.ID, on day.Date) error {
	_, err := tx.Exec(tx.ctx, `UPDATE unit_edge SET valid_to = $1 WHERE province_id = $2 AND unit_id = $3 AND valid_to = 0`, int32(on), u.Province(), int64(u))
	return err
}

// EndTag ends a dated attribute of a unit: To is the first day it no longer holds. One that began on
// that very day never held.
func (tx *Tx) EndTag(t org.Tag, on day.Date) error {
	args := []any{t.Unit.Province(), int64(t.Unit), string(t.Kind), t.Value, int32(t.From)}
	if t.From == on {
		_, err := tx.Exec(tx.ctx, `DELETE FROM unit_tag WHERE province_id = $1 AND unit_id = $2 AND kind = $3 AND value = $4 AND valid_from = $5`, args...)
		return err
	}
	_, err := tx.Exec(tx.ctx, `UPDATE unit_tag SET valid_to = $1 WHERE province_id = $2 AND unit_id = $3 AND kind = $4 AND value = $5 AND valid_from = $6`,
		append([]any{int32(on)}, args...)...)
	return err
}

// EndUnit dissolves a unit on a day: its edge, name and attributes end. Where it stays in the tree of
// today, so that its past counts somewhere, is said by PutPlace.
func (tx *Tx) EndUnit(u org.Unit, on day.Date) (org.Unit, error) {
	if err := tx.endEdge(u.ID, on); err != nil {
		return u, err
	}
	if err := tx.endName(u.ID, on); err != nil {
		return u, err
	}
	tags, err := tx.Tags(u.ID)
	if err != nil {
		return u, err
	}
	for _, t := range tags {
		if t.To == 0 || t.To > on {
			if err := tx.EndTag(t, on); err != nil {
				return u, err
			}
		}
	}
	ended := u
	ended.Dissolved, ended.Code = on, ""
	return tx.PutUnit(u, ended)
}

// PutPlace puts u with everything below it under parent in the tree of today: paths, the branch of the
// people, and the counters of every movement that touches one of the moved units. Dated edges are the
// caller's. It costs by what is moved, and only by the units when they stay in their branch.
func (tx *Tx) PutPlace(u, parent org.Unit) (org.Unit, error) {
	to := u.Place(parent)
	if to.Path == u.Path {
		return u, nil
	}
	if parent.ID == 0 || u.Parent == 0 || parent.Under(u) || parent.Province() != u.Province() {
		return u, fault.E("store.PutPlace", fault.Invalid, "unit.place_wrong")
	}
	var moved []org.Unit
	if err := tx.EachUnitUnder(u, func(x org.Unit) error { moved = append(moved, x); return nil }); err != nil {
		return u, err
	}
	if to.Branch != u.Branch {
		if err := tx.moveCounters(moved, u, to); err != nil {
			return u, err
		}
	}
	p := u.Province()
	n, err := tx.Exec(tx.ctx, `UPDATE unit SET parent_id = $1, version = version + 1 WHERE province_id = $2 AND id = $3 AND version = $4`,
		int64(parent.ID), p, int64(u.ID), u.Version)
	if err != nil {
		return u, err
	}
	if n == 0 {
		return u, fault.E("store.PutPlace", fault.Stale, "error.stale")
	}
	to.Version = u.Version + 1
	_, err = tx.Many(tx.ctx, `UPDATE unit SET path = $1, depth = $2, branch_id = $3 WHERE province_id = $4 AND id = $5`, func(yield func([]any) bool) {
		for _, m := range moved {
			if !yield([]any{to.Path + m.Path[len(u.Path):], m.Depth + to.Depth - u.Depth, int64(to.Branch), p, int64(m.ID)}) {
				return
			}
		}
	})
	for _, m := range moved {
		delete(tx.homes, m.ID)
	}
	if err != nil || to.Branch == u.Branch {
		return to, err
	}
	_, err = tx.Many(tx.ctx, `UPDATE person SET branch_id = $1 WHERE province_id = $2 AND unit_id = $3`, func(yield func([]any) bool) {
		for _, m := range moved {
			if !yield([]any{int64(to.Branch), p, int64(m.ID)}) {
				return
			}
		}
	})
	return to, err
}

// moveCounters moves the counters of units that change their branch: each movement that touches them counts
// no longer as by the old tree but as by the new. A branch that becomes a part of another has counters
// no more.
func (tx *Tx) moveCounters(moved []org.Unit, from, to org.Unit) error {
	set := make(map[id.ID]bool, len(moved))
	for _, m := range moved {
		set[m.ID] = true
	}
	delta := ledger.Tally{}
	for _, u := range moved {
		ms, err := tx.touching(u, set)
		if err != nil {
			return err
		}
		for _, m := range ms {
			if err := tx.shift(delta, m, set, homeOf(from.Path, 0), homeOf(to.Path, 0)); err != nil {
				return err
			}
		}
	}
	tx.tally.Merge(delta, 1)
	if from.Depth > 1 || to.Depth <= 1 {
		return nil
	}
	for k := range tx.tally {
		if k.Unit == from.ID {
			delete(tx.tally, k)
		}
	}
	_, err := tx.Exec(tx.ctx, `DELETE FROM tally WHERE province_id = $1 AND unit_id = $2`, from.Province(), int64(from.ID))
	return err
}

// shift adds what a movement changes when the units of a set move from one home to another.
func (tx *Tx) shift(delta ledger.Tally, m ledger.Movement, set map[id.ID]bool, was, is home) error {
	at := func(p ledger.Place) (old, now home, err error) {
		if p.Out() {
			return home{}, home{}, nil
		}
		if set[p.Unit] {
			return was, is, nil
		}
		h, err := tx.home(p.Unit)
		return h, h, err
	}
	oldFrom, nowFrom, err := at(m.From)
	if err != nil {
		return err
	}
	oldTo, nowTo, err := at(m.To)
	if err != nil {
		return err
	}
	once := ledger.Tally{}
	addTo(once, m, oldFrom, oldTo)
	delta.Merge(once, -1)
	addTo(delta, m, nowFrom, nowTo)
	return nil
}

// touching returns the movements into or inside a unit, and those out of it into units that are not in
// the set: over the units of the set each movement comes once.
func (tx *Tx) touching(u org.Unit, set map[id.ID]bool) ([]ledger.Movement, error) {
	var ms []ledger.Movement
	args := []any{u.Province(), int64(u.ID)}
	take := func(s db.Scanner) error {
		var m ledger.Movement
		err := scanMovement(s, &m)
		if m.To.Unit == u.ID || !set[m.To.Unit] {
			ms = append(ms, m)
		}
		return err
	}
	if err := tx.Each(tx.ctx, `SELECT `+movementCols+` FROM movement m WHERE m.province_id = $1 AND m.to_unit = $2`, args, take); err != nil {
		return nil, err
	}
	err := tx.Each(tx.ctx, `SELECT `+movementCols+` FROM movement m WHERE m.province_id = $1 AND m.from_unit = $2
		AND m.from_unit <> m.to_unit AND m.from_unit <> 0`, args, take)
	return ms, err
}
