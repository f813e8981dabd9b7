package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/document"
	"ketnap/internal/documents"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
	"ketnap/internal/targets"
	"ketnap/internal/units"
)

// Entered is a programme in the database.
type Entered struct {
	Root, Unit id.ID
	Units      map[string][]id.ID // by key
	Documents  []id.ID            // in the order of the programme
	People     int
}

// Enter puts a programme into a database through the services, the way an official would: units, people, documents, their numbers
// confirmed one by one, targets given by document. With ends, historical units then go over into the province of today.
func (p *Programme) Enter(ctx context.Context, st *store.Store, ends bool) (Entered, error) {
	e := &enterer{p: p, ctx: ctx, st: st, who: access.System("demo"), Entered: Entered{Units: map[string][]id.ID{}}}
	steps := []func() error{e.found, e.fill, e.indicators, e.papers, e.give}
	if ends {
		steps = append(steps, e.end)
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return e.Entered, fmt.Errorf("demo: %s: %w", p.Code, err)
		}
	}
	return e.Entered, nil
}

type enterer struct {
	p *Programme
	Entered
	ctx context.Context
	st  *store.Store
	who access.Actor
}

// unsaid stands for a decision that the sources do not name.
const unsaid = "(nguồn không nêu)"

func act(on isoDate) units.Act {
	return units.Act{On: day.Date(on), Decision: org.Decision{No: unsaid}}
}

