package store

import (
	"context"
	"strconv"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/db"
	"ketnap/internal/deadline"
	"ketnap/internal/id"
	"ketnap/internal/seal"
)

// sealedValue is one sealed value of the database: where it lies, whose it is, and how it is replaced.
type sealedValue struct {
	place string
	own   id.ID // the person it belongs to; 0: to the installation
	salt  []byte
	box   []byte
	put   func(tx *Tx, box []byte) error
}

// fresh reports whether a value is sealed as it would be today.
func (v sealedValue) fresh(r *seal.Ring) bool {
	if v.own == 0 {
		return len(v.box) == 0 || r.Fresh(v.box)
	}
	o := r.Own(v.salt)
	return gone(o, v.box) || o.Fresh(v.box)
}

// reseal seals a value anew with the newest key, one of a person with that person's key.
func (tx *Tx) reseal(v sealedValue) error {
	if v.own == 0 {
		plain, err := tx.store.ring.Open(v.place, v.box)
		if err != nil {
			return err
		}
		return v.put(tx, tx.store.ring.Seal(v.place, plain))
	}
	o, err := tx.ownToSeal(v.own)
	if err != nil {
		return err
	}
	plain, err := o.Open(v.place, v.box)
	if err != nil {
		return err
	}
	return v.put(tx, o.Seal(v.place, plain))
}

// peoplePerReseal is of how many people values are read at once.
const peoplePerReseal = 200

// Reseal seals anew, with the newest key and people's values with the keys of the people, what was not sealed so. It works in small
// transactions while others work, and may be stopped and started again. It returns how many values it looked at and how many it sealed.
func (s *Store) Reseal(ctx context.Context, who access.Actor) (looked, sealed int, err error) {
	step := func(province int, list func(tx *Tx) ([]sealedValue, error)) error {
		stale := 0
		err := s.View(ctx, func(tx *Tx) error {
			vs, err := list(tx)
			for _, v := range vs {
				if looked++; !v.fresh(s.ring) {
					stale++
				}
			}
			return err
		})
		if err != nil || stale == 0 {
			return err
		}
		n := 0
		err = s.Update(ctx, audit.Of(who, "key.reseal", province, 0).With(strconv.Itoa(stale)), func(tx *Tx) error {
			n = 0
			vs, err := list(tx)
			for _, v := range vs {
				if err == nil && !v.fresh(s.ring) {
					n++
					err = tx.reseal(v)
				}
			}
			return err
		})
		sealed += n
		return err
	}
	if err := step(0, (*Tx).generatorBoxes); err != nil {
		return looked, sealed, err
	}
	var provinces []Province
	if err := s.View(ctx, func(tx *Tx) error {
		return tx.EachProvince(func(p Province) error { provinces = append(provinces, p); return nil })
	}); err != nil {
		return looked, sealed, err
	}
	for _, p := range provinces {
		if err := s.resealProvince(ctx, p.ID, step); err != nil {
			return looked, sealed, err
		}
	}
	return looked, sealed, nil
}

func (s *Store) resealProvince(ctx context.Context, province int, step func(int, func(tx *Tx) ([]sealedValue, error)) error) error {
	for last := id.ID(0); ; {
		var next id.ID
		if err := s.View(ctx, func(tx *Tx) (err error) { next, err = tx.personAfter(province, last, peoplePerReseal); return err }); err != nil {
			return err
		}
		if next == last {
			break
		}
		from := last
		if err := step(province, func(tx *Tx) ([]sealedValue, error) { return tx.ownBoxes(province, from, next) }); err != nil {
			return err
		}
		last = next
	}
	if err := step(province, func(tx *Tx) ([]sealedValue, error) { return tx.approvalBoxes(province) }); err != nil {
		return err
	}
	var files, batches []id.ID
	if err := s.View(ctx, func(tx *Tx) (err error) { files, batches, err = tx.boxHolders(province); return err }); err != nil {
		return err
	}
	for _, f := range files {
		if err := step(province, func(tx *Tx) ([]sealedValue, error) { return tx.attachmentBoxes(f) }); err != nil {
			return err
		}
	}
	for _, b := range batches {
		if err := step(province, func(tx *Tx) ([]sealedValue, error) { return tx.batchBoxes(b) }); err != nil {
			return err
		}
	}
	return nil
}

