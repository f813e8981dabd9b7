// Package fault is the one error type of the program (ground floor).
//
// An Error has two readers. The user reads Text: a key of the translated texts
// with its arguments. The log has everything: where it happened (Op), what
// class of thing it is (Kind) and the cause (Err). A cause is never shown to a
// user, so it may hold SQL, file names or the words of a driver.
//
// An error that is no *Error is Internal: what nobody foresaw is our mistake,
// not the user's, and its words stay in the log.
package fault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind is the class of an error. The surfaces (pages, command line) turn it
// into a status with one table each, so the list stays short.
type Kind uint8

// The kinds. Internal is the zero value, so that a forgotten kind and an
// unknown error mean the same: a defect of the program.
const (
	Internal    Kind = iota // a defect: a cause nobody foresaw
	Invalid                 // the input cannot be accepted as it is
	NotFound                // does not exist, or may not be known to exist
	Forbidden               // known, but not allowed for this person
	Conflict                // collides with something that already exists
	Stale                   // was changed by somebody else in between
	Busy                    // too much at once: trying again later helps
	Unavailable             // a needed part (database, disk) does not answer
)

var kindNames = [...]string{"internal", "invalid", "notfound", "forbidden", "conflict", "stale", "busy", "unavailable"}

// String is the name of k in logs and in the keys "error.<name>".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[Internal]
}

// Key names a text of internal/i18n.
type Key string

// Text is a translatable sentence: a key and what goes into its {0} {1}….
// An argument may itself be a Text.
type Text struct {
	Key  Key
	Args []any
}

// Error is the error of every package of the program. Make one with E.
type Error struct {
	Op     string // where: "pkg.Func"
	Kind   Kind
	Text                   // what the user reads
	Fields map[string]Text // form field -> what is wrong with it; may be nil
	Err    error           // the cause, for the log only; may be nil
}

// E makes an error of the given kind. Among args an error becomes the cause
// (several are joined) and an untyped nil is dropped, so that a call may pass
// the err it has; the rest are the arguments of key. An empty key means the
// general sentence of the kind ("error.notfound"…).
func E(op string, kind Kind, key Key, args ...any) *Error {
	e := &Error{Op: op, Kind: kind, Text: Text{Key: key}}
	for _, a := range args {
		switch a := a.(type) {
		case nil:
		case error:
			if e.Err == nil {
				e.Err = a
			} else {
				e.Err = errors.Join(e.Err, a)
			}
		default:
			e.Args = append(e.Args, a)
		}
	}
	return e
}

// Wrap says that err passed through op. Kind, text and fields stay those of
// err; nil stays nil.
func Wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Op: op, Kind: KindOf(err), Text: TextOf(err), Fields: FieldsOf(err), Err: err}
}

// Field adds what is wrong with one form field and returns e. The first text
// of a field stays: it is the first rule that was broken.
func (e *Error) Field(name string, key Key, args ...any) *Error {
	if e.Fields == nil {
		e.Fields = make(map[string]Text)
	}
	if _, ok := e.Fields[name]; !ok {
		e.Fields[name] = Text{Key: key, Args: args}
	}
	return e
}

// Error is the whole story in one line, for the log.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	b.WriteString(e.Kind.String())
	if e.Key != "" {
		b.WriteString(" " + string(e.Key))
	}
	if len(e.Args) > 0 {
		fmt.Fprintf(&b, " %v", e.Args)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
		fmt.Fprintf(&b, " %s=%s", name, e.Fields[name].Key)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of the outermost *Error in err, Internal when there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok && e != nil {
		return e.Kind
	}
	return Internal
}

// TextOf is the text of the outermost *Error in err: its own, or the general
// sentence of its kind. A nil error has no text; an unknown one has
// {Key: "error.internal"}.
func TextOf(err error) Text {
	if err == nil {
		return Text{}
	}
	e, ok := errors.AsType[*Error](err)
	if ok && e != nil && e.Key != "" {
		return e.Text
	}
	return Text{Key: Key("error." + KindOf(err).String())}
}

// FieldsOf is the field texts of the outermost *Error in err; nil when it has none.
func FieldsOf(err error) map[string]Text {
	if e, ok := errors.AsType[*Error](err); ok && e != nil {
		return e.Fields
	}
	return nil
}

// Is says whether err is an error of kind k. A nil error is of no kind.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }
