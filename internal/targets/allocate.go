package targets

import (
	"context"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// Ask says how a number is divided among the units directly below.
type Ask struct {
	Unit      id.ID
	Year      int
	Indicator string
	Slice     string // a sub-group: no unit gets more of it than it has of the whole
	Text      string // what is divided; empty takes what the unit itself was given
	Method    target.Method
	Percent   int64 // of ByPercent, with Places decimals
	Places    int
	Bloc      string          // only the units of a bloc (khối); "" all
	Floor     int64           // for every unit
	Cap       int64           // for every unit; 0 is none
	Floors    map[id.ID]int64 // of single units, over Floor
	Caps      map[id.ID]int64 // of single units, over Cap
}

// Share is one unit's part in a preview.
type Share struct {
	Unit       org.Unit
	Weight     int64 // members, pool, result: what it was divided by
	Floor, Cap int64 // Cap target.NoCap for none
	Now        Cell
	Part       target.Value
}

// Preview is how a number would be divided; nothing is stored.
type Preview struct {
	Unit     org.Unit
	Ask      Ask
	AsOf     day.Date
	Whole    target.Value
	Given    bool // there was a number to divide
	Shares   []Share
	Sum      target.Total
	Beside   []target.Given // what the units outside the bloc have
	Blocs    []string       // blocs among the units below
	Findings []target.Finding
	May      bool
}

// Preview divides without storing anything.
func (s *Service) Preview(ctx context.Context, who access.Actor, a Ask) (Preview, error) {
	var p Preview
	err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		p, err = preview(tx, who, a)
		return err
	})
	return p, err
}

// Allocate divides and keeps the parts as drafts. It returns the preview it stored.
func (s *Service) Allocate(ctx context.Context, who access.Actor, a Ask) (Preview, error) {
	var p Preview
	err := s.st.Update(ctx, audit.Of(who, "target.allocate", a.Unit.Province(), a.Unit), func(tx *store.Tx) (err error) {
		if p, err = preview(tx, who, a); err != nil {
			return err
		}
		if err := who.Must(access.SetTarget, p.Unit); err != nil {
			return err
		}
		ds := make([]store.Draft, len(p.Shares))
		for i, x := range p.Shares {
			ds[i] = store.Draft{Giver: p.Unit.ID, Target: target.Target{Unit: x.Unit.ID, Year: p.Ask.Year, Indicator: a.Indicator, Slice: a.Slice, Op: x.Part.Op, Low: x.Part.Low, High: x.Part.High}}
		}
		tx.Did(a.Unit, string(a.Method)+" "+p.Whole.String())
		return tx.PutDrafts(ds)
	})
	return p, err
}

func preview(tx *store.Tx, who access.Actor, a Ask) (Preview, error) {
	p := Preview{Ask: a}
	var err error
	if p.Unit, err = tx.Unit(a.Unit); err != nil {
		return p, err
	}
	scope, err := who.Over(p.Unit)
	if err != nil {
		return p, err
	}
	if scope.Nation() {
		return p, fault.E("targets.preview", fault.Invalid, "target.alloc_nation")
	}
	if p.Ask.Year == 0 {
		p.Ask.Year = tx.Today.Year()
	}
	p.AsOf, p.May = tx.Today, who.Can(access.SetTarget, p.Unit)
	kids, err := tx.ChildUnits(scope, tx.Today)
	if err != nil {
		return p, err
	}
	blocs, err := tx.BlocsOf(p.Unit.Province(), idsOf(kids), tx.Today)
	if err != nil {
		return p, err
	}
	for _, k := range kids {
		for _, b := range blocs[k.ID] {
			if !slices.Contains(p.Blocs, b) {
				p.Blocs = append(p.Blocs, b)
			}
		}
	}
	slices.Sort(p.Blocs)
	var others []org.Unit
	if a.Bloc != "" {
		all := kids
		kids = nil
		for _, k := range all {
			if slices.Contains(blocs[k.ID], a.Bloc) {
				kids = append(kids, k)
			} else {
				others = append(others, k)
			}
		}
	}
	if err := p.whole(tx); err != nil {
		return p, err
	}
	return p, p.divide(tx, scope, kids, others)
}

func idsOf(us []org.Unit) []id.ID {
	ids := make([]id.ID, len(us))
	for i, u := range us {
		ids[i] = u.ID
	}
	return ids
}

// whole finds what is divided: what was typed, else what the unit was given.
func (p *Preview) whole(tx *store.Tx) error {
	a := p.Ask
	t := target.Target{Unit: a.Unit, Year: a.Year, Indicator: a.Indicator, Slice: a.Slice}
	if a.Text != "" {
		var err error
		if t.Op, t.Low, t.High, err = target.Parse(a.Text); err != nil {
			return fault.E("targets.whole", fault.Invalid, "target.invalid").Field("text", "target.unreadable", a.Text)
		}
		if err := t.Check(); err != nil {
			text := firstText(err)
			return fault.E("targets.whole", fault.Invalid, text.Key, text.Args...).Field("text", text.Key, text.Args...)
		}
	} else {
		goals, err := current(tx, []org.Unit{p.Unit}, a.Year)
		if err != nil {
			return err
		}
		t = goals[key{a.Unit, a.Indicator, a.Slice}]
	}
	p.Whole, p.Given = t.Value(), t.Op != ""
	return nil
}

