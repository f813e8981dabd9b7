package store

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
)

// PeopleFilter says which people a list shows (bộ lọc danh sách). The zero value is everybody inside
// the system today.
type PeopleFilter struct {
	Stages []ledger.Stage // empty: every stage inside; Outside only alone
	Slice  ledger.Slice
	Sex    int      // 0 both
	Words  string   // words of a name in any order, or a 12-digit number
	At     day.Date // who was there on that day; 0 today
}

// PersonRow is one person of a list.
type PersonRow struct {
	person.Person              // as recorded today
	At            ledger.Place // where the person was on the day of the list
	Unit          string       // name of the unit of At, of the last unit when outside; in a list of a province with its branch
	key           string
	phase         int
}

// PeoplePage is part of a list.
type PeoplePage struct {
	Rows []PersonRow
	Next string // cursor of the following page, "" at the end
}

// PeopleList is a list that is read page by page. It holds no transaction, so that a long export can
// take a fresh one for every page.
type PeopleList struct {
	src    peopleSource
	labels unitLabels
}

// peopleSource gives people in the order of phase, name key and id: at most n after a position,
// fewer only when there are no more.
type peopleSource interface {
	rows(tx *Tx, after pos, n int) ([]PersonRow, error)
}

// pos is a position in a list; the zero pos is its beginning.
type pos struct {
	phase int
	key   string
	id    id.ID
}

func (r *PersonRow) pos() pos { return pos{r.phase, r.key, r.ID} }

func (p pos) less(q pos) bool {
	switch {
	case p.phase != q.phase:
		return p.phase < q.phase
	case p.key != q.key:
		return p.key < q.key
	}
	return p.id < q.id
}

// cursor is pos as it stands in an address.
func (p pos) cursor() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(p.phase) + " " + p.id.String() + " " + p.key))
}

// Cursor is where the people after this one begin.
func (r *PersonRow) Cursor() string { return r.pos().cursor() }

// Follows reports whether this one stands after a cursor.
func (r *PersonRow) Follows(cursor string) (bool, error) {
	at, err := parsePos(cursor)
	return at.less(r.pos()), err
}

// parsePos reads a cursor; "" is the beginning.
func parsePos(cursor string) (pos, error) {
	if cursor == "" {
		return pos{}, nil
	}
	bad := fault.E("store.parsePos", fault.Invalid, "people.cursor")
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) > 1000 {
		return pos{}, bad
	}
	parts := strings.SplitN(string(b), " ", 3)
	if len(parts) != 3 {
		return pos{}, bad
	}
	phase, err := strconv.Atoi(parts[0])
	if err != nil {
		return pos{}, bad
	}
	return pos{phase: phase, id: id.Parse(parts[1]), key: parts[2]}, nil
}

// People returns a page of the people of a scope, after a cursor of the page before.
func (tx *Tx) People(sc access.Scope, f PeopleFilter, after string, limit int) (PeoplePage, error) {
	l, err := tx.OpenPeople(sc, f)
	if err != nil {
		return PeoplePage{}, err
	}
	return l.Page(tx, after, limit)
}

// OpenPeople prepares a list.
func (tx *Tx) OpenPeople(sc access.Scope, f PeopleFilter) (*PeopleList, error) {
	l := &PeopleList{labels: unitLabels{wide: sc.Unit().Depth == 0, units: map[id.ID]org.Unit{}}}
	f = tx.tidy(f)
	areas, err := tx.areas(sc)
	if err != nil {
		return nil, err
	}
	q := parseName(f.Words)
	if q.number != "" {
		l.src = numberSource{sc, q.number}
		return l, nil
	}
	var srcs merged
	for _, a := range areas {
		s, err := tx.source(a, f, q)
		if err != nil {
			return nil, err
		}
		srcs = append(srcs, s)
	}
	l.src = srcs.simple()
	return l, nil
}

// source picks how one province, or a part of it, is read.
func (tx *Tx) source(a area, f PeopleFilter, q nameQuery) (peopleSource, error) {
	switch {
	case f.At != 0:
		return tx.openPast(a, f, q)
	case len(q.words) > 0:
		return tx.openSearch(a, f, q)
	}
	return tx.openPlain(a, f, tx.Today)
}

// tidy brings a filter into the one form the queries know.
func (tx *Tx) tidy(f PeopleFilter) PeopleFilter {
	if f.At >= tx.Today {
		f.At = 0
	}
	var in []ledger.Stage
	for _, s := range ledger.Stages {
		for _, want := range f.Stages {
			if s == want {
				in = append(in, s)
				break
			}
		}
	}
	switch {
	case len(in) == len(ledger.Stages):
		in = nil
	case len(in) == 0 && len(f.Stages) > 0:
		in = []ledger.Stage{ledger.Outside}
		f.At = 0
	}
	f.Stages = in
	if f.Sex == 2 && f.Slice == ledger.SliceAll {
		f.Slice, f.Sex = ledger.SliceFemale, 0
	}
	return f
}

// outside reports whether a tidy filter asks for those who left.
func (f PeopleFilter) outside() bool {
	return len(f.Stages) == 1 && f.Stages[0] == ledger.Outside
}

