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
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// Obstacle is an obstacle in a list.
type Obstacle struct {
	store.PlacedObstacle
	Branch string // name of the unit directly below that of the list over its own; "" when it is that one or the unit of the list
}

// ObstacleFilter says which obstacles are listed.
type ObstacleFilter = store.ObstacleFilter

// Obstacles are what stands in the way in a unit and below.
type Obstacles struct {
	Unit   org.Unit
	Above  []org.Unit
	Units  []org.Unit // the unit and those directly below: where the actor may enter one
	Today  day.Date
	Rows   []Obstacle
	More   bool         // there are rows after these
	Counts []CauseCount // open ones, the most frequent first
	Places []PlaceCount // open ones by unit directly below, most first
}

// CauseCount is how often a cause stands in the way.
type CauseCount struct {
	Cause         string
	Open, Overdue int
}

// PlaceCount is what stands in the way in a unit and below it.
type PlaceCount struct {
	Unit          org.Unit
	Open, Overdue int
	Causes        []CauseCount // the most frequent first
}

// Open is how many obstacles stand in the way.
func (l *Obstacles) Open() (n int) {
	for _, c := range l.Counts {
		n += c.Open
	}
	return n
}

// Obstacles lists obstacles of a unit's subtree and counts all that are open there.
func (s *Service) Obstacles(ctx context.Context, who access.Actor, unit id.ID, f ObstacleFilter) (Obstacles, error) {
	var l Obstacles
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, scope, above, err := seen(tx, who, unit)
		if err != nil {
			return err
		}
		l = Obstacles{Unit: u, Above: above, Today: tx.Today}
		if err := l.list(tx, scope, f); err != nil || scope.Nation() {
			return err
		}
		kids, err := tx.ChildUnits(scope, tx.Today)
		if err != nil {
			return err
		}
		if who.Can(access.Write, u) {
			l.Units = append([]org.Unit{u}, kids...)
		}
		l.place(kids)
		counts, err := tx.CountObstacles(scope, tx.Today)
		l.count(kids, counts)
		return err
	})
	return l, err
}

// list reads one row more than asked for, to know whether there is one.
func (l *Obstacles) list(tx *store.Tx, scope access.Scope, f ObstacleFilter) (err error) {
	want := f.Limit
	if want > 0 {
		f.Limit++
	}
	rows, err := tx.Obstacles(scope, f)
	if l.More = want > 0 && len(rows) > want; l.More {
		rows = rows[:want]
	}
	for _, o := range rows {
		l.Rows = append(l.Rows, Obstacle{PlacedObstacle: o})
	}
	return err
}

// place says in which branch each row is: "Chi bộ thôn 2" alone is the name of a hundred cells.
func (l *Obstacles) place(kids []org.Unit) {
	names := map[string]string{}
	for _, k := range kids {
		names[k.Path] = k.Name
	}
	for i := range l.Rows {
		o := &l.Rows[i]
		below, rest, _ := strings.Cut(strings.TrimPrefix(o.Path, l.Unit.Path), "/")
		if rest != "" {
			o.Branch = names[l.Unit.Path+below+"/"]
		}
	}
}

// count sums what was counted, by cause and by unit.
func (l *Obstacles) count(kids []org.Unit, counts []store.ObstacleCount) {
	at := map[id.ID]*PlaceCount{}
	for _, k := range kids {
		at[k.ID] = &PlaceCount{Unit: k}
	}
	for _, c := range counts {
		l.Counts = addCause(l.Counts, c)
		if p := at[c.Unit]; p != nil {
			p.Open, p.Overdue, p.Causes = p.Open+c.Open, p.Overdue+c.Overdue, addCause(p.Causes, c)
		}
	}
	for _, k := range kids {
		if p := at[k.ID]; p.Open > 0 {
			slices.SortStableFunc(p.Causes, moreOpen)
			l.Places = append(l.Places, *p)
		}
	}
	slices.SortStableFunc(l.Counts, moreOpen)
	slices.SortStableFunc(l.Places, func(a, b PlaceCount) int { return b.Open - a.Open })
}

