package users

import (
	"context"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/seal"
	"ketnap/internal/store"
)

// From is where a sign-in comes from.
type From struct {
	Device  string // token of a browser that signed in before; may be empty
	Agent   string // what the browser calls itself
	Address string
}

// Attempt is a password that somebody claims is theirs.
type Attempt struct {
	Login, Password string
	From
}

// Entered is how far a sign-in has come: a session, or a step that waits for a one-time code.
type Entered struct {
	Token  string // of the session; "" when a code is still needed
	Step   string // of the step that waits
	Device string // token of this browser, when it was not known before
}

// SignIn checks a password. It opens a session, or a step that waits for the one-time code of the account. Whether the login
// exists cannot be told from the answer, nor from how long it takes.
func (s *Service) SignIn(ctx context.Context, a Attempt) (Entered, error) {
	const op = "users.SignIn"
	a.Login = strings.ToLower(strings.TrimSpace(a.Login))
	wrong := fault.E(op, fault.Invalid, "user.signin_wrong")
	u, device, err := s.claimed(ctx, a)
	if err != nil {
		return Entered{}, err
	}
	key := guessKey("password", a.Login, device)
	leave, err := s.turns.take(ctx, key)
	if err != nil {
		return Entered{}, err
	}
	defer leave()
	if err := s.st.View(ctx, func(tx *store.Tx) error { return mayGuess(tx, key) }); err != nil {
		return Entered{}, err
	}
	ok, err := seal.VerifyPassword(ctx, u.Password, a.Password)
	if err != nil {
		return Entered{}, err
	}
	if !ok || !u.Active {
		if err := s.st.Update(ctx, signedIn(u, "user.signin_failed"), func(tx *store.Tx) error { return miss(tx, key) }); err != nil {
			return Entered{}, err
		}
		return Entered{}, wrong
	}
	return s.enter(ctx, u, a.From, store.ByPassword, func(tx *store.Tx, now store.User) error {
		if now.Password != u.Password {
			return wrong // given another password while this one was being checked
		}
		return mayGuess(tx, key)
	})
}

// claimed returns the account a login names, the zero User when there is none, and the hash of the browser when it is known to it.
func (s *Service) claimed(ctx context.Context, a Attempt) (u store.User, device []byte, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		u, device = store.User{}, nil
		var err error
		if u, err = tx.UserByLogin(a.Login); fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil || a.Device == "" {
			return err
		}
		known, err := tx.KnowsDevice(seal.HashToken(a.Device), u.ID)
		if known {
			device = seal.HashToken(a.Device)
		}
		return err
	})
	return u, device, err
}

// enter opens what comes after a way was shown: the step for a one-time code, or a session. more may refuse.
func (s *Service) enter(ctx context.Context, u store.User, from From, way store.Way, more func(*store.Tx, store.User) error) (Entered, error) {
	var in Entered
	err := s.st.Update(ctx, signedIn(u, "user.signin"), func(tx *store.Tx) error {
		in = Entered{}
		now, err := tx.User(u.ID)
		if err == nil && !now.Active {
			err = fault.E("users.enter", fault.Invalid, "user.signin_wrong")
		}
		if err == nil {
			err = more(tx, now)
		}
		if err == nil {
			err = s.admissible(tx, now, way)
		}
		if err != nil {
			return err
		}
		if way == store.ByPassword {
			g, err := tx.Generator(u.ID)
			if err == nil && g.Confirmed {
				in.Step, err = wait(tx, "step", u.ID, "", stepLife)
				tx.Did(u.ID, "step")
				return err
			}
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		tx.Did(u.ID, string(way))
		in, err = s.begin(tx, now, from, way)
		return err
	})
	return in, err
}

// admissible refuses accounts that nobody used for long, and whoever administers without a passkey.
func (s *Service) admissible(tx *store.Tx, u store.User, way store.Way) error {
	const op = "users.SignIn"
	if gone, err := ended(tx, u); gone || err != nil {
		if err == nil {
			err = fault.E(op, fault.Invalid, "user.signin_wrong")
		}
		return err
	}
	if u.Sleeps(tx.Now) && way != store.ByLink {
		return fault.E(op, fault.Invalid, "user.signin_inactive")
	}
	if way != store.ByPassword && way != store.BySSO {
		return nil
	}
	p, err := policy(tx)
	if err != nil || p == Simple {
		return err
	}
	gs, err := tx.GrantsNow(u.ID)
	if err == nil && admins(gs) {
		err = fault.E(op, fault.Invalid, "user.signin_passkey")
	}
	return err
}

// begin opens a session and makes the browser known.
func (s *Service) begin(tx *store.Tx, u store.User, from From, way store.Way) (Entered, error) {
	var in Entered
	token, hash := seal.Token()
	in.Token = token
	if err := tx.DropStaleSessions(oldest(tx)); err != nil {
		return in, err
	}
	if err := tx.OpenSession(store.Session{Hash: hash, User: u.ID, Way: way, Agent: cut(from.Agent, 200), Address: cut(from.Address, 60)}); err != nil {
		return in, err
	}
	known, err := tx.KnowsDevice(seal.HashToken(from.Device), u.ID)
	if err != nil {
		return in, err
	}
	device := seal.HashToken(from.Device)
	if !known && way != store.ByLink {
		in.Device, device = seal.Token()
		if err := tx.AddDevice(device, u.ID); err != nil {
			return in, err
		}
	}
	if err := forgetGuesses(tx, u, device); err != nil {
		return in, err
	}
	u.UsedAt = tx.Now
	return in, tx.PutUser(u)
}

// cut shortens a text to n bytes at a letter.
func cut(s string, n int) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	for len(s) > n {
		r := []rune(s)
		s = string(r[:len(r)-1-(len(s)-n)/5])
	}
	return s
}

