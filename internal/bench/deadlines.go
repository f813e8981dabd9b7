package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/seal"
	"ketnap/internal/store"
)

// Due is how many open obligations are computed anew when nobody says: the figure to be reached is a rate,
// so that any number measures it.
const Due = 200_000

// duePerPerson is how many obligations follow from each of the people made up here: a certificate and an
// age of somebody in the pool, or the end of a probation and the meeting after it.
const duePerPerson = 2

// deadlines measures `ketnap deadlines --recompute` of a province in a process of its own: once with nothing
// stored, which writes every obligation, and once with everything stored, which finds nothing to write.
func (b *run) deadlines(ctx context.Context) error {
	if b.Scratch == "" {
		b.Log("deadlines: no empty database given")
		return nil
	}
	if b.Due < 1 {
		b.Due = Due
	}
	_, units, err := b.provinceUnits(ctx)
	if err != nil {
		return err
	}
	var first, again []Result
	for range b.Rounds {
		if err := b.dueOnce(ctx, units, &first, &again); err != nil {
			return err
		}
	}
	b.add(median(first))
	b.add(median(again))
	return nil
}

// dueOnce fills an empty database and computes twice: everything is new, nothing is.
func (b *run) dueOnce(ctx context.Context, units []org.Unit, first, again *[]Result) (err error) {
	dsn, done, err := b.empty(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	if err := b.found(ctx, dsn, units); err != nil {
		return err
	}
	if err := b.waiting(ctx, dsn, units); err != nil {
		return err
	}
	for _, x := range []struct {
		name string
		to   *[]Result
	}{{"deadlines.first", first}, {"deadlines.again", again}} {
		r, err := b.recompute(ctx, dsn, x.name)
		if err != nil {
			return err
		}
		*x.to = append(*x.to, r)
	}
	return nil
}

// recompute runs the command and reads what it did.
func (b *run) recompute(ctx context.Context, dsn, name string) (Result, error) {
	took, peak, out, err := b.whole(ctx, dsn, "--json", "deadlines", "--recompute")
	if err != nil {
		return Result{}, err
	}
	var said struct {
		People, Open, Added int
		Seconds             float64
	}
	if err := json.Unmarshal(out, &said); err != nil {
		return Result{}, fmt.Errorf("what deadlines printed: %w", err)
	}
	return Result{Name: name, Count: said.Open, Seconds: took.Seconds(), Rate: float64(said.Open) / said.Seconds, PeakMB: peak,
		Note: fmt.Sprintf("%d people, %d written", said.People, said.Added)}, nil
}

// waiting puts people from whom obligations follow into an empty database, without the follower that would
// write their obligations with them.
func (b *run) waiting(ctx context.Context, dsn string, units []org.Unit) (err error) {
	ring, err := seal.Load(b.Key)
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, store.Options{DSN: dsn, Ring: ring})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	var cells []id.ID
	for _, u := range units {
		if u.Kind == org.Cell {
			cells = append(cells, u.ID)
		}
	}
	const chunk = 5000
	for n := 0; n < b.Due/duePerPerson; n += chunk {
		var es []store.Enrolment
		for i := n; i < min(n+chunk, b.Due/duePerPerson); i++ {
			es = append(es, waiter(st.NewID(units[0].Province()), cells[i%len(cells)], i, st.Today()))
		}
		if err := st.Update(ctx, b.entry("bench.people", units[0].Province()), func(tx *store.Tx) error { return tx.Enrol(es) }); err != nil {
			return err
		}
	}
	return nil
}

// waiter is somebody with a certificate in the pool, or a probationer; every day is another one, so that
// holidays are met.
func waiter(i, cell id.ID, n int, today day.Date) store.Enrolment {
	name := fmt.Sprintf("Nguyễn Văn %d", n)
	if n%2 == 0 {
		return benchPerson(i, cell, name, n, ledger.Probationary, today.AddDays(-1-n%300))
	}
	return benchPerson(i, cell, name, n, ledger.Certified, today.AddDays(-1-n%1500))
}

// benchPerson is somebody of no interest at a stage since a day.
func benchPerson(i, cell id.ID, name string, n int, stage ledger.Stage, since day.Date) store.Enrolment {
	p := &person.Person{ID: i, Name: name, Sex: 1, Birth: since.AddMonths(-12 * (20 + n%30)).AddDays(-n % 360), Ethnic: 1, Religion: 1}
	switch stage {
	case ledger.Probationary:
		p.Joined = since
	case ledger.Certified:
		p.CertOn, p.CertNo = since, fmt.Sprintf("%06d", n)
		fallthrough
	default:
		p.PoolOn = since
	}
	return store.Enrolment{Person: p, Movements: []ledger.Movement{{To: ledger.Place{Unit: cell, Stage: stage}, Cause: ledger.Opening, Effective: since}}}
}
