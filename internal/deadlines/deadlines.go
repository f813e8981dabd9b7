// Package deadlines is the service on what has to be done by when (services floor): the one calendar of
// obligations, kept up with the acts they follow from, and the lists, feeds and digests read from it.
package deadlines

import (
	"ketnap/internal/day"
	"ketnap/internal/deadline"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/rule"
	"ketnap/internal/rules"
	"ketnap/internal/store"
)

// Service keeps and reads the calendar.
type Service struct {
	st     *store.Store
	from   string
	mailer Mailer
}

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st: st} }

// Keep writes from now on what follows from each change of a record or a dossier in the transaction of
// the change. Call it before the store is used.
func (s *Service) Keep() { s.st.Follow(follow) }

// Refresh says that a dossier got an act or a paper: what is due for its person is written at the end of
// the transaction, with the act. Whoever moves a person or changes the record need not call it.
func Refresh(tx *store.Tx, d *dossier.Dossier, p *person.Person) error {
	tx.Touch(p, d)
	return nil
}

// follow brings the obligations of people up to date.
func follow(tx *store.Tx, people []store.Touched, fresh bool) error {
	w, err := newWriter(tx)
	if err != nil {
		return err
	}
	if fresh {
		w.offers = map[id.ID]store.LastOffer{} // nobody offered who was not there
	}
	for i := range people {
		t := &people[i]
		var stored []deadline.Obligation
		if !fresh {
			if stored, err = tx.ObligationsOf(t.Person.ID); err != nil {
				return err
			}
			if t.Dossier == nil {
				if t.Dossier, err = dossierOf(tx, &t.Person); err != nil {
					return err
				}
			}
		}
		if err := w.add(&t.Person, t.Dossier, stored); err != nil {
			return err
		}
	}
	return tx.PutObligations(&w.change)
}

func dossierOf(tx *store.Tx, p *person.Person) (*dossier.Dossier, error) {
	d, found, err := tx.DossierOf(p.ID)
	if err != nil || !found {
		return nil, err
	}
	return &d, nil
}

// writer collects what has to be written for people.
type writer struct {
	tx     *store.Tx
	book   *rule.Book
	cal    *day.Calendar
	packs  map[string]*rule.Pack
	offers map[id.ID]store.LastOffer // of everybody, nil when they are asked for one by one
	change deadline.Change
}

func newWriter(tx *store.Tx) (*writer, error) {
	b, err := rules.Book(tx)
	if err != nil {
		return nil, err
	}
	return &writer{tx: tx, book: b, cal: b.Calendar(), packs: map[string]*rule.Pack{}}, nil
}

// terms returns the pack a dossier is pinned to, else that of today.
func (w *writer) terms(ref string) (*rule.Pack, error) {
	if p, ok := w.packs[ref]; ok {
		return p, nil
	}
	p, err := packOf(w.book, ref, w.tx.Today)
	if err == nil {
		w.packs[ref] = p
	}
	return p, err
}

// packOf returns the pack of a reference, that of a day without one.
func packOf(b *rule.Book, ref string, on day.Date) (*rule.Pack, error) {
	if ref == "" {
		return b.On(on)
	}
	return b.Pack(ref)
}

// add computes what is due for a person and notes what differs from what is stored.
func (w *writer) add(p *person.Person, d *dossier.Dossier, stored []deadline.Obligation) error {
	f, ref := deadline.FactsOf(p), ""
	var ended []deadline.Obligation
	switch {
	case d == nil:
	case d.Closed == 0, d.State == dossier.Recognised:
		ref = d.Pack
		f.Follow(d.ID, d.Dates(), d.Standing())
		if err := w.papers(&f, d); err != nil {
			return err
		}
	default:
		ended = endedWith(d, stored)
	}
	o, err := w.offer(p)
	if err != nil {
		return err
	}
	f.Offer(o.On, o.Taken)
	t, err := w.terms(ref)
	if err != nil {
		return err
	}
	if f.Dossier != 0 {
		if on, ok := d.Appealed(t.Int("recognise.failed_votes")); ok {
			f.Appeal(on)
		}
	}
	computed := deadline.Compute(t, w.cal, f)
	w.change.Diff(stored, append(computed, rest(ended, computed)...))
	return nil
}

// offer returns the last offer to another unit of somebody who is no official member.
func (w *writer) offer(p *person.Person) (store.LastOffer, error) {
	switch {
	case p.Place.Out() || p.Place.Stage == ledger.Official:
		return store.LastOffer{}, nil
	case w.offers != nil:
		return w.offers[p.ID], nil
	}
	return w.tx.OfferOf(p.ID)
}

// papers adds the days the papers of a dossier were made on.
func (w *writer) papers(f *deadline.Facts, d *dossier.Dossier) error {
	ps, err := w.tx.Papers(d.ID)
	for _, p := range ps {
		if p.Made != 0 {
			f.Papers = append(f.Papers, deadline.Dated{Ref: p.Code, On: p.Made})
		}
	}
	return err
}

// endedWith returns what was still open when a dossier was closed: it ended with it.
func endedWith(d *dossier.Dossier, stored []deadline.Obligation) []deadline.Obligation {
	var out []deadline.Obligation
	for _, o := range stored {
		if o.Dossier == d.ID && o.Open() {
			o.Closed, o.By = d.Closed, deadline.Ended
			out = append(out, o)
		}
	}
	return out
}

// rest keeps of what ended what is not running on without the dossier.
func rest(ended, computed []deadline.Obligation) []deadline.Obligation {
	var out []deadline.Obligation
	for _, e := range ended {
		on := false
		for i := range computed {
			on = on || computed[i].Clock == e.Clock && computed[i].Ref == e.Ref
		}
		if !on {
			out = append(out, e)
		}
	}
	return out
}

// escalation is how late work goes up.
func escalation(set rule.Set) deadline.Escalation {
	return deadline.Escalation{Days: set.Int("deadline.escalate_days")}
}
