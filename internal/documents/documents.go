// Package documents is the service on the register of documents and the numbers confirmed in them (services floor).
//
// A document stands in the register of one unit. Units below may read it when it was spread to them; only the committee of the
// unit changes it. Numbers are read out of the text as offers and are nothing until somebody confirms them one by one.
package documents

import (
	"context"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/document"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// Service keeps documents.
type Service struct{ st *store.Store }

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st} }

// Form is a document as it is entered, with its text.
type Form struct {
	Document document.Document
	Text     string // pasted text; empty keeps the clauses there are
}

// Add enters a document into the register of a unit.
func (s *Service) Add(ctx context.Context, who access.Actor, f Form) (id.ID, error) {
	d := tidy(f.Document)
	if err := d.Check(); err != nil {
		return 0, err
	}
	cs, err := document.Split(f.Text)
	if err != nil {
		return 0, fieldOf(err, "text")
	}
	err = s.st.Update(ctx, audit.Of(who, "document.add", d.Unit.Province(), 0), func(tx *store.Tx) error {
		if err := may(tx, who, d.Unit); err != nil {
			return err
		}
		d.ID = tx.NewID(d.Unit.Province())
		if err := tx.AddDocument(d); err != nil {
			return fieldOf(err, "number")
		}
		tx.Did(d.ID, d.Name())
		return tx.PutClauses(d.ID, cs)
	})
	return d.ID, err
}

// tidy brings the texts of a document into one form.
func tidy(d document.Document) document.Document {
	d.Number, d.Issuer, d.Title, d.Place = clean(d.Number), clean(d.Issuer), clean(d.Title), clean(d.Place)
	return d
}

func clean(s string) string {
	return vi.NFC(strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " "))
}

// fieldOf puts the sentence of a fault beside a field of the form.
func fieldOf(err error, name string) error {
	if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict) || len(fault.FieldsOf(err)) > 0 {
		return err
	}
	t := fault.TextOf(err)
	return fault.E("documents", fault.KindOf(err), t.Key, t.Args...).Field(name, t.Key, t.Args...)
}

// may asks whether the actor keeps the register of a unit.
func may(tx *store.Tx, who access.Actor, unit id.ID) error {
	u, err := tx.Unit(unit)
	if err != nil {
		return err
	}
	return who.Must(access.SetTarget, u)
}

// reads reports whether the actor may read a document: its unit is theirs to read, or it was spread to their unit from above.
func reads(who access.Actor, d document.Document, u org.Unit) bool {
	if who.Can(access.Read, u) {
		return true
	}
	if !d.Spread {
		return false
	}
	for _, g := range who.Grants {
		if u.ID == 0 || g.Path != "" && strings.HasPrefix(g.Path, u.Path) {
			return true
		}
	}
	return false
}

// open reads a document with its unit, for somebody who may read it. A document they may not read does not exist for them.
func open(tx *store.Tx, who access.Actor, i id.ID) (document.Document, org.Unit, error) {
	d, err := tx.Document(i)
	if err != nil {
		return d, org.Unit{}, err
	}
	u, err := tx.Unit(d.Unit)
	if err != nil {
		return d, u, err
	}
	if !reads(who, d, u) {
		return document.Document{}, org.Unit{}, fault.E("documents.open", fault.NotFound, "document.notfound")
	}
	return d, u, nil
}

// keep reads a document for somebody who keeps its register.
func keep(tx *store.Tx, who access.Actor, i id.ID) (document.Document, error) {
	d, u, err := open(tx, who, i)
	if err != nil {
		return d, err
	}
	if !who.Can(access.SetTarget, u) {
		return d, fault.E("documents.keep", fault.Forbidden, "error.forbidden")
	}
	return d, nil
}

// Update changes what the register says of a document. A new text takes the place of the old one, as long as no number of the
// old one was confirmed: their quotations would hang in the air.
func (s *Service) Update(ctx context.Context, who access.Actor, f Form) error {
	d := tidy(f.Document)
	if err := d.Check(); err != nil {
		return err
	}
	cs, err := document.Split(f.Text)
	if err != nil {
		return fieldOf(err, "text")
	}
	return s.st.Update(ctx, audit.Of(who, "document.update", d.ID.Province(), d.ID), func(tx *store.Tx) error {
		was, err := keep(tx, who, d.ID)
		if err != nil {
			return err
		}
		d.Unit = was.Unit
		if other, err := tx.DocumentByKey(d.Unit, d.Key()); err != nil || other != 0 && other != d.ID {
			if err == nil {
				err = fieldOf(fault.E("documents.Update", fault.Conflict, "document.twice", d.Name()), "number")
			}
			return err
		}
		if err := tx.PutDocument(d); err != nil {
			return err
		}
		tx.Did(d.ID, d.Name())
		if len(cs) == 0 {
			return nil
		}
		return replaceText(tx, d.ID, cs)
	})
}

func replaceText(tx *store.Tx, doc id.ID, cs []document.Clause) error {
	fs, err := tx.DocFigures(doc)
	if err != nil {
		return err
	}
	if len(fs) > 0 {
		return fieldOf(fault.E("documents.replaceText", fault.Conflict, "document.text_used", len(fs)), "text")
	}
	return tx.PutClauses(doc, cs)
}

// Filter narrows the register.
type Filter struct {
	Kind document.Kind
	Find string // words of the number, date, issuer or title
	Held bool   // only what is in force today and replaced by nothing
	Own  bool   // those of the unit itself and those spread from above, not those of the units below
	Page int    // 0, 1, …
}

// perPage is how many documents a page of the register shows.
const perPage = 50

// Listed is one line of the register.
type Listed struct {
	document.Document
	UnitName string
	Above    bool // from a register above the unit
	Replaced bool // another document replaces it
	Ended    bool // its time is over
	Early    bool // its time has not come
}

