package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/seal"
	"ketnap/internal/store"
)

// drillFlags say what is drilled: a backup of our own (a file, the newest of a folder, or one made now), a database that another tool
// restored, or a command that restores one.
type drillFlags struct {
	file, from, identity, copied string
	command                      []string
	lost                         bool
	most                         time.Duration
}

func drillCmd(e *env) *cobra.Command {
	var f drillFlags
	c := &cobra.Command{
		Use:   "drill [TỆP | -- LỆNH KHÔI PHỤC… {}]",
		Short: "Diễn tập khôi phục: khôi phục một bản sao lưu ra chỗ tạm, kiểm tra và đo thời gian",
		Long: "Khôi phục bản sao lưu (tệp chỉ ra, bản mới nhất trong --from, hoặc một bản làm ngay) ra thư mục tạm rồi xóa đi.\n" +
			"Sau --: chạy một lệnh khôi phục khác ra thư mục tạm; {} là nơi lệnh phải đặt cơ sở dữ liệu. --copy: bản đã được công cụ khác khôi phục\n" +
			"(tệp hoặc postgres://…); bản này được giữ lại và được nâng lên cấu trúc của phiên bản này.\n" +
			"Kiểm tra: giải mã trọn vẹn, cấu trúc, mọi số đếm tính lại từ sổ biến động, nhật ký và dấu niêm phong cuối so với cơ sở dữ liệu đang dùng;\n" +
			"bản sao lưu không có dấu niêm phong nào thì diễn tập không đạt. --lost: cơ sở dữ liệu không còn, so với tệp nhật ký thứ hai (--audit-log).\n" +
			"Báo cáo hai con số: dữ liệu sẽ mất nếu phải dùng bản này bây giờ (RPO) và thời gian khôi phục (RTO). Cơ sở dữ liệu đang dùng không bị động đến.",
		Example: "  ketnap --db tinh.db drill --from /mnt/saoluu\n  ketnap --db tinh.db drill /mnt/saoluu/ketnap-20261121-020000.age --json\n" +
			"  ketnap --db tinh.db drill --max-rpo 1m -- litestream restore -config litestream.yml -o {} tinh.db\n" +
			"  ketnap --db postgres://… drill --copy postgres://…",
		RunE: func(c *cobra.Command, args []string) error {
			if at := c.ArgsLenAtDash(); at >= 0 {
				f.command, args = args[at:], args[:at]
			}
			if len(args) > 0 {
				f.file = args[0]
			}
			if err := f.check(len(args)); err != nil {
				return err
			}
			return e.drill(c.Context(), f)
		},
	}
	c.Flags().StringVar(&f.from, "from", "", "thư mục các bản sao lưu định kỳ: lấy bản mới nhất")
	c.Flags().StringVar(&f.identity, "identity", "", "tệp khóa sao lưu; mặc định: cạnh tệp khóa, thêm đuôi .age")
	c.Flags().StringVar(&f.copied, "copy", "", "cơ sở dữ liệu do công cụ khác khôi phục: tệp hoặc postgres://…")
	c.Flags().BoolVar(&f.lost, "lost", false, "cơ sở dữ liệu đang dùng không còn: so với tệp nhật ký thứ hai")
	c.Flags().DurationVar(&f.most, "max-rpo", 0, "không đạt khi RPO lớn hơn khoảng này, ví dụ 1m; mặc định: chỉ báo cáo")
	return c
}

// check refuses what does not go together.
func (f drillFlags) check(files int) error {
	ways := files
	for _, given := range []bool{f.from != "", f.copied != "", f.command != nil} {
		if given {
			ways++
		}
	}
	switch {
	case ways > 1:
		return usageError{errors.New("chỉ dùng một trong các cách: TỆP, --from, --copy hoặc -- LỆNH")}
	case f.command != nil && !strings.Contains(strings.Join(f.command, " "), "{}"):
		return usageError{errors.New("lệnh khôi phục sau -- phải có {}: nơi đặt cơ sở dữ liệu")}
	case f.lost && ways == 0:
		return usageError{errors.New("--lost cần một bản để diễn tập: TỆP, --from, --copy hoặc -- LỆNH")}
	}
	return nil
}

