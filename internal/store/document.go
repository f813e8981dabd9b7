package store

import (
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/document"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
)

const documentCols = `d.id, d.unit_id, d.kind, d.level, d.number, d.issuer, d.dated, d.title, d.in_from, d.in_to, d.spread, d.place, d.version`

func scanDocument(s db.Scanner, d *document.Document) error {
	var kind, level string
	err := s.Scan(&d.ID, &d.Unit, &kind, &level, &d.Number, &d.Issuer, &d.Dated, &d.Title, &d.From, &d.To, &d.Spread, &d.Place, &d.Version)
	d.Kind, d.Level = document.Kind(kind), document.Level(level)
	return err
}

// Document returns a document. It is not scoped: callers ask access with its unit.
func (tx *Tx) Document(i id.ID) (document.Document, error) {
	var d document.Document
	found := false
	err := tx.Each(tx.ctx, `SELECT `+documentCols+` FROM document d WHERE d.province_id = $1 AND d.id = $2`, []any{i.Province(), int64(i)}, func(s db.Scanner) error {
		found = true
		return scanDocument(s, &d)
	})
	if err == nil && !found {
		err = fault.E("store.Document", fault.NotFound, "document.notfound")
	}
	return d, err
}

// AddDocument stores a new document. One with the same number, issuer and date in the same register is a Conflict.
func (tx *Tx) AddDocument(d document.Document) error {
	n, err := tx.Exec(tx.ctx, `INSERT INTO document (province_id, id, unit_id, kind, level, number, issuer, dated, title, ident_key, in_from, in_to, spread, place, version, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15) ON CONFLICT (province_id, unit_id, ident_key) DO NOTHING`,
		d.ID.Province(), int64(d.ID), int64(d.Unit), string(d.Kind), string(d.Level), d.Number, d.Issuer, d.Dated, d.Title, d.Key(), d.From, d.To, d.Spread, d.Place, int64(tx.audit))
	if err == nil && n == 0 {
		return fault.E("store.AddDocument", fault.Conflict, "document.twice", d.Name())
	}
	return err
}

// DocumentByKey returns the document of a register with an identity, 0 when there is none.
func (tx *Tx) DocumentByKey(unit id.ID, key string) (i id.ID, err error) {
	err = tx.Each(tx.ctx, `SELECT d.id FROM document d WHERE d.province_id = $1 AND d.unit_id = $2 AND d.ident_key = $3`,
		[]any{unit.Province(), int64(unit), key}, func(s db.Scanner) error { return s.Scan(&i) })
	return i, err
}

// PutDocument stores what changed about a document when nobody changed it since it was read.
func (tx *Tx) PutDocument(d document.Document) error {
	n, err := tx.Exec(tx.ctx, `UPDATE document SET kind = $3, level = $4, number = $5, issuer = $6, dated = $7, title = $8, ident_key = $9, in_from = $10, in_to = $11,
		spread = $12, place = $13, version = version + 1, audit_id = $14 WHERE province_id = $1 AND id = $2 AND version = $15`,
		d.ID.Province(), int64(d.ID), string(d.Kind), string(d.Level), d.Number, d.Issuer, d.Dated, d.Title, d.Key(), d.From, d.To, d.Spread, d.Place, int64(tx.audit), d.Version)
	if err == nil && n == 0 {
		return fault.E("store.PutDocument", fault.Stale, "error.stale")
	}
	return err
}

// DocumentFilter narrows a list of documents.
type DocumentFilter struct {
	Kind  document.Kind // "" all
	On    day.Date      // 0, or the day on which they are in force
	Own   bool          // those of the unit itself, not of the units below it
	Above []id.ID       // units over the scope whose spread documents are shown too; 0 is the nation
	From  int           // rows to skip
	N     int           // rows at most
}

// Documents returns the documents of a scope's subtree and those spread from above, the newest first.
func (tx *Tx) Documents(sc access.Scope, f DocumentFilter) ([]document.Document, error) {
	if !sc.OK() {
		return nil, nil
	}
	u := sc.Unit()
	b := db.NewB(`SELECT `+documentCols+` FROM document d WHERE d.province_id = $1 AND (`, u.Province())
	if sc.Nation() || f.Own {
		b.Add(`d.unit_id = $1`, int64(u.ID))
	} else {
		b.Add(`d.unit_id IN (SELECT u.id FROM unit u WHERE u.province_id = $1 AND u.path >= $2 AND u.path < $3)`, u.Province(), u.Path, org.PathEnd(u.Path))
	}
	if !sc.Nation() && len(f.Above) > 0 {
		b.Add(`OR d.spread AND`)
		b.In(`d.unit_id`, anys(f.Above, func(i id.ID) any { return int64(i) }))
	}
	b.Add(`)`)
	if f.Kind != "" {
		b.Add(`AND d.kind = $1`, string(f.Kind))
	}
	if f.On != 0 {
		b.Add(`AND CASE WHEN d.in_from = 0 THEN d.dated ELSE d.in_from END <= $1 AND (d.in_to = 0 OR d.in_to >= $1)
			AND NOT EXISTS (SELECT 1 FROM document_link l WHERE l.province_id = d.province_id AND l.to_id = d.id AND l.relation = 'replaces')`, f.On)
	}
	b.Add(`ORDER BY d.dated DESC, d.id DESC LIMIT $1 OFFSET $2`, f.N, f.From)
	var ds []document.Document
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var d document.Document
		err := scanDocument(s, &d)
		ds = append(ds, d)
		return err
	})
	return ds, err
}

