package store

import (
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
)

// past is the people of an area as they stood on a day gone by, in the tree of today: those who are
// there now, less those who moved after the day, plus those whose movements after it lead back there.
type past struct {
	area area
	f    PeopleFilter
	q    nameQuery
	now  peopleSource
	back map[id.ID]spot // where people who moved since were then
	hits []pos          // those of them who belong to the list, in order
	less int64          // those who belong to the list of today but not in their place of then
}

// spot is where somebody was, and what counted about them.
type spot struct {
	place ledger.Place
	attrs ledger.Attrs
}

// openPast evaluates the movements after the day.
func (tx *Tx) openPast(a area, f PeopleFilter, q nameQuery) (*past, error) {
	p := &past{area: a, f: f, q: q, back: map[id.ID]spot{}}
	if err := tx.fill(&p.area); err != nil {
		return nil, err
	}
	net, err := tx.netSince(p.area, f.At)
	if err != nil {
		return nil, err
	}
	var hits []id.ID
	for person, legs := range net {
		for s, n := range legs.all() {
			switch {
			case n > 0:
				p.back[person] = s
				if p.wants(s) {
					hits = append(hits, person)
				}
			case n < 0:
				if _, ok := p.back[person]; !ok {
					p.back[person] = spot{}
				}
				if p.wants(s) {
					p.less++
				}
			}
		}
	}
	if p.now, err = tx.openPlain(a, f, f.At); err != nil {
		return nil, err
	}
	p.hits, err = tx.keysOf(a.province(), hits)
	return p, err
}

// wants reports whether somebody who was at a spot belongs to the list.
func (p *past) wants(s spot) bool {
	if !p.area.has(s.place) || len(p.f.Stages) > 0 && !hasStage(p.f.Stages, s.place.Stage) {
		return false
	}
	return p.group(s.attrs)
}

// group reports whether attributes are of the slice and sex asked for, with ages on the day.
func (p *past) group(a ledger.Attrs) bool {
	return (p.f.Sex == 0 || a.Sex == p.f.Sex) && p.f.Slice.Has(a, a.Birth.AgeAt(p.f.At))
}

// count is the length of the list.
func (p *past) count(tx *Tx) (int64, error) {
	n, err := tx.countNow(p.area, p.f, p.f.At)
	return n - p.less + int64(len(p.hits)), err
}

func (p *past) rows(tx *Tx, after pos, n int) ([]PersonRow, error) {
	var out []PersonRow
	for from, size := after, n; len(out) < n; size = min(1000, 2*size) {
		now, err := p.now.rows(tx, from, size)
		if err != nil {
			return nil, err
		}
		ended := len(now) < size
		kept := now[:0:0]
		for _, r := range now {
			if _, moved := p.back[r.ID]; !moved && p.named(&r) {
				kept = append(kept, r)
			}
		}
		var upto *pos
		if !ended {
			last := now[len(now)-1].pos()
			upto = &last
		}
		then, err := p.then(tx, from, upto)
		if err != nil {
			return nil, err
		}
		out = append(out, mergeRows(kept, then, len(kept)+len(then))...)
		if ended {
			break
		}
		from = *upto
	}
	return out[:min(n, len(out))], nil
}

// then returns the hits after a position, up to and including another.
func (p *past) then(tx *Tx, after pos, upto *pos) ([]PersonRow, error) {
	from, exact := slices.BinarySearchFunc(p.hits, after, comparePos)
	if exact {
		from++
	}
	var out []PersonRow
	for from < len(p.hits) && (upto == nil || !upto.less(p.hits[from])) {
		end := from
		for end < len(p.hits) && end-from < inChunk && (upto == nil || !upto.less(p.hits[end])) {
			end++
		}
		rows, err := tx.fetch(p.area.province(), p.hits[from:end], nil)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			r.At = p.back[r.ID].place
			if p.named(&r) {
				out = append(out, r)
			}
		}
		from = end
	}
	return out, nil
}

// named reports whether a name has the words asked for.
func (p *past) named(r *PersonRow) bool {
	return len(p.q.words) == 0 || p.q.phase(r.Name, r.key) < phases
}

// netSince sums, for everybody who moved after a day, the legs of those movements in the area
// backwards: what is left is +1 where they were then and -1 where they are now.
func (tx *Tx) netSince(a area, on day.Date) (map[id.ID]*legs, error) {
	net := map[id.ID]*legs{}
	add := func(m *ledger.Movement) {
		l := net[m.Person]
		if l == nil {
			l = &legs{}
			net[m.Person] = l
		}
		if a.has(m.From) {
			l.add(spot{m.From, m.Before()}, 1)
		}
		if a.has(m.To) {
			l.add(spot{m.To, m.Attrs}, -1)
		}
	}
	if !a.whole() {
		all, err := tx.linesBelow(a, MovementFilter{From: on.AddDays(1)})
		for i := range all {
			add(&all[i].m)
		}
		return net, err
	}
	var m ledger.Movement
	return net, tx.Each(tx.ctx, `SELECT `+movementCols+` FROM movement m WHERE m.province_id = $1 AND m.effective > $2`,
		[]any{a.province(), int32(on)}, func(s db.Scanner) error {
			m = ledger.Movement{}
			err := scanMovement(s, &m)
			add(&m)
			return err
		})
}

// endOfDays is after every day a movement can have.
const endOfDays day.Date = 9999_12_31

// keysOf returns the positions of people in name order.
func (tx *Tx) keysOf(province int, people []id.ID) ([]pos, error) {
	at := make([]pos, 0, len(people))
	slices.Sort(people)
	for len(people) > 0 {
		n := min(len(people), inChunk)
		b := db.NewB(`SELECT p.name_key, p.id FROM person p WHERE p.province_id = $1 AND`, province)
		b.In("p.id", padIDs(people[:n]))
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var p pos
			err := s.Scan(&p.key, &p.id)
			at = append(at, p)
			return err
		}); err != nil {
			return nil, err
		}
		people = people[n:]
	}
	slices.SortFunc(at, comparePos)
	return at, nil
}

// legs is a sum of spots; few people have more than a handful.
type legs struct {
	spots []spot
	sums  []int
}

func (l *legs) add(s spot, n int) {
	if i := slices.Index(l.spots, s); i >= 0 {
		l.sums[i] += n
		return
	}
	l.spots, l.sums = append(l.spots, s), append(l.sums, n)
}

// all yields the spots with their sums.
func (l *legs) all() func(yield func(spot, int) bool) {
	return func(yield func(spot, int) bool) {
		for i, s := range l.spots {
			if l.sums[i] != 0 && !yield(s, l.sums[i]) {
				return
			}
		}
	}
}
