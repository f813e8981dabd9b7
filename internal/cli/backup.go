package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/store"
)

func backupCmd(e *env) *cobra.Command {
	var out, into, recipient string
	var keep int
	c := &cobra.Command{
		Use:   "backup",
		Short: "Sao lưu cơ sở dữ liệu vào một tệp mã hóa, trong khi mọi người vẫn làm việc",
		Long: "Sao lưu cơ sở dữ liệu vào một tệp mã hóa (định dạng age).\n" +
			"Mở lại bằng tệp khóa sao lưu, được tạo ở lần đầu, nằm cạnh tệp khóa: <tệp khóa>.age.\n" +
			"--into đặt tên tệp theo giờ và chỉ giữ --keep bản mới nhất: dùng cho sao lưu định kỳ (deploy/ketnap-backup.timer).\n" +
			"Bản sao lưu KHÔNG chứa khóa nào. Hãy giữ bản chép của hai tệp khóa ở nơi khác: mất khóa là mất dữ liệu.",
		Example: "  ketnap --db tinh.db backup -o /mnt/saoluu/tinh-2026-11-21.age\n  ketnap --db tinh.db backup -o tinh.age --recipient age1…\n  ketnap --db tinh.db backup --into /mnt/saoluu --keep 30",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case out == "" && into == "":
				return usageError{errors.New("chưa chỉ rõ tệp sao lưu: -o TỆP, hoặc thư mục: --into THƯ_MỤC")}
			case out != "" && into != "":
				return usageError{errors.New("chỉ dùng một trong hai: -o hoặc --into")}
			case keep < 1:
				return usageError{errors.New("--keep phải từ 1 trở lên")}
			case into != "":
				out = filepath.Join(into, keptName(time.Now()))
			}
			return e.backup(c.Context(), out, into, recipient, keep)
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "tệp sao lưu sẽ được tạo; không bao giờ ghi đè tệp đã có")
	c.Flags().StringVar(&into, "into", "", "thư mục của các bản sao lưu định kỳ, tên tệp theo giờ")
	c.Flags().IntVar(&keep, "keep", 30, "cùng --into: giữ bao nhiêu bản mới nhất")
	c.Flags().StringVar(&recipient, "recipient", "", "mã hóa cho khóa công khai age1… này thay cho khóa sao lưu của máy")
	return c
}

// backupResult is what backup did, part of the contract with scripts.
type backupResult struct {
	File      string `json:"file"`
	Bytes     int64  `json:"bytes"`
	Recipient string `json:"recipient"`
	Identity  string `json:"identity,omitempty"` // key file that opens it; "" with --recipient
	NewKey    bool   `json:"new_key"`
	Removed   int    `json:"removed"` // older backups that --keep let go
}

func (e *env) backup(ctx context.Context, out, into, recipient string, keep int) error {
	if _, err := os.Lstat(out); !errors.Is(err, fs.ErrNotExist) {
		return fault.E("cli.backup", fault.Conflict, "backup.exists", out, err)
	}
	st, err := e.open(ctx, false)
	if err != nil {
		return err
	}
	defer st.Close()
	if st.DB().Engine() != db.SQLite {
		return fault.E("cli.backup", fault.Invalid, "backup.postgres")
	}
	res, err := e.backupTo(ctx, st, out, recipient)
	if err == nil && into != "" {
		res.Removed, err = keepNewest(into, keep)
	}
	if err != nil {
		return err
	}
	p := e.printer()
	return e.print(res, func(w io.Writer) {
		_, _ = fmt.Fprintln(w, p.T("backup.done", res.File, res.Bytes))
		if res.Removed > 0 {
			_, _ = fmt.Fprintln(w, p.T("backup.removed", res.Removed, keep))
		}
		if res.Identity != "" {
			_, _ = fmt.Fprintln(w, p.T("backup.keep", e.key, res.Identity))
		}
	})
}

