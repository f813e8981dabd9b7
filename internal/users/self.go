package users

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// The own account of a person (tài khoản của chính người có hồ sơ) belongs to one candidate or member and holds no role. The cell invites
// them; it ends when the cell ends it, and by itself with the record.

// ended reports whether an account is over because the record it belongs to is: taken back, without a name any more, or of somebody who died.
func ended(tx *store.Tx, u store.User) (bool, error) {
	if u.Person == 0 {
		return false, nil
	}
	p, err := tx.Person(u.Person)
	if fault.Is(err, fault.NotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return over(tx, p)
}

func over(tx *store.Tx, p person.Person) (bool, error) {
	if p.Void || p.Name == "" || !p.Place.Out() { // nobody's, or erased: both are void
		return p.Void || p.Name == "", nil
	}
	ms, err := tx.Movements(p.ID)
	if err != nil {
		return false, err
	}
	standing := ledger.Standing(ms)
	return len(standing) > 0 && standing[len(standing)-1].Cause == ledger.Die, nil
}

// SelfState is how far the own account of a person is.
type SelfState string

// The states.
const (
	SelfNone    SelfState = ""        // there is none
	SelfInvited SelfState = "invited" // a link was given and not used yet
	SelfExpired SelfState = "expired" // the link was not used in time
	SelfOpen    SelfState = "open"    // the person can sign in
	SelfAsleep  SelfState = "asleep"  // nobody signed in for so long that a new link is needed
	SelfEnded   SelfState = "ended"   // ended by an official, or with the record
)

// SelfAccount is what officials see of the own account of a person: never how it signs in.
type SelfAccount struct {
	State  SelfState
	Login  string
	Until  int64 // of a link that waits, unix ms
	UsedAt int64 // last sign-in, unix ms
}

// SelfOf returns the own account of a person to who keeps their record.
func (s *Service) SelfOf(ctx context.Context, who access.Actor, i id.ID) (a SelfAccount, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		p, _, err := tx.Kept(who, access.Write, i)
		if err != nil {
			return err
		}
		u, err := tx.UserOfPerson(i)
		if fault.Is(err, fault.NotFound) {
			a = SelfAccount{}
			return nil
		}
		if err != nil {
			return err
		}
		a, err = selfAccount(tx, p, u)
		return err
	})
	return a, err
}

func selfAccount(tx *store.Tx, p person.Person, u store.User) (SelfAccount, error) {
	a := SelfAccount{Login: u.Login, UsedAt: u.UsedAt, State: SelfEnded}
	gone, err := over(tx, p)
	if err != nil || gone || !u.Active {
		return a, err
	}
	if a.Until, err = tx.PendingOf(invitation, u.ID); err != nil {
		return a, err
	}
	way, err := tx.Equipped(u)
	switch {
	case way && u.Sleeps(tx.Now):
		a.State = SelfAsleep
	case way:
		a.State = SelfOpen
	case a.Until != 0:
		a.State = SelfInvited
	default:
		a.State = SelfExpired
	}
	return a, err
}

// InvitePerson makes a link with which a candidate or member sets up their own account; the first makes the account, a later one opens the
// same account again, without anything it signed in with before. Somebody who can sign in gets no second way in: EndPerson comes first,
// which they notice. With an empty login one is made up.
func (s *Service) InvitePerson(ctx context.Context, who access.Actor, i id.ID, login string) (_, token string, err error) {
	const op = "users.InvitePerson"
	err = s.st.Update(ctx, audit.Of(who, "user.invite_self", i.Province(), i), func(tx *store.Tx) error {
		p, _, err := tx.Kept(who, access.Write, i)
		if err != nil {
			return err
		}
		if p.Void || p.Name == "" || p.Place.Out() {
			return fault.E(op, fault.Conflict, "user.self_outside")
		}
		u, err := tx.UserOfPerson(i)
		switch {
		case fault.Is(err, fault.NotFound):
			u, err = newSelf(tx, p, login)
		case err == nil:
			err = reopen(tx, p, &u)
		}
		if err != nil {
			return err
		}
		login = u.Login
		tx.Did(i, u.ID.String())
		token, err = wait(tx, invitation, u.ID, "", inviteLife)
		return err
	})
	return login, token, err
}

// reopen makes an account that nobody can sign in to ready for a new link.
func reopen(tx *store.Tx, p person.Person, u *store.User) error {
	a, err := selfAccount(tx, p, *u)
	if err == nil && a.State == SelfOpen {
		err = fault.E("users.InvitePerson", fault.Conflict, "user.self_open")
	}
	if err != nil {
		return err
	}
	if err := strip(tx, u); err != nil {
		return err
	}
	u.Active, u.Name, u.UsedAt = true, p.Name, tx.Now
	return tx.PutUser(*u)
}

// tries is how many logins are made up for one account before it is given up: each has one chance in ten thousand to be taken.
const tries = 20

func newSelf(tx *store.Tx, p person.Person, login string) (store.User, error) {
	u := store.User{ID: tx.NewID(p.ID.Province()), Name: p.Name, Active: true, Person: p.ID}
	if login != "" {
		u.Login = strings.ToLower(strings.TrimSpace(login))
		if err := check("users.InvitePerson", Form{Login: u.Login, Name: p.Name}); err != nil {
			return u, err
		}
		return u, tx.AddUser(u)
	}
	var err error
	for range tries {
		if u.Login, err = selfLogin(p.Name); err != nil {
			return u, err
		}
		if err = tx.AddUser(u); !fault.Is(err, fault.Conflict) {
			return u, err
		}
	}
	return u, err
}

// selfLogin makes a login up that its owner can remember: given name, initials, four digits.
func selfLogin(name string) (string, error) {
	words := strings.Fields(vi.Fold(name))
	login := ""
	if n := len(words); n > 0 {
		login = words[n-1] + "."
		for _, w := range words[:n-1] {
			login += w[:1]
		}
	}
	login = strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r == '.' {
			return r
		}
		return -1
	}, login), ".")
	no, err := rand.Int(rand.Reader, big.NewInt(10_000))
	return fmt.Sprintf("%.40s%04d", login, no), err
}

// EndPerson ends the own account of a person: nothing signs in to it any more, its sessions and links are over. A new invitation opens it again.
func (s *Service) EndPerson(ctx context.Context, who access.Actor, i id.ID) error {
	return s.st.Update(ctx, audit.Of(who, "user.end_self", i.Province(), i), func(tx *store.Tx) error {
		if _, _, err := tx.Kept(who, access.Write, i); err != nil {
			return err
		}
		u, err := tx.UserOfPerson(i)
		if fault.Is(err, fault.NotFound) || err == nil && !u.Active {
			return fault.E("users.EndPerson", fault.Conflict, "user.self_none")
		}
		if err == nil {
			err = strip(tx, &u)
		}
		if err != nil {
			return err
		}
		u.Active = false
		tx.Did(i, u.ID.String())
		return tx.PutUser(u)
	})
}
