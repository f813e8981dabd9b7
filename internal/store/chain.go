package store

import (
	"context"
	"errors"

	"ketnap/internal/audit"
	"ketnap/internal/db"
	"ketnap/internal/fault"
)

// addAudit stores the entry of the transaction with the next number of its province and its mark. The number is taken last in the
// transaction, so that writers of a province wait for each other no longer than for a counter.
func (tx *Tx) addAudit() error {
	r := audit.Row{Entry: *tx.entry, ID: tx.audit, At: tx.Now}
	err := tx.Row(tx.ctx, `INSERT INTO audit_head (province_id, seq) VALUES ($1, 1)
		ON CONFLICT (province_id) DO UPDATE SET seq = audit_head.seq + 1 RETURNING seq`, []any{r.Province}, &r.Seq)
	if err != nil {
		return err
	}
	r.Mark = tx.store.notary.Mark(r.Bytes())
	if _, err := tx.Exec(tx.ctx, `INSERT INTO audit (province_id, id, at, actor_id, actor_name, method, action, object_id, detail, seq, mac)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.Province, int64(r.ID), r.At, int64(r.Actor), r.Name, r.Method, r.Action, int64(r.Object), r.Detail, r.Seq, r.Mark); err != nil {
		return err
	}
	if tx.store.sink != nil {
		tx.AfterCommit(func() { tx.store.witness(func(k *Sink) error { return k.entry(r) }) })
	}
	return nil
}

// witness writes to the second sink. That it fails is an alarm and not the end: the database has the entry.
func (s *Store) witness(write func(*Sink) error) {
	if err := write(s.sink); err != nil {
		if s.sinkDown.CompareAndSwap(false, true) {
			s.log.Error("the second sink of the audit trail cannot be written", "error", err)
		}
		return
	}
	if s.sinkDown.CompareAndSwap(true, false) {
		s.log.Info("the second sink of the audit trail is written again")
	}
}

// SinkDown reports whether the last write to the second sink failed.
func (s *Store) SinkDown() bool { return s.sinkDown.Load() }

// Access keeps that somebody saw personal data, or they do not see it: the entry must be in the database or, when that cannot be
// written, whole in the second sink.
func (s *Store) Access(ctx context.Context, e audit.Entry) error {
	err := s.Update(ctx, e, func(*Tx) error { return nil })
	if err == nil || fault.Is(err, fault.Conflict) || ctx.Err() != nil {
		return err
	}
	if kerr := s.sink.line("alone %d %q %d %d", s.now().UnixMilli(), e.Action, int64(e.Actor), int64(e.Object)); kerr != nil {
		return fault.E("store.Access", fault.Unavailable, "audit.no_sink", err, kerr)
	}
	return nil
}

const rowCols = `province_id, id, at, actor_id, actor_name, method, action, object_id, detail, seq, mac`

func scanRow(s db.Scanner, r *audit.Row) error {
	return s.Scan(&r.Province, &r.ID, &r.At, &r.Actor, &r.Name, &r.Method, &r.Action, &r.Object, &r.Detail, &r.Seq, &r.Mark)
}

// lastSeal returns the newest seal of a province; none has an empty signature.
func (tx *Tx) lastSeal(province int) (s audit.Seal, err error) {
	s.Province, s.Seq = province, -1
	err = tx.Row(tx.ctx, `SELECT seq, hash, at, signature FROM audit_seal WHERE province_id = $1 ORDER BY seq DESC LIMIT 1`,
		[]any{province}, &s.Seq, &s.Hash, &s.At, &s.Signature)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return s, err
}

// NewestSeals returns the newest seal of a province, or of every one when it is 0: what to keep elsewhere, to compare the trail with later.
func (tx *Tx) NewestSeals(province int) (all []audit.Seal, err error) {
	provinces := []int{province}
	if province == 0 {
		if provinces, err = tx.auditProvinces(); err != nil {
			return nil, err
		}
	}
	for _, p := range provinces {
		s, err := tx.lastSeal(p)
		if err != nil {
			return nil, err
		}
		if s.Signature != "" {
			all = append(all, s)
		}
	}
	return all, nil
}

// head returns the number of the newest entry of a province.
func (tx *Tx) head(province int) (seq int64, err error) {
	err = tx.Row(tx.ctx, `SELECT seq FROM audit_head WHERE province_id = $1`, []any{province}, &seq)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return seq, err
}

// eachRow calls f with the entries of a province after a number up to another, in order. From -1 it begins with those from before the chain.
func (tx *Tx) eachRow(province int, after, to int64, f func(audit.Row) error) error {
	each := func(s db.Scanner) error {
		var r audit.Row
		if err := scanRow(s, &r); err != nil {
			return err
		}
		return f(r)
	}
	if after < 0 {
		if err := tx.Each(tx.ctx, `SELECT `+rowCols+` FROM audit WHERE province_id = $1 AND seq <= 0 ORDER BY id`, []any{province}, each); err != nil {
			return err
		}
	}
	return tx.Each(tx.ctx, `SELECT `+rowCols+` FROM audit WHERE province_id = $1 AND seq > 0 AND seq > $2 AND seq <= $3 ORDER BY seq`,
		[]any{province, after, to}, each)
}

// SealAudit seals the entries of every province that were added since its last seal, and returns the seals it made.
func (s *Store) SealAudit(ctx context.Context) ([]audit.Seal, error) {
	const op = "store.SealAudit"
	var provinces []int
	if err := s.View(ctx, func(tx *Tx) (err error) {
		provinces, err = tx.auditProvinces()
		return err
	}); err != nil {
		return nil, err
	}
	var made []audit.Seal
	for _, p := range provinces {
		next, err := s.nextSeal(ctx, p)
		if err != nil {
			return made, err
		}
		if next == nil {
			continue
		}
		err = s.db.Update(ctx, func(t *db.Tx) error {
			_, err := t.Exec(ctx, `INSERT INTO audit_seal (province_id, seq, hash, at, signature) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (province_id, seq) DO NOTHING`, next.Province, next.Seq, next.Hash, next.At, next.Signature)
			return err
		})
		if err != nil {
			return made, db.Fault(op, err)
		}
		made = append(made, *next)
		if s.sink != nil {
			s.witness(func(k *Sink) error { return errors.Join(k.seal(*next), k.Sync()) })
		}
	}
	return made, nil
}

// nextSeal computes the next seal of a province on one snapshot; nil when nothing is new.
func (s *Store) nextSeal(ctx context.Context, province int) (*audit.Seal, error) {
	var next *audit.Seal
	err := s.View(ctx, func(tx *Tx) error {
		next = nil
		last, err := tx.lastSeal(province)
		if err != nil {
			return err
		}
		head, err := tx.head(province)
		if err != nil || head <= last.Seq {
			return err
		}
		c := audit.Start(province)
		if last.Seq >= 0 {
			var ok bool
			if c, ok = audit.ParseChain(last.Hash); !ok {
				return fault.E("store.nextSeal", fault.Internal, "audit.broken")
			}
		}
		if err := tx.eachRow(province, last.Seq, head, func(r audit.Row) error { c = c.Then(r); return nil }); err != nil {
			return err
		}
		next = &audit.Seal{Province: province, Seq: head, Hash: c.String(), At: tx.Now}
		next.Signature = s.notary.Sign(next.Bytes())
		return nil
	})
	return next, err
}

// auditProvinces returns the provinces that have entries, in order.
func (tx *Tx) auditProvinces() ([]int, error) {
	var ps []int
	for p := -1; ; {
		err := tx.Row(tx.ctx, `SELECT COALESCE(MIN(province_id), -1) FROM audit /* national */ WHERE province_id > $1`, []any{p}, &p)
		if err != nil || p < 0 {
			return ps, err
		}
		ps = append(ps, p)
	}
}

// AuditKey is the public key that checks seals.
func (s *Store) AuditKey() string { return s.notary.Public() }
