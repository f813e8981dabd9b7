package dossiers_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/deadline"
	"ketnap/internal/deadlines"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/rule"
	"ketnap/internal/seedtest"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// upto walks a new person through the way until a step is done.
func (w *world) upto(name string, last dossier.Step) id.ID {
	w.t.Helper()
	p := storetest.Enrol(w.t, w.s, w.tree.Cells[0][0], name, ledger.Proposed, day.Of(2024, 1, 6))
	for _, st := range steps {
		if last == "" {
			break
		}
		f := w.form(p.ID, st.step, st.on)
		if st.no != "" {
			f.No = st.no
		}
		w.act(f)
		if st.step == last {
			break
		}
	}
	return p.ID
}

// TestExits walks out of the way by each door there is: where it leads, what the ledger says, and that
// taking it back leads back.
func TestExits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		on := day.Of(2026, 11, 1)
		for i, c := range []struct {
			upto  dossier.Step
			turn  dossier.Step
			edit  func(*dossiers.ActForm)
			state dossier.State
			stage ledger.Stage
			cause ledger.Cause // 0: nobody moves
		}{
			{"", dossier.Drop, nil, dossier.Dropped, ledger.Outside, ledger.Drop},
			{"", dossier.Refuse, by(dossier.ByCell), dossier.Refused, ledger.Outside, ledger.Drop},
			{dossier.Adopt, dossier.Drop, nil, dossier.Dropped, ledger.Outside, ledger.Drop},
			{dossier.Certify, dossier.Lapse, nil, dossier.InPool, ledger.Pool, ledger.Lapse},
			{dossier.Opinions, dossier.Lapse, nil, dossier.InPool, ledger.Pool, ledger.Lapse},
			{dossier.Opinions, dossier.Refuse, by(dossier.ByCell), dossier.Certified, ledger.Certified, ledger.Return},
			{dossier.CellVote, dossier.Refuse, by(dossier.ByCommittee), dossier.Certified, ledger.Certified, ledger.Return},
			{dossier.CommitteeVote, dossier.Refuse, by(dossier.ByDecider), dossier.Certified, ledger.Certified, ledger.Return},
			{dossier.CommitteeVote, dossier.SendBack, to(dossier.Verify), dossier.Consulting, ledger.Dossier, 0},
			{dossier.CV, dossier.Withdraw, nil, dossier.Withdrawn, ledger.Outside, ledger.Drop},
			{dossier.Decide, dossier.Cancel, nil, dossier.Cancelled, ledger.Outside, ledger.Drop},
			{dossier.Decide, dossier.Correct, nil, dossier.Decided, ledger.Dossier, 0},
			{dossier.Ceremony, dossier.Strike, nil, dossier.Struck, ledger.Outside, ledger.Strike},
			{dossier.Ceremony, dossier.Quit, nil, dossier.Left, ledger.Outside, ledger.Quit},
			{dossier.Ceremony, dossier.Cancel, nil, dossier.Cancelled, ledger.Outside, ledger.Cancel},
			{dossier.NewCourse, dossier.Die, nil, dossier.Dead, ledger.Outside, ledger.Die},
			{dossier.LaterOpinions, dossier.Refuse, by(dossier.ByCell), dossier.Considering, ledger.Probationary, 0},
			{dossier.CellRecognise, dossier.SendBack, to(dossier.CellRecognise), dossier.Considering, ledger.Probationary, 0},
			{dossier.Decide, dossier.Move, func(f *dossiers.ActForm) { f.Unit = w.tree.Cells[0][1].ID }, dossier.Decided, ledger.Dossier, ledger.Transfer},
			{dossier.Adopt, dossier.Move, func(f *dossiers.ActForm) { f.Details.To = dossier.Abroad }, dossier.Away, ledger.Outside, ledger.LeaveTo},
		} {
			what := fmt.Sprintf("%s after %s", c.turn, c.upto)
			p := w.upto(fmt.Sprintf("Người Thứ %d", i), c.upto)
			before := w.record(p)
			f := w.form(p, c.turn, on)
			if c.edit != nil {
				c.edit(&f)
			}
			r := w.act(f)
			got := w.record(p)
			if r.State != c.state || got.Place.Stage != c.stage || (r.Movement != 0) != (c.cause != 0) {
				t.Errorf("%s: %s, stage %v, movement %v", what, r.State, got.Place.Stage, r.Movement)
			}
			if c.cause != 0 {
				if m := w.movement(r.Movement); m.Cause != c.cause || m.Effective != on {
					t.Errorf("%s: moved by %v on %v", what, m.Cause, m.Effective)
				}
			}
			w.act(w.form(p, dossier.Undo, 0))
			back := w.record(p)
			back.Version, back.LastAudit = before.Version, before.LastAudit
			if back != before {
				t.Errorf("%s taken back: %+v, before %+v", what, back, before)
			}
		}
		w.verified()
	})
}

