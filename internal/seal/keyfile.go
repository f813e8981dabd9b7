package seal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"ketnap/internal/fault"
)

// Env is the environment variable that names the key file. It holds a path,
// never a key.
const Env = "KETNAP_KEY"

const (
	fileTitle = "ketnap-keys 1"
	maxFile   = 64 << 10
)

// A keyFile is the text
//
//	ketnap-keys 1
//	# comment
//	blind <64 hex digits>
//	key 1 <64 hex digits>
//	key 2 <64 hex digits>
//
// The blind secret stays for good, because every index made with it would have
// to be made anew; keys are added by AddKey and taken out by hand when nothing
// is sealed with them any more.
type keyFile struct {
	blind []byte
	keys  []fileKey
}

type fileKey struct {
	id     uint32
	secret []byte
}

func freshKeyFile() keyFile {
	return keyFile{
		blind: randomBytes(keySize),
		keys:  []fileKey{{id: 1, secret: randomBytes(keySize)}},
	}
}

// Load reads the ring from the key file at path. On Unix a file that others
// can read, or that the group can change, is refused. Errors are
// fault.Unavailable (seal.file.…), fault.NotFound when there is no file.
func Load(path string) (*Ring, error) {
	const op = "seal.Load"
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.E(op, fault.NotFound, "seal.file.missing", path, err)
	case err != nil:
		return nil, fault.E(op, fault.Unavailable, "seal.file.unreadable", path, err)
	}
	defer f.Close()
	st, err := f.Stat()
	switch {
	case err != nil:
		return nil, fault.E(op, fault.Unavailable, "seal.file.unreadable", path, err)
	case !st.Mode().IsRegular():
		return nil, fault.E(op, fault.Unavailable, "seal.file.broken", path)
	case runtime.GOOS != "windows" && st.Mode().Perm()&0o027 != 0:
		return nil, fault.E(op, fault.Unavailable, "seal.file.exposed", path)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fault.E(op, fault.Unavailable, "seal.file.unreadable", path, err)
	}
	kf, err := parseKeyFile(text)
	if err != nil {
		return nil, fault.E(op, fault.Unavailable, "seal.file.broken", path, err)
	}
	r, err := newRing(kf)
	if err != nil {
		return nil, fault.E(op, fault.Unavailable, "seal.file.broken", path, err)
	}
	return r, nil
}

// Create makes a new key file at path with mode 0600. An existing file is
// never touched: that is fault.Conflict.
func Create(path string) (*Ring, error) {
	const op = "seal.Create"
	kf := freshKeyFile()
	tmp, err := writeTemp(path, kf)
	if err != nil {
		return nil, fault.E(op, fault.Unavailable, "seal.file.unwritable", path, err)
	}
	defer os.Remove(tmp)
	// A link, unlike a rename, fails when the name is taken: two programs
	// starting at once agree on one file, and it is whole when it appears.
	if err := os.Link(tmp, path); errors.Is(err, fs.ErrExist) {
		return nil, fault.E(op, fault.Conflict, "seal.file.exists", path, err)
	} else if err != nil {
		return nil, fault.E(op, fault.Unavailable, "seal.file.unwritable", path, err)
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return nil, fault.E(op, fault.Unavailable, "seal.file.unwritable", path, err)
	}
	return newRing(kf)
}

// LoadOrCreate loads the key file, or makes it when there is none. Only for a
// new installation: with a database that already holds sealed fields a missing
// key file must be found, not replaced.
func LoadOrCreate(path string) (*Ring, error) {
	r, err := Load(path)
	if !fault.Is(err, fault.NotFound) {
		return r, err
	}
	r, err = Create(path)
	if fault.Is(err, fault.Conflict) { // somebody else was first
		return Load(path)
	}
	return r, err
}

// AddKey adds a fresh key to the key file at path and returns the new ring: it
// seals with the new key and opens what the old ones sealed. The file is
// replaced in one step. Programs that run keep the old ring until they load
// again, and cannot open what is sealed with the new key before.
func AddKey(path string) (*Ring, error) {
	const op = "seal.AddKey"
	old, err := Load(path)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	kf := old.file
	kf.keys = append(kf.keys[:len(kf.keys):len(kf.keys)], fileKey{id: old.newest + 1, secret: randomBytes(keySize)})
	tmp, err := writeTemp(path, kf)
	if err != nil {
		return nil, fault.E(op, fault.Unavailable, "seal.file.unwritable", path, err)
	}
	defer os.Remove(tmp)
	err = errors.Join(os.Rename(tmp, path), syncDir(filepath.Dir(path)))
	if err != nil {
		return nil, fault.E(op, fault.Unavailable, "seal.file.unwritable", path, err)
	}
	return newRing(kf)
}

// writeTemp writes kf beside path, safe on disk, and returns its name.
func writeTemp(path string, kf keyFile) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(kf.text())
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// syncDir makes a new name safe on disk. Windows does that by itself and
// cannot open a directory so.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (f keyFile) text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n# Keep this file secret, and a copy of it apart from the backups.\nblind %x\n", fileTitle, f.blind)
	for _, k := range f.keys {
		fmt.Fprintf(&b, "key %d %x\n", k.id, k.secret)
	}
	return b.Bytes()
}

// parseKeyFile reads the text of a key file. Its errors name lines and never
// hold what stands there.
func parseKeyFile(text []byte) (keyFile, error) {
	var f keyFile
	lines := strings.Split(string(text), "\n")
	if len(text) > maxFile || strings.TrimSpace(lines[0]) != fileTitle {
		return f, fmt.Errorf("line 1: want %q", fileTitle)
	}
	seen := make(map[uint32]bool)
	for i, line := range lines[1:] {
		word := strings.Fields(line)
		switch {
		case len(word) == 0 || strings.HasPrefix(word[0], "#"):
		case word[0] == "blind" && len(word) == 2 && f.blind == nil:
			if f.blind = secret(word[1]); f.blind == nil {
				return f, fmt.Errorf("line %d: bad secret", i+2)
			}
		case word[0] == "key" && len(word) == 3:
			k, ok := parseKey(word[1], word[2])
			if !ok || seen[k.id] {
				return f, fmt.Errorf("line %d: bad key", i+2)
			}
			seen[k.id] = true
			f.keys = append(f.keys, k)
		default:
			return f, fmt.Errorf("line %d: not understood", i+2)
		}
	}
	if f.blind == nil || len(f.keys) == 0 {
		return f, errors.New("the blind secret or every key is missing")
	}
	return f, nil
}

func parseKey(id, hexSecret string) (fileKey, bool) {
	n, err := strconv.ParseUint(id, 10, 32)
	k := fileKey{id: uint32(n), secret: secret(hexSecret)}
	return k, err == nil && n > 0 && k.secret != nil
}

// secret reads 32 bytes of hex; nil when it is anything else.
func secret(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != keySize || bytes.Equal(b, make([]byte, keySize)) {
		return nil
	}
	return b
}
