package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
)

// The raw benchmarks do the same work with database/sql alone, prepared
// statements and the same pragmas: what this package costs, and gains.

const (
	benchInsert = "INSERT INTO item (province_id, id, name) VALUES ($1, $2, $3)"
	benchRead   = "SELECT name FROM item WHERE province_id = $1 AND id = $2"
)

func rawItems(b *testing.B) *sql.DB {
	b.Helper()
	path := filepath.Join(b.TempDir(), "raw.db")
	pool, err := sql.Open("sqlite", "file:"+path+"?_busy_timeout=10000&_foreign_keys=1&_journal_mode=WAL&_synchronous=FULL"+
		"&_pragma=page_size(8192)&_pragma=cache_size(-8192)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { pool.Close() })
	list, err := db.Translate(itemTables, db.SQLite, 0)
	if err != nil {
		b.Fatal(err)
	}
	for _, q := range list {
		if _, err := pool.Exec(q); err != nil {
			b.Fatal(err)
		}
	}
	return pool
}

func benchEngines(b *testing.B, f func(b *testing.B, d *db.DB)) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			d := dbtest.Open(b, dsn(b), db.Options{})
			migrate(b, d)
			f(b, d)
		})
	}
}

func BenchmarkCommit(b *testing.B) {
	insert := func(b *testing.B, d *db.DB, id int64) {
		ctx := context.Background()
		err := d.Update(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, benchInsert, 1, id, fmt.Sprint(id))
			return err
		})
		if err != nil {
			b.Error(err)
		}
	}
	rawInsert := func(b *testing.B, pool *sql.DB, st *sql.Stmt, id int64) {
		tx, err := pool.Begin()
		if err != nil {
			b.Error(err)
			return
		}
		own := tx.Stmt(st)
		defer own.Close()
		if _, err := own.Exec(1, id, fmt.Sprint(id)); err != nil {
			b.Error(err)
		}
		if err := tx.Commit(); err != nil {
			b.Error(err)
		}
	}
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprint("writers=", writers), func(b *testing.B) {
			benchEngines(b, func(b *testing.B, d *db.DB) {
				var id atomic.Int64
				b.SetParallelism((writers + 1) / 2) // times GOMAXPROCS, 2 where this is measured
				if writers == 1 {
					for b.Loop() {
						insert(b, d, id.Add(1))
					}
					return
				}
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						insert(b, d, id.Add(1))
					}
				})
			})
			b.Run("raw-sqlite", func(b *testing.B) {
				pool := rawItems(b)
				pool.SetMaxOpenConns(1)
				st, err := pool.Prepare(benchInsert)
				if err != nil {
					b.Fatal(err)
				}
				defer st.Close()
				var id atomic.Int64
				b.SetParallelism((writers + 1) / 2)
				if writers == 1 {
					for b.Loop() {
						rawInsert(b, pool, st, id.Add(1))
					}
					return
				}
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						rawInsert(b, pool, st, id.Add(1))
					}
				})
			})
		})
	}
}

func BenchmarkPointRead(b *testing.B) {
	const rows = 10_000
	benchEngines(b, func(b *testing.B, d *db.DB) {
		ctx, cancel := context.WithCancel(context.Background()) // like that of a request
		defer cancel()
		err := d.Update(ctx, func(tx *db.Tx) error {
			_, err := tx.Many(ctx, "INSERT INTO item (province_id, id, name) VALUES (1, $1, $2)", numbered(rows))
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for i := int64(0); pb.Next(); i++ {
				err := d.View(ctx, func(tx *db.Tx) error {
					var name string
					return tx.Row(ctx, benchRead, []any{1, i * 7919 % rows}, &name)
				})
				if err != nil {
					b.Error(err)
				}
			}
		})
	})
	b.Run("raw-sqlite", func(b *testing.B) {
		pool := rawItems(b)
		for row := range numbered(rows) {
			if _, err := pool.Exec(benchInsert, 1, row[0], row[1]); err != nil {
				b.Fatal(err)
			}
		}
		st, err := pool.Prepare(benchRead)
		if err != nil {
			b.Fatal(err)
		}
		defer st.Close()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for i := int64(0); pb.Next(); i++ {
				var name string
				if err := st.QueryRowContext(ctx, 1, i*7919%rows).Scan(&name); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// BenchmarkList reads 50 rows of three columns, a page of a list.
func BenchmarkList(b *testing.B) {
	benchEngines(b, func(b *testing.B, d *db.DB) {
		ctx := context.Background()
		err := d.Update(ctx, func(tx *db.Tx) error {
			_, err := tx.Many(ctx, "INSERT INTO item (province_id, id, name) VALUES (1, $1, $2)", numbered(10_000))
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			err := d.View(ctx, func(tx *db.Tx) error {
				const q = "SELECT id, name, good FROM item WHERE province_id = $1 AND id > $2 ORDER BY id LIMIT 50"
				return tx.Each(ctx, q, []any{1, 5000}, func(s db.Scanner) error {
					var id int64
					var name string
					var good *bool
					return s.Scan(&id, &name, &good)
				})
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkMany inserts 10,000 rows in one transaction.
func BenchmarkMany(b *testing.B) {
	benchEngines(b, func(b *testing.B, d *db.DB) {
		ctx := context.Background()
		province := 0
		for b.Loop() {
			province++
			err := d.Update(ctx, func(tx *db.Tx) error {
				_, err := tx.Many(ctx, benchInsert, func(yield func([]any) bool) {
					for row := range numbered(10_000) {
						if !yield([]any{province, row[0], row[1]}) {
							return
						}
					}
				})
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)*10_000/b.Elapsed().Seconds(), "rows/s")
	})
}
