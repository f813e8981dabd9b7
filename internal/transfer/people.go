package transfer

import (
	"cmp"
	"encoding/binary"
	"slices"

	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// people is the import of members and of the pool.
type people struct {
	r       *run
	limits  batch.Limits
	closed  day.Date
	numbers map[uint64]int32 // of accepted rows before: beginnings of blind indexes, by row
	cards   map[uint64]int32
	dups    map[int64]seenDup
	known   map[id.ID]bool // people of the same name and birth date as some row, and whether they have a number
}

// seenDup is an accepted row with a name and birth date.
type seenDup struct {
	unit   id.ID
	row    int32
	number bool
}

// personWork is what an import knows of the person of a row.
type personWork struct {
	unit   id.ID
	blinds store.Blinds
	dup    int64
	steps  []ledger.Movement // that bring a new person to the stage of the row, without unit and batch
	id     id.ID             // of the new person, when nobody like them is known
	ready  *store.Ready
	before *batch.Draft // of a known one: the record as it is stored
	after  *batch.Draft
}

func newPeople(r *run, l batch.Limits, closed day.Date) *people {
	return &people{r: r, limits: l, closed: closed, numbers: map[uint64]int32{}, cards: map[uint64]int32{}, dups: map[int64]seenDup{}, known: map[id.ID]bool{}}
}

// prepare resolves units, blinds numbers and seals new records. It orders the new records of a chunk
// by name before they get their ids, so that most index entries land side by side.
func (p *people) prepare(w *work) {
	var fresh []*entry
	for _, e := range w.entries {
		e.person = p.look(e)
		e.own = len(e.d.Problems)
		if e.own == 0 {
			fresh = append(fresh, e)
		}
	}
	if w.old || p.r.checking {
		return
	}
	keys := make(map[*entry]string, len(fresh))
	for _, e := range fresh {
		keys[e] = vi.NameKey(e.d.Person.Name)
	}
	slices.SortStableFunc(fresh, func(a, b *entry) int { return cmp.Compare(keys[a], keys[b]) })
	for _, e := range fresh {
		e.person.id = p.r.s.st.NewID(p.r.b.Province())
		e.d.Person.ID = e.person.id
		e.person.ready = p.r.s.st.Ready(&e.d.Person, &e.d.Sealed, e.person.blinds)
	}
}

// look finds the unit of a row and the keys by which the person may be known.
func (p *people) look(e *entry) *personWork {
	d, w := e.d, &personWork{}
	switch {
	case d.Has("unit") && !d.Wrong("unit"):
		a := p.r.places.find(d.Unit, p.limits.AsOf)
		if a.trouble != 0 {
			d.Refuse(a.trouble, "unit", a.args...)
		}
		w.unit = a.unit.ID
	case p.limits.OneUnit:
		w.unit = p.r.top.ID
	}
	w.blinds, w.dup, w.steps = p.r.s.st.Blinds(&d.Sealed), d.Person.DupKey(), d.Steps(p.r.b.Kind, p.limits)
	for _, m := range w.steps {
		if m.Effective <= p.closed && len(d.Problems) == 0 {
			d.Problems = append(d.Problems, batch.Problem{Trouble: batch.Ledger, Key: "ledger.period_closed", Args: []string{p.closed.VN()}})
		}
	}
	return w
}

// enrolment is the new record a row makes.
func (p *people) enrolment(e *entry) store.Enrolment {
	n := e.d.Person
	n.BornInBatch = p.r.b.ID
	steps := slices.Clone(e.person.steps)
	for i := range steps {
		steps[i].To.Unit, steps[i].Batch = e.person.unit, p.r.b.ID
	}
	return store.Enrolment{Person: &n, Sealed: e.d.Sealed, Movements: steps, Ready: e.person.ready}
}

// judge compares the rows with each other and with what is stored.
func (p *people) judge(tx *store.Tx, w *work) error {
	if w.old {
		for _, e := range w.entries {
			if p.r.accepted[e.d.Row] {
				p.remember(e)
			}
		}
		return nil
	}
	known, err := p.load(tx, w)
	if err != nil {
		return err
	}
	for _, e := range w.entries {
		if e.reset(); e.outcome == batch.Refused || p.twice(e) {
			continue
		}
		if err := p.judgeOne(tx, e, known); err != nil {
			return err
		}
		if e.outcome != batch.Refused {
			p.remember(e)
		}
	}
	return nil
}

// short is the beginning of a blind index: enough to tell the rows of one file apart.
func short(hash []byte) uint64 { return binary.BigEndian.Uint64(hash) }

// remember lets later rows of the file be compared with e.
func (p *people) remember(e *entry) {
	w, row := e.person, int32(e.d.Row)
	if w.hasNumber() {
		p.numbers[short(w.blinds.Number)] = row
	}
	if w.hasCard() {
		p.cards[short(w.blinds.Card)] = row
	}
	if w.dup != 0 {
		if _, ok := p.dups[w.dup]; !ok {
			p.dups[w.dup] = seenDup{w.unit, row, w.hasNumber()}
		}
	}
}

func (w *personWork) hasNumber() bool { return w.blinds.Number != nil }

func (w *personWork) hasCard() bool { return w.blinds.Card != nil }

// rowOf is the earlier row that brought a number, given its blind index.
func rowOf(of map[uint64]int32, hash []byte) (row int32, ok bool) {
	if hash == nil {
		return 0, false
	}
	row, ok = of[short(hash)]
	return row, ok
}

// twice finds rows that an earlier row of the file already brought.
func (p *people) twice(e *entry) bool {
	w, d := e.person, e.d
	same, named := p.dups[w.dup]
	named = named && w.dup != 0 && int(same.row) != d.Row
	if row, ok := rowOf(p.numbers, w.blinds.Number); ok && int(row) != d.Row {
		d.Refuse(batch.TwiceInFile, "number", int(row))
		e.outcome = batch.Refused
		if named {
			e.outcome = batch.Duplicate
		}
		return true
	}
	if row, ok := rowOf(p.cards, w.blinds.Card); ok && int(row) != d.Row {
		e.refuse(batch.TwiceInFile, "card", int(row))
		return true
	}
	switch {
	case !named:
		return false
	case same.number && w.hasNumber(): // two people
		e.warn = batch.MaybeKnown
		return false
	}
	d.Refuse(batch.TwiceInFile, "name", int(same.row))
	e.outcome = batch.Refused
	if same.unit == w.unit {
		e.outcome = batch.Duplicate
	}
	return true
}

// stored is what the database knows of the people a chunk may mean.
type stored struct {
	holders map[string]id.ID
	people  map[id.ID]*person.Person
	dups    map[int64][]*person.Person
}

func (p *people) load(tx *store.Tx, w *work) (*stored, error) {
	var hashes [][]byte
	var dups []int64
	for _, e := range w.entries {
		if e.own > 0 {
			continue
		}
		if e.person.hasNumber() {
			hashes = append(hashes, e.person.blinds.Number)
		}
		if e.person.hasCard() {
			hashes = append(hashes, e.person.blinds.Card)
		}
		if e.person.dup != 0 {
			dups = append(dups, e.person.dup)
		}
	}
	s := &stored{people: map[id.ID]*person.Person{}, dups: map[int64][]*person.Person{}}
	var err error
	if s.holders, err = tx.KeyHolders(hashes); err != nil {
		return nil, err
	}
	province := p.r.b.Province()
	same, err := tx.PeopleByDup(province, dups)
	if err != nil {
		return nil, err
	}
	for i := range same {
		q := &same[i]
		if s.people[q.ID] == nil {
			s.people[q.ID] = q
			s.dups[q.DupKey()] = append(s.dups[q.DupKey()], q)
		}
	}
	var missing []id.ID
	for _, holder := range s.holders {
		if s.people[holder] == nil && holder.Province() == province {
			missing = append(missing, holder)
		}
	}
	slices.Sort(missing)
	more, err := tx.PeopleByID(province, slices.Compact(missing))
	for i := range more {
		s.people[more[i].ID] = &more[i]
	}
	return s, err
}

func (p *people) judgeOne(tx *store.Tx, e *entry, s *stored) error {
	w := e.person
	if holder, ok := s.holders[string(w.blinds.Number)]; ok && w.hasNumber() {
		q := s.people[holder]
		if q == nil || !p.r.places.under(q.LastUnit) {
			e.refuse(batch.NumberTaken, "number")
			return nil
		}
		return p.compare(tx, e, s, q)
	}
	if q, err := p.alike(tx, e, s); q != nil || err != nil || e.outcome == batch.Refused {
		if q == nil || err != nil {
			return err
		}
		return p.compare(tx, e, s, q)
	}
	if _, ok := s.holders[string(w.blinds.Card)]; ok && w.hasCard() {
		e.refuse(batch.CardTaken, "card")
		return nil
	}
	e.outcome, e.object = batch.New, w.id
	return nil
}

// alike looks for somebody of the same name and birth date. With both numbers known they are two
// people; without, only the same unit makes them one, and anything less certain is refused.
func (p *people) alike(tx *store.Tx, e *entry, s *stored) (*person.Person, error) {
	w := e.person
	var same []*person.Person
	if w.dup == 0 {
		return nil, nil
	}
	for _, q := range s.dups[w.dup] {
		numbered, seen := p.known[q.ID]
		if !seen {
			sealed, err := tx.Sealed(q.ID)
			if err != nil {
				return nil, err
			}
			numbered = sealed.Number != ""
			p.known[q.ID] = numbered
		}
		if numbered && w.hasNumber() {
			e.warn = batch.MaybeKnown
			continue
		}
		same = append(same, q)
	}
	switch {
	case len(same) == 0:
		return nil, nil
	case len(same) == 1 && same[0].LastUnit == w.unit && same[0].Place.Stage != ledger.Outside:
		return same[0], nil
	}
	e.refuse(batch.MaybeKnown, "name", p.r.places.name(same[0].LastUnit))
	return nil, nil
}

// compare finds what a row changes about a known person; moving people is no matter of an import.
func (p *people) compare(tx *store.Tx, e *entry, s *stored, q *person.Person) error {
	w, d := e.person, e.d
	e.object = q.ID
	switch {
	case q.Place.Out():
		e.refuse(batch.Gone, "name", q.Since)
	case vi.Fold(q.Name) != vi.Fold(d.Person.Name) && q.Birth != d.Person.Birth:
		e.refuse(batch.NumberTaken, "number")
	case q.LastUnit != w.unit:
		e.refuse(batch.Elsewhere, "unit", p.r.places.name(q.LastUnit))
	case p.stageDiffers(d, q.Place.Stage):
		e.refuse(batch.OtherStage, p.stageField(), keyOfStage(q.Place.Stage))
	}
	if holder, ok := s.holders[string(w.blinds.Card)]; ok && w.hasCard() && holder != q.ID {
		e.refuse(batch.CardTaken, "card")
	}
	if e.outcome == batch.Refused {
		return nil
	}
	sealed, err := tx.Sealed(q.ID)
	if err != nil {
		return err
	}
	if d.Sealed, _, err = tx.Usable(q.ID, d.Sealed); err != nil { // a sheet fills in nothing that its owner has closed
		return err
	}
	w.before = &batch.Draft{Person: *q, Sealed: sealed}
	after := *w.before
	w.after = &after
	e.changes = d.Update(p.r.b.Kind, w.after)
	e.outcome = batch.Duplicate
	if len(e.changes) > 0 {
		e.outcome = batch.Changed
	}
	return nil
}

// stageDiffers reports whether the row says another stage than the record has. A sheet of members
// without an official date says nothing about it.
func (p *people) stageDiffers(d *batch.Draft, at ledger.Stage) bool {
	if p.r.b.Kind == batch.Members {
		return !at.Member() || at == ledger.Probationary && d.Has("official")
	}
	return at.Member() || d.Stage != at && (d.Has("stage") || d.Stage > at)
}

func (p *people) stageField() batch.Code {
	if p.r.b.Kind == batch.Members {
		return "official"
	}
	return "stage"
}
