package store

import (
	"errors"

	"ketnap/internal/db"
)

// SignInSetting is the setting that says how strictly people sign in, SimpleSignIn its value for trials on invented data.
const (
	SignInSetting = "sign_in"
	SimpleSignIn  = "simple"
)

// Setting returns a setting of the deployment, "" when it was never made.
func (tx *Tx) Setting(key string) (string, error) {
	var value string
	err := tx.Row(tx.ctx, `SELECT value FROM setting WHERE key = $1`, []any{key}, &value)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return value, err
}

// HoldSetting returns a setting that is about to be changed, and lets nobody else hold it until the transaction ends: of two who each add a line to
// the same setting at once, the second one sees the line of the first. Setting alone does not wait, so what it read may be gone.
func (tx *Tx) HoldSetting(key string) (string, error) {
	if _, err := tx.Exec(tx.ctx, `INSERT INTO setting (key, value, at) VALUES ($1, '', $2)
		ON CONFLICT (key) DO UPDATE SET at = setting.at`, key, tx.Now); err != nil {
		return "", err
	}
	return tx.Setting(key)
}

// PutSetting makes a setting of the deployment.
func (tx *Tx) PutSetting(key, value string) error {
	tx.set = true
	_, err := tx.Exec(tx.ctx, `INSERT INTO setting (key, value, at) VALUES ($1, $2, $3)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value, at = excluded.at`, key, value, tx.Now)
	return err
}
