package store

import (
	"errors"
	"fmt"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/subject"
)

// requestCols are read with the province as the first argument.
const requestCols = `r.id, r.person_id, r.kind, r.state, r.received, r.answer_by, r.done_by, r.answered, r.closed, r.extended, r.version, r.sealed,
	(SELECT k.salt FROM person_sealed k WHERE k.province_id = $1 AND k.person_id = r.person_id)`

func requestPlace(i id.ID) string {
	return fmt.Sprintf("subject_request|%d|%d", i.Province(), int64(i))
}

func (tx *Tx) scanRequest(s db.Scanner, r *subject.Request) error {
	var kind, state string
	var extended int
	var box, salt []byte
	if err := s.Scan(&r.ID, &r.Person, &kind, &state, &r.Received, &r.AnswerBy, &r.DoneBy, &r.Answered, &r.Closed, &extended, &r.Version, &box, &salt); err != nil {
		return err
	}
	r.Kind, r.State, r.Extended = subject.Kind(kind), subject.State(state), extended != 0
	return openOwnJSON(tx.store.ring.Own(salt), requestPlace(r.ID), box, &r.Sealed)
}

// Request returns what somebody asked for. It is not scoped: callers ask access with the unit of the person.
func (tx *Tx) Request(i id.ID) (subject.Request, error) {
	var r subject.Request
	found := false
	err := tx.Each(tx.ctx, `SELECT `+requestCols+` FROM subject_request r WHERE r.province_id = $1 AND r.id = $2`,
		[]any{i.Province(), int64(i)}, func(s db.Scanner) error { found = true; return tx.scanRequest(s, &r) })
	if err == nil && !found {
		err = fault.E("store.Request", fault.NotFound, "request.notfound")
	}
	return r, err
}

// RequestsOf returns the requests of a person, latest first. It is not scoped: callers ask access with the unit of the person.
func (tx *Tx) RequestsOf(person id.ID) ([]subject.Request, error) {
	var out []subject.Request
	err := tx.Each(tx.ctx, `SELECT `+requestCols+` FROM subject_request r WHERE r.province_id = $1 AND r.person_id = $2 ORDER BY r.id DESC`,
		[]any{person.Province(), int64(person)}, func(s db.Scanner) error {
			var r subject.Request
			err := tx.scanRequest(s, &r)
			out = append(out, r)
			return err
		})
	return out, err
}

// AddRequest stores a new request.
func (tx *Tx) AddRequest(r *subject.Request) error {
	r.Version, r.State = 1, subject.Received
	box, err := tx.sealOwnJSON(r.Person, requestPlace(r.ID), r.Sealed)
	if err != nil {
		return err
	}
	_, err = tx.Exec(tx.ctx, `INSERT INTO subject_request (province_id, id, person_id, kind, state, received, answer_by, done_by, answered, closed, extended, sealed, version, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, $9, $10, $11)`, r.ID.Province(), int64(r.ID), int64(r.Person), string(r.Kind), string(r.State),
		int32(r.Received), int32(r.AnswerBy), int32(r.DoneBy), box, r.Version, int64(tx.audit))
	return err
}

// PutRequest stores how far an open request has come, when nobody changed it since it was read.
func (tx *Tx) PutRequest(r *subject.Request) error {
	box, err := tx.sealOwnJSON(r.Person, requestPlace(r.ID), r.Sealed)
	if err != nil {
		return err
	}
	extended := 0
	if r.Extended {
		extended = 1
	}
	n, err := tx.Exec(tx.ctx, `UPDATE subject_request SET state = $3, done_by = $4, answered = $5, closed = $6, extended = $7, sealed = $8, audit_id = $9, version = version + 1
		WHERE province_id = $1 AND id = $2 AND version = $10 AND closed = 0`, r.ID.Province(), int64(r.ID), string(r.State), int32(r.DoneBy), int32(r.Answered),
		int32(r.Closed), extended, box, int64(tx.audit), r.Version)
	if err == nil && n == 0 {
		err = fault.E("store.PutRequest", fault.Stale, "error.stale")
	}
	return err
}

// RequestRow is a request with the names a list shows.
type RequestRow struct {
	subject.Request
	Name, UnitName string
	Unit           id.ID
}

// requestsPerList is as many requests as a list reads.
const requestsPerList = 1000