// divide weighs the units and gives each its part; the others keep what they have.
func (p *Preview) divide(tx *store.Tx, scope access.Scope, kids, others []org.Unit) error {
	if !slices.Contains(target.Methods, p.Ask.Method) {
		p.Ask.Method = target.ByMembers
	}
	weights, err := weigh(tx, scope, kids, p.Ask)
	if err != nil {
		return err
	}
	goals, err := current(tx, slices.Concat(kids, others), p.Ask.Year)
	if err != nil {
		return err
	}
	drafts, err := tx.Drafts(scope, p.Ask.Year, false)
	if err != nil {
		return err
	}
	over := map[key]target.Target{}
	for _, d := range drafts {
		over[key{d.Unit, d.Indicator, d.Slice}] = d.Target
	}
	us, wholes := make([]target.Weighed, len(kids)), make([]target.Part, len(kids))
	for i, k := range kids {
		us[i] = p.Ask.weighed(k.ID, weights[k.ID])
		now := cellOf(goals, over, key{k.ID, p.Ask.Indicator, p.Ask.Slice})
		p.Shares = append(p.Shares, Share{Unit: k, Weight: weights[k.ID], Floor: us[i].Floor, Cap: us[i].Cap, Now: now})
		v, _ := cellOf(goals, over, key{k.ID, p.Ask.Indicator, ""}).Value()
		wholes[i] = target.Part{Unit: k.ID, Value: v}
	}
	parts, err := p.parts(us, wholes)
	if err != nil {
		return err
	}
	for i, part := range parts {
		p.Shares[i].Part = part.Value
		p.Sum.Add(part.Value)
	}
	for _, k := range others {
		if v, ok := cellOf(goals, over, key{k.ID, p.Ask.Indicator, p.Ask.Slice}).Value(); ok {
			p.Beside = append(p.Beside, target.Given{ID: k.ID, Value: v})
		}
	}
	return p.check(tx)
}

func cellOf(goals, over map[key]target.Target, k key) Cell {
	d, drafted := over[k]
	return Cell{Target: goals[k], Draft: d, Drafted: drafted}
}

// weighed applies floors and caps.
func (a Ask) weighed(u id.ID, weight int64) target.Weighed {
	w := target.Weighed{Unit: u, Weight: weight, Floor: a.Floor, Cap: target.NoCap}
	if a.Cap > 0 {
		w.Cap = a.Cap
	}
	if f, ok := a.Floors[u]; ok {
		w.Floor = f
	}
	if c, ok := a.Caps[u]; ok {
		w.Cap = c
	}
	return w
}

func (p *Preview) parts(us []target.Weighed, wholes []target.Part) ([]target.Part, error) {
	switch {
	case p.Ask.Method == target.ByPercent:
		return target.ByShare(p.Ask.Percent, p.Ask.Places, target.AtLeast, us), nil
	case !p.Given:
		return nil, fault.E("targets.parts", fault.Invalid, "target.alloc_nothing").Field("text", "target.alloc_nothing")
	case p.Ask.Slice != "":
		return target.DividePart(p.Whole, us, wholes)
	}
	return target.Divide(p.Whole, us)
}

// check is C1 on the preview against what the unit was given, else against what was typed. Beside the parts of a bloc stand those that
// the other units have; as these may follow later, only too much is a finding then.
func (p *Preview) check(tx *store.Tx) error {
	goals, err := current(tx, []org.Unit{p.Unit}, p.Ask.Year)
	if err != nil {
		return err
	}
	whole := p.Whole
	if own, ok := goals[key{p.Unit.ID, p.Ask.Indicator, p.Ask.Slice}]; ok {
		whole = own.Value()
	} else if !p.Given {
		return nil
	}
	parts := slices.Clone(p.Beside)
	for _, s := range p.Shares {
		parts = append(parts, target.Given{ID: s.Unit.ID, Value: s.Part})
	}
	p.Findings = target.Children(target.Given{ID: p.Unit.ID, Value: whole}, parts)
	if p.Ask.Bloc != "" {
		p.Findings = slices.DeleteFunc(p.Findings, func(f target.Finding) bool { return f.Key != "target.c1_over" })
	}
	return nil
}

// weigh returns what the units are weighed by.
func weigh(tx *store.Tx, scope access.Scope, kids []org.Unit, a Ask) (map[id.ID]int64, error) {
	w := map[id.ID]int64{}
	switch a.Method {
	case target.ByEqual:
		for _, k := range kids {
			w[k.ID] = 1
		}
		return w, nil
	case target.ByLast:
		done, err := results(tx, scope, kids, a.Year-1, min(tx.Today, day.YearPeriod(a.Year-1).To))
		for _, k := range kids {
			w[k.ID] = done[resultKey{k.ID, a.Indicator, a.Year - 1}]
		}
		return w, err
	}
	stages := []ledger.Stage{ledger.Probationary, ledger.Official}
	if a.Method == target.ByPool {
		stages = []ledger.Stage{ledger.Proposed, ledger.Pool, ledger.Certified, ledger.Dossier}
	}
	return w, stock(tx, scope, kids, stages, w)
}

// stock adds today's people at some stages of each unit's subtree: from counters where there are any.
func stock(tx *store.Tx, scope access.Scope, kids []org.Unit, stages []ledger.Stage, w map[id.ID]int64) error {
	var tallied []id.ID
	var deep []org.Unit
	for _, k := range kids {
		if k.Tallied() {
			tallied = append(tallied, k.ID)
		} else {
			deep = append(deep, k)
		}
	}
	if len(tallied) > 0 {
		if err := tx.StockToday(scope.Unit().Province(), tallied, func(u id.ID, s ledger.Stage, n int64) {
			if slices.Contains(stages, s) {
				w[u] += n
			}
		}); err != nil {
			return err
		}
	}
	if len(deep) == 0 {
		return nil
	}
	return tx.SubtreeStock(scope, func(x store.UnitStock) {
		for _, k := range deep {
			if slices.Contains(stages, x.Stage) && strings.HasPrefix(x.Path, k.Path) {
				w[k.ID] += x.N
			}
		}
	})
}
