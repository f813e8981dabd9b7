package demo

import (
	"fmt"
	"math/rand/v2"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// years is how many whole years of movements the invented ledger has before the present one.
const years = 10

// maker invents the people of one province.
type maker struct {
	r        *rand.Rand
	today    day.Date
	start    day.Date // the ledger begins
	poolAge  int      // the least age in the pool, the habit of the rules
	province string   // administrative code
	name     string
	minority int // percent
	serial   int
	newID    func() id.ID
}

// step is one movement of a life.
type step struct {
	on    day.Date
	stage ledger.Stage
	cause ledger.Cause
}

// unit invents everybody who is or was in a unit.
func (k *maker) unit(n *node, unit id.ID, emit func(store.Enrolment)) {
	for range n.members {
		emit(k.member(n, unit, false))
	}
	for range spread(k.r, float64(n.members)*0.08) {
		emit(k.member(n, unit, true))
	}
	for range spread(k.r, float64(n.members)*0.045*max(n.vigour, 0.15)) {
		emit(k.source(n, unit))
	}
}

// spread rounds x up or down at random so that many small numbers keep their sum.
func spread(r *rand.Rand, x float64) int {
	n := int(x)
	if r.Float64() < x-float64(n) {
		n++
	}
	return n
}

// member invents a member; gone ones have left since.
func (k *maker) member(n *node, unit id.ID, gone bool) store.Enrolment {
	admitted := k.r.Float64() < 0.36*min(n.vigour, 1.5)
	on := k.today
	if admitted {
		on = k.admission()
	}
	p := k.person(n, on, admitted)
	var steps []step
	if admitted {
		steps = k.chain(on)
		p.Joined, p.PartyAge = on, on
		if last := steps[len(steps)-1]; last.stage == ledger.Official {
			p.OfficialOn = on.AddMonths(12)
		}
		p.CertOn, p.CertNo = on.AddDays(-k.r.IntN(280)-120), k.certificate()
		certified(p, steps)
		k.ageTo(p, steps[0].on)
	} else {
		p.Joined = p.Birth.AddMonths(12*(19+k.r.IntN(14)) + k.r.IntN(12))
		if last := k.start.Year() - 2; p.Joined.Year() >= last {
			first := min(last-1, max(last-8, p.Birth.Year()+19))
			p.Joined = day.Of(first+k.r.IntN(last-first), 1+k.r.IntN(12), 1+k.r.IntN(28))
		}
		p.PartyAge, p.OfficialOn = p.Joined, p.Joined.AddMonths(12)
		steps = []step{{k.start, ledger.Official, ledger.Opening}}
	}
	if gone {
		steps = k.leave(steps)
	}
	return k.enrol(p, unit, steps)
}

// certified gives p the day of the certificate that the steps say, when they do.
func certified(p *person.Person, steps []step) {
	for _, s := range steps {
		if s.cause == ledger.Certify {
			p.CertOn = s.on
		}
	}
}

// ageTo makes p as many years older as it takes to have been in the pool on a day.
func (k *maker) ageTo(p *person.Person, on day.Date) {
	if short := k.poolAge - p.Birth.AgeAt(on); short > 0 {
		p.Birth = p.Birth.AddMonths(-12 * short)
	}
}

// leave ends a life in the Party.
func (k *maker) leave(steps []step) []step {
	last := steps[len(steps)-1]
	span := k.today.Sub(last.on)
	cause := ledger.LeaveTo
	switch n := k.r.IntN(100); {
	case n < 45:
		cause = ledger.Die
	case n < 49 && last.stage == ledger.Official:
		cause = ledger.Expel
	case n < 56:
		cause = ledger.Strike
	case n < 62:
		cause = ledger.Quit
	}
	return append(steps, step{last.on.AddDays(k.r.IntN(span + 1)), ledger.Outside, cause})
}

// chain is the way to an admission on a day, with what follows by today; what lies before the
// beginning of the ledger is one opening movement.
func (k *maker) chain(admit day.Date) []step {
	apply := admit.AddDays(-40 - k.r.IntN(50))
	certify := apply.AddDays(-60 - k.r.IntN(240))
	adopt := certify.AddDays(-60 - k.r.IntN(400))
	all := []step{{adopt, ledger.Pool, ledger.Adopt}, {certify, ledger.Certified, ledger.Certify}, {apply, ledger.Dossier, ledger.Apply}, {admit, ledger.Probationary, ledger.Admit}}
	if k.r.IntN(3) == 0 {
		all = append([]step{{adopt.AddDays(-20 - k.r.IntN(40)), ledger.Proposed, ledger.Propose}}, all...)
	}
	if done := admit.AddMonths(12).AddDays(k.r.IntN(40)); done <= k.today {
		all = append(all, step{done, ledger.Official, ledger.Recognise})
	}
	return k.fromStart(all)
}

// fromStart replaces what happened before the ledger began by an opening movement.
func (k *maker) fromStart(all []step) []step {
	i := 0
	for i < len(all) && all[i].on < k.start {
		i++
	}
	if i == 0 {
		return all
	}
	return append([]step{{k.start, all[i-1].stage, ledger.Opening}}, all[i:]...)
}

// season weights the months of admissions: 3/2, 19/5, 2/9 and the end of the year.
var season = [12]int{6, 17, 6, 7, 16, 8, 6, 7, 15, 7, 8, 12}

var feasts = map[int]int{2: 3, 5: 19, 9: 2}

// admission draws the day of an admission in the years of the ledger.
func (k *maker) admission() day.Date {
	for {
		y := k.start.Year() + k.r.IntN(k.today.Year()-k.start.Year()+1)
		n := k.r.IntN(115)
		m := 0
		for n -= season[0]; n >= 0; n -= season[m] {
			m++
		}
		d := 1 + k.r.IntN(28)
		if feast, ok := feasts[m+1]; ok && k.r.IntN(100) < 45 {
			d = feast
		}
		if on := day.Of(y, m+1, d); on <= k.today {
			return on
		}
	}
}

// source invents somebody in the pool (nguồn).
func (k *maker) source(n *node, unit id.ID) store.Enrolment {
	p := k.person(n, k.today, true)
	adopt := k.today.AddDays(-30 - k.r.IntN(900))
	steps := []step{{adopt, ledger.Pool, ledger.Adopt}}
	switch x := k.r.IntN(100); {
	case x < 15:
		steps = []step{{k.today.AddDays(-k.r.IntN(120)), ledger.Proposed, ledger.Propose}}
	case x < 50:
	case x < 80:
		steps = append(steps, step{adopt.AddDays(1 + k.r.IntN(k.today.Sub(adopt))), ledger.Certified, ledger.Certify})
	case x < 90:
		certify := adopt.AddDays(k.today.Sub(adopt) / 2)
		steps = append(steps, step{certify, ledger.Certified, ledger.Certify}, step{certify.AddDays(k.r.IntN(k.today.Sub(certify) + 1)), ledger.Dossier, ledger.Apply})
	case x < 95: // a certificate that lapsed after five years
		certify := k.today.AddDays(-1830 - k.r.IntN(600))
		steps = []step{{certify.AddDays(-90), ledger.Pool, ledger.Adopt}, {certify, ledger.Certified, ledger.Certify}, {certify.AddMonths(60), ledger.Pool, ledger.Lapse}}
	default:
		steps = append(steps, step{adopt.AddDays(k.r.IntN(k.today.Sub(adopt) + 1)), ledger.Outside, ledger.Drop})
	}
	p.PoolOn = steps[0].on
	if certified(p, steps); p.CertOn != 0 {
		p.CertNo = k.certificate()
	}
	k.ageTo(p, p.PoolOn)
	return k.enrol(p, unit, steps)
}

func (k *maker) certificate() string {
	return fmt.Sprintf("%05d/GCN", k.r.IntN(100000))
}

// enrol turns steps into movements.
func (k *maker) enrol(p *person.Person, unit id.ID, steps []step) store.Enrolment {
	e := store.Enrolment{Person: p, Sealed: k.sealed(p), Movements: make([]ledger.Movement, len(steps))}
	for i, s := range steps {
		m := &e.Movements[i]
		m.To, m.Cause, m.Effective = ledger.Place{Unit: unit, Stage: s.stage}, s.cause, s.on
		if s.stage == ledger.Outside {
			m.To.Unit = 0
		}
		if s.cause == ledger.Admit || s.cause == ledger.Recognise {
			m.Decision, m.DecidedOn = fmt.Sprintf("%d-QĐ/ĐU", 1+k.r.IntN(900)), s.on.AddDays(-k.r.IntN(25))
		}
	}
	return e
}

// person invents the fields of somebody of a unit; young people are 18 to 34 on the day at.
func (k *maker) person(n *node, at day.Date, young bool) *person.Person {
	r := k.r
	sex := 1
	if r.IntN(100) < 44 {
		sex = 2
	}
	minority := r.IntN(100) < k.minority
	p := &person.Person{ID: k.newID(), Name: FullName(r, sex, minority), Sex: sex, Ethnic: 1, Religion: 1, Schooling: 4}
	if minority {
		p.Ethnic = []int{2, 3, 6, 7, 8, 9}[r.IntN(6)]
	}
	if x := r.IntN(100); x < 6 {
		p.Religion = 2 + x/3
	}
	age := 36 + r.IntN(45)
	if young {
		age = 18 + min(r.IntN(17), r.IntN(17))
		p.Youth = age <= 30 && r.IntN(100) < 82
	}
	p.Birth = at.AddMonths(-12 * age).AddDays(-r.IntN(364))
	p.Occupation = occupation(r, n.sector, young)
	if p.Occupation <= 5 || r.IntN(3) == 0 {
		p.Expertise = 1 + min(5, r.IntN(4)+r.IntN(2))
	}
	if !young {
		p.Theory = r.IntN(3)
	}
	return p
}

// occupations lists the numbers of occupation groups people of a sector have, repeated by weight.
var occupations = map[int][]int{
	1: {10, 10, 10, 10, 14, 14, 4, 4, 12, 9}, 2: {3, 3, 3, 1, 2}, 3: {5, 5, 5, 12}, 4: {5, 5, 5, 13, 13, 12}, 5: {5, 5, 6},
	6: {7, 8, 9, 9}, 7: {7, 8, 9, 9, 9}, 8: {8, 9, 9, 9}, 9: {10, 10, 7}, 10: {11},
}

func occupation(r *rand.Rand, sector int, young bool) int {
	o := pick(r, occupations[sector])
	if !young && (o == 12 || o == 13) {
		return 14
	}
	return o
}

func (k *maker) sealed(p *person.Person) person.Sealed {
	k.serial++
	century := 0
	if p.Birth.Year() >= 2000 {
		century = 2
	}
	s := person.Sealed{
		Number: fmt.Sprintf("0%s%d%02d%06d", k.province, century+2-p.Sex, p.Birth.Year()%100, k.serial%1_000_000),
		Home:   person.Address{Country: "Việt Nam", Province: k.name},
	}
	if p.Joined != 0 {
		s.Card = fmt.Sprintf("%s%010d", k.province, k.serial)
	}
	return s
}
