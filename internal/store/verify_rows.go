package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/vi"
)

// readAudit lists the audit entries of the province: every change names one.
func (p *proof) readAudit() error {
	return p.tx.Each(p.tx.ctx, `SELECT id FROM audit WHERE province_id = $1 ORDER BY id`, []any{p.province}, func(s db.Scanner) error {
		var i int64
		err := s.Scan(&i)
		p.audits = append(p.audits, id.ID(i))
		return err
	})
}

// needAudit demands that the audit entry a row names is there.
func (p *proof) needAudit(audit, row id.ID) error {
	if audit.Province() != p.province && audit != 0 {
		p.foreign[audit] = row // an act of another province or of the nation: looked up at the end
		return nil
	}
	if _, ok := slices.BinarySearch(p.audits, audit); ok {
		return nil
	}
	return p.emit(Difference{Check: "audit.missing", Object: row, Column: "audit_id", Stored: audit.String()})
}

// checkForeignAudit looks up the entries that stand in other provinces.
func (p *proof) checkForeignAudit() error {
	for _, audit := range slices.Sorted(maps.Keys(p.foreign)) {
		var n int64
		err := p.tx.Row(p.tx.ctx, `SELECT 1 FROM audit WHERE province_id = $1 AND id = $2`, []any{audit.Province(), int64(audit)}, &n)
		if errors.Is(err, db.ErrNoRows) {
			err = p.emit(Difference{Check: "audit.missing", Object: p.foreign[audit], Column: "audit_id", Stored: audit.String()})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkRegisters holds the other rows that name an audit entry against it.
func (p *proof) checkRegisters() error {
	audited := func(s db.Scanner) error {
		var row, audit id.ID
		if err := s.Scan(&row, &audit); err != nil {
			return err
		}
		return p.needAudit(audit, row)
	}
	args := []any{p.province}
	if err := p.tx.Each(p.tx.ctx, `SELECT id, audit_id FROM unit_event WHERE province_id = $1`, args, audited); err != nil {
		return err
	}
	if err := p.tx.Each(p.tx.ctx, `SELECT id, audit_id FROM target WHERE province_id = $1`, args, audited); err != nil {
		return err
	}
	if err := p.checkDossiers(args, audited); err != nil {
		return err
	}
	for _, b := range []*db.B{
		db.NewB(`SELECT id, audit_id FROM document WHERE province_id = $1`, p.province),
		db.NewB(`SELECT id, audit_id FROM document_scan WHERE province_id = $1`, p.province),
		db.NewB(`SELECT id, audit_id FROM document_figure WHERE province_id = $1`, p.province),
		db.NewB(`SELECT id, audit_id FROM target_issue WHERE province_id = $1`, p.province),
		db.NewB(`SELECT unit_id, audit_id FROM target_draft WHERE province_id = $1`, p.province),
		db.NewB(`SELECT id, audit_id FROM target_step WHERE province_id = $1`, p.province),
		db.NewB(`SELECT id, audit_id FROM obstacle WHERE province_id = $1`, p.province),
		db.NewB(`SELECT unit_id, audit_id FROM headcount WHERE province_id = $1`, p.province),
		db.NewB(`SELECT id, audit_id FROM charge WHERE province_id = $1`, p.province),
	} {
		if err := p.tx.Each(p.tx.ctx, b.SQL(), b.Args(), audited); err != nil {
			return err
		}
	}
	return p.tx.Each(p.tx.ctx, `SELECT 0, audit_id FROM once WHERE province_id = $1`, args, audited)
}

// words counts search words: how many, and a sum that notices a word under the wrong person.
type words struct{ n, sum int64 }

const wordPrime = 1000003

func (w *words) add(i id.ID, list []string) {
	seen := make([]string, 0, 8)
	for _, word := range list {
		if !slices.Contains(seen, word) {
			seen = append(seen, word)
			w.n++
			w.sum += int64(i) % wordPrime
		}
	}
}

// checkPeople holds the row of each person against where the ledger leaves them.
func (p *proof) checkPeople() error {
	row := newInts(17)
	err := p.tx.Each(p.tx.ctx, `SELECT id, unit_id, branch_id, stage, since, audit_id, sex, ethnic, religion, occupation, schooling, expertise, sector, birth,
		youth, void, name FROM person WHERE province_id = $1 ORDER BY id`, []any{p.province}, func(s db.Scanner) error {
		if err := s.Scan(row.dest...); err != nil {
			return err
		}
		who := id.ID(row.at(0))
		p.n.People++
		p.words.add(who, nameWords(row.text(16)))
		if row.at(15) == 1 {
			p.void[who] = true
		}
		if err := p.needAudit(id.ID(row.at(5)), who); err != nil {
			return err
		}
		c := *p.chain(who)
		delete(p.people, who)
		return p.checkPerson(who, c, id.ID(row.at(1)), id.ID(row.at(2)),
			ledger.Last{Place: ledger.Place{Stage: ledger.Stage(row.at(3))}, Effective: day.Date(row.at(4)), Attrs: row.attrs(6)})
	})
	if err != nil {
		return err
	}
	for _, who := range slices.Sorted(maps.Keys(p.people)) {
		if err := p.emit(Difference{Check: "person.missing", Object: who, Unit: p.chain(who).unit}); err != nil {
			return err
		}
	}
	p.people, p.chains = nil, nil
	return nil
}

func (p *proof) checkPerson(who id.ID, c chain, unit, branch id.ID, row ledger.Last) error {
	last := c.last()
	var ds []Difference
	differ := func(d Difference) {
		d.Unit = unit
		ds = append(ds, d)
	}
	home := id.ID(0)
	if u := p.units[unit]; u != nil {
		home = u.branch
	}
	if branch != home {
		differ(Difference{Check: "person.branch", Object: who, Column: "branch_id", Stored: branch.String(), Rebuilt: home.String()})
	}
	if c.unit != 0 && unit != c.unit {
		differ(Difference{Check: "person.place", Object: who, Column: "unit_id", Stored: unit.String(), Rebuilt: c.unit.String()})
	}
	if row.Place.Stage != last.Place.Stage {
		differ(Difference{Check: "person.place", Object: who, Column: "stage", Stored: row.Place.Stage.String(), Rebuilt: last.Place.Stage.String()})
	}
	if row.Effective != last.Effective {
		differ(Difference{Check: "person.since", Object: who, Column: "since", Stored: row.Effective.String(), Rebuilt: last.Effective.String()})
	}
	if !last.Place.Out() && row.Attrs != last.Attrs {
		differ(Difference{Check: "person.attrs", Object: who, Stored: row.Attrs.Pack(), Rebuilt: last.Attrs.Pack()})
	}
	for _, d := range ds {
		if err := p.emit(d); err != nil {
			return err
		}
	}
	return nil
}

// checkWords compares the search words with the names, by number and by sum.
func (p *proof) checkWords() error {
	var stored words
	err := p.tx.Row(p.tx.ctx, `SELECT COUNT(1), CAST(COALESCE(SUM(person_id % 1000003), 0) AS BIGINT) FROM person_word WHERE province_id = $1`,
		[]any{p.province}, &stored.n, &stored.sum)
	if err != nil {
		return err
	}
	if stored != p.words {
		if err := p.emit(number("word.person", 0, "person_word", stored.n, p.words.n)); err != nil {
			return err
		}
	}
	var names words
	for i, u := range p.units {
		names.add(i, vi.Words(u.text))
	}
	err = p.tx.Row(p.tx.ctx, `SELECT COUNT(1), CAST(COALESCE(SUM(unit_id % 1000003), 0) AS BIGINT) FROM unit_word WHERE province_id = $1`,
		[]any{p.province}, &stored.n, &stored.sum)
	if err != nil || stored == names {
		return err
	}
	return p.emit(number("word.unit", 0, "unit_word", stored.n, names.n))
}

// claim is what a province holds of the national register of numbers: how many, and a sum in which
// every number and its holder counts.
type claim struct {
	n   int64
	sum uint64
}

func (c *claim) add(hash []byte, who id.ID, kind int) {
	c.n++
	c.sum += binary.BigEndian.Uint64(hash) ^ uint64(who)*uint64(2*kind+1)
}

// claims reads the register once for all provinces: it knows no province in its key.
func (tx *Tx) claims() (map[int]claim, error) {
	all := map[int]claim{}
	var hash []byte
	var province, who, kind int64
	err := tx.Each(tx.ctx, `SELECT key_hash, province_id, person_id, kind FROM person_key`, nil, func(s db.Scanner) error {
		if err := s.Scan(&hash, &province, &who, &kind); err != nil {
			return err
		}
		c := all[int(province)]
		c.add(hash, id.ID(who), int(kind))
		all[int(province)] = c
		return nil
	})
	return all, err
}

// checkClaims opens the sealed numbers of the province and compares them with the register.
func (p *proof) checkClaims(stored claim) error {
	var who int64
	var box, salt []byte
	s := p.tx.store
	err := p.tx.Each(p.tx.ctx, `SELECT person_id, sealed, salt FROM person_sealed WHERE province_id = $1`, []any{p.province}, func(row db.Scanner) error {
		if err := row.Scan(&who, &box, &salt); err != nil {
			return err
		}
		i := id.ID(who)
		if p.void[i] || len(box) == 0 {
			return nil // what turned out to be nobody holds no number
		}
		plain, err := s.ring.Own(salt).Open(sealedPlace(i), box)
		if err != nil {
			return p.emit(Difference{Check: "sealed.broken", Object: i, Column: "sealed"})
		}
		var f person.Sealed
		if err := json.Unmarshal(plain, &f); err != nil {
			return p.emit(Difference{Check: "sealed.broken", Object: i, Column: "sealed"})
		}
		if f.Number != "" {
			p.claimed.add(s.NumberHash(f.Number), i, numberKey)
		}
		if f.Card != "" {
			p.claimed.add(s.cardHash(f.Card), i, cardKey)
		}
		return nil
	})
	if err != nil || p.claimed == stored {
		return err
	}
	return p.emit(number("key.claims", 0, "person_key", stored.n, p.claimed.n))
}

// unitRow is a unit as far as it is proven.
type unitRow struct {
	rootAt, branchAt   int // numbers of the counters people here count in
	parent, branch     id.ID
	sector             int
	depth              int
	name, path, text   string
	founded, dissolved day.Date
	edges              []edgeRow
}

type edgeRow struct {
	from, to day.Date
	parent   id.ID
}

func (p *proof) readUnits() error {
	err := p.tx.Each(p.tx.ctx, `SELECT id, parent_id, branch_id, depth, path, name, short_name, code, sector, founded, dissolved
		FROM unit WHERE province_id = $1`, []any{p.province}, func(s db.Scanner) error {
		var u unitRow
		var i id.ID
		var short, code string
		if err := s.Scan(&i, &u.parent, &u.branch, &u.depth, &u.path, &u.name, &short, &code, &u.sector, &u.founded, &u.dissolved); err != nil {
			return err
		}
		u.text = strings.Join([]string{u.name, short, code}, " ")
		p.units[i] = &u
		p.n.Units++
		return nil
	})
	if err != nil {
		return err
	}
	p.numberUnits()
	return p.tx.Each(p.tx.ctx, `SELECT unit_id, valid_from, valid_to, parent_id FROM unit_edge WHERE province_id = $1 ORDER BY unit_id, valid_from`,
		[]any{p.province}, func(s db.Scanner) error {
			var i id.ID
			var e edgeRow
			if err := s.Scan(&i, &e.from, &e.to, &e.parent); err != nil {
				return err
			}
			u := p.units[i]
			if u == nil {
				return p.emit(Difference{Check: "unit.edge", Unit: i, Column: "unit_id"})
			}
			u.edges = append(u.edges, e)
			return nil
		})
}

// numberUnits gives a number to each unit with counters, and to each unit those of its root and branch.
func (p *proof) numberUnits() {
	numbers := map[id.ID]int{}
	number := func(i id.ID) int {
		n, ok := numbers[i]
		if !ok {
			n = len(p.tallied)
			numbers[i] = n
			p.tallied = append(p.tallied, i)
		}
		return n
	}
	for _, u := range p.units {
		h := homeOf(u.path, 0)
		u.rootAt, u.branchAt = number(h.root), number(h.branch)
	}
}

// checkTree holds each unit against its parent and its dated edges.
func (p *proof) checkTree() error {
	for _, i := range slices.Sorted(maps.Keys(p.units)) {
		u := p.units[i]
		parent, path, depth, branch := p.units[u.parent], "/"+i.String()+"/", 0, i
		if parent != nil {
			path, depth = parent.path+i.String()+"/", parent.depth+1
			if depth > 1 {
				branch = parent.branch
			}
		}
		var ds []Difference
		if u.parent != 0 && parent == nil {
			ds = append(ds, Difference{Check: "unit.parent", Column: "parent_id", Stored: u.parent.String()})
		}
		if u.path != path {
			ds = append(ds, Difference{Check: "unit.path", Column: "path", Stored: u.path, Rebuilt: path})
		}
		if u.depth != depth {
			ds = append(ds, number("unit.path", 0, "depth", u.depth, depth))
		}
		if u.branch != branch {
			ds = append(ds, Difference{Check: "unit.path", Column: "branch_id", Stored: u.branch.String(), Rebuilt: branch.String()})
		}
		ds = append(ds, u.checkEdges()...)
		for _, d := range ds {
			d.Unit = i
			if err := p.emit(d); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkEdges demands one parent on every day of a unit's life, and today's parent from the last edge.
func (u *unitRow) checkEdges() (ds []Difference) {
	bad := func(column, stored, rebuilt string) {
		ds = append(ds, Difference{Check: "unit.edge", Column: column, Stored: stored, Rebuilt: rebuilt})
	}
	if len(u.edges) == 0 {
		bad("unit_id", "", "")
		return ds
	}
	if first := u.edges[0]; first.from != u.founded {
		bad("valid_from", first.from.String(), u.founded.String())
	}
	for i, e := range u.edges {
		next := u.dissolved
		if i+1 < len(u.edges) {
			next = u.edges[i+1].from
		}
		if e.to != next {
			bad("valid_to", e.to.String(), next.String())
		}
	}
	if last := u.edges[len(u.edges)-1]; u.dissolved == 0 && last.parent != u.parent {
		bad("parent_id", last.parent.String(), u.parent.String())
	}
	return ds
}
