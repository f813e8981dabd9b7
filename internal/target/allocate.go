package target

import (
	"cmp"
	"math/bits"
	"slices"

	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Method is how a number is divided among units (cách phân bổ).
type Method string

// The methods. By hand is none of them: it is typing.
const (
	ByMembers Method = "members" // theo tỷ lệ đảng viên
	ByPool    Method = "pool"    // theo nguồn: people in the pool
	ByLast    Method = "last"    // theo kết quả năm trước
	ByEqual   Method = "equal"   // chia đều
	ByPercent Method = "percent" // theo phần trăm đảng viên của từng đơn vị: the sum follows from the units
)

// Methods lists the methods.
var Methods = []Method{ByMembers, ByPool, ByLast, ByEqual, ByPercent}

// NoCap is a cap that holds nothing back.
const NoCap = int64(-1)

// Weighed is one unit that gets a part.
type Weighed struct {
	Unit       id.ID
	Weight     int64
	Floor, Cap int64 // Cap NoCap for none
}

// Allocate divides total among units by weight so that the parts sum to it exactly, none falls below its floor or above its
// cap, and the order of the units changes nothing: whole parts first, what is left by largest remainder, then by larger
// weight, then by the older unit. The result is in the order of the units given.
func Allocate(total int64, us []Weighed) ([]int64, error) {
	if err := possible(total, us); err != nil {
		return nil, err
	}
	t, w := level(total, us)
	parts := make([]int64, len(us))
	type rest struct {
		at  int
		rem uint64
	}
	var rests []rest
	left := total
	for i, u := range us {
		n, rem := u.at(t, w)
		parts[i] = n
		left -= n
		if rem > 0 {
			rests = append(rests, rest{i, rem})
		}
	}
	slices.SortFunc(rests, func(a, b rest) int {
		return cmp.Or(-cmp.Compare(a.rem, b.rem), -cmp.Compare(us[a.at].Weight, us[b.at].Weight), cmp.Compare(us[a.at].Unit, us[b.at].Unit))
	})
	for _, r := range rests[:max(0, min(int(left), len(rests)))] {
		parts[r.at]++
	}
	return parts, nil
}

// at returns the whole part of the unit's share weight*t/w between floor and cap, and the remainder over w.
func (u Weighed) at(t, w int64) (n int64, rem uint64) {
	if w == 0 {
		return u.Floor, 0
	}
	hi, lo := bits.Mul64(uint64(u.Weight), uint64(t))
	if hi >= uint64(w) { // far above any cap that is stored
		return u.Cap, 0
	}
	q, r := bits.Div64(hi, lo, uint64(w))
	switch {
	case q < uint64(u.Floor):
		return u.Floor, 0
	case u.Cap != NoCap && q >= uint64(u.Cap):
		return u.Cap, 0
	}
	return int64(q), r
}

// possible says why a total cannot be divided among the units.
func possible(total int64, us []Weighed) error {
	const op = "target.Allocate"
	if total < 0 || len(us) == 0 {
		return fault.E(op, fault.Invalid, "target.alloc_nothing")
	}
	var floors, caps int64
	bounded := true
	for _, u := range us {
		switch {
		case u.Weight < 0 || u.Floor < 0 || u.Weight > most || u.Floor > most || u.Cap > most:
			return fault.E(op, fault.Invalid, "target.alloc_weight")
		case u.Cap != NoCap && u.Cap < u.Floor:
			return fault.E(op, fault.Invalid, "target.alloc_cap_below_floor", u.Floor, u.Cap)
		}
		floors += u.Floor
		switch {
		case u.Weight == 0:
			caps += u.Floor // without weight a unit gets its floor and no more
		case u.Cap == NoCap:
			bounded = false
		default:
			caps += u.Cap
		}
	}
	switch {
	case total > most*int64(len(us)):
		return fault.E(op, fault.Invalid, "target.too_large")
	case floors > total:
		return fault.E(op, fault.Invalid, "target.alloc_floors", floors, total)
	case bounded && caps < total:
		return fault.E(op, fault.Invalid, "target.alloc_caps", caps, total)
	}
	return nil
}

// edge is where a unit leaves its floor or reaches its cap: at the level n/weight.
type edge struct {
	n, weight int64
	enter     bool // leaves the floor; else reaches the cap
}

// level finds t/w so that the clamped shares weight*t/w sum to total.
func level(total int64, us []Weighed) (t, w int64) {
	var edges []edge
	fixed := int64(0) // what units outside the moving part hold
	for _, u := range us {
		fixed += u.Floor
		if u.Weight == 0 {
			continue
		}
		edges = append(edges, edge{u.Floor, u.Weight, true})
		if u.Cap != NoCap {
			edges = append(edges, edge{u.Cap, u.Weight, false})
		}
	}
	slices.SortFunc(edges, func(a, b edge) int {
		if c := compareProducts(a.n, b.weight, b.n, a.weight); c != 0 {
			return c
		}
		switch {
		case a.enter == b.enter:
			return 0
		case a.enter:
			return -1
		}
		return 1
	})
	for i, e := range edges {
		if e.enter {
			fixed -= e.n
			w += e.weight
		} else {
			fixed += e.n
			w -= e.weight
		}
		// Until the next edge the sum is fixed + w*λ: does it reach the total there?
		if w == 0 {
			if fixed == total && (i+1 == len(edges) || edges[i+1].enter) {
				return e.n, e.weight // all stand at an edge
			}
			continue
		}
		if i+1 == len(edges) || compareProducts(total-fixed, edges[i+1].weight, edges[i+1].n, w) <= 0 {
			return total - fixed, w
		}
	}
	return 0, 0 // no weights: all floors
}

// compareProducts compares a*b with c*d of numbers that are not negative.
func compareProducts(a, b, c, d int64) int {
	h1, l1 := bits.Mul64(uint64(max(a, 0)), uint64(b))
	h2, l2 := bits.Mul64(uint64(max(c, 0)), uint64(d))
	return cmp.Or(cmp.Compare(h1, h2), cmp.Compare(l1, l2))
}

// Part is what one unit gets of a value.
type Part struct {
	Unit  id.ID
	Value Value
}

// Divide gives the parts of a value: its low bound by weight, its high bound above each low so that both sum exactly.
// "Trên 1.800" is divided as at least 1.801.
func Divide(v Value, us []Weighed) ([]Part, error) {
	lows, err := Allocate(v.Least(), us)
	if err != nil {
		return nil, err
	}
	op := v.Op
	if op == Above || op == JustOver {
		op = AtLeast
	}
	parts := make([]Part, len(us))
	for i, u := range us {
		parts[i] = Part{u.Unit, Value{Op: op, Low: lows[i], Counted: v.Counted}}
	}
	if !v.Ranged() {
		return parts, nil
	}
	raised := slices.Clone(us)
	for i := range raised {
		raised[i].Floor = lows[i]
	}
	highs, err := Allocate(v.High, raised)
	if err != nil {
		return nil, err
	}
	for i := range parts {
		parts[i].Value.High = highs[i]
		if highs[i] == lows[i] { // 2–2 is 2
			parts[i].Value.High = 0
			if op == Between {
				parts[i].Value.Op = Exactly
			}
		}
	}
	return parts, nil
}

// DividePart divides a sub-group, whose share of a unit may not exceed what the unit has of the whole.
func DividePart(v Value, us []Weighed, whole []Part) ([]Part, error) {
	capped := slices.Clone(us)
	for i := range capped {
		top, open := whole[i].Value.Most()
		if open {
			top = whole[i].Value.Low
		}
		if capped[i].Cap == NoCap || capped[i].Cap > top {
			capped[i].Cap = top
		}
		capped[i].Floor = min(capped[i].Floor, capped[i].Cap)
	}
	return Divide(v, capped)
}

// ByShare gives every unit a percentage (with places decimals) of its own weight, rounded up within floor and cap.
func ByShare(percent int64, places int, op Op, us []Weighed) []Part {
	parts := make([]Part, len(us))
	for i, u := range us {
		n := max(Persons(u.Weight, percent, places), u.Floor)
		if u.Cap != NoCap {
			n = min(n, u.Cap)
		}
		parts[i] = Part{u.Unit, Value{Op: op, Low: n, Counted: InPersons}}
	}
	return parts
}
