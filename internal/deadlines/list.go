package deadlines

import (
	"context"
	"iter"

	"ketnap/internal/access"
	"ketnap/internal/approvals"
	"ketnap/internal/day"
	"ketnap/internal/deadline"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/rule"
	"ketnap/internal/rules"
	"ketnap/internal/store"
)

// What the lists of the store take and give; the roof knows them by these names.
type (
	// Tab is one of the lists work is shown in.
	Tab = store.DueTab
	// Counts is how much work there is.
	Counts = store.DueCounts
)

// The lists.
const (
	Todo   = store.DueTodo
	Soon   = store.DueSoon
	Late   = store.DueLate
	Raised = store.DueRaised
	Done   = store.DueDone
	Open   = store.DueOpen
)

// Tabs lists the lists in their order.
var Tabs = []Tab{Todo, Soon, Late, Raised, Done}

// Filter says which obligations a list shows.
type Filter struct {
	Tab      Tab
	On       day.Date // 0 is today
	Clocks   []string // keys of periods; none: all
	From, To day.Date // due between them
	Organs   []deadline.Organ
}

// Line is one obligation of a list.
type Line struct {
	store.DueRow
	deadline.Status
	Term   rule.Clock // the period by its pack: words, clause, what missing it means
	Waiver *Waiver    // by which somebody was let off, in the list of what is done and of one person
}

// Key names the obligation in forms.
func (l *Line) Key() string { return keyOf(&l.Obligation) }

// List is a page of the obligations of a unit's subtree.
type List struct {
	Unit     org.Unit
	Above    []org.Unit
	On       day.Date
	Today    day.Date
	Soon     int // days of the list Soon
	Lines    []Line
	Next     string
	Total    int64
	Counts   Counts
	Raised   int64
	Clocks   []rule.Clock // of the pack in force, to filter by
	Saved    []store.Worklist
	MayWaive bool
	MaySave  bool
}

// List returns a page of what is due in a unit's subtree.
func (s *Service) List(ctx context.Context, who access.Actor, unit id.ID, f Filter, after string, limit int) (List, error) {
	var l List
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, scope, err := over(tx, who, unit)
		if err != nil {
			return err
		}
		q := f.query(tx)
		l = List{Unit: u, On: q.On, Today: tx.Today, Soon: q.Soon, MayWaive: who.Can(access.Waive, u), MaySave: unit != 0 && who.Can(access.Write, u)}
		if l.Above, err = tx.Above(u); err != nil {
			return err
		}
		l.Above = who.Readable(l.Above)
		if l.Lines, l.Next, err = linesOf(tx, scope, q, after, limit); err != nil {
			return err
		}
		if q.Tab == Done {
			if err = tell(tx, who, l.Lines); err != nil {
				return err
			}
		}
		if l.Saved, err = tx.Worklists(unit); err != nil {
			return err
		}
		if l.Clocks, err = clocks(tx); err != nil {
			return err
		}
		if l.Counts, l.Raised, err = counts(tx, scope, q); err != nil {
			return err
		}
		l.Total, err = l.total(tx, scope, q)
		return err
	})
	return l, err
}

// total is the length of a list: the figure of its tab, unless it is narrowed.
func (l *List) total(tx *store.Tx, scope access.Scope, q store.DueFilter) (int64, error) {
	n, whole := map[Tab]int64{Todo: l.Counts.Todo, Late: l.Counts.Late, Soon: l.Counts.Soon, Raised: l.Raised}[q.Tab]
	if whole && len(q.Clocks) == 0 && len(q.Organs) == 0 && q.From == 0 && q.To == 0 {
		return n, nil
	}
	return tx.CountDueRows(scope, q)
}

// counts returns the figures on the tabs: of the whole scope, whatever the filter.
func counts(tx *store.Tx, scope access.Scope, q store.DueFilter) (Counts, int64, error) {
	whole := store.DueFilter{On: q.On, Soon: q.Soon, Ahead: q.Ahead, Escalate: q.Escalate, Tab: store.DueRaised}
	c, err := tx.CountDue(scope, whole)
	if err != nil {
		return c, 0, err
	}
	raised, err := tx.CountDueRows(scope, whole)
	return c, raised, err
}

// query fills in what the rules and the clock say.
func (f Filter) query(tx *store.Tx) store.DueFilter {
	q := store.DueFilter{Tab: f.Tab, On: f.On, Soon: Soonest(tx), Escalate: escalation(tx.Rules()), Clocks: f.Clocks, From: f.From, To: f.To, Organs: f.Organs}
	q.Ahead = ahead(tx)
	if q.On == 0 {
		q.On = tx.Today
	}
	if q.Tab == "" {
		q.Tab = Todo
	}
	return q
}

// ahead is how many days ahead of its due day anything is warned by any pack, 0 when that cannot be told.
func ahead(tx *store.Tx) int {
	b, err := rules.Book(tx)
	if err != nil {
		return 0
	}
	most := 0
	for _, p := range b.Packs() {
		for _, r := range b.Revisions(p.ID) {
			for _, c := range r.Clocks() {
				for _, n := range c.Ahead {
					most = max(most, n)
				}
			}
		}
	}
	return most
}