// drillResult is what a drill found, part of the contract with scripts.
type drillResult struct {
	restoreResult
	Against string  `json:"against"`     // what it was compared with: "database", or "sink" when that is lost
	Seals   int     `json:"seals"`       // signed heads of the backup that the database in use holds too
	Foreign int     `json:"foreign"`     // signed heads that it does not hold
	Tampers int     `json:"tampers"`     // found in the audit trail of the backup
	Behind  int64   `json:"behind"`      // entries of the trail that came after the backup
	RPO     float64 `json:"rpo_seconds"` // how long before now, or before the last entry of what is lost, the first missing entry was made; 0: none is
	RTO     float64 `json:"rto_seconds"` // from the file to a database that was proven
	Late    bool    `json:"late"`        // the RPO is more than --max-rpo allows
}

// unproven reports that the backup holds no signed head: whether it is one of the database in use cannot be said, and is not taken for granted.
func (r *drillResult) unproven() bool { return r.Seals+r.Foreign == 0 }

func (e *env) drill(ctx context.Context, f drillFlags) (err error) {
	var st *store.Store
	if !f.lost {
		if st, err = e.open(ctx, false); err != nil {
			return err
		}
		defer st.Close()
	}
	if f.copied == "" && strings.Contains(e.db, "://") {
		return fault.E("cli.drill", fault.Invalid, "drill.postgres")
	}
	dir := ""
	if f.copied == "" {
		if dir, err = os.MkdirTemp(filepath.Dir(e.db), ".ketnap-drill-*"); err != nil {
			return fault.E("cli.drill", fault.Unavailable, "backup.cannot_write", filepath.Dir(e.db), err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
	}
	if err := e.choose(ctx, st, &f, dir); err != nil {
		return err
	}
	res, err := e.tryRestore(ctx, st, f, dir)
	if err != nil {
		return err
	}
	res.Late = f.most > 0 && res.RPO > f.most.Seconds()
	p := e.printer()
	err = e.print(res, func(w io.Writer) {
		_, _ = fmt.Fprintln(w, p.T("drill.done", res.File, res.People, res.Movements, res.Counters, res.Differences))
		_, _ = fmt.Fprintln(w, p.T("drill.trail."+res.Against, res.Seals, res.Foreign, res.Tampers))
		if res.unproven() {
			_, _ = fmt.Fprintln(w, p.T("drill.nothing."+res.Against))
		}
		_, _ = fmt.Fprintln(w, p.T("drill.figures", fmt.Sprintf("%.1f", math.Ceil(res.RPO*10)/10), res.Behind, fmt.Sprintf("%.1f", res.RTO)))
		if res.Late {
			_, _ = fmt.Fprintln(w, p.T("drill.late", f.most.String()))
		}
	})
	if err == nil && (res.unproven() || res.Late || res.Differences+int64(res.Foreign)+int64(res.Tampers) > 0) {
		err = errDifference
	}
	return err
}

// choose names the backup to drill with when none was named: the newest of a folder, or one made now.
func (e *env) choose(ctx context.Context, st *store.Store, f *drillFlags, dir string) error {
	switch {
	case f.file != "" || f.copied != "" || f.command != nil:
	case f.from != "":
		kept, err := keptBackups(f.from)
		if err != nil {
			return err
		}
		if len(kept) == 0 {
			return fault.E("cli.drill", fault.NotFound, "drill.none", f.from)
		}
		f.file = kept[len(kept)-1]
	default:
		f.file = filepath.Join(dir, "now.age")
		if _, err := e.backupTo(ctx, st, f.file, ""); err != nil {
			return err
		}
	}
	return nil
}

// tryRestore restores into dir, or takes what was restored, proves it and compares it with the database in use; live is nil when that is lost.
func (e *env) tryRestore(ctx context.Context, live *store.Store, f drillFlags, dir string) (res drillResult, err error) {
	key, err := e.keyPath()
	if err != nil {
		return res, err
	}
	ring, err := seal.Load(key)
	if err != nil {
		return res, err
	}
	start := time.Now()
	if err := e.bring(ctx, f, key, dir, &res.restoreResult); err != nil {
		return res, err
	}
	place := res.Database
	if u, err := url.Parse(place); err == nil && u.User != nil {
		res.File, res.Database = u.Redacted(), u.Redacted() // no password in a report
	}
	if err := e.examine(ctx, place, ring, &res.restoreResult); err != nil {
		return res, err
	}
	back, err := store.Open(ctx, store.Options{DSN: place, Ring: ring})
	if err != nil {
		return res, err
	}
	defer back.Close()
	if live == nil {
		return res, e.compareSink(ctx, &res, back, start)
	}
	if same, err := live.DB().Same(ctx, back.DB()); err != nil || same {
		return res, fault.E("cli.drill", fault.Invalid, "drill.same", res.File, err)
	}
	trail, err := back.VerifyAudit(ctx, nil, func(store.Tamper) error { return nil })
	if err != nil {
		return res, err
	}
	res.Against, res.Tampers, res.RTO = "database", trail.Found, time.Since(start).Seconds()
	return res, res.compare(ctx, back, live, live.Now().UnixMilli())
}

// bring puts the database to drill with where it can be opened, and says where that is.
func (e *env) bring(ctx context.Context, f drillFlags, key, dir string, res *restoreResult) error {
	res.File, res.Database = f.file, filepath.Join(dir, "restored.db")
	switch {
	case f.copied != "":
		res.File, res.Database = f.copied, f.copied
		if strings.Contains(f.copied, "://") {
			return nil
		}
		if _, err := os.Stat(f.copied); err != nil { // opening would make it
			return fault.E("cli.drill", fault.NotFound, "restore.missing", f.copied, err)
		}
		return nil
	case f.command != nil:
		res.File = strings.Join(f.command, " ")
		words := make([]string, len(f.command))
		for i, w := range f.command {
			words[i] = strings.ReplaceAll(w, "{}", res.Database)
		}
		run := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // what the operator said, without a shell
		run.Stdout, run.Stderr = e.stderr, e.stderr
		err := run.Run()
		if err == nil {
			_, err = os.Stat(res.Database)
		}
		if err != nil {
			return fault.E("cli.drill", fault.Unavailable, "drill.command", res.File, err)
		}
		return nil
	}
	if f.identity == "" {
		f.identity = identityPath(key)
	}
	own, err := loadIdentity(f.identity)
	if err != nil {
		return err
	}
	return decryptFile(f.file, res.Database, own)
}

// compareSink holds the trail of what was restored against the second place of the trail, when the database in use is lost. What only the
// second place knows is what is missing; anything else that does not agree is no longer the same history.
func (e *env) compareSink(ctx context.Context, res *drillResult, back *store.Store, start time.Time) error {
	path := e.sinkPath()
	log, err := os.Open(path)
	if err != nil {
		return fault.E("cli.drill", fault.Unavailable, "audit.sink_unreadable", path, err)
	}
	defer log.Close()
	if _, err := back.VerifyAudit(ctx, log, func(t store.Tamper) error {
		if t.What != "set_back" {
			res.Tampers++
		}
		return nil
	}); err != nil {
		return err
	}
	res.Against, res.RTO = "sink", time.Since(start).Seconds()
	if _, err := log.Seek(0, io.SeekStart); err != nil {
		return fault.E("cli.drill", fault.Unavailable, "audit.sink_unreadable", path, err)
	}
	w, err := store.ReadWitness(log)
	if err != nil {
		return fault.E("cli.drill", fault.Unavailable, "audit.sink_unreadable", path, err)
	}
	return res.compare(ctx, back, w, 0)
}

// trail is an audit trail to compare with: that of the database in use, or what the second sink tells of it.
type trail interface {
	Heads(ctx context.Context) ([]store.Head, error)
	HasSeal(ctx context.Context, s audit.Seal) (bool, error)
	EntryAt(ctx context.Context, province int, seq int64) (int64, error)
}

// compare holds the heads of what was restored against those of the trail in use. end is when the work ended in unix ms, 0 with the last entry.
func (r *drillResult) compare(ctx context.Context, back *store.Store, in trail, end int64) error {
	then, err := back.Heads(ctx)
	if err != nil {
		return err
	}
	old := map[int]store.Head{}
	for _, h := range then {
		old[h.Province] = h
		if h.Seal.Signature == "" {
			continue
		}
		ok, err := in.HasSeal(ctx, h.Seal)
		if err != nil {
			return err
		}
		switch {
		case ok:
			r.Seals++
		case r.Against == "database": // the second file may have been begun after the seal; what contradicts it was found with the entries
			r.Foreign++
		}
	}
	now, err := in.Heads(ctx)
	if err != nil {
		return err
	}
	first := int64(math.MaxInt64) // when the first of the missing entries was made
	last := end
	for _, h := range now {
		last = max(last, h.At)
		if n := h.Seq - old[h.Province].Seq; n > 0 {
			at, err := in.EntryAt(ctx, h.Province, old[h.Province].Seq+1)
			if err != nil {
				return err
			}
			r.Behind, first = r.Behind+n, min(first, at)
		}
	}
	if r.Behind > 0 {
		r.RPO = max(0.001, float64(last-first)/1000) // never nothing
	}
	return nil
}
