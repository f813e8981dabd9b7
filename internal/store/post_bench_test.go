package store_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// BenchmarkPost admits people one at a time, durable, with counters and audit: what an operation of
// a user costs. With 16 writers several share a disk flush.
func BenchmarkPost(b *testing.B) {
	for _, writers := range []int{1, 16} {
		b.Run(fmt.Sprint("writers=", writers), func(b *testing.B) {
			s := storetest.SQLite(b)
			tree := storetest.Grow(b, s, 38)
			people := enrolMany(b, s, tree, b.N)
			var next atomic.Int64
			b.SetParallelism((writers + 1) / 2)
			b.ResetTimer()
			if writers == 1 {
				for range b.N {
					admit(b, s, people[next.Add(1)-1])
				}
				return
			}
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					admit(b, s, people[next.Add(1)-1])
				}
			})
		})
	}
}

func admit(b *testing.B, s *store.Store, p id.ID) {
	err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
		q, err := tx.Person(p)
		if err != nil {
			return err
		}
		_, err = tx.Post(&q, ledger.Movement{To: ledger.Place{Unit: q.Place.Unit, Stage: ledger.Probationary}, Cause: ledger.Admit,
			Effective: day.Of(2026, 1+int(p)%10, 3), Decision: "12-QĐ/ĐU", DecidedOn: day.Of(2026, 1, 1)})
		return err
	})
	if err != nil {
		b.Error(err)
	}
}

// enrolMany stores n people whose dossiers are ready.
func enrolMany(b *testing.B, s *store.Store, tree storetest.Tree, n int) []id.ID {
	people := make([]id.ID, 0, n)
	for len(people) < n {
		if err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
			es := make([]store.Enrolment, min(2000, n-len(people)))
			for i := range es {
				u := tree.Cells[i%2][i/2%2]
				p := storetest.NewPerson(tx.NewID(38), "Nguyễn Thị Ánh Dương")
				es[i] = store.Enrolment{Person: p, Movements: []ledger.Movement{
					{To: ledger.Place{Unit: u.ID, Stage: ledger.Dossier}, Cause: ledger.Opening, Effective: day.Of(2026, 1, 1)}}}
			}
			if err := tx.Enrol(es); err != nil {
				return err
			}
			for i := range es {
				people = append(people, es[i].Person.ID)
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	return people
}
