package dossiers

import (
	"context"
	"maps"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/rule"
	"ketnap/internal/store"
)

// Bulk says of several acts which can be recorded (chạy thử): "áp dụng được 41/45; 4 hồ sơ thiếu …".
type Bulk struct {
	Fit, Of int
	Lines   []BulkLine
}

// BulkLine is one act of several.
type BulkLine struct {
	Person id.ID
	Name   string
	Birth  day.Date
	Unit   string
	Fit    bool
	Why    fault.Text     // what stands in the way, when it does not fit
	Warned []rule.Finding // warnings somebody must choose to go on with
}

// Add counts a line.
func (b *Bulk) Add(l BulkLine) {
	b.Of++
	if l.Fit {
		b.Fit++
	}
	b.Lines = append(b.Lines, l)
}

// Asked reports whether an act that fits has warnings, so that a reason is needed to go on.
func (b *Bulk) Asked() bool {
	return slices.ContainsFunc(b.Lines, func(l BulkLine) bool { return l.Fit && len(l.Warned) > 0 })
}

// DryAll examines acts without recording any. What forms do not fit is said line by line; an error is
// one of the program.
func (s *Service) DryAll(ctx context.Context, who access.Actor, forms []ActForm) (Bulk, error) {
	var b Bulk
	err := s.st.View(ctx, func(tx *store.Tx) error {
		b = Bulk{}
		for _, f := range forms {
			l, err := s.dry(tx, who, f)
			if err != nil {
				return err
			}
			b.Add(l)
		}
		return nil
	})
	return b, err
}

func (s *Service) dry(tx *store.Tx, who access.Actor, f ActForm) (BulkLine, error) {
	w, a, err := s.examine(tx, who, f)
	l := BulkLine{Person: f.Person}
	if w != nil {
		l.Name, l.Birth, l.Unit = w.p.Name, w.p.Birth, w.cell.Name
	}
	if err == nil {
		err = w.do(a)
	}
	if err == nil {
		if _, moves := w.movement(&w.d.Acts[len(w.d.Acts)-1]); moves && a.On < w.p.Since {
			err = fault.E("dossiers.dry", fault.Invalid, "ledger.date_before_last", w.p.Since)
		}
	}
	if err == nil {
		for _, x := range a.Findings {
			if x.Level == rule.Warn {
				l.Warned = append(l.Warned, x)
				a.Details.Reason = "." // whoever goes on says why
			}
		}
		err = accept(w.pack, &a, l.Accept())
	}
	switch {
	case err == nil:
		l.Fit = true
	case fault.KindOf(err) == fault.Internal:
		return l, err
	default:
		l.Why = WhyOf(err)
	}
	return l, nil
}

// Accept lists the keys of the warnings of a line.
func (l BulkLine) Accept() []string {
	var keys []string
	for _, f := range l.Warned {
		keys = append(keys, f.Check)
	}
	return keys
}

// WhyOf is what to tell of a refusal: what is wrong with the first field, else the refusal itself.
func WhyOf(err error) fault.Text {
	fields := fault.FieldsOf(err)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		return fields[name]
	}
	return fault.TextOf(err)
}

// ActAll records several acts in one transaction, all or none. A refusal names the person it is about.
func (s *Service) ActAll(tx *store.Tx, who access.Actor, forms []ActForm) error {
	for _, f := range forms {
		if _, err := s.ActIn(tx, who, f); err != nil {
			if fault.KindOf(err) == fault.Internal {
				return err
			}
			p, perr := tx.Person(f.Person)
			if perr != nil {
				return perr
			}
			return fault.E("dossiers.ActAll", fault.Conflict, "dossier.bulk_refused", p.Name, WhyOf(err), err)
		}
	}
	return nil
}