func over(tx *store.Tx, who access.Actor, unit id.ID) (org.Unit, access.Scope, error) {
	u, err := tx.Unit(unit)
	if err != nil {
		return u, access.Scope{}, err
	}
	scope, err := who.Over(u)
	return u, scope, err
}

// lines reads a page and adds what the rules say about it.
func linesOf(tx *store.Tx, scope access.Scope, q store.DueFilter, after string, limit int) ([]Line, string, error) {
	page, err := tx.DueList(scope, q, after, limit)
	if err != nil {
		return nil, "", err
	}
	lines, err := explain(tx, q, page.Rows)
	return lines, page.Next, err
}

func explain(tx *store.Tx, q store.DueFilter, rows []store.DueRow) ([]Line, error) {
	t, err := termsOf(tx)
	if err != nil {
		return nil, err
	}
	lines := make([]Line, len(rows))
	for i, r := range rows {
		lines[i] = Line{DueRow: r, Status: r.On(q.On, q.Escalate), Term: t.named(r.Pack, t.of(r.Pack, r.Clock), r.Ref)}
		lines[i].Level = min(lines[i].Level, r.Depth) // there is nobody above the province
	}
	return lines, nil
}

// terms finds periods by pack and key.
type terms struct {
	book *rule.Book
	by   map[string]map[string]rule.Clock
}

func termsOf(tx *store.Tx) (*terms, error) {
	b, err := rules.Book(tx)
	return &terms{b, map[string]map[string]rule.Clock{}}, err
}

// of returns a period; one that a pack no longer has keeps its key.
func (t *terms) of(pack, key string) rule.Clock {
	clocks, ok := t.by[pack]
	if !ok {
		clocks = map[string]rule.Clock{}
		if p, err := t.book.Pack(pack); err == nil {
			for _, c := range p.Clocks() {
				clocks[c.Key] = c
			}
		}
		t.by[pack] = clocks
	}
	c, ok := clocks[key]
	if !ok {
		c.Key = key
	}
	return c
}

// named adds to the words of a period which paper it is about.
func (t *terms) named(pack string, c rule.Clock, ref string) rule.Clock {
	p, err := t.book.Pack(pack)
	if err != nil || ref == "" || c.Start != "paper" {
		return c
	}
	for _, x := range p.Aging(c.Value) {
		if x.Key != ref {
			continue
		}
		words := map[string]string{}
		for lang, text := range c.Text {
			words[lang] = text + ": " + x.Text[lang]
		}
		c.Text = words
	}
	return c
}

// clocks returns the periods of the pack in force.
func clocks(tx *store.Tx) ([]rule.Clock, error) {
	p, err := rules.For(tx, 0, tx.Today)
	if err != nil {
		return nil, err
	}
	return p.Clocks(), nil
}

// exportPage is how many lines an export reads in one transaction.
const exportPage = 1000

// maxExport is the longest list an export takes.
const maxExport = 100_000

// Everything returns a whole list, each page read in a transaction of its own.
func (s *Service) Everything(ctx context.Context, who access.Actor, unit id.ID, f Filter) (iter.Seq2[Line, error], error) {
	var n int64
	err := s.st.View(ctx, func(tx *store.Tx) error {
		_, scope, err := over(tx, who, unit)
		if err != nil {
			return err
		}
		n, err = tx.CountDueRows(scope, f.query(tx))
		if err == nil && n > maxExport {
			err = fault.E("deadlines.Everything", fault.Invalid, "people.too_many", int64(maxExport))
		}
		return err
	})
	if err == nil {
		err = approvals.Leave(ctx, s.st, who, unit, "work", f, n)
	}
	if err != nil {
		return nil, err
	}
	return func(yield func(Line, error) bool) {
		for after, more := "", true; more; {
			var lines []Line
			if err := s.st.View(ctx, func(tx *store.Tx) error {
				_, scope, err := over(tx, who, unit)
				if err == nil {
					lines, after, err = linesOf(tx, scope, f.query(tx), after, exportPage)
				}
				return err
			}); err != nil {
				yield(Line{}, err)
				return
			}
			for _, l := range lines {
				if !yield(l, nil) {
					return
				}
			}
			more = after != ""
		}
	}, nil
}

// Figures is how much work there is in a unit's subtree, and how much has gone up to it.
type Figures struct {
	Counts Counts
	Raised int64
	Soon   int // the days of Counts.Soon
}

// Figures returns how much work there is in a unit's subtree.
func (s *Service) Figures(ctx context.Context, who access.Actor, unit id.ID) (Figures, error) {
	var f Figures
	err := s.st.View(ctx, func(tx *store.Tx) error {
		_, scope, err := over(tx, who, unit)
		if err != nil {
			return err
		}
		q := Filter{}.query(tx)
		f.Soon = q.Soon
		f.Counts, f.Raised, err = counts(tx, scope, q)
		return err
	})
	return f, err
}

// Children returns how much work there is under each unit directly below one.
func (s *Service) Children(ctx context.Context, who access.Actor, unit id.ID) (map[id.ID]Counts, error) {
	var out map[id.ID]Counts
	err := s.st.View(ctx, func(tx *store.Tx) error {
		_, scope, err := over(tx, who, unit)
		if err == nil {
			out, err = tx.DueByChild(scope, Filter{}.query(tx))
		}
		return err
	})
	return out, err
}
