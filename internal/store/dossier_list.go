package store

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
)

// DossierFilter narrows a list of dossiers. The zero value is every live one.
type DossierFilter struct {
	States []dossier.State // none: those that are live
	Kind   dossier.Kind    // "": both
	Late   day.Date        // only those with something overdue on that day; 0: all
	Of     id.ID           // only those this account follows; 0: all
}

// states are the states a filter wants.
func (f DossierFilter) states() []any {
	if len(f.States) == 0 {
		f.States = slices.DeleteFunc(slices.Clone(dossier.States), func(s dossier.State) bool { return !s.Live() })
	}
	return anys(f.States, func(s dossier.State) any { return string(s) })
}

// live reports whether only people inside the system can be in the list.
func (f DossierFilter) live() bool {
	return !slices.ContainsFunc(f.States, func(s dossier.State) bool { return !s.Live() })
}

// DossierRow is one line of a list of dossiers.
type DossierRow struct {
	Dossier  dossier.Dossier // without acts
	Name     string          // of the person
	Birth    day.Date
	Unit     id.ID
	UnitName string
}

// DossierPage is a page of a list; Next is the cursor of the one after, "" at the end.
type DossierPage struct {
	Rows []DossierRow
	Next string
}

// DossierList lists the dossiers of a scope, those that stand longest in their state first.
func (tx *Tx) DossierList(sc access.Scope, f DossierFilter, after string, limit int) (DossierPage, error) {
	var page DossierPage
	moved, last, err := parseDossierCursor(after)
	if err != nil {
		return page, err
	}
	as, err := tx.areas(sc)
	if err != nil {
		return page, err
	}
	for _, a := range as {
		b := db.NewB(`SELECT ` + dossierCols + `, p.name, p.birth, p.unit_id, uu.name`)
		f.from(b, a)
		b.Add(`AND (d.moved, d.id) > ($1, $2) ORDER BY d.moved, d.id LIMIT $3`, int32(moved), int64(last), limit+1)
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var r DossierRow
			err := scanDossier(tailed{s, []any{&r.Name, &r.Birth, &r.Unit, &r.UnitName}}, &r.Dossier)
			page.Rows = append(page.Rows, r)
			return err
		}); err != nil {
			return page, err
		}
	}
	slices.SortFunc(page.Rows, func(a, b DossierRow) int {
		return cmp.Or(cmp.Compare(a.Dossier.Moved, b.Dossier.Moved), cmp.Compare(a.Dossier.ID, b.Dossier.ID))
	})
	if len(page.Rows) > limit {
		page.Rows = page.Rows[:limit]
		d := page.Rows[limit-1].Dossier
		page.Next = base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d", d.Moved, d.ID))
	}
	return page, nil
}

func parseDossierCursor(s string) (moved day.Date, last id.ID, err error) {
	if s == "" {
		return 0, 0, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		_, err = fmt.Sscanf(string(b), "%d %d", &moved, &last)
	}
	if err != nil {
		return 0, 0, fault.E("store.parseDossierCursor", fault.Invalid, "people.cursor", err)
	}
	return moved, last, nil
}

// from adds FROM and WHERE. The unit of a dossier is that of its person today. A whole province is read
// by state; a part of it through its units, where live dossiers are those of people before the end.
func (f DossierFilter) from(b *db.B, a area) {
	p := a.province()
	switch {
	case a.whole():
		b.Add(`FROM dossier d JOIN person p ON p.province_id = d.province_id AND p.id = d.person_id
			JOIN unit uu ON uu.province_id = p.province_id AND uu.id = p.unit_id
			WHERE d.province_id = $1 AND p.province_id = $2 AND uu.province_id = $3 AND`, p, p, p)
	case f.live():
		b.Add(`FROM unit uu JOIN person p ON p.province_id = uu.province_id AND p.unit_id = uu.id AND p.stage IN (1, 2, 3, 4, 5)
			JOIN dossier d ON d.province_id = p.province_id AND d.person_id = p.id AND d.closed = 0
			WHERE uu.province_id = $1 AND uu.path >= $2 AND uu.path < $3 AND p.province_id = $4 AND d.province_id = $5 AND`,
			p, a.unit.Path, org.PathEnd(a.unit.Path), p, p)
	default:
		b.Add(`FROM unit uu JOIN person p ON p.province_id = uu.province_id AND p.unit_id = uu.id
			JOIN dossier d ON d.province_id = p.province_id AND d.person_id = p.id
			WHERE uu.province_id = $1 AND uu.path >= $2 AND uu.path < $3 AND p.province_id = $4 AND d.province_id = $5 AND`,
			p, a.unit.Path, org.PathEnd(a.unit.Path), p, p)
	}
	b.In(`d.state`, f.states())
	f.more(b, p)
}

// more adds what is asked beside states and area.
func (f DossierFilter) more(b *db.B, province int) {
	if f.Kind != "" {
		b.Add(`AND d.kind = $1`, string(f.Kind))
	}
	if f.Of != 0 {
		b.Add(`AND EXISTS (SELECT 1 FROM app_watch w WHERE w.user_id = $1 AND w.province_id = $2 AND w.person_id = d.person_id)`, int64(f.Of), province)
	}
	if f.Late != 0 {
		b.Add(`AND EXISTS (SELECT 1 FROM obligation o WHERE o.province_id = $1 AND o.person_id = d.person_id AND o.dossier_id = d.id
			AND +o.closed_on = 0 AND NOT o.waits AND +o.due_on < $2)`, province, int32(f.Late))
	}
}

// DossierCount is how many dossiers stand in a state, and since when the one that stands longest.
type DossierCount struct {
	State  dossier.State
	N      int64
	Late   int64 // of them with something overdue, when that was asked for
	Oldest day.Date
}

// DossierBoard counts the dossiers of a scope by state. The list of a state has as many rows.
func (tx *Tx) DossierBoard(sc access.Scope, f DossierFilter) ([]DossierCount, error) {
	as, err := tx.areas(sc)
	if err != nil {
		return nil, err
	}
	by := map[dossier.State]DossierCount{}
	for _, a := range as {
		b := db.NewB(`SELECT d.state, COUNT(1), MIN(d.moved)`)
		if a.whole() {
			b.Add(`FROM dossier d WHERE d.province_id = $1 AND`, a.province()).In(`d.state`, f.states())
			f.more(b, a.province())
		} else {
			f.from(b, a)
		}
		b.Add(`GROUP BY d.state`)
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var state string
			var n int64
			var oldest day.Date
			if err := s.Scan(&state, &n, &oldest); err != nil {
				return err
			}
			c := by[dossier.State(state)]
			if c.Oldest == 0 || oldest < c.Oldest {
				c.Oldest = oldest
			}
			c.State, c.N = dossier.State(state), c.N+n
			by[c.State] = c
			return nil
		}); err != nil {
			return nil, err
		}
	}
	var out []DossierCount
	for _, s := range dossier.States {
		if c, ok := by[s]; ok {
			out = append(out, c)
		}
	}
	return out, nil
}
