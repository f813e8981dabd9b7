package users

import (
	"context"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/org"
	"ketnap/internal/seal"
	"ketnap/internal/store"
)

// Session lengths. An hour idle fits people who are called away from the desk; a working day with its
// breaks is the most, however busy the session is.
const (
	idle     = time.Hour
	longest  = 12 * time.Hour
	seeEvery = time.Minute // how exactly the last use is kept, so that reading pages does not write
)

// SignIn checks a password and opens a session. Whether the login exists cannot be told from the
// answer, nor from how long it takes.
func (s *Service) SignIn(ctx context.Context, login, password string) (token string, err error) {
	const op = "users.SignIn"
	var u store.User
	err = s.st.View(ctx, func(tx *store.Tx) error {
		var err error
		u, err = tx.UserByLogin(strings.ToLower(strings.TrimSpace(login)))
		return err
	})
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	ok, err := seal.VerifyPassword(ctx, u.Password, password)
	if err != nil {
		return "", err
	}
	wrong := fault.E(op, fault.Invalid, "user.signin_wrong")
	if !ok || !u.Active {
		if err := s.st.Update(ctx, signedIn(u, "user.signin_failed"), func(*store.Tx) error { return nil }); err != nil {
			return "", err
		}
		return "", wrong
	}
	token, hash := seal.Token()
	if err := s.st.Update(ctx, signedIn(u, "user.signin"), func(tx *store.Tx) error {
		now, err := tx.User(u.ID)
		if err == nil && (!now.Active || now.Password != u.Password) {
			err = wrong // closed, or given another password, while this one was being checked
		}
		if err != nil {
			return err
		}
		if err := tx.DropStaleSessions(oldest(tx)); err != nil {
			return err
		}
		return tx.AddSession(hash, u.ID)
	}); err != nil {
		return "", err
	}
	return token, nil
}

// oldest returns since when a live session was opened and last used.
func oldest(tx *store.Tx) (made, used int64) {
	return tx.Now - longest.Milliseconds(), tx.Now - idle.Milliseconds()
}

func signedIn(u store.User, action string) audit.Entry {
	return audit.Entry{Actor: u.ID, Name: u.Login, Method: "web", Action: action, Object: u.ID}
}

// SignOut ends a session.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.st.Update(ctx, audit.Entry{Method: "web", Action: "user.signout"}, func(tx *store.Tx) error {
		return tx.DropSession(seal.HashToken(token))
	})
}

// Signed is a signed-in user.
type Signed struct {
	Actor   access.Actor
	Columns string
	Home    org.Unit // the unit of the first grant; the zero Unit is the nation
	Role    access.Role
}

// BySession returns who a session token belongs to; a token that is unknown, idle or open too long or
// of a closed account is NotFound.
func (s *Service) BySession(ctx context.Context, token string) (Signed, error) {
	var g Signed
	var seen int64
	hash := seal.HashToken(token)
	err := s.st.View(ctx, func(tx *store.Tx) error {
		made, used := oldest(tx)
		u, at, err := tx.UserBySession(hash, made, used)
		if err != nil {
			return err
		}
		if !u.Active {
			return fault.E("users.BySession", fault.NotFound, "user.notfound")
		}
		seen = at
		g, err = signed(tx, u)
		return err
	})
	if err == nil && s.st.Now().UnixMilli()-seen > seeEvery.Milliseconds() {
		err = s.st.Update(ctx, audit.Entry{Actor: g.Actor.User, Name: g.Actor.Name, Method: "web", Action: "user.seen", Object: g.Actor.User}, func(tx *store.Tx) error {
			return tx.SeeSession(hash)
		})
	}
	return g, err
}

func signed(tx *store.Tx, u store.User) (Signed, error) {
	g := Signed{Columns: u.Columns, Actor: access.Actor{User: u.ID, Name: u.Name, Method: "web"}}
	var err error
	if g.Actor.Grants, err = tx.Grants(u.ID); err != nil {
		return g, err
	}
	for _, gr := range g.Actor.Grants {
		if gr.Role.Valid() {
			g.Role = gr.Role
			g.Home, err = tx.Unit(gr.Unit)
			break
		}
	}
	return g, err
}
