package store

import (
	"encoding/json"
	"errors"

	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/seal"
)

// own returns the key of a person as far as there is one: what is sealed of them is read with it.
func (tx *Tx) own(p id.ID) (*seal.Own, error) {
	if o := tx.owns[p]; o != nil {
		return o, nil
	}
	var salt []byte
	err := tx.Row(tx.ctx, `SELECT salt FROM person_sealed WHERE province_id = $1 AND person_id = $2`, []any{p.Province(), int64(p)}, &salt)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return nil, err
	}
	o := tx.store.ring.Own(salt)
	if o.Ready() {
		if tx.owns == nil {
			tx.owns = map[id.ID]*seal.Own{}
		}
		tx.owns[p] = o
	}
	return o, nil
}

// ownToSeal returns the key of a person, made now when there is none.
func (tx *Tx) ownToSeal(p id.ID) (*seal.Own, error) {
	o, err := tx.own(p)
	if err != nil || o.Ready() {
		return o, err
	}
	if p == 0 {
		return nil, fault.E("store.ownToSeal", fault.Internal, "error.internal")
	}
	_, erased, err := tx.ErasedOf(p)
	if err == nil && erased {
		err = fault.E("store.ownToSeal", fault.Conflict, "erase.done")
	}
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(tx.ctx, `INSERT INTO person_sealed (province_id, person_id, sealed, salt) VALUES ($1, $2, $3, $4)
		ON CONFLICT (province_id, person_id) DO UPDATE SET salt = excluded.salt WHERE LENGTH(person_sealed.salt) = 0`,
		p.Province(), int64(p), []byte{}, seal.Salt())
	if err != nil {
		return nil, err
	}
	if o, err = tx.own(p); err == nil && !o.Ready() {
		err = fault.E("store.ownToSeal", fault.Internal, "error.internal")
	}
	return o, err
}

// sealOwn seals what belongs to a person.
func (tx *Tx) sealOwn(p id.ID, place string, plain []byte) ([]byte, error) {
	o, err := tx.ownToSeal(p)
	if err != nil {
		return nil, err
	}
	return o.Seal(place, plain), nil
}

// sealOwnJSON seals a value that belongs to a person.
func (tx *Tx) sealOwnJSON(p id.ID, place string, v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return tx.sealOwn(p, place, plain)
}

// gone reports whether there is nothing to open: no value, or one whose key was destroyed.
func gone(o *seal.Own, box []byte) bool { return len(box) == 0 || seal.Owned(box) && !o.Ready() }

// openOwn opens what was sealed for a person; nil when it was destroyed.
func openOwn(o *seal.Own, place string, box []byte) ([]byte, error) {
	if gone(o, box) {
		return nil, nil
	}
	return o.Open(place, box)
}

// openOwnJSON opens a value that was sealed for a person into v; v stays as it is when it was destroyed.
func openOwnJSON(o *seal.Own, place string, box []byte, v any) error {
	plain, err := openOwn(o, place, box)
	if err != nil || plain == nil {
		return err
	}
	return json.Unmarshal(plain, v)
}

// personOf returns whose dossier it is.
func (tx *Tx) personOf(d id.ID) (id.ID, error) {
	var p id.ID
	err := tx.Row(tx.ctx, `SELECT person_id FROM dossier WHERE province_id = $1 AND id = $2`, []any{d.Province(), int64(d)}, &p)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.E("store.personOf", fault.NotFound, "dossier.notfound")
	}
	return p, err
}
