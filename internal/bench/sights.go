package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/demo"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// sights are the places requests go to: drawn from the database with a seed, so that two runs on one
// database ask for the same.
type sights struct {
	top      id.ID // where the users' role holds: the nation or the province
	roots    []org.Unit
	branches []org.Unit // communes and other committees directly under a root
	inner    []org.Unit // units that have units below them, for expanding
	people   []id.ID
	ways     []id.ID // people with a dossier on its way
	cells    []id.ID // where they are
	names    []string
	units    []string // words of names of units
}

// home is where the users of the bench read: everything there is.
func (b *run) home(ctx context.Context) (top id.ID, err error) {
	if b.Size == string(demo.Nation) {
		return 0, nil
	}
	err = b.st.View(ctx, func(tx *store.Tx) error {
		u, err := b.topUnit(tx)
		top = u.ID
		return err
	})
	return top, err
}

func (b *run) sights(ctx context.Context) (*sights, error) {
	top, err := b.home(ctx)
	if err != nil {
		return nil, err
	}
	var s *sights
	err = b.st.View(ctx, func(tx *store.Tx) error {
		s = &sights{top: top}
		r := rand.New(rand.NewPCG(b.Seed, 7))
		var provinces []store.Province
		if err := tx.EachProvince(func(p store.Province) error { provinces = append(provinces, p); return nil }); err != nil {
			return err
		}
		for _, p := range provinces {
			if err := s.lookAround(tx, b.who, p); err != nil {
				return err
			}
		}
		for range 400 {
			if err := s.meet(tx, provinces[r.IntN(len(provinces))].ID, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = b.ways(ctx, s)
	}
	if err == nil && len(s.people) == 0 {
		err = fmt.Errorf("nobody to look at")
	}
	return s, err
}

// ways notes people with a dossier on its way, and their cells. A demo tells them in its first commune only;
// without one the pages of a dossier are those of anybody.
func (b *run) ways(ctx context.Context, s *sights) error {
	err := b.st.View(ctx, func(tx *store.Tx) error {
		s.ways, s.cells = nil, nil
		scope, err := b.who.Over(s.roots[0])
		if err != nil {
			return err
		}
		page, err := tx.DossierList(scope, store.DossierFilter{}, "", 100)
		for _, r := range page.Rows {
			s.ways, s.cells = append(s.ways, r.Dossier.Person), append(s.cells, r.Unit)
		}
		return err
	})
	if len(s.ways) == 0 {
		s.ways, s.cells = s.people, []id.ID{s.roots[0].ID}
	}
	return err
}

// lookAround notes the units of a province.
func (s *sights) lookAround(tx *store.Tx, who access.Actor, p store.Province) error {
	root, err := tx.Unit(p.Root)
	if err != nil {
		return err
	}
	scope, err := who.Over(root)
	if err != nil {
		return err
	}
	kids, err := tx.ChildUnits(scope, tx.Today)
	s.roots, s.branches = append(s.roots, root), append(s.branches, kids...)
	s.inner = append(append(s.inner, root), kids...)
	for _, k := range kids {
		s.units = append(s.units, vi.Words(k.Name)...)
	}
	return err
}

// meet notes a few people of a province.
func (s *sights) meet(tx *store.Tx, province int, r *rand.Rand) error {
	first, last, err := tx.PeopleSpan(province)
	if err != nil || last == 0 {
		return err
	}
	ps, err := tx.PeopleFrom(province, first+id.ID(r.Int64N(int64(last-first)+1)), 3)
	for _, p := range ps {
		if p.Place.Stage != ledger.Outside {
			s.people, s.names = append(s.people, p.ID), append(s.names, p.Name)
		}
	}
	return err
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// somewhere is mostly a commune, sometimes all the user may see.
func (s *sights) somewhere(r *rand.Rand) id.ID {
	if r.IntN(3) == 0 {
		return s.top
	}
	return pick(r, s.branches).ID
}

// words are what somebody types who looks for a person: often one given name, often two or three
// words of a name in any order, sometimes the whole name.
func (s *sights) words(r *rand.Rand, marks bool) string {
	w := strings.Fields(pick(r, s.names))
	switch n := r.IntN(10); {
	case n < 3:
		w = w[len(w)-1:]
	case n < 8:
		r.Shuffle(len(w), func(i, j int) { w[i], w[j] = w[j], w[i] })
		w = w[:min(len(w), 2+r.IntN(2))]
	}
	text := strings.Join(w, " ")
	if marks {
		return text
	}
	return vi.Fold(text)
}

// pages are the requests measured, most of them for a unit drawn anew each time.
func (s *sights) pages() []page {
	fixed := func(form string, args ...any) func(*sights, *rand.Rand) string {
		path := fmt.Sprintf(form, args...)
		return func(*sights, *rand.Rand) string { return path }
	}
	list := []page{
		{name: "pilot.province", path: func(s *sights, r *rand.Rand) string { return "/don-vi/" + pick(r, s.roots).ID.String() }},
		{name: "pilot.commune", path: func(s *sights, r *rand.Rand) string { return "/don-vi/" + pick(r, s.branches).ID.String() }},
		{name: "pilot.past", path: func(s *sights, r *rand.Rand) string {
			return fmt.Sprintf("/don-vi/%s?ngay=2025-%02d-%02d", pick(r, s.roots).ID, 1+r.IntN(12), 1+r.IntN(28))
		}},
		{name: "targets.province", path: func(s *sights, r *rand.Rand) string { return "/chi-tieu?u=" + pick(r, s.roots).ID.String() }},
		{name: "targets.commune", path: func(s *sights, r *rand.Rand) string { return "/chi-tieu?u=" + pick(r, s.branches).ID.String() }},
		{name: "people.list", path: func(s *sights, r *rand.Rand) string { return "/nguoi?u=" + s.somewhere(r).String() }},
		{name: "people.stage", path: func(s *sights, r *rand.Rand) string {
			return fmt.Sprintf("/nguoi?u=%s&stage=%s", s.somewhere(r), pick(r, ledger.Stages))
		}},
		{name: "search.plain", path: func(s *sights, r *rand.Rand) string {
			return fmt.Sprintf("/nguoi?u=%s&q=%s", s.top, url.QueryEscape(s.words(r, false)))
		}},
		{name: "search.marks", path: func(s *sights, r *rand.Rand) string {
			return fmt.Sprintf("/nguoi?u=%s&q=%s", s.top, url.QueryEscape(s.words(r, true)))
		}},
		{name: "person", path: func(s *sights, r *rand.Rand) string { return "/nguoi/" + pick(r, s.people).String() }},
		{name: "dossier", path: func(s *sights, r *rand.Rand) string { return "/nguoi/" + pick(r, s.ways).String() + "/ho-so" }},
		{name: "dossiers.board", path: func(s *sights, r *rand.Rand) string { return "/ho-so?u=" + s.somewhere(r).String() }},
		{name: "today", path: func(s *sights, r *rand.Rand) string { return "/hom-nay?u=" + s.somewhere(r).String() }},
		{name: "today.cell", path: func(s *sights, r *rand.Rand) string { return "/hom-nay?u=" + pick(r, s.cells).String() }},
		{name: "work", path: func(s *sights, r *rand.Rand) string { return "/viec?u=" + s.somewhere(r).String() }},
		{name: "pool.commune", path: func(s *sights, r *rand.Rand) string { return "/nguon?u=" + pick(r, s.branches).ID.String() }},
		{name: "tree.first", path: fixed("/to-chuc")},
		{name: "tree.expand", part: true, path: func(s *sights, r *rand.Rand) string { return "/to-chuc/" + pick(r, s.inner).ID.String() + "/con" }},
		{name: "tree.search", path: func(s *sights, r *rand.Rand) string {
			return "/to-chuc?q=" + url.QueryEscape(pick(r, s.units)+" "+pick(r, s.units))
		}},
	}
	if s.top == 0 {
		list = slices.Insert(list, 0, page{name: "pilot.nation", path: fixed("/don-vi/0")})
	}
	return list
}