// Page returns at most limit people after a cursor.
func (l *PeopleList) Page(tx *Tx, after string, limit int) (PeoplePage, error) {
	at, err := parsePos(after)
	if err != nil {
		return PeoplePage{}, err
	}
	rows, err := l.src.rows(tx, at, limit+1)
	if err != nil {
		return PeoplePage{}, err
	}
	page := PeoplePage{Rows: rows}
	if len(rows) > limit {
		page.Rows = rows[:limit]
		page.Next = page.Rows[limit-1].Cursor()
	}
	return page, l.name(tx, page.Rows)
}

// name fills in the names of units.
func (l *PeopleList) name(tx *Tx, rows []PersonRow) error {
	ids := make([]id.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ShownUnit()
	}
	if err := l.labels.read(tx, ids); err != nil {
		return err
	}
	for i := range rows {
		rows[i].Unit = l.labels.of(rows[i].ShownUnit())
	}
	return nil
}

// unitLabels is how a list names units: in that of a province or the nation, where every commune has
// a "Chi bộ thôn 1", with the branch.
type unitLabels struct {
	wide  bool
	units map[id.ID]org.Unit
}

// read makes sure that units can be named.
func (l *unitLabels) read(tx *Tx, ids []id.ID) error {
	if err := tx.moreUnits(l.units, ids); err != nil || !l.wide {
		return err
	}
	branches := make([]id.ID, len(ids))
	for i, u := range ids {
		branches[i] = l.units[u].Branch
	}
	return tx.moreUnits(l.units, branches)
}

// of names a unit.
func (l *unitLabels) of(i id.ID) string {
	u := l.units[i]
	if !l.wide || u.Depth < 2 {
		return u.Name
	}
	if branch := l.units[u.Branch]; branch.Short != "" {
		return u.Name + ", " + branch.Short
	}
	return u.Name + ", " + l.units[u.Branch].Name
}

// ShownUnit is the unit a row is shown with: that of At, the last one of somebody outside.
func (r *PersonRow) ShownUnit() id.ID {
	if r.At.Out() {
		return r.LastUnit
	}
	return r.At.Unit
}

// moreUnits adds what a label needs of units to a map that may hold some of them already.
func (tx *Tx) moreUnits(units map[id.ID]org.Unit, ids []id.ID) error {
	missing := map[int][]id.ID{}
	for _, i := range ids {
		if _, ok := units[i]; !ok && i != 0 {
			units[i] = org.Unit{}
			missing[i.Province()] = append(missing[i.Province()], i)
		}
	}
	for province, list := range missing {
		for part := range slices.Chunk(list, inChunk) {
			b := db.NewB(`SELECT u.id, u.branch_id, u.depth, u.name, u.short_name FROM unit u WHERE u.province_id = $1 AND`, province).In(`u.id`, padIDs(part))
			if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
				var u org.Unit
				err := s.Scan(&u.ID, &u.Branch, &u.Depth, &u.Name, &u.Short)
				units[u.ID] = u
				return err
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// inChunk is the longest IN list these queries use.
const inChunk = 256

// padIDs turns ids into arguments of an IN list whose length is one of few, so that few statements are
// prepared: the last id is repeated.
func padIDs(ids []id.ID) []any {
	n := len(ids)
	for _, size := range [...]int{4, 16, 64, inChunk} {
		if n <= size {
			n = size
			break
		}
	}
	args := make([]any, n)
	for i := range args {
		args[i] = int64(ids[min(i, len(ids)-1)])
	}
	return args
}

// merged is several sources read as one: provinces of the nation, stages of a province.
type merged []peopleSource

// simple returns the only source as it is.
func (m merged) simple() peopleSource {
	if len(m) == 1 {
		return m[0]
	}
	return m
}

func (m merged) rows(tx *Tx, after pos, n int) ([]PersonRow, error) {
	var all []PersonRow
	for _, s := range m {
		part, err := s.rows(tx, after, n)
		if err != nil {
			return nil, err
		}
		all = mergeRows(all, part, n)
	}
	return all, nil
}

// mergeRows merges two ordered lists and keeps the first n.
func mergeRows(a, b []PersonRow, n int) []PersonRow {
	if len(a) == 0 {
		return b
	}
	out := make([]PersonRow, 0, min(n, len(a)+len(b)))
	for len(out) < n && (len(a) > 0 || len(b) > 0) {
		if len(b) == 0 || len(a) > 0 && a[0].pos().less(b[0].pos()) {
			out, a = append(out, a[0]), a[1:]
			continue
		}
		out, b = append(out, b[0]), b[1:]
	}
	return out
}

// numberSource finds the one person who holds an identity or card number.
type numberSource struct {
	scope  access.Scope
	number string
}

func (s numberSource) rows(tx *Tx, after pos, n int) ([]PersonRow, error) {
	if after != (pos{}) || n < 1 {
		return nil, nil
	}
	i, err := tx.PersonByNumber(s.number)
	if err == nil && i == 0 {
		i, err = tx.personByCard(s.number)
	}
	if err != nil || i == 0 {
		return nil, err
	}
	p, err := tx.Person(i)
	if err != nil || p.Void {
		return nil, err
	}
	u, err := tx.Unit(p.LastUnit)
	if err != nil || !s.scope.OK() || !s.scope.Nation() && !u.Under(s.scope.Unit()) {
		return nil, err
	}
	return []PersonRow{{Person: p, At: p.Place}}, nil
}
