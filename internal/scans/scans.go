// Package scans is the service on copies of papers (services floor). It is off until the operator of a
// deployment allows it: papers lie in the cell's cupboard, and the program only knows where.
package scans

import (
	"bytes"
	"context"
	"crypto/sha256"
	"path"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/approvals"
	"ketnap/internal/audit"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// Service keeps and shows copies of papers.
type Service struct{ st *store.Store }

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st} }

const (
	settingKey = "scans.allowed"
	yes        = "yes"
	maxScans   = 60  // of one dossier
	maxName    = 120 // runes of a file name

	bodies = "dossier_scan_body.sealed" // what consent to copies covers
)

// Allowed reports whether the deployment keeps copies of papers.
func (s *Service) Allowed(ctx context.Context) (ok bool, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		ok, err = allowed(tx)
		return err
	})
	return ok, err
}

func allowed(tx *store.Tx) (bool, error) {
	v, err := tx.Setting(settingKey)
	return v == yes, err
}

// MustKeep refuses to take a file where the deployment keeps none. Other services that take files ask it first.
func MustKeep(tx *store.Tx) error {
	ok, err := allowed(tx)
	if err == nil && !ok {
		err = fault.E("scans.MustKeep", fault.Forbidden, "scan.off")
	}
	return err
}

// Allow turns the keeping of copies on or off. Only the operator at the console may. Copies that are
// kept already stay readable.
func (s *Service) Allow(ctx context.Context, who access.Actor, on bool) error {
	if who.User != 0 || !who.Anywhere(access.ManageUsers) {
		return fault.E("scans.Allow", fault.Forbidden, "error.forbidden")
	}
	v := "no"
	if on {
		v = yes
	}
	return s.st.Update(ctx, audit.Of(who, "scan.allow", 0, 0).With(v), func(tx *store.Tx) error { return tx.PutSetting(settingKey, v) })
}

// List returns the copies kept for a person's latest dossier; the actor may write for the unit.
func (s *Service) List(ctx context.Context, who access.Actor, person id.ID) (list []dossier.Scan, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		d, err := find(tx, who, access.Write, person)
		if err == nil {
			list, err = tx.Scans(d.ID)
		}
		return err
	})
	return list, err
}

// Add keeps a copy of a paper of the dossier.
func (s *Service) Add(ctx context.Context, who access.Actor, person id.ID, paper, name string, data []byte) (dossier.Scan, error) {
	const op = "scans.Add"
	media, err := dossier.ScanType(data)
	if err != nil {
		return dossier.Scan{}, err
	}
	sum := sha256.Sum256(data)
	c := dossier.Scan{Paper: paper, Name: FileName(name), Type: media, Size: len(data), Sum: sum[:], By: who.Name}
	err = s.st.Update(ctx, audit.Of(who, "scan.add", person.Province(), person).With(paper), func(tx *store.Tx) error {
		if err := MustKeep(tx); err != nil {
			return err
		}
		d, err := find(tx, who, access.Write, person)
		if err != nil {
			return err
		}
		if err := tx.Consented(person, bodies); err != nil {
			return err
		}
		kept, err := tx.Scans(d.ID)
		if err != nil {
			return err
		}
		if len(kept) >= maxScans {
			return fault.E(op, fault.Conflict, "scan.many", maxScans)
		}
		for _, k := range kept {
			if k.Paper == paper && bytes.Equal(k.Sum, c.Sum) {
				return fault.E(op, fault.Conflict, "scan.twice", k.Name)
			}
		}
		c.Dossier = d.ID
		return tx.AddScan(&c, data)
	})
	return c, err
}

// Read opens a copy. It shows personal data, so it is noted who looked at whose.
func (s *Service) Read(ctx context.Context, who access.Actor, person, scan id.ID) (c dossier.Scan, data []byte, err error) {
	err = s.st.Update(ctx, audit.Of(who, "scan.read", person.Province(), person).With(scan.String()), func(tx *store.Tx) error {
		d, err := find(tx, who, access.Reveal, person)
		if err != nil {
			return err
		}
		if err := tx.Consented(person, bodies); err != nil {
			return err
		}
		if c, err = one(tx, d, scan); err != nil {
			return err
		}
		if err := approvals.SpendReveal(tx, who); err != nil {
			return err
		}
		data, err = tx.ScanBody(c)
		return err
	})
	return c, data, err
}

// Drop takes a copy away.
func (s *Service) Drop(ctx context.Context, who access.Actor, person, scan id.ID, reason string) error {
	const op = "scans.Drop"
	if reason = vi.NFC(strings.TrimSpace(reason)); len([]rune(reason)) < 3 {
		return fault.E(op, fault.Invalid, "movement.reason_missing").Field("reason", "movement.reason_missing")
	}
	return s.st.Update(ctx, audit.Of(who, "scan.drop", person.Province(), person).With(scan.String()+": "+reason), func(tx *store.Tx) error {
		d, err := find(tx, who, access.Write, person)
		if err != nil {
			return err
		}
		c, err := one(tx, d, scan)
		if err != nil {
			return err
		}
		return tx.DropScan(c)
	})
}

// find returns the dossier of a person at whose unit the actor has a right.
func find(tx *store.Tx, who access.Actor, right access.Right, person id.ID) (dossier.Dossier, error) {
	const op = "scans.find"
	missing := fault.E(op, fault.NotFound, "person.notfound")
	p, err := tx.Person(person)
	if err != nil {
		return dossier.Dossier{}, err
	}
	var u org.Unit
	if u, err = tx.Unit(p.LastUnit); err != nil {
		return dossier.Dossier{}, err
	}
	if err := who.Must(right, u); err != nil {
		if fault.Is(err, fault.NotFound) {
			err = missing
		}
		return dossier.Dossier{}, err
	}
	if right != access.Read {
		if err := tx.Free(who, person); err != nil {
			return dossier.Dossier{}, err
		}
	}
	d, known, err := tx.DossierOf(person)
	if err == nil && !known {
		err = fault.E(op, fault.NotFound, "dossier.notfound")
	}
	return d, err
}

// one finds a copy among those of a dossier, so that no other's can be reached through it.
func one(tx *store.Tx, d dossier.Dossier, scan id.ID) (dossier.Scan, error) {
	list, err := tx.Scans(d.ID)
	for _, c := range list {
		if c.ID == scan {
			return c, nil
		}
	}
	if err == nil {
		err = fault.E("scans.one", fault.NotFound, "scan.notfound")
	}
	return dossier.Scan{}, err
}

// FileName keeps of a file name what a name needs: no folders, no control characters, a bounded length.
func FileName(name string) string {
	name = path.Base(strings.ReplaceAll(vi.NFC(name), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`"<>|:*?`, r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, name)
	if rs := []rune(name); len(rs) > maxName {
		name = string(rs[:maxName])
	}
	if name == "" || name == "." || name == "/" {
		return "ban-chup"
	}
	return name
}
