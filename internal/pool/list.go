package pool

import (
	"context"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/rules"
	"ketnap/internal/store"
)

// Row is one person of the pool with what was done about them.
type Row struct {
	store.PersonRow
	Adopted   day.Date // taken into the pool
	By        string   // who proposed: youth, union, member…
	ByName    string   // which body or member, as it was written
	ProposeOn day.Date // when they did
	Helper    id.ID
	HelperOf  string // name of the helper
	Tasks     int
	Remarks   int
	Remarked  string   // the latest quarter with a remark
	Reviewed  day.Date // by the cell, the last time
	NoRemark  bool     // the quarter's remark is missing
	NoReview  bool     // not reviewed in this year
	CertUntil day.Date
}

// Helper is an official member who helps people, and how many.
type Helper struct {
	ID   id.ID
	Name string
	N    int
}

// List is a part of the pool of a unit's subtree.
type List struct {
	Unit    org.Unit
	Above   []org.Unit // those the actor may read
	Over    string     // name of the unit above, which heads papers
	View    View
	Rows    []Row
	Next    string         // where the rows after these begin, "" at the end
	Counts  map[View]int64 // how many are in a view; a view is missing when the pool is too large to look at everybody
	Quarter string
	Limit   int // people one member should help at most, by the rules; 0 when they say nothing
	Helpers []Helper
	May     bool
	Today   day.Date
}

// Ask is what a list shows: at most Size people of a view, after a cursor.
type Ask struct {
	View  View
	After string
	Size  int
}

const (
	// whole is the pool of a large commune: up to so many people are all looked at, and every view is counted.
	whole = 600
	// reach is how many times as many people as it shows a page of a larger pool looks at, so that a view few are in costs no more
	// than any other; what is beyond is on the next page.
	reach = 10
)

// stages are those of the people a view is about.
func (v View) stages() []ledger.Stage {
	switch v {
	case Proposals:
		return []ledger.Stage{ledger.Proposed}
	case Everybody:
		return []ledger.Stage{ledger.Proposed, ledger.Pool, ledger.Certified}
	}
	return []ledger.Stage{ledger.Pool, ledger.Certified}
}

// List returns a part of the pool.
func (s *Service) List(ctx context.Context, who access.Actor, unit id.ID, ask Ask) (List, error) {
	var l List
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		scope, err := who.Over(u)
		if err != nil {
			return err
		}
		l = List{Unit: u, View: ask.View, Counts: map[View]int64{}, Quarter: Quarter(tx.Today), May: u.ID != 0 && who.Can(access.Write, u), Today: tx.Today}
		if l.Above, err = tx.Above(u); err != nil {
			return err
		}
		l.Over = org.Over(l.Above)
		l.Above = who.Readable(l.Above)
		pack, err := rules.For(tx, u.ID, tx.Today)
		if err != nil {
			return err
		}
		l.Limit = pack.Int("helper.people")
		for _, v := range []View{Everybody, Proposals} {
			if l.Counts[v], err = tx.CountPeople(scope, store.PeopleFilter{Stages: v.stages()}); err != nil {
				return err
			}
		}
		if l.Counts[Everybody] <= whole {
			err = l.readAll(tx, scope, ask)
		} else {
			err = l.readOn(tx, scope, ask)
		}
		if err == nil {
			err = l.nameHelpers(tx)
		}
		if err == nil && ask.View == Proposals && u.ID != 0 {
			l.Helpers, err = helpers(tx, u.ID)
		}
		return err
	})
	return l, err
}

// Proposed returns at most n people who wait for a resolution of a unit's cells, and how many there are.
func (s *Service) Proposed(ctx context.Context, who access.Actor, unit id.ID, n int) (rows []store.PersonRow, all int64, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		scope, err := who.Over(u)
		if err != nil {
			return err
		}
		f := store.PeopleFilter{Stages: Proposals.stages()}
		if all, err = tx.CountPeople(scope, f); err != nil || all == 0 {
			return err
		}
		page, err := tx.People(scope, f, "", n)
		rows = page.Rows
		return err
	})
	return rows, all, err
}

