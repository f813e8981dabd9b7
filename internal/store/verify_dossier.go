package store

import (
	"ketnap/internal/db"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
)

// checkDossiers holds dossiers against their acts, the audit and the movements they made.
func (p *proof) checkDossiers(args []any, audited func(db.Scanner) error) error {
	tx := p.tx
	for _, q := range []func() error{
		func() error {
			return tx.Each(tx.ctx, `SELECT id, audit_id FROM dossier WHERE province_id = $1`, args, audited)
		},
		func() error {
			return tx.Each(tx.ctx, `SELECT id, audit_id FROM dossier_act WHERE province_id = $1`, args, audited)
		},
		func() error {
			return tx.Each(tx.ctx, `SELECT dossier_id, audit_id FROM dossier_paper WHERE province_id = $1`, args, audited)
		},
		func() error {
			return tx.Each(tx.ctx, `SELECT a.id, a.movement_id FROM dossier_act a WHERE a.province_id = $1 AND a.movement_id <> 0 AND NOT EXISTS
				(SELECT 1 FROM movement m WHERE m.province_id = a.province_id AND m.id = a.movement_id)`, args, func(s db.Scanner) error {
				var act, m id.ID
				if err := s.Scan(&act, &m); err != nil {
					return err
				}
				return p.emit(Difference{Check: "dossier.movement", Object: act, Column: "movement_id", Stored: m.String()})
			})
		},
	} {
		if err := q(); err != nil {
			return err
		}
	}
	return p.replayDossiers()
}

// replayDossiers reads every dossier again from its acts.
func (p *proof) replayDossiers() error {
	var all []dossier.Dossier
	if err := p.tx.Each(p.tx.ctx, `SELECT `+dossierCols+` FROM dossier d WHERE d.province_id = $1 ORDER BY d.id`, []any{p.province}, func(s db.Scanner) error {
		var d dossier.Dossier
		err := scanDossier(s, &d)
		all = append(all, d)
		return err
	}); err != nil {
		return err
	}
	for i := range all {
		d := &all[i]
		if err := p.tx.readActs(d); err != nil {
			return err
		}
		for _, c := range []Difference{
			{Check: "dossier.state", Column: "state", Stored: string(d.State), Rebuilt: string(dossier.StateOf(d))},
			{Check: "dossier.closed", Column: "closed", Stored: d.Closed.String(), Rebuilt: d.ClosedOn().String()},
			{Check: "dossier.pack", Column: "pack", Stored: d.Pack, Rebuilt: d.Pin()},
		} {
			if c.Object = d.ID; c.Stored != c.Rebuilt {
				if err := p.emit(c); err != nil {
					return err
				}
			}
		}
		d.Acts = nil
	}
	return nil
}
