package users_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/store"
	"ketnap/internal/users"
)

// TestGuessesOfManyServers: what is guessed at once through several servers, which share nothing but the database, is bounded as what is guessed
// through one. Only a guess whose answer somebody was told has been looked at.
func TestGuessesOfManyServers(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		r := newRush(t, d)
		var holders [atOnce]users.Signed
		for i := range holders {
			_, holders[i] = r.open()
			holders[i].Way = store.ByCode
		}
		d.make(t, "mai", access.Clerk, d.tree.Communes[0])
		mai, err := d.Service.SignIn(t.Context(), users.Attempt{Login: "mai", Password: password})
		if err != nil {
			t.Fatal(err)
		}
		own := d.signed(t, mai)
		const guesses = 32
		var steps [guesses]string
		for i := range steps {
			steps[i] = r.step()
		}
		for name, guess := range map[string]func(i int) error{
			"codes of a sign-in": func(i int) error { return r.enter(i%atOnce, steps[i], "000000") },
			"proofs":             func(i int) error { return r.servers[i%atOnce].Prove(t.Context(), holders[i%atOnce], "", "000000") },
			"passwords": func(i int) error {
				_, err := r.servers[i%atOnce].SignIn(t.Context(), users.Attempt{Login: "hoa", Password: "sai mật khẩu rồi"})
				return err
			},
			"own passwords": func(i int) error { return r.servers[i%atOnce].Prove(t.Context(), own, "sai mật khẩu rồi", "") },
		} {
			var looked, waits atomic.Int64
			var all sync.WaitGroup
			start := make(chan struct{})
			for lane := range 2 * atOnce {
				all.Go(func() {
					<-start
					for i := lane; i < guesses; i += 2 * atOnce {
						err := guess(i)
						switch {
						case fault.TextOf(err).Key == "user.guess_wait":
							waits.Add(1)
						case fault.TextOf(err).Key == "user.signin_wrong" || len(fault.FieldsOf(err)) > 0:
							looked.Add(1)
						default:
							t.Errorf("%s: %v", name, err)
						}
					}
				})
			}
			close(start)
			all.Wait()
			t.Logf("%s: %d guessed at once, %d looked at", name, guesses, looked.Load())
			if looked.Load() != 10 || looked.Load()+waits.Load() != guesses {
				t.Errorf("%s: %d looked at, %d told to wait", name, looked.Load(), waits.Load())
			}
			d.write(t, r) // the next kind begins with none
		}
	})
}

func (d desk) write(t *testing.T, r *rush) {
	t.Helper()
	r.write(func(tx *store.Tx) error { return tx.PutGuesses(r.guesses[:], store.Guesses{}) })
	d.wait(time.Second)
}
