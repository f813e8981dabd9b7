package bench

import (
	"context"
	"crypto/rand"
	"errors"
	mrand "math/rand/v2"
	"sync/atomic"
	"time"

	"ketnap/internal/audit"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/movements"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

func (b *run) entry(action string, province int) audit.Entry {
	return audit.Of(b.who, action, province, 0)
}

// topUnit is the root of the first province.
func (b *run) topUnit(tx *store.Tx) (org.Unit, error) {
	var root id.ID
	err := tx.EachProvince(func(p store.Province) error {
		if root == 0 {
			root = p.Root
		}
		return nil
	})
	if err != nil {
		return org.Unit{}, err
	}
	if root == 0 {
		return org.Unit{}, errors.New("the database holds no province")
	}
	return tx.Unit(root)
}

// members is how many party members a province has today.
func members(tx *store.Tx, p store.Province) (n int64, err error) {
	err = tx.Figures(p.ID, []id.ID{p.Root}, []ledger.Measure{ledger.StockNow(ledger.Probationary), ledger.StockNow(ledger.Official)},
		ledger.Always, ledger.Always, func(f store.Figure) { n += f.N })
	return n, err
}

// commits measures single movements as a user posts them: rights, rules, ledger, counters, audit, on
// disk when it returns. Two floors stand beside them: rows of two columns that one writer commits one by
// one, each with its own flush to the disk, which is the rate of durable commits of the driver; and such
// rows from as many writers, where the engine shares a flush among those who wait. Somebody in the pool gets a certificate, which lapses again with the next
// movement, so that the stages of the demo stay as they were.
func (b *run) commits(ctx context.Context) error {
	f, done, err := b.openFloor(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = done() }()
	people, err := b.poolPeople(ctx)
	if err != nil {
		return err
	}
	var row atomic.Int64
	for _, writers := range []int{1, 16} {
		w := b.newWriters(writers, people)
		count := min(500*min(writers, 8), 4*len(people))                                  // few in a commune: nobody's timeline is to grow long
		if s := closed(ctx, writers, count/5, 10*time.Second, w.act(ctx)); s.failed > 0 { // warm up
			return errors.New(s.note)
		}
		raw := func(name string, n int) func() (Result, error) {
			return func() (Result, error) {
				s := closed(ctx, n, 4*count, 10*time.Second, func(int) (int, error) { return 0, f.Commit(ctx, row.Add(1)) })
				r := s.result(name)
				r.Users = n
				return r, nil
			}
		}
		rs, err := b.alternate(func() (Result, error) {
			s := closed(ctx, writers, count, 10*time.Second, w.act(ctx))
			r := s.result("commit")
			r.Users = writers
			return r, nil
		}, raw("floor.commit", 1), raw("floor.commit.grouped", writers))
		if err = errors.Join(err, w.finish(ctx)); err != nil {
			return err
		}
		b.add(rs[0])
		if writers > 1 { // alone there is nothing to group
			rs[1].Name = "commit.grouped"
			b.add(rs[1])
		}
	}
	return nil
}

// ownPeople is how many people of its own the measure moves.
const ownPeople = 400

// poolPeople are people in the pool without a dossier, whose movements are posted by hand. The demo carries everybody by dossiers, so
// they are made once for the database measured: nobody's timeline of the demo grows. Their ids are as of the first people: pages are
// measured for people drawn from the time in which ids were made, and would else be those of our own.
func (b *run) poolPeople(ctx context.Context) ([]id.ID, error) {
	root, units, err := b.provinceUnits(ctx)
	if err != nil {
		return nil, err
	}
	var cells []id.ID
	for _, u := range units {
		if u.Kind == org.Cell {
			cells = append(cells, u.ID)
		}
	}
	var people []id.ID
	err = b.st.Update(ctx, b.entry("bench.people", root.Province()), func(tx *store.Tx) error {
		top, err := tx.Unit(root)
		if err != nil {
			return err
		}
		scope, err := b.who.Over(top)
		if err != nil {
			return err
		}
		page, err := tx.People(scope, store.PeopleFilter{Stages: []ledger.Stage{ledger.Pool}, Words: ownName}, "", ownPeople)
		if err != nil {
			return err
		}
		people = nil
		for _, p := range page.Rows {
			people = append(people, p.ID)
		}
		first, _, err := tx.PeopleSpan(root.Province())
		if err != nil {
			return err
		}
		began := time.UnixMilli(first.Made()).Add(time.Duration(1+len(people)) * time.Millisecond)
		ids := id.NewSource(ownNode, func() time.Time { return began })
		var es []store.Enrolment
		for n := len(people); n < ownPeople; n++ {
			e := benchPerson(ids.New(root.Province()), cells[n%len(cells)], ownName, n, ledger.Pool, tx.Today.AddDays(-1-n%300))
			es, people = append(es, e), append(people, e.Person.ID)
		}
		return tx.Enrol(es)
	})
	mrand.New(mrand.NewPCG(b.Seed, 1)).Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	return people, err
}

const (
	ownName = "Người Của Phép Đo" // of everybody whom the measure moves
	ownNode = 15                  // makes their ids, no other process's
)

// writers post movements, each for people of its own.
type writers struct {
	b       *run
	service *movements.Service
	people  [][]id.ID
	turn    []int
	back    []id.ID // whose certificate is to lapse next, by writer
}

func (b *run) newWriters(n int, people []id.ID) *writers {
	w := &writers{b: b, service: movements.New(b.st), people: make([][]id.ID, n), turn: make([]int, n), back: make([]id.ID, n)}
	for i, p := range people {
		w.people[i%n] = append(w.people[i%n], p)
	}
	return w
}

// act is one commit of a writer.
func (w *writers) act(ctx context.Context) func(int) (int, error) {
	return func(i int) (int, error) {
		f := movements.Form{Person: w.back[i], Cause: ledger.Lapse, To: ledger.Pool, Effective: w.b.st.Today(), Key: rand.Text()}
		if w.back[i] == 0 {
			w.back[i] = w.people[i][w.turn[i]%len(w.people[i])]
			w.turn[i]++
			f.Person, f.Cause, f.To = w.back[i], ledger.Certify, ledger.Certified
		} else {
			w.back[i] = 0
		}
		_, err := w.service.Post(ctx, w.b.who, f)
		return 0, err
	}
}

// finish lets the last certificates lapse.
func (w *writers) finish(ctx context.Context) error {
	act := w.act(ctx)
	for i, p := range w.back {
		if p != 0 {
			if _, err := act(i); err != nil {
				return err
			}
		}
	}
	return nil
}
