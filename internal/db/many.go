package db

import (
	"context"
	"database/sql/driver"
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
// sequence may reuse its slice and must not use the transaction. An error names
// the row, counted from 1; rows before it are taken back with the transaction.
func (tx *Tx) Many(ctx context.Context, q text, rows iter.Seq[[]any]) (affected int64, err error) {
	if err := tx.ready(ctx); err != nil {
		return 0, err
	}
	if tx.c.engine == Postgres {
		return tx.manyBatch(ctx, q, rows)
	}
	n, affected, err := tx.c.loop(ctx, q, rows)
	if err != nil {
		return affected, fmt.Errorf("row %d: %w", n, tx.fail(q, err))
	}
	return affected, nil
}

// loop runs q for one row after the other, past database/sql, which would copy and convert every argument anew. n is the row it ended with.
func (c *conn) loop(ctx context.Context, q text, rows iter.Seq[[]any]) (n int, affected int64, err error) {
	sctx := c.statementContext(ctx)
	var st driver.StmtExecContext
	var args []driver.NamedValue
	for row := range rows {
		n++
		if err := ctx.Err(); err != nil {
			return n, affected, err
		}
		if err := checkArgs(row); err != nil {
			return n, affected, err
		}
		if st == nil {
			if st, args, err = c.bare(sctx, q, len(row)); err != nil {
				return n, affected, err
			}
		}
		if len(row) != len(args) {
			return n, affected, fmt.Errorf("db: %d arguments for %d placeholders", len(row), len(args))
		}
		for i, a := range row {
			if args[i].Value, err = driver.DefaultParameterConverter.ConvertValue(a); err != nil {
				return n, affected, err
			}
		}
		res, err := st.ExecContext(sctx, args)
		if err != nil {
			return n, affected, err
		}
		k, err := res.RowsAffected()
		if err != nil {
			return n, affected, err
		}
		affected += k
	}
	return n, affected, nil
}

// bare returns the statement of the driver below the prepared one of q, and arguments to fill in.
func (c *conn) bare(ctx context.Context, q text, n int) (driver.StmtExecContext, []driver.NamedValue, error) {
	s, err := c.prepare(ctx, q, n)
	if err != nil {
		return nil, nil, err
	}
	if s.bare == nil {
		err := c.Raw(func(dc any) error {
			st, err := dc.(driver.ConnPrepareContext).PrepareContext(ctx, s.plain)
			s.bare = st
			return err
		})
		if err != nil {
			return nil, nil, err
		}
	}
	args := make([]driver.NamedValue, n)
	for i := range args {
		args[i].Ordinal = i + 1
	}
	return s.bare.(driver.StmtExecContext), args, nil
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
