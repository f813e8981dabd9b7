package store

import (
	"encoding/json"
	"fmt"

	"ketnap/internal/course"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

const courseCols = `c.id, c.unit_id, c.kind, c.name, c.place, c.issuer, c.decision_no, c.decision_on, c.begins, c.ends, c.cancelled, c.sessions, c.version`

func scanCourse(s db.Scanner, c *course.Class) error {
	var kind, sessions string
	if err := s.Scan(&c.ID, &c.Unit, &kind, &c.Name, &c.Place, &c.Issuer, &c.DecisionNo, &c.DecisionOn, &c.Begins, &c.Ends, &c.Cancelled, &sessions, &c.Version); err != nil {
		return err
	}
	c.Kind = course.Kind(kind)
	if err := json.Unmarshal([]byte(sessions), &c.Sessions); err != nil {
		return fmt.Errorf("store: sessions of class %d: %w", c.ID, err)
	}
	return nil
}

// Course returns a class. It is not scoped: callers ask access with the unit of the result.
func (tx *Tx) Course(i id.ID) (course.Class, error) {
	var c course.Class
	found := false
	err := tx.Each(tx.ctx, `SELECT `+courseCols+` FROM course c WHERE c.province_id = $1 AND c.id = $2`,
		[]any{i.Province(), int64(i)}, func(s db.Scanner) error { found = true; return scanCourse(s, &c) })
	if err == nil && !found {
		err = fault.E("store.Course", fault.NotFound, "course.notfound")
	}
	return c, err
}

// AddCourse stores a new class.
func (tx *Tx) AddCourse(c *course.Class) error {
	c.Version = 1
	sessions, err := json.Marshal(c.Sessions)
	if err != nil {
		return err
	}
	_, err = tx.Exec(tx.ctx, `INSERT INTO course (province_id, id, unit_id, kind, name, place, issuer, decision_no, decision_on, begins, ends, cancelled, sessions, version, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		c.ID.Province(), int64(c.ID), int64(c.Unit), string(c.Kind), c.Name, c.Place, c.Issuer, c.DecisionNo, int32(c.DecisionOn), int32(c.Begins), int32(c.Ends),
		int32(c.Cancelled), string(sessions), c.Version, int64(tx.audit))
	return err
}

// PutCourse stores what changed of a class, when nobody changed it since it was read.
func (tx *Tx) PutCourse(c *course.Class) error {
	sessions, err := json.Marshal(c.Sessions)
	if err != nil {
		return err
	}
	n, err := tx.Exec(tx.ctx, `UPDATE course SET name = $3, place = $4, issuer = $5, decision_no = $6, decision_on = $7, begins = $8, ends = $9, cancelled = $10,
		sessions = $11, audit_id = $12, version = version + 1 WHERE province_id = $1 AND id = $2 AND version = $13`,
		c.ID.Province(), int64(c.ID), c.Name, c.Place, c.Issuer, c.DecisionNo, int32(c.DecisionOn), int32(c.Begins), int32(c.Ends), int32(c.Cancelled),
		string(sessions), int64(tx.audit), c.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.E("store.PutCourse", fault.Stale, "course.stale")
	}
	c.Version++
	return nil
}

const seatCols = `s.course_id, s.person_id, s.unit_id, s.invited, s.marks, s.grade, s.cert_no, s.cert_id, s.version`

func scanSeat(s db.Scanner, x *course.Seat) error {
	return s.Scan(&x.Class, &x.Person, &x.Unit, &x.Invited, &x.Marks, &x.Grade, &x.Number, &x.Cert, &x.Version)
}

// AddSeats calls people to a class; whoever is called already stays. It returns how many were added.
func (tx *Tx) AddSeats(seats []course.Seat) (int64, error) {
	return tx.Many(tx.ctx, `INSERT INTO course_seat (province_id, course_id, person_id, unit_id, invited, marks, grade, cert_no, cert_id, version, audit_id)
		VALUES ($1, $2, $3, $4, $5, '', '', '', 0, 1, $6) ON CONFLICT (province_id, course_id, person_id) DO NOTHING`, func(yield func([]any) bool) {
		for _, s := range seats {
			if !yield([]any{s.Class.Province(), int64(s.Class), int64(s.Person), int64(s.Unit), int32(s.Invited), int64(tx.audit)}) {
				return
			}
		}
	})
}

// PutSeat stores attendance, grade and certificate of a seat, when nobody changed it since it was read.
func (tx *Tx) PutSeat(s *course.Seat) error {
	n, err := tx.Exec(tx.ctx, `UPDATE course_seat SET marks = $4, grade = $5, cert_no = $6, cert_id = $7, audit_id = $8, version = version + 1
		WHERE province_id = $1 AND course_id = $2 AND person_id = $3 AND version = $9`,
		s.Class.Province(), int64(s.Class), int64(s.Person), s.Marks, s.Grade, s.Number, int64(s.Cert), int64(tx.audit), s.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.E("store.PutSeat", fault.Stale, "course.stale")
	}
	s.Version++
	return nil
}

// DropSeat takes somebody off the list of a class, when nothing was recorded of them there.
func (tx *Tx) DropSeat(class, person id.ID) error {
	n, err := tx.Exec(tx.ctx, `DELETE FROM course_seat WHERE province_id = $1 AND course_id = $2 AND person_id = $3 AND marks = '' AND grade = '' AND cert_id = 0`,
		class.Province(), int64(class), int64(person))
	if err == nil && n == 0 {
		err = fault.E("store.DropSeat", fault.Conflict, "course.seat_used")
	}
	return err
}

// AddCertificate issues a certificate. A number its issuer gave to somebody else already is a Conflict.
func (tx *Tx) AddCertificate(c *course.Certificate) error {
	if err := tx.numberFree("store.AddCertificate", *c); err != nil {
		return err
	}
	n, err := tx.Exec(tx.ctx, `INSERT INTO course_cert (province_id, id, course_id, person_id, kind, issuer, issuer_key, cert_no, number_key, issued, grade, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (province_id, issuer_key, number_key) DO NOTHING`,
		c.ID.Province(), int64(c.ID), int64(c.Class), int64(c.Person), string(c.Kind), c.Issuer, c.IssuerKey(), c.Number, c.NumberKey(), int32(c.Issued), c.Grade, int64(tx.audit))
	if err == nil && n == 0 {
		err = fault.E("store.AddCertificate", fault.Conflict, "course.number_taken", c.Number, c.Issuer).Field("number", "course.number_taken", c.Number, c.Issuer)
	}
	return err
}

// NumberTaken reports whether an issuer gave a number already, at first or when it issued something again.
func (tx *Tx) NumberTaken(c course.Certificate) (bool, error) {
	n, again := 0, 0
	args := []any{c.Class.Province(), c.IssuerKey(), c.NumberKey()}
	err := tx.Row(tx.ctx, `SELECT COUNT(1) FROM course_cert WHERE province_id = $1 AND issuer_key = $2 AND number_key = $3`, args, &n)
	if err == nil && n == 0 && c.NumberKey() != "" {
		err = tx.Row(tx.ctx, `SELECT COUNT(1) FROM course_reissue WHERE province_id = $1 AND issuer_key = $2 AND number_key = $3 AND number_key <> ''`, args, &again)
	}
	return n+again > 0, err
}

// numberFree refuses a number its issuer gave already.
func (tx *Tx) numberFree(op string, c course.Certificate) error {
	taken, err := tx.NumberTaken(c)
	if err == nil && taken {
		err = fault.E(op, fault.Conflict, "course.number_taken", c.Number, c.Issuer).Field("number", "course.number_taken", c.Number, c.Issuer)
	}
	return err
}

const certCols = `k.id, k.course_id, k.person_id, k.kind, k.issuer, k.cert_no, k.issued, k.grade`

func scanCert(s db.Scanner, c *course.Certificate) error {
	var kind string
	err := s.Scan(&c.ID, &c.Class, &c.Person, &kind, &c.Issuer, &c.Number, &c.Issued, &c.Grade)
	c.Kind = course.Kind(kind)
	return err
}

// Certificates returns the certificates issued to a person, the latest first, with their reissues.
func (tx *Tx) Certificates(person id.ID) ([]course.Certificate, error) {
	var cs []course.Certificate
	err := tx.Each(tx.ctx, `SELECT `+certCols+` FROM course_cert k WHERE k.province_id = $1 AND k.person_id = $2 ORDER BY k.id DESC`,
		[]any{person.Province(), int64(person)}, func(s db.Scanner) error {
			var c course.Certificate
			err := scanCert(s, &c)
			cs = append(cs, c)
			return err
		})
	for i := range cs {
		if err == nil {
			err = tx.readReissues(&cs[i])
		}
	}
	return cs, err
}

// Certificate returns one certificate with its reissues.
func (tx *Tx) Certificate(i id.ID) (course.Certificate, error) {
	var c course.Certificate
	found := false
	err := tx.Each(tx.ctx, `SELECT `+certCols+` FROM course_cert k WHERE k.province_id = $1 AND k.id = $2`,
		[]any{i.Province(), int64(i)}, func(s db.Scanner) error { found = true; return scanCert(s, &c) })
	if err == nil && !found {
		err = fault.E("store.Certificate", fault.NotFound, "course.cert_notfound")
	}
	if err != nil {
		return c, err
	}
	return c, tx.readReissues(&c)
}

func reissuePlace(i id.ID) string { return fmt.Sprintf("course_reissue|%d|%d", i.Province(), int64(i)) }

// AddReissue records that a certificate was issued again; why is sealed. A new number its issuer gave already is a Conflict.
func (tx *Tx) AddReissue(c course.Certificate, r course.Reissue) error {
	const op = "store.AddReissue"
	i := tx.NewID(c.ID.Province())
	box, err := tx.sealOwn(c.Person, reissuePlace(i), []byte(r.Reason))
	if err != nil {
		return err
	}
	next := course.Certificate{Class: c.Class, Issuer: c.Issuer, Number: r.Number}
	issuer := ""
	if r.Number != "" {
		if err := tx.numberFree(op, next); err != nil {
			return err
		}
		issuer = c.IssuerKey()
	}
	n, err := tx.Exec(tx.ctx, `INSERT INTO course_reissue (province_id, cert_id, id, on_day, by_name, sealed, issuer_key, cert_no, number_key, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
		c.ID.Province(), int64(c.ID), int64(i), int32(r.On), r.By, box, issuer, r.Number, next.NumberKey(), int64(tx.audit))
	if err == nil && n == 0 {
		err = fault.E(op, fault.Conflict, "course.number_taken", r.Number, c.Issuer).Field("number", "course.number_taken", r.Number, c.Issuer)
	}
	return err
}

func (tx *Tx) readReissues(c *course.Certificate) error {
	own, err := tx.own(c.Person)
	if err != nil {
		return err
	}
	return tx.Each(tx.ctx, `SELECT id, on_day, by_name, cert_no, sealed FROM course_reissue WHERE province_id = $1 AND cert_id = $2 ORDER BY id`,
		[]any{c.ID.Province(), int64(c.ID)}, func(s db.Scanner) error {
			var i id.ID
			var r course.Reissue
			var box []byte
			if err := s.Scan(&i, &r.On, &r.By, &r.Number, &box); err != nil {
				return err
			}
			plain, err := openOwn(own, reissuePlace(i), box)
			r.Reason = string(plain)
			c.Reissues = append(c.Reissues, r)
			return err
		})
}
