// Package demo makes invented provinces: real names of communes, plausible names of people, ten
// years of movements with their seasons, lapsed certificates, lagging and empty units (services
// floor). The same seed and day always make the same records; nobody in them exists.
package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/geo"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// chunk is how many people one transaction holds: many, because nobody else writes meanwhile and a
// page that many rows land on is written once. With 2,000 the same people took a third longer.
const chunk = 10_000

// Options of a demo.
type Options struct {
	Size     Size
	Seed     uint64
	Progress func(done, total int) // people so far; may be nil
}

// Result says what was made.
type Result struct {
	Units, People, Members, Movements int
	Dossiers                          int   // on their way through the procedure, besides the people
	Root                              id.ID // of the first province
	Commune                           id.ID // a commune to look at
	Secretary                         id.ID // a cell of it with dossiers on their way
	Probationer                       id.ID // somebody who has an own account there
}

// Run fills an empty database.
func Run(ctx context.Context, st *store.Store, o Options) (Result, error) {
	var res Result
	places, plans, err := lay(o)
	if err != nil {
		return res, err
	}
	for i, p := range places {
		g := &grower{st: st, opt: o, place: p, res: &res, number: number(p.Code)}
		if err := g.grow(ctx, plans[i]); err != nil {
			return res, fmt.Errorf("demo: %s: %w", p.Name, err)
		}
		if i > 0 {
			continue
		}
		var err error
		if res.Dossiers, err = g.tell(ctx); err != nil {
			return res, fmt.Errorf("demo: %s: %w", p.Name, err)
		}
	}
	return res, nil
}

// lay lays out the provinces of a size with the members every unit will have; their sum is exact.
func lay(o Options) ([]geo.Place, []*node, error) {
	places := geo.Provinces()
	if o.Size != Nation {
		p, ok := geo.Lookup(home)
		if !ok {
			return nil, nil, fmt.Errorf("demo: no place %s", home)
		}
		places = []geo.Place{p}
	}
	plans := make([]*node, len(places))
	weight := 0.0
	for i, p := range places {
		plans[i] = provincePlan(p, o.Size, random(o.Seed, p.Code, "plan"))
		plans[i].leaves(func(n *node) { weight += n.weight })
	}
	quotas := divide(plans, weight, o.Size.Members()-tellMembers())
	for i, plan := range plans {
		share(plan, quotas[i])
	}
	return places, plans, nil
}

// divide hands out members over provinces by the weight of their units; the sum is exact.
func divide(plans []*node, weight float64, total int) []int {
	quotas, left := make([]int, len(plans)), total
	for i, plan := range plans {
		w := 0.0
		plan.leaves(func(n *node) { w += n.weight })
		quotas[i] = int(float64(total) * w / weight)
		if i == len(plans)-1 {
			quotas[i] = left
		}
		left -= quotas[i]
	}
	return quotas
}

// random returns the source of one purpose: adding people to one place never changes another.
func random(seed uint64, parts ...string) *rand.Rand {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p + "|"))
	}
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// number is the partition of a province: its administrative code.
func number(code string) int {
	n := 0
	for _, r := range code {
		n = n*10 + int(r-'0')
	}
	return n
}

// highland are the codes of provinces where most people belong to ethnic minorities.
var highland = map[string]int{"04": 85, "08": 60, "11": 75, "12": 80, "14": 75, "15": 55, "20": 75, "19": 35, "66": 30, "52": 35, "51": 25, "25": 25, "38": 15, "40": 15}

// grower makes one province.
type grower struct {
	st     *store.Store
	opt    Options
	place  geo.Place
	number int
	res    *Result
	live   []seat
}

// seat is a unit that got people.
type seat struct {
	n         *node
	u         org.Unit
	committee bool // a committee of a grassroots organisation stands above it
	section   bool // a section committee does
}

// has reports whether the unit has above it who takes a step.
func (s seat) has(step dossier.Step) bool {
	switch step {
	case dossier.CommitteeVote:
		return s.committee
	case dossier.SectionReport:
		return s.section
	}
	return true
}

func (g *grower) entry(action string) audit.Entry {
	return audit.Of(access.System("demo"), action, g.number, 0)
}

func (g *grower) grow(ctx context.Context, plan *node) error {
	if err := g.units(ctx, plan); err != nil {
		return err
	}
	k := g.maker("people")
	ready := make(chan []store.Enrolment, 2)
	go func() {
		defer close(ready)
		var es []store.Enrolment
		for _, s := range g.live {
			k.unit(s.n, s.u.ID, func(e store.Enrolment) {
				if es = append(es, e); len(es) == chunk {
					ready <- es
					es = nil
				}
			})
		}
		ready <- es
	}()
	var failed error
	for es := range ready {
		if failed == nil {
			failed = g.flush(ctx, es)
		}
	}
	return failed
}