// backupTo writes an encrypted copy of a database into a new file.
func (e *env) backupTo(ctx context.Context, st *store.Store, out, recipient string) (backupResult, error) {
	res := backupResult{File: out, Recipient: recipient}
	var to age.Recipient
	var err error
	if recipient == "" {
		to, err = e.ownRecipient(&res)
	} else if to, err = age.ParseX25519Recipient(recipient); err != nil {
		err = fault.E("cli.backup", fault.Invalid, "backup.recipient", recipient, err)
	}
	if err != nil {
		return res, err
	}
	// The plain copy lies beside the database, under the same protection, and never where the backup goes.
	dir, err := os.MkdirTemp(filepath.Dir(e.db), ".ketnap-backup-*")
	if err != nil {
		return res, fault.E("cli.backup", fault.Unavailable, "backup.cannot_write", filepath.Dir(e.db), err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	// With a seal of now a drill can tell that the backup is one of this database.
	if _, err := st.SealAudit(ctx); err != nil {
		return res, err
	}
	plain := filepath.Join(dir, "copy.db")
	if err := st.DB().Backup(ctx, plain); err != nil {
		return res, fault.E("cli.backup", fault.Unavailable, "backup.cannot_write", dir, err)
	}
	res.Bytes, err = encryptFile(plain, out, to)
	return res, err
}

// ownRecipient is the public half of the backup key beside the key file, which the first backup makes.
func (e *env) ownRecipient(res *backupResult) (age.Recipient, error) {
	key, err := e.keyPath()
	if err != nil {
		return nil, err
	}
	e.key, res.Identity = key, identityPath(key)
	i, err := loadIdentity(res.Identity)
	if fault.Is(err, fault.NotFound) {
		res.NewKey = true
		i, err = createIdentity(res.Identity)
	}
	if err != nil {
		return nil, err
	}
	res.Recipient = i.Recipient().String()
	return i.Recipient(), nil
}

// identityPath is where the backup key belonging to a key file is kept.
func identityPath(key string) string { return key + ".age" }

// createIdentity makes a backup key with mode 0600; an existing file is never touched.
func createIdentity(path string) (*age.X25519Identity, error) {
	const op = "cli.createIdentity"
	i, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fault.E(op, fault.Internal, "", err)
	}
	text := "# Backup key of ketnap (age). Keep this file secret, and a copy of it apart from the backups.\n" +
		"# public key: " + i.Recipient().String() + "\n" + i.String() + "\n"
	_, err = newFile(path, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
	if err != nil {
		return nil, fault.E(op, fault.Unavailable, "seal.file.unwritable", path, err)
	}
	return i, nil
}

// loadIdentity reads a backup key: an age identity file with one X25519 key.
func loadIdentity(path string) (*age.X25519Identity, error) {
	const op = "cli.loadIdentity"
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.E(op, fault.NotFound, "seal.file.missing", path, err)
	case err != nil:
		return nil, fault.E(op, fault.Unavailable, "seal.file.unreadable", path, err)
	}
	if st, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && st.Mode().Perm()&0o027 != 0 {
		return nil, fault.E(op, fault.Unavailable, "seal.file.exposed", path, err)
	}
	ids, err := age.ParseIdentities(strings.NewReader(string(text)))
	if err == nil && len(ids) == 1 {
		if i, ok := ids[0].(*age.X25519Identity); ok {
			return i, nil
		}
	}
	return nil, fault.E(op, fault.Unavailable, "seal.file.broken", path) // the cause may quote the key
}

// encryptFile writes the file from, encrypted, to a new file and returns its size.
func encryptFile(from, out string, to age.Recipient) (int64, error) {
	const op = "cli.encryptFile"
	f, err := os.Open(from)
	if err != nil {
		return 0, fault.E(op, fault.Unavailable, "backup.cannot_write", from, err)
	}
	defer f.Close()
	n, err := newFile(out, func(w io.Writer) error {
		enc, err := age.Encrypt(w, to)
		if err != nil {
			return err
		}
		if _, err := io.Copy(enc, f); err != nil {
			return err
		}
		return enc.Close() // the last chunk is marked as the last: a cut file is noticed
	})
	switch {
	case errors.Is(err, fs.ErrExist):
		return 0, fault.E(op, fault.Conflict, "backup.exists", out, err)
	case err != nil:
		return 0, fault.E(op, fault.Unavailable, "backup.cannot_write", out, err)
	}
	return n, nil
}

// newFile makes a file with mode 0600 that appears whole and safe on disk, or not at all. A file of that name is left as it
// is: the error is then fs.ErrExist. It returns the size.
func newFile(name string, write func(io.Writer) error) (int64, error) {
	part, err := os.CreateTemp(filepath.Dir(name), ".ketnap-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(part.Name())
	err = write(part)
	size, serr := part.Seek(0, io.SeekEnd)
	if err = errors.Join(err, serr, part.Sync(), part.Close()); err != nil {
		return 0, err
	}
	return size, claimName(part.Name(), name)
}

// claimName gives a finished file its name unless that is taken, and makes the name safe on disk.
func claimName(part, name string) error {
	err := os.Link(part, name) // unlike a rename it fails when the name is taken
	if err != nil && !errors.Is(err, fs.ErrExist) {
		// A file system without links (a memory stick): look, then rename.
		if _, serr := os.Lstat(name); serr == nil {
			return fs.ErrExist
		}
		err = os.Rename(part, name)
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(name))
}

// syncFolder makes a new name in a folder safe on disk. Windows does that by itself and cannot open a folder so.
func syncFolder(dir string) error {
	if filepath.Separator != '/' {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
