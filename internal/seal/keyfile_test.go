package seal

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"ketnap/internal/fault"
)

func TestCreateLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ketnap.key")
	if _, err := Load(path); !fault.Is(err, fault.NotFound) {
		t.Fatalf("Load without a file: %v", err)
	}
	made, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	before, _ := os.ReadFile(path)
	if _, err := Create(path); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second Create: %v", err)
	}
	if after, _ := os.ReadFile(path); string(before) != string(after) {
		t.Error("a second Create changed the file")
	}
	loaded, err := LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := loaded.Open("p", made.Seal("p", []byte("x"))); err != nil || string(got) != "x" {
		t.Errorf("the loaded ring opens %q, %v", got, err)
	}
	if names, _ := os.ReadDir(filepath.Dir(path)); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
}

func TestLoadOrCreateTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ketnap.key")
	rings := make([]*Ring, 8)
	var wg sync.WaitGroup
	for i := range rings {
		wg.Go(func() {
			r, err := LoadOrCreate(path)
			if err != nil {
				t.Error(err)
			}
			rings[i] = r
		})
	}
	wg.Wait()
	for _, r := range rings {
		if r == nil {
			t.Fatal("no ring")
		}
		if _, err := r.Open("p", rings[0].Seal("p", nil)); err != nil {
			t.Fatal("two starts made two keys")
		}
	}
}

func TestAddKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ketnap.key")
	if _, err := AddKey(path); !fault.Is(err, fault.NotFound) {
		t.Errorf("AddKey without a file: %v", err)
	}
	old, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	sealed := old.Seal("p", []byte("x"))
	if _, err := AddKey(path); err != nil {
		t.Fatal(err)
	}
	added, err := AddKey(path)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := loaded.Open("p", sealed); err != nil || string(got) != "x" {
		t.Errorf("the old value: %q, %v", got, err)
	}
	if loaded.Fresh(sealed) || !loaded.Fresh(added.Seal("p", nil)) || len(loaded.keys) != 3 {
		t.Errorf("%v after two additions", loaded)
	}
	if st, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
}

func TestLoadRefusesMode(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	path := filepath.Join(t.TempDir(), "ketnap.key")
	if _, err := Create(path); err != nil {
		t.Fatal(err)
	}
	for mode, ok := range map[os.FileMode]bool{
		0o600: true, 0o400: true, 0o440: true, // a service manager may give the file to a group to read
		0o644: false, 0o604: false, 0o660: false, 0o602: false, 0o601: false, 0o666: false,
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path)
		if ok != (err == nil) || !ok && fault.TextOf(err).Key != "seal.file.exposed" {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
}

func TestLoadRefusesText(t *testing.T) {
	good := string(freshKeyFile().text())
	hex32 := strings.Repeat("ab", 32)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"empty":          "",
		"other title":    strings.Replace(good, "keys 1", "keys 2", 1),
		"title only":     "ketnap-keys 1\n",
		"no blind":       "ketnap-keys 1\nkey 1 " + hex32 + "\n",
		"no key":         "ketnap-keys 1\nblind " + hex32 + "\n",
		"cut":            good[:len(good)-5],
		"two blinds":     good + "blind " + hex32 + "\n",
		"same id":        good + "key 1 " + hex32 + "\n",
		"id 0":           good + "key 0 " + hex32 + "\n",
		"id negative":    good + "key -1 " + hex32 + "\n",
		"id too large":   good + "key 4294967296 " + hex32 + "\n",
		"short key":      good + "key 2 " + hex32[2:] + "\n",
		"no hex":         good + "key 2 " + strings.Repeat("zz", 32) + "\n",
		"zeros":          good + "key 2 " + strings.Repeat("00", 32) + "\n",
		"unknown word":   good + "lock 2 " + hex32 + "\n",
		"a word more":    good + "key 2 " + hex32 + " x\n",
		"binary":         "\x7fELF\x00\x01",
		"far too long":   good + strings.Repeat("#\n", maxFile),
		"blind no value": "ketnap-keys 1\nblind\nkey 1 " + hex32 + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, "key")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Load(path)
			if !fault.Is(err, fault.Unavailable) || fault.TextOf(err).Key != "seal.file.broken" {
				t.Fatalf("Load = %v", err)
			}
			if strings.Contains(err.Error(), hex32[:16]) {
				t.Errorf("the error shows a key: %v", err)
			}
		})
	}
	if _, err := Load(dir); fault.TextOf(err).Key != "seal.file.broken" && fault.TextOf(err).Key != "seal.file.unreadable" {
		t.Errorf("a folder as key file: %v", err)
	}
	if _, err := Create(filepath.Join(dir, "none", "key")); fault.TextOf(err).Key != "seal.file.unwritable" {
		t.Errorf("Create in no folder: %v", err)
	}
}

// Comments, blank lines, Windows line ends and a capital hex are fine.
func TestParseKeyFileByHand(t *testing.T) {
	hex32 := strings.Repeat("AB", 32)
	f, err := parseKeyFile([]byte("ketnap-keys 1\r\n\r\n# made 2026\r\n  key 5 " + hex32 + "\r\nblind " + hex32 + "\r\nkey 2 " + hex32))
	if err != nil || len(f.keys) != 2 || f.keys[0].id != 5 {
		t.Fatalf("%d keys, %v", len(f.keys), err)
	}
	r, err := newRing(f)
	if err != nil || r.newest != 5 {
		t.Errorf("the newest is %d, %v", r.newest, err)
	}
}
