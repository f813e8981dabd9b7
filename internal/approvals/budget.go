package approvals

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

const budgetKey = "reveal_budget"

// budget is the budget in force.
func budget(tx *store.Tx) (approval.Budget, error) {
	b := approval.UsualBudget
	text, err := tx.Setting(budgetKey)
	if err != nil || text == "" {
		return b, err
	}
	return b, json.Unmarshal([]byte(text), &b)
}

// Budget returns the budget in force.
func (s *Service) Budget(ctx context.Context) (b approval.Budget, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		b, err = budget(tx)
		return err
	})
	return b, err
}

// SetBudget changes it. Only the operator at the console may: whoever it bounds must not move it.
func (s *Service) SetBudget(ctx context.Context, who access.Actor, b approval.Budget) error {
	const op = "approvals.SetBudget"
	if who.User != 0 || !who.Anywhere(access.ManageUsers) {
		return fault.E(op, fault.Forbidden, "error.forbidden")
	}
	if err := b.Check(); err != nil {
		return err
	}
	text, err := json.Marshal(b)
	if err != nil {
		return fault.E(op, fault.Internal, "", err)
	}
	return s.st.Update(ctx, audit.Of(who, "budget.set", 0, 0).With(string(text)), func(tx *store.Tx) error { return tx.PutSetting(budgetKey, string(text)) })
}

// SpendReveal counts one opening of what is sealed: a field shown, a paper or a scan, the copy of a record. Beyond the budget of the day it is
// refused, unless an emergency of the account lasts. It is called in the transaction that opens, so that what fails counts for nothing.
func SpendReveal(tx *store.Tx, who access.Actor) error {
	if who.User == 0 {
		return nil // the operator at the console
	}
	n, err := tx.Spend(who.User, store.SpentReveals, 1)
	if err != nil {
		return err
	}
	b, err := budget(tx)
	if err != nil || n <= b.Reveals {
		return err
	}
	until, err := tx.EmergencyUntil(who.User)
	if err == nil && until == 0 {
		err = fault.E("approvals.SpendReveal", fault.Conflict, "budget.over", b.Reveals)
	}
	return err
}

// Left is how much of a budget is used up.
type Left struct {
	approval.Budget
	Spent int64
	Until time.Time // an emergency lasts so long; zero: none
}

// Over reports whether nothing more may be opened.
func (l Left) Over() bool { return l.Spent >= l.Reveals && l.Until.IsZero() }

// Left returns what an account has used up today.
func (s *Service) Left(ctx context.Context, who access.Actor) (l Left, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		l = Left{}
		if l.Budget, err = budget(tx); err != nil {
			return err
		}
		if l.Spent, err = tx.Spent(who.User, store.SpentReveals); err != nil {
			return err
		}
		until, err := tx.EmergencyUntil(who.User)
		if until != 0 {
			l.Until = time.UnixMilli(until)
		}
		return err
	})
	return l, err
}

// The least and most letters of a reason.
const (
	leastReason = 10
	mostReason  = 300
)

// OpenEmergency lifts the budget of an account that has used it up, for the hours of the setting. It is reported to the committee above and to
// administrators, who see it until one of them takes note.
func (s *Service) OpenEmergency(ctx context.Context, who access.Actor, person id.ID, reason string) error {
	const op = "approvals.OpenEmergency"
	reason = vi.NFC(strings.TrimSpace(reason))
	return s.st.Update(ctx, audit.Of(who, "person.emergency", person.Province(), person).With(reason), func(tx *store.Tx) error {
		_, u, err := tx.Kept(who, access.Reveal, person)
		if err != nil {
			return err
		}
		if n := len([]rune(reason)); n < leastReason || n > mostReason {
			return fault.E(op, fault.Invalid, "budget.reason", leastReason, mostReason).Field("emergency", "budget.reason", leastReason, mostReason)
		}
		b, err := budget(tx)
		if err != nil {
			return err
		}
		spent, err := tx.Spent(who.User, store.SpentReveals)
		if err != nil {
			return err
		}
		until, err := tx.EmergencyUntil(who.User)
		if err != nil {
			return err
		}
		if spent < b.Reveals || until != 0 {
			return fault.E(op, fault.Conflict, "budget.needless")
		}
		e := store.Emergency{ID: tx.NewID(person.Province()), User: who.User, Unit: grantAt(who, u), Person: person, Reason: reason, At: tx.Now}
		e.Until = tx.Now + (time.Duration(b.Hours) * time.Hour).Milliseconds()
		return tx.AddEmergency(e)
	})
}

// grantAt is the place of the grant by which somebody opens what is sealed at a unit.
func grantAt(who access.Actor, u org.Unit) id.ID {
	for _, g := range who.Grants {
		if (access.Actor{Grants: []access.Grant{g}}).Can(access.Reveal, u) {
			return g.Unit
		}
	}
	return 0
}

// told reports whether somebody is told of an emergency: the committee above its unit, and who reads the trail there. Never the account itself.
func told(tx *store.Tx, who access.Actor, e store.Emergency) (bool, string, error) {
	u, err := tx.Unit(e.Unit)
	if err != nil {
		if fault.Is(err, fault.NotFound) {
			err = nil
		}
		return false, "", err
	}
	if who.User == e.User || who.Self != 0 {
		return false, "", nil
	}
	if who.Can(access.Inspect, u) {
		return true, u.Name, nil
	}
	if u.Parent == 0 {
		return false, "", nil
	}
	above, err := tx.Unit(u.Parent)
	return err == nil && who.Can(access.SetTarget, above), u.Name, err
}

// Emergency is one as those above see it.
type Emergency struct {
	store.Emergency
	Place string // name of the unit, "" for the nation
}

// Emergencies returns those somebody is told of and nobody took note of yet.
func (s *Service) Emergencies(ctx context.Context, who access.Actor) (out []Emergency, err error) {
	if !who.Anywhere(access.SetTarget) {
		return nil, nil
	}
	err = s.st.View(ctx, func(tx *store.Tx) error {
		out = nil
		all, err := tx.Emergencies()
		if err != nil {
			return err
		}
		for _, e := range all {
			yes, place, err := told(tx, who, e)
			if err != nil {
				return err
			}
			if yes {
				out = append(out, Emergency{e, place})
			}
		}
		return nil
	})
	return out, err
}

// SeeEmergency notes that who took note of an emergency. For whoever is not told of it, it does not exist.
func (s *Service) SeeEmergency(ctx context.Context, who access.Actor, i id.ID) error {
	return s.st.Update(ctx, audit.Of(who, "person.emergency_seen", i.Province(), i), func(tx *store.Tx) error {
		all, err := tx.Emergencies()
		if err != nil {
			return err
		}
		for _, e := range all {
			if e.ID != i {
				continue
			}
			yes, _, err := told(tx, who, e)
			if err != nil {
				return err
			}
			if yes {
				tx.Did(e.Person, e.User.String())
				return tx.SeeEmergency(i, who.User)
			}
		}
		return fault.E("approvals.SeeEmergency", fault.NotFound, "error.notfound")
	})
}
