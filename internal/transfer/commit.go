package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// lease is how long an import belongs to the process that wrote its last chunk. It only spares work:
// a process that lost its turn cannot write, because every chunk names the version it follows.
const lease = 10 * time.Second

// tries is how often a chunk is judged anew after somebody else changed what it had seen.
const tries = 5

// Commit writes the rows of a mapped or checked import and returns it with its final counts. An
// import that stopped goes on where it was. progress may be nil.
func (s *Service) Commit(ctx context.Context, who access.Actor, i id.ID, progress Progress) (batch.Batch, error) {
	b, err := s.begin(ctx, who, i, false)
	if err != nil {
		return b, err
	}
	return s.commit(ctx, who, b, progress)
}

// begin takes the lease of an import and turns it to committing; takeOver takes it from its holder.
func (s *Service) begin(ctx context.Context, who access.Actor, i id.ID, takeOver bool) (batch.Batch, error) {
	return s.change(ctx, who, i, "import.commit", func(tx *store.Tx, b *batch.Batch) error {
		if b.State != batch.Committing && b.State != batch.Failed {
			if err := second(tx, who, *b); err != nil {
				return err
			}
		}
		return start(tx, b, takeOver)
	})
}

func start(tx *store.Tx, b *batch.Batch, takeOver bool) error {
	if b.Lease > tx.Now && !takeOver {
		return fault.E("transfer.Commit", fault.Conflict, "import.running")
	}
	if b.State != batch.Committing && b.State != batch.Failed {
		b.Options.Rows, b.Done, b.Counts, b.Report = b.Total, 0, batch.Counts{}, batch.Report{}
		if err := tx.DropBatchRows(b.ID); err != nil {
			return err
		}
	}
	b.Lease, b.Report.Error, b.Report.Detail = tx.Now+lease.Milliseconds(), "", nil
	if err := tx.Roomy(true); err != nil {
		return err
	}
	return move(b, batch.Committing)
}

// commit writes the rows of an import this process holds the lease of. While a transaction is on its way to the disk, the rows of the
// next one are read and judged.
func (s *Service) commit(ctx context.Context, who access.Actor, b batch.Batch, progress Progress) (batch.Batch, error) {
	r, err := s.newRun(ctx, who, b, false)
	if err == nil {
		w := &writer{r: r, b: b, progress: progress}
		err = w.write(ctx)
		b = w.b
	}
	switch {
	case err == nil:
		return s.finish(ctx, who, b)
	case errors.Is(err, errLost), ctx.Err() != nil:
		return b, err // goes on elsewhere, or later
	}
	return s.fail(context.WithoutCancel(ctx), who, b, err)
}

// writer stores judged rows in transactions. Its batch is the one that was stored last; that of the run stays as it began.
type writer struct {
	r        *run
	b        batch.Batch
	progress Progress
}

func (t *writer) write(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	full := make(chan *work)
	g.Go(func() error {
		defer close(full)
		c := collector{most: firstGroup}
		if t.r.serial {
			c.most = 0
		}
		t.r.keep = func(w *work) error {
			if w = c.add(w); w != nil && !send(ctx, full, w) {
				return ctx.Err()
			}
			return nil
		}
		if err := t.r.pass(ctx); err != nil {
			return err
		}
		if c.w != nil && !send(ctx, full, c.w) {
			return ctx.Err()
		}
		return nil
	})
	g.Go(func() error {
		for w := range full {
			if err := t.chunk(ctx, w); err != nil {
				return err
			}
			if t.progress != nil {
				t.progress(t.b)
			}
		}
		return nil
	})
	return g.Wait()
}

// collector puts judged chunks together until there are rows enough for a transaction.
type collector struct {
	most int
	w    *work
}

// add returns what is to be written now, or nil.
func (c *collector) add(w *work) *work {
	if c.w == nil {
		c.w = w
	} else {
		c.w.entries, c.w.skipped, c.w.hidden = append(c.w.entries, w.entries...), append(c.w.skipped, w.skipped...), c.w.hidden+w.hidden
	}
	if len(c.w.entries) < c.most {
		return nil
	}
	w, c.w, c.most = c.w, nil, min(2*c.most, lastGroup)
	return w
}

// chunk stores rows, judging them anew when somebody else changed what was seen of them.
func (t *writer) chunk(ctx context.Context, w *work) error {
	var err error
	for n := range tries {
		if n > 0 || t.r.serial {
			if jerr := t.r.judge(ctx, w); jerr != nil {
				return jerr
			}
		}
		if err = t.try(ctx, w); err == nil {
			return nil
		}
		if k := fault.KindOf(err); errors.Is(err, errLost) || k != fault.Conflict && k != fault.Stale && k != fault.Invalid {
			return err
		}
	}
	return err
}

