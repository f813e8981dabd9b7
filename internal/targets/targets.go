// Package targets is the service on yearly targets (services floor).
//
// A target is given by the level above: whoever may set targets at the parent. A province has nobody
// above it in a database of its own, so its committee writes down itself what its congress resolved.
// Versions are added, never changed, so the past of a target can always be read.
package targets

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// Service reads and sets targets.
type Service struct {
	st     *store.Store
	sheets *store.Memory[sheetKey, *Sheet]
}

// rowsKept is how many rows of sheets are remembered: those of about forty provinces, 10 MB.
const rowsKept = 8_000

// New returns the service on a store.
func New(st *store.Store) *Service {
	return &Service{st: st, sheets: store.NewMemory[sheetKey](st, rowsKept, func(sh *Sheet) int { return 4 + len(sh.Children) })}
}

// Line is one target of a unit with what came of it; Target.ID is 0 when none is set.
type Line struct {
	Target   target.Target
	Progress target.Progress
	Before   int64 // result of the whole year before
}

// Row is a unit with its targets by indicator code, all people together.
type Row struct {
	Unit  org.Unit
	Lines map[string]Line
	May   bool // the actor may set the targets of this unit
	Cells map[string]Cell
	Below map[string]Sum // by indicator code: what the unit gave on to those directly under it
}

// Sheet is the targets of a unit and of the units directly under it for a year.
type Sheet struct {
	Unit     org.Unit
	Above    []org.Unit // the units over it that the actor may read too, the root first
	Nation   bool
	Year     int
	Today    day.Date
	AsOf     day.Date // Today, or the last day of the year
	Self     Row
	Slices   []Line // the unit's targets for groups ("trong đó")
	Children []Row
	Sums     map[string]Sum
	History  []target.Target // every version for the unit itself, newest first
	Mark     Mark            // the state it was read from
	Cascade
}

// Mark stands for the state a sheet was read from: two sheets of equal marks that were asked for alike show the same.
type Mark = store.Mark

// sheetKey is what a sheet depends on beside the database. Nothing else in it depends on who asks.
type sheetKey struct {
	unit id.ID
	year int
	own  bool // with the drafts for the unit itself, which only whoever gives it its targets sees
}

// Sum is what the units below were given together; the bounds are summed, never the texts.
type Sum struct {
	Low, High int64 // High counts an open target by its low bound
	Given     int   // units that have a target
	Of        int   // units
}

// seen returns a unit with the scope the actor has over it, and the units above it that they may read too, the root first.
func seen(tx *store.Tx, who access.Actor, unit id.ID) (u org.Unit, scope access.Scope, above []org.Unit, err error) {
	if u, err = tx.Unit(unit); err != nil {
		return u, scope, nil, err
	}
	if scope, err = who.Over(u); err != nil {
		return u, scope, nil, err
	}
	above, err = tx.Above(u)
	return u, scope, who.Readable(above), err
}

// mayAt asks for a right at a unit below the nation, for what only such a unit has.
func mayAt(tx *store.Tx, who access.Actor, right access.Right, unit id.ID) error {
	u, err := tx.Unit(unit)
	if err != nil {
		return err
	}
	if u.ID == 0 {
		return fault.E("targets.mayAt", fault.Invalid, "obstacle.nation")
	}
	return who.Must(right, u)
}

// Sheet returns the targets of a unit and its children. What its rows point to is shared with other readers and may not be changed.
func (s *Service) Sheet(ctx context.Context, who access.Actor, unit id.ID, year int) (Sheet, error) {
	if year == 0 {
		year = s.st.Today().Year()
	}
	var may, own bool
	if err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		if err := who.Must(access.Read, u); err != nil {
			return err
		}
		above, err := giver(tx, u)
		may, own = who.Can(access.SetTarget, u), who.Can(access.SetTarget, above)
		return err
	}); err != nil {
		return Sheet{}, err
	}
	kept, mark, err := s.sheets.Read(ctx, sheetKey{unit, year, own}, func(tx *store.Tx) (*Sheet, error) { return readSheet(tx, who, unit, year, own) })
	if err != nil {
		return Sheet{}, err
	}
	if err := who.Must(access.Read, kept.Unit); err != nil { // it may have been read for somebody else
		return Sheet{}, err
	}
	sh := *kept
	sh.Mark, sh.Above = mark, who.Readable(slices.Clone(kept.Above))
	sh.Self.May, sh.Children, sh.Columns = own, slices.Clone(kept.Children), slices.Clone(kept.Columns)
	for i := range sh.Children {
		sh.Children[i].May = may
	}
	return sh, nil
}

