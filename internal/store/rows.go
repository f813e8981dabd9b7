package store

import "ketnap/internal/db"

// rowsInsert is an INSERT of narrow rows. Many of them go into one statement, because with a few
// columns the call costs more than the row.
type rowsInsert struct {
	width int
	one   *db.B // one row
	many  *db.B // rowsPerInsert rows
}

const rowsPerInsert = 32

// newRowsInsert puts the statements together out of their constant pieces: head begins one, row adds
// a row to it with width placeholders, comma the next one, tail ends it.
func newRowsInsert(width int, head func() *db.B, row, comma, tail func(b *db.B, dummies []any)) *rowsInsert {
	dummies := make([]any, width)
	in := &rowsInsert{width: width, one: head(), many: head()}
	row(in.one, dummies)
	tail(in.one, nil)
	row(in.many, dummies)
	for range rowsPerInsert - 1 {
		comma(in.many, dummies)
	}
	tail(in.many, nil)
	return in
}

func noTail(*db.B, []any) {}

var (
	four     = func(b *db.B, d []any) { b.Add(`($1, $2, $3, $4)`, d...) }
	nextFour = func(b *db.B, d []any) { b.Add(`, ($1, $2, $3, $4)`, d...) }

	insertWords = newRowsInsert(4, func() *db.B {
		return db.NewB(`INSERT INTO person_word (province_id, word, name_key, person_id) VALUES`)
	},
		four, nextFour, func(b *db.B, _ []any) { b.Add(` ON CONFLICT (province_id, word, name_key, person_id) DO NOTHING`) })
	insertKeys = newRowsInsert(4, func() *db.B { return db.NewB(`INSERT INTO person_key (key_hash, province_id, person_id, kind) VALUES`) },
		four, nextFour, func(b *db.B, _ []any) { b.Add(` ON CONFLICT (key_hash) DO NOTHING`) })
	insertSealed = newRowsInsert(4, func() *db.B {
		return db.NewB(`INSERT INTO person_sealed (province_id, person_id, sealed, salt) VALUES`)
	}, four, nextFour, noTail)
	insertBatchRows = newRowsInsert(7, func() *db.B {
		return db.NewB(`INSERT INTO batch_row (province_id, batch_id, row_no, outcome, object_id, object_version, before_sealed) VALUES`)
	}, func(b *db.B, d []any) { b.Add(`($1, $2, $3, $4, $5, $6, $7)`, d...) },
		func(b *db.B, d []any) { b.Add(`, ($1, $2, $3, $4, $5, $6, $7)`, d...) }, noTail)
)

// manyRows inserts n rows; fill writes the values of row i into a slice of the insert's width. It
// returns how many rows were inserted, which is less than n when some were there.
func (tx *Tx) manyRows(in *rowsInsert, n int, fill func(i int, row []any)) (affected int64, err error) {
	whole := n / rowsPerInsert * rowsPerInsert
	block := make([]any, rowsPerInsert*in.width)
	k, err := tx.Many(tx.ctx, in.many.SQL(), func(yield func([]any) bool) {
		for from := 0; from < whole; from += rowsPerInsert {
			for i := range rowsPerInsert {
				fill(from+i, block[i*in.width:(i+1)*in.width])
			}
			if !yield(block) {
				return
			}
		}
	})
	if err != nil {
		return k, err
	}
	rest, err := tx.Many(tx.ctx, in.one.SQL(), func(yield func([]any) bool) {
		for i := whole; i < n; i++ {
			fill(i, block[:in.width])
			if !yield(block[:in.width]) {
				return
			}
		}
	})
	return k + rest, err
}
