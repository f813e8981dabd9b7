package store

import (
	"errors"
	"time"

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
	MadeAt   int64 // unix ms
	UsedAt   int64 // last sign-in or reopening, unix ms; 0 before the first
	Person   id.ID // whose own account it is; 0 for one that holds roles
}

// inactive is how long nobody signs in to an account until it waits for its administrator. It is a guard of this program, not of a regulation.
const inactive = 45 * 24 * time.Hour

// Sleeps reports whether nobody has signed in to the account for long. Accounts from before the time was kept have none.
func (u User) Sleeps(now int64) bool {
	last := max(u.MadeAt, u.UsedAt)
	return last > 0 && now-last > inactive.Milliseconds()
}

// Equipped reports whether somebody can sign in to an account: with a password, a passkey or the sign-in of an organisation.
func (tx *Tx) Equipped(u User) (bool, error) {
	if u.Password != "" {
		return true, nil
	}
	keys, err := tx.Passkeys(u.ID)
	if err != nil || len(keys) > 0 {
		return len(keys) > 0, err
	}
	bound, err := tx.Identities(u.ID)
	return len(bound) > 0, err
}

const userCols = `id, login, name, password, active, columns, version, made_at, used_at, person_id`

func scanUser(s db.Scanner, u *User) error {
	return s.Scan(&u.ID, &u.Login, &u.Name, &u.Password, &u.Active, &u.Columns, &u.Version, &u.MadeAt, &u.UsedAt, &u.Person)
}

// AddUser stores a new account; a login that is taken is a Conflict, and so is a second account of one person.
func (tx *Tx) AddUser(u User) error {
	n, err := tx.Exec(tx.ctx, `INSERT INTO app_user (id, login, name, password, active, columns, version, made_at, used_at, person_id) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, 0, $8)
		ON CONFLICT DO NOTHING`, int64(u.ID), u.Login, u.Name, u.Password, u.Active, u.Columns, tx.Now, int64(u.Person))
	if err == nil && n == 0 {
		return fault.E("store.AddUser", fault.Conflict, "user.login_taken").Field("login", "user.login_taken")
	}
	return err
}

// PutUser stores an account when nobody changed it since it was read.
func (tx *Tx) PutUser(u User) error {
	n, err := tx.Exec(tx.ctx, `UPDATE app_user SET login = $1, name = $2, password = $3, active = $4, columns = $5, used_at = $6, version = version + 1 WHERE id = $7 AND version = $8`,
		u.Login, u.Name, u.Password, u.Active, u.Columns, u.UsedAt, int64(u.ID), u.Version)
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

// UserOfPerson returns the own account of a person; none is NotFound.
func (tx *Tx) UserOfPerson(person id.ID) (User, error) {
	b := db.NewB(`SELECT `+userCols+` FROM app_user WHERE person_id = $1 AND person_id <> 0`, int64(person))
	return tx.user(b)
}

// Users returns accounts that may hold roles, in the order of logins after one. The own accounts of people are as many as the people: they are
// looked up one by one.
func (tx *Tx) Users(after string, limit int) (us []User, err error) {
	err = tx.Each(tx.ctx, `SELECT `+userCols+` FROM app_user WHERE person_id = 0 AND login > $1 ORDER BY login LIMIT $2`, []any{after, limit}, func(s db.Scanner) error {
		var u User
		err := scanUser(s, &u)
		us = append(us, u)
		return err
	})
	return us, err
}

// UsersAt returns the accounts that were given a role at one of some units, in the order of logins.
func (tx *Tx) UsersAt(units []id.ID) (us []User, err error) {
	b := db.NewB(`SELECT `+userCols+` FROM app_user WHERE person_id = 0 AND id IN (SELECT user_id FROM app_grant WHERE`).In(`unit_id`, padIDs(units)).Add(`) ORDER BY login`)
	err = tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var u User
		err := scanUser(s, &u)
		us = append(us, u)
		return err
	})
	return us, err
}

// GrantsOf returns what many accounts were given, by account and without the paths of the units.
func (tx *Tx) GrantsOf(users []id.ID) (map[id.ID][]access.Grant, error) {
	gs := map[id.ID][]access.Grant{}
	ids := make([]any, len(users))
	for i, u := range users {
		ids[i] = int64(u)
	}
	return gs, chunked(ids, func(part []any) error {
		b := db.NewB(`SELECT user_id, unit_id, role, valid_from, valid_to, lent_by FROM app_grant WHERE`).In(`user_id`, part).Add(`ORDER BY user_id, unit_id`)
		return tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var user id.ID
			var g access.Grant
			var role string
			err := s.Scan(&user, &g.Unit, &role, &g.From, &g.To, &g.Lent)
			g.Role = access.Role(role)
			gs[user] = append(gs[user], g)
			return err
		})
	})
}

