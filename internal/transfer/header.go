package transfer

import (
	"context"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/xlsx"
)

// SheetView is one sheet of a file as the choice among them shows it.
type SheetView struct {
	Index  int
	Name   string
	Hidden bool
	Fields int // columns recognised; the sheet with most is suggested
}

// Sheets lists the sheets of an import's file and says how many columns of its kind each has.
func (s *Service) Sheets(ctx context.Context, who access.Actor, i id.ID) ([]SheetView, error) {
	b, _, err := s.Batch(ctx, who, i)
	if err != nil {
		return nil, err
	}
	book, err := s.open(ctx, b)
	if err != nil {
		return nil, err
	}
	return sheetsOf(book, b.Kind), nil
}

func sheetsOf(book *xlsx.Book, k batch.Kind) []SheetView {
	var views []SheetView
	for n, sh := range book.Sheets() {
		v := SheetView{Index: n, Name: sh.Name, Hidden: sh.Hidden}
		if top, err := topRows(book, n); err == nil {
			if h, ok := batch.FindHeader(k, top); ok {
				v.Fields = h.Fields()
			}
		}
		views = append(views, v)
	}
	return views
}

// bestSheet is the sheet that looks most like the kind; a hidden one only when no other has a header.
func bestSheet(views []SheetView) int {
	best := 0
	weight := func(v SheetView) int {
		if v.Hidden {
			return v.Fields - 1000
		}
		return v.Fields
	}
	for i, v := range views {
		if weight(v) > weight(views[best]) {
			best = i
		}
	}
	return best
}

// sampleRows is how many rows below the header are shown beside the choice of columns.
const sampleRows = 5

// topRows reads the first rows of a sheet: those a header may stand in, and samples behind them.
func topRows(book *xlsx.Book, sheet int) ([]batch.TopRow, error) {
	var top []batch.TopRow
	for row, err := range book.Rows(sheet) {
		if err != nil {
			return nil, err
		}
		top = append(top, batch.TopRow{Num: row.Num, Cells: slices.Clone(row.Cells)})
		if len(top) >= batch.HeadRows+sampleRows+3 {
			break
		}
	}
	return top, nil
}

// Match is the header of a sheet with what its columns were taken for.
type Match struct {
	Sheet      int
	Header     batch.Header
	Columns    []MatchColumn
	Remembered bool         // from an earlier import of the same template
	Lacking    []batch.Code // starred fields without a column
}

// MatchColumn is one column with values below it.
type MatchColumn struct {
	batch.Column
	Samples []string
}

// Match finds the header of a sheet; sheet -1 is the one that fits best.
func (s *Service) Match(ctx context.Context, who access.Actor, i id.ID, sheet int) (Match, error) {
	const op = "transfer.Match"
	b, _, err := s.Batch(ctx, who, i)
	if err != nil {
		return Match{}, err
	}
	book, err := s.open(ctx, b)
	if err != nil {
		return Match{}, err
	}
	if sheet < 0 {
		sheet = bestSheet(sheetsOf(book, b.Kind))
	}
	if sheet >= len(book.Sheets()) {
		return Match{}, fault.E(op, fault.Invalid, "xlsx.nosheet")
	}
	top, err := topRows(book, sheet)
	if err != nil {
		return Match{}, err
	}
	h, ok := batch.FindHeader(b.Kind, top)
	m := Match{Sheet: sheet, Header: h}
	if !ok {
		return m, fault.E(op, fault.Invalid, "import.no_header", book.Sheets()[sheet].Name, batch.HeadRows)
	}
	var known map[int]batch.Code
	err = s.st.View(ctx, func(tx *store.Tx) error {
		known, err = tx.ImportTemplate(b.Province(), b.Kind, h.Signature)
		return err
	})
	if err != nil {
		return m, err
	}
	m.Remembered = known != nil
	m.fill(b.Kind, known, top)
	b.Options.Columns = m.Header.Mapping()
	m.Lacking = batch.Lacking(b.Kind, b.Options)
	return m, nil
}

