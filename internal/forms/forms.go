// Package forms is the service on the papers of the procedure (services floor): fill, print blank, a
// dossier's set as one archive, and the templates an administrator puts in place of the program's own.
package forms

import (
	"archive/zip"
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/approvals"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/docx"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/form"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// Service fills forms.
type Service struct{ st *store.Store }

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st} }

// State says whether a form is made at this point of a person's way.
type State string

// The states of a form for a person.
const (
	Recorded State = "recorded" // the act it belongs to is recorded
	Now      State = "now"      // it is made at the stage the person stands at
	Later    State = "later"    // it is made at a later stage
	Past     State = "past"     // it is made at an earlier stage, and its act is not recorded
	Any      State = "any"      // it is made when there is need for it
)

// Line is one form of a person.
type Line struct {
	form.Form
	State State
	On    day.Date // the day of the act, when it is recorded
	Items int      // how many there are to make; 0 when what they are made for is not recorded yet
}

// Set is what can be printed of a person.
type Set struct {
	Person   person.Person
	Unit     org.Unit
	Above    []org.Unit // those the reader may read
	Lines    []Line
	MayPrint bool
	NoPower  bool // nobody above is recorded as the one who decides
}

// ListFor returns the forms that apply to a person, in the order of the way.
func (s *Service) ListFor(ctx context.Context, who access.Actor, i id.ID) (Set, error) {
	var set Set
	err := s.st.View(ctx, func(tx *store.Tx) error {
		w, err := load(tx, who, access.Read, i)
		if err != nil {
			return err
		}
		set = Set{Person: w.person, Unit: w.cell, Above: who.Readable(slices.Clone(w.above)), Lines: w.lines(), MayPrint: who.Can(access.Reveal, w.cell) && !w.person.Void}
		units, err := w.units(tx.Today)
		set.NoPower = units.Decider.ID == 0
		return err
	})
	return set, err
}

// Fill returns a form filled from the record of a person: its file name and the Word document. A code with
// a number behind it, "97.2", is the second of several. Printing shows sealed fields, so it is in the
// audit trail with the codes of those before the file leaves.
func (s *Service) Fill(ctx context.Context, who access.Actor, i id.ID, code string) (name string, data []byte, err error) {
	f, item, err := find(code)
	if err != nil {
		return "", nil, err
	}
	err = s.st.Update(ctx, audit.Of(who, "form.print", i.Province(), i), func(tx *store.Tx) error {
		w, err := load(tx, who, access.Reveal, i)
		if err == nil {
			err = approvals.SpendReveal(tx, who)
		}
		if err != nil {
			return err
		}
		var sealed []string
		data, sealed, err = w.fill(f, item)
		name = f.FileName(max(1, item), max(item, form.Items(f, w.acts)))
		tx.Did(i, strings.Join(append([]string{f.Slug}, sealed...), " "))
		return err
	})
	return name, data, err
}

