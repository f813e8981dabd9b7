package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/i18n"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/transfer"
)

// importFlags are the flags of import.
type importFlags struct {
	kind, unit, asOf, marked, undo string
	sheet                          int
	check, incomplete, resume      bool
	columns                        []string
}

func importCmd(e *env) *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   "import [TỆP]",
		Short: "Nhập tổ chức, đảng viên, nguồn hoặc biến động từ tệp Excel, CSV",
		Long: "Nhập dữ liệu từ tệp .xlsx hoặc .csv. Mỗi dòng được kiểm tra rồi mới ghi; dòng sai bị bỏ kèm lý do.\n" +
			"Mã thoát 1 khi có dòng bị bỏ. Ba nguyên tắc: chỉ chép, không đụng tệp gốc; xem trước không ghi gì; không đoán thay người dùng.",
		Example: "  ketnap --db tinh.db import --kind=units --unit=38000000000000 donvi.xlsx\n" +
			"  ketnap --db tinh.db import --kind=members --unit=38168000000000 --check --marked loi.xlsx dangvien.xlsx\n" +
			"  ketnap --db tinh.db import --kind=members --unit=38168000000000 --as-of 31/12/2025 dangvien.xlsx\n" +
			"  ketnap --db tinh.db import --undo 3k9x2m1c8d1\n  ketnap --db tinh.db import --resume",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return e.importRun(c.Context(), f, args) },
	}
	fl := c.Flags()
	fl.StringVar(&f.kind, "kind", "", "loại dữ liệu: units, members, pool, movements")
	fl.StringVar(&f.unit, "unit", "", "mã 14 chữ số hoặc id của tổ chức; các dòng chỉ được nêu tổ chức dưới đó")
	fl.IntVar(&f.sheet, "sheet", 0, "trang tính thứ mấy (từ 1); mặc định: trang hợp nhất")
	fl.StringVar(&f.asOf, "as-of", "", "ngày chốt số dư đầu kỳ, mặc định hôm nay")
	fl.BoolVar(&f.check, "check", false, "chỉ kiểm tra, không ghi")
	fl.BoolVar(&f.incomplete, "incomplete", false, "nhận cả dòng thiếu dân tộc, tôn giáo, số định danh, số thẻ")
	fl.StringArrayVar(&f.columns, "map", nil, "ghép cột bằng tay, ví dụ --map D=birth; --map E= để bỏ cột E")
	fl.StringVar(&f.marked, "marked", "", "ghi ra tệp này bản chép có đánh dấu ô sai và lý do")
	fl.StringVar(&f.undo, "undo", "", "hoàn tác cả đợt nhập có mã này")
	fl.BoolVar(&f.resume, "resume", false, "làm tiếp các đợt nhập đang dở")
	return c
}

func (e *env) importRun(ctx context.Context, f importFlags, args []string) error {
	if f.undo == "" && !f.resume && (len(args) != 1 || !batch.Kind(f.kind).Valid() || f.unit == "") {
		return usageError{errors.New("cần --kind=units|members|pool|movements, --unit và một tệp; hoặc --undo MÃ, --resume")}
	}
	st, err := e.openFor(ctx, false, 1) // rows are judged by one reader: the memory of others is better spent on the next rows
	if err != nil {
		return err
	}
	defer st.Close()
	s := transfer.New(st, nil)
	defer s.Close()
	switch {
	case f.undo != "":
		return e.importUndo(ctx, s, f.undo)
	case f.resume:
		return e.importResume(ctx, s)
	}
	return e.importFile(ctx, st, s, f, args[0])
}

// importFile brings one file in and prints what became of it.
func (e *env) importFile(ctx context.Context, st *store.Store, s *transfer.Service, f importFlags, name string) error {
	start := time.Now()
	// A large file shall not need a large machine: the collector works harder instead.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(168 << 20))
	b, err := e.importMapped(ctx, st, s, f, name)
	if err != nil {
		return err
	}
	show := e.progress()
	if f.check {
		b, err = s.Check(ctx, e.operator(), b.ID, show)
	} else {
		b, err = s.Commit(ctx, e.operator(), b.ID, show)
	}
	e.progressEnd()
	if err != nil {
		return err
	}
	if f.marked != "" && b.Refused > 0 {
		if err := e.toFile(f.marked, func(w io.Writer) error { return s.Marked(ctx, e.operator(), b.ID, i18n.Lang(e.lang), w) }); err != nil {
			return err
		}
	}
	if f.check {
		if err := s.Discard(ctx, e.operator(), b.ID); err != nil {
			return err
		}
	}
	return e.importReport(b, time.Since(start))
}

