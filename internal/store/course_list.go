package store

import (
	"cmp"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/course"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
)

// CourseFilter narrows a list of classes: those of a kind that begin in a year; zero values narrow nothing.
type CourseFilter struct {
	Kind course.Kind
	Year int
}

// CourseRow is a class with its figures. Of a class that a unit above gives they count only people
// sent from the scope.
type CourseRow struct {
	course.Class
	UnitName string
	Counts   course.Counts
}

// coursesPerList is as many classes as a list reads: more than a province has in a year.
const coursesPerList = 2000

// Courses lists the classes of a scope and those it sent people to, the latest first.
func (tx *Tx) Courses(sc access.Scope, f CourseFilter) ([]CourseRow, error) {
	as, err := tx.areas(sc)
	if err != nil {
		return nil, err
	}
	var rows []CourseRow
	for _, a := range as {
		part, err := tx.coursesOf(a, f)
		if err != nil {
			return nil, err
		}
		rows = append(rows, part...)
	}
	slices.SortFunc(rows, func(x, y CourseRow) int { return cmp.Or(cmp.Compare(y.Begins, x.Begins), cmp.Compare(y.ID, x.ID)) })
	return rows, nil
}

func (tx *Tx) coursesOf(a area, f CourseFilter) ([]CourseRow, error) {
	p, end := a.province(), org.PathEnd(a.unit.Path)
	b := db.NewB(`SELECT `+courseCols+`, u.name, u.path FROM course c JOIN unit u ON u.province_id = c.province_id AND u.id = c.unit_id
		WHERE c.province_id = $1 AND u.province_id = $2`, p, p)
	if f.Year != 0 {
		b.Add(`AND c.begins >= $1 AND c.begins <= $2`, int32(day.Of(f.Year, 1, 1)), int32(day.Of(f.Year, 12, 31)))
	}
	if f.Kind != "" {
		b.Add(`AND c.kind = $1`, string(f.Kind))
	}
	b.Add(`AND (u.path >= $1 AND u.path < $2 OR EXISTS (SELECT 1 FROM course_seat s JOIN unit su ON su.province_id = s.province_id AND su.id = s.unit_id
		WHERE s.province_id = $3 AND s.course_id = c.id AND su.province_id = $4 AND su.path >= $5 AND su.path < $6))`, a.unit.Path, end, p, p, a.unit.Path, end)
	b.Add(`ORDER BY c.begins DESC, c.id DESC LIMIT $1`, coursesPerList)
	var rows []CourseRow
	at := map[id.ID]int{}
	if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var r CourseRow
		var path string
		err := scanCourse(suffixed{s, []any{&r.UnitName, &path}}, &r.Class)
		at[r.ID] = len(rows)
		rows = append(rows, r)
		return err
	}); err != nil || len(rows) == 0 {
		return rows, err
	}
	return rows, tx.countSeats(a, rows, at)
}

