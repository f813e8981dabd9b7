package store

import (
	"errors"

	"ketnap/internal/db"
	"ketnap/internal/id"
)

// The budgets of accounts, each counted by the day.
const (
	SpentReveals = "reveal" // records of which sealed fields were opened, printed or listed
	SpentRows    = "rows"   // of lists that programs read with a token of the account
)

// Spent returns what an account used up of a budget today.
func (tx *Tx) Spent(user id.ID, kind string) (n int64, err error) {
	err = tx.Row(tx.ctx, `SELECT n FROM app_spent WHERE user_id = $1 AND kind = $2 AND day = $3`, []any{int64(user), kind, int32(tx.Today)}, &n)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return n, err
}

// Spend adds to what an account used up today and returns the sum. The caller refuses, and so undoes, what is too much.
func (tx *Tx) Spend(user id.ID, kind string, n int64) (int64, error) {
	if _, err := tx.Exec(tx.ctx, `DELETE FROM app_spent WHERE user_id = $1 AND kind = $2 AND day < $3`, int64(user), kind, int32(tx.Today)); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(tx.ctx, `INSERT INTO app_spent (user_id, kind, day, n) VALUES ($1, $2, $3, $4)
		ON CONFLICT (user_id, kind, day) DO UPDATE SET n = app_spent.n + excluded.n`, int64(user), kind, int32(tx.Today), n); err != nil {
		return 0, err
	}
	return tx.Spent(user, kind)
}