func by(who string) func(*dossiers.ActForm) {
	return func(f *dossiers.ActForm) { f.Details.By = who }
}

func to(s dossier.Step) func(*dossiers.ActForm) {
	return func(f *dossiers.ActForm) { f.Details.To = string(s) }
}

func (w *world) movement(i id.ID) (m ledger.Movement) {
	w.t.Helper()
	if err := w.s.View(context.Background(), func(tx *store.Tx) (err error) {
		m, err = tx.Movement(i)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return m
}

// TestReadmission: a second dossier of its own kind, with its waiting time, consent and a new probation.
func TestReadmission(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	p := storetest.Enrol(t, w.s, w.tree.Cells[0][0], "Lê Thị Hạnh", ledger.Official, day.Of(2015, 1, 6))
	if err := w.s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
		q, err := tx.Person(p.ID)
		if err == nil {
			_, err = tx.Post(&q, ledger.Movement{Cause: ledger.Quit, Effective: day.Of(2023, 2, 1)})
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	_, err := w.sv.Act(context.Background(), w.who, w.form(p.ID, dossier.Adopt, day.Of(2024, 1, 1)))
	wantKey(t, "nobody proposed", err, fault.Conflict, "dossier.outside")
	for _, s := range []struct {
		step dossier.Step
		on   day.Date
	}{{dossier.Propose, day.Of(2024, 1, 1)}, {dossier.Adopt, day.Of(2024, 2, 1)}, {dossier.Certify, day.Of(2024, 3, 1)}} {
		w.act(w.form(p.ID, s.step, s.on))
	}
	v, err := w.sv.Get(context.Background(), w.who, p.ID)
	if err != nil || v.Dossier.Kind != dossier.Readmission {
		t.Fatalf("kind %q: %v", v.Dossier.Kind, err)
	}
	_, err = w.sv.Act(context.Background(), w.who, w.form(p.ID, dossier.Open, day.Of(2026, 1, 31)))
	wantKey(t, "a day before the thirty-six months are over", err, fault.Invalid, "dossier.refused")
	w.act(w.form(p.ID, dossier.Open, day.Of(2026, 2, 1)))
	on := day.Of(2026, 2, 2)
	for _, s := range []dossier.Step{dossier.CV, dossier.Introduce, dossier.Verify, dossier.Opinion, dossier.Opinions, dossier.CellVote, dossier.CommitteeVote} {
		w.act(w.form(p.ID, s, on))
	}
	_, err = w.sv.Act(context.Background(), w.who, w.form(p.ID, dossier.Decide, on))
	wantKey(t, "without consent", err, fault.Invalid, "dossier.refused")
	f := w.form(p.ID, dossier.Decide, on)
	f.Details.Consent = true
	w.act(f)
	w.act(w.form(p.ID, dossier.Receive, on))
	r := w.act(w.form(p.ID, dossier.Ceremony, on))
	if m := w.movement(r.Movement); m.Cause != ledger.Readmit {
		t.Errorf("readmitted by %v", m.Cause)
	}
	if got := w.record(p.ID); got.Joined != on || got.Place.Stage != ledger.Probationary {
		t.Errorf("joined %v, %v", got.Joined, got.Place.Stage)
	}
	w.verified()
}

// TestBoardSaysWhatIsDue: of each dossier what is due first, and of each state how many have something overdue: as many as
// the list behind the figure.
func TestBoardSaysWhatIsDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		deadlines.New(s).Keep()
		w := newWorld(t, s)
		late, fresh := w.upto("Lê Thị Hạnh", dossier.CommitteeVote), w.upto("Trần Thị Mai", "")
		w.act(w.form(fresh, dossier.Adopt, s.Today()))
		l, err := w.sv.List(context.Background(), w.who, w.tree.Communes[0].ID, dossiers.Filter{}, "", 50)
		if err != nil || len(l.Page.Rows) != 2 {
			t.Fatalf("%d rows: %v", len(l.Page.Rows), err)
		}
		by := map[id.ID]deadlines.Line{}
		for _, r := range l.Page.Rows {
			by[r.Dossier.Person] = l.Due[r.Dossier.ID]
		}
		if x := by[late]; x.State != deadline.Overdue || !x.Due.Valid() {
			t.Errorf("late: %+v", x)
		}
		if x := by[fresh]; x.State == deadline.Overdue || x.Clock != "remark" {
			t.Errorf("fresh: %+v", x)
		}
		n := int64(0)
		for _, c := range l.Board {
			n += c.Late
		}
		behind, err := w.sv.List(context.Background(), w.who, w.tree.Communes[0].ID, dossiers.Filter{Late: s.Today()}, "", 50)
		if err != nil || n != 1 || len(behind.Page.Rows) != 1 || behind.Page.Rows[0].Dossier.Person != late {
			t.Errorf("%d are late, %d listed: %v", n, len(behind.Page.Rows), err)
		}
		cell, err := w.sv.List(context.Background(), w.who, w.tree.Cells[0][0].ID, dossiers.Filter{Late: s.Today()}, "", 50)
		if err != nil || len(cell.Page.Rows) != 1 {
			t.Errorf("%d listed in the cell: %v", len(cell.Page.Rows), err)
		}
	})
}

