package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"

	"ketnap/internal/fault"
)

// A value of somebody's own is sealed with a key that takes a salt besides the key of the ring. Whoever destroys the salt destroys every
// such value, wherever a copy of it lies (crypto-shredding). The envelope is that of ring.go with another version.
const (
	ownVersion = 2
	ownLabel   = "ketnap own v1|"

	// SaltSize is the bytes of a salt: nobody guesses 128 random bits.
	SaltSize = 16
)

// Salt is a fresh salt for the key of one person.
func Salt() []byte { return randomBytes(SaltSize) }

// Own (khóa riêng) seals and opens the values of one person. It is for one goroutine.
type Own struct {
	ring *Ring
	salt []byte
	keys map[uint32]cipher.AEAD
}

// Own is the keys of whom a salt belongs to. Without a salt it opens only what was sealed before there was one.
func (r *Ring) Own(salt []byte) *Own { return &Own{ring: r, salt: salt} }

// Ready reports whether there is a salt, without which nothing can be sealed.
func (o *Own) Ready() bool { return len(o.salt) == SaltSize }

// Owned reports whether a value was sealed with the key of a person.
func Owned(sealed []byte) bool { return len(sealed) >= Overhead && sealed[0] == ownVersion }

func (o *Own) key(i uint32) cipher.AEAD {
	if a := o.keys[i]; a != nil {
		return a
	}
	root := o.ring.roots[i]
	if root == nil || !o.Ready() {
		return nil
	}
	key, err := hkdf.Expand(sha256.New, root, ownLabel+string(o.salt), keySize)
	if err != nil {
		return nil
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil
	}
	if o.keys == nil {
		o.keys = make(map[uint32]cipher.AEAD, 1)
	}
	o.keys[i] = aead
	return aead
}

// Seal is Ring.Seal with the person's key. It panics without a salt: a value nobody can destroy must not come to be unnoticed.
func (o *Own) Seal(place string, plain []byte) []byte {
	aead := o.key(o.ring.newest)
	if aead == nil {
		panic("seal: a key of one's own without a salt")
	}
	out := make([]byte, headerSize, len(plain)+Overhead)
	out[0] = ownVersion
	binary.BigEndian.PutUint32(out[1:], o.ring.newest)
	return aead.Seal(out, nil, plain, bind(out[:headerSize], place))
}

// Open opens what Seal sealed, and what Ring.Seal sealed for the same place before persons had keys. Errors are those of Ring.Open.
func (o *Own) Open(place string, sealed []byte) ([]byte, error) {
	if !Owned(sealed) {
		return o.ring.Open(place, sealed)
	}
	if aead := o.key(binary.BigEndian.Uint32(sealed[1:headerSize])); aead != nil {
		if plain, err := aead.Open(nil, nil, sealed[headerSize:], bind(sealed[:headerSize], place)); err == nil {
			return plain, nil
		}
	}
	return nil, fault.E("seal.Own.Open", fault.Internal, "seal.broken")
}

// Fresh says whether a value was made with the person's key under the newest key of the ring.
func (o *Own) Fresh(sealed []byte) bool {
	return Owned(sealed) && binary.BigEndian.Uint32(sealed[1:headerSize]) == o.ring.newest
}
