package dossier

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/seedtest"
)

var actions = flag.Int("dossier.actions", 1_000_000, "random actions held against the reference")

// contest lets the machine and the reference go through the same random actions. It returns a
// sentence at the first difference.
type contest struct {
	r     *rand.Rand
	w     Way
	ref   reference
	d     Dossier
	next  int64
	edit  func(*Way) // plants a fault in the way of the machine, nil for none
	legal int        // actions both allowed
}

func newContest(seed uint64) *contest {
	c := &contest{r: rand.New(rand.NewPCG(seed, 3))}
	c.fresh()
	return c
}

// fresh begins a new dossier, under a tree of another shape.
func (c *contest) fresh() {
	c.d = Dossier{Acts: c.d.Acts[:0]}
	c.ref = reference{section: c.r.IntN(2) == 0, committee: c.r.IntN(3) > 0, months: 12, fails: 3, today: day.Of(2032, 1, 1), past: c.ref.past[:0]}
	c.w = Way{Probation: 12, Fails: 3, Today: c.ref.today, Steps: c.w.Steps[:0]}
	for _, s := range chain {
		above := s == CommitteeVote || s == CommitteeAgree
		if (s == SectionReport || s == SectionAgree) && !c.ref.section || above && !c.ref.committee {
			continue
		}
		c.w.Steps = append(c.w.Steps, s)
	}
	if c.edit != nil {
		c.edit(&c.w)
	}
}

var everyStep = Steps()

// draw makes a deed: often what the reference finds legal, often anything.
func (c *contest) draw() deed {
	a := deed{on: c.day(), n: c.r.IntN(12), by: []string{ByCell, ByCommittee, ByDecider, "nobody"}[c.r.IntN(4)], pack: "p" + strconv.Itoa(c.r.IntN(3))}
	a.until = a.on.AddDays(c.r.IntN(40) - 8)
	a.step = everyStep[c.r.IntN(len(everyStep))]
	if c.r.IntN(4) > 0 {
		a.step = chain[c.r.IntN(len(chain))]
		for range 6 {
			if c.ref.legal(deed{step: a.step, on: c.ref.today}) {
				break
			}
			a.step = chain[c.r.IntN(len(chain))]
		}
	}
	a.to = string(chain[c.r.IntN(len(chain))])
	if a.step == Move {
		a.to = []string{"unit", "unit", "unit", Abroad}[c.r.IntN(4)]
	}
	if c.d.State == Considering && c.r.IntN(5) == 0 {
		a.step, a.by = Refuse, ByCell
	}
	if (c.d.State == Considering || c.d.State == Schooled) && c.r.IntN(3) > 0 && a.on < c.ref.now.ceremony.AddMonths(12) {
		a.on = c.ref.now.ceremony.AddMonths(12).AddDays(c.r.IntN(9) - 2)
	}
	return a
}

// day is near the last one, mostly after it.
func (c *contest) day() day.Date {
	last := max(c.ref.now.latest(), c.ref.now.loop)
	if last == 0 {
		return day.Of(2022, 1, 1).AddDays(c.r.IntN(300))
	}
	return last.AddDays(c.r.IntN(14) - 2)
}

// act turns a deed into an act of the machine.
func (c *contest) act(a deed) Act {
	c.next++
	x := act(int(c.next), a.step, a.on)
	x.Pack = a.pack
	d := &x.Details
	d.By, d.To, d.Until = a.by, a.to, a.until
	switch a.step {
	case Rebase:
		d.To = a.pack
	case Remark:
		d.Quarter = "2026-Q" + strconv.Itoa(a.n%4)
	case Ask, Answer:
		d.Relative = &Relative{Key: strconv.Itoa(a.n % 3)}
	case Opinion:
		d.Body = strconv.Itoa(a.n % 2)
	case Extend:
		d.Clock = strconv.Itoa(a.n % 2)
	case Task, Note:
		d.Text = "nội dung"
	case Circumstances:
		d.Special = &Special{}
	case Discipline:
		d.Penalty = Penalties[0]
	case Undo:
		if last, ok := c.d.Latest(); ok {
			x.Undoes = last.ID
		}
	}
	return x
}

