package deadline

import (
	"maps"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/rule"
)

// Facts are the days obligations follow from.
type Facts struct {
	Person      id.ID
	Dossier     id.ID
	Unit        id.ID
	Stage       ledger.Stage
	Birth       day.Date
	Cert        day.Date            // of the certificate of the awareness course
	Dates       map[string]int      // day of the last act in force of each step, by its code
	Papers      []Dated             // as they are kept, by their code
	Acts        map[string]day.Date // day on the paper of the last act in force of each step, by its code
	Introducers []Dated             // since when they are together with the person, by their number
	Asked       []Dated             // relatives asked about
	Answers     []Dated             // relatives an answer came about
	Offered     day.Date            // to another unit, which may have taken the person since
	Until       map[string]day.Date // later days agreed to, by period
	Ended       day.Date            // the way is over since; 0 while it goes on
}

// Dated is the day of one of several things of a kind.
type Dated struct {
	Ref    string
	On     day.Date
	Abroad bool
}

// FactsOf gathers the days on the record of a person, which stand for acts nobody recorded.
func FactsOf(p *person.Person) Facts {
	f := Facts{Person: p.ID, Unit: p.Place.Unit, Stage: p.Place.Stage, Birth: p.Birth, Cert: p.CertOn, Dates: map[string]int{}}
	if p.Place.Out() || p.Void {
		f.Unit, f.Ended = p.LastUnit, max(p.Since, 1)
	}
	f.put(dossier.Adopt, p.PoolOn, ledger.Pool)
	f.put(dossier.Certify, p.CertOn, ledger.Certified)
	f.put(dossier.Ceremony, p.Joined, ledger.Probationary)
	f.put(dossier.Recognise, p.OfficialOn, ledger.Official)
	return f
}

// put notes the day of a step a person of some stage has behind them.
func (f *Facts) put(s dossier.Step, on day.Date, from ledger.Stage) {
	if on.Valid() && f.Stage >= from {
		f.Dates[string(s)] = int(on)
	}
}

// Follow takes the days of a dossier, which go before those of the record: dates are those of the last
// act in force of each step, acts are the acts in force.
func (f *Facts) Follow(d id.ID, dates map[string]int, acts []dossier.Act) {
	f.Dossier = d
	maps.Copy(f.Dates, dates)
	f.Acts = make(map[string]day.Date, len(acts))
	for i := range acts {
		a := &acts[i]
		f.Acts[string(a.Step)] = a.PaperDay()
		switch x := &a.Details; a.Step {
		case dossier.Extend:
			f.extend(x.Clock, x.Until)
		case dossier.Certify:
			f.Cert = a.PaperDay()
		case dossier.Ask, dossier.Answer:
			f.verified(a)
		}
		for _, by := range a.Details.Introducers {
			if by.Member != 0 && by.Since.Valid() {
				f.Introducers = latest(f.Introducers, Dated{Ref: by.Member.String(), On: by.Since})
			}
		}
	}
}

// Offer notes that the person was offered to another unit on a day, and when that unit took them: 0 while
// it has not.
func (f *Facts) Offer(on, taken day.Date) {
	if f.Offered = on; on.Valid() && taken.Valid() {
		f.Dates[string(dossier.Move)] = int(taken)
	}
}

// Appeal notes that the cell voted on recognition in vain so often that the level above decides, with the last vote: the cell has done what it
// was to do, and the time of the level above begins.
func (f *Facts) Appeal(on day.Date) { f.Dates[string(dossier.CellRecognise)] = int(on) }

func (f *Facts) extend(clock string, until day.Date) {
	if f.Until == nil {
		f.Until = map[string]day.Date{}
	}
	f.Until[clock] = max(f.Until[clock], until)
}

// made returns the day of a paper: as it is kept, else that on the paper of the act it belongs to. What only some people
// need is known by what is kept: of the act somebody else's paper may be meant.
func (f *Facts) made(p *rule.Paper) day.Date {
	for _, x := range f.Papers {
		if x.Ref == p.Key {
			return x.On
		}
	}
	if p.When != "" {
		return 0
	}
	return f.Acts[p.Step]
}

// verified notes that a relative was asked about, or that an answer came.
func (f *Facts) verified(a *dossier.Act) {
	r := a.Details.Relative
	switch {
	case r == nil || r.Exempt:
	case a.Step == dossier.Ask:
		f.Asked = latest(f.Asked, Dated{r.Key, a.On, r.Abroad})
	default:
		f.Answers = latest(f.Answers, Dated{Ref: r.Key, On: a.On})
	}
}

// latest puts a thing in the place of an earlier one of its kind.
func latest(list []Dated, x Dated) []Dated {
	for i := range list {
		if list[i].Ref == x.Ref {
			list[i] = x
			return list
		}
	}
	return append(list, x)
}

// answered returns when an answer about a relative came, 0 when none did.
func (f *Facts) answered(ref string) day.Date {
	for _, x := range f.Answers {
		if x.Ref == ref {
			return x.On
		}
	}
	return 0
}
