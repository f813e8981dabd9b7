package bench

import (
	"context"
)

// verify measures `ketnap verify` of the whole database, which must find nothing.
func (b *run) verify(ctx context.Context) error {
	took, peak, _, err := b.whole(ctx, b.DSN, "verify")
	if err != nil {
		return err
	}
	b.add(Result{Name: "verify", Count: 1, Seconds: took.Seconds(), Rate: float64(b.report.Database.Members) / took.Seconds(), PeakMB: peak})
	return nil
}

// rebuild measures writing the counters of every province anew.
func (b *run) rebuild(ctx context.Context) error {
	took, peak, _, err := b.whole(ctx, b.DSN, "rebuild")
	if err != nil {
		return err
	}
	b.add(Result{Name: "rebuild", Count: 1, Seconds: took.Seconds(), Rate: float64(b.report.Database.Members) / took.Seconds(), PeakMB: peak})
	return nil
}
