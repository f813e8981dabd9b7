package store

import (
	"errors"
	"slices"
	"strings"

	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/vi"
)

const unitCols = `u.id, u.parent_id, u.branch_id, u.depth, u.path, u.kind, u.name, u.short_name, u.sector, u.location, u.code, u.founded, u.dissolved, u.version`

func scanUnit(s db.Scanner, u *org.Unit) error {
	var kind string
	err := s.Scan(&u.ID, &u.Parent, &u.Branch, &u.Depth, &u.Path, &kind, &u.Name, &u.Short, &u.Sector, &u.Location, &u.Code, &u.Founded, &u.Dissolved, &u.Version)
	u.Kind = org.Kind(kind)
	return err
}

// Unit returns a unit as it is in the tree of today. ID 0 is the nation: the zero Unit.
func (tx *Tx) Unit(i id.ID) (org.Unit, error) {
	var u org.Unit
	if i == 0 {
		return u, nil
	}
	found := false
	err := tx.Each(tx.ctx, `SELECT `+unitCols+` FROM unit u WHERE u.province_id = $1 AND u.id = $2`,
		[]any{i.Province(), int64(i)}, func(s db.Scanner) error { found = true; return scanUnit(s, &u) })
	if err == nil && !found {
		err = fault.E("store.Unit", fault.NotFound, "error.notfound") // as access.Must says it of one that may not be known
	}
	return u, err
}

// AddUnit stores a new unit with its name, parent edge and search words. A root also enters the
// catalogue of provinces.
func (tx *Tx) AddUnit(u org.Unit) error {
	p := u.Province()
	if u.Parent == 0 {
		if _, err := tx.Exec(tx.ctx, `INSERT INTO province (id, code, name, root_id) VALUES ($1, $2, $3, $4)`,
			p, u.Location, u.Name, int64(u.ID)); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(tx.ctx, `INSERT INTO unit (province_id, id, parent_id, branch_id, depth, path, kind, name, short_name,
		name_key, sector, location, code, founded, dissolved, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)`,
		p, int64(u.ID), int64(u.Parent), int64(u.Branch), u.Depth, u.Path, string(u.Kind), u.Name, u.Short,
		unitKey(u), u.Sector, u.Location, u.Code, u.Founded, u.Dissolved); err != nil {
		return err
	}
	if _, err := tx.Exec(tx.ctx, `INSERT INTO unit_edge (province_id, unit_id, valid_from, valid_to, parent_id) VALUES ($1, $2, $3, 0, $4)`,
		p, int64(u.ID), u.Founded, int64(u.Parent)); err != nil {
		return err
	}
	if _, err := tx.Exec(tx.ctx, `INSERT INTO unit_name (province_id, unit_id, valid_from, valid_to, name, short_name) VALUES ($1, $2, $3, 0, $4, $5)`,
		p, int64(u.ID), u.Founded, u.Name, u.Short); err != nil {
		return err
	}
	if u.Code != "" {
		if err := tx.AddTag(org.Tag{Unit: u.ID, Kind: org.CodeTag, Value: u.Code, From: u.Founded}); err != nil {
			return err
		}
	}
	return tx.addUnitWords(u)
}

// AddTag stores a dated attribute of a unit.
func (tx *Tx) AddTag(t org.Tag) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO unit_tag (province_id, unit_id, kind, value, valid_from, valid_to, source)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, t.Unit.Province(), int64(t.Unit), string(t.Kind), t.Value, t.From, t.To, t.Source)
	return err
}

// unitKey orders units by name with numbers in their natural order: "Chi bộ 2" before "Chi bộ 10".
func unitKey(u org.Unit) string {
	var b strings.Builder
	digits := ""
	flush := func() {
		if digits != "" {
			b.WriteString(strings.Repeat("0", max(0, 6-len(digits))) + digits)
			digits = ""
		}
	}
	for _, r := range vi.Fold(u.Name) {
		if r >= '0' && r <= '9' {
			digits += string(r)
			continue
		}
		flush()
		b.WriteRune(r)
	}
	flush()
	return b.String()
}