// find reads a code with the number of the paper behind it; 0 when there is none.
func find(code string) (form.Form, int, error) {
	f, err := form.Find(code)
	if err == nil {
		return f, 0, nil
	}
	base, last, ok := cutLast(code, ".")
	n, convErr := strconv.Atoi(last)
	if !ok || convErr != nil || n < 1 {
		return f, 0, err
	}
	f, err = form.Find(base)
	return f, n, err
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// Blank returns a form with dotted lines, made of the template in force in a province (0: the nation).
func (s *Service) Blank(ctx context.Context, province int, code string) (name string, data []byte, err error) {
	f, err := form.Find(code)
	if err != nil {
		return "", nil, err
	}
	err = s.st.View(ctx, func(tx *store.Tx) error {
		file, err := inForce(tx, province, f)
		if err == nil {
			data, err = fillFile(file, form.Values(form.Input{Form: f}))
		}
		return err
	})
	return f.FileName(1, 1), data, err
}

// beside is the folder of papers that are not in the catalogue.
const beside = "khac/"

// Zip returns the papers of a person in one archive, with the names and the folder of the catalogue of
// digital dossiers: those whose act is recorded and those made at this stage.
func (s *Service) Zip(ctx context.Context, who access.Actor, i id.ID) (name string, data []byte, err error) {
	err = s.st.Update(ctx, audit.Of(who, "form.zip", i.Province(), i), func(tx *store.Tx) error {
		w, err := load(tx, who, access.Reveal, i)
		if err == nil {
			err = approvals.SpendReveal(tx, who)
		}
		if err != nil {
			return err
		}
		files, codes, err := w.set()
		if err != nil {
			return err
		}
		tx.Did(i, strings.Join(codes, " "))
		folder := form.Folder(w.cell, w.sealed.Number, w.person.Name)
		_, base, _ := cutLast(folder, "/")
		name = base + ".zip"
		data, err = archive(folder, files, time.UnixMilli(tx.Now).In(day.Vietnam))
		return err
	})
	return name, data, err
}

// file is one paper of a set.
type file struct {
	name string
	data []byte
}

// set fills every paper of the archive. Papers of one number in the catalogue are told apart by a number
// behind the name.
func (w *world) set() (files []file, codes []string, err error) {
	type job struct {
		form.Form
		item int
	}
	var jobs []job
	of := map[string]int{}
	for _, l := range w.lines() {
		if l.State != Recorded && l.State != Now {
			continue
		}
		for n := range l.Items {
			jobs = append(jobs, job{l.Form, n + 1})
			of[l.FileName(1, 1)]++
		}
		if l.Items > 0 {
			codes = append(codes, l.Slug)
		}
	}
	if len(jobs) == 0 {
		return nil, nil, fault.E("forms.Zip", fault.Conflict, "form.nothing")
	}
	at := map[string]int{}
	for _, j := range jobs {
		data, _, err := w.fill(j.Form, j.item)
		if err != nil {
			return nil, nil, err
		}
		base := j.FileName(1, 1)
		at[base]++
		name := j.FileName(at[base], of[base])
		if j.Catalogue == 0 {
			name = beside + name
		}
		files = append(files, file{name, data})
	}
	return files, codes, nil
}

// archive packs files under a folder.
func archive(folder string, files []file, at time.Time) ([]byte, error) {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: folder + "/" + f.name, Method: zip.Store, Modified: at})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// fill fills one paper and says which sealed fields it shows.
func (w *world) fill(f form.Form, item int) (data []byte, sealed []string, err error) {
	file, err := inForce(w.tx, w.person.ID.Province(), f)
	if err != nil {
		return nil, nil, err
	}
	in, err := w.input(f, max(1, item))
	if err != nil {
		return nil, nil, err
	}
	tpl, err := docx.Open(file)
	if err != nil {
		return nil, nil, err
	}
	data, err = tpl.Fill(form.Values(in), form.Gap)
	return data, form.Sealed(tpl), err
}

func fillFile(file []byte, v docx.Values) ([]byte, error) {
	tpl, err := docx.Open(file)
	if err != nil {
		return nil, err
	}
	return tpl.Fill(v, form.Gap)
}

// lines finds the forms that apply: by the units above, the route chosen, the acts recorded and the stage.
func (w *world) lines() []Line {
	var ls []Line
	route := w.route()
	for _, f := range form.All() {
		on, done := form.Done(f, w.acts)
		switch {
		case f.Needs == "section" && !w.hasSection(), f.Needs == "committee" && !w.hasCommittee() && !done, f.Needs == "base_cell" && w.cell.Kind != org.BaseCell:
			continue
		case len(f.Routes) > 0 && route != "" && !slices.Contains(f.Routes, route):
			continue
		}
		l := Line{Form: f, State: timely(f, w.person.Place.Stage), Items: form.Items(f, w.acts)}
		if done && !f.Spare {
			l.State, l.On = Recorded, on
		}
		ls = append(ls, l)
	}
	return ls
}

// timely says how the stages at which a form is made lie to the one the person stands at.
func timely(f form.Form, at ledger.Stage) State {
	if len(f.Stages) == 0 || f.Spare {
		return Any
	}
	state := Past
	for _, code := range f.Stages {
		switch s, _ := ledger.ParseStage(code); {
		case s == at:
			return Now
		case s > at:
			state = Later
		}
	}
	return state
}

// route is how the person is introduced; "" when it was not said yet.
func (w *world) route() string {
	r := ""
	for _, a := range w.acts {
		if (a.Step == dossier.Open || a.Step == dossier.Introduce) && a.Details.Route != "" {
			r = a.Details.Route
		}
	}
	return r
}
