package store

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
)

const batchCols = `b.id, b.unit_id, b.kind, b.state, b.file_name, b.sheet, b.template, b.options, b.report, b.total, b.done, b.accepted, b.changed,
	b.duplicate, b.refused, b.made_by, b.made_name, b.made_at, b.moved_at, b.lease, b.version`

func scanBatch(s db.Scanner, b *batch.Batch) error {
	var kind, state, options, report string
	if err := s.Scan(&b.ID, &b.Unit, &kind, &state, &b.File, &b.Sheet, &b.Template, &options, &report, &b.Total, &b.Done, &b.Accepted, &b.Changed,
		&b.Duplicate, &b.Refused, &b.By, &b.ByName, &b.Made, &b.Moved, &b.Lease, &b.Version); err != nil {
		return err
	}
	b.Kind, b.State = batch.Kind(kind), batch.State(state)
	if err := json.Unmarshal([]byte(options), &b.Options); err != nil {
		return fmt.Errorf("store: options of import %d: %w", b.ID, err)
	}
	if err := json.Unmarshal([]byte(report), &b.Report); err != nil {
		return fmt.Errorf("store: report of import %d: %w", b.ID, err)
	}
	return nil
}

// Batch returns an import. It is not scoped: callers ask access with its unit.
func (tx *Tx) Batch(i id.ID) (batch.Batch, error) {
	var b batch.Batch
	found := false
	err := tx.Each(tx.ctx, `SELECT `+batchCols+` FROM batch b WHERE b.province_id = $1 AND b.id = $2`,
		[]any{i.Province(), int64(i)}, func(s db.Scanner) error { found = true; return scanBatch(s, &b) })
	if err == nil && !found {
		err = fault.E("store.Batch", fault.NotFound, "import.notfound")
	}
	return b, err
}

