package store

import (
	"encoding/json"
	"fmt"

	"ketnap/internal/approval"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

const approvalCols = `a.id, a.kind, a.unit_id, a.object_id, a.digest, a.n, a.state, a.by_id, a.by_name, a.at, a.expires, a.decided_id, a.decided_name, a.decided_at, a.version, a.sealed`

func approvalPlace(i id.ID) string { return fmt.Sprintf("approval|%d|%d", i.Province(), int64(i)) }

// approvalWords are what is kept sealed of a request.
type approvalWords struct {
	Act    approval.Act `json:"a"`
	Reason string       `json:"r"`
	Note   string       `json:"n,omitempty"`
}

func (tx *Tx) sealApproval(r *approval.Request) ([]byte, error) {
	plain, err := json.Marshal(approvalWords{r.Act, r.Reason, r.Note})
	return tx.store.ring.Seal(approvalPlace(r.ID), plain), err
}

func (tx *Tx) scanApproval(s db.Scanner, r *approval.Request) error {
	var kind, state string
	var unit, object id.ID
	var n int64
	var box []byte
	if err := s.Scan(&r.ID, &kind, &unit, &object, &r.Digest, &n, &state, &r.By, &r.ByName, &r.At, &r.Expires, &r.Decided, &r.DecidedName, &r.DecidedAt, &r.Version, &box); err != nil {
		return err
	}
	plain, err := tx.store.ring.Open(approvalPlace(r.ID), box)
	if err != nil {
		return err
	}
	var w approvalWords
	if err := json.Unmarshal(plain, &w); err != nil {
		return err
	}
	r.State, r.Act, r.Reason, r.Note = approval.State(state), w.Act, w.Reason, w.Note
	// What lies open is for finding; what is done is what was sealed.
	if r.Kind != approval.Kind(kind) || r.Unit != unit || r.Object != object || r.N != n || string(r.Act.Digest()) != string(r.Digest) {
		return fault.E("store.scanApproval", fault.Internal, "error.internal", fmt.Errorf("request %s does not say what was sealed", r.ID))
	}
	return nil
}

// AddApproval stores what the actor asks for.
func (tx *Tx) AddApproval(r *approval.Request) error {
	r.ID, r.Version, r.State, r.Digest = tx.NewID(r.Unit.Province()), 1, approval.Waiting, r.Act.Digest()
	r.By, r.ByName, r.At, r.Expires = tx.entry.Actor, tx.entry.Name, tx.Now, tx.Now+approval.Life.Milliseconds()
	box, err := tx.sealApproval(r)
	if err != nil {
		return err
	}
	_, err = tx.Exec(tx.ctx, `INSERT INTO approval (province_id, id, kind, unit_id, object_id, digest, n, state, by_id, by_name, at, expires, decided_id, decided_name, decided_at, sealed, version, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, '', 0, $13, $14, $15)`, r.ID.Province(), int64(r.ID), string(r.Kind), int64(r.Unit), int64(r.Object), r.Digest, r.N,
		string(r.State), int64(r.By), r.ByName, r.At, r.Expires, box, r.Version, int64(tx.audit))
	return err
}

// PutApproval stores what became of a request, when nobody changed it since it was read. decided says that the actor decided it.
func (tx *Tx) PutApproval(r *approval.Request, decided bool) error {
	if decided {
		r.Decided, r.DecidedName, r.DecidedAt = tx.entry.Actor, tx.entry.Name, tx.Now
	}
	box, err := tx.sealApproval(r)
	if err != nil {
		return err
	}
	n, err := tx.Exec(tx.ctx, `UPDATE approval SET state = $1, decided_id = $2, decided_name = $3, decided_at = $4, sealed = $5, audit_id = $6, version = $7
		WHERE province_id = $8 AND id = $9 AND version = $10`, string(r.State), int64(r.Decided), r.DecidedName, r.DecidedAt, box,
		int64(tx.audit), r.Version+1, r.ID.Province(), int64(r.ID), r.Version)
	if err == nil && n == 0 {
		return fault.E("store.PutApproval", fault.Stale, "error.stale")
	}
	r.Version++
	return err
}

// Approval returns one request. It is not scoped: callers ask access with its unit.
func (tx *Tx) Approval(i id.ID) (approval.Request, error) {
	rs, err := tx.approvals(db.NewB(`SELECT `+approvalCols+` FROM approval a WHERE a.province_id = $1 AND a.id = $2`, i.Province(), int64(i)))
	if err == nil && len(rs) == 0 {
		err = fault.E("store.Approval", fault.NotFound, "approval.notfound")
	}
	if err != nil {
		return approval.Request{}, err
	}
	return rs[0], nil
}

// approvalsPerList is as many requests of a province as a list reads.
const approvalsPerList = 200

// Approvals returns the latest requests in a province. It is not scoped: callers ask access with the unit of each.
func (tx *Tx) Approvals(province int) ([]approval.Request, error) {
	return tx.approvals(db.NewB(`SELECT `+approvalCols+` FROM approval a WHERE a.province_id = $1 ORDER BY a.id DESC LIMIT $2`, province, approvalsPerList))
}

// ApprovalsOpen returns the requests in a province that wait for somebody and are not past their time, the oldest first. It is not scoped.
// Every page asks: the number of rows stands in the text, because SQLite plans a statement with a bound LIMIT anew each time.
func (tx *Tx) ApprovalsOpen(province int) ([]approval.Request, error) {
	b := db.NewB(`SELECT `+approvalCols+` FROM approval a WHERE a.province_id = $1 AND a.expires > $2 AND`, province, tx.Now)
	b.In("a.state", []any{string(approval.Waiting), string(approval.Approved)})
	return tx.approvals(b.Add(`ORDER BY a.expires, a.id LIMIT 200`))
}

// ApprovalsBy returns what an account asked for in a province that is in a state and not past its time.
func (tx *Tx) ApprovalsBy(province int, by id.ID, s approval.State) ([]approval.Request, error) {
	return tx.approvals(db.NewB(`SELECT `+approvalCols+` FROM approval a WHERE a.province_id = $1 AND a.by_id = $2 AND a.state = $3 AND a.expires > $4 ORDER BY a.id`,
		province, int64(by), string(s), tx.Now))
}

func (tx *Tx) approvals(b *db.B) ([]approval.Request, error) {
	var out []approval.Request
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var r approval.Request
		err := tx.scanApproval(s, &r)
		out = append(out, r)
		return err
	})
	return out, err
}

// SealFor seals what a page carries through a form and gets back, for one account; OpenFor opens it again.
func (s *Store) SealFor(purpose string, user id.ID, plain []byte) []byte {
	return s.ring.Seal(purpose+"|"+user.String(), plain)
}

// OpenFor opens what SealFor sealed for the same purpose and account.
func (s *Store) OpenFor(purpose string, user id.ID, sealed []byte) ([]byte, error) {
	return s.ring.Open(purpose+"|"+user.String(), sealed)
}