// readAll looks at everybody, counts each view, and keeps the rows that were asked for.
func (l *List) readAll(tx *store.Tx, scope access.Scope, ask Ask) error {
	page, err := tx.People(scope, store.PeopleFilter{Stages: Everybody.stages()}, "", whole)
	if err != nil {
		return err
	}
	rows, err := judged(tx, page.Rows)
	if err != nil {
		return err
	}
	clear(l.Counts)
	for i := range rows {
		r := &rows[i]
		for _, v := range Views {
			if r.in(v) {
				l.Counts[v]++
			}
		}
		follows, err := r.Follows(ask.After)
		if err != nil {
			return err
		}
		if follows && r.in(l.View) {
			l.Rows = append(l.Rows, *r)
		}
	}
	if len(l.Rows) > ask.Size {
		l.Rows = l.Rows[:ask.Size]
		l.Next = l.Rows[ask.Size-1].Cursor()
	}
	return nil
}

// readOn reads on from where the page before ended until the page is full.
func (l *List) readOn(tx *store.Tx, scope access.Scope, ask Ask) error {
	people, err := tx.OpenPeople(scope, store.PeopleFilter{Stages: l.View.stages()})
	if err != nil {
		return err
	}
	l.Next = ask.After
	for range reach {
		page, err := people.Page(tx, l.Next, ask.Size+1)
		if err != nil {
			return err
		}
		rows, err := judged(tx, page.Rows)
		if err != nil {
			return err
		}
		for i := range rows {
			if !rows[i].in(l.View) {
				continue
			}
			if len(l.Rows) == ask.Size {
				l.Next = l.Rows[ask.Size-1].Cursor()
				return nil
			}
			l.Rows = append(l.Rows, rows[i])
		}
		if l.Next = page.Next; l.Next == "" {
			return nil
		}
	}
	return nil
}

// judged folds the acts of people and says what is missing of each.
func judged(tx *store.Tx, people []store.PersonRow) ([]Row, error) {
	ids := make([]id.ID, len(people))
	for i := range people {
		ids[i] = people[i].ID
	}
	live, err := tx.LiveDossiers(ids)
	rows := make([]Row, len(people))
	for i := range people {
		rows[i].PersonRow = people[i]
		if d := live[people[i].ID]; d != nil {
			rows[i].fold(d)
		}
		rows[i].judge(tx.Today)
	}
	return rows, err
}

// nameHelpers names who helps the people shown.
func (l *List) nameHelpers(tx *store.Tx) error {
	byProvince := map[int][]id.ID{}
	for i := range l.Rows {
		if h := l.Rows[i].Helper; h != 0 {
			byProvince[h.Province()] = append(byProvince[h.Province()], h)
		}
	}
	known := map[id.ID]string{}
	for province, ids := range byProvince {
		ps, err := tx.PeopleByID(province, ids)
		if err != nil {
			return err
		}
		for _, p := range ps {
			known[p.ID] = p.Name
		}
	}
	for i := range l.Rows {
		l.Rows[i].HelperOf = known[l.Rows[i].Helper]
	}
	return nil
}

// fold reads what stands in a dossier about the time in the pool.
func (r *Row) fold(d *dossier.Dossier) {
	for _, a := range d.Standing() {
		switch a.Step {
		case dossier.Propose:
			r.By, r.ByName, r.ProposeOn = a.Details.By, a.Details.Body, a.On
		case dossier.Adopt:
			r.Adopted = a.On
			if a.Details.Helper != 0 {
				r.Helper = a.Details.Helper
			}
		case dossier.Help:
			r.Helper = a.Details.Helper
		case dossier.Task:
			r.Tasks++
		case dossier.Remark:
			r.Remarks++
			r.Remarked = max(r.Remarked, a.Details.Quarter)
		case dossier.Review:
			r.Reviewed = max(r.Reviewed, a.On)
		}
	}
}

// judge says what is missing: a remark is due in every quarter that began in the pool, a review in every
// year that did.
func (r *Row) judge(today day.Date) {
	if r.Adopted == 0 && r.Place.Stage != ledger.Proposed {
		r.Adopted = r.PoolOn
	}
	if r.Place.Stage == ledger.Proposed {
		return
	}
	r.NoRemark = r.Adopted < QuarterStart(today) && r.Remarked < Quarter(today)
	r.NoReview = r.Adopted < day.Of(today.Year(), 1, 1) && r.Reviewed < day.Of(today.Year(), 1, 1)
}

func (r *Row) in(v View) bool {
	switch v {
	case Proposals:
		return r.Place.Stage == ledger.Proposed
	case Helpless:
		return r.Place.Stage != ledger.Proposed && r.Helper == 0
	case Unmarked:
		return r.NoRemark
	case Unviewed:
		return r.NoReview
	}
	return true
}
