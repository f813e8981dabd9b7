package db

import (
	"context"
	"database/sql"
	"errors"
)

// foldAt is the number of pages in the log from which it is folded back into the file, and foldLate the
// number at which the writer does so itself, with everybody waiting: reached only when the folder has not
// kept up, or to fold the few pages that were added while it worked, so that the log begins anew.
const (
	foldAt   = 1000
	foldLate = 4000
)

// folder copies the log into the file on a connection of its own. SQLite would do it at the end of some
// COMMIT: sixteen writers then waited for some hundred scattered pages and the flush of the whole file.
type folder struct {
	pool  *sql.DB
	c     *sql.Conn
	wake  chan struct{} // something was committed; closed to end it
	ended chan struct{}
}

func openFolder(ctx context.Context, path string) (*folder, error) {
	pool, err := sql.Open("sqlite", dsn(path, true, false))
	if err != nil {
		return nil, err
	}
	c, err := pool.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	f := &folder{pool: pool, c: c, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go f.loop()
	return f, nil
}

// committed says that the log has grown. It never waits.
func (f *folder) committed() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *folder) loop() {
	defer close(f.ended)
	for range f.wake {
		if pages, folded, err := f.run("PRAGMA wal_checkpoint(NOOP)"); err != nil || pages-folded < foldAt {
			continue // what fails here is tried again after the next commit, and by the writer in the end
		}
		_, _, _ = f.run("PRAGMA wal_checkpoint(PASSIVE)")
	}
}

// run returns the pages of the log and how many of them are in the file.
func (f *folder) run(pragma string) (pages, folded int, err error) {
	var busy int
	err = f.c.QueryRowContext(context.Background(), pragma).Scan(&busy, &pages, &folded)
	return pages, folded, err
}

func (f *folder) close() error {
	close(f.wake)
	<-f.ended
	return errors.Join(f.c.Close(), f.pool.Close())
}
