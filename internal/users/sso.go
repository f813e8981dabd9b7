package users

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/seal"
	"ketnap/internal/sso"
	"ketnap/internal/store"
)

// BySSO is a session opened through the sign-in of the organisation.
const BySSO = store.BySSO

// Errand is what somebody goes to the provider of their organisation for.
type Errand string

// The errands.
const (
	ToSignIn Errand = "signin"
	ToBind   Errand = "bind"  // that the account can sign in there from now on
	ToProve  Errand = "prove" // shows a factor again
)

// trip is an errand on its way: what is kept until the browser comes back.
type trip struct {
	sso.Question
	Errand  Errand
	Browser []byte // hash of what this browser alone can show
	Session []byte // that asked; none for a sign-in
	Next    string
}

const tripKind = "sso"

// Through lets people sign in at a provider of their organisation. Without it nothing of this exists.
func (s *Service) Through(p *sso.Provider) { s.sso = p }

// Provider returns what people call the provider, "" when there is none.
func (s *Service) Provider() string {
	if s.sso == nil {
		return ""
	}
	return s.sso.Name()
}

func noProvider(op string) error { return fault.E(op, fault.NotFound, "sso.off") }

// Leave sends somebody to the provider: it returns the address to go to, and what only this browser may show when it comes back.
func (s *Service) Leave(ctx context.Context, g Signed, e Errand, next string) (to, browser string, err error) {
	const op = "users.Leave"
	if s.sso == nil {
		return "", "", noProvider(op)
	}
	if e != ToSignIn {
		if err := s.st.View(ctx, func(tx *store.Tx) error { return s.mayLeave(tx, g, e) }); err != nil {
			return "", "", err
		}
	}
	state, hash := seal.Token()
	nonce, _ := seal.Token()
	t := trip{Errand: e, Session: g.hash, Next: next}
	browser, t.Browser = seal.Token()
	if t.Question, to, err = s.sso.Ask(ctx, state, nonce, e == ToProve); err != nil {
		return "", "", err
	}
	data, err := json.Marshal(t)
	if err != nil {
		return "", "", fault.E(op, fault.Internal, "", err)
	}
	err = s.st.Update(ctx, signedIn(store.User{ID: g.Actor.User}, "user.challenge"), func(tx *store.Tx) error {
		if err := tx.DropPending("", 0); err != nil {
			return err
		}
		return tx.AddPending(store.Pending{Hash: hash, User: g.Actor.User, Kind: tripKind, Data: string(data), Until: tx.Now + stepLife.Milliseconds()})
	})
	return to, browser, err
}

// mayLeave says whether a signed-in account may do its errand: bind when a factor was just shown, prove when it is bound and does not
// administer, for whom only a passkey counts.
func (s *Service) mayLeave(tx *store.Tx, g Signed, e Errand) error {
	const op = "users.mayLeave"
	bound, err := s.bound(tx, g.Actor.User)
	if err != nil {
		return err
	}
	if e == ToBind {
		if bound {
			return fault.E(op, fault.Conflict, "sso.have", s.sso.Name())
		}
		return s.fresh(tx, g)
	}
	p, err := policy(tx)
	if err != nil {
		return err
	}
	gs, err := tx.GrantsNow(g.Actor.User)
	switch {
	case err != nil:
		return err
	case p == Strict && admins(gs):
		return fault.E(op, fault.Forbidden, "user.prove_passkey")
	case !bound:
		return fault.E(op, fault.Forbidden, "sso.unbound")
	}
	return nil
}

func (s *Service) bound(tx *store.Tx, user id.ID) (bool, error) {
	all, err := tx.Identities(user)
	for _, x := range all {
		if s.sso != nil && x.Issuer == s.sso.Issuer() {
			return true, err
		}
	}
	return false, err
}

// Answer is what a browser brings back from the provider.
type Answer struct {
	State, Code, Issuer string
	Refused             string // why the provider sent it back without a code
	Browser             string
}

