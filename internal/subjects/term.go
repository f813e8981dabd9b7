package subjects

import (
	"context"
	"encoding/json"
	"strconv"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/approvals"
	"ketnap/internal/audit"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/subject"
)

// termsKey is the setting that holds the terms of the installation.
const termsKey = "retention_terms"

// causesOf are the movements from which a term of people who left runs.
var causesOf = map[string][]ledger.Cause{"dropped": {ledger.Drop}, "struck": {ledger.Strike, ledger.Expel}, "left": {ledger.Quit}}

func setTerms(read func(string) (string, error)) (map[string]subject.Term, error) {
	out := map[string]subject.Term{}
	text, err := read(termsKey)
	if err != nil || text == "" {
		return out, err
	}
	return out, json.Unmarshal([]byte(text), &out)
}

// kept are the retentions in force: those of the register, with the terms of the installation.
func kept(tx *store.Tx) (map[string]subject.Retention, error) {
	set, err := setTerms(tx.Setting)
	return with(set), err
}

func with(set map[string]subject.Term) map[string]subject.Retention {
	out := map[string]subject.Retention{}
	for _, r := range subject.Book().Retention {
		if t, ok := set[r.Code]; ok {
			r = r.With(t)
		}
		out[r.Code] = r
	}
	return out
}

// Delivered are the terms of an installation that set none.
func Delivered() Terms { return Terms{Kept: with(nil)} }

// Terms is what holds, what the installation set, and whether the actor may set it.
type Terms struct {
	Kept map[string]subject.Retention
	Set  map[string]subject.Term
	May  bool
}

// Terms returns the terms in force.
func (s *Service) Terms(ctx context.Context, who access.Actor) (t Terms, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		if t.Kept, err = kept(tx); err != nil {
			return err
		}
		if t.Set, err = setTerms(tx.Setting); err != nil {
			return err
		}
		at, err := approvals.Seat(tx)
		t.May = err == nil && who.Can(access.ManageUsers, at)
		return err
	})
	return t, err
}

// termOrder is a term that waits for a second person, with what it replaces.
type termOrder struct {
	Code string       `json:"code"`
	From int          `json:"from"`
	Term subject.Term `json:"term"`
}

// SetTerm sets a term of the installation, for who manages its accounts, with a second person: a shorter term ends in data that nobody brings
// back, a longer one keeps data longer than people were told.
func (s *Service) SetTerm(ctx context.Context, who access.Actor, code string, t subject.Term) error {
	return s.st.Update(ctx, audit.Of(who, "retention.term", 0, 0), func(tx *store.Tx) error {
		at, err := approvals.Seat(tx)
		if err != nil {
			return err
		}
		if err := who.Must(access.ManageUsers, at); err != nil {
			return err
		}
		if err := t.Check(code); err != nil {
			return err
		}
		now, err := kept(tx)
		if err != nil {
			return err
		}
		t.By, t.On = who.Name, tx.Today
		order, err := json.Marshal(termOrder{code, now[code].Months, t})
		if err != nil {
			return err
		}
		if err := approvals.Require(tx, who, approval.Act{Kind: approval.Term, Unit: at.ID, Order: order, Detail: code + " " + strconv.Itoa(now[code].Months) + " " + strconv.Itoa(t.Months)}); err != nil {
			return err
		}
		return putTerm(tx, code, t)
	})
}

func putTerm(tx *store.Tx, code string, t subject.Term) error {
	all, err := setTerms(tx.HoldSetting)
	if err != nil {
		return err
	}
	all[code] = t
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	tx.Did(0, code+" "+strconv.Itoa(t.Months))
	return tx.PutSetting(termsKey, string(text))
}

// carryTerm does what was approved, when what it replaces still holds.
func carryTerm(tx *store.Tx, _, _ access.Actor, a approval.Act) (func(), error) {
	var o termOrder
	if err := json.Unmarshal(a.Order, &o); err != nil {
		return nil, err
	}
	now, err := kept(tx)
	if err != nil {
		return nil, err
	}
	if now[o.Code].Months != o.From {
		return nil, approvals.Moved("subjects.carryTerm")
	}
	return nil, putTerm(tx, o.Code, o.Term)
}
