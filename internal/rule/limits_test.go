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
		if err := v.check(); err != nil {
			t.Error(err)
		}
		if v.Value <= 0 {
			t.Errorf("%s is %d", key, v.Value)
		}
	}
	if got := set.Int("member.min_age"); got != 18 {
		t.Errorf("a member is at least %d", got)
	}
}

func TestCheck(t *testing.T) {
	fine := Value{Key: "k", Value: 1, Unit: "days", Source: "x", Confidence: "likely", Since: "2026-07-26"}
	if err := fine.check(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Value){
		"no key":          func(v *Value) { v.Key = "" },
		"no unit":         func(v *Value) { v.Unit = "" },
		"no source":       func(v *Value) { v.Source = "" },
		"no confidence":   func(v *Value) { v.Confidence = "" },
		"odd confidence":  func(v *Value) { v.Confidence = "very" },
		"no day":          func(v *Value) { v.Since = "" },
		"a year alone":    func(v *Value) { v.Since = "2026" },
		"impossible day":  func(v *Value) { v.Since = "2026-02-30" },
		"another writing": func(v *Value) { v.Since = "26/7/2026" },
	} {
		v := fine
		spoil(&v)
		if v.check() == nil {
			t.Errorf("%s passes", name)
		}
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
