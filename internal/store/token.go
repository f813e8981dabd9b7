package store

import (
	"encoding/hex"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Token lets a program read for an account (mã truy cập của chương trình).
type Token struct {
	Hash           []byte
	User           id.ID
	Name           string
	Areas          []string // what it may read
	Unit           id.ID    // reads there and below only; 0: wherever its owner may
	To             day.Date // last day
	MadeAt, UsedAt int64    // unix ms
}

// ID tells the tokens of an account apart; it is no secret.
func (t Token) ID() string { return hex.EncodeToString(t.Hash[:8]) }

const tokenCols = `token_hash, user_id, name, areas, unit_id, valid_to, made_at, used_at`

func tokenFields(t *Token, areas *string) []any {
	return []any{&t.Hash, &t.User, &t.Name, areas, &t.Unit, &t.To, &t.MadeAt, &t.UsedAt}
}

// AddToken stores a token.
func (tx *Tx) AddToken(t Token) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO app_token (token_hash, user_id, name, areas, unit_id, valid_to, made_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`,
		t.Hash, int64(t.User), t.Name, strings.Join(t.Areas, " "), int64(t.Unit), int32(t.To), tx.Now)
	return err
}

// Token returns the token with a hash; none is NotFound.
func (tx *Tx) Token(hash []byte) (Token, error) {
	var t Token
	var areas string
	err := tx.Row(tx.ctx, `SELECT `+tokenCols+` FROM app_token WHERE token_hash = $1`, []any{hash}, tokenFields(&t, &areas)...)
	t.Areas = strings.Fields(areas)
	return t, tx.one("store.Token", "token.wrong", err)
}

// Tokens returns the tokens of an account, latest first.
func (tx *Tx) Tokens(user id.ID) ([]Token, error) {
	var out []Token
	err := tx.Each(tx.ctx, `SELECT `+tokenCols+` FROM app_token WHERE user_id = $1 ORDER BY made_at DESC, token_hash`, []any{int64(user)}, func(s db.Scanner) error {
		var t Token
		var areas string
		err := s.Scan(tokenFields(&t, &areas)...)
		t.Areas = strings.Fields(areas)
		out = append(out, t)
		return err
	})
	return out, err
}

// UseToken notes that a token was used.
func (tx *Tx) UseToken(hash []byte) error {
	_, err := tx.Exec(tx.ctx, `UPDATE app_token SET used_at = $1 WHERE token_hash = $2`, tx.Now, hash)
	return err
}

// DropToken ends a token of an account; none is NotFound.
func (tx *Tx) DropToken(user id.ID, hash []byte) error {
	n, err := tx.Exec(tx.ctx, `DELETE FROM app_token WHERE user_id = $1 AND token_hash = $2`, int64(user), hash)
	if err == nil && n == 0 {
		return fault.E("store.DropToken", fault.NotFound, "token.gone")
	}
	return err
}

// DropTokens ends every token of an account.
func (tx *Tx) DropTokens(user id.ID) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM app_token WHERE user_id = $1`, int64(user))
	return err
}
