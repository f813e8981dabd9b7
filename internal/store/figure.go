package store

import (
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/target"
)

const figureCols = `f.id, f.document_id, f.clause, f.at, f.quote, f.indicator, f.slice, f.kind, f.op, f.low, f.high, f.places, f.counted, f.part_of, f.relation,
	f.span, f.span_from, f.span_to, f.as_of, f.as_of_to, f.yearly, f.base, f.base_on, f.base_n, f.truncated, f.campaign, f.version`

func scanFigure(s db.Scanner, f *target.Figure) error {
	var kind, op, relation, span string
	err := s.Scan(&f.ID, &f.Document, &f.Clause, &f.At, &f.Quote, &f.Indicator, &f.Slice, &kind, &op, &f.Value.Low, &f.Value.High, &f.Value.Places, &f.Value.Counted,
		&f.PartOf, &relation, &span, &f.Span.From, &f.Span.To, &f.Span.AsOf, &f.Span.AsOfTo, &f.Span.Yearly, &f.Base.Text, &f.Base.On, &f.Base.N, &f.Truncated, &f.Campaign, &f.Version)
	f.Kind, f.Value.Op, f.Relation, f.Span.Kind, f.Published = target.Kind(kind), target.Op(op), target.Relation(relation), target.SpanKind(span), true
	return err
}

// DocFigures returns the numbers of a document that were confirmed or, without a kind, set aside, in the order of the text.
func (tx *Tx) DocFigures(doc id.ID) ([]target.Figure, error) {
	return tx.figures(db.NewB(`SELECT `+figureCols+` FROM document_figure f WHERE f.province_id = $1 AND f.document_id = $2 ORDER BY f.clause, f.at, f.id`, doc.Province(), int64(doc)))
}

func (tx *Tx) figures(b *db.B) ([]target.Figure, error) {
	var fs []target.Figure
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var f target.Figure
		err := scanFigure(s, &f)
		fs = append(fs, f)
		return err
	})
	return fs, err
}

// Figure returns one number of a document. It is not scoped: callers ask access with its document.
func (tx *Tx) Figure(i id.ID) (target.Figure, error) {
	fs, err := tx.figures(db.NewB(`SELECT `+figureCols+` FROM document_figure f WHERE f.province_id = $1 AND f.id = $2`, i.Province(), int64(i)))
	if err == nil && len(fs) == 0 {
		return target.Figure{}, fault.E("store.Figure", fault.NotFound, "document.figure_notfound")
	}
	if err != nil {
		return target.Figure{}, err
	}
	return fs[0], nil
}

// AddFigure stores a number of a document.
func (tx *Tx) AddFigure(f target.Figure) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO document_figure (province_id, id, document_id, clause, at, quote, indicator, slice, kind, op, low, high, places, counted, part_of,
		relation, span, span_from, span_to, as_of, as_of_to, yearly, base, base_on, base_n, truncated, campaign, version, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, 1, $28)`,
		f.ID.Province(), int64(f.ID), int64(f.Document), f.Clause, f.At, f.Quote, f.Indicator, f.Slice, string(f.Kind), string(f.Value.Op), f.Value.Low, f.Value.High,
		f.Value.Places, f.Value.Counted, int64(f.PartOf), string(f.Relation), string(f.Span.Kind), f.Span.From, f.Span.To, f.Span.AsOf, f.Span.AsOfTo, f.Span.Yearly,
		f.Base.Text, f.Base.On, f.Base.N, f.Truncated, f.Campaign, int64(tx.audit))
	return err
}

// DropFigure removes a number of a document, so that it is offered again.
func (tx *Tx) DropFigure(i id.ID) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM document_figure WHERE province_id = $1 AND id = $2`, i.Province(), int64(i))
	return err
}

// FiguresOf returns the confirmed numbers of every document in a register of a unit, for checks across documents.
func (tx *Tx) FiguresOf(unit id.ID) ([]target.Figure, error) {
	return tx.figures(db.NewB(`SELECT `+figureCols+` FROM document_figure f, document d WHERE f.province_id = $1 AND d.province_id = $1 AND d.unit_id = $2
		AND f.document_id = d.id AND f.kind <> '' ORDER BY f.document_id, f.clause, f.at, f.id`, unit.Province(), int64(unit)))
}

