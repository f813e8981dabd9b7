// Package seal keeps secrets secret (ground floor): sealed fields, blind
// indexes for exact search, password hashes and session tokens.
//
// The keys lie in one file outside the database (keyfile.go), so that neither
// a copy of the database nor its backup can be read alone. Whoever loses the
// file loses the sealed fields: it is backed up apart from the database.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"sync"

	"ketnap/internal/fault"
)

// The envelope of a sealed value is
//
//	version 1 byte | key id 4 bytes | nonce 12 bytes | ciphertext | tag 16 bytes
//
// The header and the place are authenticated with the value. Nonces are
// random, so one key is good for 2^32 values: rotate long before that.
const (
	version    = 1
	headerSize = 1 + 4
	keySize    = 32

	// Overhead is the bytes a sealed value is longer than its plain value.
	Overhead = headerSize + 12 + 16
)

// The labels keep keys of different use apart, even from one secret.
const (
	labelSeal  = "ketnap seal v1"
	labelBlind = "ketnap blind v1"
)

// Ring (vòng khóa) is the keys of an installation. The newest seals, all
// open. It is safe for use by many goroutines and never shows its keys: every
// way of printing gives only their number.
type Ring struct {
	keys   map[uint32]cipher.AEAD
	roots  map[uint32][]byte // what the keys of persons are derived from
	newest uint32
	blind  []byte
	macs   *sync.Pool // of keyed hashes by blind: setting one up costs more than hashing a number
	file   keyFile
}

// New is a ring with one fresh key that lives in memory only, for tests and
// trials. What it seals is lost with it.
func New() *Ring {
	r, err := newRing(freshKeyFile())
	if err != nil {
		panic("seal: a fresh key file is good: " + err.Error())
	}
	return r
}

func newRing(f keyFile) (*Ring, error) {
	blind, err := hkdf.Key(sha256.New, f.blind, nil, labelBlind, keySize)
	if err != nil {
		return nil, fmt.Errorf("derive the blind key: %w", err)
	}
	r := &Ring{keys: make(map[uint32]cipher.AEAD), roots: make(map[uint32][]byte), blind: blind, file: f}
	r.macs = &sync.Pool{New: func() any { return hmac.New(sha256.New, blind) }}
	for _, k := range f.keys {
		if r.keys[k.id], err = newAEAD(k.secret); err != nil {
			return nil, fmt.Errorf("key %d: %w", k.id, err)
		}
		if r.roots[k.id], err = hkdf.Extract(sha256.New, k.secret, []byte(ownLabel)); err != nil {
			return nil, fmt.Errorf("key %d: %w", k.id, err)
		}
		r.newest = max(r.newest, k.id)
	}
	return r, nil
}

func newAEAD(secret []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, labelSeal, keySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Seal encrypts plain for one place. The place names the field and the row,
// "person|38|1234": a value copied to another place does not open there. Equal
// values give different results; an empty one is sealed like any other.
func (r *Ring) Seal(place string, plain []byte) []byte {
	out := make([]byte, headerSize, len(plain)+Overhead)
	out[0] = version
	binary.BigEndian.PutUint32(out[1:], r.newest)
	return r.keys[r.newest].Seal(out, nil, plain, bind(out[:headerSize], place))
}

// Open is the plain value sealed for place. Whatever is wrong — another place,
// a changed or cut value, a key not in the ring — gives the same error
// (fault.Internal, seal.broken), which says nothing of the value.
func (r *Ring) Open(place string, sealed []byte) ([]byte, error) {
	if len(sealed) >= Overhead && sealed[0] == version {
		if aead := r.keys[binary.BigEndian.Uint32(sealed[1:headerSize])]; aead != nil {
			plain, err := aead.Open(nil, nil, sealed[headerSize:], bind(sealed[:headerSize], place))
			if err == nil {
				return plain, nil
			}
		}
	}
	return nil, fault.E("seal.Open", fault.Internal, "seal.broken")
}

// bind is the data authenticated with a value: its header and its place.
func bind(header []byte, place string) []byte {
	return append(append(make([]byte, 0, len(header)+len(place)), header...), place...)
}

// Fresh says whether sealed was made with the newest key. A value that was
// not is sealed again when it is next written.
func (r *Ring) Fresh(sealed []byte) bool {
	return len(sealed) >= Overhead && sealed[0] == version &&
		binary.BigEndian.Uint32(sealed[1:headerSize]) == r.newest
}

// Blind is the blind index of value: 16 bytes, equal for equal purpose and
// value and without the key like random. It stays the same when keys are
// rotated. It shows which rows are equal, so it is for values that hardly
// repeat (identity and card numbers), never for religion or ethnic group.
func (r *Ring) Blind(purpose, value string) []byte {
	mac := r.macs.Get().(hash.Hash)
	defer r.macs.Put(mac)
	mac.Reset()
	var n [4]byte
	binary.BigEndian.PutUint32(n[:], uint32(len(purpose))) // so that purpose and value cannot run together
	mac.Write(n[:])
	mac.Write([]byte(purpose))
	mac.Write([]byte(value))
	return mac.Sum(nil)[:16]
}

// Format writes the number of keys for every verb, so that no log or dump of a
// struct can hold a key.
func (r *Ring) Format(s fmt.State, _ rune) {
	n := 0
	if r != nil {
		n = len(r.keys)
	}
	fmt.Fprintf(s, "seal.Ring(%d keys)", n)
}

// MarshalJSON keeps the keys out of JSON too.
func (r *Ring) MarshalJSON() ([]byte, error) { return []byte(`"seal.Ring"`), nil }

// Token is a new secret for a session or a link: clear for its holder (130
// random bits, letters and digits) and the hash to keep.
func Token() (clear string, hash []byte) {
	clear = rand.Text()
	return clear, HashToken(clear)
}

// HashToken is the hash of a token as Token gave it. Tokens are random, so no
// slow hash is needed, and looking the hash up leaks no time about the token.
func HashToken(clear string) []byte {
	sum := sha256.Sum256([]byte(clear))
	return sum[:]
}

// randomBytes never fails: without a source of randomness the program ends.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
