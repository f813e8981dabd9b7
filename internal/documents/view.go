package documents

import (
	"context"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/document"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
	"ketnap/internal/targets"
)

// Linked is a relation with the other document's name.
type Linked struct {
	document.Link
	Other id.ID // the document at the other end, 0 when it stands in no register the reader may read
	Name  string
	Out   bool // from this document to the other
}

// Offer is a number read out of the text that waits to be confirmed.
type Offer struct {
	document.Reading
	Key    string // tells offers of a document apart
	Whole  id.ID  // the confirmed figure it is inside, when that was confirmed
	Inside string // words of the offer it is inside, when that was not
}

// View is a document with everything around it.
type View struct {
	Document   document.Document
	Unit       org.Unit
	Above      []org.Unit
	Clauses    []document.Clause
	Links      []Linked
	Files      []document.Attachment // without their content
	Chain      []document.Document   // from the centre to the cell, this one among them; empty when it stands alone
	Figures    []target.Figure
	Offers     []Offer
	Set        []target.Figure // offers that were set aside
	Findings   []target.Finding
	Elsewhere  map[id.ID]document.Document // where a figure of a finding stands, for those of other documents
	Counted    map[id.ID]int64             // what the records say, by figure; one without was never recomputed
	Seen       map[string]store.Seen
	Indicators []store.Indicator
	Today      day.Date
	May        bool
}

// View returns a document.
func (s *Service) View(ctx context.Context, who access.Actor, i id.ID) (View, error) {
	var v View
	err := s.st.View(ctx, func(tx *store.Tx) error {
		d, u, err := open(tx, who, i)
		if err != nil {
			return err
		}
		v = View{Document: d, Unit: u, Today: tx.Today, May: who.Can(access.SetTarget, u)}
		if v.Above, err = tx.Above(u); err != nil {
			return err
		}
		v.Above = who.Readable(v.Above)
		if v.Clauses, err = tx.Clauses(i); err != nil {
			return err
		}
		if v.Files, err = tx.Attachments(i); err != nil {
			return err
		}
		if err := v.links(tx, who); err != nil {
			return err
		}
		if err := v.chain(tx, who); err != nil {
			return err
		}
		if v.Indicators, err = tx.Indicators(i.Province()); err != nil {
			return err
		}
		return v.numbers(tx, who)
	})
	return v, err
}

func (v *View) links(tx *store.Tx, who access.Actor) error {
	ls, err := tx.Links(v.Document.ID)
	if err != nil {
		return err
	}
	for _, l := range ls {
		x := Linked{Link: l, Other: l.To, Name: l.Text, Out: l.From == v.Document.ID}
		if !x.Out {
			x.Other = l.From
		}
		if x.Other != 0 {
			d, _, err := open(tx, who, x.Other)
			if err != nil {
				x.Other = 0 // not for this reader
				continue
			}
			x.Name = d.Name()
		}
		v.Links = append(v.Links, x)
	}
	return nil
}

// numbers fills figures, offers and findings. The checks see the confirmed figures of the whole register, and the findings
// shown are those in which this document takes part.
func (v *View) numbers(tx *store.Tx, who access.Actor) error {
	fs, err := tx.DocFigures(v.Document.ID)
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	for _, f := range fs {
		taken[figureKey(f.Clause, f.At, f.Span)] = true
		if f.Kind == "" {
			v.Set = append(v.Set, f)
		} else {
			v.Figures = append(v.Figures, f)
		}
	}
	v.Set = slices.DeleteFunc(v.Set, func(f target.Figure) bool { // taken over with another time, not set aside
		return slices.ContainsFunc(v.Figures, func(x target.Figure) bool { return x.Clause == f.Clause && x.At == f.At })
	})
	v.offers(taken)
	all, err := tx.FiguresOf(v.Document.Unit)
	if err != nil {
		return err
	}
	if v.Counted, err = recount(tx, who, v.Unit, v.Figures, v.Indicators); err != nil {
		return err
	}
	others, err := readable(tx, who, v.Document, all)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(f target.Figure) bool { _, ok := others[f.Document]; return !ok })
	v.concerned(target.Examine(all, v.Counted), all, others)
	v.Seen, err = tx.SeenFindings(v.Document.ID)
	return err
}

