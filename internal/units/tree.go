package units

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

// PageSize is how many units below one are read at a time.
const PageSize = 200

// Node is a unit in the tree of some day. The nation has the ID 0.
type Node struct {
	ID      id.ID    `json:"id"`
	Kind    org.Kind `json:"kind"`
	Name    string   `json:"name"`
	Short   string   `json:"short,omitempty"`
	Code    string   `json:"code,omitempty"`
	Members int64    `json:"members"` // official and probationary, with everything below
	More    bool     `json:"more"`    // has units below it
	Open    bool     `json:"-"`
	Here    bool     `json:"-"` // the unit that was asked for
	Kids    []Node   `json:"kids,omitempty"`
	Next    string   `json:"next,omitempty"` // cursor of the next kids
	Cut     bool     `json:"-"`              // Kids do not begin with the first
}

// Page is some of the units directly under one.
type Page struct {
	Of    id.ID    `json:"of"`
	On    day.Date `json:"on"`
	Nodes []Node   `json:"units"`
	Next  string   `json:"next,omitempty"` // cursor of the next page, "" at the end
}

// TreeQuery says what of the tree is shown.
type TreeQuery struct {
	Open  id.ID    // the tree is open down to this unit's children
	On    day.Date // the tree of this day; 0 is today
	After string   // cursor among the children of Open
}

// treeKey is everything a tree depends on but the database: who may read what, and what is asked for.
type treeKey struct {
	grants string
	ask    TreeQuery
}

