package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/seal"
	"ketnap/internal/store"
)

// restoreFlags are the flags of restore.
type restoreFlags struct {
	identity string
	differ   bool
}

func restoreCmd(e *env) *cobra.Command {
	var f restoreFlags
	c := &cobra.Command{
		Use:   "restore TỆP",
		Short: "Khôi phục một bản sao lưu thành cơ sở dữ liệu mới, sau khi kiểm tra",
		Long: "Khôi phục một bản sao lưu vào tệp mới do --db chỉ ra; tệp đã có không bao giờ bị ghi đè.\n" +
			"Tệp chỉ được đặt vào chỗ sau khi đã giải mã trọn vẹn, kiểm tra cấu trúc và tính lại mọi số đếm từ sổ biến động.\n" +
			"Cần tệp khóa (--key) và tệp khóa sao lưu (mặc định <tệp khóa>.age) của cơ sở dữ liệu cũ.",
		Example: "  ketnap --db moi.db --key tinh.db.key restore /mnt/saoluu/tinh-2026-11-21.age\n  ketnap --db moi.db --key khoa restore tinh.age --identity khoa-rieng.txt",
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return e.restore(c.Context(), args[0], f) },
	}
	c.Flags().StringVar(&f.identity, "identity", "", "tệp khóa sao lưu; mặc định: cạnh tệp khóa, thêm đuôi .age")
	c.Flags().BoolVar(&f.differ, "accept-differences", false, "vẫn khôi phục khi số đếm trong bản sao lưu sai lệch (sau đó chạy ketnap rebuild)")
	return c
}

// restoreResult is what restore did, part of the contract with scripts.
type restoreResult struct {
	File        string `json:"file"`
	Database    string `json:"database"`
	Version     int    `json:"version"`
	Provinces   int64  `json:"provinces"`
	People      int64  `json:"people"`
	Movements   int64  `json:"movements"`
	Counters    int64  `json:"counters"`
	Differences int64  `json:"differences"`
}

func (e *env) restore(ctx context.Context, file string, f restoreFlags) error {
	const op = "cli.restore"
	switch {
	case e.db == "":
		return usageError{errors.New("chưa chỉ rõ cơ sở dữ liệu mới: --db ĐƯỜNG_DẪN")}
	case strings.Contains(e.db, "://"):
		return fault.E(op, fault.Invalid, "restore.postgres")
	}
	for _, name := range []string{e.db, e.db + "-wal", e.db + "-shm"} {
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return fault.E(op, fault.Conflict, "restore.exists", name, err)
		}
	}
	key, err := e.keyPath()
	if err != nil {
		return err
	}
	ring, err := seal.Load(key)
	if err != nil {
		return err
	}
	if f.identity == "" {
		f.identity = identityPath(key)
	}
	identity, err := loadIdentity(f.identity)
	if err != nil {
		return err
	}
	// The folder is beside the new database, so that the last step is a rename on one file system.
	dir, err := os.MkdirTemp(filepath.Dir(e.db), ".ketnap-restore-*")
	if err != nil {
		return fault.E(op, fault.Unavailable, "backup.cannot_write", filepath.Dir(e.db), err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	plain := filepath.Join(dir, "copy.db")
	if err := decryptFile(file, plain, identity); err != nil {
		return err
	}
	res := restoreResult{File: file, Database: e.db}
	if err := e.examine(ctx, plain, ring, &res); err != nil {
		return err
	}
	p := e.printer()
	if res.Differences > 0 && !f.differ {
		return fault.E(op, fault.Conflict, "restore.differs", res.Differences)
	}
	if err := claimName(plain, e.db); errors.Is(err, fs.ErrExist) {
		return fault.E(op, fault.Conflict, "restore.exists", e.db, err)
	} else if err != nil {
		return fault.E(op, fault.Unavailable, "backup.cannot_write", e.db, err)
	}
	return e.print(res, func(w io.Writer) {
		_, _ = fmt.Fprintln(w, p.T("restore.done", e.db, res.People, res.Movements, res.Counters, res.Differences))
	})
}

// decryptFile writes the plain content of a backup to a new file, safe on disk. Nothing of it may be used after an error.
func decryptFile(file, out string, identity age.Identity) error {
	const op = "cli.decryptFile"
	in, err := os.Open(file)
	if err != nil {
		return fault.E(op, fault.NotFound, "restore.missing", file, err)
	}
	defer in.Close()
	plain, err := age.Decrypt(in, identity)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return fault.E(op, fault.Invalid, "restore.wrong_key", file)
	}
	if err != nil {
		return fault.E(op, fault.Invalid, "restore.damaged", file, err)
	}
	var damage error
	_, err = newFile(out, func(w io.Writer) error {
		_, err := io.Copy(w, &noting{plain, &damage})
		return err
	})
	switch {
	case damage != nil:
		return fault.E(op, fault.Invalid, "restore.damaged", file, damage)
	case err != nil:
		return fault.E(op, fault.Unavailable, "backup.cannot_write", filepath.Dir(out), err)
	}
	return nil
}

// noting keeps the error of a reader apart from those of the writer it is copied to.
type noting struct {
	io.Reader
	err *error
}

// Read passes on what there is.
func (n *noting) Read(p []byte) (int, error) {
	k, err := n.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		*n.err = err
	}
	return k, err
}

// examine proves that a restored file is a whole database of this program, that the keys are its keys, and that its counters
// are what the ledger says. It brings the schema up to date.
func (e *env) examine(ctx context.Context, path string, ring *seal.Ring, res *restoreResult) (err error) {
	const op = "cli.examine"
	st, err := store.Open(ctx, store.Options{DSN: path, Ring: ring})
	if err != nil {
		return fault.E(op, fault.Invalid, "restore.no_database", res.File, err)
	}
	defer func() { err = errors.Join(err, st.Close()) }() // folds the log into the file
	if err := st.DB().Check(ctx); err != nil {
		return fault.E(op, fault.Invalid, "restore.no_database", res.File, err)
	}
	if n, err := st.DB().Version(ctx); err != nil || n == 0 {
		return fault.E(op, fault.Invalid, "restore.no_database", res.File, err)
	}
	if _, err := st.Migrate(ctx); errors.Is(err, db.ErrNewer) {
		return fault.E(op, fault.Invalid, "restore.newer", Version, err)
	} else if err != nil {
		return fault.E(op, fault.Invalid, "restore.no_database", res.File, err)
	}
	if res.Version, err = st.DB().Version(ctx); err != nil {
		return err
	}
	if err := st.CheckKeys(ctx); err != nil {
		return fault.E(op, fault.Invalid, "restore.other_keys", err)
	}
	w := differenceWriter{e: &env{stdout: e.stderr, stderr: e.stderr, lang: e.lang}, p: e.printer()}
	n, err := st.Verify(ctx, store.VerifyOptions{}, w.write)
	res.Provinces, res.People, res.Movements, res.Counters, res.Differences = n.Provinces, n.People, n.Movements, n.Counters, n.Differences
	return err
}
