package targets

import (
	"cmp"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// Cascade is what a sheet says of giving on: drafts, sub-groups, what each unit gave further, and what the checks found.
type Cascade struct {
	Columns  []string // sub-groups in use, by slice code
	Drafts   int      // lines that were worked on and not given yet
	Findings []Finding
	Seen     map[string]store.Seen
	Issues   []store.Issue
	Followed []Follow
}

// Cell is one line of a unit: what holds, and the draft over it.
type Cell struct {
	Target  target.Target
	Draft   target.Target
	Drafted bool // a draft stands over the target; one without an operator withdraws it
}

// Value is what the line would say when it were issued now. ok is false for no target.
func (c Cell) Value() (v target.Value, ok bool) {
	t := c.Target
	if c.Drafted {
		t = c.Draft
	}
	return t.Value(), t.Op != ""
}

// CellKey names a line of a unit: "admit", "admit.female".
func CellKey(indicator, slice string) string {
	if slice == "" {
		return indicator
	}
	return indicator + "." + slice
}

// Finding is a finding with the field it leads to: "<unit>.<indicator>" or "<unit>.<indicator>.<slice>".
type Finding struct {
	target.Finding
	Field string
	Unit  string // name of the unit it is about
}

// Follow explains what came to a unit of the sheet from one that ended.
type Follow struct {
	Unit string
	target.Followed
}

// cascade fills the rest of a sheet.
func cascade(tx *store.Tx, scope access.Scope, sh *Sheet, goals map[key]target.Target, why map[id.ID][]target.Followed, own bool) error {
	drafts, err := tx.Drafts(scope, sh.Year, false)
	if err != nil {
		return err
	}
	over := map[key]target.Target{}
	for _, d := range drafts {
		over[key{d.Unit, d.Indicator, d.Slice}] = d.Target
	}
	if own && sh.Unit.Parent != 0 { // its own giver: already among the drafts it made
		drafts, err := ownDrafts(tx, sh)
		if err != nil {
			return err
		}
		for _, d := range drafts {
			over[key{d.Unit, d.Indicator, d.Slice}] = d.Target
		}
	}
	sh.Drafts = len(over)
	sh.columns(goals, over)
	rows := []*Row{&sh.Self}
	for i := range sh.Children {
		rows = append(rows, &sh.Children[i])
	}
	for _, r := range rows {
		r.cells(sh, goals, over)
		for _, f := range why[r.Unit.ID] {
			sh.Followed = append(sh.Followed, Follow{Unit: r.Unit.Name, Followed: f})
		}
	}
	if err := sh.below(tx); err != nil {
		return err
	}
	sh.check()
	if sh.Seen, err = tx.SeenFindings(sh.Unit.ID); err != nil {
		return err
	}
	sh.Issues, err = tx.Issues(sh.Unit.ID, sh.Year)
	return err
}

// ownDrafts are the drafts for the unit of the sheet itself: a province writes down its own.
func ownDrafts(tx *store.Tx, sh *Sheet) ([]store.Draft, error) {
	parent, err := tx.Unit(sh.Unit.Parent)
	if err != nil {
		return nil, err
	}
	scope, err := access.System("targets").Over(parent)
	if err != nil {
		return nil, err
	}
	ds, err := tx.Drafts(scope, sh.Year, false)
	return slices.DeleteFunc(ds, func(d store.Draft) bool { return d.Unit != sh.Unit.ID }), err
}

// columns are the sub-groups for which anything on the sheet has a target.
func (sh *Sheet) columns(maps ...map[key]target.Target) {
	for _, m := range maps {
		for k := range m {
			if k.slice != "" && !slices.Contains(sh.Columns, k.slice) {
				sh.Columns = append(sh.Columns, k.slice)
			}
		}
	}
	groups := target.Groups()
	rank := func(code string) int { return slices.Index(groups, code) }
	slices.SortFunc(sh.Columns, func(a, b string) int { return cmp.Or(rank(a)-rank(b), strings.Compare(a, b)) })
}

// Column shows a sub-group of the sheet in which nothing has a target yet; what is no group is left out.
func (sh *Sheet) Column(group string) {
	if slices.Contains(target.Groups(), group) && !slices.Contains(sh.Columns, group) {
		sh.Columns = append(sh.Columns, group)
	}
}

func (r *Row) cells(sh *Sheet, goals, over map[key]target.Target) {
	r.Cells = map[string]Cell{}
	for _, i := range target.Indicators {
		for _, slice := range append([]string{""}, sh.Columns...) {
			k := key{r.Unit.ID, i.Code, slice}
			d, drafted := over[k]
			if t := goals[k]; t.ID != 0 || drafted {
				r.Cells[CellKey(i.Code, slice)] = Cell{Target: t, Draft: d, Drafted: drafted}
			}
		}
	}
}

// below sums what each child gave to those directly under it.
func (sh *Sheet) below(tx *store.Tx) error {
	ids := make([]id.ID, len(sh.Children))
	for i, c := range sh.Children {
		ids[i] = c.Unit.ID
	}
	given, err := tx.TargetsBelow(sh.Unit.Province(), ids, sh.Year, sh.AsOf)
	if err != nil {
		return err
	}
	for i := range sh.Children {
		c := &sh.Children[i]
		c.Below = map[string]Sum{}
		for _, t := range given[c.Unit.ID] {
			s := c.Below[t.Indicator]
			s.Low, s.High, s.Given = s.Low+t.Least(), s.High+max(t.Most(), t.Least()), s.Given+1
			c.Below[t.Indicator] = s
		}
	}
	return nil
}

// check makes the checks C1 to C3 on the sheet as it would be issued.
func (sh *Sheet) check() {
	for _, i := range target.Indicators {
		for _, slice := range append([]string{""}, sh.Columns...) {
			sh.checkSum(CellKey(i.Code, slice))
		}
	}
	rows := append([]Row{sh.Self}, sh.Children...)
	for n := range rows {
		r := &rows[n]
		for _, i := range target.Indicators {
			sh.checkRow(r, i.Code)
		}
	}
	rank := []target.Grade{target.Wrong, target.Warn, target.Asked, target.Note}
	slices.SortStableFunc(sh.Findings, func(a, b Finding) int { return slices.Index(rank, a.Grade) - slices.Index(rank, b.Grade) })
}

func (sh *Sheet) found(key string, r *Row, fs []target.Finding) {
	for _, f := range fs {
		f.About = []id.ID{r.Unit.ID}
		sh.Findings = append(sh.Findings, Finding{Finding: f, Field: r.Unit.ID.String() + "." + key, Unit: r.Unit.Name})
	}
}

// checkSum is C1: the children's lines against the unit's own, once every child has one or the sum is over already.
func (sh *Sheet) checkSum(key string) {
	whole, ok := sh.Self.Cells[key].Value()
	if !ok {
		return
	}
	var parts []target.Given
	for i := range sh.Children {
		if v, ok := sh.Children[i].Cells[key].Value(); ok {
			parts = append(parts, target.Given{ID: sh.Children[i].Unit.ID, Value: v})
		}
	}
	sh.found(key, &sh.Self, target.Children(target.Given{ID: sh.Unit.ID, Value: whole}, parts))
}

// checkRow is C2 and C3 for one unit: sub-groups within the whole, the whole against last year's result. Only what needs a look.
func (sh *Sheet) checkRow(r *Row, indicator string) {
	whole, ok := r.Cells[indicator].Value()
	if !ok {
		return
	}
	for _, slice := range sh.Columns {
		key := CellKey(indicator, slice)
		if v, ok := r.Cells[key].Value(); ok {
			sh.found(key, r, serious(target.SubGroup(target.Given{ID: 1, Value: whole}, target.Given{ID: 2, Value: v}, target.Overlapping)))
		}
	}
	if before := r.Lines[indicator].Before; before > 0 {
		base := target.Value{Op: target.Exactly, Low: before, Counted: target.InPersons}
		sh.found(indicator, r, serious(target.AgainstBaseline(target.Given{ID: 1, Value: whole}, target.Given{ID: 2, Value: base}, 1)))
	}
}

func serious(fs []target.Finding) []target.Finding {
	return slices.DeleteFunc(fs, func(f target.Finding) bool { return f.Grade == target.Note })
}