// AddBatch stores a new import.
func (tx *Tx) AddBatch(b *batch.Batch) error {
	options, report, err := batchTexts(b)
	if err != nil {
		return err
	}
	b.Made, b.Moved, b.Version = tx.Now, tx.Now, 1
	_, err = tx.Exec(tx.ctx, `INSERT INTO batch (province_id, id, unit_id, kind, state, file_name, sheet, template, options, report, total, done, accepted,
		changed, duplicate, refused, made_by, made_name, made_at, moved_at, lease, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
		b.Province(), int64(b.ID), int64(b.Unit), string(b.Kind), string(b.State), b.File, b.Sheet, b.Template, options, report, b.Total, b.Done, b.Accepted,
		b.Changed, b.Duplicate, b.Refused, int64(b.By), b.ByName, b.Made, b.Moved, b.Lease, b.Version)
	return err
}

func batchTexts(b *batch.Batch) (options, report string, err error) {
	o, err := json.Marshal(b.Options)
	if err != nil {
		return "", "", err
	}
	r, err := json.Marshal(b.Report)
	return string(o), string(r), err
}

// PutBatch stores everything that changes about an import, when nobody changed it since it was read.
func (tx *Tx) PutBatch(b *batch.Batch) error {
	options, report, err := batchTexts(b)
	if err != nil {
		return err
	}
	n, err := tx.Exec(tx.ctx, `UPDATE batch SET state = $3, sheet = $4, template = $5, options = $6, report = $7, total = $8, done = $9, accepted = $10,
		changed = $11, duplicate = $12, refused = $13, moved_at = $14, lease = $15, version = version + 1
		WHERE province_id = $1 AND id = $2 AND version = $16`,
		b.Province(), int64(b.ID), string(b.State), b.Sheet, b.Template, options, report, b.Total, b.Done, b.Accepted,
		b.Changed, b.Duplicate, b.Refused, b.Moved, b.Lease, b.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.E("store.PutBatch", fault.Stale, "import.moved")
	}
	b.Version++
	return nil
}

// Batches lists the imports at units of a scope, the newest first, before an id (0: from the start).
func (tx *Tx) Batches(sc access.Scope, before id.ID, n int) ([]batch.Batch, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	u := sc.Unit()
	switch {
	case !sc.OK():
		return nil, nil
	case !sc.Nation():
		return tx.batches(db.NewB(`SELECT `+batchCols+` FROM batch b JOIN unit u ON u.province_id = b.province_id AND u.id = b.unit_id
			WHERE b.province_id = $1 AND b.id < $2 AND u.province_id = $3 AND u.path >= $4 AND u.path < $5 ORDER BY b.id DESC LIMIT $6`,
			u.Province(), int64(before), u.Province(), u.Path, org.PathEnd(u.Path), n))
	}
	var all []batch.Batch
	err := tx.EachProvince(func(p Province) error {
		bs, err := tx.batches(db.NewB(`SELECT `+batchCols+` FROM batch b WHERE b.province_id = $1 AND b.id < $2 ORDER BY b.id DESC LIMIT $3`, p.ID, int64(before), n))
		all = append(all, bs...)
		return err
	})
	slices.SortFunc(all, func(a, b batch.Batch) int { return cmp.Compare(b.ID, a.ID) })
	return all[:min(n, len(all))], err
}

// OpenBatches returns the imports of every province in which work is or was under way.
func (tx *Tx) OpenBatches() ([]batch.Batch, error) {
	var all []batch.Batch
	err := tx.EachProvince(func(p Province) error {
		bs, err := tx.batches(db.NewB(`SELECT `+batchCols+` FROM batch b WHERE b.province_id = $1 AND b.lease > 0 AND`, p.ID).
			In(`b.state`, []any{string(batch.Mapped), string(batch.Committing)}))
		all = append(all, bs...)
		return err
	})
	return all, err
}

func (tx *Tx) batches(q *db.B) ([]batch.Batch, error) {
	var bs []batch.Batch
	err := tx.Each(tx.ctx, q.SQL(), q.Args(), func(s db.Scanner) error {
		var b batch.Batch
		err := scanBatch(s, &b)
		bs = append(bs, b)
		return err
	})
	return bs, err
}

func filePlace(b id.ID, part int) string {
	return fmt.Sprintf("batch_file|%d|%d|%d", b.Province(), int64(b), part)
}

// AddBatchPart seals and stores one part of the file of an import.
func (tx *Tx) AddBatchPart(b id.ID, part int, plain []byte) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO batch_file (province_id, batch_id, part, sealed) VALUES ($1, $2, $3, $4)`,
		b.Province(), int64(b), part, tx.store.ring.Seal(filePlace(b, part), plain))
	return err
}

// BatchPart opens one part of the file of an import.
func (tx *Tx) BatchPart(b id.ID, part int) ([]byte, error) {
	var box []byte
	err := tx.Row(tx.ctx, `SELECT sealed FROM batch_file WHERE province_id = $1 AND batch_id = $2 AND part = $3`,
		[]any{b.Province(), int64(b), part}, &box)
	if errors.Is(err, db.ErrNoRows) {
		return nil, fault.E("store.BatchPart", fault.NotFound, "import.file_gone")
	}
	if err != nil {
		return nil, err
	}
	return tx.store.ring.Open(filePlace(b, part), box)
}

