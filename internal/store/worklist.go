package store

import (
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Worklist is a named filter of the work lists, shared by those who work for a unit (bộ lọc đã lưu).
type Worklist struct {
	ID     id.ID
	Unit   id.ID
	Name   string
	Query  string // as it stands in the address
	MadeBy id.ID
}

// Worklists returns the filters of a unit in the order they were made.
func (tx *Tx) Worklists(unit id.ID) ([]Worklist, error) {
	var ws []Worklist
	err := tx.Each(tx.ctx, `SELECT id, unit_id, name, query, made_by FROM worklist WHERE province_id = $1 AND unit_id = $2 ORDER BY id`,
		[]any{unit.Province(), int64(unit)}, func(s db.Scanner) error {
			var w Worklist
			err := s.Scan(&w.ID, &w.Unit, &w.Name, &w.Query, &w.MadeBy)
			ws = append(ws, w)
			return err
		})
	return ws, err
}

// AddWorklist keeps a filter.
func (tx *Tx) AddWorklist(w Worklist) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO worklist (province_id, id, unit_id, name, query, made_by, audit_id) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		w.Unit.Province(), int64(w.ID), int64(w.Unit), w.Name, w.Query, int64(w.MadeBy), int64(tx.audit))
	return err
}

// Worklist returns one filter.
func (tx *Tx) Worklist(i id.ID) (Worklist, error) {
	w := Worklist{ID: i}
	err := tx.Row(tx.ctx, `SELECT unit_id, name, query, made_by FROM worklist WHERE province_id = $1 AND id = $2`,
		[]any{i.Province(), int64(i)}, &w.Unit, &w.Name, &w.Query, &w.MadeBy)
	return w, tx.one("store.Worklist", fault.Key("error.notfound"), err)
}

// DropWorklist forgets a filter.
func (tx *Tx) DropWorklist(i id.ID) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM worklist WHERE province_id = $1 AND id = $2`, i.Province(), int64(i))
	return err
}