// Returned is what came of an errand. It says which errand it was also beside an error.
type Returned struct {
	Entered
	Errand Errand
	Next   string
}

// Return takes the answer of the provider. It opens a session, binds the account or notes that a factor was shown, each question once and
// only in the browser that asked it.
func (s *Service) Return(ctx context.Context, a Answer, from From) (Returned, error) {
	const op = "users.Return"
	if s.sso == nil {
		return Returned{}, noProvider(op)
	}
	t, user, err := s.back(ctx, a)
	if err != nil {
		return Returned{}, err
	}
	r := Returned{Errand: t.Errand, Next: t.Next}
	var who sso.Person
	if a.Refused != "" {
		err = fault.E(op, fault.Invalid, "sso.refused", s.sso.Name(), cut(a.Refused, 60))
	} else if who, err = s.sso.Check(ctx, t.Question, a.Code, a.Issuer); err == nil {
		err = s.done(ctx, t, user, who, from, &r.Entered)
	}
	if err == nil || fault.Is(err, fault.Internal) {
		return r, err
	}
	bad := signedIn(store.User{ID: user}, "user.signin_failed").With("sso " + string(t.Errand))
	if err := s.st.Update(ctx, bad, func(*store.Tx) error { return nil }); err != nil {
		return r, err
	}
	return r, err
}

// back takes the question an answer is about, once. Another browser does not use it up.
func (s *Service) back(ctx context.Context, a Answer) (t trip, user id.ID, err error) {
	const op = "users.back"
	late := fault.E(op, fault.Invalid, "sso.late")
	err = s.st.Update(ctx, signedIn(store.User{}, "user.sso_back"), func(tx *store.Tx) error {
		t = trip{}
		p, err := tx.Pending(tripKind, seal.HashToken(a.State))
		if fault.Is(err, fault.NotFound) {
			return late
		}
		if err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(p.Data), &t); err != nil {
			return fault.E(op, fault.Internal, "", err)
		}
		if subtle.ConstantTimeCompare(t.Browser, seal.HashToken(a.Browser)) != 1 {
			t = trip{}
			return fault.E(op, fault.Invalid, "sso.browser")
		}
		user = p.User
		tx.Did(p.User, string(t.Errand))
		_, err = tx.TakePending(tripKind, p.Hash)
		return err
	})
	return t, user, err
}

func (s *Service) done(ctx context.Context, t trip, user id.ID, who sso.Person, from From, in *Entered) (err error) {
	if t.Errand == ToSignIn {
		*in, err = s.signInBound(ctx, who, from)
		return err
	}
	action := map[Errand]string{ToBind: "user.sso_bind", ToProve: "user.prove"}[t.Errand]
	return s.st.Update(ctx, signedIn(store.User{ID: user}, action), func(tx *store.Tx) error {
		made, used := oldest(tx)
		x, u, err := tx.SessionUser(t.Session, made, used)
		if err == nil && (!u.Active || u.ID != user) {
			err = fault.E("users.done", fault.NotFound, "user.notfound")
		}
		if fault.Is(err, fault.NotFound) {
			return fault.E("users.done", fault.Invalid, "sso.late")
		}
		if err != nil {
			return err
		}
		if t.Errand == ToProve {
			return proveBound(tx, x, who)
		}
		if err := tx.AddIdentity(store.Identity{Issuer: who.Issuer, Subject: who.Subject, User: user, Label: cut(who.Label, 100)}); err != nil {
			return err
		}
		if x.Way != store.ByLink && x.Way != store.ByPassword {
			return nil
		}
		return tx.ProveSession(x.Hash, store.BySSO)
	})
}

// proveBound notes that the person an account is bound to showed a factor just now. Somebody else's is refused.
func proveBound(tx *store.Tx, x store.Session, who sso.Person) error {
	b, err := tx.Identity(who.Issuer, who.Subject)
	if err == nil && b.User != x.User || fault.Is(err, fault.NotFound) {
		return fault.E("users.proveBound", fault.Invalid, "sso.other")
	}
	if err != nil {
		return err
	}
	if err := tx.UseIdentity(b); err != nil {
		return err
	}
	return tx.ProveSession(x.Hash, x.Way)
}

