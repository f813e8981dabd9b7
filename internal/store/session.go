package store

import (
	"encoding/hex"

	"ketnap/internal/db"
	"ketnap/internal/id"
)

// Way is how somebody proved who they are (cách xác thực).
type Way string

// The ways, from the weakest to the strongest.
const (
	ByLink     Way = "link"     // a link that works once, handed out by an administrator
	ByPassword Way = "password" // a password alone
	ByRecovery Way = "recovery" // a password and a recovery code
	ByCode     Way = "code"     // a password and a one-time code
	BySSO      Way = "sso"      // the sign-in of the organisation (OpenID Connect)
	ByPasskey  Way = "passkey"  // a passkey with user verification
)

// Session is a signed-in browser (phiên đăng nhập).
type Session struct {
	Hash     []byte
	User     id.ID
	Way      Way
	Agent    string // what the browser calls itself, cut to 200 bytes
	Address  string // where it came from
	MadeAt   int64  // unix ms
	SeenAt   int64
	ProvedAt int64 // when the factor was last shown, for sensitive acts
}

// Name tells the sessions of an account apart; it is no secret.
func (s Session) Name() string { return hex.EncodeToString(s.Hash[:8]) }

const sessionCols = `s.token_hash, s.user_id, s.way, s.agent, s.address, s.made_at, s.seen_at, s.proved_at`

func scanSession(s db.Scanner, x *Session) error {
	return s.Scan(&x.Hash, &x.User, &x.Way, &x.Agent, &x.Address, &x.MadeAt, &x.SeenAt, &x.ProvedAt)
}

// AddSession stores the hash of a session token of somebody who signed in with a passkey: for tests that need no more.
func (tx *Tx) AddSession(hash []byte, user id.ID) error {
	return tx.OpenSession(Session{Hash: hash, User: user, Way: ByPasskey})
}

// OpenSession stores a session that begins now.
func (tx *Tx) OpenSession(s Session) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO app_session (token_hash, user_id, made_at, seen_at, way, proved_at, agent, address)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, s.Hash, int64(s.User), tx.Now, tx.Now, string(s.Way), tx.Now, s.Agent, s.Address)
	return err
}

// SessionUser returns a session and its account when it was opened and last used since two instants (unix ms).
func (tx *Tx) SessionUser(hash []byte, made, used int64) (s Session, u User, err error) {
	err = tx.Row(tx.ctx, `SELECT u.id, u.login, u.name, u.password, u.active, u.columns, u.version, u.made_at, u.used_at, u.person_id, `+sessionCols+`
		FROM app_session s JOIN app_user u ON u.id = s.user_id WHERE s.token_hash = $1 AND s.made_at >= $2 AND s.seen_at >= $3`,
		[]any{hash, made, used}, &u.ID, &u.Login, &u.Name, &u.Password, &u.Active, &u.Columns, &u.Version, &u.MadeAt, &u.UsedAt, &u.Person,
		&s.Hash, &s.User, &s.Way, &s.Agent, &s.Address, &s.MadeAt, &s.SeenAt, &s.ProvedAt)
	return s, u, tx.one("store.SessionUser", "user.notfound", err)
}

// Sessions returns the sessions of an account, latest first.
func (tx *Tx) Sessions(user id.ID) ([]Session, error) {
	var out []Session
	err := tx.Each(tx.ctx, `SELECT `+sessionCols+` FROM app_session s WHERE s.user_id = $1 ORDER BY s.seen_at DESC, s.token_hash`,
		[]any{int64(user)}, func(r db.Scanner) error {
			var s Session
			err := scanSession(r, &s)
			out = append(out, s)
			return err
		})
	return out, err
}

// DropStaleSessions forgets every session that was not opened and used since two instants (unix ms).
func (tx *Tx) DropStaleSessions(made, used int64) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM app_session WHERE made_at < $1 OR seen_at < $2`, made, used)
	return err
}

// SeeSession notes that a session is in use.
func (tx *Tx) SeeSession(hash []byte) error {
	_, err := tx.Exec(tx.ctx, `UPDATE app_session SET seen_at = $1 WHERE token_hash = $2`, tx.Now, hash)
	return err
}

// ProveSession notes that the holder of a session has shown a factor just now, and by which way.
func (tx *Tx) ProveSession(hash []byte, way Way) error {
	_, err := tx.Exec(tx.ctx, `UPDATE app_session SET proved_at = $1, way = $2 WHERE token_hash = $3`, tx.Now, string(way), hash)
	return err
}

// DropSession ends one session.
func (tx *Tx) DropSession(hash []byte) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM app_session WHERE token_hash = $1`, hash)
	return err
}

// DropSessions ends every session of an account.
func (tx *Tx) DropSessions(user id.ID) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM app_session WHERE user_id = $1`, int64(user))
	return err
}

// DropOtherSessions ends every session of an account but one.
func (tx *Tx) DropOtherSessions(user id.ID, keep []byte) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM app_session WHERE user_id = $1 AND token_hash <> $2`, int64(user), keep)
	return err
}
