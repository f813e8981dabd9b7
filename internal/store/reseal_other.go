package store

import (
	"ketnap/internal/db"
	"ketnap/internal/id"
)

// What is sealed and belongs to no single person, for Reseal.

func (tx *Tx) generatorBoxes() (out []sealedValue, err error) {
	err = tx.Each(tx.ctx, `SELECT user_id, sealed FROM app_totp`, nil, func(s db.Scanner) error {
		var user id.ID
		v := sealedValue{put: func(tx *Tx, box []byte) error {
			_, err := tx.Exec(tx.ctx, `UPDATE app_totp SET sealed = $2 WHERE user_id = $1`, int64(user), box)
			return err
		}}
		err := s.Scan(&user, &v.box)
		v.place = generatorPlace(user)
		out = append(out, v)
		return err
	})
	return out, err
}

func (tx *Tx) approvalBoxes(province int) (out []sealedValue, err error) {
	err = tx.Each(tx.ctx, `SELECT id, sealed FROM approval WHERE province_id = $1`, []any{province}, func(s db.Scanner) error {
		var i id.ID
		v := sealedValue{put: func(tx *Tx, box []byte) error {
			_, err := tx.Exec(tx.ctx, `UPDATE approval SET sealed = $3 WHERE province_id = $1 AND id = $2`, province, int64(i), box)
			return err
		}}
		err := s.Scan(&i, &v.box)
		v.place = approvalPlace(i)
		out = append(out, v)
		return err
	})
	return out, err
}

// boxHolders lists the files of documents and the imports of a province.
func (tx *Tx) boxHolders(province int) (files, batches []id.ID, err error) {
	if err = tx.Each(tx.ctx, `SELECT id FROM document_scan WHERE province_id = $1 ORDER BY id`, []any{province}, func(s db.Scanner) error {
		var i id.ID
		err := s.Scan(&i)
		files = append(files, i)
		return err
	}); err != nil {
		return nil, nil, err
	}
	err = tx.Each(tx.ctx, `SELECT id FROM batch WHERE province_id = $1 ORDER BY id`, []any{province}, func(s db.Scanner) error {
		var i id.ID
		err := s.Scan(&i)
		batches = append(batches, i)
		return err
	})
	return files, batches, err
}

func (tx *Tx) attachmentBoxes(i id.ID) ([]sealedValue, error) {
	box, err := tx.scanBox(i)
	if err != nil {
		return nil, err
	}
	return []sealedValue{{place: scanPlace("body", i), box: box, put: func(tx *Tx, box []byte) error { return tx.putBody(i, box) }}}, nil
}

func (tx *Tx) batchBoxes(b id.ID) (out []sealedValue, err error) {
	args := []any{b.Province(), int64(b)}
	if err = tx.Each(tx.ctx, `SELECT part, sealed FROM batch_file WHERE province_id = $1 AND batch_id = $2`, args, func(s db.Scanner) error {
		var part int
		v := sealedValue{put: func(tx *Tx, box []byte) error {
			_, err := tx.Exec(tx.ctx, `UPDATE batch_file SET sealed = $4 WHERE province_id = $1 AND batch_id = $2 AND part = $3`, b.Province(), int64(b), part, box)
			return err
		}}
		err := s.Scan(&part, &v.box)
		v.place = filePlace(b, part)
		out = append(out, v)
		return err
	}); err != nil {
		return nil, err
	}
	err = tx.Each(tx.ctx, `SELECT row_no, before_sealed FROM batch_row WHERE province_id = $1 AND batch_id = $2`, args, func(s db.Scanner) error {
		var row int
		v := sealedValue{put: func(tx *Tx, box []byte) error {
			_, err := tx.Exec(tx.ctx, `UPDATE batch_row SET before_sealed = $4 WHERE province_id = $1 AND batch_id = $2 AND row_no = $3`, b.Province(), int64(b), row, box)
			return err
		}}
		err := s.Scan(&row, &v.box)
		v.place = rowPlace(b, row)
		out = append(out, v)
		return err
	})
	return out, err
}
