package store

import (
	"fmt"

	"ketnap/internal/db"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/rule"
	"ketnap/internal/seal"
)

const dossierCols = `d.id, d.person_id, d.kind, d.state, d.start_state, d.pack, d.helper_id, d.opened, d.moved, d.closed, d.version`

func scanDossier(s db.Scanner, d *dossier.Dossier, more ...any) error {
	var kind, state, start string
	if err := s.Scan(append([]any{&d.ID, &d.Person, &kind, &state, &start, &d.Pack, &d.Helper, &d.Opened, &d.Moved, &d.Closed, &d.Version}, more...)...); err != nil {
		return err
	}
	d.Kind, d.State, d.Start = dossier.Kind(kind), dossier.State(state), dossier.State(start)
	return nil
}

// DossierOf returns the dossier of a person with its acts: the live one, else the latest. It is not
// scoped: callers ask access with the unit of the person.
func (tx *Tx) DossierOf(person id.ID) (dossier.Dossier, bool, error) {
	var d dossier.Dossier
	found := false
	err := tx.Each(tx.ctx, `SELECT `+dossierCols+` FROM dossier d WHERE d.province_id = $1 AND d.person_id = $2
		ORDER BY CASE WHEN d.closed = 0 THEN 0 WHEN d.state = $3 THEN 2 ELSE 1 END, d.id DESC LIMIT 1`,
		[]any{person.Province(), int64(person), string(dossier.Void)}, func(s db.Scanner) error { found = true; return scanDossier(s, &d) })
	if err != nil || !found {
		return d, false, err
	}
	return d, true, tx.readActs(&d)
}

// Dossiers returns every dossier of a person with its acts, the latest first.
func (tx *Tx) Dossiers(person id.ID) ([]dossier.Dossier, error) {
	ds, err := tx.DossierHeads(person)
	for i := range ds {
		if err == nil {
			err = tx.readActs(&ds[i])
		}
	}
	return ds, err
}

// DossierHeads returns all dossiers of a person without their acts, the latest first.
func (tx *Tx) DossierHeads(person id.ID) ([]dossier.Dossier, error) {
	var ds []dossier.Dossier
	err := tx.Each(tx.ctx, `SELECT `+dossierCols+` FROM dossier d WHERE d.province_id = $1 AND d.person_id = $2 ORDER BY d.id DESC`,
		[]any{person.Province(), int64(person)}, func(s db.Scanner) error {
			var d dossier.Dossier
			err := scanDossier(s, &d)
			ds = append(ds, d)
			return err
		})
	return ds, err
}

// HasLiveDossier reports whether a person has a dossier that is not closed.
func (tx *Tx) HasLiveDossier(person id.ID) (bool, error) {
	n := 0
	err := tx.Row(tx.ctx, `SELECT COUNT(1) FROM dossier WHERE province_id = $1 AND person_id = $2 AND closed = 0`,
		[]any{person.Province(), int64(person)}, &n)
	return n > 0, err
}

// AddDossier stores a new dossier without its acts. A person who has a live one already is a Conflict.
func (tx *Tx) AddDossier(d *dossier.Dossier) error {
	d.Version = 1
	n, err := tx.Exec(tx.ctx, `INSERT INTO dossier (province_id, id, person_id, kind, state, start_state, pack, helper_id, opened, moved, closed, version, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`,
		d.ID.Province(), int64(d.ID), int64(d.Person), string(d.Kind), string(d.State), string(d.Start), d.Pack, int64(d.Helper), int32(d.Opened),
		int32(d.Moved), int32(d.Closed), d.Version, int64(tx.audit))
	if err == nil && n == 0 {
		err = fault.E("store.AddDossier", fault.Conflict, "dossier.live_twice")
	}
	return err
}

// PutDossier stores where a dossier stands, when nobody changed it since it was read.
func (tx *Tx) PutDossier(d *dossier.Dossier) error {
	n, err := tx.Exec(tx.ctx, `UPDATE dossier SET state = $3, pack = $4, helper_id = $5, opened = $6, moved = $7, closed = $8, audit_id = $9, version = version + 1
		WHERE province_id = $1 AND id = $2 AND version = $10`,
		d.ID.Province(), int64(d.ID), string(d.State), d.Pack, int64(d.Helper), int32(d.Opened), int32(d.Moved), int32(d.Closed), int64(tx.audit), d.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.E("store.PutDossier", fault.Stale, "dossier.stale")
	}
	d.Version++
	return nil
}

// sealedAct is what of an act is sealed at rest.
type sealedAct struct {
	Details  dossier.Details `json:"d,omitzero"`
	Findings []rule.Finding  `json:"f,omitempty"`
}

func actPlace(a id.ID) string { return fmt.Sprintf("dossier_act|%d|%d", a.Province(), int64(a)) }

