package store

import (
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
)

// Helping counts the live dossiers a member helps in, beside one.
func (tx *Tx) Helping(member, beside id.ID) (int, error) {
	n := 0
	err := tx.Row(tx.ctx, `SELECT COUNT(1) FROM dossier WHERE province_id = $1 AND helper_id = $2 AND closed = 0 AND helper_id <> 0 AND id <> $3`,
		[]any{member.Province(), int64(member), int64(beside)}, &n)
	return n, err
}

// TwinDossiers counts the live dossiers of other records that carry the name and birth date of p.
func (tx *Tx) TwinDossiers(p *person.Person) (int, error) {
	if p.DupKey() == 0 {
		return 0, nil
	}
	n := 0
	err := tx.Row(tx.ctx, `SELECT COUNT(1) FROM person p JOIN dossier d ON d.province_id = p.province_id AND d.person_id = p.id AND d.closed = 0
		WHERE p.province_id = $1 AND p.dup_key = $2 AND p.id <> $3 AND d.province_id = $4`, []any{p.ID.Province(), p.DupKey(), int64(p.ID), p.ID.Province()}, &n)
	return n, err
}

// OfficialsOn counts the official members of a unit on a day: those of today, without the movements since.
func (tx *Tx) OfficialsOn(unit id.ID, on day.Date) (int, error) {
	var now, in, out int64
	p, u, s := unit.Province(), int64(unit), int(ledger.Official)
	err := tx.Row(tx.ctx, `SELECT (SELECT COUNT(1) FROM person p WHERE p.province_id = $1 AND p.unit_id = $2 AND p.stage = $3),
		(SELECT CAST(COALESCE(SUM(CASE WHEN m.to_stage = $3 THEN 1 ELSE 0 END - CASE WHEN m.from_unit = m.to_unit AND m.from_stage = $3 THEN 1 ELSE 0 END), 0) AS BIGINT)
			FROM movement m WHERE m.province_id = $1 AND m.to_unit = $2 AND m.effective > $4),
		(SELECT COUNT(1) FROM movement m WHERE m.province_id = $1 AND m.from_unit = $2 AND m.from_unit <> m.to_unit AND m.from_unit <> 0
			AND m.from_stage = $3 AND m.effective > $4)`, []any{p, u, s, int32(on)}, &now, &in, &out)
	return int(now - in + out), err
}

// Officials lists the official members of a unit today by name: who may introduce and help.
func (tx *Tx) Officials(unit id.ID) ([]person.Person, error) {
	var ps []person.Person
	err := tx.Each(tx.ctx, `SELECT `+personCols+` FROM person p WHERE p.province_id = $1 AND p.unit_id = $2 AND p.stage = $3 ORDER BY p.name_key, p.id`,
		[]any{unit.Province(), int64(unit), int(ledger.Official)}, func(s db.Scanner) error {
			var p person.Person
			err := scanPerson(s, &p)
			ps = append(ps, p)
			return err
		})
	return ps, err
}

// TagsOf returns the dated attributes of several units of a province that hold on a day.
func (tx *Tx) TagsOf(province int, units []id.ID, on day.Date) (map[id.ID][]org.Tag, error) {
	b := db.NewB(`SELECT unit_id, kind, value, valid_from, valid_to, source FROM unit_tag WHERE province_id = $1 AND valid_from <= $2 AND (valid_to = 0 OR valid_to > $3) AND`,
		province, int32(on), int32(on))
	b.In(`unit_id`, anys(units, func(u id.ID) any { return int64(u) })).Add(`ORDER BY unit_id, kind, valid_from, value`)
	out := map[id.ID][]org.Tag{}
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var t org.Tag
		var kind string
		err := s.Scan(&t.Unit, &kind, &t.Value, &t.From, &t.To, &t.Source)
		t.Kind = org.TagKind(kind)
		out[t.Unit] = append(out[t.Unit], t)
		return err
	})
	return out, err
}

// HelpingIn counts for each official member of a unit the live dossiers they help in, beside one.
func (tx *Tx) HelpingIn(unit, beside id.ID) (map[id.ID]int, error) {
	out := map[id.ID]int{}
	err := tx.Each(tx.ctx, `SELECT d.helper_id, COUNT(1) FROM person p JOIN dossier d ON d.province_id = p.province_id AND d.helper_id = p.id AND d.closed = 0 AND d.helper_id <> 0
		WHERE p.province_id = $1 AND p.unit_id = $2 AND p.stage = $3 AND d.province_id = $4 AND d.id <> $5 GROUP BY d.helper_id`,
		[]any{unit.Province(), int64(unit), int(ledger.Official), unit.Province(), int64(beside)}, func(s db.Scanner) error {
			var h id.ID
			n := 0
			err := s.Scan(&h, &n)
			out[h] = n
			return err
		})
	return out, err
}