// dropUnitWords removes the search words of a unit as it was: before a renaming.
func (tx *Tx) dropUnitWords(u org.Unit) error {
	key := unitKey(u)
	for _, w := range vi.Words(u.Name + " " + u.Short + " " + u.Code) {
		if _, err := tx.Exec(tx.ctx, `DELETE FROM unit_word WHERE province_id = $1 AND word = $2 AND name_key = $3 AND unit_id = $4`,
			u.Province(), w, key, int64(u.ID)); err != nil {
			return err
		}
	}
	return nil
}

// addUnitWords stores the words a unit is found by.
func (tx *Tx) addUnitWords(u org.Unit) error {
	key, seen := unitKey(u), map[string]bool{}
	for _, w := range vi.Words(u.Name + " " + u.Short + " " + u.Code) {
		if seen[w] {
			continue
		}
		seen[w] = true
		if _, err := tx.Exec(tx.ctx, `INSERT INTO unit_word (province_id, word, name_key, unit_id) VALUES ($1, $2, $3, $4)`,
			u.Province(), w, key, int64(u.ID)); err != nil {
			return err
		}
	}
	return nil
}

// home is where a unit counts: its root and its branch, and the sector its people count in.
type home struct {
	root, branch id.ID
	sector       int
}

// home returns where a unit counts in the tree of today.
func (tx *Tx) home(unit id.ID) (home, error) {
	if h, ok := tx.homes[unit]; ok {
		return h, nil
	}
	if err := tx.shareTree(unit.Province()); err != nil {
		return home{}, err
	}
	u, err := tx.Unit(unit)
	if err != nil {
		return home{}, err
	}
	h := homeOf(u.Path, u.Sector)
	tx.homes[unit] = h
	return h, nil
}

// homesOf finds where the units of new people count, in few reads.
func (tx *Tx) homesOf(es []Enrolment) error {
	missing := map[int][]id.ID{}
	seen := map[id.ID]bool{}
	for i := range es {
		for j := range es[i].Movements {
			u := es[i].Movements[j].To.Unit
			if _, ok := tx.homes[u]; ok || u == 0 || seen[u] {
				continue
			}
			seen[u] = true
			missing[u.Province()] = append(missing[u.Province()], u)
		}
	}
	for province, units := range missing {
		if err := tx.shareTree(province); err != nil {
			return err
		}
		slices.Sort(units)
		found, err := tx.UnitsByID(province, units)
		if err != nil {
			return err
		}
		for i, u := range found { // one that is missing is refused where it is needed
			tx.homes[i] = homeOf(u.Path, u.Sector)
		}
	}
	return nil
}

// homeOf reads root and branch from a path; they are equal for a root.
func homeOf(path string, sector int) home {
	parts := strings.SplitN(strings.Trim(path, "/"), "/", 3)
	h := home{root: id.Parse(parts[0]), sector: sector}
	h.branch = h.root
	if len(parts) > 1 {
		h.branch = id.Parse(parts[1])
	}
	return h
}

// UnitByCode returns the unit that has a 14-digit code today, 0 when none has. The first two digits
// are the province, but a province may keep old codes, so every partition is asked.
func (tx *Tx) UnitByCode(code string) (id.ID, error) {
	var found id.ID
	err := tx.EachProvince(func(p Province) error {
		if found != 0 {
			return nil
		}
		err := tx.Row(tx.ctx, `SELECT id FROM unit WHERE province_id = $1 AND code = $2 LIMIT 1`, []any{p.ID, code}, &found)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		return err
	})
	return found, err
}

// Province is one line of the catalogue of partitions.
type Province struct {
	ID   int
	Code string // administrative code
	Name string
	Root id.ID
}

// EachProvince calls f with every province, in the order of their numbers. f may use the transaction.
func (tx *Tx) EachProvince(f func(Province) error) error {
	var ps []Province
	if err := tx.Each(tx.ctx, `SELECT id, code, name, root_id FROM province ORDER BY id`, nil, func(s db.Scanner) error {
		var p Province
		err := s.Scan(&p.ID, &p.Code, &p.Name, &p.Root)
		ps = append(ps, p)
		return err
	}); err != nil {
		return err
	}
	for _, p := range ps {
		if err := f(p); err != nil {
			return err
		}
	}
	return nil
}
