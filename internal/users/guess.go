package users

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// Limits on guessing. They count wrong answers in a row per account and kind of secret; guesses from browsers that never
// signed the account in are counted apart from those of each browser that did, and passkeys cannot be guessed. So nobody can
// shut somebody else out by guessing on purpose.
const (
	freeGuesses = 10  // looked at without waiting
	mostGuesses = 100 // in a row; then only a known browser, a passkey or an administrator helps
)

// turns lets one guess at a secret be looked at at a time in this process, so that a crowd of them does not fill the pool of connections. What
// holds the limit, also between servers, is the row in the database: see HoldGuesses.
type turns struct {
	mu sync.Mutex
	at map[[32]byte]*turn
}

type turn struct {
	slot chan struct{}
	n    int // who holds or waits
}

// take waits for the turn of a key and returns how to give it back.
func (q *turns) take(ctx context.Context, key [32]byte) (func(), error) {
	q.mu.Lock()
	if q.at == nil {
		q.at = map[[32]byte]*turn{}
	}
	t := q.at[key]
	if t == nil {
		t = &turn{slot: make(chan struct{}, 1)}
		q.at[key] = t
	}
	t.n++
	q.mu.Unlock()
	leave := func() {
		q.mu.Lock()
		if t.n--; t.n == 0 {
			delete(q.at, key)
		}
		q.mu.Unlock()
	}
	select {
	case t.slot <- struct{}{}:
		return func() { <-t.slot; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, fault.E("users.take", fault.Busy, "error.busy", ctx.Err())
	}
}

// guessKey is what guesses are counted under: the kind of secret, the account as it was named, and the browser when it is a known one.
func guessKey(kind, account string, device []byte) [32]byte {
	return sha256.Sum256(append([]byte(kind+"\x00"+account+"\x00"), device...))
}

// waiting says whether a guess may not be looked at yet.
func waiting(g store.Guesses, now int64) error {
	const op = "users.guess"
	switch {
	case g.Fails >= mostGuesses:
		return fault.E(op, fault.Invalid, "user.guess_shut")
	case now < g.Until:
		minutes := (g.Until-now)/time.Minute.Milliseconds() + 1
		return fault.E(op, fault.Invalid, "user.guess_wait", minutes)
	}
	return nil
}

// failed counts one more wrong guess. The wait doubles from a minute to a day.
func failed(g store.Guesses, now int64) store.Guesses {
	g.Fails++
	if over := g.Fails - freeGuesses; over >= 0 {
		wait := min(time.Minute<<min(over, 11), 24*time.Hour)
		g.Until = now + wait.Milliseconds()
	}
	return g
}

// mayGuess refuses a guess that may not be looked at now. A password is compared outside of any transaction, for that takes long; so it is asked
// before, to save the work, and again before anybody is told that a guess was right: others may have used up the limit meanwhile.
func mayGuess(tx *store.Tx, key [32]byte) error {
	g, err := tx.Guesses(key[:])
	if err == nil {
		err = waiting(g, tx.Now)
	}
	return err
}

// miss counts a wrong guess, unless others used up the limit while it was looked at: then nobody is told that it was wrong.
func miss(tx *store.Tx, key [32]byte) error {
	g, err := tx.HoldGuesses(key[:])
	if err == nil {
		err = waiting(g, tx.Now)
	}
	if err != nil {
		return err
	}
	return tx.PutGuesses(key[:], failed(g, tx.Now))
}

// forgetGuesses clears what was counted for an account, its name and its known browsers.
func forgetGuesses(tx *store.Tx, u store.User, device []byte) error {
	for _, key := range [][32]byte{guessKey("password", u.Login, nil), guessKey("password", u.Login, device), codeKey(u.ID)} {
		if err := tx.PutGuesses(key[:], store.Guesses{}); err != nil {
			return err
		}
	}
	return nil
}

func codeKey(user id.ID) [32]byte { return guessKey("code", user.String(), nil) }
