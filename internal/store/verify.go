package store

import (
	"context"
	"slices"
	"sync"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
)

// Difference is one place where what is stored is not what the ledger says (sai lệch). Check says
// which of the proofs failed; the other fields name the place as far as it has one.
type Difference struct {
	Province int
	Check    string         // "counter", "chain.place", "person.branch", …: a key of the texts "verify.…"
	Unit     id.ID          // 0 when the place is no unit
	Name     string         // of the unit
	Object   id.ID          // the person, movement or other row, 0 for a counter
	Month    day.Month      // of a counter
	Measure  ledger.Measure // of a counter, else 0
	Column   string         // column of the table; of a counter the code of the slice, "" for all
	Stored   string
	Rebuilt  string
}

// Proven counts what a verification has read.
type Proven struct {
	Provinces, Units, People, Movements, Counters, Differences int64
}

func (p *Proven) add(o Proven) {
	p.Provinces += o.Provinces
	p.Units += o.Units
	p.People += o.People
	p.Movements += o.Movements
	p.Counters += o.Counters
	p.Differences += o.Differences
}

// VerifyOptions narrow a verification. The zero value proves everything and is silent.
type VerifyOptions struct {
	Province int                                  // 0: all
	Progress func(province int, p Proven, of int) // after each province; p is that province's, of is how many there are
}

// verifyWorkers is how many provinces are proven at once: each holds its people and counters in
// memory, and two keep two cores busy.
const verifyWorkers = 2

// Verify rebuilds from the ledger everything that is derived from it and calls out with each
// difference; it changes nothing. Each province is read in one snapshot, so work may go on
// meanwhile. Memory is that of the two largest provinces. An error of out ends it.
func (s *Store) Verify(ctx context.Context, o VerifyOptions, out func(Difference) error) (Proven, error) {
	const op = "store.Verify"
	provinces, claims, err := s.provable(ctx, o.Province)
	if err != nil {
		return Proven{}, db.Fault(op, err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var mu sync.Mutex
	var all Proven
	var first error
	report := func(d Difference) error {
		mu.Lock()
		defer mu.Unlock()
		return out(d)
	}
	work := make(chan int, len(provinces))
	for _, p := range provinces {
		work <- p
	}
	close(work)
	var wg sync.WaitGroup
	for range min(verifyWorkers, len(provinces)) {
		wg.Go(func() {
			for province := range work {
				p, err := s.prove(ctx, province, claims[province], report)
				mu.Lock()
				all.add(p)
				if err != nil && first == nil {
					first = err
					stop()
				}
				if err == nil && o.Progress != nil {
					o.Progress(province, p, len(provinces))
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return all, db.Fault(op, first)
}

// prove checks one province in one snapshot.
func (s *Store) prove(ctx context.Context, province int, claims claim, out func(Difference) error) (Proven, error) {
	if err := ctx.Err(); err != nil {
		return Proven{}, err
	}
	var p *proof
	err := s.View(ctx, func(tx *Tx) error {
		p = newProof(tx, province, out)
		for _, step := range []func() error{
			p.readUnits, p.checkTree, p.readAudit, p.readClosings, p.checkRegisters,
			p.readLedger, p.checkCounters, p.checkPeople, p.checkWords,
			func() error { return p.checkClaims(claims) }, p.checkForeignAudit,
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	p.n.Provinces = 1
	return p.n, err
}

// provable lists the provinces that hold anything, and reads the one table that knows no province.
func (s *Store) provable(ctx context.Context, only int) (provinces []int, claims map[int]claim, err error) {
	err = s.View(ctx, func(tx *Tx) error {
		if claims, err = tx.claims(); err != nil || only != 0 {
			provinces = []int{only}
			return err
		}
		found := map[int]bool{}
		err := tx.Each(ctx, `SELECT id FROM province ORDER BY id`, nil, func(row db.Scanner) error {
			var p int
			err := row.Scan(&p)
			found[p] = true
			return err
		})
		if err != nil {
			return err
		}
		for _, next := range provinceSteps {
			if err := tx.eachProvinceOf(next, found); err != nil {
				return err
			}
		}
		for p := range claims {
			found[p] = true
		}
		for p := range found {
			provinces = append(provinces, p)
		}
		slices.Sort(provinces)
		return nil
	})
	return provinces, claims, err
}

// provinceSteps find rows of provinces nobody founded, one step of the primary key for each.
var provinceSteps = []func(tx *Tx, after int, p *int) error{
	func(tx *Tx, after int, p *int) error {
		return tx.Row(tx.ctx, `SELECT COALESCE(MIN(province_id), -1) FROM movement /* national */ WHERE province_id > $1`, []any{after}, p)
	},
	func(tx *Tx, after int, p *int) error {
		return tx.Row(tx.ctx, `SELECT COALESCE(MIN(province_id), -1) FROM person /* national */ WHERE province_id > $1`, []any{after}, p)
	},
	func(tx *Tx, after int, p *int) error {
		return tx.Row(tx.ctx, `SELECT COALESCE(MIN(province_id), -1) FROM tally /* national */ WHERE province_id > $1`, []any{after}, p)
	},
	func(tx *Tx, after int, p *int) error {
		return tx.Row(tx.ctx, `SELECT COALESCE(MIN(province_id), -1) FROM audit /* national */ WHERE province_id > $1`, []any{after}, p)
	},
}

func (tx *Tx) eachProvinceOf(next func(*Tx, int, *int) error, found map[int]bool) error {
	for p := -1; ; found[p] = true {
		if err := next(tx, p, &p); err != nil || p < 0 {
			return err
		}
	}
}
