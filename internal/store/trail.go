package store

import (
	"context"
	"errors"

	"ketnap/internal/audit"
	"ketnap/internal/db"
	"ketnap/internal/id"
)

// Trace is one line of the audit trail (nhật ký thao tác).
type Trace struct {
	ID     id.ID
	At     int64 // unix ms
	Name   string
	Method string
	Action string
	Detail string
}

const traceCols = `id, at, actor_name, method, action, detail`

func scanTrace(s db.Scanner, t *Trace) error {
	return s.Scan(&t.ID, &t.At, &t.Name, &t.Method, &t.Action, &t.Detail)
}

// TracesOf returns what was done to an object, latest first; who only looked is left out. It is not scoped: callers ask access
// with the object.
func (tx *Tx) TracesOf(object id.ID, limit int) ([]Trace, error) {
	var ts []Trace
	err := tx.Each(tx.ctx, `SELECT `+traceCols+` FROM audit WHERE province_id = $1 AND object_id = $2 AND action NOT IN ('person.read', 'person.side', 'request.read', 'self.read', 'self.copy') ORDER BY id DESC LIMIT $3`,
		[]any{object.Province(), int64(object), limit}, func(s db.Scanner) error {
			var t Trace
			err := scanTrace(s, &t)
			ts = append(ts, t)
			return err
		})
	return ts, err
}

// Traces returns lines of the audit trail of a province by their ids.
func (tx *Tx) Traces(province int, ids []id.ID) (map[id.ID]Trace, error) {
	ts := make(map[id.ID]Trace, len(ids))
	for len(ids) > 0 {
		n := min(len(ids), inChunk)
		b := db.NewB(`SELECT `+traceCols+` FROM audit WHERE province_id = $1 AND`, province)
		b.In("id", padIDs(ids[:n]))
		ids = ids[n:]
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var t Trace
			err := scanTrace(s, &t)
			ts[t.ID] = t
			return err
		}); err != nil {
			return nil, err
		}
	}
	return ts, nil
}

// OnceObject returns what the act with a request key was done to, 0 when no act had the key.
func (tx *Tx) OnceObject(province int, key string) (id.ID, error) {
	var object id.ID
	err := tx.Row(tx.ctx, `SELECT a.object_id FROM once o JOIN audit a ON a.province_id = o.province_id AND a.id = o.audit_id
		WHERE o.province_id = $1 AND o.key = $2`, []any{province, key}, &object)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return object, err
}

// Twice answers a form that came a second time, whose fault is err: what the first time was done to, and the fault as it was.
func (s *Store) Twice(ctx context.Context, province int, key string, err error) (id.ID, error) {
	var object id.ID
	failed := s.View(ctx, func(tx *Tx) (failed error) {
		object, failed = tx.OnceObject(province, key)
		return failed
	})
	if failed != nil {
		return 0, failed
	}
	return object, err
}

// TrailFilter chooses lines of the audit trail. Zero fields choose everything.
type TrailFilter struct {
	Province int
	Actor    id.ID
	Object   id.ID
	Area     string // first word of the action: "user", "person", …
	From, To int64  // unix ms, To not included; 0 is open
	Before   id.ID  // lines older than this one
	AtMost   int
	Looks    bool // only who looked: also who printed or exported the record
}

// Entries returns lines of the audit trail, newest first. It is not scoped: callers ask access for each object.
func (tx *Tx) Entries(f TrailFilter) ([]audit.Row, error) {
	b := db.NewB(`SELECT `+rowCols+` FROM audit WHERE province_id = $1`, f.Province)
	if f.Before != 0 {
		b.Add(` AND id < $1`, int64(f.Before))
	}
	if f.Actor != 0 {
		b.Add(` AND actor_id = $1`, int64(f.Actor))
	}
	if f.Object != 0 {
		b.Add(` AND object_id = $1`, int64(f.Object))
	}
	if f.Area != "" {
		b.Add(` AND action >= $1 AND action < $2`, f.Area+".", f.Area+"/")
	}
	if f.Looks {
		b.Add(` AND action IN ('person.read', 'person.reveal', 'person.side', 'person.own', 'request.read', 'form.print', 'form.zip')`)
	}
	if f.From != 0 {
		b.Add(` AND at >= $1`, f.From)
	}
	if f.To != 0 {
		b.Add(` AND at < $1`, f.To)
	}
	b.Add(` ORDER BY id DESC LIMIT $1`, f.AtMost)
	var out []audit.Row
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var r audit.Row
		err := scanRow(s, &r)
		out = append(out, r)
		return err
	})
	return out, err
}
