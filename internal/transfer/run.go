package transfer

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/xlsx"
)

// Rows per step of the way, and rows per transaction. Transactions are small at first, so that a short
// file is written at once and others hardly wait; they grow with the file, because every transaction
// visits most pages of the indexes by name and by number, whether it brings a hundred rows or ten
// thousand.
const (
	chunkRows  = 500
	firstGroup = 250
	lastGroup  = 10_000
	pageRows   = 4000 // rows of an import read at once
)

// run is one pass over the rows of an import, checking or writing.
type run struct {
	s      *Service
	who    access.Actor
	b      batch.Batch
	top    org.Unit
	places *places
	reader *batch.Reader
	kind   kind
	keep   func(*work) error

	judging  sync.Mutex
	serial   bool         // a chunk is judged when the one before is kept
	checking bool         // nothing is written
	skip     int64        // rows of data that have their outcome already
	accepted map[int]bool // of them, those that were written
}

// kind is what differs between the kinds of imports. The three steps of a chunk run at the same
// time for different chunks, each step in the order of the file.
type kind interface {
	// prepare computes what needs no database.
	prepare(w *work)
	// judge finds the outcome of every row. It may be called again for the last chunk, after
	// somebody else changed what it had seen.
	judge(tx *store.Tx, w *work) error
	// write stores the accepted rows.
	write(tx *store.Tx, w *work) error
}

// work is a chunk of rows on its way.
type work struct {
	old     bool // has its outcome already and is read for comparison only
	entries []*entry
	skipped []int
	hidden  int64
}

// entry is one row on its way.
type entry struct {
	d       *batch.Draft
	own     int // problems found without the database
	outcome batch.Outcome
	warn    batch.Trouble // an accepted row that somebody should look at
	object  id.ID
	stamp   int64 // of the object as the import left it
	changes []batch.Change
	undo    *undoImage

	person *personWork
	unit   *unitWork
	move   *moveWork
}

// reset forgets what an earlier look at the database said.
func (e *entry) reset() {
	e.d.Problems = e.d.Problems[:e.own]
	e.outcome, e.warn, e.changes, e.object, e.stamp, e.undo = "", 0, nil, 0, 0, nil
	if e.own > 0 {
		e.outcome = batch.Refused
	}
}

// refuse adds a problem found by a look-up.
func (e *entry) refuse(t batch.Trouble, field batch.Code, args ...any) {
	e.outcome = batch.Refused
	e.d.Refuse(t, field, args...)
}

// newRun loads what a pass needs.
func (s *Service) newRun(ctx context.Context, who access.Actor, b batch.Batch, checking bool) (*run, error) {
	r := &run{s: s, who: who, b: b, checking: checking, accepted: map[int]bool{}}
	if !checking {
		r.skip = b.Done
	}
	err := s.st.View(ctx, func(tx *store.Tx) error {
		var err error
		if r.top, err = tx.Unit(b.Unit); err != nil {
			return err
		}
		if r.places, err = loadPlaces(tx, r.top); err != nil {
			return err
		}
		limits := s.limits(tx, &b)
		r.reader = batch.NewReader(b.Kind, b.Options, limits)
		closed, err := tx.ClosedTo(b.Province())
		if err != nil {
			return err
		}
		if r.skip > 0 {
			if err := r.loadAccepted(tx); err != nil {
				return err
			}
		}
		switch b.Kind {
		case batch.Members, batch.Pool:
			r.kind = newPeople(r, limits, closed)
		case batch.Units:
			r.kind, err = newUnits(tx, r)
		default:
			r.kind, r.serial = newMoves(r), true
		}
		return err
	})
	return r, err
}

// loadAccepted finds which of the rows that have their outcome were written.
func (r *run) loadAccepted(tx *store.Tx) error {
	for after := 0; ; {
		rows, err := tx.BatchRows(r.b.ID, "", after, pageRows)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			after = row.No
			if row.Outcome == batch.New || row.Outcome == batch.Changed || row.Object != 0 {
				r.accepted[row.No] = true
			}
		}
	}
}