// Replaced returns which of some documents of a province another one replaces.
func (tx *Tx) Replaced(province int, docs []id.ID) (map[id.ID]bool, error) {
	gone := map[id.ID]bool{}
	for part := range slices.Chunk(docs, db.InMax) {
		b := db.NewB(`SELECT l.to_id FROM document_link l WHERE l.province_id = $1 AND l.relation = 'replaces' AND`, province)
		b.In(`l.to_id`, anys(part, func(i id.ID) any { return int64(i) }))
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var i id.ID
			err := s.Scan(&i)
			gone[i] = true
			return err
		}); err != nil {
			return nil, err
		}
	}
	return gone, nil
}

// Clauses returns the clauses of a document in their order.
func (tx *Tx) Clauses(doc id.ID) ([]document.Clause, error) {
	var cs []document.Clause
	err := tx.Each(tx.ctx, `SELECT c.no, c.parent_no, c.depth, c.label, c.text FROM document_clause c WHERE c.province_id = $1 AND c.document_id = $2 ORDER BY c.no`,
		[]any{doc.Province(), int64(doc)}, func(s db.Scanner) error {
			var c document.Clause
			err := s.Scan(&c.No, &c.Parent, &c.Depth, &c.Label, &c.Text)
			cs = append(cs, c)
			return err
		})
	return cs, err
}

var insertClauses = newRowsInsert(7, func() *db.B {
	return db.NewB(`INSERT INTO document_clause (province_id, document_id, no, parent_no, depth, label, text) VALUES`)
}, func(b *db.B, d []any) { b.Add(`($1, $2, $3, $4, $5, $6, $7)`, d...) },
	func(b *db.B, d []any) { b.Add(`, ($1, $2, $3, $4, $5, $6, $7)`, d...) }, noTail)

// PutClauses replaces the clauses of a document.
func (tx *Tx) PutClauses(doc id.ID, cs []document.Clause) error {
	if _, err := tx.Exec(tx.ctx, `DELETE FROM document_clause WHERE province_id = $1 AND document_id = $2`, doc.Province(), int64(doc)); err != nil {
		return err
	}
	_, err := tx.manyRows(insertClauses, len(cs), func(i int, row []any) {
		c := cs[i]
		row[0], row[1], row[2], row[3], row[4], row[5], row[6] = doc.Province(), int64(doc), c.No, c.Parent, c.Depth, c.Label, c.Text
	})
	return err
}

// Links returns the relations of a document in both directions.
func (tx *Tx) Links(doc id.ID) ([]document.Link, error) {
	var ls []document.Link
	err := tx.Each(tx.ctx, `SELECT l.from_id, l.relation, l.to_id, l.to_text FROM document_link l WHERE l.province_id = $1 AND (l.from_id = $2 OR l.to_id = $2)
		ORDER BY l.from_id, l.relation, l.to_id, l.to_text`,
		[]any{doc.Province(), int64(doc)}, func(s db.Scanner) error {
			var l document.Link
			var rel string
			err := s.Scan(&l.From, &rel, &l.To, &l.Text)
			l.Relation = document.Relation(rel)
			ls = append(ls, l)
			return err
		})
	return ls, err
}

// AddLink stores a relation; one that is there already stays.
func (tx *Tx) AddLink(l document.Link) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO document_link (province_id, from_id, relation, to_id, to_text, audit_id) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (province_id, from_id, relation, to_id, to_text) DO NOTHING`,
		l.From.Province(), int64(l.From), string(l.Relation), int64(l.To), l.Text, int64(tx.audit))
	return err
}

// DropLink removes a relation.
func (tx *Tx) DropLink(l document.Link) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM document_link WHERE province_id = $1 AND from_id = $2 AND relation = $3 AND to_id = $4 AND to_text = $5`,
		l.From.Province(), int64(l.From), string(l.Relation), int64(l.To), l.Text)
	return err
}

// DocumentsNumbered returns the documents of a province whose number, alone or with the date, is a text. A number is no
// identity, so there may be several. It is not scoped: callers ask access with each one's unit.
func (tx *Tx) DocumentsNumbered(province int, text string) ([]document.Document, error) {
	number, _, _ := strings.Cut(text, " ngày ")
	var ds []document.Document
	err := tx.Each(tx.ctx, `SELECT `+documentCols+` FROM document d WHERE d.province_id = $1 AND d.number = $2 ORDER BY d.id`, []any{province, number}, func(s db.Scanner) error {
		var d document.Document
		err := scanDocument(s, &d)
		ds = append(ds, d)
		return err
	})
	return ds, err
}
