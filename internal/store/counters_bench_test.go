package store

import (
	"cmp"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/seal"
)

// BenchmarkCounters compares ways of keeping counters, on the ledger of a real database: which units
// have them (the root and its branches, or every unit) and whether the slices of a counter are
// columns of one row or rows of their own. It is the source of doc/decisions/0006-counters.md:
//
//	KETNAP_BENCH_DB=demo-data/ketnap-province.db go test ./internal/store -run '^$' -bench Counters -benchtime 1x
//
// The database is only read; the alternatives stand in scratch files. MB is the size of the file with
// nothing but the counters; step is what the counters of one admission cost, without the disk flush;
// the pages are the figures of a province, of a commune, and all slices of one measure over a year.
func BenchmarkCounters(b *testing.B) {
	path := os.Getenv("KETNAP_BENCH_DB")
	if path == "" {
		b.Skip("KETNAP_BENCH_DB names no database")
	}
	ctx := context.Background()
	s, err := Open(ctx, Options{DSN: path, Ring: seal.New(), ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	t := readTree(b, s)
	for _, l := range []layout{{"branch/wide", 1, false}, {"branch/narrow", 1, true}, {"unit/wide", 9, false}, {"unit/narrow", 9, true}} {
		b.Run(l.name, func(b *testing.B) {
			for range b.N {
				l.measure(b, s, t)
			}
		})
	}
	b.Run("branch/reading", func(b *testing.B) {
		for range b.N {
			b.ReportMetric(ms(200, func(i int) { readCommune(b, s, t.communes[i%len(t.communes)]) }), "ms/commune")
		}
	})
}

// layout is one way of keeping counters.
type layout struct {
	name   string
	depth  int // counters down to this depth
	narrow bool
}

// benchTree is the province of a benchmark: its units by id.
type benchTree struct {
	root     org.Unit
	units    map[id.ID]org.Unit
	kids     map[id.ID][]id.ID
	communes []org.Unit
	cells    []org.Unit
}

func readTree(b *testing.B, s *Store) benchTree {
	t := benchTree{units: map[id.ID]org.Unit{}, kids: map[id.ID][]id.ID{}}
	err := s.View(context.Background(), func(tx *Tx) error {
		var root id.ID
		if err := tx.EachProvince(func(p Province) error { root = cmp.Or(root, p.Root); return nil }); err != nil {
			return err
		}
		var err error
		if t.root, err = tx.Unit(root); err != nil {
			return err
		}
		return tx.EachUnitUnder(t.root, func(u org.Unit) error {
			t.units[u.ID] = u
			t.kids[u.Parent] = append(t.kids[u.Parent], u.ID)
			if u.Depth == 1 {
				t.communes = append(t.communes, u)
			}
			if u.Kind == org.Cell {
				t.cells = append(t.cells, u)
			}
			return nil
		})
	})
	if err != nil {
		b.Fatal(err)
	}
	return t
}

// above lists the units at or over u down to a depth.
func (t benchTree) above(u id.ID, depth int) []id.ID {
	var list []id.ID
	for ; u != 0; u = t.units[u].Parent {
		if t.units[u].Depth <= depth {
			list = append(list, u)
		}
	}
	return list
}

// add counts a movement at every unit that has counters.
func (t benchTree) add(to ledger.Tally, m ledger.Movement, depth int) {
	from, goal := t.above(m.From.Unit, depth), t.above(m.To.Unit, depth)
	for _, u := range from {
		to.Add(u, m, true, slices.Contains(goal, u))
	}
	for _, u := range goal {
		if !slices.Contains(from, u) {
			to.Add(u, m, false, true)
		}
	}
}

const benchWide = `CREATE TABLE tally (province_id INTEGER NOT NULL, unit_id BIGINT NOT NULL, measure INTEGER NOT NULL, month INTEGER NOT NULL`

const benchNarrow = `CREATE TABLE narrow (province_id INTEGER NOT NULL, unit_id BIGINT NOT NULL, measure INTEGER NOT NULL, month INTEGER NOT NULL,
	slice INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (province_id, unit_id, measure, slice, month)); -- tenant`

const narrowUpsert = `INSERT INTO narrow (province_id, unit_id, measure, slice, month, n) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (province_id, unit_id, measure, slice, month) DO UPDATE SET n = narrow.n + excluded.n`

func (l layout) open(b *testing.B) *db.DB {
	d, err := db.Open(context.Background(), filepath.Join(b.TempDir(), "counters.db"), db.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.Close() })
	wide := benchWide
	for _, c := range strings.Split(tallyColumns, ",") {
		wide += ", " + strings.TrimSpace(c) + " INTEGER NOT NULL"
	}
	wide += ", PRIMARY KEY (province_id, unit_id, measure, month)); -- tenant"
	if l.narrow {
		wide = benchNarrow
	}
	if _, err := d.Migrate(context.Background(), fstest.MapFS{"0001_counters.sql": {Data: []byte(wide)}}); err != nil {
		b.Fatal(err)
	}
	return d
}

// put adds counters to the scratch table.
func (l layout) put(tx *db.Tx, t ledger.Tally) error {
	t.Compact()
	ctx := context.Background()
	if !l.narrow {
		return (&Tx{Tx: tx, ctx: ctx}).addCounters(t)
	}
	for k, c := range t {
		for s, n := range c {
			if n == 0 {
				continue
			}
			if _, err := tx.Exec(ctx, narrowUpsert, k.Unit.Province(), int64(k.Unit), int(k.Measure), s, int(k.Month), n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l layout) measure(b *testing.B, s *Store, t benchTree) {
	ctx := context.Background()
	d := l.open(b)
	all := ledger.Tally{}
	if err := s.View(ctx, func(tx *Tx) error {
		return tx.EachMovement(t.root.Province(), func(m *ledger.Movement) error { t.add(all, *m, l.depth); return nil })
	}); err != nil {
		b.Fatal(err)
	}
	if err := d.Update(ctx, func(tx *db.Tx) error { return l.put(tx, all) }); err != nil {
		b.Fatal(err)
	}
	rows := int64(len(all))
	if l.narrow {
		rows = 0
		for _, c := range all {
			for _, n := range c {
				if n != 0 {
					rows++
				}
			}
		}
	}
	size, err := d.Size(ctx)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(rows), "rows")
	b.ReportMetric(float64(size)/(1<<20), "MB")
	b.ReportMetric(l.step(b, d, t)*1000, "µs/step")
	b.ReportMetric(ms(20, func(int) { l.page(b, d, append([]id.ID{t.root.ID}, t.kids[t.root.ID]...)) }), "ms/province")
	b.ReportMetric(ms(200, func(i int) { l.slices(b, d, t.communes[i%len(t.communes)].ID) }), "ms/slices")
	if l.depth > 1 {
		b.ReportMetric(ms(200, func(i int) {
			u := t.communes[i%len(t.communes)].ID
			l.page(b, d, append([]id.ID{u}, t.kids[u]...))
		}), "ms/commune")
	}
}

// step returns the milliseconds the counters of one admission take, 100 to a transaction so that the
// disk flush does not show.
func (l layout) step(b *testing.B, d *db.DB, t benchTree) float64 {
	r := rand.New(rand.NewPCG(1, 2))
	return ms(20, func(int) {
		err := d.Update(context.Background(), func(tx *db.Tx) error {
			for range 100 {
				u := t.cells[r.IntN(len(t.cells))]
				at := func(s ledger.Stage) ledger.Place { return ledger.Place{Unit: u.ID, Stage: s} }
				one := ledger.Tally{}
				t.add(one, ledger.Movement{From: at(ledger.Dossier), To: at(ledger.Probationary), Cause: ledger.Admit, Effective: day.Of(2026, 1+r.IntN(11), 3), Age: 24,
					Attrs: ledger.Attrs{Sex: 2, Ethnic: 1, Religion: 1, Occupation: 5, Schooling: 4, Expertise: 4, Sector: 1, Youth: true}}, l.depth)
				if err := l.put(tx, one); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}) / 100
}

// page reads what a committee's page shows of some units: today's stock and the happenings of two years.
func (l layout) page(b *testing.B, d *db.DB, units []id.ID) {
	stock, flow := []any{}, []any{int(ledger.Happened(ledger.Admit)), int(ledger.Happened(ledger.Certify))}
	for _, s := range ledger.Stages {
		stock = append(stock, int(ledger.StockNow(s)))
	}
	from, to := int(day.MonthOf(2025, 1)), int(day.MonthOf(2026, 12))
	l.read(b, d, units, stock, 0, 0)
	l.read(b, d, units, flow, from, to)
}

func (l layout) read(b *testing.B, d *db.DB, units []id.ID, measures []any, from, to int) {
	ctx := context.Background()
	q := db.NewB(`SELECT unit_id, measure, month, n FROM tally WHERE province_id = $1 AND month BETWEEN $2 AND $3 AND`, units[0].Province(), from, to)
	if l.narrow {
		q = db.NewB(`SELECT unit_id, measure, month, n FROM narrow WHERE province_id = $1 AND slice = 0 AND month BETWEEN $2 AND $3 AND`, units[0].Province(), from, to)
	}
	q.In("unit_id", anys(units, func(i id.ID) any { return int64(i) })).Add("AND").In("measure", measures)
	if err := d.View(ctx, func(tx *db.Tx) error {
		return tx.Each(ctx, q.SQL(), q.Args(), func(s db.Scanner) error {
			var u, m, month, n int64
			return s.Scan(&u, &m, &month, &n)
		})
	}); err != nil {
		b.Fatal(err)
	}
}

// slices reads every slice of the admissions of a year.
func (l layout) slices(b *testing.B, d *db.DB, u id.ID) {
	ctx := context.Background()
	var sum, c ledger.Counts
	args := []any{u.Province(), int64(u), int(ledger.Happened(ledger.Admit)), int(day.MonthOf(2026, 1)), int(day.MonthOf(2026, 12))}
	err := d.View(ctx, func(tx *db.Tx) error {
		if l.narrow {
			return tx.Each(ctx, `SELECT slice, n FROM narrow WHERE province_id = $1 AND unit_id = $2 AND measure = $3 AND month BETWEEN $4 AND $5`, args, func(s db.Scanner) error {
				var slice, n int64
				err := s.Scan(&slice, &n)
				sum[slice] += n
				return err
			})
		}
		return tx.Each(ctx, `SELECT `+tallyColumns+` FROM tally WHERE province_id = $1 AND unit_id = $2 AND measure = $3 AND month BETWEEN $4 AND $5`, args, func(s db.Scanner) error {
			err := s.Scan(scanCounts(&c)...)
			for i, n := range c {
				sum[i] += n
			}
			return err
		})
	})
	if err != nil {
		b.Fatal(err)
	}
}

// readCommune counts the page of a commune from its people and movements, as a unit without counters
// below it must.
func readCommune(b *testing.B, s *Store, u org.Unit) {
	err := s.View(context.Background(), func(tx *Tx) error {
		scope, err := access.System("bench").Over(u)
		if err != nil {
			return err
		}
		if err := tx.SubtreeStock(scope, func(UnitStock) {}); err != nil {
			return err
		}
		return tx.SubtreeMovements(scope, day.Of(2025, 1, 1), tx.Today, func(*PathMovement) {})
	})
	if err != nil {
		b.Fatal(err)
	}
}

// ms returns the median milliseconds of f over n calls, after one for warming up.
func ms(n int, f func(i int)) float64 {
	f(0)
	took := make([]float64, n)
	for i := range took {
		start := time.Now()
		f(i)
		took[i] = float64(time.Since(start).Microseconds()) / 1000
	}
	slices.Sort(took)
	return took[n/2]
}
