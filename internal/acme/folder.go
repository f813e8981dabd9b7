package acme

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"runtime"

	"golang.org/x/crypto/acme/autocert"

	"ketnap/internal/fault"
)

// folder keeps the account, keys and certificates as files. Part of a name of a file may come from whoever connects, so nothing outside of
// the folder is reachable through it.
type folder struct {
	root *os.Root
	log  *slog.Logger
}

// openFolder opens a folder that nobody else can look into, and makes it when it is not there.
func openFolder(path string, log *slog.Logger) (folder, error) {
	const op = "acme.openFolder"
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return folder{}, fault.E(op, fault.Unavailable, "acme.folder", path, err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return folder{}, fault.E(op, fault.Unavailable, "acme.folder", path, err)
	}
	st, err := root.Stat(".")
	if err != nil || runtime.GOOS != "windows" && st.Mode().Perm()&0o077 != 0 {
		root.Close()
		return folder{}, fault.E(op, fault.Unavailable, "acme.folder", path, err)
	}
	return folder{root: root, log: log}, nil
}

// Get reads what is kept under a key.
func (f folder) Get(_ context.Context, key string) ([]byte, error) {
	data, err := f.root.ReadFile(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, autocert.ErrCacheMiss
	}
	return data, err
}

// Put keeps something under a key, whole or not at all. A failure is said here: a certificate that is not kept has to be got again at every
// start, and the caller does not look.
func (f folder) Put(_ context.Context, key string, data []byte) error {
	err := f.put(key, data)
	if err != nil {
		f.log.Error("the folder of ACME cannot be written", slog.String("file", key), slog.Any("error", err))
	}
	return err
}

func (f folder) put(key string, data []byte) error {
	part := key + ".part"
	w, err := f.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	if err = errors.Join(err, w.Sync(), w.Close()); err != nil {
		return err
	}
	return f.root.Rename(part, key)
}

// Delete removes what is kept under a key.
func (f folder) Delete(_ context.Context, key string) error {
	if err := f.root.Remove(key); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