// personAfter returns the n-th person of a province after one, or the last; the same when there is none.
func (tx *Tx) personAfter(province int, after id.ID, n int) (id.ID, error) {
	last := after
	err := tx.Each(tx.ctx, `SELECT id FROM person WHERE province_id = $1 AND id > $2 ORDER BY id LIMIT $3`, []any{province, int64(after), n},
		func(s db.Scanner) error { return s.Scan(&last) })
	return last, err
}

// ownBoxes lists what is sealed of the people of a province after one and up to another.
func (tx *Tx) ownBoxes(province int, after, to id.ID) ([]sealedValue, error) {
	var out []sealedValue
	salts := map[id.ID][]byte{}
	args := []any{province, int64(after), int64(to)}
	add := func(who id.ID, place string, box []byte, put func(tx *Tx, box []byte) error) {
		out = append(out, sealedValue{place: place, own: who, salt: salts[who], box: box, put: put})
	}
	if err := tx.Each(tx.ctx, `SELECT person_id, sealed, salt FROM person_sealed WHERE province_id = $1 AND person_id > $2 AND person_id <= $3`, args, func(s db.Scanner) error {
		var who id.ID
		var box, salt []byte
		err := s.Scan(&who, &box, &salt)
		salts[who] = salt
		add(who, sealedPlace(who), box, func(tx *Tx, box []byte) error {
			_, err := tx.Exec(tx.ctx, `UPDATE person_sealed SET sealed = $3 WHERE province_id = $1 AND person_id = $2`, province, int64(who), box)
			return err
		})
		return err
	}); err != nil {
		return nil, err
	}
	if err := tx.ownDossierBoxes(args, add); err != nil {
		return nil, err
	}
	return out, tx.ownOtherBoxes(args, add)
}

type addBox func(who id.ID, place string, box []byte, put func(tx *Tx, box []byte) error)

// ownDossierBoxes adds what is sealed in dossiers: acts, and names and contents of copies of papers.
func (tx *Tx) ownDossierBoxes(args []any, add addBox) error {
	if err := tx.Each(tx.ctx, `SELECT d.person_id, a.dossier_id, a.id, a.sealed FROM dossier d JOIN dossier_act a ON a.province_id = d.province_id AND a.dossier_id = d.id
		WHERE d.province_id = $1 AND a.province_id = $1 AND d.person_id > $2 AND d.person_id <= $3`, args, func(s db.Scanner) error {
		var who, d, i id.ID
		var box []byte
		err := s.Scan(&who, &d, &i, &box)
		add(who, actPlace(i), box, func(tx *Tx, box []byte) error {
			_, err := tx.Exec(tx.ctx, `UPDATE dossier_act SET sealed = $4 WHERE province_id = $1 AND dossier_id = $2 AND id = $3`, i.Province(), int64(d), int64(i), box)
			return err
		})
		return err
	}); err != nil {
		return err
	}
	return tx.Each(tx.ctx, `SELECT d.person_id, c.dossier_id, c.id, c.name_sealed, b.sealed FROM dossier d JOIN dossier_scan c ON c.province_id = d.province_id AND c.dossier_id = d.id
		JOIN dossier_scan_body b ON b.province_id = c.province_id AND b.scan_id = c.id
		WHERE d.province_id = $1 AND c.province_id = $1 AND b.province_id = $1 AND d.person_id > $2 AND d.person_id <= $3`, args, func(s db.Scanner) error {
		var who, d, i id.ID
		var name, body []byte
		err := s.Scan(&who, &d, &i, &name, &body)
		add(who, scanPlace("name", i), name, func(tx *Tx, box []byte) error {
			_, err := tx.Exec(tx.ctx, `UPDATE dossier_scan SET name_sealed = $4 WHERE province_id = $1 AND dossier_id = $2 AND id = $3`, i.Province(), int64(d), int64(i), box)
			return err
		})
		add(who, scanPlace("body", i), body, func(tx *Tx, box []byte) error { return tx.putBody(i, box) })
		return err
	})
}

