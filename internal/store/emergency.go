package store

import (
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Emergency is an opening beyond the budget (mở khẩn cấp): an account lifted its own budget of sealed fields for some hours.
type Emergency struct {
	ID, User  id.ID
	Unit      id.ID // of the grant that opens; the committee above it is told
	Person    id.ID // where it began
	Reason    string
	At, Until int64  // unix ms
	SeenBy    id.ID  // who above took note, 0 nobody yet
	Name      string // of the account
}

const emergencyCols = `e.id, e.user_id, e.unit_id, e.person_id, e.reason, e.at, e.until, e.seen_by, u.name`

func scanEmergency(s db.Scanner, e *Emergency) error {
	return s.Scan(&e.ID, &e.User, &e.Unit, &e.Person, &e.Reason, &e.At, &e.Until, &e.SeenBy, &e.Name)
}

// AddEmergency keeps one.
func (tx *Tx) AddEmergency(e Emergency) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO app_emergency (id, user_id, unit_id, person_id, reason, at, until, seen_by, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0)`,
		int64(e.ID), int64(e.User), int64(e.Unit), int64(e.Person), e.Reason, e.At, e.Until)
	return err
}

// EmergencyUntil returns until when the emergency of an account lasts, in unix ms; 0 when there is none now.
func (tx *Tx) EmergencyUntil(user id.ID) (until int64, err error) {
	err = tx.Row(tx.ctx, `SELECT COALESCE(MAX(until), 0) FROM app_emergency WHERE user_id = $1 AND until > $2`, []any{int64(user), tx.Now}, &until)
	return until, err
}

// Emergencies returns those nobody above took note of, the oldest first.
func (tx *Tx) Emergencies() (all []Emergency, err error) {
	err = tx.Each(tx.ctx, `SELECT `+emergencyCols+` FROM app_emergency e JOIN app_user u ON u.id = e.user_id WHERE e.seen_at = 0 ORDER BY e.at, e.id LIMIT 500`, nil, func(s db.Scanner) error {
		var e Emergency
		err := scanEmergency(s, &e)
		all = append(all, e)
		return err
	})
	return all, err
}

// SeeEmergency notes that somebody above took note; one that is not there, or was seen before, is NotFound.
func (tx *Tx) SeeEmergency(i, by id.ID) error {
	n, err := tx.Exec(tx.ctx, `UPDATE app_emergency SET seen_by = $1, seen_at = $2 WHERE id = $3 AND seen_at = 0`, int64(by), tx.Now, int64(i))
	if err == nil && n == 0 {
		return fault.E("store.SeeEmergency", fault.NotFound, "budget.gone")
	}
	return err
}