// GrantsNow returns what an account may do at this instant: what it was given and is in force today, and what was lent to it by somebody
// whose account is open and who still holds it themselves.
func (tx *Tx) GrantsNow(user id.ID) ([]access.Grant, error) {
	gs, err := tx.Grants(user)
	if err != nil {
		return nil, err
	}
	var now []access.Grant
	for _, g := range gs {
		held := g.On(tx.Today)
		if held && g.Lent != 0 {
			if held, err = tx.lends(g); err != nil {
				return nil, err
			}
		}
		if held {
			now = append(now, g)
		}
	}
	return now, nil
}

// lends reports whether who lent a grant could still do so today. What was lent is not lent on.
func (tx *Tx) lends(g access.Grant) (bool, error) {
	u, err := tx.User(g.Lent)
	if err != nil || !u.Active {
		return false, err
	}
	own, err := tx.Grants(g.Lent)
	for _, x := range own {
		if x.Lent == 0 && x.On(tx.Today) && x.Includes(g) {
			return true, err
		}
	}
	return false, err
}

// Grants returns everything an account was given or lent, also what has ended or is still to begin, with the paths of today.
func (tx *Tx) Grants(user id.ID) ([]access.Grant, error) {
	var gs []access.Grant
	err := tx.Each(tx.ctx, `SELECT unit_id, role, valid_from, valid_to, lent_by FROM app_grant WHERE user_id = $1 ORDER BY unit_id`, []any{int64(user)}, func(s db.Scanner) error {
		var g access.Grant
		var role string
		err := s.Scan(&g.Unit, &role, &g.From, &g.To, &g.Lent)
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

// LentGrant is a grant and who has it.
type LentGrant struct {
	User id.ID
	access.Grant
}

// LentBy returns what an account lent to others.
func (tx *Tx) LentBy(user id.ID) ([]LentGrant, error) {
	var out []LentGrant
	err := tx.Each(tx.ctx, `SELECT user_id, unit_id, role, valid_from, valid_to FROM app_grant WHERE lent_by = $1 ORDER BY user_id, unit_id`, []any{int64(user)}, func(s db.Scanner) error {
		var l LentGrant
		var role string
		err := s.Scan(&l.User, &l.Unit, &role, &l.From, &l.To)
		l.Role, l.Lent = access.Role(role), user
		out = append(out, l)
		return err
	})
	return out, err
}

// HoldersAt calls f for every open account with a role at a unit itself that has not ended, by login.
func (tx *Tx) HoldersAt(unit id.ID, f func(User, access.Role)) error {
	return tx.Each(tx.ctx, `SELECT u.id, u.login, u.name, g.role FROM app_grant g JOIN app_user u ON u.id = g.user_id
		WHERE g.unit_id = $1 AND u.active = $2 AND (g.valid_to = 0 OR g.valid_to >= $3) ORDER BY u.login`, []any{int64(unit), true, int32(tx.Today)}, func(s db.Scanner) error {
		var u User
		var role string
		err := s.Scan(&u.ID, &u.Login, &u.Name, &role)
		f(u, access.Role(role))
		return err
	})
}

// PutGrant gives an account a role at a unit; the empty role takes it away.
func (tx *Tx) PutGrant(user id.ID, g access.Grant) error {
	if _, err := tx.Exec(tx.ctx, `DELETE FROM app_grant WHERE user_id = $1 AND unit_id = $2`, int64(user), int64(g.Unit)); err != nil {
		return err
	}
	if g.Role == "" {
		return nil
	}
	_, err := tx.Exec(tx.ctx, `INSERT INTO app_grant (user_id, unit_id, role, valid_from, valid_to, lent_by) VALUES ($1, $2, $3, $4, $5, $6)`, int64(user), int64(g.Unit), string(g.Role),
		int32(g.From), int32(g.To), int64(g.Lent))
	return err
}

func (tx *Tx) user(b *db.B) (User, error) {
	var u User
	err := tx.Row(tx.ctx, b.SQL(), b.Args(), &u.ID, &u.Login, &u.Name, &u.Password, &u.Active, &u.Columns, &u.Version, &u.MadeAt, &u.UsedAt, &u.Person)
	if errors.Is(err, db.ErrNoRows) {
		return u, fault.E("store.User", fault.NotFound, "user.notfound")
	}
	return u, err
}
