package rule

import "testing"

// TestDefault: every value is delivered with source, confidence and the day it holds from.
func TestDefault(t *testing.T) {
	set, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	if len(set) == 0 {
		t.Fatal("no values")
	}
	for key, v := range set {
		if v.Key != key {
			t.Errorf("%q stands under %q", v.Key, key)
		}
		if v.Source == "" || v.Sure == "" || !v.Since.Valid() {
			t.Errorf("%s has no source, confidence or day", key)
		}
		if v.Value <= 0 && v.Share == "" {
			t.Errorf("%s is %d", key, v.Value)
		}
	}
	if got := set.Int("member.min_age"); got != 18 {
		t.Errorf("a member is at least %d", got)
	}
	if set.Since("member.min_age") != 20111101 {
		t.Error("since when a value holds is not told")
	}
}

func TestIntPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a key that does not exist gives a number")
		}
	}()
	Set{}.Int("no.such")
}