// Requests lists the open or the closed requests of people of a scope: open ones as they fall due, closed ones latest first. atMost is how
// many are read of each province, 0 for as many as a list reads.
func (tx *Tx) Requests(sc access.Scope, closed bool, atMost int) ([]RequestRow, error) {
	if atMost == 0 {
		atMost = requestsPerList
	}
	as, err := tx.areas(sc)
	if err != nil {
		return nil, err
	}
	var rows []RequestRow
	for _, a := range as {
		p, path, end := a.province(), a.unit.Path, org.PathEnd(a.unit.Path)
		b := db.NewB(`SELECT `+requestCols+`, p.name, u.name, u.id FROM subject_request r
			JOIN person p ON p.province_id = r.province_id AND p.id = r.person_id
			JOIN unit u ON u.province_id = p.province_id AND u.id = p.unit_id
			WHERE r.province_id = $1 AND p.province_id = $2 AND u.province_id = $3 AND u.path >= $4 AND u.path < $5`, p, p, p, path, end)
		if closed {
			b.Add(`AND r.closed <> 0 ORDER BY r.closed DESC, r.id DESC`)
		} else {
			b.Add(`AND r.closed = 0 ORDER BY r.done_by, r.id`)
		}
		b.Add(`LIMIT $1`, atMost)
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var r RequestRow
			err := tx.scanRequest(suffixed{s, []any{&r.Name, &r.UnitName, &r.Unit}}, &r.Request)
			rows = append(rows, r)
			return err
		}); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// Hold is that the processing of somebody's data is restricted (hạn chế xử lý).
type Hold struct {
	Since   day.Date
	Request id.ID // 0: because an application was refused or withdrawn
}

// Erased reports whether processing is restricted because the person's data was erased: the restriction then names the record itself.
func (h Hold) Erased(person id.ID) bool { return h.Request == person }

// HoldOf returns whether the processing of a person's data is restricted: by a request of theirs that was granted, or because they were
// refused or withdrew and are in no stage any more. It is read from the acts, so it holds from the instant they are written.
func (tx *Tx) HoldOf(person id.ID) (Hold, bool, error) {
	var h Hold
	err := tx.Row(tx.ctx, `SELECT since, request_id FROM subject_hold WHERE province_id = $1 AND person_id = $2`, []any{person.Province(), int64(person)}, &h.Since, &h.Request)
	if err == nil || !errors.Is(err, db.ErrNoRows) {
		return h, err == nil, err
	}
	on, ended, err := tx.RefusedOn(person)
	return Hold{Since: on}, ended, err
}

// RefusedOn returns since when somebody who is in no stage is somebody whose application was refused or withdrawn: from then on the term of
// their record runs.
func (tx *Tx) RefusedOn(person id.ID) (day.Date, bool, error) {
	var on day.Date
	var state string
	err := tx.Row(tx.ctx, `SELECT d.closed, d.state FROM dossier d JOIN person p ON p.province_id = d.province_id AND p.id = d.person_id
		WHERE d.province_id = $1 AND p.province_id = $2 AND d.person_id = $3 AND p.stage = 0 AND d.state <> $4 ORDER BY d.id DESC LIMIT 1`,
		[]any{person.Province(), person.Province(), int64(person), string(dossier.Void)}, &on, &state)
	if errors.Is(err, db.ErrNoRows) {
		return 0, false, nil
	}
	if st := dossier.State(state); err != nil || st != dossier.Refused && st != dossier.Withdrawn {
		return 0, false, err
	}
	return on, true, nil
}

// Free refuses to work with the data of a person whose processing is restricted, until the restriction is lifted. Who answers for the
// program (the console) may: somebody has to be able to mend a mistake.
func (tx *Tx) Free(who access.Actor, person id.ID) error {
	h, held, err := tx.HoldOf(person)
	if err == nil && held && who.User != 0 {
		err = heldFault(person, h)
	}
	return err
}

// FreeToMove is Free for what moves a person or is recorded in their dossier. A restriction that only says that an application was
// refused or withdrawn lets a new one begin, and so end it.
func (tx *Tx) FreeToMove(who access.Actor, person id.ID) error {
	h, held, err := tx.HoldOf(person)
	if err == nil && held && h.Request != 0 && who.User != 0 {
		err = heldFault(person, h)
	}
	return err
}

func heldFault(person id.ID, h Hold) error {
	key := fault.Key("request.held")
	if h.Erased(person) {
		key = "erase.was"
	}
	return fault.E("store.Free", fault.Conflict, key, h.Since)
}

// PutHold restricts the processing of a person's data because of a request.
func (tx *Tx) PutHold(person id.ID, h Hold) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO subject_hold (province_id, person_id, since, request_id, audit_id) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (province_id, person_id) DO UPDATE SET request_id = excluded.request_id, audit_id = excluded.audit_id`,
		person.Province(), int64(person), int32(h.Since), int64(h.Request), int64(tx.audit))
	return err
}

// DropHold ends the restriction a request made.
func (tx *Tx) DropHold(person id.ID) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM subject_hold WHERE province_id = $1 AND person_id = $2`, person.Province(), int64(person))
	return err
}
