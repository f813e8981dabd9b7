package transfer

import (
	"context"
	"io"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/i18n"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/xlsx"
)

// Marked writes the imported sheet again as a workbook, with the cells that are wrong on red ground
// and a last column that says what is wrong with each row and how to mend it. Nothing of the first
// byte is written before the rows are known.
func (s *Service) Marked(ctx context.Context, who access.Actor, i id.ID, lang i18n.Lang, w io.Writer) error {
	b, _, err := s.Batch(ctx, who, i)
	if err != nil {
		return err
	}
	if b.State == batch.Uploaded || b.State == batch.Discarded || b.State == batch.Undone {
		return fault.E("transfer.Marked", fault.Conflict, "import.state", fault.Key("import.state."+b.State))
	}
	if err := s.st.Update(ctx, audit.Of(who, "import.marked", b.Province(), b.ID), func(*store.Tx) error { return nil }); err != nil {
		return err
	}
	problems, err := s.problems(ctx, who, b)
	if err != nil {
		return err
	}
	book, err := s.open(ctx, b)
	if err != nil {
		return err
	}
	m := &marker{b: b, problems: problems, words: i18n.For(lang), reader: batch.NewReader(b.Kind, b.Options, batch.Limits{})}
	return m.write(book, w)
}

// problems returns what is wrong with each refused row, by row number: as stored once the import is
// done, else from another look.
func (s *Service) problems(ctx context.Context, who access.Actor, b batch.Batch) (map[int][]batch.Problem, error) {
	all := map[int][]batch.Problem{}
	if b.State == batch.Done {
		for after := 0; ; {
			rows, err := s.Rows(ctx, who, b.ID, batch.Refused, after, pageRows)
			if err != nil || len(rows) == 0 {
				return all, err
			}
			for _, r := range rows {
				after = r.Row
				all[r.Row] = r.Problems
			}
		}
	}
	r, err := s.newRun(ctx, who, b, true)
	if err != nil {
		return nil, err
	}
	r.keep = func(w *work) error {
		if r.serial {
			if err := r.judge(ctx, w); err != nil {
				return err
			}
		}
		for _, e := range w.entries {
			if e.outcome == batch.Refused {
				all[e.d.Row] = e.d.Problems
			}
		}
		return nil
	}
	return all, r.pass(ctx)
}

// marker writes a marked sheet.
type marker struct {
	b        batch.Batch
	problems map[int][]batch.Problem
	words    *i18n.Printer
	reader   *batch.Reader
	width    int
}

func (m *marker) write(book *xlsx.Book, to io.Writer) error {
	head, last := m.b.Options.Head, m.b.Options.Head+m.b.Options.Depth-1
	m.width = m.reader.Width()
	top, err := topRows(book, m.b.Sheet)
	if err != nil {
		return err
	}
	for _, r := range top {
		if r.Num >= head && r.Num <= last {
			m.width = max(m.width, len(r.Cells))
		}
	}
	w := xlsx.NewWriter(to)
	w.Sheet(book.Sheets()[m.b.Sheet].Name, xlsx.SheetOptions{Freeze: last, Filter: true})
	num := 1
	for row, err := range book.Rows(m.b.Sheet) {
		if err != nil {
			_ = w.Close()
			return err
		}
		for ; num < row.Num; num++ {
			if err := w.Row(); err != nil {
				return err
			}
		}
		if err := w.Row(m.row(row, row.Num >= head && row.Num <= last, row.Num == last)...); err != nil {
			return err
		}
		num++
	}
	return w.Close()
}

// row is one row of the sheet with its marks.
func (m *marker) row(row xlsx.Row, header, lastHeader bool) []xlsx.Value {
	values := make([]xlsx.Value, m.width+1)
	for c := range m.width {
		cell := row.Cell(c)
		values[c] = xlsx.Text(cell.Text)
		if on, ok := cell.Day(); ok {
			values[c] = xlsx.Date(on)
		}
		if header {
			values[c] = values[c].Header()
		}
	}
	if lastHeader {
		values[m.width] = xlsx.Text(m.words.T("import.reasons")).Header()
	}
	var reasons []string
	for _, p := range m.problems[row.Num] {
		text := m.words.Text(p.Text())
		if p.Field == "" {
			reasons = append(reasons, p.Trouble.String()+" "+text)
			continue
		}
		reasons = append(reasons, p.Trouble.String()+" "+batch.HeadOf(m.b.Kind, p.Field)+": "+text)
		if c := m.reader.Column(p.Field); c >= 0 {
			values[c] = values[c].Marked().Note(p.Trouble.String() + " " + text)
		}
	}
	if len(reasons) > 0 {
		values[m.width] = xlsx.Text(strings.Join(reasons, "\n")).Marked()
	}
	return values
}