// DropBatchFile removes the file of an import.
func (tx *Tx) DropBatchFile(b id.ID) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM batch_file WHERE province_id = $1 AND batch_id = $2`, b.Province(), int64(b))
	return err
}

// BatchRow is what became of one row of an import. Detail is sealed at rest: it holds what the
// preview shows and what undoing needs.
type BatchRow struct {
	No      int
	Outcome batch.Outcome
	Object  id.ID
	Stamp   int64 // of the object as the import left it
	Detail  []byte
}

func rowPlace(b id.ID, row int) string {
	return fmt.Sprintf("batch_row|%d|%d|%d", b.Province(), int64(b), row)
}

// AddBatchRows stores the outcomes of rows.
func (tx *Tx) AddBatchRows(b id.ID, rows []BatchRow) error {
	_, err := tx.manyRows(insertBatchRows, len(rows), func(i int, row []any) {
		r, box := &rows[i], []byte{}
		if r.Detail != nil {
			box = tx.store.ring.Seal(rowPlace(b, r.No), r.Detail)
		}
		row[0], row[1], row[2], row[3], row[4], row[5], row[6] = b.Province(), int64(b), r.No, string(r.Outcome), int64(r.Object), r.Stamp, box
	})
	return err
}

// BatchRows returns rows of an import with one outcome ("" for all), after a row number, in order.
func (tx *Tx) BatchRows(b id.ID, o batch.Outcome, after, n int) ([]BatchRow, error) {
	q := db.NewB(`SELECT row_no, outcome, object_id, object_version, before_sealed FROM batch_row
		WHERE province_id = $1 AND batch_id = $2 AND row_no > $3`, b.Province(), int64(b), after)
	if o != "" {
		q.Add(` AND outcome = $1`, string(o))
	}
	q.Add(` ORDER BY row_no LIMIT $1`, n)
	return tx.batchRows(b, q)
}

func (tx *Tx) batchRows(b id.ID, q *db.B) ([]BatchRow, error) {
	var rows []BatchRow
	err := tx.Each(tx.ctx, q.SQL(), q.Args(), func(s db.Scanner) error {
		var r BatchRow
		var outcome string
		var box []byte
		if err := s.Scan(&r.No, &outcome, &r.Object, &r.Stamp, &box); err != nil {
			return err
		}
		r.Outcome = batch.Outcome(outcome)
		var err error
		if len(box) > 0 {
			r.Detail, err = tx.store.ring.Open(rowPlace(b, r.No), box)
		}
		rows = append(rows, r)
		return err
	})
	return rows, err
}

// DropBatchRows forgets the rows of an import: those of a preview, before they are written for good.
func (tx *Tx) DropBatchRows(b id.ID) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM batch_row WHERE province_id = $1 AND batch_id = $2`, b.Province(), int64(b))
	return err
}

// ImportTemplate returns the mapping remembered for a header, nil when there is none.
func (tx *Tx) ImportTemplate(province int, k batch.Kind, signature string) (map[int]batch.Code, error) {
	var text string
	err := tx.Row(tx.ctx, `SELECT mapping FROM import_template WHERE province_id = $1 AND kind = $2 AND signature = $3`,
		[]any{province, string(k), signature}, &text)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var m map[int]batch.Code
	return m, json.Unmarshal([]byte(text), &m)
}

// PutImportTemplate remembers the mapping of a header.
func (tx *Tx) PutImportTemplate(province int, k batch.Kind, signature string, m map[int]batch.Code) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = tx.Exec(tx.ctx, `INSERT INTO import_template (province_id, kind, signature, mapping, used_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (province_id, kind, signature) DO UPDATE SET mapping = excluded.mapping, used_at = excluded.used_at`,
		province, string(k), signature, string(text), tx.Now)
	return err
}

// Roomy gives the connection that writes more page cache while a large import runs, and takes it back
// after. Without it every chunk writes index pages several times over. PostgreSQL has its own.
func (tx *Tx) Roomy(yes bool) error {
	if tx.Engine() != db.SQLite {
		return nil
	}
	if yes {
		_, err := tx.Exec(tx.ctx, `PRAGMA cache_size = -32768`)
		return err
	}
	_, err := tx.Exec(tx.ctx, `PRAGMA cache_size = -16384`)
	return err
}

// BatchRowsBack returns rows of an import before a row number, the last first, with their details.
func (tx *Tx) BatchRowsBack(b id.ID, before, n int) ([]BatchRow, error) {
	q := db.NewB(`SELECT row_no, outcome, object_id, object_version, before_sealed FROM batch_row
		WHERE province_id = $1 AND batch_id = $2 AND row_no < $3 ORDER BY row_no DESC LIMIT $4`, b.Province(), int64(b), before, n)
	return tx.batchRows(b, q)
}