// signInBound opens a session of the account that is bound to who the provider named. No account is made and none is looked for otherwise.
func (s *Service) signInBound(ctx context.Context, who sso.Person, from From) (Entered, error) {
	var b store.Identity
	err := s.st.View(ctx, func(tx *store.Tx) error {
		var err error
		b, err = tx.Identity(who.Issuer, who.Subject)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		err = fault.E("users.signInBound", fault.Invalid, "sso.unbound")
	}
	if err != nil {
		return Entered{}, err
	}
	return s.enter(ctx, store.User{ID: b.User}, from, store.BySSO, func(tx *store.Tx, now store.User) error {
		still, err := tx.Identity(who.Issuer, who.Subject)
		if err == nil && still.User != now.ID {
			err = fault.E("users.signInBound", fault.Invalid, "sso.unbound")
		}
		if err != nil {
			return err
		}
		return tx.UseIdentity(still)
	})
}

// Unbind ends what binds the signed-in account to an issuer, and other sessions that were opened there. The last way into an account stays.
func (s *Service) Unbind(ctx context.Context, g Signed, issuer string) error {
	return s.st.Update(ctx, own(g, "user.sso_unbind"), func(tx *store.Tx) error {
		if err := s.fresh(tx, g); err != nil {
			return err
		}
		u, err := tx.User(g.Actor.User)
		if err != nil {
			return err
		}
		if err := tx.DropIdentity(u.ID, issuer); err != nil {
			return err
		}
		ready, err := tx.Equipped(u)
		if err == nil && !ready {
			err = fault.E("users.Unbind", fault.Conflict, "sso.last")
		}
		if err != nil {
			return err
		}
		return endBound(tx, u.ID, g.hash)
	})
}

// endBound ends the sessions of an account that were opened by the sign-in of the organisation, but one.
func endBound(tx *store.Tx, user id.ID, keep []byte) error {
	all, err := tx.Sessions(user)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.Way == store.BySSO && string(x.Hash) != string(keep) {
			if err := tx.DropSession(x.Hash); err != nil {
				return err
			}
		}
	}
	return nil
}

// Bind binds a subject of an issuer to an account that nobody can sign in to yet, like an invitation. Whoever can sign in binds their
// account themselves, or its manager could open a second way into it unseen.
func (s *Service) Bind(ctx context.Context, who access.Actor, user id.ID, issuer, subject string) error {
	const op = "users.Bind"
	issuer, subject = strings.TrimSpace(issuer), strings.TrimSpace(subject)
	if issuer == "" || subject == "" || len(subject) > 255 {
		return fault.E(op, fault.Invalid, "sso.bind_what")
	}
	return s.st.Update(ctx, audit.Of(who, "user.sso_bind", user.Province(), user), func(tx *store.Tx) error {
		if err := manages(tx, who, user); err != nil {
			return err
		}
		u, err := tx.User(user)
		if err != nil {
			return err
		}
		open, err := tx.Equipped(u)
		if err == nil && open {
			err = fault.E(op, fault.Conflict, "sso.bind_open")
		}
		if err != nil {
			return err
		}
		return tx.AddIdentity(store.Identity{Issuer: issuer, Subject: subject, User: user})
	})
}

// Unbound ends what binds an account that who manages to an issuer, and the sessions opened there.
func (s *Service) Unbound(ctx context.Context, who access.Actor, user id.ID, issuer string) error {
	return s.st.Update(ctx, audit.Of(who, "user.sso_unbind", user.Province(), user), func(tx *store.Tx) error {
		if err := manages(tx, who, user); err != nil {
			return err
		}
		if err := tx.DropIdentity(user, issuer); err != nil {
			return err
		}
		return endBound(tx, user, nil)
	})
}

// At reports whether an issuer is the provider people sign in at now.
func (s *Service) At(issuer string) bool { return s.sso != nil && s.sso.Issuer() == issuer }