func readSheet(tx *store.Tx, who access.Actor, unit id.ID, year int, own bool) (*Sheet, error) {
	u, err := tx.Unit(unit)
	if err != nil {
		return nil, err
	}
	scope, err := who.Over(u)
	if err != nil {
		return nil, err
	}
	above, err := tx.Above(u)
	if err != nil {
		return nil, err
	}
	sh := &Sheet{Unit: u, Above: above, Nation: scope.Nation(), Year: year, Today: tx.Today, AsOf: min(tx.Today, day.YearPeriod(year).To), Sums: map[string]Sum{}}
	kids, err := tx.ChildUnits(scope, sh.AsOf)
	if err != nil {
		return nil, err
	}
	return sh, fill(tx, sh, scope, kids, own)
}

func fill(tx *store.Tx, sh *Sheet, scope access.Scope, kids []org.Unit, ownDrafts bool) error {
	units := kids
	if !sh.Nation {
		units = append([]org.Unit{sh.Unit}, kids...)
	}
	done, err := results(tx, scope, units, sh.Year, sh.AsOf)
	if err != nil {
		return err
	}
	goals, why, err := following(tx, units, sh.Year)
	if err != nil {
		return err
	}
	for _, u := range units {
		row := Row{Unit: u, Lines: map[string]Line{}}
		for _, i := range target.Indicators {
			row.Lines[i.Code] = line(goals[key{u.ID, i.Code, ""}], done, u.ID, i.Code, sh)
		}
		if u.ID == sh.Unit.ID && !sh.Nation {
			sh.Self = row
			continue
		}
		sh.Children = append(sh.Children, row)
		sh.add(row)
	}
	if sh.Nation {
		return nil
	}
	if err := own(tx, scope, sh, goals); err != nil {
		return err
	}
	return cascade(tx, scope, sh, goals, why, ownDrafts)
}

// add counts a child into the sums.
func (sh *Sheet) add(row Row) {
	for code, l := range row.Lines {
		sum := sh.Sums[code]
		sum.Of++
		if l.Target.ID != 0 {
			sum.Given++
			sum.Low += l.Target.Least()
			sum.High += max(l.Target.Most(), l.Target.Least())
		}
		sh.Sums[code] = sum
	}
}

func line(t target.Target, done map[resultKey]int64, u id.ID, indicator string, sh *Sheet) Line {
	l := Line{Target: t, Before: done[resultKey{u, indicator, sh.Year - 1}]}
	if t.Year == 0 {
		t.Year = sh.Year
	}
	l.Progress = target.Measure(t, done[resultKey{u, indicator, sh.Year}], sh.AsOf)
	return l
}

// own reads the unit's targets for groups and the history of all of them.
func own(tx *store.Tx, scope access.Scope, sh *Sheet, goals map[key]target.Target) error {
	var err error
	if sh.History, err = tx.TargetHistory(sh.Unit.ID, sh.Year); err != nil {
		return err
	}
	for k, t := range goals {
		if k.unit != sh.Unit.ID || k.slice == "" {
			continue
		}
		n, err := sliceResult(tx, scope, sh, t)
		if err != nil {
			return err
		}
		sh.Slices = append(sh.Slices, Line{Target: t, Progress: target.Measure(t, n, sh.AsOf)})
	}
	sortLines(sh.Slices)
	return nil
}

type key struct {
	unit             id.ID
	indicator, slice string
}

// following returns the targets in force of units, and why those of units that ended came to them.
func following(tx *store.Tx, units []org.Unit, year int) (map[key]target.Target, map[id.ID][]target.Followed, error) {
	by := map[int][]id.ID{}
	for _, u := range units {
		by[u.Province()] = append(by[u.Province()], u.ID)
	}
	goals, why := map[key]target.Target{}, map[id.ID][]target.Followed{}
	for province, ids := range by {
		ts, fs, err := tx.Following(province, ids, year, tx.Today)
		if err != nil {
			return nil, nil, err
		}
		for _, t := range ts {
			goals[key{t.Unit, t.Indicator, t.Slice}] = t
		}
		maps.Copy(why, fs)
	}
	return goals, why, nil
}

func current(tx *store.Tx, units []org.Unit, year int) (map[key]target.Target, error) {
	goals, _, err := following(tx, units, year)
	return goals, err
}

