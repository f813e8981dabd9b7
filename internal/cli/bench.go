package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ketnap/internal/bench"
	"ketnap/internal/demo"
	"ketnap/internal/seal"
	"ketnap/internal/store"
)

// benchFlags are the flags of bench.
type benchFlags struct {
	size, engine, scratch, dir, out string
	only, pages                     []string
	rounds, due                     int
	seed                            uint64
}

func benchCmd(e *env) *cobra.Command {
	var f benchFlags
	c := &cobra.Command{
		Use:   "bench",
		Short: "Đo tốc độ trên máy này, cạnh mức sàn của chính máy này",
		Long: "Đo nhập liệu, ghi biến động, trang web, đối chiếu, khởi động và bộ nhớ trên cơ sở dữ liệu mẫu của cỡ đã chọn\n" +
			"(tạo nếu thư mục chưa có), mỗi con số cạnh mức sàn đo trong cùng lượt. Không khẳng định thời gian nào.",
		Example: "  ketnap bench --size=province --dir=bench-data\n  ketnap bench --size=nation --dir=/srv/bench --only=start,pages --out=nation.json\n" +
			"  ketnap bench --engine=postgres://ketnap@db1/bench --scratch=postgres://ketnap@db1/scratch --dir=bench-data",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return e.bench(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.size, "size", string(demo.Province), "commune (2.500 đảng viên), province (200.000) hoặc nation (5.622.463)")
	fl.StringVar(&f.engine, "engine", "", "postgres://… của cơ sở dữ liệu để đo (trống thì tạo mẫu); mặc định: tệp SQLite trong --dir")
	fl.StringVar(&f.scratch, "scratch", "", "postgres://… của cơ sở dữ liệu để đo nhập liệu, thời hạn và mức sàn trong lược đồ ketnap_bench riêng; SQLite không cần")
	fl.StringVar(&f.dir, "dir", "bench-data", "thư mục của cơ sở dữ liệu mẫu và tệp tạm")
	fl.StringSliceVar(&f.only, "only", nil, "chỉ đo các phần: import, commit, start, pages, verify, rebuild, deadlines")
	fl.StringSliceVar(&f.pages, "page", nil, "phần pages: chỉ đo các trang này, ví dụ targets.province, pilot.commune")
	fl.IntVar(&f.due, "due", bench.Due, "phần deadlines: số thời hạn đang mở cần tính lại")
	fl.StringVar(&f.out, "out", "", "ghi thêm kết quả dạng JSON ra tệp này")
	fl.IntVar(&f.rounds, "rounds", 3, "mỗi phép đo lặp bao nhiêu lượt; lấy lượt giữa")
	fl.Uint64Var(&f.seed, "seed", 1, "hạt giống của dữ liệu và của các yêu cầu")
	c.AddCommand(benchFloorCmd(e))
	return c
}

func (e *env) bench(ctx context.Context, f benchFlags) error {
	if demo.Size(f.size).Members() == 0 {
		return usageError{fmt.Errorf("--size phải là commune, province hoặc nation, không phải %q", f.size)}
	}
	for _, part := range f.only {
		if !slices.Contains(bench.Parts, part) {
			return usageError{fmt.Errorf("--only: không có phần %q, chỉ có %s", part, strings.Join(bench.Parts, ", "))}
		}
	}
	if f.engine != "" && f.scratch == "" {
		return usageError{errors.New("với --engine cần --scratch: một cơ sở dữ liệu để đo nhập liệu và mức sàn")}
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	if err := e.benchDatabase(ctx, f); err != nil {
		return err
	}
	st, err := e.open(ctx, false)
	if err != nil {
		return err
	}
	defer st.Close()
	if f.scratch == "" {
		f.scratch = filepath.Join(f.dir, "bench-import.db")
	}
	report, err := bench.Run(ctx, st, bench.Options{Exe: exe, DSN: e.db, Key: e.key, Scratch: f.scratch, Dir: f.dir, Size: f.size,
		Only: f.only, Pages: f.pages, Rounds: f.rounds, Due: f.due, Seed: f.seed,
		Log: func(format string, args ...any) { _, _ = fmt.Fprintf(e.stderr, format+"\n", args...) }})
	if err != nil {
		return err
	}
	if f.out != "" {
		if err := e.toFile(f.out, report.JSON); err != nil {
			return err
		}
	}
	return e.print(report, func(w io.Writer) { report.Table(w, e.printer()) })
}

// benchDatabase makes the demo to measure on, unless it is there.
func (e *env) benchDatabase(ctx context.Context, f benchFlags) error {
	build := func(ctx context.Context, st *store.Store) (string, error) {
		return e.fillDemo(ctx, st, demo.Size(f.size), f.seed)
	}
	if f.engine == "" {
		_, err := e.demo(ctx, f.size, f.dir, build)
		return err
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	e.db, e.key = f.engine, filepath.Join(f.dir, "ketnap.key")
	ring, err := seal.LoadOrCreate(e.key)
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, store.Options{DSN: e.db, Ring: ring})
	if err != nil {
		return err
	}
	defer st.Close()
	if _, err := st.Migrate(ctx); err != nil {
		return err
	}
	provinces := 0
	if err := st.View(ctx, func(tx *store.Tx) error {
		return tx.EachProvince(func(store.Province) error { provinces++; return nil })
	}); err != nil || provinces > 0 {
		return err
	}
	_, err = e.makeDemo(ctx, build)
	return err
}

// benchFloorCmd serves answers from memory for bench; nobody else needs it.
func benchFloorCmd(e *env) *cobra.Command {
	listen := ""
	c := &cobra.Command{Use: "floor", Hidden: true, Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		ln, err := net.Listen("tcp", listen)
		if err != nil {
			return err
		}
		return e.serveOn(c.Context(), "http", ln, bench.Floor(), slog.New(slog.DiscardHandler), func(string) error { return nil })
	}}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "địa chỉ và cổng")
	return c
}
