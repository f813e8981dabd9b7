package dossiers

import (
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/rule"
	"ketnap/internal/vi"
)

// Values of the power of a unit: who decides there.
const (
	powerCommittee = "committee" // cấp ủy
	powerStanding  = "standing"  // ban thường vụ
	powerJoint     = "collective"
)

// hardAreas are the blocs that mark a unit as lying where the floor of schooling is lower.
var hardAreas = []string{"vung-kho-khan", "bien-gioi", "hai-dao"}

// facts gathers what the checks of a pack may look at.
func (w *world) facts(a *dossier.Act, organ id.ID) (rule.Facts, error) {
	f := rule.Facts{Step: string(a.Step), On: a.On, Today: w.tx.Today, No: a.No, PaperDate: a.Dated, Dates: w.d.Dates(), FailedVotes: w.d.FailedVotes(), Cited: a.Details.Cited}
	on := a.On
	if on == 0 {
		on = w.tx.Today
	}
	if err := w.unitFacts(&f, on, organ); err != nil {
		return f, err
	}
	if err := w.personFacts(&f); err != nil {
		return f, err
	}
	w.actFacts(&f, a)
	s := w.specialFacts(&f, a)
	w.readmitFacts(&f, s)
	w.untilFacts(&f)
	if err := w.memberFacts(&f, a, on); err != nil {
		return f, err
	}
	return f, w.paperFacts(&f)
}

func (w *world) personFacts(f *rule.Facts) error {
	p := w.p
	f.Person.Birth, f.Person.Schooling, f.Person.Youth = p.Birth, p.Schooling, p.Youth
	f.Person.Minority, f.Person.Occupation, f.Person.Stage = p.Ethnic > 1, p.Occupation, p.Place.Stage.String()
	f.Person.Hoa, f.Person.Religious = p.Ethnic == person.Hoa, p.Religion > 1
	twins, err := w.tx.TwinDossiers(&p)
	f.Person.Live = twins
	if w.d.Closed == 0 {
		f.Person.Live++
	}
	return err
}

// unitFacts finds cell, section, committee and decider on a day, with the powers that held.
func (w *world) unitFacts(f *rule.Facts, on day.Date, organ id.ID) error {
	path := append(append([]org.Unit(nil), w.above...), w.cell)
	ids := make([]id.ID, len(path))
	for i, u := range path {
		ids[i] = u.ID
	}
	tags, err := w.tx.TagsOf(w.cell.Province(), ids, on)
	if err != nil {
		return err
	}
	for _, u := range path {
		for _, t := range tags[u.ID] {
			if t.Kind == org.BlocTag && has(hardAreas, t.Value) {
				f.Person.HardArea = true
			}
		}
	}
	f.Cell = unitFacts(w.cell, tags[w.cell.ID])
	if f.Cell.Officials, err = w.tx.OfficialsOn(w.cell.ID, on); err != nil {
		return err
	}
	for i := len(w.above) - 1; i >= 0; i-- {
		u := w.above[i]
		facts := unitFacts(u, tags[u.ID])
		switch {
		case u.Kind == org.Section && !f.Section.Known && !f.Committee.Known:
			f.Section = facts
		case u.Kind == org.Grassroots && !f.Committee.Known && w.cell.Kind != org.BaseCell:
			f.Committee = facts
		}
		if organ == u.ID || organ == 0 && facts.Power != "" && !f.Decider.Known {
			f.Decider = facts
		}
	}
	return nil
}

func unitFacts(u org.Unit, tags []org.Tag) rule.UnitFacts {
	f := rule.UnitFacts{Known: true, ID: int64(u.ID), Kind: string(u.Kind)}
	for _, t := range tags {
		if t.Kind == org.PowerTag {
			if p := powerOf(t.Value); p != "" {
				f.Power = p
			}
		}
	}
	return f
}