// pass sends every row through the steps; keep is called with each chunk in order.
func (r *run) pass(ctx context.Context) error {
	if k, ok := r.kind.(*units); ok {
		return r.passWhole(ctx, k)
	}
	book, err := r.s.open(ctx, r.b)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	raw, ready, judged := make(chan *rawChunk, 1), make(chan *work), make(chan *work)
	g.Go(func() error {
		defer close(raw)
		return r.read(ctx, book, raw)
	})
	g.Go(func() error {
		defer close(ready)
		for c := range raw {
			if !send(ctx, ready, r.draft(c)) {
				return ctx.Err()
			}
		}
		return nil
	})
	g.Go(func() error {
		defer close(judged)
		for w := range ready {
			if !r.serial {
				if err := r.judge(ctx, w); err != nil {
					return err
				}
			}
			if !w.old && !send(ctx, judged, w) {
				return ctx.Err()
			}
		}
		return nil
	})
	g.Go(func() error {
		for w := range judged {
			if err := r.keep(w); err != nil {
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

func send[T any](ctx context.Context, to chan<- T, v T) bool {
	select {
	case to <- v:
		return true
	case <-ctx.Done():
		return false
	}
}

// rawChunk is rows as they stand in the file.
type rawChunk struct {
	old     bool
	rows    []xlsx.Row
	skipped []int
}

// read collects the rows of data; those that have their outcome already come in chunks of their own.
func (r *run) read(ctx context.Context, book *xlsx.Book, to chan<- *rawChunk) error {
	width, seen := r.reader.Width(), int64(0)
	c := &rawChunk{old: r.skip > 0}
	var cells []xlsx.Cell
	for row, err := range book.Rows(r.b.Sheet) {
		if err != nil {
			return err
		}
		if !r.reader.IsData(row) {
			if row.Num >= r.b.Options.Head+r.b.Options.Depth && seen >= r.skip {
				c.skipped = append(c.skipped, row.Num)
			}
			continue
		}
		seen++
		if cap(cells)-len(cells) < width {
			cells = make([]xlsx.Cell, 0, 64*width)
		}
		at := len(cells)
		cells = append(cells, row.Cells[:min(width, len(row.Cells))]...)
		row.Cells = cells[at:len(cells):len(cells)]
		c.rows = append(c.rows, row)
		if len(c.rows) == chunkRows || seen == r.skip {
			if !send(ctx, to, c) {
				return ctx.Err()
			}
			c = &rawChunk{old: seen < r.skip}
		}
	}
	if (len(c.rows) > 0 || len(c.skipped) > 0) && !send(ctx, to, c) {
		return ctx.Err()
	}
	return nil
}

// draft reads the cells of a chunk.
func (r *run) draft(c *rawChunk) *work {
	w := &work{old: c.old, skipped: c.skipped, entries: make([]*entry, len(c.rows))}
	for i, row := range c.rows {
		d := r.reader.Read(row)
		w.entries[i] = &entry{d: d}
		if d.Hidden {
			w.hidden++
		}
	}
	r.kind.prepare(w)
	return w
}

// judge finds the outcome of a chunk. The writer asks for it anew while later chunks are judged; both compare with the rows before.
func (r *run) judge(ctx context.Context, w *work) error {
	r.judging.Lock()
	defer r.judging.Unlock()
	return r.s.st.View(ctx, func(tx *store.Tx) error { return r.kind.judge(tx, w) })
}

// add counts a chunk in an import.
func (w *work) add(b *batch.Batch) {
	rep := &b.Report
	for _, e := range w.entries {
		b.Add(e.outcome)
		if e.outcome == batch.Refused {
			rep.Reasons = bump(rep.Reasons, e.d.Problems...)
		} else if e.warn != 0 {
			rep.Warnings = bump(rep.Warnings, batch.Problem{Trouble: e.warn})
		}
	}
	b.Done = b.Total
	rep.Hidden += w.hidden
	rep.Skips += int64(len(w.skipped))
	if room := 20 - len(rep.Skipped); room > 0 {
		rep.Skipped = append(rep.Skipped, w.skipped[:min(room, len(w.skipped))]...)
	}
}

// bump counts every kind of trouble of a row once; the map is copied, so that a repeated
// transaction starts from the same.
func bump(m map[string]int64, ps ...batch.Problem) map[string]int64 {
	if m == nil {
		m = map[string]int64{}
	}
	var seen []batch.Trouble
	for _, p := range ps {
		if !slices.Contains(seen, p.Trouble) {
			seen = append(seen, p.Trouble)
			m[p.Trouble.String()]++
		}
	}
	return m
}
