package audit

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"ketnap/internal/id"
)

// Row is a stored entry (dòng nhật ký).
type Row struct {
	Entry
	ID   id.ID
	Seq  int64 // number within the province, without gaps; 0 from before the chain
	At   int64 // unix ms
	Mark string
}

// Bytes is the whole entry, unambiguous: what is marked.
func (r Row) Bytes() []byte {
	b := make([]byte, 0, 256)
	for _, n := range []int64{1, int64(r.Province), r.Seq, int64(r.ID), r.At, int64(r.Actor), int64(r.Object)} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	for _, s := range []string{r.Name, r.Method, r.Action, r.Detail} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	return b
}

// Chain is the hash over all entries of a province up to one of them.
type Chain [sha256.Size]byte

// Start is the chain before the first entry of a province.
func Start(province int) Chain {
	return sha256.Sum256(fmt.Appendf(nil, "ketnap audit chain v1|%d", province))
}

// Then is the chain after one more entry. Entries from before the chain have no mark and count with all their bytes.
func (c Chain) Then(r Row) Chain {
	b := append(c[:], r.Mark...)
	if r.Seq == 0 {
		b = append(b, r.Bytes()...)
	}
	return sha256.Sum256(binary.BigEndian.AppendUint64(b, uint64(r.Seq)))
}

// String is the chain as it is stored.
func (c Chain) String() string { return base64.RawStdEncoding.EncodeToString(c[:]) }

// ParseChain reads what String wrote.
func ParseChain(s string) (c Chain, ok bool) {
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil || len(b) != len(c) {
		return c, false
	}
	return Chain(b), true
}

// Seal is the signed word that a province had exactly these entries (dấu niêm phong).
type Seal struct {
	Province  int
	Seq       int64 // of the last entry
	Hash      string
	At        int64 // unix ms
	Signature string
}

// Bytes is what is signed.
func (s Seal) Bytes() []byte {
	return fmt.Appendf(nil, "ketnap audit seal v1|%d|%d|%s|%d", s.Province, s.Seq, s.Hash, s.At)
}