// AddAct adds an act to a dossier; its id, time and audit entry are set here.
func (tx *Tx) AddAct(d id.ID, a *dossier.Act) error {
	if a.ID == 0 {
		a.ID = tx.NewID(d.Province())
	}
	a.Audit, a.Recorded = tx.audit, tx.Now
	who, err := tx.personOf(d)
	if err != nil {
		return err
	}
	box, err := tx.sealOwnJSON(who, actPlace(a.ID), sealedAct{a.Details, a.Findings})
	if err != nil {
		return err
	}
	_, err = tx.Exec(tx.ctx, `INSERT INTO dossier_act (province_id, dossier_id, id, step, on_day, paper_no, paper_on, pack, movement_id, undoes, audit_id, recorded, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		d.Province(), int64(d), int64(a.ID), string(a.Step), int32(a.On), a.No, int32(a.Dated), a.Pack, int64(a.Movement), int64(a.Undoes),
		int64(a.Audit), a.Recorded, box)
	return err
}

// LiveDossiers returns the live dossiers of many people with their acts, by person, in as many statements as for
// twenty. Like DossierOf it is not scoped.
func (tx *Tx) LiveDossiers(people []id.ID) (map[id.ID]*dossier.Dossier, error) {
	live, homes := map[id.ID]*dossier.Dossier{}, map[int][]any{}
	for _, p := range people {
		homes[p.Province()] = append(homes[p.Province()], int64(p))
	}
	for province, ids := range homes {
		if err := chunked(ids, func(part []any) error { return tx.liveDossiers(province, part, live) }); err != nil {
			return nil, err
		}
	}
	return live, nil
}

func (tx *Tx) liveDossiers(province int, people []any, live map[id.ID]*dossier.Dossier) error {
	owns := map[id.ID]*seal.Own{}
	heads := db.NewB(`SELECT `+dossierCols+`, s.salt FROM dossier d LEFT JOIN person_sealed s ON s.province_id = d.province_id AND s.person_id = d.person_id
		WHERE d.province_id = $1 AND d.closed = 0 AND`, province).In(`d.person_id`, people)
	if err := tx.Each(tx.ctx, heads.SQL(), heads.Args(), func(s db.Scanner) error {
		d := new(dossier.Dossier)
		var salt []byte
		err := scanDossier(s, d, &salt)
		live[d.Person], owns[d.Person] = d, tx.store.ring.Own(salt)
		return err
	}); err != nil {
		return err
	}
	acts := db.NewB(`SELECT `+actCols+`, d.person_id FROM dossier d JOIN dossier_act a ON a.province_id = d.province_id AND a.dossier_id = d.id
		WHERE d.province_id = $1 AND d.closed = 0 AND`, province).In(`d.person_id`, people).Add(`ORDER BY a.dossier_id, a.id`)
	return tx.Each(tx.ctx, acts.SQL(), acts.Args(), func(s db.Scanner) error {
		var who id.ID
		a, box, err := scanAct(s, &who)
		if err != nil {
			return err
		}
		return openAct(live[who], owns[who], a, box)
	})
}

// readActs reads the acts of a dossier in the order of recording.
func (tx *Tx) readActs(d *dossier.Dossier) error {
	d.Acts = nil
	own, err := tx.own(d.Person)
	if err != nil {
		return err
	}
	return tx.Each(tx.ctx, `SELECT `+actCols+` FROM dossier_act a WHERE a.province_id = $1 AND a.dossier_id = $2 ORDER BY a.id`,
		[]any{d.ID.Province(), int64(d.ID)}, func(s db.Scanner) error {
			a, box, err := scanAct(s)
			if err != nil {
				return err
			}
			return openAct(d, own, a, box)
		})
}

const actCols = `a.id, a.step, a.on_day, a.paper_no, a.paper_on, a.pack, a.movement_id, a.undoes, a.audit_id, a.recorded, a.sealed`

// scanAct reads an act without what is sealed of it, which is in box.
func scanAct(s db.Scanner, more ...any) (a dossier.Act, box []byte, err error) {
	var step string
	err = s.Scan(append([]any{&a.ID, &step, &a.On, &a.No, &a.Dated, &a.Pack, &a.Movement, &a.Undoes, &a.Audit, &a.Recorded, &box}, more...)...)
	a.Step = dossier.Step(step)
	return a, box, err
}

// openAct unseals an act and adds it to its dossier.
func openAct(d *dossier.Dossier, own *seal.Own, a dossier.Act, box []byte) error {
	var in sealedAct
	if err := openOwnJSON(own, actPlace(a.ID), box, &in); err != nil {
		return fmt.Errorf("store: act %d: %w", a.ID, err)
	}
	a.Details, a.Findings = in.Details, in.Findings
	d.Acts = append(d.Acts, a)
	return nil
}

// ActOfMovement returns the act that made a movement of the ledger, 0 when none did.
func (tx *Tx) ActOfMovement(m id.ID) (id.ID, error) {
	var a id.ID
	err := tx.Each(tx.ctx, `SELECT id FROM dossier_act WHERE province_id = $1 AND movement_id = $2 AND step <> $3 LIMIT 1`,
		[]any{m.Province(), int64(m), string(dossier.Undo)}, func(s db.Scanner) error { return s.Scan(&a) })
	return a, err
}
