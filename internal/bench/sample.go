package bench

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// sample is the times of one round.
type sample struct {
	took   []time.Duration
	span   time.Duration // of the whole round
	failed int
	note   string // of the first failure
	bytes  int
}

// result turns times into figures.
func (s *sample) result(name string) Result {
	slices.Sort(s.took)
	r := Result{Name: name, Count: len(s.took), Failed: s.failed, Seconds: s.span.Seconds(), Bytes: s.bytes, Note: s.note}
	if len(s.took) > 0 && s.span > 0 {
		r.Rate = float64(len(s.took)-s.failed) / s.span.Seconds()
		r.P50, r.P95, r.P99 = s.at(50), s.at(95), s.at(99)
	}
	return r
}

// at is a percentile in milliseconds, by the nearest rank.
func (s *sample) at(percent int) float64 {
	i := (len(s.took)*percent + 99) / 100
	return float64(s.took[max(0, i-1)].Microseconds()) / 1000
}

// closed runs n workers that each begin the next operation when the one before has ended, until
// count operations are done or the time is over. op gets the number of the worker.
func closed(ctx context.Context, n, count int, limit time.Duration, op func(worker int) (bytes int, err error)) sample {
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	var begun atomic.Int64
	parts := make([]sample, n)
	var wg sync.WaitGroup
	start := time.Now()
	for w := range n {
		wg.Go(func() {
			s := &parts[w]
			for ctx.Err() == nil && begun.Add(1) <= int64(count) {
				began := time.Now()
				bytes, err := op(w)
				s.took = append(s.took, time.Since(began))
				s.bytes += bytes
				if err != nil {
					s.failed++
					s.note = err.Error()
				}
			}
		})
	}
	wg.Wait()
	all := sample{span: time.Since(start)}
	for i := range parts {
		p := &parts[i]
		all.took, all.failed, all.bytes = append(all.took, p.took...), all.failed+p.failed, all.bytes+p.bytes
		if all.note == "" {
			all.note = p.note
		}
	}
	if len(all.took) > 0 {
		all.bytes /= len(all.took)
	}
	return all
}

// median returns the figures of the middle round: each figure for itself, failures of all rounds.
func median(rounds []Result) Result {
	m := rounds[0]
	pick := func(f func(Result) float64) float64 {
		v := make([]float64, len(rounds))
		for i, r := range rounds {
			v[i] = f(r)
		}
		slices.Sort(v)
		return v[len(v)/2]
	}
	m.Count, m.Failed = 0, 0
	for _, r := range rounds {
		m.Count += r.Count
		m.Failed += r.Failed
		if m.Note == "" {
			m.Note = r.Note
		}
	}
	m.Seconds = pick(func(r Result) float64 { return r.Seconds })
	m.Rate = pick(func(r Result) float64 { return r.Rate })
	m.P50 = pick(func(r Result) float64 { return r.P50 })
	m.P95 = pick(func(r Result) float64 { return r.P95 })
	m.P99 = pick(func(r Result) float64 { return r.P99 })
	m.CPU = pick(func(r Result) float64 { return r.CPU })
	m.Bytes = int(pick(func(r Result) float64 { return float64(r.Bytes) }))
	m.PeakMB = pick(func(r Result) float64 { return r.PeakMB })
	m.RestMB = pick(func(r Result) float64 { return r.RestMB })
	return m
}

// alternate runs rounds of a case and of its floors in turn, and returns the case once beside each.
func (b *run) alternate(theCase func() (Result, error), floors ...func() (Result, error)) ([]Result, error) {
	got := make([][]Result, 1+len(floors))
	for range b.Rounds {
		for i, f := range append([]func() (Result, error){theCase}, floors...) {
			r, err := f()
			if err != nil {
				return nil, err
			}
			got[i] = append(got[i], r)
		}
	}
	var out []Result
	for _, f := range got[1:] {
		out = append(out, median(got[0]).against(median(f)))
	}
	return out, nil
}
