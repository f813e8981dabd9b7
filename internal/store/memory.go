package store

import (
	"context"
	"sync"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/memo"
)

// Mark stands for the state of the database that something was read from, and the day it was read on.
// What has equal marks and was asked for alike is alike. The zero Mark stands for nothing: what has it
// may not be kept.
type Mark struct {
	state db.Mark
	today day.Date
}

// Known reports whether what was read may be kept and compared.
func (m Mark) Known() bool { return m.state != "" }

// Memory keeps what was read from the database until anything at all is committed, by this process or
// another: a figure is never older than the last commit before it was asked for. It knows nothing of
// who asks: whoever hands something out of it asks access first. What is kept is shared and may not be
// changed.
type Memory[K comparable, V any] struct {
	st      *Store
	weigh   func(V) int
	kept    *memo.Cache[K, kept[V]]
	mu      sync.Mutex
	reading map[K]chan struct{} // closed when it has been read
}

type kept[V any] struct {
	value V
	mark  Mark
}

// NewMemory returns a memory of values that weigh no more than most together.
func NewMemory[K comparable, V any](st *Store, most int, weigh func(V) int) *Memory[K, V] {
	return &Memory[K, V]{st: st, weigh: weigh, kept: memo.New[K, kept[V]](most), reading: map[K]chan struct{}{}}
}

// Read returns what read makes of one snapshot, or made of an equal one before. Of several who ask for
// the same at once one reads, and the others wait for it.
func (m *Memory[K, V]) Read(ctx context.Context, key K, read func(*Tx) (V, error)) (V, Mark, error) {
	before := m.st.mark(ctx)
	if v, ok := m.at(key, before); ok {
		return v, before, nil
	}
	done, first := m.begin(key)
	if !first {
		select {
		case <-done:
		case <-ctx.Done():
			var none V
			return none, Mark{}, ctx.Err()
		}
		before = m.st.mark(ctx)
		if v, ok := m.at(key, before); ok {
			return v, before, nil
		}
		return m.read(ctx, key, before, read) // it failed, or something was committed: do not wait again
	}
	defer m.end(key, done)
	return m.read(ctx, key, before, read)
}

func (m *Memory[K, V]) at(key K, mark Mark) (V, bool) {
	k, ok := m.kept.Get(key)
	return k.value, ok && mark.Known() && k.mark == mark
}

func (m *Memory[K, V]) begin(key K) (done chan struct{}, first bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if done, ok := m.reading[key]; ok {
		return done, false
	}
	done = make(chan struct{})
	m.reading[key] = done
	return done, true
}

func (m *Memory[K, V]) end(key K, done chan struct{}) {
	m.mu.Lock()
	delete(m.reading, key)
	m.mu.Unlock()
	close(done)
}

// read reads, and keeps the value when nothing was committed from before it began until it ended: only
// then is it known which state the snapshot showed.
func (m *Memory[K, V]) read(ctx context.Context, key K, before Mark, read func(*Tx) (V, error)) (v V, _ Mark, err error) {
	if err := m.st.View(ctx, func(tx *Tx) (err error) {
		v, err = read(tx)
		return err
	}); err != nil {
		return v, Mark{}, err
	}
	if !before.Known() || m.st.mark(ctx) != before {
		return v, Mark{}, nil
	}
	m.kept.Put(key, kept[V]{v, before}, m.weigh(v))
	return v, before, nil
}

// mark is the mark of now; the zero Mark when it cannot be read, which keeps nothing.
func (s *Store) mark(ctx context.Context) Mark {
	state, err := s.db.Mark(ctx)
	if err != nil {
		return Mark{}
	}
	return Mark{state, s.Today()}
}
