package deadlines

import (
	"context"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/deadline"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

// Today is the work of a day (việc hôm nay): what waits for the unit itself, what is late, due today, due this
// week, and warned.
type Today struct {
	Unit   org.Unit
	On     day.Date
	Soon   int
	Groups []Group
	Counts Counts
	Raised int64 // of what is late, how much was told to this unit; 0 for a cell, whose own it is
}

// Group is a part of the work of a day.
type Group struct {
	Name  string // mine, late, today, week, ahead
	Lines []Line
	Total int64
	List  Filter // the list that shows all of it
}

// Today returns the work of a day in a unit's subtree, at most so many lines of each kind.
func (s *Service) Today(ctx context.Context, who access.Actor, unit id.ID, limit int) (Today, error) {
	var t Today
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, scope, err := over(tx, who, unit)
		if err != nil {
			return err
		}
		f := Filter{}.query(tx)
		t = Today{Unit: u, On: f.On, Soon: f.Soon}
		t.Groups = t.parts(u)
		if ownOrgans(u) == nil {
			t.Counts, err = tx.CountDue(scope, f)
		} else {
			t.Counts, t.Raised, err = counts(tx, scope, f)
		}
		if err != nil {
			return err
		}
		rows := make([][]store.DueRow, len(t.Groups))
		for i := range t.Groups {
			if rows[i], err = t.fill(tx, scope, &t.Groups[i], limit); err != nil {
				return err
			}
		}
		if err := tx.DueLabels(scope, rows...); err != nil {
			return err
		}
		for i := range t.Groups {
			if t.Groups[i].Lines, err = explain(tx, f, rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return t, err
}

// parts are the groups of a day. What waits for the unit itself is what its own organ has to do, which nobody
// else can: it comes first, and a cell sees it in the other groups already. What was told upward is late and
// stands there: it is not listed twice.
func (t *Today) parts(u org.Unit) []Group {
	var gs []Group
	if organs := ownOrgans(u); organs != nil {
		gs = append(gs, Group{Name: "mine", List: Filter{Tab: Open, Organs: organs}})
	}
	return append(gs, []Group{
		{Name: "late", List: Filter{Tab: Late}},
		{Name: "today", List: Filter{Tab: Open, From: t.On, To: t.On}},
		{Name: "week", List: Filter{Tab: Open, From: t.On.AddDays(1), To: t.On.AddDays(7)}},
		{Name: "ahead", List: Filter{Tab: Todo, From: t.On.AddDays(8)}},
	}...)
}

// ownOrgans are the organs a unit above the cells has: its committee, and what decides.
func ownOrgans(u org.Unit) []deadline.Organ {
	switch u.Kind {
	case org.Section:
		return []deadline.Organ{deadline.Section}
	case org.Grassroots:
		return []deadline.Organ{deadline.Committee, deadline.Decider}
	case org.Upper, org.Province:
		return []deadline.Organ{deadline.Decider}
	}
	return nil
}

// fill reads the first rows of a group; how many there are is known from the counts, but for those of a committee.
func (t *Today) fill(tx *store.Tx, scope access.Scope, g *Group, limit int) ([]store.DueRow, error) {
	q := g.List.query(tx)
	page, err := tx.DueLines(scope, q, "", limit)
	if err != nil {
		return nil, err
	}
	known := map[string]int64{"late": t.Counts.Late, "today": t.Counts.Today, "week": t.Counts.Week - t.Counts.Today, "ahead": t.Counts.Todo - t.Counts.Late - t.Counts.Near}
	n, ok := known[g.Name]
	switch {
	case len(page.Rows) < limit:
		n = int64(len(page.Rows))
	case !ok:
		n, err = tx.CountDueRows(scope, q)
	}
	g.Total = n
	return page.Rows, err
}
