package db_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
)

// isThere is the check of an Update that adds item id.
func isThere(id int64) db.UpdateOption {
	return db.WithCommitCheck(func(ctx context.Context, tx *db.Tx) (bool, error) {
		var n int
		err := tx.Row(ctx, "SELECT count(*) FROM item WHERE province_id = 1 AND id = $1", []any{id}, &n)
		return n == 1, err
	})
}

// transfer moves one unit of weight to item 1 and leaves a receipt: run twice
// by mistake, the weight would be 2.
func transfer(t *testing.T, d *db.DB, receipt int64, o ...db.UpdateOption) (runs, hooks int, err error) {
	ctx := t.Context()
	err = d.Update(ctx, func(tx *db.Tx) error {
		runs++
		tx.AfterCommit(func() { hooks++ })
		const up = "UPDATE item SET weight = COALESCE(weight, 0) + 1 WHERE province_id = 1 AND id = 1"
		if _, err := tx.Exec(ctx, up); err != nil {
			return err
		}
		return add(ctx, tx, receipt, fmt.Sprint("receipt ", receipt))
	}, o...)
	return runs, hooks, err
}

func weight(t *testing.T, d *db.DB) (w float64) {
	t.Helper()
	view(t, d, func(tx *db.Tx) error {
		return tx.Row(t.Context(), "SELECT COALESCE(weight, 0) FROM item WHERE province_id = 1 AND id = 1", nil, &w)
	})
	return w
}

var commitErrors = map[string]error{
	"XX000":   dbtest.State("XX000"),
	"08006":   dbtest.State("08006"),
	"25006":   dbtest.State("25006"),
	"57P01":   dbtest.State("57P01"),
	"dropped": dbtest.ErrDropped,
}

// engines runs f with the address of an empty database on each engine.
func engines(t *testing.T, f func(t *testing.T, dsn string)) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, dsn(t))
		})
	}
}

func TestUnknownCommit(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		var f dbtest.Faults
		d := dbtest.Open(t, dsn, db.Options{OnCommit: f.OnCommit})
		migrate(t, d)
		if err := put(t, d, 1); err != nil {
			t.Fatal(err)
		}
		receipt := int64(2)
		for name, fault := range commitErrors {
			for at, point := range map[string]db.CommitPoint{"before": db.BeforeCommit, "after": db.AfterCommit} {
				t.Run(name+"/"+at, func(t *testing.T) { settle(t, d, &f, receipt, point, fault) })
				receipt += 2
			}
		}
	})
}

// settle breaks three commits in a row; the transfer must take effect once.
func settle(t *testing.T, d *db.DB, f *dbtest.Faults, receipt int64, point db.CommitPoint, fault error) {
	start := weight(t, d)
	f.Arm(point, fault, 1)
	_, hooks, err := transfer(t, d, receipt)
	if !errors.Is(err, db.ErrUnknownCommit) || hooks != 0 {
		t.Errorf("without a check: %v, hooks ran %d times", err, hooks)
	}
	before := weight(t, d)
	if done := before == start+1; done != (point == db.AfterCommit) {
		t.Errorf("weight %v, then %v after a fault at point %v", start, before, point)
	}

	f.Arm(point, fault, 3)
	runs, hooks, err := transfer(t, d, receipt+1, isThere(receipt+1))
	if err != nil || hooks != 1 {
		t.Errorf("with a check: %v, hooks ran %d times", err, hooks)
	}
	if want := map[db.CommitPoint]int{db.BeforeCommit: 4, db.AfterCommit: 1}[point]; runs != want {
		t.Errorf("the function ran %d times, want %d", runs, want)
	}
	if got := weight(t, d) - before; got != 1 {
		t.Errorf("the transfer took effect %v times", got)
	}
	f.Arm(point, nil, 0)
}

// A commit that was in doubt, was not there yet when asked for, and comes
// through before the function runs again.
func TestCommitComesThroughLate(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		var f dbtest.Faults
		d := dbtest.Open(t, dsn, db.Options{OnCommit: f.OnCommit})
		migrate(t, d)
		f.Arm(db.BeforeCommit, dbtest.ErrDropped, 1)
		asked := 0
		check := db.WithCommitCheck(func(ctx context.Context, tx *db.Tx) (done bool, err error) {
			if asked++; asked == 1 {
				return false, put(t, d, 5)
			}
			err = tx.Row(ctx, "SELECT true FROM item WHERE province_id = 1 AND id = 5", nil, &done)
			return done, err
		})
		if err := put(t, d, 5, check); err != nil || asked != 2 {
			t.Errorf("err = %v, asked %d times", err, asked)
		}
		wantIDs(t, d, 5)
	})
}

func TestCheckThatFails(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		var f dbtest.Faults
		d := dbtest.Open(t, dsn, db.Options{OnCommit: f.OnCommit})
		migrate(t, d)
		f.Arm(db.BeforeCommit, dbtest.ErrDropped, 1)
		no := errors.New("no")
		err := put(t, d, 1, db.WithCommitCheck(func(context.Context, *db.Tx) (bool, error) { return false, no }))
		if !errors.Is(err, db.ErrUnknownCommit) || !errors.Is(err, no) {
			t.Errorf("err = %v", err)
		}
	})
}

