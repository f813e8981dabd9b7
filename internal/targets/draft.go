package targets

import (
	"context"
	"slices"
	"strconv"
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

// Draft keeps the cells of a sheet that differ from what holds, without giving anything: all or none, and returns how many
// drafts were touched. A cell typed back to what holds has no draft any more. The last one to write wins: a draft is shared work.
func (s *Service) Draft(ctx context.Context, who access.Actor, province, year int, changes []Change) (int, error) {
	n := 0
	err := s.st.Update(ctx, audit.Of(who, "target.draft", province, 0), func(tx *store.Tx) (err error) {
		n, err = draftAll(tx, who, province, year, changes)
		tx.Did(0, strconv.Itoa(n)+" dự thảo, năm "+strconv.Itoa(year))
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func draftAll(tx *store.Tx, who access.Actor, province, year int, changes []Change) (n int, err error) {
	const op = "targets.Draft"
	bad := fault.E(op, fault.Invalid, "target.invalid")
	for _, c := range changes {
		if c.Unit == 0 || c.Unit.Province() != province {
			return 0, fault.E(op, fault.Invalid, "target.invalid")
		}
		touched, err := draftOne(tx, who, year, c)
		if fault.Is(err, fault.Invalid) {
			text := firstText(err)
			bad.Field(c.Field(), text.Key, text.Args...)
			continue
		}
		if err != nil {
			return 0, err
		}
		if touched {
			n++
		}
	}
	if len(bad.Fields) > 0 {
		return 0, bad
	}
	return n, nil
}

func draftOne(tx *store.Tx, who access.Actor, year int, c Change) (bool, error) {
	const op = "targets.draftOne"
	u, err := tx.Unit(c.Unit)
	if err != nil {
		return false, err
	}
	if err := who.Must(access.Read, u); err != nil {
		return false, err
	}
	parent, err := giver(tx, u)
	if err != nil {
		return false, err
	}
	goals, err := current(tx, []org.Unit{u}, year)
	if err != nil {
		return false, err
	}
	now := goals[key{c.Unit, c.Indicator, c.Slice}]
	next := target.Target{Unit: u.ID, Year: year, Indicator: c.Indicator, Slice: c.Slice}
	if c.Text != "" {
		if next.Op, next.Low, next.High, err = target.Parse(c.Text); err != nil {
			return false, err
		}
		if err := next.Check(); err != nil {
			return false, err
		}
	}
	if !who.Can(access.SetTarget, parent) {
		if sameValue(next, now) {
			return false, nil // a cell shown to who may not change it
		}
		return false, fault.E(op, fault.Forbidden, "error.forbidden")
	}
	if sameValue(next, now) {
		return true, tx.DropDraft(next)
	}
	if gone := u.Dissolved != 0 && u.Dissolved <= tx.Today && year >= tx.Today.Year(); c.Text != "" && (gone || !lives(u, year)) {
		return false, fault.E(op, fault.Invalid, "target.unit_gone", u.Name)
	}
	return true, tx.PutDrafts([]store.Draft{{Target: next, Giver: parent.ID}})
}

func sameValue(a, b target.Target) bool { return a.Op == b.Op && a.Low == b.Low && a.High == b.High }

// lives reports whether a unit exists in some part of a year.
func lives(u org.Unit, year int) bool {
	p := day.YearPeriod(year)
	return u.Founded <= p.To && (u.Dissolved == 0 || u.Dissolved > p.From)
}

// IssueForm says what is issued and by what.
type IssueForm struct {
	Unit     id.ID // whose drafts for the units below are issued
	Year     int
	Source   string   // số, ký hiệu văn bản; taken from Document when that is given
	Document id.ID    // in the register
	On       day.Date // 0 is today
	Deep     bool     // the drafts of the whole subtree, not only those directly below
	Changes  []Change // cells typed with it, drafted first: both or neither
	Key      string   // makes the act happen at most once
}

// Issue gives everything a unit has drafted for a year, as one act with its document. What was given before stays readable; the
// drafts are gone. It returns how many lines were given.
func (s *Service) Issue(ctx context.Context, who access.Actor, f IssueForm) (int, error) {
	const op = "targets.Issue"
	n := 0
	entry := audit.Of(who, "target.issue", f.Unit.Province(), f.Unit)
	entry.Key = f.Key
	err := s.st.Update(ctx, entry, func(tx *store.Tx) error {
		u, err := tx.Unit(f.Unit)
		if err != nil {
			return err
		}
		if err := who.Must(access.SetTarget, u); err != nil {
			return err
		}
		scope, err := who.Over(u)
		if err != nil {
			return err
		}
		if err := tx.LockTargets(u.Province()); err != nil {
			return err
		}
		if _, err := draftAll(tx, who, u.Province(), f.Year, f.Changes); err != nil {
			return err
		}
		is, err := f.issue(tx, u)
		if err != nil {
			return err
		}
		drafts, err := tx.Drafts(scope, f.Year, f.Deep)
		if err != nil {
			return err
		}
		if len(drafts) == 0 {
			return fault.E(op, fault.Invalid, "target.no_drafts", strconv.Itoa(f.Year))
		}
		n = len(drafts)
		if err := issueLines(tx, &is, drafts); err != nil {
			return err
		}
		tx.Did(f.Unit, strconv.Itoa(n)+" chỉ tiêu, năm "+strconv.Itoa(f.Year)+", "+is.Source)
		return tx.DropDrafts(scope, f.Year, f.Deep)
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// issue makes the head of an issue.
func (f IssueForm) issue(tx *store.Tx, u org.Unit) (store.Issue, error) {
	const op = "targets.issue"
	is := store.Issue{ID: tx.NewID(u.Province()), Unit: u.ID, Year: f.Year, Document: f.Document, Source: strings.TrimSpace(f.Source), On: f.On}
	if f.On != 0 && (!f.On.Valid() || f.On > tx.Today) {
		return is, fault.E(op, fault.Invalid, "target.issue_on_wrong").Field("issued_on", "target.issue_on_late", tx.Today)
	}
	if f.Document != 0 {
		if f.Document.Province() != u.Province() {
			return is, fault.E(op, fault.NotFound, "document.notfound")
		}
		d, err := tx.Document(f.Document)
		if err != nil {
			return is, err
		}
		if d.Unit != u.ID && !(d.Spread && d.Unit == 0) && !above(tx, u, d.Unit) {
			return is, fault.E(op, fault.NotFound, "document.notfound")
		}
		is.Source = d.Name()
	}
	if is.Source == "" {
		return is, fault.E(op, fault.Invalid, "target.source_missing").Field("source", "target.source_missing")
	}
	if is.On == 0 {
		is.On = tx.Today
	}
	return is, nil
}

func above(tx *store.Tx, u org.Unit, i id.ID) bool {
	us, err := tx.Above(u)
	return err == nil && slices.ContainsFunc(us, func(a org.Unit) bool { return a.ID == i })
}

// issueLines turns drafts into targets. A unit that ended meanwhile keeps the whole act from happening.
func issueLines(tx *store.Tx, is *store.Issue, drafts []store.Draft) error {
	const op = "targets.issueLines"
	var ids []id.ID
	for i, d := range drafts {
		if i == 0 || d.Unit != drafts[i-1].Unit {
			ids = append(ids, d.Unit)
		}
	}
	us, err := tx.UnitsByID(is.Unit.Province(), ids)
	if err != nil {
		return err
	}
	old, err := tx.Targets(is.Unit.Province(), ids, is.Year)
	if err != nil {
		return err
	}
	had := map[key]bool{}
	for _, t := range old {
		had[key{t.Unit, t.Indicator, t.Slice}] = true
	}
	lines := make([]target.Target, len(drafts))
	for i, d := range drafts {
		u := us[d.Unit]
		if d.Op != "" && (!lives(u, is.Year) || u.Dissolved != 0 && u.Dissolved <= is.On) {
			return fault.E(op, fault.Invalid, "target.unit_gone", u.Name)
		}
		is.Adjusts = is.Adjusts || had[key{d.Unit, d.Indicator, d.Slice}]
		t := d.Target
		t.ID, t.Source = tx.NewID(is.Unit.Province()), is.Source
		lines[i] = t
	}
	is.Lines = len(lines)
	if err := tx.AddIssue(*is); err != nil {
		return err
	}
	return tx.AddTargets(*is, lines)
}

// Carry makes drafts for a year of what the units directly below were given the year before, where nothing is drafted or given yet.
func (s *Service) Carry(ctx context.Context, who access.Actor, unit id.ID, year int) (int, error) {
	n := 0
	err := s.st.Update(ctx, audit.Of(who, "target.carry", unit.Province(), unit), func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		if err := who.Must(access.SetTarget, u); err != nil {
			return err
		}
		scope, err := who.Over(u)
		if err != nil {
			return err
		}
		kids, err := tx.ChildUnits(scope, tx.Today)
		if err != nil {
			return err
		}
		before, err := current(tx, kids, year-1)
		if err != nil {
			return err
		}
		now, err := current(tx, kids, year)
		if err != nil {
			return err
		}
		there, err := tx.Drafts(scope, year, false)
		if err != nil {
			return err
		}
		for _, d := range there {
			now[key{d.Unit, d.Indicator, d.Slice}] = d.Target
		}
		var ds []store.Draft
		for k, t := range before {
			if _, ok := now[k]; !ok {
				ds = append(ds, store.Draft{Giver: u.ID, Target: target.Target{Unit: k.unit, Year: year, Indicator: k.indicator, Slice: k.slice, Op: t.Op, Low: t.Low, High: t.High}})
			}
		}
		n = len(ds)
		tx.Did(unit, strconv.Itoa(n)+" dự thảo mang từ năm "+strconv.Itoa(year-1))
		return tx.PutDrafts(ds)
	})
	return n, err
}

// Acknowledge writes down that somebody looked at a finding of a sheet and went on, and why.
func (s *Service) Acknowledge(ctx context.Context, who access.Actor, unit id.ID, finding, reason string) error {
	const least = 5 // letters: a mark is no reason
	reason = strings.Join(strings.Fields(reason), " ")
	if len([]rune(reason)) < least {
		return fault.E("targets.Acknowledge", fault.Invalid, "finding.reason_missing").Field("reason", "finding.reason_missing")
	}
	return s.st.Update(ctx, audit.Of(who, "finding.seen", unit.Province(), unit), func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		if err := who.Must(access.SetTarget, u); err != nil {
			return err
		}
		tx.Did(unit, finding)
		return tx.AddSeen(unit, store.Seen{Finding: finding, Reason: reason, By: who.Name})
	})
}
