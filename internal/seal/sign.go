package seal

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

const (
	labelMark = "ketnap audit mark v1"
	labelSign = "ketnap audit sign v1"
)

// A Notary marks entries of the audit trail and signs its seals. Its keys come from the key file and stay the same when keys are
// rotated; they are never in the database. Marks need the secret to be checked; seals are checked with the public key alone.
type Notary struct {
	mark []byte
	sign ed25519.PrivateKey
}

// Notary returns the notary of the installation.
func (r *Ring) Notary() (*Notary, error) {
	mark, err := hkdf.Key(sha256.New, r.file.blind, nil, labelMark, keySize)
	if err != nil {
		return nil, fmt.Errorf("derive the key of marks: %w", err)
	}
	seed, err := hkdf.Key(sha256.New, r.file.blind, nil, labelSign, ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("derive the key of seals: %w", err)
	}
	return &Notary{mark, ed25519.NewKeyFromSeed(seed)}, nil
}

// Mark is a code of data that nobody without the keys can make.
func (n *Notary) Mark(data []byte) string {
	mac := hmac.New(sha256.New, n.mark)
	mac.Write(data)
	return base64.RawStdEncoding.EncodeToString(mac.Sum(nil))
}

// Marks reports whether mark is the mark of data.
func (n *Notary) Marks(data []byte, mark string) bool {
	return hmac.Equal([]byte(n.Mark(data)), []byte(mark))
}

// Sign returns the signature of data.
func (n *Notary) Sign(data []byte) string {
	return base64.RawStdEncoding.EncodeToString(ed25519.Sign(n.sign, data))
}

// Public is the public key, for those who check seals elsewhere.
func (n *Notary) Public() string {
	return base64.RawStdEncoding.EncodeToString(n.sign.Public().(ed25519.PublicKey))
}

// Signed reports whether signature is that of data by the holder of a public key as Public gave it.
func Signed(public string, data []byte, signature string) bool {
	key, err := base64.RawStdEncoding.DecodeString(public)
	sig, serr := base64.RawStdEncoding.DecodeString(signature)
	return err == nil && serr == nil && len(key) == ed25519.PublicKeySize && ed25519.Verify(key, data, sig)
}

// Format writes only what it is, so that no log or dump of a struct can hold a key.
func (n *Notary) Format(s fmt.State, _ rune) { fmt.Fprint(s, "seal.Notary") }