// TestNextStepDue: the next step is due when the lists say so: after a review of the pool on the day of the next review, not on that of
// the first, which is long past; and of a period that only has to pass it says nothing. The certificate is there
// since it was issued, before the step that asks for it.
func TestNextStepDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		deadlines.New(s).Keep()
		w := newWorld(t, s)
		p := w.upto("Lê Thị Hạnh", dossier.Certify)
		on := s.Today().AddMonths(-1)
		w.act(w.form(p, dossier.Review, on))
		v, err := w.sv.Get(context.Background(), w.who, p)
		if err != nil {
			t.Fatal(err)
		}
		due, c := v.Due(dossier.Open)
		i := slices.IndexFunc(v.Dues, func(l deadlines.Line) bool { return l.Clock == "review" })
		if i < 0 || c.Key != "review" || due != v.Dues[i].Due || due != on.AddMonths(12) {
			t.Errorf("the card says %s for %q, the list %+v", due, c.Key, v.Dues)
		}
		i = slices.IndexFunc(v.Checklist, func(l dossiers.PaperLine) bool { return l.Code == "certificate" })
		if i < 0 || !v.Checklist[i].Present || v.Checklist[i].Made != v.Person.CertOn {
			t.Errorf("certified, and the list of papers says %+v", v.Checklist)
		}
		q := w.upto("Trần Thị Mai", dossier.NewCourse)
		if v, err = w.sv.Get(context.Background(), w.who, q); err != nil {
			t.Fatal(err)
		}
		if due, c = v.Due(dossier.CellRecognise); c.Key != "consider" || due <= v.Ends {
			t.Errorf("the cell considers by %s (%s), the end of probation is %s", due, c.Key, v.Ends)
		}
	})
}

// TestRefused: what the service refuses, with nothing half done.
func TestRefused(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	ctx := context.Background()
	p := w.upto("Lê Thị Hạnh", dossier.CellVote)
	cell := at(w.tree.Cells[0][0], access.Clerk)
	f := w.form(p, dossier.CommitteeVote, day.Of(2025, 3, 1))
	_, err := w.sv.Act(ctx, cell, f)
	wantKey(t, "the committee's step from the cell", err, fault.Forbidden, "dossier.not_yours")
	_, err = w.sv.Act(ctx, at(w.tree.Communes[1], access.Committee), f)
	wantKey(t, "another commune", err, fault.NotFound, "person.notfound")
	_, err = w.sv.Act(ctx, at(w.tree.Root, access.Viewer), f)
	wantKey(t, "a viewer", err, fault.Forbidden, "error.forbidden")
	stale := f
	stale.Version = 3
	_, err = w.sv.Act(ctx, w.who, stale)
	wantKey(t, "somebody was faster", err, fault.Stale, "dossier.stale")
	few := f
	few.Details.Vote = &dossier.Vote{Officials: 9, Summoned: 9, Present: 9, Issued: 9, Valid: 9, For: 5}
	few.No = "7-NQ"
	_, err = w.sv.Act(ctx, w.who, few)
	wantKey(t, "five of nine", err, fault.Invalid, "dossier.refused")
	official := w.form(w.members[0], dossier.Propose, day.Of(2025, 1, 1))
	_, err = w.sv.Act(ctx, w.who, official)
	wantKey(t, "an official member", err, fault.Conflict, "dossier.official")
	q := w.upto("Trần Thị Mai", dossier.Open)
	twice := w.form(q, dossier.Introduce, day.Of(2025, 1, 1))
	twice.Details.Introducers[1] = twice.Details.Introducers[0]
	_, err = w.sv.Act(ctx, w.who, twice)
	wantKey(t, "two identical introducers", err, fault.Invalid, "dossier.unfit")
	v, err := w.sv.Get(ctx, w.who, p)
	if err != nil || v.Dossier.State != dossier.CellVoted {
		t.Errorf("after all that: %s, %v", v.Dossier.State, err)
	}
	w.verified()
}

