package store

import (
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Identity is whom the sign-in of an organisation knows an account as (danh tính ở nhà cung cấp đăng nhập). Label is for people to read.
type Identity struct {
	Issuer, Subject string
	User            id.ID
	Label           string
	MadeAt, UsedAt  int64 // unix ms
}

const identityCols = `issuer, subject, user_id, label, made_at, used_at`

func scanIdentity(s db.Scanner, x *Identity) error {
	return s.Scan(&x.Issuer, &x.Subject, &x.User, &x.Label, &x.MadeAt, &x.UsedAt)
}

// AddIdentity binds an identity to an account. One that is bound already, to whomever, is a Conflict, and so is a second one of the same
// issuer for one account.
func (tx *Tx) AddIdentity(x Identity) error {
	n, err := tx.Exec(tx.ctx, `INSERT INTO app_identity (issuer, subject, user_id, label, made_at, used_at) VALUES ($1, $2, $3, $4, $5, 0)
		ON CONFLICT DO NOTHING`, x.Issuer, x.Subject, int64(x.User), x.Label, tx.Now)
	if err == nil && n == 0 {
		return fault.E("store.AddIdentity", fault.Conflict, "sso.taken")
	}
	return err
}

// Identity returns what is bound to a subject of an issuer; none is NotFound.
func (tx *Tx) Identity(issuer, subject string) (Identity, error) {
	var x Identity
	err := tx.Row(tx.ctx, `SELECT `+identityCols+` FROM app_identity WHERE issuer = $1 AND subject = $2`, []any{issuer, subject},
		&x.Issuer, &x.Subject, &x.User, &x.Label, &x.MadeAt, &x.UsedAt)
	return x, tx.one("store.Identity", "sso.unbound", err)
}

// Identities returns what is bound to an account.
func (tx *Tx) Identities(user id.ID) ([]Identity, error) {
	var out []Identity
	err := tx.Each(tx.ctx, `SELECT `+identityCols+` FROM app_identity WHERE user_id = $1 ORDER BY issuer`, []any{int64(user)}, func(s db.Scanner) error {
		var x Identity
		err := scanIdentity(s, &x)
		out = append(out, x)
		return err
	})
	return out, err
}

// UseIdentity notes that somebody signed in with an identity.
func (tx *Tx) UseIdentity(x Identity) error {
	_, err := tx.Exec(tx.ctx, `UPDATE app_identity SET used_at = $1 WHERE issuer = $2 AND subject = $3`, tx.Now, x.Issuer, x.Subject)
	return err
}

// DropIdentity ends what binds an account to an issuer; none is NotFound.
func (tx *Tx) DropIdentity(user id.ID, issuer string) error {
	n, err := tx.Exec(tx.ctx, `DELETE FROM app_identity WHERE user_id = $1 AND issuer = $2`, int64(user), issuer)
	if err == nil && n == 0 {
		return fault.E("store.DropIdentity", fault.NotFound, "sso.gone")
	}
	return err
}