func (tx *Tx) putBody(i id.ID, box []byte) error {
	_, err := tx.Exec(tx.ctx, `UPDATE dossier_scan_body SET sealed = $3 WHERE province_id = $1 AND scan_id = $2`, i.Province(), int64(i), box)
	return err
}

// ownOtherBoxes adds hand-overs, requests, waivers and reasons of certificates issued again.
func (tx *Tx) ownOtherBoxes(args []any, add addBox) error {
	if err := tx.Each(tx.ctx, `SELECT person_id, id, sealed FROM handover WHERE province_id = $1 AND person_id > $2 AND person_id <= $3`, args, func(s db.Scanner) error {
		var who, i id.ID
		var box []byte
		err := s.Scan(&who, &i, &box)
		add(who, handoverPlace(i), box, func(tx *Tx, box []byte) error {
			_, err := tx.Exec(tx.ctx, `UPDATE handover SET sealed = $3 WHERE province_id = $1 AND id = $2`, i.Province(), int64(i), box)
			return err
		})
		return err
	}); err != nil {
		return err
	}
	if err := tx.Each(tx.ctx, `SELECT person_id, id, sealed FROM subject_request WHERE province_id = $1 AND person_id > $2 AND person_id <= $3`, args, func(s db.Scanner) error {
		var who, i id.ID
		var box []byte
		err := s.Scan(&who, &i, &box)
		add(who, requestPlace(i), box, func(tx *Tx, box []byte) error {
			_, err := tx.Exec(tx.ctx, `UPDATE subject_request SET sealed = $3 WHERE province_id = $1 AND id = $2`, i.Province(), int64(i), box)
			return err
		})
		return err
	}); err != nil {
		return err
	}
	if err := tx.Each(tx.ctx, `SELECT person_id, clock, ref, dossier_id, sealed FROM obligation_waiver WHERE province_id = $1 AND person_id > $2 AND person_id <= $3`, args, func(s db.Scanner) error {
		var who id.ID
		var k deadline.Key
		var box []byte
		err := s.Scan(&who, &k.Clock, &k.Ref, &k.Dossier, &box)
		add(who, waiverPlace(who, k), box, func(tx *Tx, box []byte) error {
			_, err := tx.Exec(tx.ctx, `UPDATE obligation_waiver SET sealed = $6 WHERE province_id = $1 AND person_id = $2 AND clock = $3 AND ref = $4 AND dossier_id = $5`,
				who.Province(), int64(who), k.Clock, k.Ref, int64(k.Dossier), box)
			return err
		})
		return err
	}); err != nil {
		return err
	}
	return tx.Each(tx.ctx, `SELECT k.person_id, r.cert_id, r.id, r.sealed FROM course_cert k JOIN course_reissue r ON r.province_id = k.province_id AND r.cert_id = k.id
		WHERE k.province_id = $1 AND r.province_id = $1 AND k.person_id > $2 AND k.person_id <= $3`, args, func(s db.Scanner) error {
		var who, cert, i id.ID
		var box []byte
		err := s.Scan(&who, &cert, &i, &box)
		add(who, reissuePlace(i), box, func(tx *Tx, box []byte) error {
			_, err := tx.Exec(tx.ctx, `UPDATE course_reissue SET sealed = $4 WHERE province_id = $1 AND cert_id = $2 AND id = $3`, i.Province(), int64(cert), int64(i), box)
			return err
		})
		return err
	})
}
