package store

import (
	"ketnap/internal/db"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
)

// Papers returns what is known of the papers of a dossier, by their codes.
func (tx *Tx) Papers(d id.ID) ([]dossier.Paper, error) {
	var ps []dossier.Paper
	err := tx.Each(tx.ctx, `SELECT code, present, made, place FROM dossier_paper WHERE province_id = $1 AND dossier_id = $2 ORDER BY code`,
		[]any{d.Province(), int64(d)}, func(s db.Scanner) error {
			var p dossier.Paper
			err := s.Scan(&p.Code, &p.Present, &p.Made, &p.Place)
			ps = append(ps, p)
			return err
		})
	return ps, err
}

// PutPaper keeps whether a paper is there, of which day, and where it lies.
func (tx *Tx) PutPaper(d id.ID, p dossier.Paper) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO dossier_paper (province_id, dossier_id, code, present, made, place, audit_id) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (province_id, dossier_id, code) DO UPDATE SET present = excluded.present, made = excluded.made, place = excluded.place, audit_id = excluded.audit_id`,
		d.Province(), int64(d), p.Code, p.Present, int32(p.Made), p.Place, int64(tx.audit))
	return err
}
