package subjects

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/subject"
)

// Window is the time an incident pack is about, in unix ms; To is not included.
type Window struct{ From, To int64 }

// Accessor is an account, or the console, and what it did in the window.
type Accessor struct {
	User        id.ID
	Name        string
	Ways        []string // web, api, cli
	Addresses   []string // of its sessions that are still known
	Looks       int
	Changes     int
	Lists       int // lists and files of many people: whoever was in them is not counted one by one
	People      int
	First, Last int64
}

// Affected is a person whose data was seen or changed in the window.
type Affected struct {
	Person   id.ID
	Name     string
	Unit     string
	Class    subject.Class // the highest of what was seen
	Fields   []string      // sealed fields that were opened
	Acts     []string
	By       []string
	Times    int
	LastSeen int64
}

// Pack is who had access to whom in a window (gói sự cố).
type Pack struct {
	Unit    org.Unit
	Above   []org.Unit
	Window  Window
	Entries int
	Cut     bool // there was more than is read
	Who     []Accessor
	People  []Affected
}

// Count returns how many people had data of a class seen.
func (p Pack) Count(c subject.Class) int {
	n := 0
	for _, a := range p.People {
		if a.Class == c {
			n++
		}
	}
	return n
}

const (
	entriesPerRead = 2000
	entriesAtMost  = 500_000
)

// looked are the acts that show data of one person and change nothing.
var looked = []string{"person.read", "person.reveal", "person.side", "person.own", "request.read", "form.print", "form.zip", "scan.read", "self.read", "self.copy"}

type gathering struct {
	tx     *store.Tx
	unit   org.Unit
	who    map[string]*Accessor
	seen   map[string]map[id.ID]bool
	people map[id.ID]*Affected // nil: not a person of the unit
	lists  map[id.ID]bool      // units of the unit's subtree
	pack   *Pack
}

// Breach returns who had access to whom in a window, of the people of a unit's subtree.
func (s *Service) Breach(ctx context.Context, who access.Actor, unit id.ID, w Window) (Pack, error) {
	if w.From <= 0 || w.From >= w.To {
		return Pack{}, fault.E("subjects.Breach", fault.Invalid, "breach.window").Field("den", "breach.window")
	}
	var p Pack
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		if err := who.Must(access.Inspect, u); err != nil {
			return err
		}
		p = Pack{Unit: u, Window: w}
		if p.Above, err = tx.Above(u); err != nil {
			return err
		}
		p.Above = who.Readable(p.Above)
		g := gathering{tx: tx, unit: u, who: map[string]*Accessor{}, seen: map[string]map[id.ID]bool{}, people: map[id.ID]*Affected{}, lists: map[id.ID]bool{}, pack: &p}
		if u.ID != 0 {
			err = g.read(u.Province())
		} else {
			err = tx.EachProvince(func(p store.Province) error { return g.read(p.ID) })
		}
		if err != nil {
			return err
		}
		return g.finish()
	})
	if err == nil {
		err = s.st.Access(ctx, audit.Of(who, "breach.read", unit.Province(), unit))
	}
	return p, err
}

func (g *gathering) read(province int) error {
	f := store.TrailFilter{Province: province, From: g.pack.Window.From, To: g.pack.Window.To, AtMost: entriesPerRead}
	for {
		rows, err := g.tx.Entries(f)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if g.pack.Entries >= entriesAtMost {
				g.pack.Cut = true
				return nil
			}
			if err := g.add(r); err != nil {
				return err
			}
			f.Before = r.ID
		}
		if len(rows) < f.AtMost {
			return nil
		}
	}
}

func (g *gathering) add(r audit.Row) error {
	a, err := g.person(r.Object)
	if err != nil {
		return err
	}
	list := false
	if a == nil {
		if list, err = g.list(r); err != nil || !list {
			return err
		}
	}
	g.pack.Entries++
	key := r.Actor.String() + "|" + r.Name
	w := g.who[key]
	if w == nil {
		w = &Accessor{User: r.Actor, Name: r.Name, First: r.At}
		g.who[key], g.seen[key] = w, map[id.ID]bool{}
	}
	w.First, w.Last = min(w.First, r.At), max(w.Last, r.At)
	w.Ways = once(w.Ways, r.Method)
	switch {
	case list:
		w.Lists++
		return nil
	case slices.Contains(looked, r.Action):
		w.Looks++
	default:
		w.Changes++
	}
	g.seen[key][r.Object] = true
	a.Times++
	a.LastSeen = max(a.LastSeen, r.At)
	a.Acts, a.By = once(a.Acts, r.Action), once(a.By, r.Name)
	class := subject.Sensitive // a record shows religion, ethnic group and party life
	if field, _, ok := strings.Cut(r.Detail, ":"); ok && r.Action == "person.reveal" {
		class = subject.Catalogue().Class("person_sealed.sealed." + field)
		a.Fields = once(a.Fields, field)
	}
	if slices.Index(subject.Classes, class) > slices.Index(subject.Classes, a.Class) {
		a.Class = class
	}
	return nil
}

// person returns the person of the unit's subtree an entry is about, nil when it is about something else.
func (g *gathering) person(i id.ID) (*Affected, error) {
	if a, known := g.people[i]; known {
		return a, nil
	}
	g.people[i] = nil
	if i == 0 {
		return nil, nil
	}
	p, err := g.tx.Person(i)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	u, err := g.tx.Unit(p.LastUnit)
	if err != nil {
		return nil, err
	}
	if g.unit.ID == 0 || strings.HasPrefix(u.Path, g.unit.Path) {
		g.people[i] = &Affected{Person: i, Name: p.Name, Unit: u.Name}
	}
	return g.people[i], nil
}

// list reports whether an entry is of a list of people or a file of many of them, at a unit of the subtree.
func (g *gathering) list(r audit.Row) (bool, error) {
	if area, _, _ := strings.Cut(r.Action, "."); area != "people" && area != "export" {
		return false, nil
	}
	if g.unit.ID == 0 {
		return true, nil
	}
	if in, known := g.lists[r.Object]; known {
		return in, nil
	}
	u, err := g.tx.Unit(r.Object)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	g.lists[r.Object] = u.ID != 0 && strings.HasPrefix(u.Path, g.unit.Path)
	return g.lists[r.Object], err
}

func (g *gathering) finish() error {
	for _, key := range slices.Sorted(maps.Keys(g.who)) {
		w := g.who[key]
		w.People = len(g.seen[key])
		if w.User != 0 {
			sessions, err := g.tx.Sessions(w.User)
			if err != nil {
				return err
			}
			for _, s := range sessions {
				if s.MadeAt < g.pack.Window.To && s.SeenAt >= g.pack.Window.From {
					w.Addresses = once(w.Addresses, s.Address)
				}
			}
		}
		g.pack.Who = append(g.pack.Who, *w)
	}
	slices.SortStableFunc(g.pack.Who, func(a, b Accessor) int { return cmp.Compare(b.People, a.People) })
	for _, i := range slices.Sorted(maps.Keys(g.people)) {
		if a := g.people[i]; a != nil && a.Times > 0 {
			g.pack.People = append(g.pack.People, *a)
		}
	}
	return nil
}

func once(list []string, x string) []string {
	if x == "" || slices.Contains(list, x) {
		return list
	}
	return append(list, x)
}