// powerOf reads a power as it is written on the tree: its code, or words that name who decides on
// admission. Powers about other matters are none.
func powerOf(value string) string {
	words := vi.Fold(value)
	switch {
	case words == powerStanding, words == powerCommittee, words == powerJoint:
		return words
	case !strings.Contains(words, "ket nap"):
		return ""
	case strings.Contains(words, "thuong truc"):
		return powerJoint
	case strings.Contains(words, "thuong vu"):
		return powerStanding
	}
	return powerCommittee
}

// actFacts are of what was done before and of the act itself.
func (w *world) actFacts(f *rule.Facts, a *dossier.Act) {
	relatives := map[string]bool{}
	for _, x := range append(w.d.Standing(), *a) {
		switch d := x.Details; x.Step {
		case dossier.Open:
			f.Route = d.Route
		case dossier.Opinion:
			f.Opinions++
			f.OpinionsOf = append(f.OpinionsOf, d.By)
		case dossier.Ask:
			f.Relatives.Asked++
			if r := d.Relative; r != nil {
				relatives[r.Key] = true
				if r.Exempt {
					f.Relatives.Exempt++
				}
				if r.Exempt && r.Member == 0 {
					f.Relatives.Unproven++
				}
				if r.Abroad {
					f.Relatives.Abroad++
				}
			}
		case dossier.Answer:
			f.Relatives.Answered++
		case dossier.Certify:
			f.Cert.Known, f.Cert.Issued = true, x.On
		case dossier.NewCourse:
			f.Course = rule.CertFacts{Known: true, Issued: x.On}
		}
		f.Consent = f.Consent || x.Details.Consent
	}
	f.Relatives.Total = len(relatives)
	if on := f.Dates[string(dossier.Certify)]; on != 0 && !f.Cert.Known {
		f.Cert = rule.CertFacts{Known: true, Issued: day.Date(on)}
	}
	f.Cert.Expires = certExpires(w.pack, f.Cert.Issued)
	f.Person.Union = f.Route == "c" // declared by the choice of the route
	f.Cell.Youth, f.Cell.Union = f.Route == "b", f.Route == "c"
	if v := a.Details.Vote; v != nil {
		f.Vote = voteFacts(v)
	}
}

// specialFacts are what was declared last, in the act itself or before, of what is considered under rules of its own.
func (w *world) specialFacts(f *rule.Facts, a *dossier.Act) *dossier.Special {
	f.Penalty = a.Details.Penalty
	s := a.Details.Special
	if s == nil {
		s = w.d.Special()
	}
	if s == nil {
		return nil
	}
	f.Person.Owner = s.Owner
	f.Special = rule.SpecialFacts{Declared: true, ForeignSpouse: s.ForeignSpouse, Abroad: s.Abroad, Political: s.Political, Assigned: s.Assigned,
		Discipline: s.Discipline, Child: s.Child, ChildBorn: s.ChildBorn}
	return s
}

func (w *world) readmitFacts(f *rule.Facts, s *dossier.Special) {
	left, cause, times := w.membership()
	if left == 0 {
		return
	}
	f.Readmit = rule.ReadmitFacts{Before: true, Left: left, Times: times, Cause: cause.String()}
	if s != nil && s.Left != "" {
		f.Readmit.Cause, f.Readmit.Cleared = s.Left, s.Cleared
	}
}

// paperFacts are the papers at hand with the days they were made.
func (w *world) paperFacts(f *rule.Facts) error {
	f.Papers = map[string]int{}
	ps, err := w.kept()
	for _, p := range ps {
		if p.Present {
			f.Papers[p.Code] = int(p.Made)
		}
	}
	if err != nil || w.pack == nil {
		return err
	}
	for _, x := range w.pack.Papers() {
		_, kept := ps[x.Key]
		a, done := w.d.Last(dossier.Step(x.Step))
		if !kept && done && x.Months != "" && x.When == "" {
			f.Papers[x.Key] = int(a.PaperDay()) // nobody looked after the paper: it is that of its act
		}
	}
	return nil
}
