package store

import (
	"errors"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
)

// PutFeed gives an account a calendar address, by the hash of its token; the one before it ends.
func (tx *Tx) PutFeed(user id.ID, hash []byte) error {
	if err := tx.DropFeed(user); err != nil {
		return err
	}
	_, err := tx.Exec(tx.ctx, `INSERT INTO app_feed (token_hash, user_id, made_at) VALUES ($1, $2, $3)`, hash, int64(user), tx.Now)
	return err
}

// DropFeed ends the calendar address of an account.
func (tx *Tx) DropFeed(user id.ID) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM app_feed WHERE user_id = $1`, int64(user))
	return err
}

// FeedMade returns when the calendar address of an account was made (unix ms), 0 when it has none.
func (tx *Tx) FeedMade(user id.ID) (int64, error) {
	var at int64
	err := tx.Row(tx.ctx, `SELECT made_at FROM app_feed WHERE user_id = $1`, []any{int64(user)}, &at)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return at, err
}

// UserByFeed returns the account of a calendar address.
func (tx *Tx) UserByFeed(hash []byte) (User, error) {
	var user id.ID
	err := tx.Row(tx.ctx, `SELECT user_id FROM app_feed WHERE token_hash = $1`, []any{hash}, &user)
	if err != nil {
		return User{}, tx.one("store.UserByFeed", "deadline.feed_gone", err)
	}
	return tx.User(user)
}

// Digest is to whom a summary of what is due goes by mail (thư nhắc việc).
type Digest struct {
	User    id.ID
	Address string
	Every   string // day or week; "" never
	Sent    day.Date
	Lang    string // it is written in
}

// Digest returns the digest of an account, zero when it has none.
func (tx *Tx) Digest(user id.ID) (Digest, error) {
	d := Digest{User: user}
	err := tx.Row(tx.ctx, `SELECT address, every, sent_on, lang FROM app_digest WHERE user_id = $1`, []any{int64(user)}, &d.Address, &d.Every, &d.Sent, &d.Lang)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return d, err
}

// PutDigest keeps the digest of an account; without an address it is forgotten.
func (tx *Tx) PutDigest(d Digest) error {
	if _, err := tx.Exec(tx.ctx, `DELETE FROM app_digest WHERE user_id = $1`, int64(d.User)); err != nil || d.Address == "" {
		return err
	}
	_, err := tx.Exec(tx.ctx, `INSERT INTO app_digest (user_id, address, every, sent_on, lang) VALUES ($1, $2, $3, $4, $5)`, int64(d.User), d.Address, d.Every, int32(d.Sent), d.Lang)
	return err
}

// Digests returns every digest, by account.
func (tx *Tx) Digests() ([]Digest, error) {
	var ds []Digest
	err := tx.Each(tx.ctx, `SELECT user_id, address, every, sent_on, lang FROM app_digest ORDER BY user_id`, nil, func(s db.Scanner) error {
		var d Digest
		err := s.Scan(&d.User, &d.Address, &d.Every, &d.Sent, &d.Lang)
		ds = append(ds, d)
		return err
	})
	return ds, err
}
