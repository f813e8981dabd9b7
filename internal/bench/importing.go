package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"ketnap/internal/batch"
	"ketnap/internal/demo"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/seal"
	"ketnap/internal/store"
)

// importRows is how many rows the sheet has: those of a province, or what a commune has.
func (b *run) importRows() int {
	if b.Size == string(demo.Commune) {
		return demo.Commune.Members()
	}
	return demo.Province.Members()
}

// importing measures `ketnap import` of a sheet with 33 columns into a database that holds the units
// and nobody, against the same rows stored raw.
func (b *run) importing(ctx context.Context) error {
	if b.Scratch == "" {
		b.Log("import: no empty database given")
		return nil
	}
	root, units, err := b.provinceUnits(ctx)
	if err != nil {
		return err
	}
	s := &sheet{fields: batch.Sheet(batch.Members), n: b.importRows(), seed: b.Seed, today: b.st.Today()}
	for _, u := range units {
		if u.Kind == org.Cell && u.Code != "" {
			s.units = append(s.units, u.Code)
		}
	}
	book, table := b.file("bench.xlsx"), b.file("bench.csv")
	defer os.Remove(book)
	defer os.Remove(table)
	if err := errors.Join(s.write(book), s.writeCSV(table)); err != nil {
		return err
	}
	var imports, shells, drivers []Result
	for range b.Rounds {
		r, err := b.importOnce(ctx, root, units, book)
		if err != nil {
			return err
		}
		imports = append(imports, r)
		if r, ok := b.shellFloor(ctx, table, s.n); ok {
			shells = append(shells, r)
		}
		if r, err = b.driverFloor(ctx, table, s.n); err != nil {
			return err
		}
		drivers = append(drivers, r)
	}
	r := median(imports)
	if len(shells) > 0 {
		b.add(r.against(median(shells)))
	}
	b.add(r.against(median(drivers)))
	return nil
}

// provinceUnits are the units of the first province of the demo, parents first.
func (b *run) provinceUnits(ctx context.Context) (root id.ID, units []org.Unit, err error) {
	err = b.st.View(ctx, func(tx *store.Tx) error {
		units = nil
		top, err := b.topUnit(tx)
		if err != nil {
			return err
		}
		root = top.ID
		return tx.EachUnitUnder(top, func(u org.Unit) error { units = append(units, u); return nil })
	})
	return root, units, err
}

// importOnce makes a fresh database with the units and imports the sheet in a process of its own.
func (b *run) importOnce(ctx context.Context, root id.ID, units []org.Unit, book string) (r Result, err error) {
	dsn, done, err := b.empty(ctx)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, done()) }()
	if err := b.found(ctx, dsn, units); err != nil {
		return r, err
	}
	took, peak, out, err := b.whole(ctx, dsn, "--json", "import", "--kind=members", "--unit="+root.String(), book)
	if err != nil {
		return Result{}, err
	}
	var said struct{ Total, Accepted int }
	if err := json.Unmarshal(out, &said); err != nil {
		return Result{}, fmt.Errorf("what import printed: %w", err)
	}
	return Result{Name: "import", Count: said.Total, Failed: said.Total - said.Accepted, Seconds: took.Seconds(),
		Rate: float64(said.Accepted) / took.Seconds(), PeakMB: peak}, nil
}

// empty is an empty database to fill, and what removes it: the file of Scratch, or a schema of our own in that database of a server.
func (b *run) empty(ctx context.Context) (dsn string, done func() error, err error) {
	if embedded(b.Scratch) {
		removeDatabase(b.Scratch)
		return b.Scratch, func() error { removeDatabase(b.Scratch); return nil }, nil
	}
	dsn, drop, err := store.EmptySchema(ctx, b.Scratch)
	return dsn, func() error { return drop(context.WithoutCancel(ctx)) }, err
}

// found puts the units into an empty database.
func (b *run) found(ctx context.Context, dsn string, units []org.Unit) error {
	ring, err := seal.Load(b.Key)
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, store.Options{DSN: dsn, Ring: ring})
	if err != nil {
		return err
	}
	if _, err := st.Migrate(ctx); err != nil {
		return errors.Join(err, st.Close())
	}
	err = st.Update(ctx, b.entry("bench.units", units[0].Province()), func(tx *store.Tx) error {
		for _, u := range units {
			if err := tx.AddUnit(u); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, st.Close())
}

// shellFloor lets the database's own shell import the same rows as texts; ok is false when there is
// no shell.
func (b *run) shellFloor(ctx context.Context, table string, n int) (Result, bool) {
	shell, err := exec.LookPath("sqlite3")
	if err != nil || !embedded(b.Scratch) {
		return Result{}, false
	}
	path := b.file("bench-floor.db")
	defer removeDatabase(path)
	removeDatabase(path)
	began := time.Now()
	out, err := exec.CommandContext(ctx, shell, path, ".mode csv", ".import '"+table+"' floor").CombinedOutput()
	took := time.Since(began)
	if err != nil || len(out) > 0 {
		b.Log("sqlite3 .import: %v: %s", err, out)
		return Result{}, false
	}
	return Result{Name: "floor.shell", Count: n, Seconds: took.Seconds(), Rate: float64(n) / took.Seconds()}, true
}

// driverFloor stores the same rows as texts through the program's own driver, in one transaction.
func (b *run) driverFloor(ctx context.Context, table string, n int) (r Result, err error) {
	f, done, err := b.openFloor(ctx)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, done()) }()
	var failed error
	began := time.Now()
	err = f.Rows(ctx, readCSV(table, &failed))
	took := time.Since(began)
	return Result{Name: "floor.driver", Count: n, Seconds: took.Seconds(), Rate: float64(n) / took.Seconds()}, errors.Join(err, failed)
}

// openFloor opens the plain tables: in a file of their own, or in the empty database of a server.
func (b *run) openFloor(ctx context.Context) (*store.Floor, func() error, error) {
	dsn := b.Scratch
	if embedded(dsn) {
		dsn = b.file("bench-floor.db")
		removeDatabase(dsn)
	}
	f, err := store.OpenFloor(ctx, dsn)
	return f, func() error {
		err := f.Close(context.WithoutCancel(ctx))
		if embedded(dsn) {
			removeDatabase(dsn)
		}
		return err
	}, err
}

// embedded reports whether a database is a file.
func embedded(dsn string) bool { return !strings.Contains(dsn, "://") }

// removeDatabase removes a file of this bench with the log beside it.
func removeDatabase(path string) {
	for _, end := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(path + end) // it may not be there
	}
}