func (t *writer) try(ctx context.Context, w *work) error {
	e := audit.Of(t.r.who, "import.rows", t.b.Province(), t.b.ID)
	if n := len(w.entries); n > 0 {
		e = e.With(fmt.Sprintf("%d–%d", w.entries[0].d.Row, w.entries[n-1].d.Row))
	}
	var next batch.Batch
	err := t.r.s.st.Update(ctx, e, func(tx *store.Tx) error {
		cur, err := tx.Batch(t.b.ID)
		if err != nil {
			return err
		}
		if cur.Version != t.b.Version || cur.State != batch.Committing {
			return errLost
		}
		if err := t.r.kind.write(tx, w); err != nil {
			return err
		}
		rows, err := w.rows(t.b.Kind)
		if err != nil {
			return err
		}
		if err := tx.AddBatchRows(t.b.ID, rows); err != nil {
			return err
		}
		next = t.b
		next.Report.Reasons, next.Report.Warnings = maps.Clone(next.Report.Reasons), maps.Clone(next.Report.Warnings)
		next.Report.Skipped = slices.Clone(next.Report.Skipped)
		w.add(&next)
		next.Lease = tx.Now + lease.Milliseconds()
		return tx.PutBatch(&next)
	})
	if err == nil {
		t.b = next
	}
	return err
}

// detail is what is kept of a row beside its outcome: reasons, changes, what undoing needs, and in a
// preview what the row says.
type detail struct {
	Problems []batch.Problem `json:"p,omitempty"`
	Changes  []batch.Change  `json:"c,omitempty"`
	Undo     *undoImage      `json:"u,omitempty"`
	Unit     *unitImage      `json:"o,omitempty"`
	Shown    *Shown          `json:"s,omitempty"`
	Warn     batch.Trouble   `json:"w,omitempty"`
}

// Shown is what a list of rows shows of one.
type Shown struct {
	Title string `json:"t"`           // name
	Birth string `json:"b,omitempty"` // or date of a movement
	Unit  string `json:"u,omitempty"`
	More  string `json:"m,omitempty"` // stage, cause, kind
}

// rows are the outcomes of a chunk as they are kept.
func (w *work) rows(k batch.Kind) ([]store.BatchRow, error) {
	rows := make([]store.BatchRow, 0, len(w.entries))
	for _, e := range w.entries {
		row, err := e.row(k, e.outcome == batch.Refused)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (e *entry) row(k batch.Kind, shown bool) (store.BatchRow, error) {
	row := store.BatchRow{No: e.d.Row, Outcome: e.outcome, Object: e.object, Stamp: e.stamp}
	d := detail{Problems: e.d.Problems, Changes: e.changes, Undo: e.undo, Warn: e.warn}
	if e.unit != nil {
		d.Unit = e.unit.undo
	}
	if shown {
		d.Shown = e.shown(k)
	}
	if d.Problems == nil && d.Changes == nil && d.Undo == nil && d.Unit == nil && d.Shown == nil && d.Warn == 0 {
		return row, nil
	}
	var err error
	row.Detail, err = json.Marshal(d)
	return row, err
}

// shown is what a list shows of the row.
func (e *entry) shown(k batch.Kind) *Shown {
	d := e.d
	switch k {
	case batch.Units:
		return &Shown{Title: d.Org.Name, Unit: d.Parent, More: batch.KindName(d.Org.Kind)}
	case batch.Movements:
		return &Shown{Title: d.Person.Name, Birth: d.Effective.VN(), Unit: d.Unit, More: batch.CauseName(d.Cause)}
	}
	return &Shown{Title: d.Person.Name, Birth: d.Person.Birth.VN(), Unit: d.Unit}
}

// finish closes an import all of whose rows have their outcome. A file with nothing to mend is not
// kept any longer.
func (s *Service) finish(ctx context.Context, who access.Actor, b batch.Batch) (batch.Batch, error) {
	var done batch.Batch
	err := s.st.Update(ctx, audit.Of(who, "import.done", b.Province(), b.ID).With(fmt.Sprintf("%d/%d/%d/%d", b.Total, b.Accepted, b.Duplicate, b.Refused)), func(tx *store.Tx) error {
		cur, err := tx.Batch(b.ID)
		if err != nil {
			return err
		}
		if cur.Version != b.Version {
			return errLost
		}
		if err := tx.Roomy(false); err != nil {
			return err
		}
		done = b
		done.State, done.Lease, done.Moved = batch.Done, 0, tx.Now
		done.Options.Rows = done.Total
		if done.Refused == 0 {
			if err := tx.DropBatchFile(b.ID); err != nil {
				return err
			}
		}
		return tx.PutBatch(&done)
	})
	if err != nil {
		return b, err
	}
	return done, nil
}

// fail notes what stopped an import; it can be continued once that is mended.
func (s *Service) fail(ctx context.Context, who access.Actor, b batch.Batch, cause error) (batch.Batch, error) {
	text := fault.TextOf(cause)
	s.log.Error("import stopped", "batch", b.ID.String(), "err", cause)
	got, err := s.change(ctx, who, b.ID, "import.failed", func(tx *store.Tx, cur *batch.Batch) error {
		if cur.Version != b.Version {
			return errLost // somebody began anew meanwhile
		}
		p := batch.FromFault(cause, "")
		if err := tx.Roomy(false); err != nil {
			return err
		}
		cur.Lease, cur.Report.Error, cur.Report.Detail = 0, string(text.Key), p.Args
		return move(cur, batch.Failed)
	})
	if err != nil {
		return b, errors.Join(cause, err)
	}
	return got, cause
}
