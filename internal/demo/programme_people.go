package demo

import (
	"fmt"
	"strings"

	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/geo"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
)

// Days of the invented ways to an admission. They are habits of the demo, not of a regulation.
const (
	wayAdopt, wayCertify, wayApply = 420, 200, 60
	recogniseMonths                = 12
)

// fill makes the people of the programme.
func (e *enterer) fill() error {
	code := e.p.Root.Province
	place, _ := geo.Lookup(code)
	k := &maker{r: random(1, e.p.Code, "programme"), today: e.st.Today(), start: day.Of(1976, 1, 1), poolAge: e.st.Rules().Int("pool.min_age"),
		province: code, name: place.Name, minority: 4, serial: 700_000 + 20_000*int(e.p.Code[0]-'a'), newID: func() id.ID { return e.st.NewID(number(code)) }}
	for _, g := range e.p.People {
		var in []id.ID
		sectors := map[id.ID]int{}
		for _, u := range e.p.Units {
			if !strings.Contains(" "+g.In+" ", " "+u.Key+" ") {
				continue
			}
			for _, i := range e.Units[u.Key] {
				sectors[i] = u.Sector
				in = append(in, i)
			}
		}
		if len(in) == 0 {
			return fmt.Errorf("nobody can be in %q", g.In)
		}
		es := make([]store.Enrolment, g.N)
		for n := range es {
			u := in[n%len(in)]
			es[n] = k.counted(g, n, u, sectors[u])
		}
		if g.N == 0 {
			continue
		}
		err := e.st.Update(e.ctx, audit.Of(e.who, "demo.people", number(code), 0), func(tx *store.Tx) error { return tx.Enrol(es) })
		if err != nil {
			return err
		}
		e.People += g.N
	}
	return nil
}

// counted invents the n-th of a group of people.
func (k *maker) counted(g programmePeople, n int, unit id.ID, sector int) store.Enrolment {
	from := day.Date(g.From)
	on := from.AddDays(day.Date(g.To).Sub(from) * n / max(1, g.N-1))
	p := k.person(&node{sector: sector}, on, true)
	p.Occupation, p.Religion = pick(k.r, g.Occupations), 1
	if g.Religion != 0 {
		p.Religion = g.Religion
	}
	p.CertNo, p.CertOn = k.certificate(), on.AddDays(-wayCertify)
	var steps []step
	if g.Cause == "course" {
		p.CertOn = on
		steps = []step{{on.AddDays(wayCertify - wayAdopt), ledger.Pool, ledger.Adopt}, {on, ledger.Certified, ledger.Certify}}
	} else {
		if g.Certified != 0 {
			p.CertOn = day.Date(g.Certified)
		}
		p.Joined, p.PartyAge = on, on
		steps = []step{{on.AddDays(-wayAdopt), ledger.Pool, ledger.Adopt}, {p.CertOn, ledger.Certified, ledger.Certify}, {on.AddDays(-wayApply), ledger.Dossier, ledger.Apply},
			{on, ledger.Probationary, ledger.Admit}}
		if done := on.AddMonths(recogniseMonths); done <= k.today {
			p.OfficialOn = done
			steps = append(steps, step{done, ledger.Official, ledger.Recognise})
		}
	}
	p.PoolOn = steps[0].on
	k.ageTo(p, p.PoolOn)
	x := k.enrol(p, unit, steps)
	for i := range x.Movements {
		if x.Movements[i].Cause == ledger.Admit {
			x.Movements[i].Campaign = g.Campaign
		}
	}
	return x
}