// fill completes a match with remembered columns and samples.
func (m *Match) fill(k batch.Kind, known map[int]batch.Code, top []batch.TopRow) {
	for n := range m.Header.Columns {
		c := &m.Header.Columns[n]
		if known != nil {
			c.Field = ""
			if _, ok := batch.FieldOf(k, known[c.Col]); ok {
				c.Field, c.Sure = known[c.Col], true
			}
		}
		mc := MatchColumn{Column: *c}
		for _, r := range top {
			if r.Num < m.Header.Row+m.Header.Depth || c.Col >= len(r.Cells) || len(mc.Samples) == 3 {
				continue
			}
			if t := r.Cells[c.Col].Text; t != "" && !slices.Contains(mc.Samples, t) {
				mc.Samples = append(mc.Samples, t)
			}
		}
		m.Columns = append(m.Columns, mc)
	}
}

// Mapping is what the user confirmed about a sheet.
type Mapping struct {
	Sheet      int
	Columns    map[int]batch.Code // nil: as found
	AsOf       day.Date           // 0: today
	Incomplete bool
}

// Map stores which columns mean what, and remembers it for the next file made from the same template.
// Lacking starred columns are a fault whose fields name them.
func (s *Service) Map(ctx context.Context, who access.Actor, i id.ID, m Mapping) (batch.Batch, error) {
	found, err := s.Match(ctx, who, i, m.Sheet)
	if err != nil {
		return batch.Batch{}, err
	}
	if m.Columns == nil {
		m.Columns = found.Header.Mapping()
	}
	return s.change(ctx, who, i, "import.map", func(tx *store.Tx, b *batch.Batch) error {
		if err := move(b, batch.Mapped); err != nil {
			return err
		}
		b.Sheet, b.Template, b.Lease, b.Done, b.Counts, b.Report = found.Sheet, found.Header.Signature, 0, 0, batch.Counts{}, batch.Report{}
		b.Options.AsOf, b.Options.Incomplete, b.Options.Columns = m.AsOf, m.Incomplete, m.Columns
		b.Options.Head, b.Options.Depth = found.Header.Row, found.Header.Depth
		if b.Options.AsOf == 0 {
			b.Options.AsOf = tx.Today
		}
		if b.Kind == batch.Members || b.Kind == batch.Pool {
			u, err := tx.Unit(b.Unit)
			if err != nil {
				return err
			}
			below, err := tx.HasUnitsBelow(u)
			if err != nil {
				return err
			}
			b.Options.OneUnit = !below
		}
		if err := checkMapping(tx, b); err != nil {
			return err
		}
		if err := tx.DropBatchRows(b.ID); err != nil {
			return err
		}
		return tx.PutImportTemplate(b.Province(), b.Kind, b.Template, m.Columns)
	})
}

func checkMapping(tx *store.Tx, b *batch.Batch) error {
	const op = "transfer.Map"
	m := b.Options
	f := fault.E(op, fault.Invalid, "import.columns_lacking")
	for _, c := range batch.Lacking(b.Kind, m) {
		f.Field(string(c), "import.column_lacking", batch.HeadOf(b.Kind, c))
	}
	seen := map[batch.Code]bool{}
	for col, c := range m.Columns {
		if _, ok := batch.FieldOf(b.Kind, c); !ok || seen[c] {
			f.Field("c"+xlsx.ColName(col), "import.column_twice", batch.HeadOf(b.Kind, c))
		}
		seen[c] = true
	}
	if m.AsOf > tx.Today {
		f.Field("as_of", "import.as_of_future", m.AsOf)
	}
	closed, err := tx.ClosedTo(b.Province())
	if err != nil {
		return err
	}
	if m.AsOf != 0 && m.AsOf <= closed && (b.Kind == batch.Members || b.Kind == batch.Pool) {
		f.Field("as_of", "ledger.period_closed", closed)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// Name is the letters of the column in the file.
func (c MatchColumn) Name() string { return xlsx.ColName(c.Col) }
