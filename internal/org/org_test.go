package org

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ketnap/internal/day"
	"ketnap/internal/id"
)

func TestPlace(t *testing.T) {
	root := Unit{ID: 5}.Place(Unit{})
	branch := Unit{ID: 40}.Place(root)
	section := Unit{ID: 300}.Place(branch)
	cell := Unit{ID: 2000}.Place(section)
	for _, c := range []struct {
		name           string
		u              Unit
		parent, branch id.ID
		depth          int
		path           string
		tallied        bool
	}{
		{"root", root, 0, 5, 0, "/5/", true},
		{"branch", branch, 5, 40, 1, "/5/14/", true},
		{"section", section, 40, 40, 2, "/5/14/8c/", false},
		{"cell", cell, 300, 40, 3, "/5/14/8c/1jk/", false},
	} {
		if c.u.Parent != c.parent || c.u.Branch != c.branch || c.u.Depth != c.depth || c.u.Path != c.path || c.u.Tallied() != c.tallied {
			t.Errorf("%s: %+v", c.name, c.u)
		}
	}
	if moved := cell.Place(root); moved.Branch != cell.ID || moved.Depth != 1 || moved.Path != "/5/1jk/" || moved.Parent != 5 {
		t.Errorf("moved under the root: %+v", moved)
	}
	for _, c := range []struct {
		a, b Unit
		want bool
	}{{cell, root, true}, {cell, branch, true}, {cell, cell, true}, {root, cell, false}, {branch, section, false}} {
		if got := c.a.Under(c.b); got != c.want {
			t.Errorf("%s under %s: %v", c.a.Path, c.b.Path, got)
		}
	}
}

// TestPathEnd: the range from a path to its end holds the subtree and nothing else, whatever the ids.
func TestPathEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := func(name string) id.ID { return id.ID(rapid.Int64Range(1, 1<<62).Draw(t, name)) }
		root := Unit{ID: unit("root")}.Place(Unit{})
		a := Unit{ID: unit("a")}.Place(root)
		b := Unit{ID: unit("b")}.Place(root)
		below := Unit{ID: unit("below")}.Place(a)
		end := PathEnd(a.Path)
		if !strings.HasSuffix(a.Path, "/") || end <= a.Path {
			t.Fatalf("%q ends at %q", a.Path, end)
		}
		for _, in := range []Unit{a, below} {
			if in.Path < a.Path || in.Path >= end {
				t.Fatalf("%q is not in %q…%q", in.Path, a.Path, end)
			}
		}
		if a.ID != b.ID && b.Path >= a.Path && b.Path < end {
			t.Fatalf("%q is in %q…%q", b.Path, a.Path, end)
		}
		if root.Path >= a.Path && root.Path < end {
			t.Fatalf("the root %q is in %q…%q", root.Path, a.Path, end)
		}
	})
	// A sibling whose number only begins alike is not below: /5/1/ and /5/10/.
	if a, b := (Unit{ID: 1}).Place(Unit{ID: 5}.Place(Unit{})), (Unit{ID: 36}).Place(Unit{ID: 5}.Place(Unit{})); b.Under(a) || b.Path < PathEnd(a.Path) && b.Path >= a.Path {
		t.Errorf("%q counts as below %q", b.Path, a.Path)
	}
}

func TestAlive(t *testing.T) {
	u := Unit{Founded: day.Of(2010, 1, 1), Dissolved: day.Of(2025, 7, 1)}
	open := Unit{Founded: day.Of(2010, 1, 1)}
	for _, c := range []struct {
		on          day.Date
		ended, open bool
	}{
		{day.Of(2009, 12, 31), false, false},
		{day.Of(2010, 1, 1), true, true},
		{day.Of(2025, 6, 30), true, true},
		{day.Of(2025, 7, 1), false, true},
		{day.Of(2030, 1, 1), false, true},
	} {
		if got := u.Alive(c.on); got != c.ended {
			t.Errorf("dissolved unit on %s: %v", c.on, got)
		}
		if got := open.Alive(c.on); got != c.open {
			t.Errorf("open unit on %s: %v", c.on, got)
		}
	}
}

func TestCodes(t *testing.T) {
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		{"38001002003004", "38001002003004", true},
		{"38.001.002.003.004", "38001002003004", true},
		{"01.000.000.000.000", "01000000000000", true},
		{"3800100200300", "", false},
		{"380010020030045", "", false},
		{"", "", false},
		{"38-001-002-003-004", "", false},
		{"3800100200300a", "", false},
		{"３８００１００２００３００４", "", false}, // full-width digits
		{"38001002003 04", "", false},
	} {
		if got, ok := ValidCode(c.in); got != c.want || ok != c.ok {
			t.Errorf("ValidCode(%q) = %q, %v", c.in, got, ok)
		}
	}
	if got := FormatCode("38001002003004"); got != "38.001.002.003.004" {
		t.Errorf("FormatCode = %q", got)
	}
	for _, odd := range []string{"", "38", "38.001.002.003.004"} {
		if got := FormatCode(odd); got != odd {
			t.Errorf("FormatCode(%q) = %q", odd, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.StringMatching(`[0-9]{14}`).Draw(t, "code")
		if got, ok := ValidCode(FormatCode(code)); !ok || got != code {
			t.Fatalf("%q comes back as %q, %v", code, got, ok)
		}
	})
}

// TestKinds: every kind is valid, has words, and no word names two kinds.
func TestKinds(t *testing.T) {
	seen := map[string]Kind{}
	for _, k := range Kinds {
		if !k.Kind.Valid() || len(k.Words) == 0 {
			t.Errorf("%s: valid %v, words %v", k.Kind, k.Kind.Valid(), k.Words)
		}
		for _, w := range k.Words {
			if other, taken := seen[w]; taken {
				t.Errorf("%q names %s and %s", w, other, k.Kind)
			}
			seen[w] = k.Kind
		}
	}
	if Kind("").Valid() || Kind("district").Valid() {
		t.Error("an unknown kind is valid")
	}
	if blocs := slices.Compact(slices.Sorted(slices.Values(Blocs))); len(blocs) != len(Blocs) {
		t.Error("a bloc is listed twice")
	}
}