// wait keeps something waited for and returns the token that answers it.
func wait(tx *store.Tx, kind string, user id.ID, data string, life time.Duration) (string, error) {
	if err := tx.DropPending("", 0); err != nil {
		return "", err
	}
	token, hash := seal.Token()
	return token, tx.AddPending(store.Pending{Hash: hash, User: user, Kind: kind, Data: data, Until: tx.Now + life.Milliseconds()})
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
	Login   string
	Columns string
	Home    org.Unit // the unit of the first grant; the zero Unit is the nation
	Role    access.Role
	Missing Missing // what has to be set up first; until then the actor has no grants
	Fresh   bool    // a factor was shown within the last minutes: enough for sensitive acts
	Session string  // name of the session among those of the account
	Way     store.Way

	hash []byte
}

// BySession returns who a session token belongs to; a token that is unknown, idle or open too long or
// of a closed account is NotFound.
func (s *Service) BySession(ctx context.Context, token string) (Signed, error) {
	var g Signed
	var seen int64
	hash := seal.HashToken(token)
	err := s.st.View(ctx, func(tx *store.Tx) error {
		made, used := oldest(tx)
		x, u, err := tx.SessionUser(hash, made, used)
		if err != nil {
			return err
		}
		gone := fault.E("users.BySession", fault.NotFound, "user.notfound")
		over, err := ended(tx, u)
		if err != nil {
			return err
		}
		if !u.Active || over {
			return gone
		}
		p, err := policy(tx)
		if err != nil {
			return err
		}
		seen = x.SeenAt
		if g, err = signed(tx, u); err != nil {
			return err
		}
		admin := admins(g.Actor.Grants)
		if p == Strict && admin && tx.Now-seen > idleAdmin.Milliseconds() {
			return gone
		}
		g.Session, g.Way, g.hash, g.Fresh = x.Name(), x.Way, hash, tx.Now-x.ProvedAt <= proofLife.Milliseconds()
		if g.Missing = missing(p, x.Way, admin); g.Missing != Nothing {
			g.Actor.Grants = nil
		}
		return nil
	})
	if err == nil && s.st.Now().UnixMilli()-seen > seeEvery.Milliseconds() {
		err = s.st.Update(ctx, audit.Entry{Actor: g.Actor.User, Name: g.Actor.Name, Method: "web", Action: "user.seen", Object: g.Actor.User}, func(tx *store.Tx) error {
			return tx.SeeSession(hash)
		})
	}
	return g, err
}

func signed(tx *store.Tx, u store.User) (Signed, error) {
	g := Signed{Columns: u.Columns, Login: u.Login, Actor: access.Actor{User: u.ID, Name: u.Name, Method: "web", Self: u.Person}}
	if u.Person != 0 {
		g.Role = access.Self
		return g, nil // holds no role, whatever was stored
	}
	var err error
	if g.Actor.Grants, err = tx.GrantsNow(u.ID); err != nil {
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
