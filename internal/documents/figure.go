package documents

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/document"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// figureKey tells the numbers of a document apart: where they stand and, because one number may hold for several terms, for
// what time.
func figureKey(clause, at int, s target.Span) string {
	return strconv.Itoa(clause) + "." + strconv.Itoa(at) + "." + strconv.Itoa(int(s.From)) + "." + strconv.Itoa(int(s.To))
}

// Confirm keeps a number of a document as somebody confirmed it. offer is the key of the offer it came from, "" for a number
// typed by hand; the quotation of an offer is taken from the text, never from the form.
func (s *Service) Confirm(ctx context.Context, who access.Actor, offer string, f target.Figure) (id.ID, error) {
	f.Indicator, f.Slice, f.Campaign, f.Base.Text, f.Quote = clean(f.Indicator), clean(f.Slice), clean(f.Campaign), clean(f.Base.Text), clean(f.Quote)
	err := s.st.Update(ctx, audit.Of(who, "document.confirm", f.Document.Province(), f.Document), func(tx *store.Tx) error {
		d, err := keep(tx, who, f.Document)
		if err != nil {
			return err
		}
		fs, err := tx.DocFigures(d.ID)
		if err != nil {
			return err
		}
		f.ID = tx.NewID(d.ID.Province())
		if offer != "" {
			err = fromOffer(tx, d, fs, offer, &f)
		} else {
			err = fromClause(tx, d, &f)
		}
		if err != nil {
			return err
		}
		if err := f.Check(); err != nil {
			return err
		}
		if err := checkFigure(tx, fs, f); err != nil {
			return err
		}
		tx.Did(d.ID, f.Value.String())
		return tx.AddFigure(f)
	})
	return f.ID, err
}

// fromOffer finds the offer a figure came from and takes place and quotation from it.
func fromOffer(tx *store.Tx, d document.Document, fs []target.Figure, offer string, f *target.Figure) error {
	const op = "documents.fromOffer"
	cs, err := tx.Clauses(d.ID)
	if err != nil {
		return err
	}
	for _, x := range fs {
		if figureKey(x.Clause, x.At, x.Span) == offer {
			return fault.E(op, fault.Stale, "document.offer_taken")
		}
	}
	for _, r := range document.Read(cs, d.Kind, d.Dated) {
		if figureKey(r.Clause, r.At, r.Span) != offer {
			continue
		}
		f.Clause, f.At, f.Quote = r.Clause, r.At, r.Quote
		if figureKey(f.Clause, f.At, f.Span) != offer { // the time was corrected: the offer is set aside, the figure stands beside it
			aside := target.Figure{ID: tx.NewID(d.ID.Province()), Document: d.ID, Clause: r.Clause, At: r.At, Quote: r.Quote, Span: r.Span, Value: r.Value}
			return tx.AddFigure(aside)
		}
		return nil
	}
	return fault.E(op, fault.Stale, "document.offer_gone")
}

// fromClause takes the quotation of a number typed by hand from the clause it names; without one it keeps what was quoted.
func fromClause(tx *store.Tx, d document.Document, f *target.Figure) error {
	if f.Clause == 0 {
		return nil
	}
	cs, err := tx.Clauses(d.ID)
	if err != nil {
		return err
	}
	if f.Clause < 0 || f.Clause > len(cs) {
		return fault.E("documents.fromClause", fault.Invalid, "target.figure_invalid").Field("clause", "document.clause_gone")
	}
	f.Quote = strings.TrimSpace(cs[f.Clause-1].Label + " " + cs[f.Clause-1].Text)
	f.At = len(cs[f.Clause-1].Text) // behind its text, so that it stands for no offer
	return nil
}

// checkFigure holds a figure against what it names: its whole must be a figure of the same document that is not inside it, its
// indicator must be known.
func checkFigure(tx *store.Tx, fs []target.Figure, f target.Figure) error {
	const op = "documents.checkFigure"
	if f.PartOf != 0 {
		up := map[id.ID]id.ID{}
		for _, x := range fs {
			if x.Kind != "" {
				up[x.ID] = x.PartOf
			}
		}
		if _, ok := up[f.PartOf]; !ok {
			return fault.E(op, fault.Invalid, "target.figure_invalid").Field("part_of", "document.figure_notfound")
		}
	}
	if _, ok := target.IndicatorOf(f.Indicator); ok || slices.Contains(target.Stated, f.Indicator) {
		return nil
	}
	is, err := tx.Indicators(f.Document.Province())
	if err != nil {
		return err
	}
	for _, i := range is {
		if i.Code == f.Indicator {
			return apart(i, f)
		}
	}
	return fault.E(op, fault.Invalid, "target.figure_invalid").Field("indicator", "target.indicator_unknown")
}

// SetAside says that an offer is no number of the document worth keeping.
func (s *Service) SetAside(ctx context.Context, who access.Actor, doc id.ID, offer string) error {
	return s.st.Update(ctx, audit.Of(who, "document.aside", doc.Province(), doc), func(tx *store.Tx) error {
		d, err := keep(tx, who, doc)
		if err != nil {
			return err
		}
		fs, err := tx.DocFigures(d.ID)
		if err != nil {
			return err
		}
		cs, err := tx.Clauses(d.ID)
		if err != nil {
			return err
		}
		for _, x := range fs {
			if figureKey(x.Clause, x.At, x.Span) == offer {
				return nil
			}
		}
		for _, r := range document.Read(cs, d.Kind, d.Dated) {
			if figureKey(r.Clause, r.At, r.Span) == offer {
				return tx.AddFigure(target.Figure{ID: tx.NewID(d.ID.Province()), Document: d.ID, Clause: r.Clause, At: r.At, Quote: r.Quote, Span: r.Span, Value: r.Value})
			}
		}
		return fault.E("documents.SetAside", fault.Stale, "document.offer_gone")
	})
}

// Drop takes back a confirmed or set-aside number: it is offered again. One that others are inside stays.
func (s *Service) Drop(ctx context.Context, who access.Actor, figure id.ID) (doc id.ID, err error) {
	err = s.st.Update(ctx, audit.Of(who, "document.drop", figure.Province(), figure), func(tx *store.Tx) error {
		f, err := tx.Figure(figure)
		if err != nil {
			return err
		}
		doc = f.Document
		d, err := keep(tx, who, f.Document)
		if err != nil {
			return err
		}
		fs, err := tx.DocFigures(d.ID)
		if err != nil {
			return err
		}
		for _, x := range fs {
			if x.PartOf == figure {
				return fault.E("documents.Drop", fault.Conflict, "document.figure_used", x.Value.String())
			}
		}
		tx.Did(d.ID, f.Value.String())
		return tx.DropFigure(figure)
	})
	return doc, err
}

// reasonMin is how many letters a reason has at least: a mark is none.
const reasonMin = 5

// Acknowledge writes down that somebody looked at a finding of a document and went on, and why.
func (s *Service) Acknowledge(ctx context.Context, who access.Actor, doc id.ID, finding, reason string) error {
	reason = clean(reason)
	if len([]rune(reason)) < reasonMin {
		return fault.E("documents.Acknowledge", fault.Invalid, "finding.reason_missing").Field("reason", "finding.reason_missing")
	}
	return s.st.Update(ctx, audit.Of(who, "finding.seen", doc.Province(), doc), func(tx *store.Tx) error {
		if _, err := keep(tx, who, doc); err != nil {
			return err
		}
		tx.Did(doc, finding)
		return tx.AddSeen(doc, store.Seen{Finding: finding, Reason: reason, By: who.Name})
	})
}
