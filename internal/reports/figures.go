package reports

import (
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// figures collects what a pilot page shows. The counters give whole months; the days of the month
// of AsOf that come after it are read from the ledger and taken off again. Units without counters
// are counted from people and movements of the subtree.
type figures struct {
	p     *Pilot
	rows  map[id.ID]*tallied
	whole day.Month // last month read from the counters
}

// tallied is the raw figures of one unit.
type tallied struct {
	stock   map[ledger.Stage]int64
	admit   int64
	train   int64
	monthly map[day.Month]int64
	quality Quality
	stuck   []Stuck
	latest  day.Month // of the last admission, 0 when the figures reach none
}

func newFigures(p *Pilot) *figures {
	return &figures{p: p, rows: map[id.ID]*tallied{}, whole: p.AsOf.MonthOf()}
}

func (f *figures) at(u id.ID) *tallied {
	t := f.rows[u]
	if t == nil {
		t = &tallied{stock: map[ledger.Stage]int64{}, monthly: map[day.Month]int64{}}
		f.rows[u] = t
	}
	return t
}

func (f *figures) read(tx *store.Tx, scope access.Scope, kids []org.Unit) error {
	if err := f.counts(tx, scope, kids); err != nil {
		return err
	}
	over := tops{scope.Unit().Path: scope.Unit().ID}
	if scope.Nation() {
		over = tops{}
	}
	for _, k := range kids {
		over[k.Path] = k.ID
	}
	provinces, err := provincesOf(tx, scope)
	if err != nil {
		return err
	}
	if err := f.flaws(tx, over, provinces); err != nil {
		return err
	}
	return f.obstacles(tx, scope, kids)
}

func (f *figures) counts(tx *store.Tx, scope access.Scope, kids []org.Unit) error {
	if scope.Nation() {
		for _, k := range kids {
			if err := f.counters(tx, k.Province(), []id.ID{k.ID}); err != nil {
				return err
			}
		}
		return nil
	}
	u := scope.Unit()
	if u.Depth == 0 {
		ids := []id.ID{u.ID}
		for _, k := range kids {
			ids = append(ids, k.ID)
		}
		return f.counters(tx, u.Province(), ids)
	}
	return f.ledger(tx, scope, kids)
}

// flows are the measures of the happenings of every indicator.
var flows = func() (list []ledger.Measure) {
	for _, i := range target.Indicators {
		for _, c := range i.Causes {
			list = append(list, ledger.Happened(c))
		}
	}
	return list
}()

// counters reads the counters of units of one province and takes off the days after AsOf.
func (f *figures) counters(tx *store.Tx, province int, units []id.ID) error {
	if err := f.sums(tx, province, units); err != nil {
		return err
	}
	self := []id.ID{f.p.Unit.ID}
	if f.p.Nation {
		self = units
	}
	from := day.MonthOf(f.p.Year, 1)
	if err := tx.LatestMonths(province, units, admissions, f.whole, func(u id.ID, m day.Month) { f.at(u).latest = m }); err != nil {
		return err
	}
	if err := tx.Figures(province, self, admissions, from-day.Month(12*target.Reading().HistoryYears.Value), f.whole, func(x store.Figure) {
		if admits(x.Measure) {
			f.at(x.Unit).monthly[x.Month] += x.N
		}
	}); err != nil {
		return err
	}
	return f.takeOff(tx, province, units)
}

// sums reads the stock of units, which is today's without the months after that of AsOf, and what
// happened in the year.
func (f *figures) sums(tx *store.Tx, province int, units []id.ID) error {
	if err := tx.StockToday(province, units, func(u id.ID, s ledger.Stage, n int64) { f.at(u).stock[s] += n }); err != nil {
		return err
	}
	var spans []store.Span
	if last := tx.Today.MonthOf(); last > f.whole {
		for _, s := range ledger.Stages {
			spans = append(spans, store.Span{Measure: ledger.Stock(s), From: f.whole + 1, To: last})
		}
	}
	for _, m := range flows {
		spans = append(spans, store.Span{Measure: m, From: day.MonthOf(f.p.Year, 1), To: f.whole})
	}
	for _, c := range counted {
		spans = append(spans, store.Span{Measure: ledger.Happened(c), From: day.MonthOf(f.p.Year, 1), To: f.whole})
	}
	crowd := len(spans)
	year, month := f.p.crowdYear(), target.Reading().LateMonth.Value
	for _, c := range target.Admissions.Causes {
		spans = append(spans, store.Span{Measure: ledger.Happened(c), From: day.MonthOf(year, month), To: day.MonthOf(year, month)},
			store.Span{Measure: ledger.Happened(c), From: day.MonthOf(year, 1), To: day.MonthOf(year, 12)})
	}
	return tx.FigureSums(province, units, spans, func(u id.ID, sums []int64) {
		t := f.at(u)
		for i, x := range spans {
			switch {
			case i >= crowd && x.From == x.To:
				t.quality.Crowded += sums[i]
			case i >= crowd:
				t.quality.OfYear += sums[i]
			case x.Measure >= ledger.Stock(0):
				t.stock[ledger.Stage(x.Measure-ledger.Stock(0))] -= sums[i]
			case admits(x.Measure):
				t.admit += sums[i]
			case trains(x.Measure):
				t.train += sums[i]
			default:
				t.quality.add(x.Measure, sums[i])
			}
		}
	})
}

// admissions are the measures of admissions.
var admissions = func() (list []ledger.Measure) {
	for _, c := range target.Admissions.Causes {
		list = append(list, ledger.Happened(c))
	}
	return list
}()

// admits reports whether a measure counts admissions.
func admits(m ledger.Measure) bool {
	return slices.ContainsFunc(target.Admissions.Causes, func(c ledger.Cause) bool { return m == ledger.Happened(c) })
}

// trains reports whether a measure counts certificates of the course.
func trains(m ledger.Measure) bool {
	return slices.ContainsFunc(target.Course.Causes, func(c ledger.Cause) bool { return m == ledger.Happened(c) })
}

// add puts a happening where it is shown.
func (f *figures) add(t *tallied, m ledger.Measure, month day.Month, n int64) {
	this := month.Year() == f.p.Year
	switch {
	case admits(m):
		t.monthly[month] += n
		if this {
			t.admit += n
		}
		if n > 0 {
			t.latest = max(t.latest, month)
		}
		if month.Year() == f.p.crowdYear() {
			t.quality.OfYear += n
			if month.Month() == target.Reading().LateMonth.Value {
				t.quality.Crowded += n
			}
		}
	case !this:
	case trains(m):
		t.train += n
	default:
		t.quality.add(m, n)
	}
}

// takeOff removes what happened after AsOf in its month; nothing does when AsOf is today or the last
// day of the month, because no movement takes effect in the future.
func (f *figures) takeOff(tx *store.Tx, province int, units []id.ID) error {
	end := f.whole.Last()
	if f.p.AsOf >= end || f.p.AsOf >= tx.Today {
		return nil
	}
	over := tops{}
	for _, u := range units {
		x, err := tx.Unit(u)
		if err != nil {
			return err
		}
		over[x.Path] = u
	}
	late := ledger.Tally{}
	if err := tx.ProvinceMovements(province, f.p.AsOf.AddDays(1), end, func(m *store.PathMovement) { over.count(late, m) }); err != nil {
		return err
	}
	f.apply(late, -1, true)
	return nil
}

// tops are the units of a page by their path.
type tops map[string]id.ID

// each calls f with every unit of the page at or over a path.
func (t tops) each(path string, f func(id.ID)) {
	for i := 1; i < len(path); i++ {
		if path[i] == '/' {
			if u, ok := t[path[:i+1]]; ok {
				f(u)
			}
		}
	}
}

// count adds a movement at the units of the page it touches.
func (t tops) count(to ledger.Tally, m *store.PathMovement) {
	var room [2][8]id.ID
	from, into := room[0][:0], room[1][:0]
	t.each(m.FromPath, func(u id.ID) { from = append(from, u) })
	t.each(m.ToPath, func(u id.ID) { into = append(into, u) })
	for _, u := range from {
		to.Add(u, m.Movement, true, slices.Contains(into, u))
	}
	for _, u := range into {
		if !slices.Contains(from, u) {
			to.Add(u, m.Movement, false, true)
		}
	}
}

// apply adds a tally d times to the rows; flows say whether happenings are applied too.
func (f *figures) apply(t ledger.Tally, d int64, happenings bool) {
	for k, c := range t {
		n := d * c[ledger.SliceAll]
		if stage := k.Measure - ledger.Stock(0); stage >= 0 && k.Measure < ledger.StockNow(0) {
			f.at(k.Unit).stock[ledger.Stage(stage)] += n
		} else if k.Measure < ledger.Stock(0) && happenings {
			f.add(f.at(k.Unit), k.Measure, k.Month, n)
		}
	}
}

// ledger reads the figures of a unit at or below a branch from people and movements. The unit itself
// and each child are counted as subtrees.
func (f *figures) ledger(tx *store.Tx, scope access.Scope, kids []org.Unit) error {
	over := tops{scope.Unit().Path: scope.Unit().ID}
	for _, k := range kids {
		over[k.Path] = k.ID
	}
	if err := tx.SubtreeStock(scope, func(x store.UnitStock) {
		over.each(x.Path, func(u id.ID) { f.at(u).stock[x.Stage] += x.N })
	}); err != nil {
		return err
	}
	later, inYears := ledger.Tally{}, ledger.Tally{}
	from := min(f.p.HistoryFrom(), f.p.AsOf.AddDays(1))
	if err := tx.SubtreeMovements(scope, from, tx.Today, func(m *store.PathMovement) {
		if m.Effective > f.p.AsOf {
			over.count(later, m)
			return
		}
		over.count(inYears, m)
	}); err != nil {
		return err
	}
	f.apply(later, -1, false)
	for k, c := range inYears {
		f.add(f.at(k.Unit), k.Measure, k.Month, c[ledger.SliceAll])
	}
	return nil
}

// fill turns the raw figures into the rows of the page, with targets.
func (f *figures) fill(tx *store.Tx, kids []org.Unit) error {
	goals, err := f.goals(tx, kids)
	if err != nil {
		return err
	}
	p := f.p
	p.Children = make([]Row, 0, len(kids))
	for _, k := range kids {
		p.Children = append(p.Children, f.row(k, goals))
	}
	worstFirst(p.Children)
	if p.Nation {
		f.sum(kids)
	}
	p.Self = f.row(p.Unit, goals)
	for month, n := range f.at(p.Unit.ID).monthly {
		switch month.Year() {
		case p.Year:
			p.ThisYear[month.Month()-1] += n
		case p.Year - 1:
			p.LastYear[month.Month()-1] += n
		}
	}
	p.Forecast = f.foresee()
	return nil
}

// sum makes the nation the sum of its provinces.
func (f *figures) sum(kids []org.Unit) {
	all := f.at(0)
	for _, k := range kids {
		t := f.at(k.ID)
		for s, n := range t.stock {
			all.stock[s] += n
		}
		for m, n := range t.monthly {
			all.monthly[m] += n
		}
		all.admit += t.admit
		all.train += t.train
		all.quality.join(t.quality)
		for _, x := range t.stuck {
			all.stick(x)
		}
		all.latest = max(all.latest, t.latest)
	}
}

type goalKey struct {
	unit      id.ID
	indicator string
}

// goals reads the targets of the page's units. The nation has none of its own in this form: its
// line is the sum of its provinces' lower bounds when every province has one.
func (f *figures) goals(tx *store.Tx, kids []org.Unit) (map[goalKey]target.Target, error) {
	by := map[int][]id.ID{}
	if !f.p.Nation {
		by[f.p.Unit.Province()] = append(by[f.p.Unit.Province()], f.p.Unit.ID)
	}
	for _, k := range kids {
		by[k.Province()] = append(by[k.Province()], k.ID)
	}
	goals := map[goalKey]target.Target{}
	for province, ids := range by {
		ts, _, err := tx.Following(province, ids, f.p.Year, f.p.AsOf)
		if err != nil {
			return nil, err
		}
		for _, t := range ts {
			if t.Slice == "" {
				goals[goalKey{t.Unit, t.Indicator}] = t
			}
		}
	}
	if f.p.Nation {
		for _, i := range target.Indicators {
			if t, ok := sumGoals(goals, kids, i.Code, f.p.Year); ok {
				goals[goalKey{0, i.Code}] = t
			}
		}
	}
	return goals, nil
}

func sumGoals(goals map[goalKey]target.Target, kids []org.Unit, indicator string, year int) (target.Target, bool) {
	sum := target.Target{Year: year, Indicator: indicator, Op: target.AtLeast}
	for _, k := range kids {
		t, ok := goals[goalKey{k.ID, indicator}]
		if !ok {
			return sum, false
		}
		sum.Low += t.Least()
	}
	return sum, len(kids) > 0
}

func (f *figures) row(u org.Unit, goals map[goalKey]target.Target) Row {
	t := f.at(u.ID)
	r := Row{Unit: u, Stock: t.stock, Admitted: t.admit, Trained: t.train, Quality: t.quality, Stuck: t.stuck, Latest: t.latest, Leaf: u.Kind == org.Cell || u.Kind == org.BaseCell, Shifted: f.p.shifted[u.ID]}
	var g target.Target
	if g, r.HasAdmit = goals[goalKey{u.ID, target.Admissions.Code}]; r.HasAdmit {
		r.Admit = target.Measure(g, r.Admitted, f.p.AsOf)
	}
	if g, r.HasTrain = goals[goalKey{u.ID, target.Course.Code}]; r.HasTrain {
		r.Course = target.Measure(g, r.Trained, f.p.AsOf)
	}
	return r
}
