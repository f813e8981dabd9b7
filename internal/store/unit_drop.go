package store

import (
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/org"
)

// Blocs returns the blocs in force of one unit.
func (tx *Tx) Blocs(u id.ID) ([]string, error) {
	tags, err := tx.Tags(u)
	var blocs []string
	for _, t := range tags {
		if t.Kind == org.BlocTag && t.To == 0 {
			blocs = append(blocs, t.Value)
		}
	}
	return blocs, err
}

// UnitUse says what keeps a unit from being removed as if it had never been: children other than the
// given ones, people (also undone ones) or movements, a decision beside its founding, targets, rights,
// imports. It returns "" when nothing does.
func (tx *Tx) UnitUse(u org.Unit, leaving map[int64]bool) (string, error) {
	use := ""
	if err := tx.Each(tx.ctx, `SELECT id FROM unit WHERE province_id = $1 AND parent_id = $2`, []any{u.Province(), int64(u.ID)}, func(s db.Scanner) error {
		var child int64
		err := s.Scan(&child)
		if !leaving[child] {
			use = "children"
		}
		return err
	}); err != nil || use != "" {
		return use, err
	}
	p, i := u.Province(), int64(u.ID)
	for _, q := range []struct {
		name string
		b    *db.B
		most int64
	}{
		{"people", db.NewB(`SELECT COUNT(1) FROM person WHERE province_id = $1 AND unit_id = $2`, p, i), 0},
		{"people", db.NewB(`SELECT COUNT(1) FROM movement WHERE province_id = $1 AND to_unit = $2`, p, i), 0},
		{"people", db.NewB(`SELECT COUNT(1) FROM movement WHERE province_id = $1 AND from_unit = $2 AND from_unit <> to_unit AND from_unit <> 0`, p, i), 0},
		{"event", db.NewB(`SELECT COUNT(1) FROM unit_event_part WHERE province_id = $1 AND unit_id = $2`, p, i), 1},
		{"target", db.NewB(`SELECT COUNT(1) FROM target WHERE province_id = $1 AND unit_id = $2`, p, i), 0},
		{"target", db.NewB(`SELECT COUNT(1) FROM target_draft WHERE province_id = $1 AND unit_id = $2`, p, i), 0},
		{"target", db.NewB(`SELECT COUNT(1) FROM target_step WHERE province_id = $1 AND unit_id = $2`, p, i), 0},
		{"plan", db.NewB(`SELECT COUNT(1) FROM obstacle WHERE province_id = $1 AND unit_id = $2`, p, i), 0},
		{"plan", db.NewB(`SELECT COUNT(1) FROM headcount WHERE province_id = $1 AND unit_id = $2`, p, i), 0},
		{"plan", db.NewB(`SELECT COUNT(1) FROM charge WHERE province_id = $1 AND unit_id = $2`, p, i), 0},
		{"plan", db.NewB(`SELECT COUNT(1) FROM charge WHERE province_id = $1 AND committee_id = $2`, p, i), 0},
		{"document", db.NewB(`SELECT COUNT(1) FROM document WHERE province_id = $1 AND unit_id = $2`, p, i), 0},
		{"grant", db.NewB(`SELECT COUNT(1) FROM app_grant WHERE unit_id = $1`, i), 0},
		{"grant", db.NewB(`SELECT COUNT(1) FROM app_token WHERE unit_id = $1`, i), 0},
		{"grant", db.NewB(`SELECT COUNT(1) FROM app_emergency WHERE unit_id = $1`, i), 0},
		{"batch", db.NewB(`SELECT COUNT(1) FROM batch WHERE province_id = $1 AND unit_id = $2`, p, i), 0},
	} {
		var n int64
		if err := tx.Row(tx.ctx, q.b.SQL(), q.b.Args(), &n); err != nil || n > q.most {
			return q.name, err
		}
	}
	return "", nil
}

// DropUnit removes a unit that nothing uses, with its history, as if it had never been: the undoing of
// an import. The caller has asked UnitUse.
func (tx *Tx) DropUnit(u org.Unit) error {
	if err := tx.dropUnitWords(u); err != nil {
		return err
	}
	p, i := u.Province(), int64(u.ID)
	for _, q := range []*db.B{
		db.NewB(`DELETE FROM unit_event WHERE province_id = $1 AND id IN (SELECT event_id FROM unit_event_part WHERE province_id = $2 AND unit_id = $3)`, p, p, i),
		db.NewB(`DELETE FROM unit_event_part WHERE province_id = $1 AND unit_id = $2`, p, i),
		db.NewB(`DELETE FROM unit_tag WHERE province_id = $1 AND unit_id = $2`, p, i),
		db.NewB(`DELETE FROM unit_name WHERE province_id = $1 AND unit_id = $2`, p, i),
		db.NewB(`DELETE FROM unit_edge WHERE province_id = $1 AND unit_id = $2`, p, i),
		db.NewB(`DELETE FROM tally WHERE province_id = $1 AND unit_id = $2`, p, i),
		db.NewB(`DELETE FROM unit WHERE province_id = $1 AND id = $2`, p, i),
	} {
		if _, err := tx.Exec(tx.ctx, q.SQL(), q.Args()...); err != nil {
			return err
		}
	}
	return nil
}
