package target

import (
	"flag"
	"math/rand/v2"
	"slices"
	"testing"

	"ketnap/internal/fault"
	"ketnap/internal/id"
)

var (
	allocSeed  = flag.Uint64("alloc.seed", 0, "seed of the random allocations; 0 takes a fresh one")
	allocCases = flag.Int("alloc.cases", 1_000_000, "how many random allocations to check")
)

// drawUnits makes units whose floors and caps allow some totals.
func drawUnits(r *rand.Rand, us []Weighed) (floors, caps int64, bounded bool) {
	bounded = true
	wide := r.IntN(4)
	for i := range us {
		u := Weighed{Unit: id.ID(i + 1), Cap: NoCap}
		switch wide {
		case 0:
			u.Weight = int64(r.IntN(5))
		case 1:
			u.Weight = int64(r.IntN(3000))
		default:
			u.Weight = int64(1 + r.IntN(40))
		}
		if r.IntN(3) == 0 {
			u.Floor = int64(r.IntN(6))
		}
		if r.IntN(3) == 0 {
			u.Cap = u.Floor + int64(r.IntN(12))
		}
		us[i] = u
		floors += u.Floor
		switch {
		case u.Weight == 0:
			caps += u.Floor
		case u.Cap == NoCap:
			bounded = false
		default:
			caps += u.Cap
		}
	}
	return floors, caps, bounded
}

// checkParts says what is wrong with parts of a total.
func checkParts(total int64, us []Weighed, parts []int64) string {
	var sum int64
	for i, p := range parts {
		sum += p
		switch {
		case p < us[i].Floor:
			return "below a floor"
		case us[i].Cap != NoCap && p > us[i].Cap:
			return "above a cap"
		case us[i].Weight == 0 && p != us[i].Floor:
			return "a part without weight"
		}
	}
	if sum != total {
		return "the parts do not sum to the whole"
	}
	return ""
}

// fair says whether some pair of units not held by floor or cap is more than one off its proportion.
func fair(us []Weighed, parts []int64) string {
	for i := range us {
		for j := range us {
			a, b := us[i], us[j]
			if a.Weight == 0 || b.Weight == 0 || parts[i] == a.Floor || a.Cap == parts[i] || parts[j] == b.Floor || b.Cap == parts[j] {
				continue
			}
			// parts[i] lies within one of weight*λ, so (p_i-1)/w_i < (p_j+1)/w_j.
			if (parts[i]-1)*b.Weight >= (parts[j]+1)*a.Weight {
				return "out of proportion"
			}
		}
	}
	return ""
}

