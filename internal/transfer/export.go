package transfer

import (
	"context"
	"io"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/i18n"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/xlsx"
)

// Export writes everything of a kind at a unit and below it in the workbook format that Upload takes:
// bringing it in again changes nothing. Sheets of people hold identity numbers, so they need the right
// to reveal them and a reason, which is kept with the act. It returns the number of rows.
func (s *Service) Export(ctx context.Context, who access.Actor, unit id.ID, k batch.Kind, reason string, lang i18n.Lang, to io.Writer) (rows int64, err error) {
	const op = "transfer.Export"
	if !k.Valid() {
		return 0, fault.E(op, fault.Invalid, "import.kind_unknown").Field("kind", "import.kind_unknown")
	}
	right := access.Reveal
	if k == batch.Units {
		right = access.Read
	} else if reason == "" {
		return 0, fault.E(op, fault.Invalid, "import.reason_missing").Field("reason", "import.reason_missing")
	}
	top, err := s.mayExport(ctx, who, unit, right)
	if err != nil {
		return 0, err
	}
	if err := s.st.Update(ctx, audit.Of(who, "export."+string(k), top.Province(), top.ID).With(reason), func(*store.Tx) error { return nil }); err != nil {
		return 0, err
	}
	x := &exporter{k: k, w: xlsx.NewWriter(to), fields: batch.Sheet(k)}
	x.values = make([]xlsx.Value, len(x.fields))
	startSheet(x.w, i18n.For(lang).T("import.kind."+string(k)), x.fields)
	err = s.st.View(ctx, func(tx *store.Tx) error {
		if x.places, err = loadPlaces(tx, top); err != nil {
			return err
		}
		switch k {
		case batch.Units:
			return x.units(tx)
		case batch.Movements:
			return x.movements(tx)
		}
		return x.people(tx)
	})
	if err != nil {
		return x.rows, err
	}
	return x.rows, x.w.Close()
}

func (s *Service) mayExport(ctx context.Context, who access.Actor, unit id.ID, right access.Right) (org.Unit, error) {
	var u org.Unit
	err := s.st.View(ctx, func(tx *store.Tx) error {
		var err error
		if u, err = tx.Unit(unit); err != nil {
			return err
		}
		if err := who.Must(right, u); err != nil {
			return err
		}
		if u.ID == 0 {
			return fault.E("transfer.Export", fault.Invalid, "import.unit_missing").Field("unit", "import.unit_missing")
		}
		return nil
	})
	return u, err
}

// exporter writes one sheet.
type exporter struct {
	k      batch.Kind
	w      *xlsx.Writer
	fields []batch.Field
	values []xlsx.Value
	places *places
	rows   int64
}

// put writes one row; refs are the texts of fields that name units.
func (x *exporter) put(d *batch.Draft, refs map[batch.Code]string) error {
	x.rows++
	d.Row = int(x.rows)
	for i := range x.fields {
		f := &x.fields[i]
		x.values[i] = f.Value(d)
		if f.Type == batch.UnitRef {
			x.values[i] = xlsx.Text(refs[f.Code])
		}
		if f.Type == batch.UnitCode {
			x.values[i] = xlsx.Text(org.FormatCode(d.Org.Code))
		}
	}
	return x.w.Row(x.values...)
}

func (x *exporter) units(tx *store.Tx) error {
	blocs, err := tx.BlocsUnder(x.places.top)
	if err != nil {
		return err
	}
	for _, u := range x.places.units {
		if u.Dissolved != 0 {
			continue
		}
		refs := map[batch.Code]string{}
		if i, ok := x.places.byID[u.Parent]; ok && u.ID != x.places.top.ID && u.Parent != x.places.top.ID {
			refs["parent"] = x.places.ref(x.places.units[i])
		}
		if err := x.put(&batch.Draft{Org: u, Blocs: blocs[u.ID]}, refs); err != nil {
			return err
		}
	}
	return nil
}

// people writes members or the pool, unit by unit.
func (x *exporter) people(tx *store.Tx) error {
	stages := []ledger.Stage{ledger.Probationary, ledger.Official}
	if x.k == batch.Pool {
		stages = []ledger.Stage{ledger.Proposed, ledger.Pool, ledger.Certified, ledger.Dossier}
	}
	for _, u := range x.places.units {
		ref := map[batch.Code]string{"unit": x.places.ref(u)}
		if err := tx.EachSealed(u.ID, stages, func(p *person.Person, s *person.Sealed) error {
			d := &batch.Draft{Person: *p, Sealed: *s, Stage: p.Place.Stage}
			return x.put(d, ref)
		}); err != nil {
			return err
		}
	}
	return nil
}

// movements writes the movements that stand, in the order of recording, without openings and what
// the system itself posts.
func (x *exporter) movements(tx *store.Tx) error {
	undone := map[id.ID]bool{}
	province := x.places.top.Province()
	if err := tx.EachMovement(province, func(m *ledger.Movement) error {
		if m.Reverses != 0 {
			undone[m.Reverses] = true
		}
		return nil
	}); err != nil {
		return err
	}
	var all []ledger.Movement
	if err := tx.EachMovement(province, func(m *ledger.Movement) error {
		if m.Reverses == 0 && !undone[m.ID] && batch.CauseName(m.Cause) != "" && (x.places.under(m.To.Unit) || x.places.under(m.From.Unit)) {
			all = append(all, *m)
		}
		return nil
	}); err != nil {
		return err
	}
	for len(all) > 0 {
		n := min(500, len(all))
		if err := x.moved(tx, all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

func (x *exporter) moved(tx *store.Tx, ms []ledger.Movement) error {
	ids := make([]id.ID, len(ms))
	for i, m := range ms {
		ids[i] = m.Person
	}
	ps, err := tx.PeopleByID(x.places.top.Province(), ids)
	if err != nil {
		return err
	}
	people := map[id.ID]*person.Person{}
	for i := range ps {
		people[ps[i].ID] = &ps[i]
	}
	for _, m := range ms {
		p := people[m.Person]
		if p == nil || p.Void {
			continue
		}
		s, err := tx.Sealed(p.ID)
		if err != nil {
			return err
		}
		if s, _, err = tx.Usable(p.ID, s); err != nil {
			return err
		}
		d := &batch.Draft{Person: *p, Sealed: s, Cause: m.Cause, Effective: m.Effective, Decision: m.Decision, DecidedOn: m.DecidedOn}
		refs := map[batch.Code]string{}
		at := m.From.Unit
		if m.From.Out() {
			at = m.To.Unit
		}
		if i, ok := x.places.byID[at]; ok {
			refs["unit"] = x.places.ref(x.places.units[i])
		}
		if i, ok := x.places.byID[m.To.Unit]; ok && m.Cause == ledger.Transfer {
			refs["to"] = x.places.ref(x.places.units[i])
		}
		if err := x.put(d, refs); err != nil {
			return err
		}
	}
	return nil
}
