package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "modernc.org/sqlite" // registers the driver
)

// Page caches in KiB per connection. The library treats their sum as one budget
// that busy connections share, and needs about 1.4 times as much memory for it.
// Measured with four readers on 800 MB: the process peaks at 94 MB; with 64 MiB
// for the writer it is 166 MB (228 MB in a bulk load) and no faster.
const (
	readerCache = 8 << 10
	writerCache = 16 << 10
)

// sqliteDB is one file: a writer connection and a few readers.
type sqliteDB struct {
	opt     Options
	path    string
	readers *sql.DB
	free    chan *conn
	writer  *writer // nil when read-only
	sentry  sentry
	retry   retrier
}

func openSQLite(ctx context.Context, path string, o Options) (backend, string, error) {
	if o.Readers <= 0 {
		o.Readers = 4
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, "", err
	}
	s := &sqliteDB{opt: o, path: path, free: make(chan *conn, o.Readers)}
	s.retry = newRetrier(o, s.view, func(c Class) bool { return c == Serialization || c == ConnLost })
	if !o.ReadOnly {
		// The writer comes first: it creates the file and turns WAL on.
		if s.writer, err = openWriter(ctx, path, o); err != nil {
			return nil, "", fmt.Errorf("db: open %s: %w", path, err)
		}
	}
	if s.readers, err = sql.Open("sqlite", dsn(path, true, o.ReadOnly)); err != nil {
		return nil, "", err
	}
	s.readers.SetMaxOpenConns(o.Readers + 1) // and the sentry
	for range o.Readers {
		if err := s.addReader(ctx); err != nil {
			return nil, "", errors.Join(fmt.Errorf("db: open %s: %w", path, err), s.close())
		}
	}
	c, err := s.readers.Conn(ctx)
	if err != nil {
		return nil, "", errors.Join(fmt.Errorf("db: open %s: %w", path, err), s.close())
	}
	s.sentry.c = newConn(c, SQLite)
	return s, path, nil
}

// dsn carries every pragma, so that no connection can miss one. The driver
// applies busy_timeout first, then the _pragma list, then the other keys: a new
// file gets its page size before WAL mode fixes it.
//
// temp_store stays with files on readers, which SQLite creates only when a sort
// outgrows the page cache: sorting 2 million rows took 1.2 GB with
// temp_store=memory, 0.2 GB so, and the same time. The writer sorts little, but
// every savepoint of a group keeps the pages it may have to put back: in a file
// they were a sixth of the time of a small change.
func dsn(path string, reader, readOnly bool) string {
	v := url.Values{}
	v.Set("_busy_timeout", "10000")
	v.Set("_foreign_keys", "1")
	v.Set("_synchronous", "FULL")
	v.Set("_defensive", "1") // no SQL can write the file format directly
	v.Set("_dqs", "0")       // "x" is a name, never a string, as on PostgreSQL
	v.Set("mode", "rwc")
	cache := writerCache
	if reader {
		v.Set("_query_only", "1")
		v.Set("mode", "rw")
		cache = readerCache
	}
	if readOnly {
		v.Set("mode", "ro")
	} else {
		v.Set("_journal_mode", "WAL")
		v.Add("_pragma", "page_size(8192)")
		v.Add("_pragma", "wal_autocheckpoint("+strconv.Itoa(foldLate)+")")
		v.Add("_pragma", "journal_size_limit(67108864)")
	}
	if !reader {
		v.Add("_pragma", "temp_store(2)")
	}
	v.Add("_pragma", "cache_size(-"+strconv.Itoa(cache)+")")
	v.Add("_pragma", "trusted_schema(0)")
	v.Add("_pragma", "mmap_size(0)")
	v.Add("_pragma", "recursive_triggers(1)") // INSERT OR REPLACE fires the triggers that guard what is append-only
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/data/x.db of Windows
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: v.Encode()}
	return u.String()
}

func (s *sqliteDB) engine() Engine { return SQLite }

func (s *sqliteDB) addReader(ctx context.Context) error {
	c, err := s.readers.Conn(ctx)
	if err != nil {
		return err
	}
	s.free <- newConn(c, SQLite)
	return nil
}

// acquire takes a reader, waiting for one to come free.
func (s *sqliteDB) acquire(ctx context.Context) (*conn, error) {
	select {
	case c := <-s.free:
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// release gives a reader back, or a new one in its place when it is broken.
func (s *sqliteDB) release(ctx context.Context, c *conn, broken bool) {
	if !broken {
		s.free <- c
		return
	}
	c.drop()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := s.addReader(ctx); err != nil {
		// An unusable slot keeps the count right; its next use tries again.
		s.opt.Log.Error("reopening a reader failed", "path", s.path, "err", err)
		s.free <- newConn(nil, SQLite)
	}
}

func (s *sqliteDB) view(ctx context.Context, fn func(*Tx) error) error {
	c, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	broken := true // until the transaction has ended in order
	defer func() { s.release(ctx, c, broken) }()
	if c.Conn == nil {
		return fmt.Errorf("db: no connection to %s", s.path)
	}
	if err := c.control(ctx, "BEGIN"); err != nil {
		return err
	}
	defer func() { broken = c.control(ctx, "ROLLBACK") != nil }()
	_, err = run(c, fn)
	return err
}

func (s *sqliteDB) update(ctx context.Context, fn func(*Tx) error, o updateOptions) ([]func(), error) {
	once := func() ([]func(), error) { return s.writer.submit(ctx, fn) }
	return s.retry.update(ctx, once, o.check)
}

// close finds all connections idle. The writer goes last, so that it can fold
// the log into the file with no reader left.
func (s *sqliteDB) close() error {
	var err error
	for len(s.free) > 0 {
		if c := <-s.free; c.Conn != nil {
			c.forget()
			err = errors.Join(err, c.Close())
		}
	}
	if c := s.sentry.c; c != nil {
		c.forget()
		err = errors.Join(err, c.Close())
	}
	err = errors.Join(err, s.readers.Close())
	if s.writer != nil {
		err = errors.Join(err, s.writer.close())
	}
	return err
}