func TestPatienceEnds(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		var f dbtest.Faults
		d := dbtest.Open(t, dsn, db.WithPatience(db.Options{OnCommit: f.OnCommit}, time.Second))
		migrate(t, d)
		f.Arm(db.BeforeCommit, dbtest.State("08006"), 1_000_000)
		if err := put(t, d, 1, isThere(1)); db.Classify(err) != db.ConnLost {
			t.Errorf("err = %v", err)
		}
		wantIDs(t, d)
	})
}

// Two transactions lock two rows in opposite order: the server ends one of
// them, and it runs again.
func TestDeadlockRunsAgain(t *testing.T) {
	d := dbtest.Open(t, dbtest.Postgres(t), db.Options{})
	migrate(t, d)
	for id := range int64(2) {
		if err := put(t, d, id); err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	const up = "UPDATE item SET weight = COALESCE(weight, 0) + 1 WHERE province_id = 1 AND id = $1"
	var runs atomic.Int64
	var both sync.WaitGroup
	both.Add(2)
	var wg sync.WaitGroup
	for id := range int64(2) {
		wg.Go(func() {
			first := true
			err := d.Update(ctx, func(tx *db.Tx) error {
				runs.Add(1)
				if _, err := tx.Exec(ctx, up, id); err != nil {
					return err
				}
				if first {
					first = false
					both.Done()
					both.Wait()
				}
				_, err := tx.Exec(ctx, up, 1-id)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if runs.Load() < 3 {
		t.Errorf("%d runs: there was no deadlock", runs.Load())
	}
	view(t, d, func(tx *db.Tx) error {
		var sum float64
		err := tx.Row(ctx, "SELECT SUM(weight) FROM item WHERE province_id = 1", nil, &sum)
		if sum != 4 {
			t.Errorf("sum of weights = %v, want 4", sum)
		}
		return err
	})
}

// Sessions are ended by the server all the time; every acknowledged write is
// there once.
func TestServerEndsSessions(t *testing.T) {
	d := dbtest.Open(t, dbtest.Postgres(t), db.Options{})
	migrate(t, d)
	ctx := t.Context()
	stop := make(chan struct{})
	var killer, writers sync.WaitGroup
	killer.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
			_ = d.View(ctx, func(tx *db.Tx) error { // its own session survives
				return tx.Row(ctx, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
					WHERE datname = current_database() AND pid <> pg_backend_pid()`, nil, new(int))
			})
		}
	})
	for w := range int64(8) {
		writers.Go(func() {
			for i := range int64(50) {
				id := w*100 + i
				if err := put(t, d, id, isThere(id)); err != nil {
					t.Errorf("%d: %v", id, err)
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	killer.Wait()
	if n := len(ids(t, d)); n != 400 {
		t.Errorf("%d rows, want 400", n)
	}
}

// cutter is a TCP proxy before the server that breaks the connection at COMMIT:
// before the server sees it, or after, swallowing the answer.
type cutter struct {
	net.Listener
	server string
	left   atomic.Int64 // cuts to come
	pass   bool         // let the COMMIT through first
}

func cut(t *testing.T, dsn string, pass bool) (*cutter, string) {
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{Listener: l, server: u.Host, pass: pass}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go c.serve(conn)
		}
	}()
	u.Host = l.Addr().String()
	return c, u.String()
}

// param adds a setting to an address.
func param(t *testing.T, dsn, key, value string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set(key, value)
	u.RawQuery = q.Encode()
	return u.String()
}

func (c *cutter) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", c.server)
	if err != nil {
		return
	}
	defer server.Close()
	var deaf atomic.Bool
	go func() {
		defer client.Close()
		buf := make([]byte, 32<<10)
		for {
			n, err := server.Read(buf)
			if deaf.Load() || err != nil {
				return
			}
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 32<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		if strings.Contains(string(buf[:n]), "COMMIT\x00") && c.left.Add(-1) >= 0 {
			if c.pass {
				deaf.Store(true)
				_, _ = server.Write(buf[:n])
				_, _ = io.ReadFull(server, buf[:1]) // the server has answered
			}
			return
		}
		if _, err := server.Write(buf[:n]); err != nil {
			return
		}
	}
}

func TestConnectionCutAtCommit(t *testing.T) {
	for _, pass := range []bool{false, true} {
		t.Run(fmt.Sprint("passed=", pass), func(t *testing.T) {
			t.Parallel()
			c, dsn := cut(t, dbtest.Postgres(t), pass)
			d := dbtest.Open(t, param(t, dsn, "sslmode", "disable"), db.Options{})
			migrate(t, d)
			if err := put(t, d, 1); err != nil {
				t.Fatal(err)
			}
			c.left.Store(2)
			runs, hooks, err := transfer(t, d, 2, isThere(2))
			if err != nil || hooks != 1 {
				t.Errorf("transfer: %v, hooks ran %d times", err, hooks)
			}
			if want := map[bool]int{false: 3, true: 1}[pass]; runs != want {
				t.Errorf("the function ran %d times, want %d", runs, want)
			}
			if w := weight(t, d); w != 1 {
				t.Errorf("the transfer took effect %v times", w)
			}
		})
	}
}