// TestAllocate: parts sum to the whole, floors and caps hold, the order of units changes nothing; in random cases.
func TestAllocate(t *testing.T) {
	seed := *allocSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-alloc.seed=%d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	n := *allocCases
	if testing.Short() {
		n /= 20
	}
	us, back := make([]Weighed, 12), make([]Weighed, 12)
	for c := range n {
		k := 1 + r.IntN(len(us))
		floors, caps, bounded := drawUnits(r, us[:k])
		total := floors + int64(r.IntN(60))
		parts, err := Allocate(total, us[:k])
		if bounded && total > caps {
			if !fault.Is(err, fault.Invalid) || fault.TextOf(err).Key != "target.alloc_caps" {
				t.Fatalf("case %d: %d above the caps %d: %v", c, total, caps, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("case %d: %d of %+v: %v", c, total, us[:k], err)
		}
		if why := checkParts(total, us[:k], parts); why != "" {
			t.Fatalf("case %d: %s: %d of %+v: %v", c, why, total, us[:k], parts)
		}
		if why := fair(us[:k], parts); why != "" {
			t.Fatalf("case %d: %s: %d of %+v: %v", c, why, total, us[:k], parts)
		}
		if c%4 != 0 {
			continue
		}
		perm := r.Perm(k)
		for i, p := range perm {
			back[i] = us[p]
		}
		again, err := Allocate(total, back[:k])
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range perm {
			if again[i] != parts[p] {
				t.Fatalf("case %d: another order gives %v instead of %v: %d of %+v", c, again, parts, total, us[:k])
			}
		}
	}
}

func TestAllocateRefuses(t *testing.T) {
	two := []Weighed{{Unit: 1, Weight: 1, Cap: NoCap}, {Unit: 2, Weight: 1, Cap: NoCap}}
	for name, c := range map[string]struct {
		total int64
		us    []Weighed
		key   fault.Key
	}{
		"nobody":        {5, nil, "target.alloc_nothing"},
		"negative":      {-1, two, "target.alloc_nothing"},
		"floors":        {5, []Weighed{{Unit: 1, Weight: 1, Floor: 6, Cap: NoCap}}, "target.alloc_floors"},
		"caps":          {5, []Weighed{{Unit: 1, Weight: 1, Cap: 4}}, "target.alloc_caps"},
		"no weight":     {5, []Weighed{{Unit: 1, Cap: NoCap}}, "target.alloc_caps"},
		"cap below":     {5, []Weighed{{Unit: 1, Weight: 1, Floor: 3, Cap: 2}}, "target.alloc_cap_below_floor"},
		"weight":        {5, []Weighed{{Unit: 1, Weight: -1, Cap: NoCap}}, "target.alloc_weight"},
		"far too large": {3_000_000_000, two, "target.too_large"},
	} {
		if parts, err := Allocate(c.total, c.us); parts != nil || !fault.Is(err, fault.Invalid) || fault.TextOf(err).Key != c.key {
			t.Errorf("%s: %v %v", name, parts, err)
		}
	}
	for _, c := range []struct {
		total int64
		us    []Weighed
		want  []int64
	}{
		{10, []Weighed{{1, 1, 0, NoCap}, {2, 1, 0, NoCap}, {3, 1, 0, NoCap}}, []int64{4, 3, 3}},
		{817, []Weighed{{1, 50, 0, NoCap}, {2, 30, 0, NoCap}, {3, 20, 0, NoCap}}, []int64{409, 245, 163}},
		{7, []Weighed{{1, 10, 0, 2}, {2, 1, 0, NoCap}, {3, 1, 3, NoCap}}, []int64{2, 2, 3}},
		{0, []Weighed{{1, 0, 0, NoCap}, {2, 3, 0, 0}}, []int64{0, 0}},
		{3, []Weighed{{1, 0, 3, NoCap}}, []int64{3}},
		{1_000_000_000, []Weighed{{1, 999_999_999, 0, NoCap}, {2, 1, 1, 1}}, []int64{999_999_999, 1}},
	} {
		if got, err := Allocate(c.total, c.us); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%d of %v: %v %v", c.total, c.us, got, err)
		}
	}
}

// TestDivide: low and high bounds both sum exactly, and no sub-group exceeds its unit's part.
func TestDivide(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 2))
	for range 20_000 {
		us := make([]Weighed, 1+r.IntN(9))
		for i := range us {
			us[i] = Weighed{Unit: id.ID(i + 1), Weight: int64(1 + r.IntN(500)), Cap: NoCap}
		}
		low := int64(r.IntN(400))
		v := Value{Op: Ops[r.IntN(len(Ops))], Low: low, Counted: InPersons}
		if v.Op == Between || v.Op == About && r.IntN(2) == 0 {
			v.High = low + 1 + int64(r.IntN(100))
		}
		whole, err := Divide(v, us)
		if err != nil {
			t.Fatal(err)
		}
		var sum Total
		for _, p := range whole {
			if err := p.Value.Check(); err != nil {
				t.Fatalf("%s of %s: %v", p.Value, v, err)
			}
			sum.Add(p.Value)
		}
		top, open := v.Most()
		if sum.Low != v.Least() || !open && sum.High != top {
			t.Fatalf("%s comes to %s in %v", v, sum, whole)
		}
		part, err := DividePart(Value{Op: Exactly, Low: low / 3, Counted: InPersons}, us, whole)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range part {
			if fs := SubGroup(Given{1, whole[i].Value}, Given{2, p.Value}, Overlapping); len(fs) > 0 && fs[0].Grade == Wrong {
				t.Fatalf("%s of %s", p.Value, whole[i].Value)
			}
		}
	}
	parts := ByShare(3, 0, AtLeast, []Weighed{{1, 365911, 0, NoCap}, {2, 10, 1, NoCap}, {3, 1000, 0, 20}, {4, 0, 0, NoCap}})
	for i, want := range []int64{10978, 1, 20, 0} {
		if parts[i].Value.Low != want || parts[i].Value.Op != AtLeast {
			t.Errorf("3 %%: %v", parts[i])
		}
	}
}

// BenchmarkPreview is a province: 7.000 units and six sub-groups of a range.
func BenchmarkPreview(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	us := make([]Weighed, 7000)
	for i := range us {
		us[i] = Weighed{Unit: id.ID(i + 1), Weight: int64(r.IntN(200)), Cap: NoCap}
	}
	for b.Loop() {
		whole, err := Divide(Value{Op: Between, Low: 5400, High: 6100, Counted: InPersons}, us)
		if err != nil {
			b.Fatal(err)
		}
		for range 6 {
			if _, err := DividePart(Value{Op: Between, Low: 500, High: 640, Counted: InPersons}, us, whole); err != nil {
				b.Fatal(err)
			}
		}
	}
}