// countSeats adds the seats of classes that were filled from the area.
func (tx *Tx) countSeats(a area, rows []CourseRow, at map[id.ID]int) error {
	ids := make([]id.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	for len(ids) > 0 {
		n := min(len(ids), inChunk)
		b := db.NewB(`SELECT ` + seatCols)
		b.Add(`FROM course_seat s JOIN unit su ON su.province_id = s.province_id AND su.id = s.unit_id
			WHERE s.province_id = $1 AND su.province_id = $2 AND su.path >= $3 AND su.path < $4 AND`, a.province(), a.province(), a.unit.Path, org.PathEnd(a.unit.Path))
		b.In(`s.course_id`, padIDs(ids[:n]))
		ids = ids[n:]
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var x course.Seat
			err := scanSeat(s, &x)
			rows[at[x.Class]].Counts.Add(x)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// Sitting is a seat with the person on it and the unit that sent them.
type Sitting struct {
	course.Seat
	Who      person.Person
	UnitName string // of the unit that sent them
	UnitPath string
	Issued   day.Date // of the certificate of this class
	Again    string   // the number the certificate was issued again under, "" when it has the one it had
}

// Seats returns who was called to a class, in the order of names. It is not scoped: callers ask access
// with the unit of the class, or leave out whom they may not show.
func (tx *Tx) Seats(class id.ID) ([]Sitting, error) {
	var out []Sitting
	p := class.Province()
	err := tx.Each(tx.ctx, `SELECT `+seatCols+`, su.name, su.path, `+personCols+` FROM course_seat s
		JOIN person p ON p.province_id = s.province_id AND p.id = s.person_id
		JOIN unit su ON su.province_id = s.province_id AND su.id = s.unit_id
		WHERE s.province_id = $1 AND s.course_id = $2 AND p.province_id = $3 AND su.province_id = $4 ORDER BY p.name_key, p.id`,
		[]any{p, int64(class), p, p}, func(s db.Scanner) error {
			var x Sitting
			err := x.scan(s)
			out = append(out, x)
			return err
		})
	if err != nil {
		return out, err
	}
	return out, tx.certified(class, out)
}

// certified fills in the certificates of a class: when they were issued and what number replaced theirs.
func (tx *Tx) certified(class id.ID, seats []Sitting) error {
	p := class.Province()
	issued, again := map[id.ID]day.Date{}, map[id.ID]string{}
	err := tx.Each(tx.ctx, `SELECT k.id, k.issued FROM course_seat s JOIN course_cert k ON k.province_id = s.province_id AND k.id = s.cert_id
		WHERE s.province_id = $1 AND k.province_id = $2 AND s.course_id = $3 AND s.cert_id <> 0`, []any{p, p, int64(class)}, func(s db.Scanner) error {
		var cert id.ID
		var on day.Date
		err := s.Scan(&cert, &on)
		issued[cert] = on
		return err
	})
	if err != nil || len(issued) == 0 {
		return err
	}
	err = tx.Each(tx.ctx, `SELECT r.cert_id, r.cert_no FROM course_seat s JOIN course_reissue r ON r.province_id = s.province_id AND r.cert_id = s.cert_id
		WHERE s.province_id = $1 AND r.province_id = $2 AND s.course_id = $3 AND s.cert_id <> 0 AND r.cert_no <> '' ORDER BY r.id`,
		[]any{p, p, int64(class)}, func(s db.Scanner) error {
			var cert id.ID
			var number string
			err := s.Scan(&cert, &number)
			again[cert] = number
			return err
		})
	for i := range seats {
		seats[i].Issued, seats[i].Again = issued[seats[i].Cert], again[seats[i].Cert]
	}
	return err
}

// scan reads a row of seatCols, name and path of the unit, and personCols.
func (x *Sitting) scan(s db.Scanner) error {
	return scanPerson(preceded{s, []any{&x.Class, &x.Seat.Person, &x.Seat.Unit, &x.Invited, &x.Marks, &x.Grade, &x.Number, &x.Cert, &x.Seat.Version,
		&x.UnitName, &x.UnitPath}}, &x.Who)
}

// preceded scans more columns before the others.
type preceded struct {
	db.Scanner
	first []any
}

// Scan reads the first columns, then the others.
func (p preceded) Scan(dest ...any) error { return p.Scanner.Scan(append(p.first, dest...)...) }

// SeatsOf returns the seats of one person, the latest class first.
func (tx *Tx) SeatsOf(person id.ID) ([]course.Seat, error) {
	var out []course.Seat
	err := tx.Each(tx.ctx, `SELECT `+seatCols+` FROM course_seat s WHERE s.province_id = $1 AND s.person_id = $2 ORDER BY s.course_id DESC`,
		[]any{person.Province(), int64(person)}, func(s db.Scanner) error {
			var x course.Seat
			err := scanSeat(s, &x)
			out = append(out, x)
			return err
		})
	return out, err
}

// UncalledFilter narrows who may still be called to a class.
type UncalledFilter struct {
	Stages []ledger.Stage
	Kind   course.Kind // people who have not passed one of this kind
	Since  day.Date    // passed classes before it no longer count
}

// uncalledPerList is how many people are offered at once.
const uncalledPerList = 500

// Uncalled lists people of a scope at some stages who sit in no class of the kind that is still to end
// and got no certificate of it since a day, in the order of names.
func (tx *Tx) Uncalled(sc access.Scope, f UncalledFilter, today day.Date) ([]PersonRow, error) {
	as, err := tx.areas(sc)
	if err != nil {
		return nil, err
	}
	labels := unitLabels{wide: sc.Unit().Depth == 0, units: map[id.ID]org.Unit{}}
	var rows []PersonRow
	for _, a := range as {
		p := a.province()
		b := db.NewB(`SELECT p.name_key, `+personCols+` FROM unit u CROSS JOIN person p WHERE u.province_id = $1 AND p.province_id = $2 AND u.path >= $3 AND u.path < $4 AND p.unit_id = u.id AND`,
			p, p, a.unit.Path, org.PathEnd(a.unit.Path))
		b.In(`p.stage`, anys(f.Stages, func(s ledger.Stage) any { return int(s) }))
		b.Add(`AND NOT EXISTS (SELECT 1 FROM course_seat s JOIN course c ON c.province_id = s.province_id AND c.id = s.course_id
			WHERE s.province_id = $1 AND s.person_id = p.id AND c.province_id = $2 AND c.kind = $3 AND c.cancelled = 0 AND c.ends >= $4)`, p, p, string(f.Kind), int32(today))
		b.Add(`AND NOT EXISTS (SELECT 1 FROM course_cert k WHERE k.province_id = $1 AND k.person_id = p.id AND k.kind = $2 AND k.issued >= $3)`, p, string(f.Kind), int32(f.Since))
		b.Add(`ORDER BY p.name_key, p.id LIMIT $1`, uncalledPerList)
		if rows, err = tx.personRows(b, rows); err != nil {
			return nil, err
		}
	}
	l := PeopleList{labels: labels}
	return rows, l.name(tx, rows)
}

// YearSeats calls f with the people of a scope who were called to classes of a kind that begin in a
// year, in the order of names within a province. Somebody called to two classes comes twice.
func (tx *Tx) YearSeats(sc access.Scope, kind course.Kind, year int, f func(*Sitting) error) error {
	as, err := tx.areas(sc)
	if err != nil {
		return err
	}
	for _, a := range as {
		p := a.province()
		if err := tx.Each(tx.ctx, `SELECT `+seatCols+`, su.name, su.path, `+personCols+` FROM course c
			JOIN course_seat s ON s.province_id = c.province_id AND s.course_id = c.id
			JOIN unit su ON su.province_id = s.province_id AND su.id = s.unit_id
			JOIN person p ON p.province_id = s.province_id AND p.id = s.person_id
			WHERE c.province_id = $1 AND c.begins >= $2 AND c.begins <= $3 AND c.kind = $4 AND c.cancelled = 0
			AND s.province_id = $5 AND su.province_id = $6 AND su.path >= $7 AND su.path < $8 AND p.province_id = $9 ORDER BY p.name_key, p.id`,
			[]any{p, int32(day.Of(year, 1, 1)), int32(day.Of(year, 12, 31)), string(kind), p, p, a.unit.Path, org.PathEnd(a.unit.Path), p}, func(s db.Scanner) error {
				var x Sitting
				if err := x.scan(s); err != nil {
					return err
				}
				return f(&x)
			}); err != nil {
			return err
		}
	}
	return nil
}