// readable are the documents of a register that the reader may read: a finding must not tell the numbers of one they may not.
func readable(tx *store.Tx, who access.Actor, shown document.Document, fs []target.Figure) (map[id.ID]document.Document, error) {
	docs := map[id.ID]document.Document{shown.ID: shown}
	refused := map[id.ID]bool{}
	for _, f := range fs {
		if _, known := docs[f.Document]; known || refused[f.Document] {
			continue
		}
		d, _, err := open(tx, who, f.Document)
		switch {
		case fault.Is(err, fault.NotFound):
			refused[f.Document] = true
		case err != nil:
			return nil, err
		default:
			docs[d.ID] = d
		}
	}
	return docs, nil
}

// concerned keeps the findings in which this document takes part, and where the other numbers of those stand.
func (v *View) concerned(found []target.Finding, all []target.Figure, docs map[id.ID]document.Document) {
	of := map[id.ID]id.ID{}
	for _, f := range all {
		of[f.ID] = f.Document
	}
	v.Elsewhere = map[id.ID]document.Document{}
	for _, f := range found {
		if !slices.ContainsFunc(f.About, func(i id.ID) bool { return of[i] == v.Document.ID }) {
			continue
		}
		v.Findings = append(v.Findings, f)
		for _, i := range f.About {
			if of[i] != v.Document.ID {
				v.Elsewhere[i] = docs[of[i]]
			}
		}
	}
}

// offers are the readings that were neither confirmed nor set aside.
func (v *View) offers(taken map[string]bool) {
	if !v.May {
		return
	}
	rs := document.Read(v.Clauses, v.Document.Kind, v.Document.Dated)
	for _, r := range rs {
		o := Offer{Reading: r, Key: figureKey(r.Clause, r.At, r.Span)}
		if taken[o.Key] {
			continue
		}
		if r.PartOf >= 0 {
			o.Whole, o.Inside = v.confirmed(rs[r.PartOf]), rs[r.PartOf].Words
		}
		v.Offers = append(v.Offers, o)
	}
}

// confirmed is the figure that was made of a reading: the one of the same time, else one whose time was corrected.
func (v *View) confirmed(r document.Reading) (i id.ID) {
	for _, f := range v.Figures {
		if f.Clause != r.Clause || f.At != r.At {
			continue
		}
		if f.Span == r.Span {
			return f.ID
		}
		i = f.ID
	}
	return i
}

// recount counts from the records what the published results of a document say about its unit.
func recount(tx *store.Tx, who access.Actor, u org.Unit, fs []target.Figure, own []store.Indicator) (map[id.ID]int64, error) {
	counted := map[id.ID]int64{}
	scope, err := who.Over(u)
	if err != nil || u.ID == 0 {
		return counted, nil //nolint:nilerr // somebody who reads the paper but not the unit sees no count
	}
	for _, f := range fs {
		rule, err := ruleOf(f.Indicator, own)
		if err != nil {
			return nil, err
		}
		if f.Kind != target.Result && f.Kind != target.Baseline || !rule.Counts(f) || f.Span.Vague() {
			continue
		}
		p := day.Period{From: f.Span.From, To: f.Span.To}
		if f.Span.AsOf != 0 {
			p.To = f.Span.AsOf
		}
		if p.To > tx.Today || p.From == 0 {
			continue
		}
		n, ok, err := targets.Count(tx, scope, f, rule, p)
		if err != nil {
			return nil, err
		}
		if ok {
			counted[f.ID] = n
		}
	}
	return counted, nil
}

// ruleOf is the counting rule of an indicator of the program or of the province.
func ruleOf(code string, own []store.Indicator) (target.Rule, error) {
	for _, i := range own {
		if i.Code == code {
			return target.ParseRule(i.Rule)
		}
	}
	return target.BuiltRule(code), nil
}