// Register is the documents a unit has to do with.
type Register struct {
	Unit org.Unit
	Rows []Listed
	More bool // there is another page
	May  bool // the actor keeps the register of this unit
}

// List returns the documents of a unit's subtree and those spread to it from above, the newest first.
func (s *Service) List(ctx context.Context, who access.Actor, unit id.ID, f Filter) (Register, error) {
	var reg Register
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		scope, err := who.Over(u)
		if err != nil {
			return err
		}
		reg = Register{Unit: u, May: who.Can(access.SetTarget, u)}
		names := map[id.ID]string{u.ID: u.Name}
		above, err := tx.Above(u)
		if err != nil {
			return err
		}
		var over []id.ID
		for _, a := range above {
			over = append(over, a.ID)
			names[a.ID] = a.Name
		}
		ds, err := f.page(tx, scope, over)
		if err != nil {
			return err
		}
		if reg.More = len(ds) > perPage; reg.More {
			ds = ds[:perPage]
		}
		return reg.fill(tx, ds, names, len(over))
	})
	return reg, err
}

// read is how many documents a search looks at in one go.
const read = 1000

// page reads the documents of a page, and one more when there is another page. Words are looked for among all that the filter leaves:
// a register holds thousands of documents at most, and a search finds its words with or without marks.
func (f Filter) page(tx *store.Tx, scope access.Scope, over []id.ID) ([]document.Document, error) {
	skip := max(0, f.Page) * perPage
	q := store.DocumentFilter{Kind: f.Kind, Own: f.Own, Above: over, From: skip, N: perPage + 1}
	if f.Held {
		q.On = tx.Today
	}
	if strings.TrimSpace(f.Find) == "" {
		return tx.Documents(scope, q)
	}
	var found []document.Document
	for q.From, q.N = 0, read; ; q.From += read {
		ds, err := tx.Documents(scope, q)
		if err != nil {
			return nil, err
		}
		for _, d := range ds {
			if d.Named(f.Find) {
				found = append(found, d)
			}
		}
		if len(ds) < read || len(found) > skip+perPage {
			return found[min(skip, len(found)):min(skip+perPage+1, len(found))], nil
		}
	}
}

func (reg *Register) fill(tx *store.Tx, ds []document.Document, names map[id.ID]string, above int) error {
	var unknown []id.ID
	for _, d := range ds {
		if _, ok := names[d.Unit]; !ok {
			unknown = append(unknown, d.Unit)
		}
	}
	us, err := tx.UnitsByID(reg.Unit.Province(), unknown)
	if err != nil {
		return err
	}
	replaced, err := tx.Replaced(reg.Unit.Province(), idsOf(ds))
	if err != nil {
		return err
	}
	for _, d := range ds {
		l := Listed{Document: d, UnitName: names[d.Unit], Replaced: replaced[d.ID], Ended: d.To != 0 && d.To < tx.Today}
		l.Early = !l.Ended && !d.InForce(tx.Today)
		if u, ok := us[d.Unit]; ok {
			l.UnitName = u.Name
		} else {
			l.Above = above > 0 && d.Unit != reg.Unit.ID
		}
		reg.Rows = append(reg.Rows, l)
	}
	return nil
}

func idsOf(ds []document.Document) (is []id.ID) {
	for _, d := range ds {
		is = append(is, d.ID)
	}
	return is
}

// AddLink writes down how a document stands to another: one of a register by its id, or any other in words.
func (s *Service) AddLink(ctx context.Context, who access.Actor, l document.Link) error {
	l.Text = clean(l.Text)
	if l.To != 0 {
		l.Text = ""
	}
	if err := l.Check(); err != nil {
		return err
	}
	return s.st.Update(ctx, audit.Of(who, "document.link", l.From.Province(), l.From), func(tx *store.Tx) error {
		if _, err := keep(tx, who, l.From); err != nil {
			return err
		}
		if l.To != 0 {
			if l.To.Province() != l.From.Province() {
				return fault.E("documents.AddLink", fault.Invalid, "document.link_invalid").Field("to", "document.notfound")
			}
			if _, _, err := open(tx, who, l.To); err != nil {
				return err
			}
		}
		return tx.AddLink(l)
	})
}

// DropLink takes a relation back.
func (s *Service) DropLink(ctx context.Context, who access.Actor, l document.Link) error {
	return s.st.Update(ctx, audit.Of(who, "document.unlink", l.From.Province(), l.From), func(tx *store.Tx) error {
		if _, err := keep(tx, who, l.From); err != nil {
			return err
		}
		return tx.DropLink(l)
	})
}

// LinkTo is AddLink for what somebody typed: the number of a document in a register the actor may read, or any words.
func (s *Service) LinkTo(ctx context.Context, who access.Actor, l document.Link) error {
	if l.To != 0 || clean(l.Text) == "" {
		return s.AddLink(ctx, who, l)
	}
	text := clean(l.Text)
	err := s.st.View(ctx, func(tx *store.Tx) error {
		ds, err := tx.DocumentsNumbered(l.From.Province(), text)
		if err != nil {
			return err
		}
		found, itself := 0, false
		for _, d := range ds {
			if _, _, err := open(tx, who, d.ID); err != nil || d.Name() != text && d.Number != text {
				continue
			}
			if d.ID == l.From {
				itself = true
				continue
			}
			l.To = d.ID
			found++
		}
		if found == 0 && itself {
			l.To = l.From // refused by its check
		}
		if found > 1 {
			return fault.E("documents.LinkTo", fault.Invalid, "document.link_invalid").Field("to", "document.link_many", text)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.AddLink(ctx, who, l)
}
