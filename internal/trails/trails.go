// Package trails is the service on the audit trail: reading it within one's scope, sealing and verifying it (services floor).
package trails

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

// Service reads, seals and verifies the audit trail.
type Service struct{ st *store.Store }

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st} }

// Find is what somebody looks for in the trail of a unit's subtree.
type Find struct {
	Unit     id.ID // 0 is the nation
	Login    string
	Area     string // "user", "person", … ; "" is everything
	From, To time.Time
	Before   id.ID // the page after this line
	Size     int
}

// Line is a line of the trail (dòng nhật ký).
type Line struct {
	audit.Row
	Object  string // name of the unit, login of the account, file of the import; "" when the object is something else
	Person  bool   // the object is a person, and Object the unit they are in
	Account bool   // the object is an account
	Import  bool   // the object is an import
	Place   string // name of the unit of a role that was given or taken away
}

// Page is lines of the trail, newest first.
type Page struct {
	Unit  org.Unit
	Lines []Line
	Next  id.ID // where the next page begins, 0 at the end
}

// readAtMost bounds how many lines are read for one page when most lie outside the scope.
const readAtMost = 5000

// Search returns what was done at a unit and below it. Who inspects a whole province also sees what has no place in the tree (accounts,
// batches); who inspects less sees only what was done to units and people there.
func (s *Service) Search(ctx context.Context, who access.Actor, f Find) (Page, error) {
	var p Page
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(f.Unit)
		if err == nil {
			err = who.Must(access.Inspect, u)
		}
		if err != nil {
			return err
		}
		p = Page{Unit: u}
		q := store.TrailFilter{Province: u.Province(), Area: f.Area, Before: f.Before, AtMost: f.Size + 1}
		if !f.From.IsZero() {
			q.From = f.From.UnixMilli()
		}
		if !f.To.IsZero() {
			q.To = f.To.UnixMilli()
		}
		if f.Login != "" {
			account, err := tx.UserByLogin(f.Login)
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			q.Actor = account.ID
		}
		return p.fill(tx, q, f.Size, u.ID == 0 || u.Parent == 0)
	})
	if err == nil {
		err = s.st.Access(ctx, audit.Of(who, "audit.search", f.Unit.Province(), f.Unit))
	}
	if err != nil {
		return Page{}, err
	}
	return p, nil
}

// fill reads lines until the page is full.
func (p *Page) fill(tx *store.Tx, q store.TrailFilter, size int, whole bool) error {
	for read := 0; read < readAtMost; {
		rows, err := tx.Entries(q)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if len(p.Lines) == size {
				p.Next = p.Lines[size-1].ID
				return nil
			}
			l, inside, err := p.place(tx, r)
			if err != nil {
				return err
			}
			if whole || inside {
				p.Lines = append(p.Lines, l)
			}
			q.Before = r.ID
		}
		if read += len(rows); len(rows) < q.AtMost {
			return nil
		}
		p.Next = q.Before
	}
	return nil
}

// place says what a line's object is, and whether it stands in the subtree.
func (p *Page) place(tx *store.Tx, r audit.Row) (Line, bool, error) {
	l := Line{Row: r}
	if r.Entry.Object == 0 {
		return l, false, nil
	}
	at := r.Entry.Object
	if x, err := tx.Person(at); err == nil {
		l.Person, at = true, x.Place.Unit
	} else if !fault.Is(err, fault.NotFound) {
		return l, false, err
	}
	u, err := tx.Unit(at)
	if fault.Is(err, fault.NotFound) {
		return l, false, l.name(tx)
	}
	if err != nil {
		return l, false, err
	}
	l.Object = u.Name
	return l, len(u.Path) >= len(p.Unit.Path) && u.Path[:len(p.Unit.Path)] == p.Unit.Path, nil
}

// name says what a line is about that has no place in the tree: an account with the place of its role, an import.
func (l *Line) name(tx *store.Tx) error {
	area, _, _ := strings.Cut(l.Action, ".")
	switch area {
	case "user":
		u, err := tx.User(l.Entry.Object)
		if err != nil {
			return missing(err)
		}
		l.Object, l.Account = u.Login, u.Person == 0
		if _, at, ok := strings.Cut(l.Detail, "@ "); ok {
			at, _, _ = strings.Cut(at, " ")
			place, err := tx.Unit(id.Parse(at))
			l.Place = place.Name
			return missing(err)
		}
	case "import":
		b, err := tx.Batch(l.Entry.Object)
		l.Object, l.Import = b.File, err == nil
		return missing(err)
	}
	return nil
}

// missing lets what is no longer there, or never was, go without a name.
func missing(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// sealEvery is how often the trail is sealed while a server runs: what is cut off within this time is seen by the second sink only.
const sealEvery = 10 * time.Second

// KeepSealed seals the trail every few seconds until ctx ends, and once more then.
func (s *Service) KeepSealed(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(sealEvery)
	defer tick.Stop()
	for last := false; ; {
		end := context.WithoutCancel(ctx)
		if _, err := s.st.SealAudit(end); err != nil {
			log.Error("the audit trail cannot be sealed", "error", err)
		}
		if last {
			return
		}
		select {
		case <-ctx.Done():
			last = true
		case <-tick.C:
		}
	}
}

// Seal seals everything that is new.
func (s *Service) Seal(ctx context.Context) ([]audit.Seal, error) { return s.st.SealAudit(ctx) }

// Head returns the newest seals of the province of a unit, of all for the nation: whoever keeps them elsewhere can tell later that nothing
// before them was changed. They hold no personal data.
func (s *Service) Head(ctx context.Context, who access.Actor, unit id.ID) (seals []audit.Seal, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err == nil {
			err = who.Must(access.Read, u)
		}
		if err != nil {
			return err
		}
		seals, err = tx.NewestSeals(u.Province())
		return err
	})
	if err == nil {
		err = s.st.Access(ctx, audit.Of(who, "audit.head", unit.Province(), unit))
	}
	return seals, err
}

// Verify checks the whole trail, against a file of the second sink when there is one.
func (s *Service) Verify(ctx context.Context, log io.Reader, report func(store.Tamper) error) (store.Trail, error) {
	return s.st.VerifyAudit(ctx, log, report)
}

// Key is the public key that checks seals elsewhere.
func (s *Service) Key() string { return s.st.AuditKey() }
