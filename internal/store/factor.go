package store

import (
	"errors"
	"fmt"

	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Passkey is a passkey of an account (khóa truy cập). Credential is what the library of users keeps, as JSON; it holds public
// keys only.
type Passkey struct {
	Credential []byte // its id
	User       id.ID
	Name       string
	Data       string
	MadeAt     int64 // unix ms
	UsedAt     int64
}

// AddPasskey stores a passkey; one that is known already is a Conflict.
func (tx *Tx) AddPasskey(p Passkey) error {
	n, err := tx.Exec(tx.ctx, `INSERT INTO app_passkey (credential_id, user_id, name, credential, made_at, used_at) VALUES ($1, $2, $3, $4, $5, 0)
		ON CONFLICT (credential_id) DO NOTHING`, p.Credential, int64(p.User), p.Name, p.Data, tx.Now)
	if err == nil && n == 0 {
		return fault.E("store.AddPasskey", fault.Conflict, "user.passkey_known")
	}
	return err
}

// UsePasskey keeps what a use changed: the counter of the authenticator and the time.
func (tx *Tx) UsePasskey(credential []byte, data string) error {
	_, err := tx.Exec(tx.ctx, `UPDATE app_passkey SET credential = $1, used_at = $2 WHERE credential_id = $3`, data, tx.Now, credential)
	return err
}

// DropPasskey takes a passkey of an account away.
func (tx *Tx) DropPasskey(user id.ID, credential []byte) error {
	n, err := tx.Exec(tx.ctx, `DELETE FROM app_passkey WHERE user_id = $1 AND credential_id = $2`, int64(user), credential)
	if err == nil && n == 0 {
		return fault.E("store.DropPasskey", fault.NotFound, "user.passkey_gone")
	}
	return err
}

// Passkeys returns the passkeys of an account, oldest first.
func (tx *Tx) Passkeys(user id.ID) ([]Passkey, error) {
	var out []Passkey
	err := tx.Each(tx.ctx, `SELECT credential_id, user_id, name, credential, made_at, used_at FROM app_passkey WHERE user_id = $1 ORDER BY made_at, credential_id`,
		[]any{int64(user)}, func(s db.Scanner) error {
			var p Passkey
			err := s.Scan(&p.Credential, &p.User, &p.Name, &p.Data, &p.MadeAt, &p.UsedAt)
			out = append(out, p)
			return err
		})
	return out, err
}

// Generator is the generator of one-time codes of an account (mã xác thực một lần).
type Generator struct {
	User      id.ID
	Secret    string // base32
	Confirmed bool   // a code of it was shown once
	LastStep  int64  // time step of the last accepted code
}

func generatorPlace(user id.ID) string { return fmt.Sprintf("totp|%d", int64(user)) }

// PutGenerator stores a generator in place of an older one.
func (tx *Tx) PutGenerator(g Generator) error {
	sealed := tx.store.ring.Seal(generatorPlace(g.User), []byte(g.Secret))
	_, err := tx.Exec(tx.ctx, `INSERT INTO app_totp (user_id, sealed, confirmed, last_step) VALUES ($1, $2, $3, $4)
		ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, confirmed = excluded.confirmed, last_step = excluded.last_step`,
		int64(g.User), sealed, g.Confirmed, g.LastStep)
	return err
}

// Generator returns the generator of an account; none is NotFound.
func (tx *Tx) Generator(user id.ID) (Generator, error) {
	g := Generator{User: user}
	var sealed []byte
	err := tx.Row(tx.ctx, `SELECT sealed, confirmed, last_step FROM app_totp WHERE user_id = $1`, []any{int64(user)}, &sealed, &g.Confirmed, &g.LastStep)
	if err != nil {
		return g, tx.one("store.Generator", "user.code_none", err)
	}
	plain, err := tx.store.ring.Open(generatorPlace(user), sealed)
	g.Secret = string(plain)
	return g, err
}

// TakeStep accepts a time step of a generator, once: false when it or a later one was accepted before.
func (tx *Tx) TakeStep(user id.ID, step int64) (bool, error) {
	n, err := tx.Exec(tx.ctx, `UPDATE app_totp SET last_step = $1, confirmed = TRUE WHERE user_id = $2 AND last_step < $3`, step, int64(user), step)
	return n == 1, err
}

// DropGenerator takes the generator of an account away.
func (tx *Tx) DropGenerator(user id.ID) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM app_totp WHERE user_id = $1`, int64(user))
	return err
}

// PutRecovery replaces the recovery codes of an account by their hashes.
func (tx *Tx) PutRecovery(user id.ID, hashes [][]byte) error {
	if _, err := tx.Exec(tx.ctx, `DELETE FROM app_recovery WHERE user_id = $1`, int64(user)); err != nil {
		return err
	}
	for _, h := range hashes {
		if _, err := tx.Exec(tx.ctx, `INSERT INTO app_recovery (user_id, code_hash) VALUES ($1, $2)`, int64(user), h); err != nil {
			return err
		}
	}
	return nil
}

// TakeRecovery uses a recovery code up: false when it is none of the account.
func (tx *Tx) TakeRecovery(user id.ID, hash []byte) (bool, error) {
	n, err := tx.Exec(tx.ctx, `DELETE FROM app_recovery WHERE user_id = $1 AND code_hash = $2`, int64(user), hash)
	return n == 1, err
}

// CountRecovery returns how many recovery codes an account has left.
func (tx *Tx) CountRecovery(user id.ID) (n int, err error) {
	err = tx.Row(tx.ctx, `SELECT COUNT(*) FROM app_recovery WHERE user_id = $1`, []any{int64(user)}, &n)
	return n, err
}

// Pending is something waited for, with the hash of the token that answers it.
type Pending struct {
	Hash  []byte
	User  id.ID // 0 when not known yet
	Kind  string
	Data  string
	Until int64 // unix ms
}

// AddPending stores what is waited for.
func (tx *Tx) AddPending(p Pending) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO app_pending (token_hash, user_id, kind, data, until) VALUES ($1, $2, $3, $4, $5)`,
		p.Hash, int64(p.User), p.Kind, p.Data, p.Until)
	return err
}

