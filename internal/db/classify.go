package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Class is what a failed statement or commit means, the same on both engines.
type Class uint8

// The classes.
const (
	Unknown       Class = iota
	Unique              // a primary key or unique index refused the row
	ForeignKey          // the referenced row is missing, or still referenced
	Check               // a CHECK constraint, or a value of the wrong type
	NotNull             // NULL in a NOT NULL column
	Busy                // another writer holds the database or a lock too long
	Serialization       // deadlock or serialization failure: run again
	ConnLost            // the server went away, is starting, or is full
	ReadOnly            // the database refuses writes: a standby, or opened so
)

var classNames = [...]string{
	"unknown", "unique", "foreign key", "check", "not null", "busy", "serialization", "connection lost", "read-only",
}

// String is the English name, for logs.
func (c Class) String() string { return classNames[c] }

// Error is a failed statement. SQL is the text without its arguments, so that
// logging it gives no personal data away.
type Error struct {
	Class Class
	SQL   string
	Err   error
}

// Error gives the driver's message and the first line of the statement.
func (e *Error) Error() string {
	first, _, _ := strings.Cut(strings.TrimSpace(e.SQL), "\n")
	return fmt.Sprintf("db: %v [%s]", e.Err, first)
}

// Unwrap gives the driver's error.
func (e *Error) Unwrap() error { return e.Err }

// ErrUnknownCommit is the end of an Update whose COMMIT gave no clear answer
// and that had no CommitCheck, or one that could not be asked in time.
var ErrUnknownCommit = errors.New("db: outcome of the commit is unknown")

// Classify tells what err means by its code, never by its text. nil and errors
// that are not the database's are Unknown.
func Classify(err error) Class {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return classifySQLSTATE(e.Code)
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return classifySQLite(e.Code())
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return ConnLost // also for its own time-out, which looks like one of the caller
	}
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Unknown
	case errors.Is(err, ErrReadOnly):
		return ReadOnly
	case isConnLost(err):
		return ConnLost
	}
	return Unknown
}

func isConnLost(err error) bool {
	if pgconn.SafeToRetry(err) {
		return true // the connection was closed before the statement
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	for _, e := range []error{
		io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed, driver.ErrBadConn,
		syscall.ECONNRESET, syscall.ECONNREFUSED, syscall.EPIPE,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

func classifySQLSTATE(code string) Class {
	switch code {
	case "23505":
		return Unique
	case "23503", "23001":
		return ForeignKey
	case "23514":
		return Check
	case "23502":
		return NotNull
	case "55P03":
		return Busy
	case "40001", "40P01":
		return Serialization
	case "57P01", "57P02", "57P03", "53300":
		return ConnLost
	case "25006":
		return ReadOnly
	}
	if strings.HasPrefix(code, "08") {
		return ConnLost
	}
	return Unknown
}

func classifySQLite(code int) Class {
	switch code {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_ROWID:
		return Unique
	case lib.SQLITE_CONSTRAINT_FOREIGNKEY:
		return ForeignKey
	case lib.SQLITE_CONSTRAINT_CHECK, lib.SQLITE_CONSTRAINT_DATATYPE:
		return Check
	case lib.SQLITE_CONSTRAINT_NOTNULL:
		return NotNull
	}
	switch code & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return Busy
	case lib.SQLITE_READONLY:
		return ReadOnly
	}
	return Unknown
}

// refused reports whether an error at COMMIT says for certain that nothing was
// committed: a deferred constraint or a serialization failure.
func refused(c Class) bool {
	switch c {
	case Unique, ForeignKey, Check, NotNull, Serialization:
		return true
	}
	return false
}
