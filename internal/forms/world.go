package forms

import (
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/form"
	"ketnap/internal/i18n"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// world is what the papers of a person are filled from.
type world struct {
	tx     *store.Tx
	person person.Person
	sealed person.Sealed // empty for who may only read
	cell   org.Unit      // of today
	above  []org.Unit
	moves  []ledger.Movement // that stand, in order
	d      dossier.Dossier
	acts   []dossier.Act // that stand, in order
}

// load reads a person on whom the actor has a right. Sealed fields are opened for the right to see them.
func load(tx *store.Tx, who access.Actor, right access.Right, i id.ID) (*world, error) {
	w := &world{tx: tx}
	var err error
	if w.person, err = tx.Person(i); err != nil {
		return w, err
	}
	if w.cell, err = tx.Unit(w.person.LastUnit); err != nil {
		return w, err
	}
	if err := who.Must(right, w.cell); err != nil {
		if fault.Is(err, fault.NotFound) {
			err = fault.E("forms.load", fault.NotFound, "person.notfound")
		}
		return w, err
	}
	if right == access.Reveal {
		if err := tx.Free(who, i); err != nil {
			return w, err
		}
		if w.person.Erased() {
			return w, fault.E("forms.load", fault.Conflict, "erase.done")
		}
		if w.person.Void {
			return w, fault.E("forms.load", fault.Conflict, "form.void")
		}
		if w.sealed, err = tx.Sealed(i); err != nil {
			return w, err
		}
		if w.sealed, _, err = tx.Usable(i, w.sealed); err != nil { // left empty, to be written by hand
			return w, err
		}
	}
	if w.above, err = tx.Above(w.cell); err != nil {
		return w, err
	}
	ms, err := tx.Movements(i)
	if err != nil {
		return w, err
	}
	w.moves = ledger.Standing(ms)
	if w.d, _, err = tx.DossierOf(i); err != nil {
		return w, err
	}
	w.acts = w.d.Standing()
	return w, nil
}

func (w *world) hasSection() bool {
	return slices.ContainsFunc(w.above, func(u org.Unit) bool { return u.Kind == org.Section })
}

// hasCommittee reports whether a grassroots committee stands above the cell: nobody else passes the resolutions that are sent up.
func (w *world) hasCommittee() bool {
	return w.cell.Kind != org.BaseCell && slices.ContainsFunc(w.above, func(u org.Unit) bool { return u.Kind == org.Grassroots })
}

// input gathers everything a form may show. Units have the names of the day of the paper, and the person
// is in the cell they were in then.
func (w *world) input(f form.Form, item int) (form.Input, error) {
	in := form.Input{Form: f, Item: item, Person: w.person, Sealed: w.sealed, Dossier: w.d, Acts: w.acts}
	if n := form.Items(f, w.acts); item > max(1, n) {
		return in, fault.E("forms.Fill", fault.NotFound, "form.item_missing", item, n)
	}
	if w.person.Place.Stage == ledger.Probationary {
		in.Ends = w.person.Joined.AddMonths(w.tx.Rules().Int("probation.months"))
	}
	if n := len(w.acts); n > 0 {
		last := w.acts[n-1]
		in.Done = i18n.For(i18n.Vi).T("step."+string(last.Step)) + ", " + last.On.VN()
	}
	on := form.Day(f, w.acts)
	if on == 0 {
		on = w.tx.Today
	}
	var err error
	if in.Units, err = w.units(on); err != nil {
		return in, err
	}
	in.Members, err = w.members()
	return in, err
}

// unitOn is the unit the person was in on a day; the one of today when they were nowhere yet.
func (w *world) unitOn(on day.Date) id.ID {
	at := w.cell.ID
	for _, m := range w.moves {
		if m.Effective > on {
			break
		}
		if !m.To.Out() {
			at = m.To.Unit
		}
	}
	return at
}

// units finds who is who above the person on a day, by the tree, the names and the powers of that day.
func (w *world) units(on day.Date) (form.Units, error) {
	row, err := w.tx.TreeRow(w.unitOn(on), on)
	if err != nil {
		return form.Units{}, err
	}
	rows, err := w.tx.Ancestors(row.Unit, on)
	if err != nil {
		return form.Units{}, err
	}
	path := make([]org.Unit, 0, len(rows)+1) // from the cell up
	path = append(path, row.Unit)
	for _, r := range slices.Backward(rows) {
		path = append(path, r.Unit)
	}
	ids := make([]id.ID, len(path))
	for i, u := range path {
		ids[i] = u.ID
	}
	tags, err := w.tx.TagsOf(w.person.ID.Province(), ids, on)
	if err != nil {
		return form.Units{}, err
	}
	return place(path, tags), nil
}

// place says which unit is what; the path goes from the cell up.
func place(path []org.Unit, tags map[id.ID][]org.Tag) form.Units {
	u := form.Units{Cell: path[0]}
	over := func(i int) org.Unit {
		if i+1 < len(path) {
			return path[i+1]
		}
		return org.Unit{}
	}
	base := -1
	for i, x := range path[1:] {
		if x.Kind == org.Section && u.Section.ID == 0 && base < 0 {
			u.Section = x
		}
		if x.Kind == org.Grassroots && base < 0 && u.Cell.Kind != org.BaseCell {
			base = i + 1
		}
	}
	if base < 0 && len(path) > 1 { // a grassroots cell reports to what is above it, a section to what is above the section
		base = 1
		for base+1 < len(path) && path[base].Kind == org.Section {
			base++
		}
	}
	if base > 0 {
		u.Committee, u.Above = path[base], over(base)
	}
	for i, x := range path[1:] {
		for _, t := range tags[x.ID] {
			if t.Kind != org.PowerTag || u.Decider.ID != 0 {
				continue
			}
			if p := dossiers.PowerOf(t.Value); p != "" {
				u.Decider, u.Over, u.Standing = x, over(i+1), p == "standing"
			}
		}
	}
	return u
}

// members reads those the acts name: who introduces, who helps.
func (w *world) members() (map[id.ID]form.Member, error) {
	province := w.person.ID.Province()
	var ids []id.ID
	add := func(i id.ID) {
		if i != 0 && i.Province() == province && !slices.Contains(ids, i) {
			ids = append(ids, i)
		}
	}
	for _, a := range w.acts {
		add(a.Details.Helper)
		for _, x := range a.Details.Introducers {
			add(x.Member)
		}
	}
	out := map[id.ID]form.Member{}
	if len(ids) == 0 {
		return out, nil
	}
	ps, err := w.tx.PeopleByID(province, ids)
	if err != nil {
		return nil, err
	}
	var at []id.ID
	for _, p := range ps {
		at = append(at, p.LastUnit)
	}
	units, err := w.tx.UnitsByID(province, at)
	for _, p := range ps {
		out[p.ID] = form.Member{Name: p.Name, Birth: p.Birth, Joined: p.Joined, OfficialOn: p.OfficialOn, Cell: form.Organisation(units[p.LastUnit])}
	}
	return out, err
}
