// Package id makes the 63-bit identifiers of everything stored (ground floor).
//
// Identifiers are made in the program, never by a database, so that the same row has the same
// identity on every engine and before it is written. An identifier carries the partition
// (province) its row lives in, so that a page address needs no second number and every statement
// can name its partition: time since 2024 in ms (41 bits) · province (10 bits) · node (4) · sequence (8).
package id

import (
	"fmt"
	"strconv"
	"sync"
	"time"
)

// ID identifies one row; 0 means none. IDs grow with the time they were made.
type ID int64

const (
	epoch        = 1704067200000 // 2024-01-01T00:00:00Z in ms
	timeShift    = 22
	provinceBits = 10
	provinceLow  = 12
	nodeLow      = 8
	// MaxProvince is the largest partition number an ID can carry.
	MaxProvince = 1<<provinceBits - 1
)

// Province returns the partition the row lives in; 0 is the nation.
func (i ID) Province() int { return int(i>>provinceLow) & MaxProvince }

// Made returns when the identifier was made, in ms of Unix time; of none it says nothing.
func (i ID) Made() int64 { return int64(i>>timeShift) + epoch }

// String returns the form used in addresses: base 36, lower case.
func (i ID) String() string { return strconv.FormatInt(int64(i), 36) }

// Parse reads what String wrote; anything else is 0.
func Parse(s string) ID {
	if len(s) == 0 || len(s) > 13 {
		return 0
	}
	n, err := strconv.ParseInt(s, 36, 64)
	if err != nil || n < 0 {
		return 0
	}
	return ID(n)
}

// MarshalText makes an identifier text also in JSON, in the form of addresses: as a number it would
// lose its last digits in programs that count with 53 bits.
func (i ID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (i *ID) UnmarshalText(text []byte) error {
	*i = Parse(string(text))
	if *i == 0 && string(text) != "0" {
		return fmt.Errorf("id: %.20q is no identifier", text)
	}
	return nil
}

// Source makes identifiers that never repeat and always grow, also when the clock stands still or
// runs back: it then counts on from the last one.
type Source struct {
	mu   sync.Mutex
	node int64
	now  func() time.Time
	last int64 // ms<<8 | seq of the last one made
}

// NewSource returns a source for one process; node tells processes on one database apart (0–15).
func NewSource(node int, now func() time.Time) *Source {
	return &Source{node: int64(node & 15), now: now}
}

// New makes the next identifier of a partition.
func (s *Source) New(province int) ID {
	s.mu.Lock()
	t := (s.now().UnixMilli() - epoch) << 8
	if t <= s.last {
		t = s.last + 1
	}
	s.last = t
	s.mu.Unlock()
	ms, seq := t>>8, t&255
	return ID(ms<<timeShift | int64(province&MaxProvince)<<provinceLow | s.node<<nodeLow | seq)
}