// randomEnv is how many random steps TestRandomOnStore tries on each engine; randomSteps when it is not set.
const (
	randomEnv   = "KETNAP_TEST_RANDOM"
	randomSteps = 160
)

// tries is how many steps a random test is to try, and how many of them lie between two proofs of the ledger.
func tries(t *testing.T) (n, proofs int) {
	t.Helper()
	n = randomSteps
	if v := os.Getenv(randomEnv); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil || n < 1 {
			t.Fatalf("%s=%s is no number of steps", randomEnv, v)
		}
	}
	return n, max(20, n/50)
}

// TestRandomOnStore records random steps through the service, some legal, proves the ledger, its counters and the dossiers
// again and again; in the place of who came to an end, to today or nowhere, somebody new begins.
func TestRandomOnStore(t *testing.T) {
	seed := seedtest.Of(t)
	total, proofs := tries(t)
	t.Logf("%d steps", total)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		deadlines.New(s).Keep()
		w, r := newWorld(t, s), rand.New(rand.NewPCG(seed, 7))
		var people []id.ID
		from := []dossier.Step{"", dossier.Certify, dossier.Opinions, dossier.LaterOpinions}
		for i := range 4 {
			people = append(people, w.upto(fmt.Sprintf("Người Thứ %d", i), from[i]))
		}
		done, all, ended, missed := 0, dossier.Steps(), 0, map[id.ID]int{}
		for n := range total {
			i := r.IntN(len(people))
			p := people[i]
			v, err := w.sv.Get(context.Background(), w.who, p)
			if err != nil {
				t.Fatal(err)
			}
			on := max(v.Dossier.Moved, w.record(p).Since, day.Of(2024, 1, 6)).AddDays(r.IntN(20))
			if r.IntN(4) == 0 {
				on = on.AddDays(r.IntN(400)) // some steps have to be waited for
			}
			if on > s.Today() || missed[p] > 30 || v.Dossier.Closed != 0 && r.IntN(8) == 0 {
				ended++
				people[i] = w.upto(fmt.Sprintf("Người Sau %d", ended), from[r.IntN(len(from))])
				continue
			}
			step := all[r.IntN(len(all))]
			if len(v.Next) > 0 && r.IntN(3) > 0 {
				step = v.Next[r.IntN(len(v.Next))]
			}
			f := w.form(p, step, on)
			f.Details.By = []string{dossier.ByCell, dossier.ByCommittee, dossier.ByDecider}[r.IntN(3)]
			if step == dossier.SendBack && len(v.Back) > 0 {
				f.Details.To = string(v.Back[r.IntN(len(v.Back))])
			}
			if found, err := w.sv.Preview(context.Background(), w.who, f); err == nil {
				for _, x := range found {
					if x.Level == rule.Warn {
						f.Accept, f.Details.Text = append(f.Accept, x.Check), "đã cân nhắc"
					}
				}
			}
			if _, err := w.sv.Act(context.Background(), w.who, f); err == nil {
				done, missed[p] = done+1, 0
			} else if k := fault.KindOf(err); k == fault.Internal || k == fault.Unavailable {
				t.Fatalf("%s: %v", step, err)
			}
			missed[p]++
			if n%proofs == proofs-1 {
				w.verified()
			}
		}
		w.verified()
		if done < total/8 {
			t.Errorf("only %d of %d were legal", done, total)
		}
		t.Logf("%d of %d steps were legal, %d people came to an end", done, total, ended)
	})
}

// BenchmarkStep is one step in a transaction of its own, the resolution of the cell after the ten steps
// before it: load, rules, act, movement, audit. It reports the median beside the mean.
func BenchmarkStep(b *testing.B) {
	w := newWorld(b, storetest.SQLite(b))
	var took []time.Duration
	syllables := strings.Fields("An Bình Chi Dung Giang Hà Khánh Lan Mai Nga Oanh Phương Quỳnh Sen Thu Uyên Vân Xuân Yến Hạnh")
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		p := w.upto("Lê "+syllables[n/400%20]+" "+syllables[n/20%20]+" "+syllables[n%20], dossier.Opinions)
		f := w.form(p, dossier.CellVote, day.Of(2025, 2, 3))
		f.No = "5-NQ/CB"
		b.StartTimer()
		from := time.Now()
		if _, err := w.sv.Act(context.Background(), w.who, f); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(from))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
}
