package db

import (
	"context"
	"errors"

	"ketnap/internal/fault"
)

// Fault turns an error of this package into the one error of the program: what
// passes by itself is Busy, a database that is away is Unavailable, anything
// else is Internal. nil stays nil and an error that is a *fault.Error already
// is returned as it is. Callers look for Unique and the like first, because
// only they know what it means to the user.
func Fault(op string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if errors.Is(err, ErrNoText) {
		return fault.E(op, fault.Invalid, "error.text", err)
	}
	return fault.E(op, kindOf(err), "", err)
}

func kindOf(err error) fault.Kind {
	switch {
	case errors.Is(err, ErrUnknownCommit), errors.Is(err, ErrClosed), errors.Is(err, context.Canceled):
		return fault.Unavailable
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Busy
	}
	switch Classify(err) {
	case Busy, Serialization:
		return fault.Busy
	case ConnLost, ReadOnly:
		return fault.Unavailable
	}
	return fault.Internal
}