// readable names the grants that let somebody read; a tree is the same for all who have the same.
func readable(who access.Actor) string {
	var b strings.Builder
	for _, g := range who.Grants {
		if g.Role.Has(access.Read) {
			b.WriteString(g.Unit.String())
			b.WriteString(g.Path)
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// lines counts the lines of a tree.
func lines(nodes []Node) int {
	n := 1
	for _, x := range nodes {
		n += lines(x.Kids)
	}
	return n
}

// Tree returns the tree as somebody may see it: the units of their grants, open down to one unit. Of
// each open unit the first PageSize below it are read, or those beginning with the way to that unit.
// It is shared with other readers and may not be changed.
func (s *Service) Tree(ctx context.Context, who access.Actor, q TreeQuery) ([]Node, Mark, error) {
	return s.trees.Read(ctx, treeKey{readable(who), q}, func(tx *store.Tx) ([]Node, error) {
		r := &reader{Tx: tx, who: who, on: q.On, after: q.After}
		tops, err := r.tops()
		if err != nil {
			return nil, err
		}
		way, err := r.way(q.Open)
		if err != nil {
			return nil, err
		}
		nodes := make([]Node, 0, len(tops))
		for _, top := range tops {
			n := r.node(top)
			rest, on := r.below(top, way)
			if q.Open == 0 && len(tops) == 1 {
				on = true
			}
			if on {
				err = r.open(&n, top.Unit, rest)
			} else {
				err = r.count(&n, top.Unit)
			}
			if err != nil {
				return nil, err
			}
			nodes = append(nodes, n)
		}
		return nodes, nil
	})
}

// Children returns a page of the units directly under one on a day, after a cursor.
func (s *Service) Children(ctx context.Context, who access.Actor, parent id.ID, on day.Date, after string) (Page, error) {
	p := Page{Of: parent, On: on, Nodes: []Node{}}
	err := s.st.View(ctx, func(tx *store.Tx) error {
		r := &reader{Tx: tx, who: who, on: on}
		u, err := tx.Unit(parent)
		if err != nil {
			return err
		}
		if p.On == 0 || p.On > tx.Today {
			p.On = tx.Today
		}
		p.Nodes, p.Next, _, err = r.kids(u, cursor(after))
		return err
	})
	return p, err
}

// reader reads the tree of a day for somebody.
type reader struct {
	*store.Tx
	who   access.Actor
	on    day.Date
	after string
}

// tops returns the units of the actor's grants that do not lie below another.
func (r *reader) tops() ([]store.TreeRow, error) {
	units, err := tops(r.Tx, r.who)
	if err != nil {
		return nil, err
	}
	rows := make([]store.TreeRow, 0, len(units))
	for _, u := range units {
		row, err := r.TreeRow(u.ID, r.on)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// tops returns the units somebody may read with everything below, the highest of them only. The zero
// Unit is the nation.
func tops(tx *store.Tx, who access.Actor) ([]org.Unit, error) {
	var units []org.Unit
	for _, g := range who.Grants {
		if !g.Role.Has(access.Read) {
			continue
		}
		u, err := tx.Unit(g.Unit)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if u.ID == 0 {
			return []org.Unit{u}, nil
		}
		units = append(units, u)
	}
	slices.SortFunc(units, func(a, b org.Unit) int { return cmp.Compare(a.Path, b.Path) })
	var highest []org.Unit
	for _, u := range units {
		if n := len(highest); n == 0 || !u.Under(highest[n-1]) {
			highest = append(highest, u)
		}
	}
	return highest, nil
}

// way returns the units from the root down to one on the reader's day.
func (r *reader) way(i id.ID) ([]store.TreeRow, error) {
	if i == 0 {
		return nil, nil
	}
	row, err := r.TreeRow(i, r.on)
	if err != nil {
		return nil, err
	}
	if err := r.who.Must(access.Read, row.Unit); err != nil {
		return nil, err
	}
	above, err := r.Ancestors(row.Unit, r.on)
	return append(above, row), err
}

// below returns what of the way lies below a top, and whether the way leads through it.
func (r *reader) below(top store.TreeRow, way []store.TreeRow) ([]store.TreeRow, bool) {
	if top.ID == 0 {
		return way, len(way) > 0
	}
	i := slices.IndexFunc(way, func(x store.TreeRow) bool { return x.ID == top.ID })
	if i < 0 {
		return nil, false
	}
	return way[i+1:], true
}

func (r *reader) node(row store.TreeRow) Node {
	return Node{ID: row.ID, Kind: row.Kind, Name: row.Name, Short: row.Short, Code: row.Code, More: row.More}
}

// count fills in the members of a unit that stays closed.
func (r *reader) count(n *Node, u org.Unit) error {
	scope, err := r.who.Over(u)
	if err != nil {
		return err
	}
	members, err := r.Members(scope, nil, r.on)
	n.Members = members[u.ID]
	return err
}

// open reads what is below a node, down the rest of the way.
func (r *reader) open(n *Node, u org.Unit, rest []store.TreeRow) error {
	n.Open, n.Here = true, len(rest) == 0
	at := store.TreePos{}
	if n.Here {
		at = cursor(r.after)
	}
	kids, next, own, err := r.kids(u, at)
	if err != nil {
		return err
	}
	if len(rest) > 0 && indexOf(kids, rest[0].ID) < 0 {
		at = rest[0].Pos()
		at.ID-- // so that the page begins with it
		if kids, next, own, err = r.kids(u, at); err != nil {
			return err
		}
	}
	n.Kids, n.Next, n.Members, n.Cut = kids, next, own, at != store.TreePos{}
	if len(rest) == 0 {
		return nil
	}
	i := indexOf(kids, rest[0].ID)
	if i < 0 {
		return nil // stood elsewhere on that day
	}
	return r.open(&kids[i], rest[0].Unit, rest[1:])
}

func indexOf(nodes []Node, i id.ID) int {
	return slices.IndexFunc(nodes, func(n Node) bool { return n.ID == i })
}

// kids reads a page of the units under one with their members, and the members of the unit itself.
// What stood there once but lies today where the actor may not read is left out.
func (r *reader) kids(u org.Unit, after store.TreePos) (nodes []Node, next string, own int64, err error) {
	scope, err := r.who.Over(u)
	if err != nil {
		return nil, "", 0, err
	}
	rows, err := r.Tx.Children(scope, r.on, after, PageSize+1)
	if err != nil {
		return nil, "", 0, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		next = cursorText(rows[PageSize-1].Pos())
	}
	members, err := r.Members(scope, rows, r.on)
	if err != nil {
		return nil, "", 0, err
	}
	nodes = make([]Node, 0, len(rows))
	for _, row := range rows {
		if !r.who.Can(access.Read, row.Unit) {
			continue
		}
		n := r.node(row)
		n.Members = members[row.ID]
		nodes = append(nodes, n)
	}
	return nodes, next, members[u.ID], nil
}

// A cursor is "id.key" of the last unit shown.
func cursorText(p store.TreePos) string { return p.ID.String() + "." + p.Key }

func cursor(s string) store.TreePos {
	i, key, ok := strings.Cut(s, ".")
	if !ok || id.Parse(i) == 0 {
		return store.TreePos{}
	}
	return store.TreePos{ID: id.Parse(i), Key: key}
}

// Hit is a unit that a search found.
type Hit struct {
	ID        id.ID    `json:"id"`
	Kind      org.Kind `json:"kind"`
	Name      string   `json:"name"`
	Code      string   `json:"code,omitempty"`
	Dissolved day.Date `json:"dissolved,omitzero"`
	Path      []string `json:"path"` // names from the root down to the parent
}

// Hits is what a search found: the first ones, and whether there are others.
type Hits struct {
	Units []Hit `json:"units"`
	More  bool  `json:"more"`
}

// hitsShown is how many units a search box shows.
const hitsShown = 20

// Search finds units by the words of their names or by their code, among those somebody may read.
func (s *Service) Search(ctx context.Context, who access.Actor, text string) (Hits, error) {
	var hits Hits
	err := s.st.View(ctx, func(tx *store.Tx) error {
		hits = Hits{Units: []Hit{}}
		scopes, err := tops(tx, who)
		if err != nil {
			return err
		}
		var found []org.Unit
		for _, u := range scopes {
			scope, err := who.Over(u)
			if err != nil {
				return err
			}
			units, more, err := tx.SearchUnits(scope, text, hitsShown)
			if err != nil {
				return err
			}
			hits.More = hits.More || more
			found = append(found, units...)
		}
		if len(found) > hitsShown {
			found, hits.More = found[:hitsShown], true
		}
		hits.Units, err = withPaths(tx, found)
		return err
	})
	return hits, err
}

// withPaths adds the names of the units above, read once per province.
func withPaths(tx *store.Tx, found []org.Unit) ([]Hit, error) {
	need := map[int][]id.ID{}
	above := make([][]id.ID, len(found))
	for i, u := range found {
		for part := range strings.SplitSeq(strings.Trim(u.Path, "/"), "/") {
			if x := id.Parse(part); x != u.ID {
				above[i] = append(above[i], x)
				need[u.Province()] = append(need[u.Province()], x)
			}
		}
	}
	names := map[id.ID]string{}
	for province, ids := range need {
		slices.Sort(ids)
		units, err := tx.UnitsByID(province, slices.Compact(ids))
		if err != nil {
			return nil, err
		}
		for i, u := range units {
			names[i] = u.Name
		}
	}
	hits := make([]Hit, 0, len(found))
	for i, u := range found {
		h := Hit{ID: u.ID, Kind: u.Kind, Name: u.Name, Code: u.Code, Dissolved: u.Dissolved, Path: []string{}}
		for _, a := range above[i] {
			h.Path = append(h.Path, names[a])
		}
		hits = append(hits, h)
	}
	return hits, nil
}
