package dossiers

import (
	"context"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/deadlines"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/rule"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// PaperLine is one paper of the checklist: what the pack says of it, and where it is.
type PaperLine struct {
	Code    string
	Type    int               // of the catalogue of papers, 0 none
	Office  bool              // the cell, a committee or whom they ask makes it
	Text    map[string]string // by language
	Step    string            // by which it must be there
	Present bool              // ticked, or its step is recorded with its number
	Made    day.Date
	Place   string
	Missing bool // its step is done and it is not there
}

// PutPapers keeps which papers of a dossier are there and where they lie.
func (s *Service) PutPapers(ctx context.Context, who access.Actor, person id.ID, ps []dossier.Paper) error {
	const op = "dossiers.PutPapers"
	return s.st.Update(ctx, audit.Of(who, "dossier.papers", person.Province(), person), func(tx *store.Tx) error {
		w, err := load(tx, who, access.Write, person)
		if err != nil {
			return err
		}
		if !w.known {
			return fault.E(op, fault.NotFound, "dossier.notfound")
		}
		if err := tx.Free(who, person); err != nil {
			return err
		}
		if err := w.look(ActForm{}, &dossier.Act{Step: dossier.Note, On: tx.Today}); err != nil {
			return err
		}
		f, err := w.facts(&dossier.Act{On: tx.Today}, 0)
		if err != nil {
			return err
		}
		list, err := w.checklist(f)
		if err != nil {
			return err
		}
		was := map[string]PaperLine{}
		for _, l := range list {
			was[l.Code] = l
		}
		var changed []string
		for _, p := range ps {
			p.Place = vi.NFC(strings.TrimSpace(p.Place))
			old, known := was[p.Code]
			switch {
			case !known:
				return fault.E(op, fault.Invalid, "dossier.paper_unknown")
			case p.Made > tx.Today:
				return fault.E(op, fault.Invalid, "ledger.date_future", p.Made)
			case len([]rune(p.Place)) > maxNo:
				return fault.E(op, fault.Invalid, "dossier.too_long", maxNo)
			case old.Present == p.Present && old.Made == p.Made && old.Place == p.Place:
				continue
			}
			changed = append(changed, p.Code)
			if err := tx.PutPaper(w.d.ID, p); err != nil {
				return err
			}
		}
		tx.Did(person, strings.Join(changed, " "))
		if len(changed) == 0 {
			return nil
		}
		return deadlines.Refresh(tx, &w.d, &w.p)
	})
}

// kept are the papers of the dossier by their code, read once.
func (w *world) kept() (map[string]dossier.Paper, error) {
	if w.papers != nil || !w.known {
		return w.papers, nil
	}
	ps, err := w.tx.Papers(w.d.ID)
	w.papers = make(map[string]dossier.Paper, len(ps))
	for _, p := range ps {
		w.papers[p.Code] = p
	}
	return w.papers, err
}

// checklist joins what the pack asks for with what is kept.
func (w *world) checklist(f rule.Facts) ([]PaperLine, error) {
	kept, err := w.kept()
	if err != nil {
		return nil, err
	}
	list, err := w.needed(f)
	for i := range list {
		l := &list[i]
		if p, ok := kept[l.Code]; ok {
			l.Present, l.Made, l.Place = p.Present, p.Made, p.Place
			l.Missing = !p.Present && w.d.Has(dossier.Step(l.Step))
			continue
		}
		if a, ok := w.d.Last(dossier.Step(l.Step)); ok && a.No != "" {
			l.Present, l.Made = true, a.PaperDay()
		}
		if l.Code == "certificate" && w.p.CertOn != 0 { // asked for when they apply, but there since it was issued
			l.Present, l.Made = true, w.p.CertOn
		}
		l.Missing = !l.Present && w.d.Has(dossier.Step(l.Step))
	}
	return list, err
}