// importMapped uploads the file and maps its columns.
func (e *env) importMapped(ctx context.Context, st *store.Store, s *transfer.Service, f importFlags, name string) (batch.Batch, error) {
	var b batch.Batch
	m := transfer.Mapping{Sheet: f.sheet - 1, Incomplete: f.incomplete}
	var err error
	if m.AsOf, err = day.Parse(f.asOf); err != nil || m.AsOf != 0 && !m.AsOf.Valid() {
		return b, usageError{fmt.Errorf("--as-of %q không phải là ngày", f.asOf)}
	}
	unit, err := unitOf(ctx, e, st, f.unit)
	if err != nil {
		return b, err
	}
	file, err := os.Open(name)
	if err != nil {
		return b, fault.E("cli.import", fault.Invalid, "import.file_missing", name, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return b, err
	}
	if b, err = s.Upload(ctx, e.operator(), unit, batch.Kind(f.kind), filepath.Base(name), file, info.Size()); err != nil {
		return b, err
	}
	if len(f.columns) > 0 {
		if m.Columns, err = e.importColumns(ctx, s, b.ID, m.Sheet, f.columns); err != nil {
			return b, err
		}
	}
	return s.Map(ctx, e.operator(), b.ID, m)
}

// importColumns applies --map to the columns that were found.
func (e *env) importColumns(ctx context.Context, s *transfer.Service, i id.ID, sheet int, set []string) (map[int]batch.Code, error) {
	found, err := s.Match(ctx, e.operator(), i, sheet)
	if err != nil {
		return nil, err
	}
	columns := found.Header.Mapping()
	for _, pair := range set {
		letters, code, ok := strings.Cut(pair, "=")
		col := -1
		for _, c := range found.Columns {
			if strings.EqualFold(letters, c.Name()) {
				col = c.Col
			}
		}
		if !ok || col < 0 {
			return nil, usageError{fmt.Errorf("--map %q: cần CỘT=TRƯỜNG với một cột có tiêu đề", pair)}
		}
		delete(columns, col)
		if code != "" {
			columns[col] = batch.Code(code)
		}
	}
	return columns, nil
}

// importReport prints the counts; refused rows make the command end with 1.
func (e *env) importReport(b batch.Batch, took time.Duration) error {
	p := e.printer()
	v := map[string]any{"batch": b.ID.String(), "kind": b.Kind, "state": b.State, "total": b.Total, "accepted": b.Accepted, "new": b.Of(batch.New), "changed": b.Changed,
		"duplicate": b.Duplicate, "refused": b.Refused, "skipped": b.Report.Skips, "reasons": b.Report.Reasons, "warnings": b.Report.Warnings, "seconds": took.Seconds()}
	err := e.print(v, func(w io.Writer) {
		_, _ = fmt.Fprintln(w, p.T("import.report", b.ID.String(), b.Total, b.Of(batch.New), b.Changed, b.Duplicate, b.Refused, b.Report.Skips))
		for _, code := range slices.Sorted(maps.Keys(b.Report.Reasons)) {
			_, _ = fmt.Fprintf(w, "  %s  %6d  %s\n", code, b.Report.Reasons[code], p.T("import.reason."+strings.ToLower(code)))
		}
		for _, code := range slices.Sorted(maps.Keys(b.Report.Warnings)) {
			_, _ = fmt.Fprintf(w, "  (%s) %5d  %s\n", code, b.Report.Warnings[code], p.T("import.reason."+strings.ToLower(code)))
		}
	})
	if err == nil && b.Refused > 0 {
		return errDifference
	}
	return err
}

func (e *env) importUndo(ctx context.Context, s *transfer.Service, ref string) error {
	b, conflicts, err := s.Undo(ctx, e.operator(), id.Parse(ref))
	if err != nil && len(conflicts) == 0 {
		return err
	}
	p := e.printer()
	perr := e.print(map[string]any{"batch": ref, "state": b.State, "conflicts": append([]transfer.Clash{}, conflicts...)}, func(w io.Writer) {
		if len(conflicts) == 0 {
			_, _ = fmt.Fprintln(w, p.T("import.undone", ref, b.Accepted))
			return
		}
		_, _ = fmt.Fprintln(w, p.Error(err))
		for _, c := range conflicts {
			_, _ = fmt.Fprintf(w, "  %s %d: %s — %s\n", p.T("import.row"), c.Row, c.Title, p.Text(c.Why))
		}
	})
	if perr == nil && err != nil {
		return errDifference
	}
	return perr
}

func (e *env) importResume(ctx context.Context, s *transfer.Service) error {
	done, err := s.Resume(ctx, true, e.progress())
	e.progressEnd()
	if err != nil {
		return err
	}
	p := e.printer()
	type line struct {
		Batch    string       `json:"batch"`
		State    batch.State  `json:"state"`
		Counts   batch.Counts `json:"counts"`
		FileName string       `json:"file"`
	}
	lines := []line{}
	for _, b := range done {
		lines = append(lines, line{b.ID.String(), b.State, b.Counts, b.File})
	}
	return e.print(lines, func(w io.Writer) {
		if len(done) == 0 {
			_, _ = fmt.Fprintln(w, p.T("import.nothing_open"))
		}
		for _, b := range done {
			_, _ = fmt.Fprintln(w, p.T("import.report", b.ID.String(), b.Total, b.Of(batch.New), b.Changed, b.Duplicate, b.Refused, b.Report.Skips))
		}
	})
}

// progress prints how far an import has come: one line that is written over on a terminal, else a
// line every few seconds.
func (e *env) progress() transfer.Progress {
	var last time.Time
	every, form := 5*time.Second, "%s\n"
	if e.onTerminal() {
		every, form = 200*time.Millisecond, "\r%s\x1b[K"
	}
	p := e.printer()
	return func(b batch.Batch) {
		if time.Since(last) < every {
			return
		}
		last = time.Now()
		_, _ = fmt.Fprintf(e.stderr, form, p.T("import.progress", b.Total, b.Accepted, b.Duplicate, b.Refused))
	}
}

func (e *env) progressEnd() {
	if e.onTerminal() {
		_, _ = fmt.Fprint(e.stderr, "\r\x1b[K")
	}
}

func (e *env) onTerminal() bool {
	f, ok := e.stderr.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// toFile writes a file through a temporary one, so that a failure leaves no half of it.
func (e *env) toFile(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".ketnap-*")
	if err != nil {
		return fault.E("cli.toFile", fault.Unavailable, "import.cannot_write", name, err)
	}
	defer os.Remove(f.Name())
	if err := errors.Join(write(f), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
