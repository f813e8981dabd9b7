package seal

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"ketnap/internal/fault"
)

// broken says whether err is the one error Open may give.
func broken(err error) bool {
	e, ok := err.(*fault.Error)
	return ok && e.Kind == fault.Internal && e.Key == "seal.broken" && e.Err == nil && len(e.Args) == 0
}

func TestSealOpen(t *testing.T) {
	r := New()
	for _, plain := range []string{"", "001204012345", "Phật giáo", strings.Repeat("x", 1<<20)} {
		sealed := r.Seal("person|38|1234|cccd", []byte(plain))
		if len(sealed) != len(plain)+Overhead {
			t.Errorf("%d bytes become %d", len(plain), len(sealed))
		}
		if len(plain) > 4 && bytes.Contains(sealed, []byte(plain)) {
			t.Error("the plain value is visible")
		}
		got, err := r.Open("person|38|1234|cccd", sealed)
		if err != nil || string(got) != plain {
			t.Errorf("Open = %.20q, %v", got, err)
		}
	}
	if a, b := r.Seal("p", []byte("x")), r.Seal("p", []byte("x")); bytes.Equal(a, b) {
		t.Error("equal values give equal envelopes")
	}
}

func TestOpenRefuses(t *testing.T) {
	const place = "person|38|1234|cccd"
	r := New()
	sealed := r.Seal(place, []byte("001204012345"))
	change := func(f func([]byte) []byte) []byte { return f(bytes.Clone(sealed)) }
	for _, tt := range []struct {
		name   string
		place  string
		sealed []byte
	}{
		{"another row", "person|38|1235|cccd", sealed},
		{"another column", "person|38|1234|phone", sealed},
		{"no place", "", sealed},
		{"longer place", place + "|", sealed},
		{"nothing", place, nil},
		{"version only", place, sealed[:1]},
		{"header only", place, sealed[:headerSize]},
		{"one byte short", place, sealed[:len(sealed)-1]},
		{"one byte more", place, append(bytes.Clone(sealed), 0)},
		{"no first byte", place, sealed[1:]},
		{"version 0", place, change(func(b []byte) []byte { b[0] = 0; return b })},
		{"version 2", place, change(func(b []byte) []byte { b[0] = 2; return b })},
		{"unknown key", place, change(func(b []byte) []byte { b[4] = 9; return b })},
		{"another ring", place, New().Seal(place, []byte("001204012345"))},
		{"plain text", place, []byte("001204012345 001204012345 001204012345")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := r.Open(tt.place, tt.sealed); !broken(err) || got != nil {
				t.Errorf("Open = %q, %v", got, err)
			}
		})
	}
	for bit := range len(sealed) * 8 {
		bad := bytes.Clone(sealed)
		bad[bit/8] ^= 1 << (bit % 8)
		if _, err := r.Open(place, bad); !broken(err) {
			t.Fatalf("bit %d may be changed: %v", bit, err)
		}
	}
}

// The header is part of what is authenticated: with one secret under two ids
// the id still cannot be exchanged.
func TestHeaderIsBound(t *testing.T) {
	f := freshKeyFile()
	f.keys = append(f.keys, fileKey{2, f.keys[0].secret})
	r, err := newRing(f)
	if err != nil {
		t.Fatal(err)
	}
	sealed := r.Seal("p", []byte("x"))
	sealed[4] = 1
	if _, err := r.Open("p", sealed); !broken(err) {
		t.Errorf("Open = %v", err)
	}
}

func TestSealProperty(t *testing.T) {
	r, other := New(), New()
	rapid.Check(t, func(t *rapid.T) {
		place, plain := rapid.String().Draw(t, "place"), rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		sealed := r.Seal(place, plain)
		if got, err := r.Open(place, sealed); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("Open = %x, %v", got, err)
		}
		if _, err := other.Open(place, sealed); !broken(err) {
			t.Fatal("another ring opens it")
		}
		if _, err := r.Open(place, rapid.SliceOf(rapid.Byte()).Draw(t, "noise")); !broken(err) {
			t.Fatal("noise opens")
		}
	})
}

func TestRotation(t *testing.T) {
	f := freshKeyFile()
	first, _ := newRing(f)
	f.keys = append(f.keys, fileKey{7, randomBytes(keySize)})
	both, _ := newRing(f)
	f.keys = f.keys[1:]
	second, _ := newRing(f)

	before, after := first.Seal("p", []byte("old")), both.Seal("p", []byte("new"))
	if got, err := both.Open("p", before); err != nil || string(got) != "old" {
		t.Errorf("the old value: %q, %v", got, err)
	}
	if got, err := second.Open("p", after); err != nil || string(got) != "new" {
		t.Errorf("the newest key does not seal: %q, %v", got, err)
	}
	if _, err := second.Open("p", before); !broken(err) {
		t.Errorf("a removed key still opens: %v", err)
	}
	if both.Fresh(before) || !both.Fresh(after) || both.Fresh(nil) || both.Fresh(after[:9]) {
		t.Error("Fresh is wrong")
	}
	if !bytes.Equal(first.Blind("cccd", "1"), second.Blind("cccd", "1")) {
		t.Error("rotation changes the blind index")
	}
}