// Indicator is what a committee counts beside what the program counts itself (chỉ số tự đặt).
type Indicator struct {
	Code, Name, Definition string
	Counting               string // the counting rule in words
	Counted                string // unit of count
	Rule                   string // code of what the program counts it from (target.ParseRule), "" when it does not
	Slices                 string // codes of the groups it may be told apart by (target.ParseGroups)
	Version                int64
}

// Indicators returns the indicators written down in a province.
func (tx *Tx) Indicators(province int) ([]Indicator, error) {
	var is []Indicator
	err := tx.Each(tx.ctx, `SELECT i.code, i.name, i.definition, i.counting, i.counted, i.rule, i.slices, i.version FROM indicator i WHERE i.province_id = $1 ORDER BY i.code`,
		[]any{province}, func(s db.Scanner) error {
			var i Indicator
			err := s.Scan(&i.Code, &i.Name, &i.Definition, &i.Counting, &i.Counted, &i.Rule, &i.Slices, &i.Version)
			is = append(is, i)
			return err
		})
	return is, err
}

// AddIndicator writes down an indicator; its code is never used twice.
func (tx *Tx) AddIndicator(province int, i Indicator) error {
	n, err := tx.Exec(tx.ctx, `INSERT INTO indicator (province_id, code, name, definition, counting, counted, rule, slices, version, audit_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)
		ON CONFLICT (province_id, code) DO NOTHING`, province, i.Code, i.Name, i.Definition, i.Counting, i.Counted, i.Rule, i.Slices, int64(tx.audit))
	if err == nil && n == 0 {
		return fault.E("store.AddIndicator", fault.Conflict, "indicator.twice", i.Code)
	}
	return err
}

// PutIndicator stores what changed about an indicator when nobody changed it since it was read. Its code stays.
func (tx *Tx) PutIndicator(province int, i Indicator) error {
	n, err := tx.Exec(tx.ctx, `UPDATE indicator SET name = $3, definition = $4, counting = $5, counted = $6, rule = $7, slices = $8, version = version + 1, audit_id = $9
		WHERE province_id = $1 AND code = $2 AND version = $10`, province, i.Code, i.Name, i.Definition, i.Counting, i.Counted, i.Rule, i.Slices, int64(tx.audit), i.Version)
	if err == nil && n == 0 {
		return fault.E("store.PutIndicator", fault.Stale, "error.stale")
	}
	return err
}

// IndicatorUsed reports whether a number of a document counts an indicator.
func (tx *Tx) IndicatorUsed(province int, code string) (bool, error) {
	var n int64
	err := tx.Row(tx.ctx, `SELECT COUNT(1) FROM document_figure f WHERE f.province_id = $1 AND f.indicator = $2`, []any{province, code}, &n)
	return n > 0, err
}

// Seen is a finding that somebody looked at and went on.
type Seen struct {
	Finding, Reason, By string
	At                  int64 // unix ms
}

// SeenFindings returns the findings about an object that were acknowledged, by their id.
func (tx *Tx) SeenFindings(object id.ID) (map[string]Seen, error) {
	seen := map[string]Seen{}
	err := tx.Each(tx.ctx, `SELECT s.finding, s.reason, s.by_name, s.at FROM finding_seen s WHERE s.province_id = $1 AND s.object_id = $2`,
		[]any{object.Province(), int64(object)}, func(s db.Scanner) error {
			var x Seen
			err := s.Scan(&x.Finding, &x.Reason, &x.By, &x.At)
			seen[x.Finding] = x
			return err
		})
	return seen, err
}

// AddSeen writes down that somebody went on past a finding.
func (tx *Tx) AddSeen(object id.ID, s Seen) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO finding_seen (province_id, object_id, finding, reason, by_name, at, audit_id) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (province_id, object_id, finding) DO UPDATE SET reason = excluded.reason, by_name = excluded.by_name, at = excluded.at, audit_id = excluded.audit_id`,
		object.Province(), int64(object), s.Finding, s.Reason, s.By, tx.Now, int64(tx.audit))
	return err
}
