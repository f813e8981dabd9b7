package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/seal"
	"ketnap/internal/store"
)

func drillCmd(e *env) *cobra.Command {
	var from, identity string
	c := &cobra.Command{
		Use:   "drill [TỆP]",
		Short: "Diễn tập khôi phục: khôi phục một bản sao lưu ra chỗ tạm, kiểm tra và đo thời gian",
		Long: "Khôi phục bản sao lưu (tệp chỉ ra, bản mới nhất trong --from, hoặc một bản làm ngay) ra thư mục tạm rồi xóa đi.\n" +
			"Kiểm tra: giải mã trọn vẹn, cấu trúc, mọi số đếm tính lại từ sổ biến động, nhật ký và dấu niêm phong cuối so với cơ sở dữ liệu đang dùng;\n" +
			"bản sao lưu không có dấu niêm phong nào thì diễn tập không đạt.\n" +
			"Báo cáo hai con số: dữ liệu sẽ mất nếu phải dùng bản này bây giờ (RPO) và thời gian khôi phục (RTO). Cơ sở dữ liệu đang dùng không bị động đến.",
		Example: "  ketnap --db tinh.db drill --from /mnt/saoluu\n  ketnap --db tinh.db drill /mnt/saoluu/ketnap-20261121-020000.age --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			file := ""
			if len(args) > 0 {
				file = args[0]
			}
			return e.drill(c.Context(), file, from, identity)
		},
	}
	c.Flags().StringVar(&from, "from", "", "thư mục các bản sao lưu định kỳ: lấy bản mới nhất")
	c.Flags().StringVar(&identity, "identity", "", "tệp khóa sao lưu; mặc định: cạnh tệp khóa, thêm đuôi .age")
	return c
}

// drillResult is what a drill found, part of the contract with scripts.
type drillResult struct {
	restoreResult
	Seals   int     `json:"seals"`       // signed heads of the backup that the database in use holds too
	Foreign int     `json:"foreign"`     // signed heads that it does not hold
	Tampers int     `json:"tampers"`     // found in the audit trail of the backup
	Behind  int64   `json:"behind"`      // entries of the trail that came after the backup
	RPO     float64 `json:"rpo_seconds"` // between the last entry in use and the last one in the backup
	RTO     float64 `json:"rto_seconds"` // from the file to a database that was proven
}

// unproven reports that the backup holds no signed head: whether it is one of the database in use cannot be said, and is not taken for granted.
func (r *drillResult) unproven() bool { return r.Seals+r.Foreign == 0 }

func (e *env) drill(ctx context.Context, file, from, identity string) (err error) {
	st, err := e.open(ctx, false)
	if err != nil {
		return err
	}
	defer st.Close()
	if st.DB().Engine() != db.SQLite {
		return fault.E("cli.drill", fault.Invalid, "backup.postgres")
	}
	dir, err := os.MkdirTemp(filepath.Dir(e.db), ".ketnap-drill-*")
	if err != nil {
		return fault.E("cli.drill", fault.Unavailable, "backup.cannot_write", filepath.Dir(e.db), err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	switch {
	case file != "":
	case from != "":
		kept, err := keptBackups(from)
		if err != nil {
			return err
		}
		if len(kept) == 0 {
			return fault.E("cli.drill", fault.NotFound, "drill.none", from)
		}
		file = kept[len(kept)-1]
	default:
		file = filepath.Join(dir, "now.age")
		if _, err := e.backupTo(ctx, st, file, ""); err != nil {
			return err
		}
	}
	res, err := e.tryRestore(ctx, st, file, identity, dir)
	if err != nil {
		return err
	}
	p := e.printer()
	err = e.print(res, func(w io.Writer) {
		_, _ = fmt.Fprintln(w, p.T("drill.done", file, res.People, res.Movements, res.Counters, res.Differences))
		_, _ = fmt.Fprintln(w, p.T("drill.trail", res.Seals, res.Foreign, res.Tampers))
		if res.unproven() {
			_, _ = fmt.Fprintln(w, p.T("drill.nothing"))
		}
		_, _ = fmt.Fprintln(w, p.T("drill.figures", fmt.Sprintf("%.1f", res.RPO), res.Behind, fmt.Sprintf("%.1f", res.RTO)))
	})
	if err == nil && (res.unproven() || res.Differences+int64(res.Foreign)+int64(res.Tampers) > 0) {
		err = errDifference
	}
	return err
}

// tryRestore restores a backup into dir, proves it and compares it with the database in use.
func (e *env) tryRestore(ctx context.Context, live *store.Store, file, identity, dir string) (res drillResult, err error) {
	key, err := e.keyPath()
	if err != nil {
		return res, err
	}
	ring, err := seal.Load(key)
	if err != nil {
		return res, err
	}
	if identity == "" {
		identity = identityPath(key)
	}
	own, err := loadIdentity(identity)
	if err != nil {
		return res, err
	}
	plain := filepath.Join(dir, "restored.db")
	res.File, res.Database = file, plain
	start := time.Now()
	if err := decryptFile(file, plain, own); err != nil {
		return res, err
	}
	if err := e.examine(ctx, plain, ring, &res.restoreResult); err != nil {
		return res, err
	}
	back, err := store.Open(ctx, store.Options{DSN: plain, Ring: ring})
	if err != nil {
		return res, err
	}
	defer back.Close()
	trail, err := back.VerifyAudit(ctx, nil, func(store.Tamper) error { return nil })
	if err != nil {
		return res, err
	}
	res.Tampers, res.RTO = trail.Found, time.Since(start).Seconds()
	return res, res.compare(ctx, live, back)
}

// compare holds the heads of the backup against those of the database in use.
func (r *drillResult) compare(ctx context.Context, live, back *store.Store) error {
	now, err := live.Heads(ctx)
	if err != nil {
		return err
	}
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
		ok, err := live.HasSeal(ctx, h.Seal)
		if err != nil {
			return err
		}
		if ok {
			r.Seals++
		} else {
			r.Foreign++
		}
	}
	var last, kept int64
	for _, h := range now {
		r.Behind += max(0, h.Seq-old[h.Province].Seq)
		last, kept = max(last, h.At), max(kept, old[h.Province].At)
	}
	r.RPO = max(0, float64(last-kept)/1000)
	return nil
}
