package id

import (
	"testing"
	"time"
)

func TestNewGrowsAndCarriesProvince(t *testing.T) {
	clock := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	s := NewSource(3, func() time.Time { return clock })
	var last ID
	for i := range 5000 {
		if i == 2500 {
			clock = clock.Add(-time.Hour)
		}
		n := s.New(38)
		if n <= last {
			t.Fatalf("%d: %d is not above %d", i, n, last)
		}
		if n.Province() != 38 {
			t.Fatalf("province = %d", n.Province())
		}
		if Parse(n.String()) != n {
			t.Fatalf("Parse(%q) != %d", n.String(), n)
		}
		last = n
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{"", "-1", "zzzzzzzzzzzzz", "12345678901234", "a b", "ô"} {
		if got := Parse(s); got != 0 {
			t.Errorf("Parse(%q) = %d, want 0", s, got)
		}
	}
}
