package seal

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"ketnap/internal/fault"
)

// cost is what a password hash takes: memory in KiB, passes over it, lanes.
type cost struct {
	memory, passes uint32
	lanes          uint8
}

// usual is the cost of new hashes. Every part is at or above the common floor
// of 19 MiB, 2 passes, 1 lane.
var usual = cost{memory: 64 << 10, passes: 2, lanes: 1}

// most is what a stored hash may ask for: a changed row must not be able to
// take all memory.
var most = cost{memory: 256 << 10, passes: 16, lanes: 16}

const (
	saltSize = 16
	hashSize = 32

	// MaxPassword is the longest password in bytes.
	MaxPassword = 1024
)

// hashing bounds the hashes that run at once in this process: each takes a
// core and 64 MiB, so more would be slower for everybody and could end in no
// memory at all.
var hashing = make(chan struct{}, runtime.NumCPU())

// HashPassword is the argon2id hash of pw as a PHC string ("$argon2id$…"),
// different each time. It waits for its turn; when ctx ends first, that is
// fault.Busy. A password over MaxPassword bytes is fault.Invalid.
func HashPassword(ctx context.Context, pw string) (string, error) {
	if len(pw) > MaxPassword {
		return "", fault.E("seal.HashPassword", fault.Invalid, "seal.password.long", MaxPassword)
	}
	salt := randomBytes(saltSize)
	sum, err := slow(ctx, pw, salt, usual)
	if err != nil {
		return "", err
	}
	return phc{usual, salt, sum}.String(), nil
}

// VerifyPassword says whether pw is the password of hash. An empty hash, for a
// user who does not exist or has no password, costs the same time and is
// false, so that nobody learns from the time which names exist. Errors are
// fault.Busy when ctx ends before it is our turn, and fault.Internal for a
// hash that is none.
func VerifyPassword(ctx context.Context, hash, pw string) (bool, error) {
	h := phc{usual, make([]byte, saltSize), make([]byte, hashSize)}
	if hash != "" {
		var ok bool
		if h, ok = parsePHC(hash); !ok {
			return false, fault.E("seal.VerifyPassword", fault.Internal, "")
		}
	}
	long := len(pw) > MaxPassword
	if long {
		pw = ""
	}
	sum, err := slow(ctx, pw, h.salt, h.cost)
	if err != nil {
		return false, err
	}
	same := subtle.ConstantTimeCompare(sum, h.sum) == 1
	return same && hash != "" && !long, nil
}

// NeedsRehash says whether hash was made at another cost than new ones are.
// After a good login the password is then hashed again.
func NeedsRehash(hash string) bool {
	h, ok := parsePHC(hash)
	return !ok || h.cost != usual
}

// slow computes the hash when it is our turn. The password is composed first:
// the same keys give NFC on one device and NFD on another.
func slow(ctx context.Context, pw string, salt []byte, c cost) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fault.E("seal.password", fault.Busy, "error.busy", err)
	}
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return nil, fault.E("seal.password", fault.Busy, "error.busy", ctx.Err())
	}
	return argon2.IDKey([]byte(norm.NFC.String(pw)), salt, c.passes, c.memory, c.lanes, hashSize), nil
}

// A phc is a hash with what is needed to compute it again.
type phc struct {
	cost
	salt, sum []byte
}

// String is the PHC form: $argon2id$v=19$m=65536,t=2,p=1$salt$sum.
func (h phc) String() string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, h.memory, h.passes, h.lanes, b64(h.salt), b64(h.sum))
}

func parsePHC(s string) (h phc, ok bool) {
	part := strings.Split(s, "$")
	if len(part) != 6 {
		return h, false
	}
	n, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.lanes)
	if err != nil || n != 3 {
		return h, false
	}
	b64 := base64.RawStdEncoding.Strict()
	var errSalt, errSum error
	h.salt, errSalt = b64.DecodeString(part[4])
	h.sum, errSum = b64.DecodeString(part[5])
	ok = errSalt == nil && errSum == nil && len(h.salt) >= 8 && len(h.sum) == hashSize &&
		h.passes >= 1 && h.passes <= most.passes && h.lanes >= 1 && h.lanes <= most.lanes &&
		h.memory >= 8*uint32(h.lanes) && h.memory <= most.memory
	return h, ok && h.String() == s // one spelling only, and only this version
}
