package users

import (
	"context"
	"crypto/rand"
	"image/png"
	"io"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/seal"
	"ketnap/internal/store"
)

// period is the length of a time step of one-time codes in seconds; issuer is the name authenticator apps show.
const (
	period = 30
	issuer = "Ket Nap"
)

var codeOptions = totp.ValidateOpts{Period: period, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// Factors is how an account proves who it is, for its own page.
type Factors struct {
	Password bool
	Passkeys []Key
	Code     bool // a generator of one-time codes is set up
	Setting  bool // one is being set up
	Recovery int  // recovery codes left
	Bound    []store.Identity
	Sessions []store.Session
	Policy   Policy
}

// Key is a passkey as its owner sees it.
type Key struct {
	ID, Name       string
	MadeAt, UsedAt int64
}

// Factors returns how the signed-in account proves who it is.
func (s *Service) Factors(ctx context.Context, g Signed) (Factors, error) {
	var f Factors
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.User(g.Actor.User)
		if err != nil {
			return err
		}
		f = Factors{Password: u.Password != ""}
		if f.Policy, err = policy(tx); err != nil {
			return err
		}
		keys, err := tx.Passkeys(u.ID)
		if err != nil {
			return err
		}
		for _, k := range keys {
			f.Passkeys = append(f.Passkeys, Key{encode(k.Credential), k.Name, k.MadeAt, k.UsedAt})
		}
		x, err := tx.Generator(u.ID)
		if err == nil {
			f.Code, f.Setting = x.Confirmed, !x.Confirmed
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
		if f.Recovery, err = tx.CountRecovery(u.ID); err != nil {
			return err
		}
		if f.Bound, err = tx.Identities(u.ID); err != nil {
			return err
		}
		f.Sessions, err = tx.Sessions(u.ID)
		return err
	})
	return f, err
}

// own is the entry of something somebody does to their own account.
func own(g Signed, action string) audit.Entry {
	return audit.Of(g.Actor, action, g.Actor.User.Province(), g.Actor.User)
}

// NewCode begins to set up a generator of one-time codes. One that is in use is taken away first.
func (s *Service) NewCode(ctx context.Context, g Signed) error {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: g.Login, Period: period, SecretSize: 20})
	if err != nil {
		return fault.E("users.NewCode", fault.Internal, "", err)
	}
	return s.st.Update(ctx, own(g, "user.code_new"), func(tx *store.Tx) error {
		u, err := tx.User(g.Actor.User)
		if err == nil && u.Password == "" {
			err = fault.E("users.NewCode", fault.Invalid, "user.code_password")
		}
		if err == nil {
			err = s.fresh(tx, g)
		}
		if err != nil {
			return err
		}
		if x, err := tx.Generator(u.ID); err == nil && x.Confirmed {
			return fault.E("users.NewCode", fault.Conflict, "user.code_done")
		} else if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		return tx.PutGenerator(store.Generator{User: u.ID, Secret: key.Secret()})
	})
}

// fresh wants a factor shown within the last minutes, of whoever has set one up.
func (s *Service) fresh(tx *store.Tx, g Signed) error {
	if g.Fresh {
		return nil
	}
	return fault.E("users.fresh", fault.Forbidden, "user.prove_first")
}

// CodeSecret returns the secret of the generator that is being set up, for typing into an app.
func (s *Service) CodeSecret(ctx context.Context, g Signed) (secret string, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		x, err := tx.Generator(g.Actor.User)
		if err == nil && x.Confirmed {
			err = fault.E("users.CodeSecret", fault.NotFound, "user.code_none")
		}
		secret = x.Secret
		return err
	})
	return secret, err
}

// CodeImage writes the secret that is being set up as a picture that apps read.
func (s *Service) CodeImage(ctx context.Context, g Signed, w io.Writer) error {
	const op = "users.CodeImage"
	secret, err := s.CodeSecret(ctx, g)
	if err != nil {
		return err
	}
	key, err := otp.NewKeyFromURL("otpauth://totp/" + strings.ReplaceAll(issuer, " ", "%20") + ":" + g.Login + "?secret=" + secret + "&issuer=" + strings.ReplaceAll(issuer, " ", "%20") + "&period=30&digits=6&algorithm=SHA1")
	if err != nil {
		return fault.E(op, fault.Internal, "", err)
	}
	img, err := key.Image(240, 240)
	if err != nil {
		return fault.E(op, fault.Internal, "", err)
	}
	return png.Encode(w, img)
}

