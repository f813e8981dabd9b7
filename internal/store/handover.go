package store

import (
	"fmt"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/handover"
	"ketnap/internal/id"
	"ketnap/internal/org"
)

// handoverCols are read with the province as the first argument.
const handoverCols = `h.id, h.person_id, h.stage, h.from_unit, h.to_unit, h.desk, h.place, h.reason, h.offered, h.state, h.answered, h.movement_id, h.version, h.sealed,
	(SELECT k.salt FROM person_sealed k WHERE k.province_id = $1 AND k.person_id = h.person_id)`

func handoverPlace(i id.ID) string { return fmt.Sprintf("handover|%d|%d", i.Province(), int64(i)) }

func (tx *Tx) scanHandover(s db.Scanner, o *handover.Offer) error {
	var state string
	var box, salt []byte
	if err := s.Scan(&o.ID, &o.Person, &o.Stage, &o.From, &o.To, &o.Desk, &o.Place, &o.Reason, &o.Offered, &state, &o.Answered, &o.Movement, &o.Version, &box, &salt); err != nil {
		return err
	}
	o.State = handover.State(state)
	return openOwnJSON(tx.store.ring.Own(salt), handoverPlace(o.ID), box, &o.Sealed)
}

// Handover returns an offer. It is not scoped: callers ask access with its units.
func (tx *Tx) Handover(i id.ID) (handover.Offer, error) {
	var o handover.Offer
	found := false
	err := tx.Each(tx.ctx, `SELECT `+handoverCols+` FROM handover h WHERE h.province_id = $1 AND h.id = $2`,
		[]any{i.Province(), int64(i)}, func(s db.Scanner) error { found = true; return tx.scanHandover(s, &o) })
	if err == nil && !found {
		err = fault.E("store.Handover", fault.NotFound, "handover.notfound")
	}
	return o, err
}

// AddHandover stores a new offer. Somebody who is offered already is a Conflict.
func (tx *Tx) AddHandover(o *handover.Offer) error {
	o.Version, o.State = 1, handover.Open
	box, err := tx.sealOwnJSON(o.Person, handoverPlace(o.ID), o.Sealed)
	if err != nil {
		return err
	}
	n, err := tx.Exec(tx.ctx, `INSERT INTO handover (province_id, id, person_id, stage, from_unit, to_unit, desk, place, reason, offered, state, answered, movement_id, twin, sealed, version, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, 0, $12, $13, $14) ON CONFLICT DO NOTHING`,
		o.ID.Province(), int64(o.ID), int64(o.Person), int(o.Stage), int64(o.From), int64(o.To), int64(o.Desk), o.Place, o.Reason, int32(o.Offered), string(o.State),
		box, o.Version, int64(tx.audit))
	if err == nil && n == 0 {
		err = fault.E("store.AddHandover", fault.Conflict, "handover.twice")
	}
	return err
}

// PutHandover stores where an open offer went, when nobody answered or changed it since it was read.
func (tx *Tx) PutHandover(o *handover.Offer) error {
	box, err := tx.sealOwnJSON(o.Person, handoverPlace(o.ID), o.Sealed)
	if err != nil {
		return err
	}
	n, err := tx.Exec(tx.ctx, `UPDATE handover SET to_unit = $3, desk = $4, state = $5, answered = $6, movement_id = $7, sealed = $8, audit_id = $9, version = version + 1
		WHERE province_id = $1 AND id = $2 AND version = $10 AND answered = 0`,
		o.ID.Province(), int64(o.ID), int64(o.To), int64(o.Desk), string(o.State), int32(o.Answered), int64(o.Movement),
		box, int64(tx.audit), o.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.E("store.PutHandover", fault.Stale, "handover.stale")
	}
	o.Version++
	return nil
}

// LastOffer is when somebody was last offered to another unit and when that unit took them: 0 while it has
// not. An offer that was refused or withdrawn is none.
type LastOffer struct{ On, Taken day.Date }

// OfferOf returns the last offer of a person. It is for what is computed of a person, not for a list.
func (tx *Tx) OfferOf(person id.ID) (LastOffer, error) {
	var o LastOffer
	err := tx.Each(tx.ctx, `SELECT h.offered, h.answered FROM handover h WHERE h.province_id = $1 AND h.person_id = $2 AND h.state IN ($3, $4) ORDER BY h.id DESC LIMIT 1`,
		[]any{person.Province(), int64(person), string(handover.Open), string(handover.Accepted)}, func(s db.Scanner) error { return s.Scan(&o.On, &o.Taken) })
	return o, err
}

// OffersBetween returns the last offers of the people of a province after one id up to another.
func (tx *Tx) OffersBetween(province int, after, upto id.ID) (map[id.ID]LastOffer, error) {
	out := map[id.ID]LastOffer{}
	err := tx.Each(tx.ctx, `SELECT h.person_id, h.offered, h.answered FROM handover h WHERE h.province_id = $1 AND h.person_id > $2 AND h.person_id <= $3 AND h.state IN ($4, $5)
		ORDER BY h.person_id, h.id`, []any{province, int64(after), int64(upto), string(handover.Open), string(handover.Accepted)}, func(s db.Scanner) error {
		var who id.ID
		var o LastOffer
		err := s.Scan(&who, &o.On, &o.Taken)
		out[who] = o
		return err
	})
	return out, err
}

