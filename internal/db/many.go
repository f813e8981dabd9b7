package db

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// manyChunk is how many rows Many sends to PostgreSQL in one round trip.
const manyChunk = 1000

// Many runs q once for each row of arguments and returns the sum of affected
// rows: a prepared statement in a loop on SQLite, a pipeline on PostgreSQL. The
// sequence may reuse its slice. An error names the row, counted from 1; rows
// before it are taken back with the transaction.
func (tx *Tx) Many(ctx context.Context, q text, rows iter.Seq[[]any]) (affected int64, err error) {
	if err := tx.ready(ctx); err != nil {
		return 0, err
	}
	if tx.c.engine == Postgres {
		return tx.manyBatch(ctx, q, rows)
	}
	n := 0
	for row := range rows {
		n++
		k, err := tx.Exec(ctx, q, row...)
		if err != nil {
			return affected, fmt.Errorf("row %d: %w", n, err)
		}
		affected += k
	}
	return affected, nil
}

func (tx *Tx) manyBatch(ctx context.Context, q text, rows iter.Seq[[]any]) (affected int64, err error) {
	batch, first := &pgx.Batch{}, 1
	flush := func() error {
		k, bad, err := tx.c.batch(ctx, batch)
		affected += k
		if err != nil {
			return fmt.Errorf("row %d: %w", first+bad, tx.fail(q, err))
		}
		first += batch.Len()
		batch = &pgx.Batch{}
		return nil
	}
	for row := range rows {
		if err := tx.ready(ctx); err != nil {
			return affected, err
		}
		if err := checkArgs(row); err != nil {
			return affected, fmt.Errorf("row %d: %w", first+batch.Len(), tx.fail(q, err))
		}
		batch.Queue(string(q), slices.Clone(row)...)
		if batch.Len() == manyChunk {
			if err := flush(); err != nil {
				return affected, err
			}
		}
	}
	if batch.Len() == 0 {
		return affected, nil
	}
	return affected, flush()
}

// batch sends b and returns the affected rows, or the index of the bad entry.
func (c *conn) batch(ctx context.Context, b *pgx.Batch) (affected int64, bad int, err error) {
	err = c.Raw(func(dc any) error {
		res := dc.(*stdlib.Conn).Conn().SendBatch(ctx, b)
		for bad = range b.Len() {
			tag, err := res.Exec()
			if err != nil {
				res.Close()
				return err
			}
			affected += tag.RowsAffected()
		}
		return res.Close()
	})
	return affected, bad, err
}