// ConfirmCode ends setting up a generator: a right code of it is shown. It returns recovery codes, shown once. The session counts as
// one with a one-time code from now on.
func (s *Service) ConfirmCode(ctx context.Context, g Signed, code string) ([]string, error) {
	const op = "users.ConfirmCode"
	codes, hashes := newRecovery()
	err := s.tryCode(ctx, g.Actor.User.String(), own(g, "user.code_failed"), func(tx *store.Tx) (bool, error) {
		x, err := tx.Generator(g.Actor.User)
		if err != nil {
			return false, err
		}
		if x.Confirmed {
			return false, fault.E(op, fault.Conflict, "user.code_done")
		}
		return takeCode(tx, x, code)
	}, own(g, "user.code"), func(tx *store.Tx) error {
		if err := tx.PutRecovery(g.Actor.User, hashes); err != nil {
			return err
		}
		if g.Way == store.ByPasskey {
			return nil
		}
		return tx.ProveSession(g.hash, store.ByCode)
	})
	return codes, err
}

// DropCode takes the generator away, and the recovery codes with it.
func (s *Service) DropCode(ctx context.Context, g Signed) error {
	return s.st.Update(ctx, own(g, "user.code_drop"), func(tx *store.Tx) error {
		if err := s.fresh(tx, g); err != nil {
			return err
		}
		if err := tx.DropGenerator(g.Actor.User); err != nil {
			return err
		}
		return tx.PutRecovery(g.Actor.User, nil)
	})
}

// takeCode accepts a code of a generator: of now, the step before or the step after, each step once.
func takeCode(tx *store.Tx, x store.Generator, code string) (bool, error) {
	code = strings.Join(strings.Fields(code), "")
	now := tx.Now / 1000 / period
	for _, step := range []int64{now, now - 1, now + 1} {
		ok, err := totp.ValidateCustom(code, x.Secret, time.Unix(step*period, 0), codeOptions)
		if err == nil && ok {
			return tx.TakeStep(x.User, step)
		}
	}
	return false, nil
}

// recoveryCodes is how many recovery codes an account gets.
const recoveryCodes = 10

func newRecovery() (codes []string, hashes [][]byte) {
	for range recoveryCodes {
		t := strings.ToLower(rand.Text())[:15]
		codes = append(codes, t[:5]+"-"+t[5:10]+"-"+t[10:])
		hashes = append(hashes, seal.HashToken(t))
	}
	return codes, hashes
}

// NewRecovery replaces the recovery codes; they are shown once.
func (s *Service) NewRecovery(ctx context.Context, g Signed) ([]string, error) {
	codes, hashes := newRecovery()
	return codes, s.st.Update(ctx, own(g, "user.recovery"), func(tx *store.Tx) error {
		if err := s.fresh(tx, g); err != nil {
			return err
		}
		return tx.PutRecovery(g.Actor.User, hashes)
	})
}

// takeSecond accepts a one-time code or a recovery code of an account, and says which it was.
func takeSecond(tx *store.Tx, user id.ID, code string) (way store.Way, ok bool, err error) {
	x, err := tx.Generator(user)
	if err != nil || !x.Confirmed {
		return "", false, err
	}
	if ok, err = takeCode(tx, x, code); ok || err != nil {
		return store.ByCode, ok, err
	}
	plain := strings.ToLower(strings.Join(strings.FieldsFunc(code, func(r rune) bool { return r == '-' || r == ' ' }), ""))
	ok, err = tx.TakeRecovery(user, seal.HashToken(plain))
	return store.ByRecovery, ok, err
}

// SignInCode is the second step of a sign-in: a one-time code, or a recovery code. The step is used up by a right one only, and
// lasts minutes.
func (s *Service) SignInCode(ctx context.Context, step, code string, from From) (Entered, error) {
	var in Entered
	hash := seal.HashToken(step)
	var u store.User
	if err := s.st.View(ctx, func(tx *store.Tx) error {
		p, err := tx.Pending("step", hash)
		if err == nil {
			u, err = tx.User(p.User)
		}
		return err
	}); err != nil {
		return in, err
	}
	way := store.ByCode
	err := s.tryCode(ctx, u.ID.String(), signedIn(u, "user.signin_failed"), func(tx *store.Tx) (bool, error) {
		if _, err := tx.Pending("step", hash); err != nil {
			return false, err
		}
		var ok bool
		var err error
		way, ok, err = takeSecond(tx, u.ID, code)
		return ok, err
	}, signedIn(u, "user.signin"), func(tx *store.Tx) error {
		if _, err := tx.TakePending("step", hash); err != nil {
			return err
		}
		now, err := tx.User(u.ID)
		if err == nil && !now.Active {
			err = fault.E("users.SignInCode", fault.Invalid, "user.signin_wrong")
		}
		if err != nil {
			return err
		}
		tx.Did(u.ID, string(way))
		in, err = s.begin(tx, now, from, way)
		return err
	})
	return in, err
}

