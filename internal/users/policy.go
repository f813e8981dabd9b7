package users

import (
	"context"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/store"
)

// Policy is how strictly people prove who they are (chế độ đăng nhập). It is a setting of the deployment.
type Policy string

// Strict is what holds unless somebody at the console says otherwise: a passkey, or a password with a one-time code; who
// administers signs in with a passkey only. Simple is for trials on invented data: a password alone is enough.
const (
	Strict Policy = "strict"
	Simple Policy = store.SimpleSignIn
)

// Way is how somebody proved who they are; pages know only ByLink apart.
type Way = store.Way

// ByLink is a session opened by a link that works once.
const ByLink = store.ByLink

const policyKey = store.SignInSetting

// Lengths of sessions and waits. They are guards of this program, not of a regulation.
const (
	idle       = time.Hour        // an hour idle fits people who are called away from the desk
	idleAdmin  = 15 * time.Minute // of who administers, unless the policy is Simple
	longest    = 12 * time.Hour   // a working day with its breaks is the most, however busy the session is
	seeEvery   = time.Minute      // how exactly the last use is kept, so that reading pages does not write
	stepLife   = 5 * time.Minute  // between a password and its one-time code, between a challenge and its answer
	inviteLife = 72 * time.Hour   // of a link that lets somebody set up how they sign in
	proofLife  = 10 * time.Minute // how long a shown factor is good for sensitive acts
)

// Policy returns the policy in force.
func (s *Service) Policy(ctx context.Context) (p Policy, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		p, err = policy(tx)
		return err
	})
	return p, err
}

func policy(tx *store.Tx) (Policy, error) {
	p, err := tx.Setting(policyKey)
	if p != string(Simple) {
		p = string(Strict)
	}
	return Policy(p), err
}

// SetPolicy changes the policy. Only the operator at the console may: whoever can weaken it could else take over accounts.
func (s *Service) SetPolicy(ctx context.Context, who access.Actor, p Policy) error {
	const op = "users.SetPolicy"
	if who.User != 0 || !who.Anywhere(access.ManageUsers) {
		return fault.E(op, fault.Forbidden, "error.forbidden")
	}
	if p != Strict && p != Simple {
		return fault.E(op, fault.Invalid, "user.policy_unknown")
	}
	return s.st.Update(ctx, audit.Of(who, "user.policy", 0, 0).With(string(p)), func(tx *store.Tx) error {
		return tx.PutSetting(policyKey, string(p))
	})
}

// Missing is what an account has yet to set up before its session may do anything (yêu cầu còn thiếu).
type Missing string

// What may be missing.
const (
	Nothing     Missing = ""
	SomeFactor  Missing = "factor"  // a passkey, or a password with a one-time code
	PasskeyOnly Missing = "passkey" // who administers has to sign in with a passkey
)

// missing says what a session opened by a way lacks under a policy.
func missing(p Policy, way store.Way, admin bool) Missing {
	switch {
	case way == store.ByPasskey:
		return Nothing
	case p == Simple && way != store.ByLink:
		return Nothing
	case admin && p == Strict:
		return PasskeyOnly
	case way == store.ByCode || way == store.ByRecovery || way == store.BySSO:
		return Nothing
	}
	return SomeFactor
}

func admins(gs []access.Grant) bool {
	for _, g := range gs {
		if g.Role.Has(access.ManageUsers) {
			return true
		}
	}
	return false
}