// Change is one cell of the sheet as it was typed.
type Change struct {
	Unit      id.ID
	Indicator string
	Slice     string
	Text      string // empty withdraws the target
	Seen      id.ID  // the version the form showed, 0 for none
}

// Field names the cell in faults: "<unit>.<indicator>", and for a group "<unit>.<indicator>.<slice>".
func (c Change) Field() string {
	name := c.Unit.String() + "." + c.Indicator
	if c.Slice != "" {
		name += "." + c.Slice
	}
	return name
}

// Set stores the cells of a sheet that changed, all or none, and returns how many did. The fields of a
// fault are named by Change.Field.
func (s *Service) Set(ctx context.Context, who access.Actor, province, year int, source string, changes []Change) (int, error) {
	const op = "targets.Set"
	stored := 0
	err := s.st.Update(ctx, audit.Of(who, "target.set", province, 0), func(tx *store.Tx) error {
		stored = 0
		if err := tx.LockTargets(province); err != nil {
			return err
		}
		bad := fault.E(op, fault.Invalid, "target.invalid")
		for _, c := range changes {
			if c.Unit == 0 || c.Unit.Province() != province {
				return fault.E(op, fault.Invalid, "target.invalid")
			}
			set, err := setOne(tx, who, year, source, c)
			if text, ok := fault.FieldsOf(err)["source"]; ok {
				return fault.E(op, fault.Invalid, text.Key).Field("source", text.Key)
			}
			if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Stale) {
				text := firstText(err)
				bad.Field(c.Field(), text.Key, text.Args...)
				continue
			}
			if err != nil {
				return err
			}
			if set {
				stored++
			}
		}
		if len(bad.Fields) > 0 {
			return bad
		}
		tx.Did(0, strconv.Itoa(stored)+" chỉ tiêu, năm "+strconv.Itoa(year))
		return nil
	})
	if err != nil {
		return 0, err
	}
	return stored, nil
}

// firstText is what to tell about a cell: the first of its faults, by name.
func firstText(err error) fault.Text {
	fields := fault.FieldsOf(err)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		return fields[name]
	}
	return fault.TextOf(err)
}

func setOne(tx *store.Tx, who access.Actor, year int, source string, c Change) (bool, error) {
	const op = "targets.setOne"
	u, err := tx.Unit(c.Unit)
	if err != nil {
		return false, err
	}
	if err := who.Must(access.Read, u); err != nil {
		return false, err // before anything about the unit can be learnt from the answer
	}
	parent, err := giver(tx, u)
	if err != nil {
		return false, err
	}
	goals, err := current(tx, []org.Unit{u}, year)
	if err != nil {
		return false, err
	}
	now := goals[key{c.Unit, c.Indicator, c.Slice}]
	next := target.Target{ID: tx.NewID(u.Province()), Unit: u.ID, Year: year, Indicator: c.Indicator, Slice: c.Slice, Source: source, Version: now.Version}
	if c.Text != "" {
		if next.Op, next.Low, next.High, err = target.Parse(c.Text); err != nil {
			return false, err
		}
		if err := next.Check(); err != nil {
			return false, err
		}
	}
	if next.Op == now.Op && next.Low == now.Low && next.High == now.High {
		return false, nil
	}
	if !who.Can(access.SetTarget, parent) {
		return false, fault.E(op, fault.Forbidden, "error.forbidden")
	}
	if now.ID != c.Seen && now.ID == 0 {
		return false, fault.E(op, fault.Stale, "target.stale_withdrawn")
	}
	if now.ID != c.Seen {
		return false, fault.E(op, fault.Stale, "target.stale", now.String())
	}
	if p := day.YearPeriod(year); c.Text != "" && (u.Founded > p.To || u.Dissolved != 0 && u.Dissolved <= p.From) {
		return false, fault.E(op, fault.Invalid, "target.unit_gone", u.Name)
	}
	if now.ID != 0 && strings.TrimSpace(source) == "" { // what was given is adjusted by a document, never in silence
		return false, fault.E(op, fault.Invalid, "target.adjust_source").Field("source", "target.adjust_source")
	}
	if err := tx.DropDraft(next); err != nil {
		return false, err
	}
	return true, tx.AddTarget(next)
}

// giver is the unit whose committee gives u its targets.
func giver(tx *store.Tx, u org.Unit) (org.Unit, error) {
	if u.Parent == 0 {
		return u, nil
	}
	return tx.Unit(u.Parent)
}
