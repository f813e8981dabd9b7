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
type Obstacle = store.PlacedObstacle

// Obstacles are what stands in the way in a unit and below.
type Obstacles struct {
	Unit   org.Unit
	Above  []org.Unit
	Units  []org.Unit // the unit and those directly below: where the actor may enter one
	Today  day.Date
	Rows   []Obstacle
	Counts []CauseCount // open ones, the most frequent first
}

// CauseCount is how often a cause stands in the way.
type CauseCount struct {
	Cause         string
	Open, Overdue int
}

// Obstacles lists the obstacles of a unit's subtree.
func (s *Service) Obstacles(ctx context.Context, who access.Actor, unit id.ID) (Obstacles, error) {
	var l Obstacles
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, scope, above, err := seen(tx, who, unit)
		if err != nil {
			return err
		}
		l = Obstacles{Unit: u, Above: above, Today: tx.Today}
		if l.Rows, err = tx.Obstacles(scope); err != nil {
			return err
		}
		l.count()
		if scope.Nation() || !who.Can(access.Write, u) {
			return nil
		}
		kids, err := tx.ChildUnits(scope, tx.Today)
		l.Units = append([]org.Unit{u}, kids...)
		return err
	})
	return l, err
}

// openObstacles counts what is open in each unit and below it: what the list of the unit shows.
func openObstacles(tx *store.Tx, scope access.Scope, us []org.Unit) (map[id.ID]int, error) {
	n := map[id.ID]int{}
	rows, err := tx.Obstacles(scope)
	for _, o := range rows {
		for _, u := range us {
			if o.Closed == 0 && strings.HasPrefix(o.Path, u.Path) {
				n[u.ID]++
			}
		}
	}
	return n, err
}

func (l *Obstacles) count() {
	at := map[string]int{}
	for _, o := range l.Rows {
		if o.Closed != 0 {
			continue
		}
		i, ok := at[o.Cause]
		if !ok {
			i = len(l.Counts)
			at[o.Cause], l.Counts = i, append(l.Counts, CauseCount{Cause: o.Cause})
		}
		l.Counts[i].Open++
		if o.On(l.Today) == target.Overdue {
			l.Counts[i].Overdue++
		}
	}
	slices.SortStableFunc(l.Counts, func(a, b CauseCount) int { return b.Open - a.Open })
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