func TestBlind(t *testing.T) {
	r := New()
	a := r.Blind("cccd", "001204012345")
	if len(a) != 16 || !bytes.Equal(a, r.Blind("cccd", "001204012345")) {
		t.Errorf("Blind = %x", a)
	}
	for name, b := range map[string][]byte{
		"value":    r.Blind("cccd", "001204012346"),
		"purpose":  r.Blind("card", "001204012345"),
		"shifted":  r.Blind("cccd0", "01204012345"),
		"key":      New().Blind("cccd", "001204012345"),
		"no value": r.Blind("cccd", ""),
	} {
		if bytes.Equal(a, b) {
			t.Errorf("another %s gives the same index", name)
		}
	}
}

// Envelope and index of a known key file stay what they are: stored values
// must open with every later version of the program.
func TestStoredForm(t *testing.T) {
	f, err := parseKeyFile([]byte("ketnap-keys 1\nblind " + strings.Repeat("0b", 32) + "\nkey 3 " + strings.Repeat("0a", 32) + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRing(f)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := hex.DecodeString(storedEnvelope)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Open("person|38|1234|cccd", sealed); err != nil || string(got) != "001204012345" {
		t.Errorf("Open = %q, %v; a new envelope is %x", got, err, r.Seal("person|38|1234|cccd", []byte("001204012345")))
	}
	if got := hex.EncodeToString(r.Blind("cccd", "001204012345")); got != storedBlind {
		t.Errorf("Blind = %s, want %s", got, storedBlind)
	}
}

func TestRingNeverPrints(t *testing.T) {
	f := freshKeyFile()
	r, _ := newRing(f)
	holder := struct{ R *Ring }{r}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%q"} {
		fmt.Fprintf(&out, verb+" "+verb+"\n", r, holder)
	}
	b, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(b)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "ring", r)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "ring", r, "in", holder)
	for _, secret := range [][]byte{f.blind, f.keys[0].secret, r.blind} {
		for _, form := range []string{"%x", "%v", "%s", "%q", "%X"} {
			if strings.Contains(out.String(), strings.Trim(fmt.Sprintf(form, secret), "[]")) {
				t.Fatalf("a key as %s in\n%s", form, out.String())
			}
		}
	}
	if want := "seal.Ring(1 keys)"; fmt.Sprintf("%+v", r) != want {
		t.Errorf("%+v, want %s", r, want)
	}
	if got := fmt.Sprint((*Ring)(nil)); got != "seal.Ring(0 keys)" {
		t.Errorf("nil prints %s", got)
	}
}

func TestConcurrentUse(t *testing.T) {
	r := New()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				place := fmt.Sprintf("person|%d|%d", g, i)
				got, err := r.Open(place, r.Seal(place, []byte(place)))
				if err != nil || string(got) != place || len(r.Blind("p", place)) != 16 {
					t.Errorf("%s: %q, %v", place, got, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestToken(t *testing.T) {
	seen := make(map[string]bool)
	for range 1000 {
		clear, hash := Token()
		if len(clear) < 26 || len(hash) != 32 || !bytes.Equal(hash, HashToken(clear)) || seen[clear] {
			t.Fatalf("Token = %q, %x", clear, hash)
		}
		if strings.Trim(clear, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
			t.Fatalf("%q is not letters and digits", clear)
		}
		seen[clear] = true
	}
}

func BenchmarkSeal(b *testing.B) {
	r, plain := New(), []byte(strings.Repeat("x", 75))
	b.ReportAllocs()
	for b.Loop() {
		r.Seal("person|38|1234", plain)
	}
}

func BenchmarkOpen(b *testing.B) {
	r := New()
	sealed := r.Seal("person|38|1234", []byte(strings.Repeat("x", 75)))
	b.ReportAllocs()
	for b.Loop() {
		r.Open("person|38|1234", sealed)
	}
}

func BenchmarkBlind(b *testing.B) {
	r := New()
	b.ReportAllocs()
	for b.Loop() {
		r.Blind("cccd", "001204012345")
	}
}

const (
	storedEnvelope = "0100000003e85abaaaab4dfd3a8965dbf93ad9359c361bac92ad89174c0b6af4315b56c811c10516fce5a6f3fc"
	storedBlind    = "e6de4f092631900e169f94bbd007916b"
)
