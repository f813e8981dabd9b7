package targets

import (
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// Count returns what the records say of a figure's indicator, group and campaign in a period, by the rule of the indicator. Movements
// are counted in the tree as it stood on the last day: what a unit published before it was merged is still what it did. ok is false for
// what the program does not count itself.
func Count(tx *store.Tx, scope access.Scope, f target.Figure, rule target.Rule, p day.Period) (n int64, ok bool, err error) {
	if !rule.Counts(f) || p.To == 0 || scope.Nation() {
		return 0, false, nil
	}
	if len(rule.Causes) == 0 {
		n, err = countRecords(tx, scope, rule, p)
		return n, err == nil, err
	}
	c := counter{scope: scope, campaign: f.Campaign, period: p, causes: rule.Causes}
	c.group, _ = target.ParseGroup(f.Slice)
	if err := c.tree(tx); err != nil {
		return 0, false, err
	}
	s, single := c.group.Slice()
	whole := p.From == p.From.MonthOf().First() && p.To == p.To.MonthOf().Last()
	if single && whole && c.campaign == "" && len(c.came)+len(c.left) == 0 {
		n, err = c.fromCounters(tx, s)
	} else {
		n, err = c.fromMovements(tx)
	}
	return n, err == nil, err
}

// countRecords counts classes and organisations.
func countRecords(tx *store.Tx, scope access.Scope, rule target.Rule, p day.Period) (n int64, err error) {
	if rule.Class {
		return tx.ClassesBelow(scope, p)
	}
	for _, u := range rule.Units {
		count := tx.FoundedBelow
		if u == target.UnitDissolved {
			count = tx.DissolvedBelow
		}
		m, err := count(scope, p)
		if err != nil {
			return 0, err
		}
		n += m
	}
	return n, nil
}

type counter struct {
	scope      access.Scope
	causes     []ledger.Cause
	group      target.Group
	campaign   string
	period     day.Period
	came, left map[id.ID]bool // units that stood in the subtree on the last day and do not today, and the other way round
}

func (c *counter) tree(tx *store.Tx) error {
	ds, err := tx.Displaced(c.scope, c.period.To)
	if err != nil {
		return err
	}
	c.came, c.left = map[id.ID]bool{}, map[id.ID]bool{}
	u := c.scope.Unit().ID
	for _, d := range ds {
		switch then, now := slices.Contains(d.Then, u), slices.Contains(d.Now, u); {
		case then && !now:
			c.came[d.Unit] = true
		case now && !then:
			c.left[d.Unit] = true
		}
	}
	return nil
}

func (c *counter) fromCounters(tx *store.Tx, s ledger.Slice) (n int64, err error) {
	for _, cause := range c.causes {
		counts, err := tx.Counted(c.scope, ledger.Happened(cause), c.period.From.MonthOf(), c.period.To.MonthOf())
		if err != nil {
			return 0, err
		}
		n += counts[s]
	}
	return n, nil
}

func (c *counter) fromMovements(tx *store.Tx) (n int64, err error) {
	err = c.each(tx, func(_ day.Month, sign int64) { n += sign })
	return n, err
}

// each calls f with the month of every movement that counts, and 1 or -1.
func (c *counter) each(tx *store.Tx, f func(m day.Month, sign int64)) error {
	path := c.scope.Unit().Path
	in := func(u id.ID, way string) bool { return c.came[u] || strings.HasPrefix(way, path) && !c.left[u] }
	add := func(m *store.PathMovement) {
		measure, sign, counted := m.Movement.Counted(in(m.From.Unit, m.FromPath), in(m.To.Unit, m.ToPath))
		if !counted || c.campaign != "" && m.Campaign != c.campaign || !c.group.Has(m.Counting(), m.Age) {
			return
		}
		for _, cause := range c.causes {
			if measure == ledger.Happened(cause) {
				f(m.Effective.MonthOf(), sign)
			}
		}
	}
	if err := tx.SubtreeMovements(c.scope, c.period.From, c.period.To, add); err != nil || len(c.came) == 0 {
		return err
	}
	var units []id.ID
	for u := range c.came {
		units = append(units, u)
	}
	slices.Sort(units)
	return tx.UnitsMovements(c.scope, units, c.period.From, c.period.To, func(m *store.PathMovement) {
		if !strings.HasPrefix(m.FromPath, path) && !strings.HasPrefix(m.ToPath, path) { // else it came with the subtree of today
			add(m)
		}
	})
}
