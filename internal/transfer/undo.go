package transfer

import (
	"context"
	"encoding/json"
	"fmt"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// Clash is a row whose object somebody changed after the import (dòng xung đột).
type Clash struct {
	Row    int        `json:"row"`
	Object id.ID      `json:"-"`
	Title  string     `json:"title"`
	Why    fault.Text `json:"-"`
}

// maxClashes is how many rows in conflict are named.
const maxClashes = 200

// errClash ends the transaction of an undoing that cannot be done.
func errClash() error { return fault.E("transfer.Undo", fault.Conflict, "import.clash") }

// Undo takes a whole import back in one transaction: movements are reversed, new people are voided
// and give up their numbers, changed fields are as before, new units are gone. When somebody changed
// one of the objects since, nothing is undone, the rows in conflict are returned with the error.
func (s *Service) Undo(ctx context.Context, who access.Actor, i id.ID) (batch.Batch, []Clash, error) {
	var b batch.Batch
	var clashes []Clash
	err := s.st.Update(ctx, audit.Of(who, "import.undo", i.Province(), i), func(tx *store.Tx) error {
		clashes = nil
		cur, _, err := s.get(tx, who, i, access.Import)
		if err != nil {
			return err
		}
		b = cur
		if err := move(&b, batch.Undone); err != nil {
			return err
		}
		u := &undoing{tx: tx, b: &b, clashes: &clashes}
		if err := u.run(); err != nil {
			return err
		}
		if len(clashes) > 0 {
			return errClash()
		}
		b.Moved = tx.Now
		tx.Did(b.ID, fmt.Sprintf("%d", b.Accepted))
		if err := tx.DropBatchFile(b.ID); err != nil {
			return err
		}
		return tx.PutBatch(&b)
	})
	return b, clashes, err
}

// undoing is one import being taken back.
type undoing struct {
	tx      *store.Tx
	b       *batch.Batch
	clashes *[]Clash
	stamps  map[id.ID]int64 // of the people as the import left them
}

func (u *undoing) clash(row int, object id.ID, title string, key fault.Key, args ...any) {
	if len(*u.clashes) < maxClashes {
		*u.clashes = append(*u.clashes, Clash{Row: row, Object: object, Title: title, Why: fault.Text{Key: key, Args: args}})
	}
}

// run looks at every row first, so that all conflicts are found, then takes the rows back from the
// last to the first.
func (u *undoing) run() error {
	if u.b.Kind == batch.Units {
		return u.units()
	}
	u.stamps = map[id.ID]int64{}
	if err := u.each(func(r store.BatchRow) error {
		u.stamps[r.Object] = r.Stamp
		return nil
	}); err != nil {
		return err
	}
	if err := u.each(u.look); err != nil || len(*u.clashes) > 0 {
		return err
	}
	return u.eachBack(u.back)
}

// each calls f with the rows that were written, in order.
func (u *undoing) each(f func(store.BatchRow) error) error {
	for after := 0; ; {
		rows, err := u.tx.BatchRows(u.b.ID, "", after, pageRows)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			after = r.No
			if r.Outcome != batch.New && r.Outcome != batch.Changed {
				continue
			}
			if err := f(r); err != nil {
				return err
			}
		}
	}
}

// eachBack is each from the last row to the first.
func (u *undoing) eachBack(f func(store.BatchRow) error) error {
	for before := 1<<62 - 1; ; {
		rows, err := u.tx.BatchRowsBack(u.b.ID, before, pageRows)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			before = r.No
			if r.Outcome != batch.New && r.Outcome != batch.Changed {
				continue
			}
			if err := f(r); err != nil {
				return err
			}
		}
	}
}

// look finds out whether the person of a row is as the import left them.
func (u *undoing) look(r store.BatchRow) error {
	p, err := u.tx.Person(r.Object)
	if err != nil {
		return err
	}
	sealed, err := u.tx.Sealed(p.ID)
	if err != nil {
		return err
	}
	if stampOf(&p, &sealed) != u.stamps[r.Object] {
		u.clash(r.No, p.ID, p.Name, "import.clash.person")
	}
	return nil
}

// back takes one row back.
func (u *undoing) back(r store.BatchRow) error {
	p, err := u.tx.Person(r.Object)
	if err != nil {
		return err
	}
	if r.Outcome == batch.New && u.b.Kind != batch.Movements {
		return u.void(&p)
	}
	var d detail
	if err := json.Unmarshal(r.Detail, &d); err != nil || d.Undo == nil {
		return fault.E("transfer.Undo", fault.Internal, "", fmt.Errorf("row %d has no image: %w", r.No, err))
	}
	return u.restore(&p, d.Undo)
}

// void reverses everything a new person came by, marks the record as nobody's and frees the numbers.
func (u *undoing) void(p *person.Person) error {
	ms, err := u.tx.Movements(p.ID)
	if err != nil {
		return err
	}
	standing := ledger.Standing(ms)
	for n := len(standing) - 1; n >= 0; n-- {
		if _, err := u.tx.Reverse(p, standing[n], ledger.Since(ms, standing[n].ID)); err != nil {
			return err
		}
	}
	sealed, err := u.tx.Sealed(p.ID)
	if err != nil {
		return err
	}
	if err := u.tx.ReleaseKeys(p.ID, sealed); err != nil {
		return err
	}
	before := *p
	p.Void = true
	return u.tx.PutPerson(&before, p)
}

// restore gives a person the fields they had, and reverses the movement that told of the change.
func (u *undoing) restore(p *person.Person, image *undoImage) error {
	if image.Moved != 0 {
		if err := u.reverse(p, image); err != nil {
			return err
		}
	}
	before := *p
	was := image.Person
	was.ID, was.Key, was.Place, was.Branch, was.LastUnit, was.Since, was.Sector, was.Version = p.ID, p.Key, p.Place, p.Branch, p.LastUnit, p.Since, p.Sector, p.Version
	if err := u.tx.PutPerson(&before, &was); err != nil {
		return err
	}
	if u.b.Kind == batch.Movements {
		return nil
	}
	now, err := u.tx.Sealed(p.ID)
	if err != nil || now == image.Sealed {
		return err
	}
	return u.tx.PutSealed(p.ID, now, image.Sealed)
}

func (u *undoing) reverse(p *person.Person, image *undoImage) error {
	ms, err := u.tx.Movements(p.ID)
	if err != nil {
		return err
	}
	for _, m := range ledger.Standing(ms) {
		if m.ID != image.Moved {
			continue
		}
		if m.Was != nil { // the attributes go back with the movement
			was := image.Person
			p.Sex, p.Birth, p.Ethnic, p.Religion, p.Youth = was.Sex, was.Birth, was.Ethnic, was.Religion, was.Youth
			p.Occupation, p.Schooling, p.Expertise = was.Occupation, was.Schooling, was.Expertise
		}
		_, err := u.tx.Reverse(p, m, ledger.Since(ms, m.ID))
		return err
	}
	return fault.E("transfer.Undo", fault.Internal, "", fmt.Errorf("movement %d does not stand", image.Moved))
}
