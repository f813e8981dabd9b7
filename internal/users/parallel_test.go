package users_test

import (
	"crypto/sha256"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"ketnap/internal/access"
	"ketnap/internal/id"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/users"
)

// atOnce is how many use the same thing at the same moment.
const atOnce = 4

// rush uses what is good once by several servers at once, which share nothing but the database: what one server keeps in memory must not be
// what holds.
type rush struct {
	desk
	t       *testing.T
	servers [atOnce]*users.Service
	user    id.ID
	invited id.ID // another account, which is let in by links
	secret  string
	codes   []string // recovery codes that are left
	guesses [32]byte // under what guesses at codes of the account are counted
}

func newRush(t *testing.T, d desk) *rush {
	r := &rush{desk: d, t: t, user: d.make(t, "hoa", access.Clerk, d.tree.Communes[0]), invited: d.make(t, "lan", access.Clerk, d.tree.Communes[0])}
	r.secret, r.codes = d.withCodes(t, "hoa")
	r.guesses = sha256.Sum256([]byte("code\x00" + r.user.String() + "\x00"))
	for i := range r.servers {
		r.servers[i] = users.New(d.st)
	}
	return r
}

// open stores a session and returns its token and holder.
func (r *rush) open() (string, users.Signed) {
	r.t.Helper()
	token, hash := seal.Token()
	r.write(func(tx *store.Tx) error { return tx.AddSession(hash, r.user) })
	g, err := r.BySession(r.t.Context(), token)
	if err != nil {
		r.t.Fatal(err)
	}
	return token, g
}

func (r *rush) write(f func(*store.Tx) error) {
	r.t.Helper()
	if err := r.st.Update(r.t.Context(), storetest.Entry(38), f); err != nil {
		r.t.Fatal(err)
	}
}

// step stores a sign-in that waits for its code, as a right password leaves it.
func (r *rush) step() string {
	token, hash := seal.Token()
	r.write(func(tx *store.Tx) error {
		return tx.AddPending(store.Pending{Hash: hash, User: r.user, Kind: "step", Until: tx.Now + time.Minute.Milliseconds()})
	})
	return token
}

// recovery is a code that nobody used.
func (r *rush) recovery() string {
	if len(r.codes) < 2 {
		_, g := r.open()
		var err error
		if r.codes, err = r.NewRecovery(r.t.Context(), g); err != nil {
			r.t.Fatal(err)
		}
	}
	c := r.codes[0]
	r.codes = r.codes[1:]
	return c
}

// kinds are what is good once: each returns the attempts of a round.
var kinds = map[string]func(*rush) func(i int) error{
	"one-time codes": func(r *rush) func(int) error {
		code, steps := r.code(r.t, r.secret, 0), r.steps()
		return func(i int) error { return r.enter(i, steps[i], code) }
	},
	"recovery codes": func(r *rush) func(int) error {
		code, steps := r.recovery(), r.steps()
		return func(i int) error { return r.enter(i, steps[i], code) }
	},
	"steps of a sign-in": func(r *rush) func(int) error {
		step, codes := r.step(), []string{r.code(r.t, r.secret, 0), r.code(r.t, r.secret, 1), r.recovery(), r.recovery()}
		return func(i int) error { return r.enter(i, step, codes[i]) }
	},
	"proofs": func(r *rush) func(int) error {
		code := r.code(r.t, r.secret, 0)
		var holders [atOnce]users.Signed
		for i := range holders {
			_, holders[i] = r.open()
			holders[i].Way = store.ByCode
		}
		return func(i int) error { return r.servers[i].Prove(r.t.Context(), holders[i], "", code) }
	},
	"links": func(r *rush) func(int) error {
		link, err := r.Reset(r.t.Context(), r.admin, r.invited)
		if err != nil {
			r.t.Fatal(err)
		}
		return func(i int) error {
			_, err := r.servers[i].Accept(r.t.Context(), link, users.From{})
			return err
		}
	},
	"sessions": func(r *rush) func(int) error {
		token, _ := r.open()
		return func(i int) error { // one ends it, the others use it after it was ended
			if err := r.servers[i].SignOut(r.t.Context(), token); err != nil {
				r.t.Error(err)
			}
			if _, err := r.servers[i].BySession(r.t.Context(), token); err == nil || i > 0 {
				return err
			}
			return nil // the one success is the end
		}
	},
}

