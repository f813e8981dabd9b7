// Package approvals is the service on acts that take two persons (services floor): ask, approve or refuse, and what follows.
//
// A service that does such an act calls Require in its transaction. When that refuses, the cause is an approval.Needed, with which Ask
// and Submit make a request of it. Decide carries an approved act out in the transaction of the approval, by the Deed of its kind.
package approvals

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

// Deed does an approved act in the transaction of the approval, as the two persons may do it at this instant: by asked, with approved.
// It checks what it rests on anew. What it returns runs once the transaction has committed; it may be nil.
type Deed func(tx *store.Tx, by, with access.Actor, a approval.Act) (after func(), err error)

// Service is requests.
type Service struct {
	st    *store.Store
	deeds map[approval.Kind]Deed
}

// New returns the service on a store, with what does the acts of each kind. Without the deed of a kind its requests cannot be approved here.
func New(st *store.Store, deeds ...map[approval.Kind]Deed) *Service {
	s := &Service{st: st, deeds: map[approval.Kind]Deed{approval.Guard: carryGuards}}
	for _, d := range deeds {
		maps.Copy(s.deeds, d)
	}
	return s
}

// Require lets an act go on that takes one person only, or a file whose fetching somebody approved; that approval is used up in the same
// transaction. Everything else is refused with the act as the cause. Who answers for the program (the console) needs nobody.
func Require(tx *store.Tx, who access.Actor, a approval.Act) error {
	const op = "approvals.Require"
	if free, err := Free(tx, who, a); err != nil || free {
		return err
	}
	if a.Kind.Fetched() {
		rs, err := tx.ApprovalsBy(a.Unit.Province(), who.User, approval.Approved)
		if err != nil {
			return err
		}
		digest := a.Digest()
		for _, r := range rs {
			if !bytes.Equal(r.Digest, digest) {
				continue
			}
			if r.State, err = r.After(approval.Use, who.User, tx.Now); err != nil {
				return err
			}
			tx.Did(r.ID, string(r.Kind))
			return tx.PutApproval(&r, false)
		}
	}
	return fault.E(op, fault.Conflict, "approval.needed", &approval.Needed{Act: a})
}

// Free reports whether an act takes one person only.
func Free(tx *store.Tx, who access.Actor, a approval.Act) (bool, error) {
	if who.User == 0 && who.Can(access.ManageUsers, org.Unit{}) {
		return true, nil
	}
	g, err := InForce(tx)
	if err != nil || !g.Asks(a) {
		return err == nil, err
	}
	if g.Mode == approval.Always {
		return false, nil
	}
	others, err := able(tx, who, a, 1)
	return len(others) == 0, err
}

// entitled reports whether somebody may approve an act at its unit by a right that did not come from who asks for it.
func entitled(who access.Actor, k approval.Kind, u org.Unit, asker id.ID) bool {
	own := slices.DeleteFunc(slices.Clone(who.Grants), func(g access.Grant) bool { return asker != 0 && g.Lent == asker })
	return access.Actor{Grants: own}.Can(k.Second(), u)
}

// able returns the names of at most n people who could approve an act of who.
func able(tx *store.Tx, who access.Actor, a approval.Act, n int) ([]string, error) {
	u, err := tx.Unit(a.Unit)
	if err != nil {
		return nil, err
	}
	above, err := tx.Above(u)
	if err != nil {
		return nil, err
	}
	at := []id.ID{0, u.ID} // a role holds below its unit, that of the nation everywhere
	for _, x := range above {
		at = append(at, x.ID)
	}
	users, err := tx.UsersAt(at)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, x := range users {
		if len(names) == n {
			break
		}
		if x.ID == who.User || x.ID == a.Object || !x.Active || x.Sleeps(tx.Now) {
			continue
		}
		gs, err := tx.GrantsNow(x.ID)
		if err != nil {
			return nil, err
		}
		if !entitled(access.Actor{Grants: gs}, a.Kind, u, who.User) {
			continue
		}
		ready, err := tx.Equipped(x)
		if err != nil {
			return nil, err
		}
		if ready {
			names = append(names, x.Name)
		}
	}
	return names, nil
}

// now returns an actor with what the account may do at this instant, nothing when it is closed. The console stays what it is.
func now(tx *store.Tx, who access.Actor) (access.Actor, error) {
	if who.User == 0 {
		return who, nil
	}
	u, err := tx.User(who.User)
	if err != nil {
		return who, err
	}
	who.Grants = nil
	if u.Active && !u.Sleeps(tx.Now) {
		who.Grants, err = tx.GrantsNow(u.ID)
	}
	return who, err
}

// View is a request as somebody sees it.
type View struct {
	approval.Request
	UnitName string
	State    approval.State // of now
	Own      bool
	May      bool // may answer it
}

func (s *Service) view(tx *store.Tx, who access.Actor, r approval.Request) (View, bool, error) {
	u, err := tx.Unit(r.Unit)
	if fault.Is(err, fault.NotFound) {
		return View{}, false, nil
	}
	v := View{Request: r, UnitName: u.Name, State: r.Now(tx.Now), Own: r.By == who.User}
	may := entitled(who, r.Kind, u, r.By)
	v.May = may && !v.Own && v.State == approval.Waiting
	return v, may || v.Own, err
}

// List returns the requests the actor made or may answer, the latest first.
func (s *Service) List(ctx context.Context, who access.Actor) ([]View, error) {
	return s.collect(ctx, who, func(tx *store.Tx, province int) ([]approval.Request, error) { return tx.Approvals(province) })
}

