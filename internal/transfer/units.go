package transfer

import (
	"cmp"
	"context"
	"slices"

	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

// maxUnits bounds a list of units: it is held as a whole, because a row may name a parent that comes
// later in the sheet.
const maxUnits = 50_000

// units is the import of a list of units.
type units struct {
	r        *run
	all      []*entry // in the order in which they are judged: parents first
	children map[childKey]int
	touched  map[id.ID]int // units an earlier row of the file brought, by row
	blocs    map[id.ID][]string
}

// childKey finds a unit among its siblings.
type childKey struct {
	parent id.ID
	name   string
}

// unitWork is what an import knows of the unit of a row.
type unitWork struct {
	parentRow int // among the entries of the file, -1 when it is not in the file
	parent    org.Unit
	lost      bool // the parent was not found
	depth     int
	unit      org.Unit // as it will be stored
	before    org.Unit // as it is stored, when known
	was, now  []string // blocs
	undo      *unitImage
}

// unitImage is what undoing a changed unit needs.
type unitImage struct {
	Unit  org.Unit
	Blocs []string
}

func newUnits(tx *store.Tx, r *run) (*units, error) {
	k := &units{r: r, children: map[childKey]int{}, touched: map[id.ID]int{}}
	for i, u := range r.places.units {
		k.children[childKey{u.Parent, foldUnit(u.Name)}] = i
	}
	var err error
	k.blocs, err = tx.BlocsUnder(r.top)
	return k, err
}

func (k *units) prepare(*work) {}

// passWhole is pass for a kind whose rows depend on each other: it reads the sheet first.
func (r *run) passWhole(ctx context.Context, k *units) error {
	book, err := r.s.open(ctx, r.b)
	if err != nil {
		return err
	}
	rest := &work{}
	for row, err := range book.Rows(r.b.Sheet) {
		switch {
		case err != nil:
			return err
		case !r.reader.IsData(row):
			if row.Num >= r.b.Options.Head+r.b.Options.Depth {
				rest.skipped = append(rest.skipped, row.Num)
			}
			continue
		case len(k.all) == maxUnits:
			return fault.E("transfer.units", fault.Invalid, "import.too_many_units", maxUnits)
		}
		d := r.reader.Read(row)
		k.all = append(k.all, &entry{d: d, own: len(d.Problems)})
		if d.Hidden {
			rest.hidden++
		}
	}
	k.link()
	for from := 0; from < len(k.all) || from == 0; from += chunkRows {
		w := &work{entries: k.all[min(from, len(k.all)):min(from+chunkRows, len(k.all))]}
		if from == 0 && r.skip == 0 {
			w.skipped, w.hidden = rest.skipped, rest.hidden
		}
		w.old = int64(from+len(w.entries)) <= r.skip && r.skip > 0
		if err := r.judge(ctx, w); err != nil {
			return err
		}
		if w.old {
			continue
		}
		if err := r.keep(w); err != nil {
			return err
		}
	}
	return nil
}

// link finds the parent of every row, in the file or in the tree, and puts parents first. The order
// follows from the file alone, so that a stopped import finds its place again.
func (k *units) link() {
	byCode, byName := map[string]int{}, map[string][]int{}
	for i, e := range k.all {
		if c := e.d.Org.Code; c != "" {
			if _, taken := byCode[c]; !taken {
				byCode[c] = i
			}
		}
		name := foldUnit(e.d.Org.Name)
		byName[name] = append(byName[name], i)
	}
	for i, e := range k.all {
		e.unit = &unitWork{parentRow: k.parentRow(i, byCode, byName)}
	}
	for i := range k.all {
		k.measure(i, nil)
	}
	old := slices.Clone(k.all)
	slices.SortStableFunc(k.all, func(a, b *entry) int { return cmp.Compare(a.unit.depth, b.unit.depth) })
	at := map[*entry]int{}
	for i, e := range k.all {
		at[e] = i
	}
	for _, e := range old {
		if e.unit.parentRow >= 0 {
			e.unit.parentRow = at[old[e.unit.parentRow]]
		}
	}
}

// parentRow returns which row of the file is the parent of row i, -1 when none is.
func (k *units) parentRow(i int, byCode map[string]int, byName map[string][]int) int {
	text := k.all[i].d.Parent
	if text == "" {
		return -1
	}
	if code, ok := org.ValidCode(text); ok {
		if p, ok := byCode[code]; ok && p != i {
			return p
		}
		return -1
	}
	if p := k.onlyRow(i, byName[foldUnit(text)], nil); p >= 0 {
		return p
	}
	for _, parts := range pathsOf(text) {
		last := len(parts) - 1
		if p := k.onlyRow(i, byName[parts[last]], parts[:last]); p >= 0 {
			return p
		}
	}
	return -1
}

// onlyRow returns the one row among candidates whose own parent is named like the end of a path.
func (k *units) onlyRow(self int, rows []int, above []string) int {
	found := -1
	for _, p := range rows {
		if p == self || !k.hangsUnder(p, above) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = p
	}
	return found
}

func (k *units) hangsUnder(row int, above []string) bool {
	if len(above) == 0 {
		return true
	}
	parent := k.all[row].d.Parent
	for _, parts := range append(pathsOf(parent), []string{foldUnit(parent)}) {
		if len(parts) > 0 && parts[len(parts)-1] == above[len(above)-1] {
			return true
		}
	}
	return parent == "" && foldUnit(k.r.top.Name) == above[len(above)-1]
}

// measure sets how deep a row hangs below rows of the file; a circle is cut and refused.
func (k *units) measure(i int, seen []int) int {
	e := k.all[i]
	if e.unit.depth > 0 || e.unit.parentRow < 0 {
		return e.unit.depth
	}
	if slices.Contains(seen, i) {
		e.d.Refuse(batch.Circle, "parent")
		e.own, e.unit.parentRow, e.unit.lost = len(e.d.Problems), -1, true
		return 0
	}
	e.unit.depth = 1 + k.measure(e.unit.parentRow, append(seen, i))
	return e.unit.depth
}

func (k *units) judge(tx *store.Tx, w *work) error {
	for _, e := range w.entries {
		if e.reset(); e.outcome == batch.Refused {
			continue
		}
		if row, ok := k.touched[e.unit.unit.ID]; ok && row == e.d.Row {
			delete(k.touched, e.unit.unit.ID) // judged before
		}
		if err := k.judgeOne(tx, e); err != nil {
			return err
		}
	}
	return nil
}

func (k *units) judgeOne(tx *store.Tx, e *entry) error {
	w, d := e.unit, e.d
	if !k.findParent(e) {
		return nil
	}
	known, ok := k.known(e)
	if e.outcome == batch.Refused {
		return nil
	}
	if row, twice := k.touched[known.ID]; ok && twice && row != d.Row {
		e.outcome, e.object = batch.Duplicate, known.ID
		d.Refuse(batch.TwiceInFile, "name", row)
		return nil
	}
	if ok {
		w.before, w.unit, w.was = known, known, k.blocs[known.ID]
		k.compare(e)
		k.touched[known.ID] = d.Row
		return nil
	}
	return k.found(tx, e)
}

// findParent settles which unit a row hangs under.
func (k *units) findParent(e *entry) bool {
	w, text := e.unit, e.d.Parent
	switch {
	case w.parentRow >= 0:
		p := k.all[w.parentRow]
		if p.outcome == batch.Refused {
			e.refuse(batch.UnitUnknown, "parent", text, "")
			return false
		}
		w.parent = p.unit.unit
	case text == "":
		w.parent = k.r.top
	default:
		a := k.r.places.find(text, k.r.reader.Limits().Today)
		if a.trouble != 0 && foldUnit(text) == foldUnit(k.r.top.Name) {
			a = answer{unit: k.r.top}
		}
		if a.trouble != 0 {
			e.refuse(a.trouble, "parent", a.args...)
			return false
		}
		w.parent = a.unit
	}
	return true
}

// known finds the unit a row means in the tree: by code, else by name under its parent. A row may
// not rename or move a unit, because that is an act with a decision and a date.
func (k *units) known(e *entry) (org.Unit, bool) {
	d, p, top := e.d, k.r.places, k.r.top
	if i, ok := p.byCode[d.Org.Code]; ok && d.Org.Code != "" {
		u := p.units[i]
		if foldUnit(u.Name) != foldUnit(d.Org.Name) {
			e.refuse(batch.NeedsDecision, "name", u.Name)
		} else if u.ID != top.ID && u.Parent != e.unit.parent.ID {
			e.refuse(batch.NeedsDecision, "parent", p.path(u))
		}
		return u, true
	}
	if foldUnit(d.Org.Name) == foldUnit(top.Name) && e.unit.parentRow < 0 && (d.Parent == "" || e.unit.parent.ID == top.ID && d.Org.Kind == top.Kind) {
		return top, true
	}
	i, ok := k.children[childKey{e.unit.parent.ID, foldUnit(d.Org.Name)}]
	if !ok || p.units[i].Dissolved != 0 {
		return org.Unit{}, false
	}
	if u := p.units[i]; u.Code != "" && d.Org.Code != "" && u.Code != d.Org.Code {
		e.refuse(batch.NeedsDecision, "code", u.Name)
	}
	return p.units[i], true
}

// compare finds what a row changes about a known unit.
func (k *units) compare(e *entry) {
	w, d := e.unit, e.d
	if d.Has("kind") && d.Org.Kind != w.before.Kind {
		e.refuse(batch.NeedsDecision, "kind", batch.KindName(w.before.Kind))
		return
	}
	record := &batch.Draft{Org: w.before, Blocs: w.was}
	record.Org.Founded = d.Org.Founded // a known unit keeps its day
	record.Org.Name = d.Org.Name       // and the spelling of its name
	e.changes = d.Update(batch.Units, record)
	w.unit = record.Org
	w.unit.Founded, w.unit.Name = w.before.Founded, w.before.Name
	w.now = w.was
	if d.Has("blocs") && !sameSet(w.was, d.Blocs) {
		e.changes = append(e.changes, batch.Change{Field: "blocs", Old: joined(w.was), New: joined(d.Blocs)})
		w.now = d.Blocs
	}
	e.object, e.outcome = w.before.ID, batch.Duplicate
	if len(e.changes) > 0 {
		e.outcome = batch.Changed
	}
}

// found makes a new unit of a row.
func (k *units) found(tx *store.Tx, e *entry) error {
	w, d := e.unit, e.d
	if d.Org.Code != "" {
		holder, err := tx.CodeHolder(d.Org.Code, tx.Today, 0)
		if err != nil {
			return err
		}
		if holder != 0 {
			e.refuse(batch.CodeTaken, "code", k.r.places.name(holder))
			return nil
		}
	}
	u := d.Org
	u.ID = w.unit.ID
	if u.ID == 0 {
		u.ID = k.r.s.st.NewID(k.r.b.Province())
	}
	u.Founded = max(u.Founded, w.parent.Founded)
	u.Version = 1
	w.unit, w.now = u.Place(w.parent), d.Blocs
	e.outcome, e.object = batch.New, u.ID
	key := childKey{w.parent.ID, foldUnit(u.Name)}
	if _, ok := k.children[key]; !ok {
		k.children[key] = len(k.r.places.units)
		k.r.places.add(w.unit)
	}
	k.touched[u.ID] = d.Row
	return nil
}
