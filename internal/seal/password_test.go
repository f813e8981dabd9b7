package seal

import (
	"context"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/unicode/norm"

	"ketnap/internal/fault"
)

func TestPassword(t *testing.T) {
	ctx := t.Context()
	const pw = "mật khẩu rất dài 2026"
	hash, err := HashPassword(ctx, pw)
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=2,p=1$") {
		t.Fatalf("HashPassword = %q, %v", hash, err)
	}
	for _, tt := range []struct {
		name, hash, pw string
		want           bool
	}{
		{"right", hash, pw, true},
		{"decomposed", hash, norm.NFD.String(pw), true},
		{"case", hash, strings.ToUpper(pw), false},
		{"space more", hash, pw + " ", false},
		{"empty", hash, "", false},
		{"no such user", "", pw, false},
		{"no such user, no password", "", "", false},
		{"too long", hash, strings.Repeat("x", MaxPassword+1), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := VerifyPassword(ctx, tt.hash, tt.pw); got != tt.want || err != nil {
				t.Errorf("VerifyPassword = %t, %v", got, err)
			}
		})
	}
	if again, _ := HashPassword(ctx, pw); again == hash {
		t.Error("no salt")
	}
	if _, err := HashPassword(ctx, strings.Repeat("x", MaxPassword+1)); !fault.Is(err, fault.Invalid) {
		t.Errorf("a long password: %v", err)
	}
}

// The hash is one of the reference test vectors of argon2id.
func TestForeignHash(t *testing.T) {
	const hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if got, err := VerifyPassword(t.Context(), hash, "password"); !got || err != nil {
		t.Errorf("VerifyPassword = %t, %v", got, err)
	}
	if got, err := VerifyPassword(t.Context(), hash, "passwore"); got || err != nil {
		t.Errorf("VerifyPassword of another = %t, %v", got, err)
	}
	if NeedsRehash(hash) {
		t.Error("the usual cost needs a new hash")
	}
	if !NeedsRehash(strings.Replace(hash, "t=2", "t=1", 1)) || !NeedsRehash("") {
		t.Error("another cost needs no new hash")
	}
}

func TestVerifyRefusesHash(t *testing.T) {
	good := phc{usual, make([]byte, saltSize), make([]byte, hashSize)}.String()
	edit := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %q in %q", old, good)
		}
		return strings.Replace(good, old, new, 1)
	}
	for name, hash := range map[string]string{
		"plain":          "secret",
		"bcrypt":         "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
		"argon2i":        edit("argon2id", "argon2i"),
		"old version":    edit("v=19", "v=16"),
		"too much":       edit("m=65536", "m=4194304"),
		"too many":       edit("t=2", "t=1000"),
		"no pass":        edit("t=2", "t=0"),
		"no lane":        edit("p=1", "p=0"),
		"many lanes":     edit("p=1", "p=255"),
		"lane overflow":  edit("p=1", "p=257"),
		"negative":       edit("m=65536", "m=-1"),
		"spaces":         edit("m=65536", "m= 65536"),
		"short salt":     edit("AAAAAAAAAAAAAAAAAAAAAA$", "AAAA$"),
		"short sum":      good[:len(good)-8],
		"bad base64":     good[:len(good)-1] + "!",
		"loose base64":   good[:len(good)-1] + "B",
		"something more": good + "$x",
		"newline":        good + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := VerifyPassword(t.Context(), hash, "secret")
			if got || !fault.Is(err, fault.Internal) {
				t.Fatalf("VerifyPassword = %t, %v", got, err)
			}
			if strings.Contains(err.Error(), hash) {
				t.Error("the error shows the hash")
			}
		})
	}
}

// With every turn taken, a caller waits until its context ends.
func TestHashingWaits(t *testing.T) {
	for range cap(hashing) {
		hashing <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	got := make(chan error)
	go func() {
		_, err := HashPassword(ctx, "x")
		got <- err
	}()
	cancel()
	if err := <-got; !fault.Is(err, fault.Busy) {
		t.Errorf("HashPassword = %v", err)
	}
	if _, err := VerifyPassword(ctx, "", "x"); !fault.Is(err, fault.Busy) {
		t.Errorf("VerifyPassword = %v", err)
	}
	for range cap(hashing) {
		<-hashing
	}
	if _, err := VerifyPassword(ctx, "", "x"); !fault.Is(err, fault.Busy) {
		t.Errorf("a turn is free, but the context has ended: %v", err)
	}
}

func TestPasswordsTogether(t *testing.T) {
	hash, err := HashPassword(t.Context(), "right")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			pw := []string{"right", "wrong"}[i%2]
			if got, err := VerifyPassword(t.Context(), hash, pw); err != nil || got != (i%2 == 0) {
				t.Errorf("%s: %t, %v", pw, got, err)
			}
		})
	}
	wg.Wait()
	if len(hashing) != 0 {
		t.Errorf("%d turns are never given back", len(hashing))
	}
}

func BenchmarkHashPassword(b *testing.B) {
	for b.Loop() {
		HashPassword(b.Context(), "mật khẩu")
	}
}