// Open returns the requests that wait for the actor: for an answer, or approved for a file to fetch. The oldest come first.
func (s *Service) Open(ctx context.Context, who access.Actor) ([]View, error) {
	vs, err := s.collect(ctx, who, func(tx *store.Tx, province int) ([]approval.Request, error) { return tx.ApprovalsOpen(province) })
	vs = slices.DeleteFunc(vs, func(v View) bool { return !v.May && (v.State != approval.Approved || !v.Own) })
	slices.Reverse(vs)
	return vs, err
}

func (s *Service) collect(ctx context.Context, who access.Actor, read func(*store.Tx, int) ([]approval.Request, error)) ([]View, error) {
	var out []View
	err := s.st.View(ctx, func(tx *store.Tx) error {
		out = nil
		provinces, err := provincesOf(tx, who)
		if err != nil {
			return err
		}
		for _, n := range provinces {
			rs, err := read(tx, n)
			if err != nil {
				return err
			}
			for _, r := range rs {
				v, shown, err := s.view(tx, who, r)
				if err != nil {
					return err
				}
				if shown {
					out = append(out, v)
				}
			}
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b View) int { return time.UnixMilli(b.At).Compare(time.UnixMilli(a.At)) })
	return out, err
}

// provincesOf are the partitions where the actor's requests and those to answer lie.
func provincesOf(tx *store.Tx, who access.Actor) ([]int, error) {
	out := []int{}
	for _, g := range who.Grants {
		out = append(out, g.Unit.Province())
		if g.Unit == 0 {
			if err := tx.EachProvince(func(p store.Province) error { out = append(out, p.ID); return nil }); err != nil {
				return nil, err
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// Get returns one request the actor made or may answer.
func (s *Service) Get(ctx context.Context, who access.Actor, i id.ID) (v View, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		v, err = s.get(tx, who, i)
		return err
	})
	return v, err
}

func (s *Service) get(tx *store.Tx, who access.Actor, i id.ID) (View, error) {
	r, err := tx.Approval(i)
	if err != nil {
		return View{}, err
	}
	v, shown, err := s.view(tx, who, r)
	if err == nil && !shown {
		err = fault.E("approvals.get", fault.NotFound, "approval.notfound")
	}
	return v, err
}

// InForce returns the guards that hold.
func InForce(tx *store.Tx) (approval.Guards, error) {
	g := approval.Usual
	text, err := tx.Setting(guardsKey)
	if err != nil {
		return g, err
	}
	if text != "" {
		g.Kinds = nil
		return g, json.Unmarshal([]byte(text), &g)
	}
	policy, err := tx.Setting(store.SignInSetting)
	if policy == store.SimpleSignIn { // a trial on invented data
		g.Mode = approval.Off
	}
	return g, err
}

const guardsKey = "four_eyes"

// Guards returns the guards that hold.
func (s *Service) Guards(ctx context.Context) (g approval.Guards, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		g, err = InForce(tx)
		return err
	})
	return g, err
}

// Seat is the unit whose administrators govern the installation: the only province of one, the nation of several.
func Seat(tx *store.Tx) (org.Unit, error) {
	var roots []id.ID
	if err := tx.EachProvince(func(p store.Province) error { roots = append(roots, p.Root); return nil }); err != nil || len(roots) != 1 {
		return org.Unit{}, err
	}
	return tx.Unit(roots[0])
}

// Governs reports whether the actor may change the guards.
func (s *Service) Governs(ctx context.Context, who access.Actor) (may bool, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		u, err := Seat(tx)
		may = err == nil && who.Can(access.ManageUsers, u)
		return err
	})
	return may, err
}

// SetGuards changes them, for who manages the accounts of the whole installation. Asking less often takes two persons itself.
func (s *Service) SetGuards(ctx context.Context, who access.Actor, g approval.Guards) error {
	return s.st.Update(ctx, audit.Of(who, "approval.guards", 0, 0), func(tx *store.Tx) error {
		at, err := Seat(tx)
		if err != nil {
			return err
		}
		if err := who.Must(access.ManageUsers, at); err != nil {
			return err
		}
		if err := g.Check(); err != nil {
			return err
		}
		old, err := InForce(tx)
		if err != nil {
			return err
		}
		text, err := json.Marshal(guardOrder{From: old, To: g})
		if err != nil {
			return err
		}
		if g.Weaker(old) {
			if err := Require(tx, who, approval.Act{Kind: approval.Guard, Unit: at.ID, Order: text}); err != nil {
				return err
			}
		}
		return putGuards(tx, g)
	})
}

// guardOrder is an order to ask less often: from what held to what shall hold.
type guardOrder struct {
	From approval.Guards `json:"from"`
	To   approval.Guards `json:"to"`
}

// GuardsOf returns the guards a request would replace, and those it asks for.
func GuardsOf(a approval.Act) (from, to approval.Guards, err error) {
	var o guardOrder
	err = json.Unmarshal(a.Order, &o)
	return o.From, o.To, err
}

func putGuards(tx *store.Tx, g approval.Guards) error {
	text, err := json.Marshal(g)
	if err != nil {
		return err
	}
	tx.Did(0, string(text))
	return tx.PutSetting(guardsKey, string(text))
}

// carryGuards does what was approved, when what held then still holds.
func carryGuards(tx *store.Tx, by, _ access.Actor, a approval.Act) (func(), error) {
	at, err := Seat(tx)
	if err != nil {
		return nil, err
	}
	if err := by.Must(access.ManageUsers, at); err != nil {
		return nil, err
	}
	from, to, err := GuardsOf(a)
	if err != nil {
		return nil, err
	}
	held, err := InForce(tx)
	if err != nil {
		return nil, err
	}
	if held.Weaker(from) || from.Weaker(held) {
		return nil, Moved("approvals.carryGuards")
	}
	return nil, putGuards(tx, to)
}

// Moved is the refusal of an act whose ground changed after it was asked for.
func Moved(op string) error { return fault.E(op, fault.Conflict, "approval.moved") }