// found founds the units; a province that is there already is used.
func (e *enterer) found() error {
	sv := units.New(e.st)
	err := e.st.View(e.ctx, func(tx *store.Tx) error {
		return tx.EachProvince(func(p store.Province) error {
			if p.ID == number(e.p.Root.Province) {
				e.Root = p.Root
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	if e.Root == 0 {
		f := units.FoundForm{Fields: units.Fields{Kind: org.Province, Name: e.p.Root.Name, Location: e.p.Root.Province}, Act: act(19760101)}
		if e.Root, err = sv.Found(e.ctx, e.who, f); err != nil {
			return err
		}
	}
	e.Units[""] = []id.ID{e.Root}
	for _, u := range e.p.Units {
		above := e.Units[u.Under]
		for i := range max(1, u.N) {
			name := u.Name
			if u.N > 0 {
				name = fmt.Sprintf(u.Name, i+1)
			}
			made, err := sv.Found(e.ctx, e.who, units.FoundForm{Parent: above[i%len(above)], Act: act(u.Founded),
				Fields: units.Fields{Kind: u.Kind, Name: name, Sector: u.Sector, Blocs: u.Blocs}})
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			e.Units[u.Key] = append(e.Units[u.Key], made)
		}
	}
	e.Unit = e.Units[e.p.Unit][0]
	return nil
}

func (e *enterer) indicators() error {
	for _, i := range e.p.Indicators {
		in := documents.Indicator{Code: i.Code, Name: i.Name, Definition: i.Definition, Counting: i.Counting, Counted: i.Counted}
		if err := documents.New(e.st).AddIndicator(e.ctx, e.who, e.Root, in); err != nil {
			return err
		}
	}
	return nil
}

// papers enters the documents with their numbers and relations.
func (e *enterer) papers() error {
	sv := documents.New(e.st)
	for _, d := range e.p.Documents {
		made, err := sv.Add(e.ctx, e.who, documents.Form{Text: strings.Join(d.Text, "\n"), Document: document.Document{Unit: e.Unit, Kind: d.Kind, Level: d.Level,
			Number: d.Number, Issuer: d.Issuer, Title: d.Title, Dated: day.Date(d.Dated), From: day.Date(d.From), To: day.Date(d.To), Spread: d.Spread, Place: d.Assumed}})
		if err != nil {
			return err
		}
		e.Documents = append(e.Documents, made)
		for _, l := range d.Links {
			if err := sv.AddLink(e.ctx, e.who, document.Link{From: made, To: e.Documents[l.Document], Relation: l.Relation}); err != nil {
				return err
			}
		}
		if err := e.confirm(sv, made, d); err != nil {
			return err
		}
	}
	return nil
}

// confirm goes through the numbers that were read, the first one first, until none is left.
func (e *enterer) confirm(sv *documents.Service, doc id.ID, d programmeDocument) error {
	used := map[string]bool{}
	for {
		v, err := sv.View(e.ctx, e.who, doc)
		if err != nil || len(v.Offers) == 0 {
			return e.allUsed(d, used, err)
		}
		o := v.Offers[0]
		if is := slices.IndexFunc(d.Aside, func(w string) bool { return w == digits(o.Words) }); is >= 0 {
			if err := sv.SetAside(e.ctx, e.who, doc, o.Key); err != nil {
				return err
			}
			continue
		}
		f := target.Figure{Document: doc, Indicator: o.Indicator, Slice: o.Slice, Kind: o.Kind, Value: o.Value, PartOf: o.Whole, Span: o.Span, Base: o.Base, Published: true}
		if o.Whole != 0 {
			f.Relation = o.Relation
		}
		if f.Slice == "" {
			f.Slice = o.Group
		}
		for _, c := range d.Figures {
			if c.Words == digits(o.Words) || c.Words == o.Words {
				used[c.Words] = true
				c.correct(&f)
			}
		}
		if _, err := sv.Confirm(e.ctx, e.who, o.Key, f); err != nil {
			return fmt.Errorf("%q: %w", o.Words, err)
		}
	}
}

// allUsed reports a correction that no number was found for.
func (e *enterer) allUsed(d programmeDocument, used map[string]bool, err error) error {
	for _, c := range d.Figures {
		if err == nil && !used[c.Words] {
			err = fmt.Errorf("%s: no number %q was read", d.Title, c.Words)
		}
	}
	return err
}

// digits cuts the words around a number: "trên 1.800" is 1.800.
func digits(words string) string {
	return strings.TrimFunc(words, func(r rune) bool { return r < '0' || r > '9' })
}

func (c programmeFigure) correct(f *target.Figure) {
	if c.Indicator != "" {
		f.Indicator = c.Indicator
	}
	if c.Slice != nil {
		f.Slice = *c.Slice
	}
	if c.Span != "" {
		f.Span = target.Span{Kind: c.Span}
	}
	if c.From != 0 {
		f.Span.From = day.Date(c.From)
	}
	if c.AsOf != 0 {
		f.Span.AsOf, f.Span.From, f.Span.To = day.Date(c.AsOf), day.Date(c.AsOf), day.Date(c.AsOf)
	}
	f.Campaign, f.Base.N = c.Campaign, c.BaseN
	if c.BaseOn != 0 {
		f.Base.On = day.Date(c.BaseOn)
	}
}

// give sets the yearly targets, each by its document.
func (e *enterer) give() error {
	sv := targets.New(e.st)
	for _, t := range e.p.Targets {
		u := e.Units[t.Unit][0]
		if _, err := sv.Draft(e.ctx, e.who, u.Province(), t.Year, []targets.Change{{Unit: u, Indicator: target.Admissions.Code, Slice: t.Slice, Text: t.Text}}); err != nil {
			return err
		}
		source := e.p.Documents[t.Document]
		name := document.Document{Number: source.Number, Title: source.Title, Dated: day.Date(source.Dated)}.Name()
		if _, err := sv.Issue(e.ctx, e.who, targets.IssueForm{Unit: e.Root, Year: t.Year, Source: name, On: day.Date(source.Dated)}); err != nil {
			return err
		}
	}
	return nil
}

// end lets historical units go over into the province of today.
func (e *enterer) end() error {
	sv := units.New(e.st)
	for _, x := range e.p.Ends {
		a := units.Act{On: day.Date(x.On), Decision: org.Decision{No: x.Decision.No, Issuer: x.Decision.Issuer, Date: day.Date(x.Decision.Date)}}
		var err error
		if u := e.Units[x.Unit][0]; x.Kind == "merge" {
			_, err = sv.Merge(e.ctx, e.who, units.MergeForm{From: []id.ID{u}, Into: e.Root, Act: a})
		} else {
			err = sv.Dissolve(e.ctx, e.who, units.DissolveForm{Unit: u, Successor: e.Root, Act: a})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
