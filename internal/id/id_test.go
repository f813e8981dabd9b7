package id

import (
	"encoding/json"
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
		if i == 0 && n.Made() != clock.UnixMilli() {
			t.Fatalf("made at %d, want %d", n.Made(), clock.UnixMilli())
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

func TestJSON(t *testing.T) {
	type row struct {
		ID   ID
		Left ID `json:",omitempty"`
		By   map[ID]ID
	}
	want := `{"ID":"2wl0rsw91iip","By":{"1":"0"}}`
	text, err := json.Marshal(row{ID: Parse("2wl0rsw91iip"), By: map[ID]ID{1: 0}})
	if err != nil || string(text) != want {
		t.Fatalf("got %s, %v, want %s", text, err, want)
	}
	var back row
	if err := json.Unmarshal(text, &back); err != nil || back.ID != Parse("2wl0rsw91iip") || len(back.By) != 1 {
		t.Errorf("back: %+v, %v", back, err)
	}
	for _, bad := range []string{`{"ID":"-"}`, `{"ID":""}`, `{"ID":12}`} {
		if err := json.Unmarshal([]byte(bad), &back); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}
