package users

import "ketnap/internal/store"

// Guess makes a wrong guess at a time when one may be made.
func Guess(g store.Guesses, now int64) (store.Guesses, bool) {
	if waiting(g, now) != nil {
		return g, false
	}
	return failed(g, now), true
}

// Common is whether a password is among those that are guessed first.
var Common = common
