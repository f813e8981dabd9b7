package store

import (
	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
)

// TermRow is somebody whose application was refused or withdrawn, and since when.
type TermRow struct {
	Person         id.ID
	Name, UnitName string
	Since          day.Date
	State          dossier.State // "" when another term runs than that of a refusal
	Code           string        // of the retention
}

// RefusedUntil lists the people of a scope who are in no stage and whose last application was refused or withdrawn on or before a day,
// the longest ago first, and not erased.
func (tx *Tx) RefusedUntil(sc access.Scope, until day.Date, atMost int) ([]TermRow, error) {
	as, err := tx.areas(sc)
	if err != nil {
		return nil, err
	}
	var rows []TermRow
	for _, a := range as {
		p, path, end := a.province(), a.unit.Path, org.PathEnd(a.unit.Path)
		b := db.NewB(`SELECT d.person_id, p.name, u.name, d.closed, d.state FROM dossier d
			JOIN person p ON p.province_id = d.province_id AND p.id = d.person_id
			JOIN unit u ON u.province_id = p.province_id AND u.id = p.unit_id
			WHERE d.province_id = $1 AND p.province_id = $2 AND u.province_id = $3 AND u.path >= $4 AND u.path < $5 AND p.stage = 0 AND NOT p.void
			AND d.closed > 0 AND d.closed <= $6 AND`, p, p, p, path, end, int32(until))
		b.In(`d.state`, []any{string(dossier.Refused), string(dossier.Withdrawn)})
		b.Add(`AND NOT EXISTS (SELECT 1 FROM dossier e WHERE e.province_id = $3 AND e.person_id = d.person_id AND e.id > d.id AND e.state <> $1)
			ORDER BY d.closed, d.person_id LIMIT $2`, string(dossier.Void), atMost, p)
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var r TermRow
			var state string
			err := s.Scan(&r.Person, &r.Name, &r.UnitName, &r.Since, &state)
			r.State, r.Code = dossier.State(state), "refused"
			rows = append(rows, r)
			return err
		}); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// GoneUntil lists the people of a scope who left their last stage by one of some causes on or before a day, the longest ago first, and are not
// erased. Whose last application was refused or withdrawn is not among them: that term is another one.
func (tx *Tx) GoneUntil(sc access.Scope, code string, causes []ledger.Cause, until day.Date, atMost int) ([]TermRow, error) {
	as, err := tx.areas(sc)
	if err != nil {
		return nil, err
	}
	var rows []TermRow
	for _, a := range as {
		p, path, end := a.province(), a.unit.Path, org.PathEnd(a.unit.Path)
		b := db.NewB(`SELECT p.id, p.name, u.name, p.since FROM person p JOIN unit u ON u.province_id = p.province_id AND u.id = p.unit_id
			WHERE p.province_id = $1 AND u.province_id = $2 AND u.path >= $3 AND u.path < $4 AND p.stage = 0 AND NOT p.void AND p.since <= $5
			AND EXISTS (SELECT 1 FROM movement m WHERE m.province_id = $1 AND m.person_id = p.id AND m.effective = p.since AND m.to_stage = 0 AND m.reverses = 0 AND`, p, p, path, end, int32(until))
		in := make([]any, len(causes))
		for i, c := range causes {
			in[i] = int(c)
		}
		b.In(`m.cause`, in).Add(`) ORDER BY p.since, p.id LIMIT $1`, atMost)
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			r := TermRow{Code: code}
			err := s.Scan(&r.Person, &r.Name, &r.UnitName, &r.Since)
			rows = append(rows, r)
			return err
		}); err != nil {
			return nil, err
		}
	}
	out := rows[:0]
	for _, r := range rows {
		_, refused, err := tx.RefusedOn(r.Person)
		if err != nil {
			return nil, err
		}
		if !refused {
			out = append(out, r)
		}
	}
	return out, nil
}

// KeptImport is an import whose file or rows are still kept.
type KeptImport struct {
	Batch          id.ID
	File, UnitName string
	At             int64 // unix ms, the last that happened to it
}

// ImportsUntil lists the imports of a scope to which nothing happened since an instant and whose file or rows are still kept.
func (tx *Tx) ImportsUntil(sc access.Scope, until int64, atMost int) ([]KeptImport, error) {
	as, err := tx.areas(sc)
	if err != nil {
		return nil, err
	}
	var rows []KeptImport
	for _, a := range as {
		p, path, end := a.province(), a.unit.Path, org.PathEnd(a.unit.Path)
		b := db.NewB(`SELECT b.id, b.file_name, u.name, b.moved_at FROM batch b JOIN unit u ON u.province_id = b.province_id AND u.id = b.unit_id
			WHERE b.province_id = $1 AND u.province_id = $2 AND u.path >= $3 AND u.path < $4 AND b.moved_at <= $5
			AND (EXISTS (SELECT 1 FROM batch_file f WHERE f.province_id = $1 AND f.batch_id = b.id)
			OR EXISTS (SELECT 1 FROM batch_row r WHERE r.province_id = $1 AND r.batch_id = b.id)) ORDER BY b.id LIMIT $6`, p, p, path, end, until, atMost)
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var r KeptImport
			err := s.Scan(&r.Batch, &r.File, &r.UnitName, &r.At)
			rows = append(rows, r)
			return err
		}); err != nil {
			return nil, err
		}
	}
	return rows, nil
}
