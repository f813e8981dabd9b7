package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// pgDB is a connection pool to one PostgreSQL database.
type pgDB struct {
	opt   Options
	pool  *sql.DB
	retry retrier
}

func openPostgres(ctx context.Context, dsn string, o Options) (backend, string, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, "", fmt.Errorf("db: connection string: %w", err)
	}
	if o.Readers <= 0 {
		o.Readers = 16
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 2 * time.Second
	}
	cfg.RuntimeParams["application_name"] = "ketnap"
	cfg.RuntimeParams["timezone"] = "UTC"
	p := &pgDB{opt: o, pool: stdlib.OpenDB(*cfg)}
	p.pool.SetMaxOpenConns(o.Readers)
	p.pool.SetMaxIdleConns(o.Readers)
	p.pool.SetConnMaxLifetime(30 * time.Minute)
	p.pool.SetConnMaxIdleTime(5 * time.Minute)
	// A standby that was just promoted may answer "read-only" for a moment.
	p.retry = newRetrier(o, p.view, func(c Class) bool {
		return c == Serialization || c == ConnLost || c == ReadOnly
	})
	name := fmt.Sprintf("%s:%d/%s", cfg.Host, cfg.Port, cfg.Database)
	if err := p.pool.PingContext(ctx); err != nil {
		return nil, "", errors.Join(fmt.Errorf("db: open %s: %w", name, err), p.pool.Close())
	}
	return p, name, nil
}

func (p *pgDB) engine() Engine { return Postgres }

// view waits for a server that is away only until fn has started: fn need not
// be repeatable.
func (p *pgDB) view(ctx context.Context, fn func(*Tx) error) error {
	deadline := time.Now().Add(p.retry.patience)
	for {
		started, err := p.viewOnce(ctx, fn)
		if err == nil || started || !p.retry.again(Classify(err)) || !pause(ctx, deadline) {
			return err
		}
	}
}

func (p *pgDB) viewOnce(ctx context.Context, fn func(*Tx) error) (started bool, err error) {
	c, err := p.begin(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
	if err != nil {
		return false, err
	}
	defer p.end(ctx, c)
	_, err = run(c, fn)
	return true, err
}

func (p *pgDB) update(ctx context.Context, fn func(*Tx) error, o updateOptions) ([]func(), error) {
	once := func() ([]func(), error) { return p.updateOnce(ctx, fn) }
	return p.retry.update(ctx, once, o.check)
}

func (p *pgDB) updateOnce(ctx context.Context, fn func(*Tx) error) (hooks []func(), err error) {
	c, err := p.begin(ctx, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
	if err != nil {
		return nil, err
	}
	committed := false
	defer func() {
		if committed {
			c.Close()
			return
		}
		p.end(ctx, c)
	}()
	if hooks, err = run(c, fn); err != nil {
		return nil, err
	}
	err = p.commit(ctx, c)
	committed = err == nil
	return hooks, err
}

// commit is not cancelled with ctx: a commit torn off has no known outcome. Even
// driver.ErrBadConn, which should mean that nothing was sent, is one: the driver
// was seen to return it for a COMMIT that had taken effect.
func (p *pgDB) commit(ctx context.Context, c *conn) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err := p.opt.OnCommit(BeforeCommit)
	if err == nil {
		_, err = c.ExecContext(ctx, "COMMIT")
		if err == nil {
			if err = p.opt.OnCommit(AfterCommit); err == nil {
				return nil
			}
			return &commitError{err}
		}
	}
	if class := Classify(err); refused(class) {
		return &Error{Class: class, SQL: "COMMIT", Err: err}
	}
	return &commitError{err}
}

func (p *pgDB) begin(ctx context.Context, q string) (*conn, error) {
	sc, err := p.pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	c := newConn(sc, Postgres)
	if _, err := c.ExecContext(ctx, q); err != nil {
		c.drop()
		return nil, err
	}
	return c, nil
}

// end rolls back and returns the connection to the pool, or closes it when it
// does not answer.
func (p *pgDB) end(ctx context.Context, c *conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, err := c.ExecContext(ctx, "ROLLBACK"); err != nil {
		c.drop()
		return
	}
	c.Close()
}

func (p *pgDB) close() error { return p.pool.Close() }
