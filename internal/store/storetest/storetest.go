// Package storetest opens stores for tests: on SQLite always, on PostgreSQL and on PostgreSQL with
// tenant tables in hash partitions when a server is there.
package storetest

import (
	"context"
	"testing"
	"time"

	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/seal"
	"ketnap/internal/store"
)

// Now is the clock of every test store: 21-11-2026, 09:00 in Vietnam.
func Now() time.Time { return time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC) }

// Options change how a test store is opened.
type Options struct {
	Now      func() time.Time
	OnCommit func(db.CommitPoint) error
}

// SQLite returns a fresh, migrated store on SQLite.
func SQLite(t testing.TB) *store.Store { return open(t, dbtest.SQLite(t), 0, Options{}) }

// Each runs f on every engine: sqlite, postgres, postgres partitioned by province.
func Each(t *testing.T, f func(t *testing.T, s *store.Store)) { EachWith(t, Options{}, f) }

// EachWith is Each with options.
func EachWith(t *testing.T, o Options, f func(t *testing.T, s *store.Store)) {
	t.Run("sqlite", func(t *testing.T) { f(t, open(t, dbtest.SQLite(t), 0, o)) })
	t.Run("postgres", func(t *testing.T) { f(t, open(t, dbtest.Postgres(t), 0, o)) })
	t.Run("partitioned", func(t *testing.T) { f(t, open(t, dbtest.Postgres(t), 4, o)) })
}

// Open opens and migrates a store on a DSN, with hash partitions when partitions > 0.
func Open(t testing.TB, dsn string, partitions int, o Options) *store.Store {
	return open(t, dsn, partitions, o)
}

func open(t testing.TB, dsn string, partitions int, o Options) *store.Store {
	t.Helper()
	if o.Now == nil {
		o.Now = Now
	}
	if partitions > 0 {
		dsn = watch(t, dsn)
	}
	s, err := store.Open(context.Background(), store.Options{DSN: dsn, Ring: seal.New(), Now: o.Now, Partitions: partitions, OnCommit: o.OnCommit})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// Entry is an audit entry for test writes in a province.
func Entry(province int) audit.Entry {
	return audit.Entry{Province: province, Name: "test", Method: "test", Action: "test"}
}

// Tree is a small province: a root, two communes, and two cells in each.
type Tree struct {
	Root     org.Unit
	Communes [2]org.Unit
	Cells    [2][2]org.Unit
}

// Grow founds a Tree in a province on 1-1-2010.
func Grow(t testing.TB, s *store.Store, province int) Tree {
	t.Helper()
	var tree Tree
	err := s.Update(context.Background(), Entry(province), func(tx *store.Tx) error {
		add := func(parent org.Unit, kind org.Kind, name string) (org.Unit, error) {
			u := org.Unit{ID: tx.NewID(province), Kind: kind, Name: name, Sector: 1, Founded: day.Of(2010, 1, 1)}.Place(parent)
			return u, tx.AddUnit(u)
		}
		var err error
		if tree.Root, err = add(org.Unit{}, org.Province, "Đảng bộ tỉnh Thử Nghiệm"); err != nil {
			return err
		}
		for i := range tree.Communes {
			if tree.Communes[i], err = add(tree.Root, org.Grassroots, "Đảng bộ xã "+string(rune('A'+i))); err != nil {
				return err
			}
			for j := range tree.Cells[i] {
				if tree.Cells[i][j], err = add(tree.Communes[i], org.Cell, "Chi bộ thôn "+string(rune('1'+j))); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// NewPerson returns an unstored person of a province with plausible fields.
func NewPerson(i id.ID, name string) *person.Person {
	return &person.Person{ID: i, Name: name, Sex: 2, Birth: day.Of(1998, 5, 17), Ethnic: 1, Religion: 1, Occupation: 5, Schooling: 4, Expertise: 4, Youth: true}
}

// Enrol stores a person at a stage of a unit by an opening movement on a day.
func Enrol(t testing.TB, s *store.Store, u org.Unit, name string, stage ledger.Stage, on day.Date) *person.Person {
	t.Helper()
	var p *person.Person
	err := s.Update(context.Background(), Entry(u.Province()), func(tx *store.Tx) error {
		p = NewPerson(tx.NewID(u.Province()), name)
		return tx.Enrol([]store.Enrolment{{Person: p, Movements: []ledger.Movement{{
			To: ledger.Place{Unit: u.ID, Stage: stage}, Cause: ledger.Opening, Effective: on}}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
