package approval

import (
	"fmt"
	"slices"
	"testing"

	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// TestSteps is the table of state × step × who, written out: what is not in it is refused.
func TestSteps(t *testing.T) {
	const asker, other, start, end = 1, 2, 1000, 2000
	type cell struct {
		kind  Kind
		state State
		step  Step
		own   bool
	}
	allowed := map[cell]State{}
	for _, k := range []Kind{Import, Export, Grant, Reset, Erase, Guard, Term, Reopen} {
		allowed[cell{k, Waiting, Approve, false}] = Done
		allowed[cell{k, Waiting, Refuse, false}] = Refused
		allowed[cell{k, Waiting, Withdraw, true}] = Withdrawn
		allowed[cell{k, Approved, Withdraw, true}] = Withdrawn
		allowed[cell{k, Approved, Use, true}] = Done
	}
	allowed[cell{Export, Waiting, Approve, false}] = Approved
	tried, passed := 0, 0
	for _, k := range []Kind{Import, Export, Grant, Reset, Erase, Guard, Term, Reopen} {
		for _, s := range []State{Waiting, Approved, Done, Refused, Withdrawn} {
			for _, step := range []Step{Approve, Refuse, Withdraw, Use} {
				for _, own := range []bool{true, false} {
					for _, at := range []int64{start, end - 1, end, end + 1} {
						who := map[bool]int{true: asker, false: other}[own]
						r := Request{Act: Act{Kind: k}, State: s, By: asker, At: start, Expires: end}
						got, err := r.After(step, id.ID(who), at)
						want, ok := allowed[cell{k, s, step, own}]
						ok = ok && at < end
						tried++
						if ok != (err == nil) || ok && got != want {
							t.Errorf("%s %s %s own=%t at %d: %s %v, want %s %t", k, s, step, own, at, got, err, want, ok)
						}
						if ok {
							passed++
						}
						if own && (step == Approve || step == Refuse) && fault.TextOf(err).Key != "approval.four_eyes" {
							t.Errorf("%s %s %s: the author is told %v", k, s, step, err)
						}
					}
				}
			}
		}
	}
	t.Logf("%d cells, %d allowed", tried, passed)
	if want := 8 * 5 * 2; passed != want {
		t.Errorf("%d allowed, want %d", passed, want)
	}
}

func TestExpiry(t *testing.T) {
	for s, want := range map[State]State{Waiting: Expired, Approved: Expired, Done: Done, Refused: Refused, Withdrawn: Withdrawn} {
		r := Request{State: s, Expires: 10}
		if r.Now(9) != s || r.Now(10) != want {
			t.Errorf("%s: %s, %s", s, r.Now(9), r.Now(10))
		}
	}
}

func TestDigest(t *testing.T) {
	base := Act{Kind: Import, Unit: 7, Object: 8, N: 600, Order: []byte(`{"version":3}`), Detail: "a.xlsx"}
	same := base
	same.N, same.Detail, same.Path = 601, "b", "/x"
	if string(base.Digest()) != string(same.Digest()) {
		t.Error("what is only shown changes the act")
	}
	for i, f := range []func(*Act){
		func(a *Act) { a.Kind = Export }, func(a *Act) { a.Unit = 9 }, func(a *Act) { a.Object = 9 }, func(a *Act) { a.Order = []byte(`{"version":4}`) },
		func(a *Act) { a.Unit, a.Object = 8, 7 },
	} {
		other := base
		f(&other)
		if string(base.Digest()) == string(other.Digest()) {
			t.Errorf("change %d leaves the digest", i)
		}
	}
}

func TestGuards(t *testing.T) {
	if err := Usual.Check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		g    Guards
		a    Act
		want bool
	}{
		{Usual, Act{Kind: Import, N: 500}, false},
		{Usual, Act{Kind: Import, N: 501}, true},
		{Usual, Act{Kind: Export, N: 1000}, false},
		{Usual, Act{Kind: Export, N: 1001}, true},
		{Usual, Act{Kind: Grant}, true},
		{Usual, Act{Kind: Reset}, true},
		{Usual, Act{Kind: Guard}, true},
		{Guards{Mode: Auto}, Act{Kind: Erase}, true},
		{Guards{Mode: Auto}, Act{Kind: Term}, true},
		{Guards{Mode: Auto}, Act{Kind: Reopen}, true},
		{Usual, Act{Kind: "other"}, false},
		{Guards{Mode: Always, Kinds: []Kind{Reset}}, Act{Kind: Grant}, false},
		{Guards{Mode: Always}, Act{Kind: Guard}, true},
		{Guards{Mode: Off, Kinds: Kinds}, Act{Kind: Guard}, false},
		{Guards{Mode: Off, Kinds: Kinds}, Act{Kind: Import, N: 1 << 40}, false},
	} {
		if got := c.g.Asks(c.a); got != c.want {
			t.Errorf("%+v asks %+v: %t", c.g, c.a, got)
		}
	}
	for i, bad := range []Guards{{Mode: "x"}, {Mode: Auto, Import: -1}, {Mode: Auto, Export: most + 1}, {Mode: Auto, Kinds: []Kind{Guard}}} {
		if !fault.Is(bad.Check(), fault.Invalid) {
			t.Errorf("setting %d passes", i)
		}
	}
}

// TestWeaker: whatever asks less often in any respect is weaker, and nothing is weaker than itself.
func TestWeaker(t *testing.T) {
	change := func(f func(*Guards)) Guards {
		g := Usual
		g.Kinds = slices.Clone(Kinds)
		f(&g)
		return g
	}
	for _, c := range []struct {
		name string
		g    Guards
		want bool
	}{
		{"the same", Usual, false},
		{"off", change(func(g *Guards) { g.Mode = Off }), true},
		{"always", change(func(g *Guards) { g.Mode = Always }), false},
		{"a kind less", change(func(g *Guards) { g.Kinds = g.Kinds[1:] }), true},
		{"more rows of an import", change(func(g *Guards) { g.Import++ }), true},
		{"more rows of a list", change(func(g *Guards) { g.Export++ }), true},
		{"fewer rows", change(func(g *Guards) { g.Import, g.Export = 0, 0 }), false},
		{"stronger and weaker", change(func(g *Guards) { g.Mode, g.Import = Always, 10_000 }), true},
	} {
		if got := c.g.Weaker(Usual); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

// TestKinds: every kind asks for a right of both persons, and what everybody may do asks for more of the second.
func TestKinds(t *testing.T) {
	for _, k := range append(slices.Clone(Kinds), Erase, Guard, Term, Reopen) {
		if !k.Valid() {
			t.Errorf("%s has no rights", k)
		}
	}
	if Kind("").Valid() || Export.Second() == Export.Right() {
		t.Error("rights of kinds")
	}
	n := &Needed{Act{Kind: Grant, Unit: 3}}
	if n.Error() != fmt.Sprintf("grant at %s takes a second person", n.Unit) {
		t.Error(n)
	}
}