// HandoverRow is an offer with the names a list shows.
type HandoverRow struct {
	handover.Offer
	Name     string // of the person
	Birth    day.Date
	FromName string
	DeskName string
}

// The sides from which offers are listed.
const (
	HandoverIn     = "in"     // waiting for a unit of the scope
	HandoverOut    = "out"    // offered by a unit of the scope, not answered
	HandoverClosed = "closed" // of either side, answered
)

// handoversPerList is as many offers as a list reads.
const handoversPerList = 1000

// Handovers lists the offers of a scope from one side, those that wait longest first, the answered ones
// latest first. Offers are few: they are read first, then their units.
func (tx *Tx) Handovers(sc access.Scope, side string) ([]HandoverRow, error) {
	as, err := tx.areas(sc)
	if err != nil {
		return nil, err
	}
	var rows []HandoverRow
	for _, a := range as {
		p, path, end := a.province(), a.unit.Path, org.PathEnd(a.unit.Path)
		b := db.NewB(`SELECT `+handoverCols+`, p.name, p.birth, fu.name, du.name FROM handover h CROSS JOIN person p CROSS JOIN unit fu CROSS JOIN unit du
			WHERE h.province_id = $1 AND p.province_id = $2 AND fu.province_id = $3 AND du.province_id = $4 AND p.id = h.person_id AND fu.id = h.from_unit AND du.id = h.desk`, p, p, p, p)
		switch side {
		case HandoverOut:
			b.Add(`AND h.answered = 0 AND fu.path >= $1 AND fu.path < $2 ORDER BY h.offered, h.id`, path, end)
		case HandoverClosed:
			b.Add(`AND h.answered <> 0 AND (fu.path >= $1 AND fu.path < $2 OR du.path >= $3 AND du.path < $4) ORDER BY h.answered DESC, h.id DESC`, path, end, path, end)
		default:
			b.Add(`AND h.answered = 0 AND du.path >= $1 AND du.path < $2 ORDER BY h.offered, h.id`, path, end)
		}
		b.Add(`LIMIT $1`, handoversPerList)
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var r HandoverRow
			err := tx.scanHandover(suffixed{s, []any{&r.Name, &r.Birth, &r.FromName, &r.DeskName}}, &r.Offer)
			rows = append(rows, r)
			return err
		}); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// DeskOffers returns the offers that wait for an answer in a unit or below it, or with HandoverOut those given there that
// wait on a desk outside: the longest waiting first and at most so many, and how many there are. The caller has asked
// access to the unit.
func (tx *Tx) DeskOffers(u org.Unit, side string, limit int) ([]HandoverRow, int, error) {
	if u.Depth == 0 && side == HandoverOut {
		return nil, 0, nil // the top of a province is the last desk there is
	}
	p, total := u.Province(), 0
	b := deskOf(db.NewB(`SELECT COUNT(1)`), u, side, false)
	if err := tx.Row(tx.ctx, b.SQL(), b.Args(), &total); err != nil || total == 0 {
		return nil, 0, err
	}
	b = deskOf(db.NewB(`SELECT `+handoverCols+`, p.name, p.birth, fu.name, du.name`, p), u, side, true)
	b.Add(`AND p.province_id = $1 AND fu.province_id = $2 AND p.id = h.person_id AND fu.id = h.from_unit ORDER BY h.offered, h.id LIMIT $3`, p, p, limit)
	var rows []HandoverRow
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var r HandoverRow
		err := tx.scanHandover(suffixed{s, []any{&r.Name, &r.Birth, &r.FromName, &r.DeskName}}, &r.Offer)
		rows = append(rows, r)
		return err
	})
	return rows, total, err
}

// deskOf adds where the offers of DeskOffers are, with the names a row shows.
func deskOf(b *db.B, u org.Unit, side string, names bool) *db.B {
	p, end := u.Province(), org.PathEnd(u.Path)
	whole := u.Depth == 0
	switch {
	case side == HandoverOut:
		b.Add(`FROM unit gu CROSS JOIN handover h CROSS JOIN unit du`)
	case whole: // what is open is less than there are units
		b.Add(`FROM handover h CROSS JOIN unit du`)
	default:
		b.Add(`FROM unit du CROSS JOIN handover h`)
	}
	if names {
		b.Add(`CROSS JOIN person p CROSS JOIN unit fu`)
	}
	b.Add(`WHERE du.province_id = $1 AND h.province_id = $2 AND h.answered = 0 AND h.desk = du.id`, p, p)
	if side == HandoverOut {
		return b.Add(`AND gu.province_id = $1 AND gu.path >= $2 AND gu.path < $3 AND h.from_unit = gu.id AND NOT (du.path >= $2 AND du.path < $3)`, p, u.Path, end)
	}
	if whole {
		return b
	}
	return b.Add(`AND du.path >= $1 AND du.path < $2`, u.Path, end)
}
