// Package audit holds what must be known of an act for it to be allowed to happen (domain floor, pure).
//
// Nothing can be written without an Entry: it is an argument of every write and is stored in the
// same transaction. Entries name things by id and never hold personal data.
package audit

import (
	"ketnap/internal/access"
	"ketnap/internal/id"
)

// Entry is one act (nhật ký thao tác).
type Entry struct {
	Province int    // partition the act is in
	Actor    id.ID  // 0 for the console
	Name     string // the actor's name as it was
	Method   string // web, cli, job
	Action   string // "movement.post", "unit.merge", …
	Object   id.ID  // what it was done to, 0 when many
	Detail   string // numbers and codes, no personal data
	Key      string // request key: the same key acts at most once, "" when repeating is harmless
}

// Of returns the entry of an actor's action on an object of a province.
func Of(who access.Actor, action string, province int, object id.ID) Entry {
	return Entry{Province: province, Actor: who.User, Name: who.Name, Method: who.Method, Action: action, Object: object}
}

// With returns the entry with a detail.
func (e Entry) With(detail string) Entry {
	e.Detail = detail
	return e
}

// Once returns the entry with a request key.
func (e Entry) Once(key string) Entry {
	e.Key = key
	return e
}