// run goes on until n actions were tried or the two differ.
func (c *contest) run(n int) string {
	for range n {
		if len(c.d.Acts) > 70 || c.d.State != "" && c.d.Closed != 0 && c.r.IntN(4) > 0 {
			c.fresh()
		}
		a := c.draw()
		want := c.ref.legal(a)
		before := len(c.d.Acts)
		err := c.d.Do(c.w, c.act(a))
		if (err == nil) != want {
			return fmt.Sprintf("%s on %v (%+v) in %s: machine %v, reference %v", a.step, a.on, a, c.ref.now.state(), err, want)
		}
		if err != nil {
			if len(c.d.Acts) != before {
				return fmt.Sprintf("%s was refused and left something behind", a.step)
			}
			continue
		}
		c.legal++
		c.ref.do(a)
		if c.d.State != c.ref.now.state() || c.d.Pack != c.ref.now.pack || c.d.FailedVotes() != c.ref.now.failed {
			return fmt.Sprintf("after %s: machine %s %q, reference %s %q", a.step, c.d.State, c.d.Pack, c.ref.now.state(), c.ref.now.pack)
		}
	}
	return ""
}

// TestRandomActions: not one of a million random actions is judged otherwise by the reference.
func TestRandomActions(t *testing.T) {
	seed := seedtest.Of(t)
	n := *actions
	if testing.Short() {
		n /= 10
	}
	c := newContest(seed)
	if diff := c.run(n); diff != "" {
		t.Fatalf("seed %d: %s", seed, diff)
	}
	t.Logf("seed %d: %d actions, %d legal", seed, n, c.legal)
	if c.legal < n/10 {
		t.Errorf("only %d of %d were legal: the draw is broken", c.legal, n)
	}
}

// TestPlantedFaults: the contest notices a machine that is wrong in one place.
func TestPlantedFaults(t *testing.T) {
	for name, plant := range map[string]func(c *contest) (mend func()){
		"a vote without opinions": func(*contest) func() {
			was := grounds[CellVote]
			grounds[CellVote] = []Step{CV, Introduce, Verify}
			return func() { grounds[CellVote] = was }
		},
		"a ceremony without a decision received": func(*contest) func() {
			was := grounds[Ceremony]
			grounds[Ceremony] = []Step{Submit}
			return func() { grounds[Ceremony] = was }
		},
		"struck off before the ceremony": func(*contest) func() {
			was := spans[Strike]
			spans[Strike] = [2]State{Decided, Considering}
			return func() { spans[Strike] = was }
		},
		"a lapse after the cell voted": func(*contest) func() {
			was := spans[Lapse]
			spans[Lapse] = [2]State{Certified, CellVoted}
			return func() { spans[Lapse] = was }
		},
		"a file sent back keeps its resolution": func(*contest) func() {
			was := resting[CV]
			resting[CV] = was &^ of(CellVote)
			return func() { resting[CV] = was }
		},
		"a refusal keeps the verification": func(*contest) func() {
			was := resting[Open]
			resting[Open] = was &^ of(Verify)
			return func() { resting[Open] = was }
		},
		"probation of eleven months":  func(c *contest) func() { c.edit = func(w *Way) { w.Probation = 11 }; return func() {} },
		"four votes":                  func(c *contest) func() { c.edit = func(w *Way) { w.Fails = 4 }; return func() {} },
		"a clock that is slow":        func(c *contest) func() { c.edit = func(w *Way) { w.Today = day.Of(2023, 6, 1) }; return func() {} },
		"removal leaves the way open": func(*contest) func() { delete(ends, Drop); return func() { ends[Drop] = Dropped } },
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(40) {
				c := newContest(seed)
				mend := plant(c)
				c.fresh()
				diff := c.run(20_000)
				mend()
				if diff != "" {
					return
				}
			}
			t.Error("not caught")
		})
	}
}