// Pending returns what is waited for without taking it; unknown or too late is NotFound.
func (tx *Tx) Pending(kind string, hash []byte) (Pending, error) {
	p := Pending{Hash: hash, Kind: kind}
	err := tx.Row(tx.ctx, `SELECT user_id, data, until FROM app_pending WHERE token_hash = $1 AND kind = $2 AND until > $3`,
		[]any{hash, kind, tx.Now}, &p.User, &p.Data, &p.Until)
	return p, tx.one("store.Pending", "user.too_late", err)
}

// PendingOf returns until when the latest of one kind of an account is waited for, unix ms; 0 when none is.
func (tx *Tx) PendingOf(kind string, user id.ID) (until int64, err error) {
	err = tx.Row(tx.ctx, `SELECT COALESCE(MAX(until), 0) FROM app_pending WHERE user_id = $1 AND kind = $2 AND until > $3`, []any{int64(user), kind, tx.Now}, &until)
	return until, err
}

// TakePending takes what is waited for, once.
func (tx *Tx) TakePending(kind string, hash []byte) (Pending, error) {
	p, err := tx.Pending(kind, hash)
	if err != nil {
		return p, err
	}
	n, err := tx.Exec(tx.ctx, `DELETE FROM app_pending WHERE token_hash = $1`, hash)
	if err == nil && n == 0 {
		err = fault.E("store.TakePending", fault.NotFound, "user.too_late")
	}
	return p, err
}

// DropPending forgets what was waited for too long, and everything of one kind of an account (0: nobody's).
func (tx *Tx) DropPending(kind string, user id.ID) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM app_pending WHERE until <= $1 OR (kind = $2 AND user_id = $3 AND user_id <> 0)`, tx.Now, kind, int64(user))
	return err
}

// AddDevice remembers a browser that signed an account in.
func (tx *Tx) AddDevice(hash []byte, user id.ID) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO app_device (token_hash, user_id, made_at) VALUES ($1, $2, $3)`, hash, int64(user), tx.Now)
	return err
}

// KnowsDevice reports whether a browser signed an account in before.
func (tx *Tx) KnowsDevice(hash []byte, user id.ID) (bool, error) {
	var n int
	err := tx.Row(tx.ctx, `SELECT 1 FROM app_device WHERE token_hash = $1 AND user_id = $2`, []any{hash, int64(user)}, &n)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// DropDevices forgets the browsers of an account.
func (tx *Tx) DropDevices(user id.ID) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM app_device WHERE user_id = $1`, int64(user))
	return err
}

// Guesses is how often something was guessed wrongly in a row.
type Guesses struct {
	Fails int
	Until int64 // no guess is looked at before, unix ms
}

// Guesses returns the wrong guesses counted under a key.
func (tx *Tx) Guesses(key []byte) (g Guesses, err error) {
	err = tx.Row(tx.ctx, `SELECT fails, until FROM app_guess WHERE key_hash = $1`, []any{key}, &g.Fails, &g.Until)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return g, err
}

// HoldGuesses returns the wrong guesses counted under a key and lets nobody else count there until the transaction ends: whoever looks at a
// guess in between, on whichever server, waits and then sees what this one counted.
func (tx *Tx) HoldGuesses(key []byte) (Guesses, error) {
	if _, err := tx.Exec(tx.ctx, `INSERT INTO app_guess (key_hash, fails, until, last_at) VALUES ($1, 0, 0, $2)
		ON CONFLICT (key_hash) DO UPDATE SET last_at = app_guess.last_at`, key, tx.Now); err != nil {
		return Guesses{}, err
	}
	return tx.Guesses(key)
}

// PutGuesses keeps the wrong guesses under a key; none forgets the key.
func (tx *Tx) PutGuesses(key []byte, g Guesses) error {
	if g.Fails == 0 {
		_, err := tx.Exec(tx.ctx, `DELETE FROM app_guess WHERE key_hash = $1`, key)
		return err
	}
	_, err := tx.Exec(tx.ctx, `INSERT INTO app_guess (key_hash, fails, until, last_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (key_hash) DO UPDATE SET fails = excluded.fails, until = excluded.until, last_at = excluded.last_at`, key, g.Fails, g.Until, tx.Now)
	return err
}
