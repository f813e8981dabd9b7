package store

import (
	"errors"

	"ketnap/internal/access"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// User is an account (tài khoản).
type User struct {
	ID       id.ID
	Login    string
	Name     string
	Password string // PHC string
	Active   bool
	Columns  string // chosen columns of lists, as the pages wrote them
	Version  int64
}

const userCols = `id, login, name, password, active, columns, version`

func scanUser(s db.Scanner, u *User) error {
	return s.Scan(&u.ID, &u.Login, &u.Name, &u.Password, &u.Active, &u.Columns, &u.Version)
}

// AddUser stores a new account; a login that is taken is a Conflict.
func (tx *Tx) AddUser(u User) error {
	n, err := tx.Exec(tx.ctx, `INSERT INTO app_user (id, login, name, password, active, columns, version) VALUES ($1, $2, $3, $4, $5, $6, 1)
		ON CONFLICT DO NOTHING`, int64(u.ID), u.Login, u.Name, u.Password, u.Active, u.Columns)
	if err == nil && n == 0 {
		return fault.E("store.AddUser", fault.Conflict, "user.login_taken").Field("login", "user.login_taken")
	}
	return err
}

// PutUser stores an account when nobody changed it since it was read.
func (tx *Tx) PutUser(u User) error {
	n, err := tx.Exec(tx.ctx, `UPDATE app_user SET name = $1, password = $2, active = $3, columns = $4, version = version + 1 WHERE id = $5 AND version = $6`,
		u.Name, u.Password, u.Active, u.Columns, int64(u.ID), u.Version)
	if err == nil && n == 0 {
		return fault.E("store.PutUser", fault.Stale, "error.stale")
	}
	return err
}

// User returns an account.
func (tx *Tx) User(i id.ID) (User, error) {
	b := db.NewB(`SELECT `+userCols+` FROM app_user WHERE id = $1`, int64(i))
	return tx.user(b)
}

// UserByLogin returns the account with a login.
func (tx *Tx) UserByLogin(login string) (User, error) {
	b := db.NewB(`SELECT `+userCols+` FROM app_user WHERE login = $1`, login)
	return tx.user(b)
}

// UserBySession returns the account of a session that was opened and last used since two instants (unix ms).
func (tx *Tx) UserBySession(hash []byte, made, used int64) (u User, seen int64, err error) {
	err = tx.Row(tx.ctx, `SELECT u.id, u.login, u.name, u.password, u.active, u.columns, u.version, s.seen_at
		FROM app_session s JOIN app_user u ON u.id = s.user_id WHERE s.token_hash = $1 AND s.made_at >= $2 AND s.seen_at >= $3`,
		[]any{hash, made, used}, &u.ID, &u.Login, &u.Name, &u.Password, &u.Active, &u.Columns, &u.Version, &seen)
	return u, seen, tx.one("store.UserBySession", "user.notfound", err)
}

// EachUser calls f with every account in the order of logins.
func (tx *Tx) EachUser(f func(User) error) error {
	return tx.Each(tx.ctx, `SELECT `+userCols+` FROM app_user ORDER BY login`, nil, func(s db.Scanner) error {
		var u User
		if err := scanUser(s, &u); err != nil {
			return err
		}
		return f(u)
	})
}

// Grants returns what an account may do, with the paths of today.
func (tx *Tx) Grants(user id.ID) ([]access.Grant, error) {
	var gs []access.Grant
	err := tx.Each(tx.ctx, `SELECT unit_id, role FROM app_grant WHERE user_id = $1 ORDER BY unit_id`, []any{int64(user)}, func(s db.Scanner) error {
		var g access.Grant
		var role string
		err := s.Scan(&g.Unit, &role)
		g.Role = access.Role(role)
		gs = append(gs, g)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range gs {
		u, err := tx.Unit(gs[i].Unit)
		if fault.Is(err, fault.NotFound) {
			gs[i].Role = "" // a grant at a unit that is gone gives nothing
			continue
		}
		if err != nil {
			return nil, err
		}
		gs[i].Path = u.Path
	}
	return gs, nil
}

// PutGrant gives an account a role at a unit; the empty role takes it away.
func (tx *Tx) PutGrant(user id.ID, g access.Grant) error {
	if _, err := tx.Exec(tx.ctx, `DELETE FROM app_grant WHERE user_id = $1 AND unit_id = $2`, int64(user), int64(g.Unit)); err != nil {
		return err
	}
	if g.Role == "" {
		return nil
	}
	_, err := tx.Exec(tx.ctx, `INSERT INTO app_grant (user_id, unit_id, role) VALUES ($1, $2, $3)`, int64(user), int64(g.Unit), string(g.Role))
	return err
}

// AddSession stores the hash of a session token.
func (tx *Tx) AddSession(hash []byte, user id.ID) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO app_session (token_hash, user_id, made_at, seen_at) VALUES ($1, $2, $3, $4)`, hash, int64(user), tx.Now, tx.Now)
	return err
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

func (tx *Tx) user(b *db.B) (User, error) {
	var u User
	err := tx.Row(tx.ctx, b.SQL(), b.Args(), &u.ID, &u.Login, &u.Name, &u.Password, &u.Active, &u.Columns, &u.Version)
	if errors.Is(err, db.ErrNoRows) {
		return u, fault.E("store.User", fault.NotFound, "user.notfound")
	}
	return u, err
}