func moreOpen(a, b CauseCount) int { return b.Open - a.Open }

func addCause(cs []CauseCount, c store.ObstacleCount) []CauseCount {
	i := slices.IndexFunc(cs, func(x CauseCount) bool { return x.Cause == c.Cause })
	if i < 0 {
		i, cs = len(cs), append(cs, CauseCount{Cause: c.Cause})
	}
	cs[i].Open, cs[i].Overdue = cs[i].Open+c.Open, cs[i].Overdue+c.Overdue
	return cs
}

// openObstacles counts what is open in each unit and below it: what the list of the unit shows. Those directly below the top of the
// scope are counted together, any other one, which was moved or ended since, on its own.
func openObstacles(tx *store.Tx, scope access.Scope, us []org.Unit) (map[id.ID]int, error) {
	n := map[id.ID]int{}
	counts, err := tx.CountObstacles(scope, tx.Today)
	if err != nil {
		return nil, err
	}
	for _, c := range counts {
		n[c.Unit] += c.Open
	}
	for _, u := range us {
		if u.Parent == scope.Unit().ID {
			continue
		}
		own, err := access.System("targets").Over(u)
		if err != nil {
			return nil, err
		}
		if counts, err = tx.CountObstacles(own, tx.Today); err != nil {
			return nil, err
		}
		n[u.ID] = 0
		for _, c := range counts {
			n[u.ID] += c.Open
		}
	}
	return n, nil
}

// PutObstacle enters an obstacle, or changes the one with its ID; the day it began is that of entering it.
func (s *Service) PutObstacle(ctx context.Context, who access.Actor, o target.Obstacle) (id.ID, error) {
	action := "obstacle.add"
	if o.ID != 0 {
		action = "obstacle.change"
	}
	stored := o.ID
	err := s.st.Update(ctx, audit.Of(who, action, o.Unit.Province(), o.ID), func(tx *store.Tx) error {
		o := o
		was := target.Obstacle{Unit: o.Unit, Opened: tx.Today}
		if o.ID != 0 {
			var err error
			if was, err = tx.Obstacle(o.ID); err != nil {
				return err
			}
		}
		if err := mayAt(tx, who, access.Write, was.Unit); err != nil {
			return err
		}
		if was.Closed != 0 {
			return fault.E("targets.PutObstacle", fault.Conflict, "obstacle.closed", was.Closed)
		}
		o.Unit, o.Opened, o.Closed, o.Word = was.Unit, was.Opened, 0, ""
		if err := o.Check(); err != nil {
			return err
		}
		if o.ID != 0 {
			tx.Did(o.ID, o.Cause)
			return tx.PutObstacle(o)
		}
		o.ID = tx.NewID(o.Unit.Province())
		stored = o.ID
		tx.Did(o.ID, o.Cause)
		return tx.AddObstacle(o)
	})
	return stored, err
}

// CloseObstacle ends an obstacle with a word on what came of it.
func (s *Service) CloseObstacle(ctx context.Context, who access.Actor, i id.ID, version int64, word string) error {
	return s.st.Update(ctx, audit.Of(who, "obstacle.close", i.Province(), i), func(tx *store.Tx) error {
		o, err := tx.Obstacle(i)
		if err != nil {
			return err
		}
		if err := mayAt(tx, who, access.Write, o.Unit); err != nil {
			return err
		}
		if o.Closed != 0 {
			return fault.E("targets.CloseObstacle", fault.Conflict, "obstacle.closed", o.Closed)
		}
		o.Closed, o.Word, o.Version = tx.Today, word, version
		if err := o.Check(); err != nil {
			return err
		}
		tx.Did(i, o.Cause)
		return tx.PutObstacle(o)
	})
}