func (r *rush) steps() (steps [atOnce]string) {
	for i := range steps {
		steps[i] = r.step()
	}
	return steps
}

func (r *rush) enter(i int, step, code string) error {
	_, err := r.servers[i].SignInCode(r.t.Context(), step, code, users.From{})
	return err
}

// rounds lets everybody go at once, again and again, and counts what was tried beyond the one success and what of it succeeded. Where nobody
// succeeds something else is wrong.
func (r *rush) rounds(n int, kind func(*rush) func(int) error) (tried, accepted, none int) {
	for range n {
		r.wait(3 * time.Minute)                                                                   // another code
		r.write(func(tx *store.Tx) error { return tx.PutGuesses(r.guesses[:], store.Guesses{}) }) // who came too late has guessed, and need not wait
		use := kind(r)
		var good atomic.Int64
		var all sync.WaitGroup
		start := make(chan struct{})
		for i := range atOnce {
			all.Go(func() {
				<-start
				if use(i) == nil {
					good.Add(1)
				}
			})
		}
		close(start)
		all.Wait()
		tried += atOnce - 1
		accepted += max(0, int(good.Load())-1)
		if good.Load() == 0 {
			none++
		}
	}
	return tried, accepted, none
}

// TestParallelUse: of several who show the same code, link or step at once, one gets in; who ended a session ended it for all.
func TestParallelUse(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		r := newRush(t, d)
		n := (storetest.Torture("parallel", 100, 1000) + atOnce - 2) / (atOnce - 1)
		for name, kind := range kinds {
			tried, accepted, none := r.rounds(n, kind)
			t.Logf("%d %s at once tried, %d accepted", tried, name, accepted)
			if accepted != 0 || none != 0 && name != "sessions" {
				t.Errorf("%s: %d of %d accepted, nobody got in %d times", name, accepted, tried, none)
			}
		}
		r.planted()
	})
}

var errUsed = errors.New("used")

// planted shows ways of being good once that are none.
func (r *rush) planted() {
	r.t.Helper()
	var lock sync.Mutex
	used := map[string]bool{}
	late := func(code string) error { // looked at, and noted when the act is done
		lock.Lock()
		was := used[code]
		lock.Unlock()
		if was {
			return errUsed
		}
		time.Sleep(5 * time.Millisecond)
		lock.Lock()
		defer lock.Unlock()
		used[code] = true
		return nil
	}
	for name, kind := range map[string]func(*rush) func(int) error{
		"a code is compared and not used up": func(r *rush) func(int) error {
			code := r.code(r.t, r.secret, 0)
			return func(int) error {
				if ok, err := totp.ValidateCustom(code, r.secret, *r.now, totp.ValidateOpts{Period: 30, Digits: 6}); err != nil || !ok {
					return errUsed
				}
				return nil
			}
		},
		"a code is noted after the sign-in": func(r *rush) func(int) error {
			code := r.code(r.t, r.secret, 0)
			return func(int) error { return late(code) }
		},
		"each server remembers what it saw": func(r *rush) func(int) error {
			code := r.recovery()
			return func(i int) error { return late(code + string(rune('a'+i))) }
		},
		"a step is good while it lasts": func(r *rush) func(int) error {
			hash := seal.HashToken(r.step())
			return func(int) error {
				return r.st.View(r.t.Context(), func(tx *store.Tx) error {
					_, err := tx.Pending("step", hash)
					return err
				})
			}
		},
		"a session is looked up before it is ended": func(r *rush) func(int) error {
			token, _ := r.open()
			return func(int) error {
				_, err := r.BySession(r.t.Context(), token)
				return err
			}
		},
	} {
		if _, accepted, _ := r.rounds(3, kind); accepted == 0 {
			r.t.Errorf("planted: %s: not found", name)
		}
	}
}
