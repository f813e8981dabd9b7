// Package cli is the door: one file per subcommand, and the only place where things are put together.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"ketnap/internal/access"
	"ketnap/internal/deadlines"
	"ketnap/internal/fault"
	"ketnap/internal/i18n"
	"ketnap/internal/seal"
	"ketnap/internal/store"
)

// Exit codes, part of the contract with scripts.
const (
	exitDone        = 0
	exitRefused     = 1 // refused, or a difference was found
	exitUsage       = 2
	exitUnavailable = 3
)

// errDifference ends a command that found a difference and has already said so.
var errDifference = errors.New("difference found")

// env is what every subcommand works with.
type env struct {
	db                     string
	key                    string
	lang                   string
	origin                 string // of serve: the address people use
	auditLog               string
	cert, certKey, metrics string        // of serve
	certEvery              time.Duration // how often its certificate is read anew; 0: as a rule
	sso                    ssoFlags
	acme                   acmeFlags
	json                   bool
	now                    func() time.Time // nil: the clock of the machine
	stdin                  io.Reader
	stdout                 io.Writer
	stderr                 io.Writer
}

// commands are the subcommands, in the order of the help text.
var commands = []func(*env) *cobra.Command{
	serveCmd,
	migrateCmd,
	documentCmd,
	targetCmd,
	obstacleCmd,
	userCmd,
	approvalCmd,
	emergencyCmd,
	unitCmd,
	periodCmd,
	demoCmd,
	importCmd,
	exportCmd,
	formCmd,
	dossierCmd,
	handoverCmd,
	requestCmd,
	retentionCmd,
	breachCmd,
	scansCmd,
	rulesCmd,
	fieldsCmd,
	verifyCmd,
	auditCmd,
	keyCmd,
	rebuildCmd,
	deadlinesCmd,
	backupCmd,
	restoreCmd,
	drillCmd,
	benchCmd,
	versionCmd,
}

// Main runs the program and returns its exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return MainAt(nil, args, stdin, stdout, stderr)
}

// MainAt runs the program with another clock than that of the machine: for tests of what happens when a term is over.
func MainAt(now func() time.Time, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	e := &env{now: now, stdin: stdin, stdout: stdout, stderr: stderr}
	root := rootCmd(e)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return e.exit(root.ExecuteContext(ctx))
}

func rootCmd(e *env) *cobra.Command {
	root := &cobra.Command{
		Use:           "ketnap",
		Short:         "Công tác phát triển đảng viên: từ nghị quyết đến từng người, và ngược lại",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	f := root.PersistentFlags()
	f.StringVar(&e.db, "db", os.Getenv("KETNAP_DB"), "cơ sở dữ liệu: đường dẫn tệp hoặc postgres://… (hoặc biến KETNAP_DB)")
	f.StringVar(&e.key, "key", os.Getenv("KETNAP_KEY"), "tệp khóa, nằm ngoài cơ sở dữ liệu (hoặc biến KETNAP_KEY; mặc định: cạnh tệp dữ liệu)")
	f.StringVar(&e.auditLog, "audit-log", os.Getenv("KETNAP_AUDIT_LOG"), "tệp nhật ký thứ hai, nên ở đĩa khác (hoặc biến KETNAP_AUDIT_LOG; mặc định: cạnh tệp dữ liệu; none: không)")
	f.StringVar(&e.lang, "lang", "vi", "ngôn ngữ của thông báo: vi hoặc en")
	f.BoolVar(&e.json, "json", false, "in kết quả dạng JSON (mọi lệnh đọc)")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.CompletionOptions.DisableDefaultCmd = true
	for _, c := range commands {
		root.AddCommand(c(e))
	}
	explain(root)
	return root
}

// usageError is a command line that cannot be understood.
type usageError struct{ error }

// exit prints what went wrong and returns the exit code for it.
func (e *env) exit(err error) int {
	var u usageError
	var f *fault.Error
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errDifference):
		return exitRefused
	case errors.As(err, &u), misread(err):
		_, _ = fmt.Fprintf(e.stderr, "ketnap: %s\n  xem: ketnap --help\n", e.usage(err))
		return exitUsage
	case errors.As(err, &f):
		said := e.printer().Error(err)
		_, _ = fmt.Fprintln(e.stderr, "ketnap:", said)
		for _, name := range slices.Sorted(maps.Keys(f.Fields)) {
			if text := e.printer().Text(f.Fields[name]); text != said {
				_, _ = fmt.Fprintf(e.stderr, "  %s: %s\n", name, text)
			}
		}
		switch f.Kind {
		case fault.Unavailable, fault.Busy, fault.Internal:
			if f.Err != nil {
				_, _ = fmt.Fprintln(e.stderr, "  ", f.Err)
			}
			return exitUnavailable
		}
		return exitRefused
	}
	_, _ = fmt.Fprintln(e.stderr, "ketnap:", err)
	return exitUnavailable
}

func (e *env) printer() *i18n.Printer { return i18n.For(i18n.Lang(e.lang)) }

// operator is who acts at the console.
func (e *env) operator() access.Actor { return access.System("cli") }

// keyPath returns where the keys are: the flag, or a file beside an embedded database.
func (e *env) keyPath() (string, error) {
	if e.key != "" {
		return e.key, nil
	}
	if strings.HasPrefix(e.db, "postgres://") || strings.HasPrefix(e.db, "postgresql://") {
		return "", usageError{errors.New("với PostgreSQL phải chỉ rõ tệp khóa: --key TỆP hoặc biến KETNAP_KEY")}
	}
	return filepath.Clean(e.db) + ".key", nil
}

// open opens and migrates the database. Without create a missing file is an error, so that a typing
// error in a path does not start an empty system.
func (e *env) open(ctx context.Context, create bool) (*store.Store, error) {
	return e.openFor(ctx, create, 0)
}

// openFor opens it with a number of readers; 0 is the default of the engine.
func (e *env) openFor(ctx context.Context, create bool, readers int) (*store.Store, error) {
	if e.db == "" {
		return nil, usageError{errors.New("chưa chỉ rõ cơ sở dữ liệu: --db ĐƯỜNG_DẪN hoặc biến KETNAP_DB")}
	}
	embedded := !strings.Contains(e.db, "://")
	if embedded && !create {
		if _, err := os.Stat(e.db); err != nil {
			return nil, fault.E("cli.open", fault.Unavailable, "cli.db_missing", e.db, err)
		}
	}
	path, err := e.keyPath()
	if err != nil {
		return nil, err
	}
	load := seal.Load
	if create {
		load = seal.LoadOrCreate
	}
	ring, err := load(path)
	if err != nil {
		return nil, err
	}
	sink, err := e.openSink()
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, store.Options{DSN: e.db, Readers: readers, Ring: ring, Sink: sink, Log: e.log(), Now: e.now})
	if err != nil {
		return nil, fault.E("cli.open", fault.Unavailable, "cli.db_unavailable", err)
	}
	if _, err := st.Migrate(ctx); err != nil {
		_ = st.Close()
		return nil, err
	}
	deadlines.New(st).Keep()
	return st, nil
}

// log is where the storage says what an operator has to know.
func (e *env) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(e.stderr, &slog.HandlerOptions{Level: slog.LevelError}))
}

// print writes v as JSON with --json, else calls text.
func (e *env) print(v any, text func(w io.Writer)) error {
	if !e.json {
		text(e.stdout)
		return nil
	}
	enc := json.NewEncoder(e.stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