// tryCode looks at a code within the limits on guessing, in one transaction that nobody else who guesses for the account gets past: ask uses
// it up, then done does what it opens. A wrong one is counted instead, and the entry says so.
func (s *Service) tryCode(ctx context.Context, account string, bad audit.Entry, ask func(*store.Tx) (bool, error), good audit.Entry, done func(*store.Tx) error) error {
	key := guessKey("code", account, nil)
	leave, err := s.turns.take(ctx, key)
	if err != nil {
		return err
	}
	defer leave()
	right := false
	err = s.st.Update(ctx, good, func(tx *store.Tx) error {
		g, err := tx.HoldGuesses(key[:])
		if err == nil {
			err = waiting(g, tx.Now)
		}
		if err != nil {
			return err
		}
		if right, err = ask(tx); err != nil {
			return err
		}
		if !right {
			tx.Instead(bad)
			return tx.PutGuesses(key[:], failed(g, tx.Now))
		}
		if err := done(tx); err != nil {
			return err
		}
		return tx.PutGuesses(key[:], store.Guesses{})
	})
	if err == nil && !right {
		err = fault.E("users.tryCode", fault.Invalid, "user.invalid").Field("code", "user.code_wrong")
	}
	return err
}

// Prove shows a factor again for sensitive acts: a one-time code when the account has a generator, else its password.
func (s *Service) Prove(ctx context.Context, g Signed, password, code string) error {
	var u store.User
	var x store.Generator
	if err := s.st.View(ctx, func(tx *store.Tx) error {
		var err error
		if u, err = tx.User(g.Actor.User); err != nil {
			return err
		}
		x, err = tx.Generator(u.ID)
		if fault.Is(err, fault.NotFound) {
			err = nil
		}
		return err
	}); err != nil {
		return err
	}
	if x.Confirmed {
		return s.tryCode(ctx, u.ID.String(), own(g, "user.prove_failed"), func(tx *store.Tx) (bool, error) {
			_, ok, err := takeSecond(tx, u.ID, code)
			return ok, err
		}, own(g, "user.prove"), func(tx *store.Tx) error { return tx.ProveSession(g.hash, g.Way) })
	}
	if g.Way == store.ByPasskey || g.Way == store.ByLink {
		return fault.E("users.Prove", fault.Forbidden, "user.prove_passkey")
	}
	if g.Way == store.BySSO {
		return fault.E("users.Prove", fault.Forbidden, "sso.prove")
	}
	if err := s.checkOwn(ctx, u, password); err != nil {
		return err
	}
	return s.st.Update(ctx, own(g, "user.prove"), func(tx *store.Tx) error { return tx.ProveSession(g.hash, g.Way) })
}

// checkOwn looks at somebody's own password within the limits on guessing.
func (s *Service) checkOwn(ctx context.Context, u store.User, password string) error {
	key := guessKey("own", u.ID.String(), nil)
	leave, err := s.turns.take(ctx, key)
	if err != nil {
		return err
	}
	defer leave()
	if err := s.st.View(ctx, func(tx *store.Tx) error { return mayGuess(tx, key) }); err != nil {
		return err
	}
	ok, err := seal.VerifyPassword(ctx, u.Password, password)
	if err != nil {
		return err
	}
	if ok {
		return s.st.View(ctx, func(tx *store.Tx) error { return mayGuess(tx, key) })
	}
	if err := s.st.Update(ctx, signedIn(u, "user.prove_failed"), func(tx *store.Tx) error { return miss(tx, key) }); err != nil {
		return err
	}
	return fault.E("users.checkOwn", fault.Invalid, "user.invalid").Field("old", "user.password_wrong")
}

// EndSession ends one of the account's own sessions by its name.
func (s *Service) EndSession(ctx context.Context, g Signed, name string) error {
	return s.st.Update(ctx, own(g, "user.session_end"), func(tx *store.Tx) error {
		all, err := tx.Sessions(g.Actor.User)
		if err != nil {
			return err
		}
		for _, x := range all {
			if x.Name() == name {
				return tx.DropSession(x.Hash)
			}
		}
		return fault.E("users.EndSession", fault.NotFound, "user.session_gone")
	})
}

// EndOthers ends every other session of the account and forgets the browsers it was used in.
func (s *Service) EndOthers(ctx context.Context, g Signed) error {
	return s.st.Update(ctx, own(g, "user.sessions_end"), func(tx *store.Tx) error {
		if err := tx.DropDevices(g.Actor.User); err != nil {
			return err
		}
		return tx.DropOtherSessions(g.Actor.User, g.hash)
	})
}
