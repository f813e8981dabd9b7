package store

import (
	"context"
	"strconv"

	"ketnap/internal/audit"
	"ketnap/internal/db"
)

// Rebuild writes the counters anew from the ledger, province by province, each in one transaction
// with the audit entry e, whose province it sets. The ledger itself and the rows of people are left
// as they are. It returns what it read; Differences are the columns that were wrong before. Other
// writers of the province wait meanwhile.
func (s *Store) Rebuild(ctx context.Context, e audit.Entry, o VerifyOptions) (Proven, error) {
	const op = "store.Rebuild"
	var all Proven
	provinces, _, err := s.provable(ctx, o.Province)
	if err != nil {
		return all, db.Fault(op, err)
	}
	for _, province := range provinces {
		var n Proven
		e.Province = province
		err := s.Update(ctx, e, func(tx *Tx) (err error) {
			n, err = tx.rebuild(province)
			return err
		})
		if err != nil {
			return all, err
		}
		all.add(n)
		if o.Progress != nil {
			o.Progress(province, n, len(provinces))
		}
	}
	return all, nil
}

func (tx *Tx) rebuild(province int) (Proven, error) {
	// Whoever posts holds the tree while counting: from here on nobody is between a movement and its counters.
	if err := tx.LockTree(province); err != nil {
		return Proven{}, err
	}
	p := newProof(tx, province, func(Difference) error { return nil })
	if err := p.readUnits(); err != nil {
		return p.n, err
	}
	if err := p.readLedger(); err != nil {
		return p.n, err
	}
	counters := p.counted.tally(p.tallied)
	p.n.Differences = 0 // those of the ledger are not mended here
	if err := p.checkCounters(); err != nil {
		return p.n, err
	}
	if err := tx.DropCounters(province); err != nil {
		return p.n, err
	}
	if err := tx.AddCounters(counters); err != nil {
		return p.n, err
	}
	p.n.Provinces, p.n.Counters = 1, int64(len(counters))
	tx.Did(0, "counters "+strconv.Itoa(len(counters))+", wrong columns "+strconv.FormatInt(p.n.Differences, 10))
	return p.n, nil
}
