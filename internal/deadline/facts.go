package deadline

import (
	"maps"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
)

// Facts are the days obligations follow from.
type Facts struct {
	Person  id.ID
	Dossier id.ID
	Unit    id.ID
	Stage   ledger.Stage
	Birth   day.Date
	Cert    day.Date            // of the certificate of the awareness course
	Dates   map[string]int      // day of the last act in force of each step, by its code
	Papers  map[string]int      // day each paper was made, by its code
	Since   map[string]day.Date // since when introducers are together with the person, by their number
	Until   map[string]day.Date // later days agreed to, by period
	Ended   day.Date            // the way is over since; 0 while it goes on
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

// Follow takes the days of a live dossier, which go before those of the record: dates are those of the
// last act in force of each step, acts are the acts in force.
func (f *Facts) Follow(d id.ID, dates map[string]int, acts []dossier.Act) {
	f.Dossier = d
	maps.Copy(f.Dates, dates)
	for i := range acts {
		a := &acts[i]
		x := &a.Details
		if a.Step == dossier.Extend && x.Clock != "" {
			f.extend(x.Clock, x.Until)
		}
		for _, by := range x.Introducers {
			f.introduced(by)
		}
		if a.Step == dossier.Certify {
			f.Cert = a.On
			if a.Dated != 0 {
				f.Cert = a.Dated
			}
		}
	}
}

func (f *Facts) extend(clock string, until day.Date) {
	if f.Until == nil {
		f.Until = map[string]day.Date{}
	}
	f.Until[clock] = max(f.Until[clock], until)
}

func (f *Facts) introduced(i dossier.Introducer) {
	if i.Member == 0 || !i.Since.Valid() {
		return
	}
	if f.Since == nil {
		f.Since = map[string]day.Date{}
	}
	f.Since[i.Member.String()] = i.Since
}
