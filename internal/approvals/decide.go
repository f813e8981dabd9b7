package approvals

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// asked is what the form of a request carries: made here, opened here, readable by nobody else.
type asked struct {
	Act approval.Act `json:"a"`
	At  int64        `json:"t"`
}

const (
	askPurpose = "approval.ask"
	askLife    = time.Hour
	mostNames  = 8
	leastWords = 5 // runes of a reason
	maxWords   = 500
)

// Ask prepares the form of a request: what it carries, and the names of some who could approve it.
func (s *Service) Ask(ctx context.Context, who access.Actor, a approval.Act) (token string, names []string, err error) {
	plain, err := json.Marshal(asked{a, s.st.Now().UnixMilli()})
	if err != nil {
		return "", nil, err
	}
	err = s.st.View(ctx, func(tx *store.Tx) error {
		names, err = able(tx, who, a, mostNames)
		return err
	})
	return base64.RawURLEncoding.EncodeToString(s.st.SealFor(askPurpose, who.User, plain)), names, err
}

// Open reads what a form carried back.
func (s *Service) open(who access.Actor, token string) (approval.Act, error) {
	var x asked
	gone := fault.E("approvals.open", fault.Invalid, "approval.form_gone")
	box, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return x.Act, gone
	}
	plain, err := s.st.OpenFor(askPurpose, who.User, box)
	if err != nil || json.Unmarshal(plain, &x) != nil || s.st.Now().UnixMilli() > x.At+askLife.Milliseconds() {
		return x.Act, gone
	}
	return x.Act, nil
}

// Shown returns the act of a form that comes back, to show it again.
func (s *Service) Shown(who access.Actor, token string) (approval.Act, error) {
	return s.open(who, token)
}

func words(op, field, text string, must bool) (string, error) {
	text = strings.TrimSpace(vi.NFC(text))
	n := len([]rune(text))
	if n > maxWords || must && n < leastWords {
		return "", fault.E(op, fault.Invalid, "approval.reason", leastWords, maxWords).Field(field, "approval.reason", leastWords, maxWords)
	}
	return text, nil
}

// Submit makes the request that Ask prepared for the same account.
func (s *Service) Submit(ctx context.Context, who access.Actor, token, reason string) (id.ID, error) {
	const op = "approvals.Submit"
	reason, err := words(op, "reason", reason, true)
	if err != nil {
		return 0, err
	}
	a, err := s.open(who, token)
	if err != nil {
		return 0, err
	}
	r := approval.Request{Act: a, Reason: reason}
	err = s.st.Update(ctx, audit.Of(who, "approval.ask", a.Unit.Province(), 0), func(tx *store.Tx) error {
		u, err := tx.Unit(a.Unit)
		if err != nil {
			return err
		}
		if err := who.Must(a.Kind.Right(), u); err != nil {
			return err
		}
		open, err := tx.ApprovalsBy(a.Unit.Province(), who.User, approval.Waiting)
		if err != nil {
			return err
		}
		for _, x := range open {
			if bytes.Equal(x.Digest, a.Digest()) {
				return fault.E(op, fault.Conflict, "approval.twice")
			}
		}
		if err := tx.AddApproval(&r); err != nil {
			return err
		}
		tx.Did(r.ID, string(a.Kind))
		return nil
	})
	return r.ID, err
}

// Decide approves or refuses a request. Its author cannot. An approved act is done in the same transaction, exactly as it was asked for,
// or nothing is: when who asked may no longer do it, or what it rests on changed, the approval is refused and the request stays open.
func (s *Service) Decide(ctx context.Context, who access.Actor, i id.ID, version int64, approve bool, note string) error {
	const op = "approvals.Decide"
	note, err := words(op, "note", note, !approve)
	if err != nil {
		return err
	}
	action, step := "approval.refuse", approval.Refuse
	if approve {
		action, step = "approval.approve", approval.Approve
	}
	var after func()
	err = s.st.Update(ctx, audit.Of(who, action, i.Province(), i), func(tx *store.Tx) error {
		after = nil
		with, err := now(tx, who)
		if err != nil {
			return err
		}
		r, err := s.take(tx, with, i, version, step)
		if err != nil {
			return err
		}
		if r.State == approval.Done {
			if after, err = s.carry(tx, with, r); err != nil {
				return err
			}
		}
		r.Note = note
		tx.Did(i, string(r.Kind)+" "+r.Object.String())
		return tx.PutApproval(&r, true)
	})
	if err == nil && after != nil {
		after()
	}
	return err
}

// take reads a request the actor may see and moves it a step on.
func (s *Service) take(tx *store.Tx, who access.Actor, i id.ID, version int64, step approval.Step) (approval.Request, error) {
	v, err := s.get(tx, who, i)
	if err != nil {
		return v.Request, err
	}
	state, err := v.After(step, who.User, tx.Now)
	if err != nil {
		return v.Request, err
	}
	if version != 0 && version != v.Version {
		return v.Request, fault.E("approvals.take", fault.Stale, "error.stale")
	}
	v.Request.State = state
	return v.Request, nil
}

// carry does an act as who asked for it may do it now.
func (s *Service) carry(tx *store.Tx, with access.Actor, r approval.Request) (func(), error) {
	const op = "approvals.carry"
	deed, ok := s.deeds[r.Kind]
	if !ok {
		return nil, fault.E(op, fault.Unavailable, "approval.not_here")
	}
	by, err := now(tx, access.Actor{User: r.By, Name: r.ByName, Method: with.Method})
	if err != nil {
		return nil, err
	}
	u, err := tx.Unit(r.Unit)
	if err != nil {
		return nil, err
	}
	if !by.Can(r.Kind.Right(), u) {
		return nil, fault.E(op, fault.Conflict, "approval.asker_lost")
	}
	after, err := deed(tx, by, with, r.Act)
	if fault.Is(err, fault.NotFound) {
		err = fault.E(op, fault.Conflict, "approval.moved", err)
	}
	return after, err
}

// Withdraw takes the actor's own request back.
func (s *Service) Withdraw(ctx context.Context, who access.Actor, i id.ID, version int64) error {
	return s.st.Update(ctx, audit.Of(who, "approval.withdraw", i.Province(), i), func(tx *store.Tx) error {
		r, err := s.take(tx, who, i, version, approval.Withdraw)
		if err != nil {
			return err
		}
		tx.Did(i, string(r.Kind))
		return tx.PutApproval(&r, true)
	})
}
