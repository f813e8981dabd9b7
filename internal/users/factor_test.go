package users_test

import (
	"context"
	"encoding/base32"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/store"
	"ketnap/internal/users"
)

// signed opens a session and returns its holder.
func (d desk) signed(t *testing.T, in users.Entered) users.Signed {
	t.Helper()
	g, err := d.BySession(t.Context(), in.Token)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// code is the one-time code of a secret at the clock of the test, steps away.
func (d desk) code(t *testing.T, secret string, steps int) string {
	t.Helper()
	if _, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret); err != nil {
		t.Fatalf("secret %q: %v", secret, err)
	}
	c, err := totp.GenerateCode(secret, d.now.Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// withCodes sets one-time codes up for an account and returns the secret and the recovery codes.
func (d desk) withCodes(t *testing.T, login string) (secret string, recovery []string) {
	t.Helper()
	in, err := d.Service.SignIn(t.Context(), users.Attempt{Login: login, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	g := d.signed(t, in)
	if err := d.NewCode(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	if secret, err = d.CodeSecret(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	if recovery, err = d.ConfirmCode(t.Context(), g, d.code(t, secret, 0)); err != nil {
		t.Fatal(err)
	}
	d.wait(time.Minute)
	return secret, recovery
}

// TestCodes: a password opens a step only, a code of the step before, now or after opens the session, and each counts once.
func TestCodes(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := t.Context()
		d.make(t, "hoa", access.Clerk, d.tree.Communes[0])
		secret, recovery := d.withCodes(t, "hoa")
		step := func() string {
			t.Helper()
			in, err := d.Service.SignIn(ctx, users.Attempt{Login: "hoa", Password: password})
			if err != nil || in.Token != "" || in.Step == "" {
				t.Fatalf("%+v %v", in, err)
			}
			return in.Step
		}
		for _, steps := range []int{-2, 2, 3, 1000} {
			if _, err := d.SignInCode(ctx, step(), d.code(t, secret, steps), users.From{}); fault.FieldsOf(err)["code"].Key == "" {
				t.Errorf("a code %d steps away: %v", steps, err)
			}
		}
		first := step()
		good := d.code(t, secret, 0)
		in, err := d.SignInCode(ctx, first, good[:3]+" "+good[3:], users.From{})
		if err != nil || d.signed(t, in).Way != store.ByCode {
			t.Fatalf("%+v %v", in, err)
		}
		if _, err := d.SignInCode(ctx, first, d.code(t, secret, 1), users.From{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a step that was used: %v", err)
		}
		tried, accepted := 0, 0
		for range 3 { // replay: the same code, the one before
			for _, steps := range []int{0, -1} {
				tried++
				if _, err := d.SignInCode(ctx, step(), d.code(t, secret, steps), users.From{}); err == nil {
					accepted++
				}
			}
		}
		t.Logf("%d replays tried, %d accepted", tried, accepted)
		if accepted > 0 {
			t.Error("a code counted twice")
		}
		in, err = d.SignInCode(ctx, step(), strings.ToUpper(recovery[3]), users.From{})
		if err != nil || d.signed(t, in).Way != store.ByRecovery {
			t.Errorf("a recovery code: %+v %v", in, err)
		}
		if _, err := d.SignInCode(ctx, step(), recovery[3], users.From{}); err == nil {
			t.Error("a recovery code counted twice")
		}
		late := step()
		d.wait(6 * time.Minute)
		if _, err := d.SignInCode(ctx, late, d.code(t, secret, 0), users.From{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a step after six minutes: %v", err)
		}
	})
}

// TestGuessing: wrong passwords make a guesser wait longer and longer; who has a known browser is never shut out by it.
func TestGuessing(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := t.Context()
		d.make(t, "hoa", access.Clerk, d.tree.Communes[0])
		home, err := d.Service.SignIn(ctx, users.Attempt{Login: "hoa", Password: password})
		if err != nil || home.Device == "" {
			t.Fatalf("%+v %v", home, err)
		}
		looked := 0
		for range 40 { // without a minute's patience
			_, err := d.SignIn(ctx, "hoa", "sai mật khẩu rồi")
			switch fault.TextOf(err).Key {
			case "user.signin_wrong":
				looked++
			case "user.guess_wait":
			default:
				t.Fatal(err)
			}
		}
		if looked != 10 {
			t.Errorf("%d guesses were looked at", looked)
		}
		if _, err := d.SignIn(ctx, "hoa", password); fault.TextOf(err).Key != "user.guess_wait" {
			t.Errorf("the right password from elsewhere while guessing goes on: %v", err)
		}
		if _, err := d.Service.SignIn(ctx, users.Attempt{Login: "hoa", Password: password, From: users.From{Device: home.Device}}); err != nil {
			t.Errorf("the known browser is shut out: %v", err)
		}
		if _, err := d.SignIn(ctx, "khong.co", "x"); fault.TextOf(err).Key != "user.signin_wrong" {
			t.Errorf("an account nobody has: %v", err)
		}
	})
}

// TestGuessingForAYear counts how many guesses a patient guesser gets, on a clock of the test.
func TestGuessingForAYear(t *testing.T) {
	var g store.Guesses
	now, looked := time.Unix(0, 0), 0
	for end := now.Add(365 * 24 * time.Hour); now.Before(end); now = now.Add(time.Minute) {
		if next, ok := users.Guess(g, now.UnixMilli()); ok {
			g, looked = next, looked+1
		}
	}
	t.Logf("%d guesses looked at in a year", looked)
	if looked != 100 {
		t.Errorf("%d guesses in a year, at most 100 may be", looked)
	}
}

// TestStrict: a password alone opens nothing; who administers needs a passkey.
func TestStrict(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := t.Context()
		if err := d.SetPolicy(ctx, d.admin, users.Strict); err != nil {
			t.Fatal(err)
		}
		hoa := d.make(t, "hoa", access.Clerk, d.tree.Communes[0])
		in, err := d.Service.SignIn(ctx, users.Attempt{Login: "hoa", Password: password})
		if err != nil {
			t.Fatal(err)
		}
		g := d.signed(t, in)
		if g.Missing != users.SomeFactor || len(g.Actor.Grants) != 0 {
			t.Errorf("a password alone: %+v", g)
		}
		secret, _ := d.withCodes(t, "hoa")
		step, err := d.Service.SignIn(ctx, users.Attempt{Login: "hoa", Password: password})
		if err != nil || step.Step == "" {
			t.Fatal(step, err)
		}
		if in, err = d.SignInCode(ctx, step.Step, d.code(t, secret, 0), users.From{}); err != nil {
			t.Fatal(err)
		}
		if g = d.signed(t, in); g.Missing != users.Nothing || len(g.Actor.Grants) != 1 {
			t.Errorf("password and code: %+v", g)
		}
		if err := d.Grant(ctx, d.admin, hoa, d.tree.Communes[0].ID, access.Admin); err != nil {
			t.Fatal(err)
		}
		if g = d.signed(t, in); g.Missing != users.PasskeyOnly || len(g.Actor.Grants) != 0 {
			t.Errorf("made administrator in an open session: %+v", g)
		}
		if _, err := d.Service.SignIn(ctx, users.Attempt{Login: "hoa", Password: password}); fault.TextOf(err).Key != "user.signin_passkey" {
			t.Errorf("an administrator with a password: %v", err)
		}
		for _, who := range []access.Actor{{}, g.Actor, d.actorOf(t, "hoa")} {
			if err := d.SetPolicy(ctx, who, users.Simple); !fault.Is(err, fault.Forbidden) {
				t.Errorf("the policy changed from a page: %v", err)
			}
		}
	})
}

// actorOf is an account with its grants, without signing in.
func (d desk) actorOf(t *testing.T, login string) access.Actor {
	t.Helper()
	var a access.Actor
	if err := d.st.View(t.Context(), func(tx *store.Tx) error {
		u, err := tx.UserByLogin(login)
		if err != nil {
			return err
		}
		a = access.Actor{User: u.ID, Name: u.Name, Method: "web"}
		a.Grants, err = tx.Grants(u.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return a
}

// TestLinks: links work once, for a while, and the set-up link only while nobody has an account.
func TestLinks(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := t.Context()
		for i := range 500 {
			pair := fmt.Sprintf("%s%d", []string{"admin", "root", "quantri", "ketnap", "test"}[i%5], i/5)
			if _, err := d.SignIn(ctx, pair, pair); err == nil {
				t.Fatalf("%s has an account", pair)
			}
			if i == 4 {
				break // the rest costs a minute of hashing and asks the same
			}
		}
		old, _, err := d.SetupLink(ctx)
		if err != nil || old == "" {
			t.Fatal(old, err)
		}
		token, login, err := d.SetupLink(ctx)
		if err != nil || login != "" {
			t.Fatal(login, err)
		}
		for name, wrong := range map[string]string{"an older link": old, "none": "", "a guess": strings.Repeat("A", 26)} {
			if _, err := d.SetUp(ctx, wrong, "sep", "Sếp", users.From{}); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		in, err := d.SetUp(ctx, token, "sep", "Nguyễn Thị Sếp", users.From{})
		if err != nil {
			t.Fatal(err)
		}
		if g := d.signed(t, in); g.Missing == users.Nothing || len(g.Actor.Grants) != 0 || g.Way != store.ByLink {
			t.Errorf("the first session may do something before a factor is set up: %+v", g)
		}
		if _, err := d.SetUp(ctx, token, "sep2", "X", users.From{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("used twice: %v", err)
		}
		again, login, err := d.SetupLink(ctx) // the first administrator was interrupted before a way to sign in was set up
		if err != nil || again == "" || login != "sep" {
			t.Fatalf("nobody can sign in, and nobody is invited: %q %q %v", again, login, err)
		}
		if _, err := d.SetUp(ctx, again, "sep3", "X", users.From{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("the link makes a second account: %v", err)
		}
		if in, err = d.Accept(ctx, again, users.From{}); err != nil {
			t.Fatal(err)
		}
		if err := d.FirstPassword(ctx, d.signed(t, in), "sáu con vịt ra đồng sớm"); err != nil {
			t.Fatal(err)
		}
		if again, _, err := d.SetupLink(ctx); err != nil || again != "" {
			t.Errorf("a set-up link while somebody can sign in: %q %v", again, err)
		}
		hoa := d.make(t, "hoa", access.Clerk, d.tree.Communes[0])
		open := d.in(t, "hoa")
		invite, err := d.Reset(ctx, d.admin, hoa)
		if err != nil {
			t.Fatal(err)
		}
		d.gone(t, open, "a session of before the reset")
		if _, err := d.SignIn(ctx, "hoa", password); err == nil {
			t.Error("the password of before the reset")
		}
		if in, err = d.Accept(ctx, invite, users.From{}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Accept(ctx, invite, users.From{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("an invitation used twice: %v", err)
		}
		g := d.signed(t, in)
		if err := d.FirstPassword(ctx, g, "Matkhau@2026"); fault.FieldsOf(err)["password"].Key != "user.password_common" {
			t.Errorf("a common password: %v", err)
		}
		if err := d.FirstPassword(ctx, g, "ba con mèo uống nước chè"); err != nil {
			t.Error(err)
		}
		if _, err := d.Invite(ctx, d.admin, hoa); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second way into an account that can sign in: %v", err)
		}
		late, err := d.Reset(ctx, d.admin, hoa)
		if err != nil {
			t.Fatal(err)
		}
		d.wait(73 * time.Hour)
		if _, err := d.Accept(ctx, late, users.From{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("an invitation after three days: %v", err)
		}
		if _, err := d.Reset(ctx, d.actorOf(t, "sep"), d.actorOf(t, "sep").User); !fault.Is(err, fault.Conflict) {
			t.Errorf("reset oneself: %v", err)
		}
	})
}

// TestInactive: an account nobody signs in to waits for its administrator.
func TestInactive(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := context.Background()
		u := d.make(t, "hoa", access.Viewer, d.tree.Root)
		d.wait(44 * 24 * time.Hour)
		d.in(t, "hoa")
		d.wait(44 * 24 * time.Hour)
		d.in(t, "hoa")
		d.wait(46 * 24 * time.Hour)
		if _, err := d.SignIn(ctx, "hoa", password); fault.TextOf(err).Key != "user.signin_inactive" {
			t.Errorf("after 46 days: %v", err)
		}
		if err := d.SetActive(ctx, d.admin, u, true); err != nil {
			t.Fatal(err)
		}
		d.in(t, "hoa")
	})
}

// TestOwnSessions: somebody sees and ends their own sessions, and nobody else's.
func TestOwnSessions(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := t.Context()
		d.make(t, "hoa", access.Viewer, d.tree.Root)
		d.make(t, "lan", access.Viewer, d.tree.Root)
		one, two, other := d.in(t, "hoa"), d.in(t, "hoa"), d.in(t, "lan")
		g := d.signed(t, users.Entered{Token: one})
		f, err := d.Factors(ctx, g)
		if err != nil || len(f.Sessions) != 2 {
			t.Fatalf("%+v %v", f, err)
		}
		if err := d.EndSession(ctx, g, d.signed(t, users.Entered{Token: other}).Session); !fault.Is(err, fault.NotFound) {
			t.Errorf("the session of somebody else: %v", err)
		}
		if err := d.EndSession(ctx, g, d.signed(t, users.Entered{Token: two}).Session); err != nil {
			t.Error(err)
		}
		d.gone(t, two, "ended by name")
		two = d.in(t, "hoa")
		if err := d.EndOthers(ctx, g); err != nil {
			t.Error(err)
		}
		d.gone(t, two, "all others ended")
		d.signed(t, users.Entered{Token: one})
		d.signed(t, users.Entered{Token: other})
	})
}

// TestProve: sensitive acts want a factor shown within minutes, and showing it again is enough.
func TestProve(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := t.Context()
		d.make(t, "hoa", access.Viewer, d.tree.Root)
		token := users.Entered{Token: d.in(t, "hoa")}
		if g := d.signed(t, token); !g.Fresh {
			t.Error("just signed in, and not fresh")
		}
		d.wait(11 * time.Minute)
		g := d.signed(t, token)
		if g.Fresh {
			t.Error("fresh after eleven minutes")
		}
		if err := d.NewCode(ctx, g); fault.TextOf(err).Key != "user.prove_first" {
			t.Errorf("one-time codes begun without a fresh factor: %v", err)
		}
		if err := d.Prove(ctx, g, "sai", ""); fault.FieldsOf(err)["old"].Key == "" {
			t.Errorf("a wrong password: %v", err)
		}
		if err := d.Prove(ctx, g, password, ""); err != nil || !d.signed(t, token).Fresh {
			t.Errorf("the right password: %v", err)
		}
	})
}