// maker returns who invents people for one purpose.
func (g *grower) maker(purpose string) *maker {
	minority := highland[g.place.Code]
	if minority == 0 {
		minority = 4
	}
	today := g.st.Today()
	return &maker{r: random(g.opt.Seed, g.place.Code, purpose), today: today, start: day.Of(today.Year()-years, 1, 1),
		poolAge: g.st.Rules().Int("pool.min_age"), province: g.place.Code, name: g.place.Name, minority: minority,
		newID: func() id.ID { return g.st.NewID(g.number) }}
}

func (g *grower) flush(ctx context.Context, es []store.Enrolment) error {
	if len(es) == 0 {
		return nil
	}
	if err := g.st.Update(ctx, g.entry("demo.people"), func(tx *store.Tx) error { return tx.Enrol(es) }); err != nil {
		return err
	}
	for _, e := range es {
		g.res.Movements += len(e.Movements)
		if e.Person.Place.Stage.Member() {
			g.res.Members++
		}
	}
	g.res.People += len(es)
	if g.opt.Progress != nil {
		g.opt.Progress(g.res.People, g.opt.Size.Members()*112/100)
	}
	return nil
}

// units founds the units of the plan and sets their targets.
func (g *grower) units(ctx context.Context, plan *node) error {
	return g.st.Update(ctx, g.entry("demo.units"), func(tx *store.Tx) error {
		g.live = nil
		r := random(g.opt.Seed, g.place.Code, "targets")
		root, err := g.unit(tx, org.Unit{}, plan)
		if err != nil {
			return err
		}
		if g.res.Root == 0 {
			g.res.Root = root.ID
		}
		return g.targets(tx, root, plan, r, true)
	})
}

func (g *grower) unit(tx *store.Tx, parent org.Unit, n *node) (org.Unit, error) {
	u := org.Unit{ID: tx.NewID(g.number), Kind: n.kind, Name: n.name, Short: n.short, Code: n.code, Sector: n.sector, Location: n.location,
		Founded: day.Of(n.founded, 1, 1)}.Place(parent)
	if err := tx.AddUnit(u); err != nil {
		return u, err
	}
	g.res.Units++
	if g.res.Commune == 0 && u.Depth == 1 {
		g.res.Commune = u.ID
	}
	for _, b := range n.blocs {
		if err := tx.AddTag(org.Tag{Unit: u.ID, Kind: org.BlocTag, Value: b, From: u.Founded}); err != nil {
			return u, err
		}
	}
	if n.kind == org.Upper {
		power := org.Tag{Unit: u.ID, Kind: org.PowerTag, Value: "Ban thường vụ quyết định kết nạp, công nhận đảng viên", From: u.Founded, Source: "Dữ liệu minh họa"}
		if err := tx.AddTag(power); err != nil {
			return u, err
		}
	}
	if n.members > 0 {
		g.live = append(g.live, seat{n, u, parent.Kind == org.Grassroots, parent.Kind == org.Section})
	}
	n.id = u.ID
	for _, c := range n.children {
		if _, err := g.unit(tx, u, c); err != nil {
			return u, err
		}
	}
	return u, nil
}

// targets sets three years of targets for a unit and the units directly under a commune.
func (g *grower) targets(tx *store.Tx, root org.Unit, n *node, r *rand.Rand, deep bool) error {
	members := 0
	n.leaves(func(x *node) { members += x.members })
	for y := g.st.Today().Year() - 2; y <= g.st.Today().Year(); y++ {
		admit := max(1, int64(float64(members)*0.0245*(0.9+0.2*r.Float64())+0.5))
		t := target.Target{ID: tx.NewID(g.number), Unit: n.id, Year: y, Indicator: "admit", Op: target.Exactly, Low: admit, Source: fmt.Sprintf("%d-KH/TU", y%100)}
		switch r.IntN(6) {
		case 0:
			t.Op = target.AtLeast
		case 1:
			t.Op = target.Above
		case 2:
			t.Op, t.High = target.Between, admit+max(1, admit/8)
		}
		if err := tx.AddTarget(t); err != nil {
			return err
		}
		c := target.Target{ID: tx.NewID(g.number), Unit: n.id, Year: y, Indicator: "course", Op: target.AtLeast, Low: max(1, admit*7/10), Source: t.Source}
		if err := tx.AddTarget(c); err != nil {
			return err
		}
	}
	if !deep {
		return nil
	}
	for _, c := range n.children {
		if err := g.targets(tx, root, c, r, n.kind == org.Province && g.opt.Size != Nation); err != nil {
			return err
		}
	}
	return nil
}
