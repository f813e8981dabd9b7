package geo

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// label is a name on a map, centred at x, y.
type label struct {
	name string
	x, y int
	fine bool // only where the map is wide: a phone leaves it out
}

// The letters of a map in units, on a wide screen and on a phone (app.css sets
// the same sizes).
const (
	fineSize   = 15
	coarseSize = 27
	letterWide = 0.58 // of the size, on average
)

// labels chooses the names to print: the roomiest places first, none over
// another. What gets no name still has its tooltip and its row in the table.
func labels(m *Map) []label {
	areas := slices.Clone(m.Areas)
	slices.SortStableFunc(areas, func(a, b Area) int { return cmp.Compare(b.Room, a.Room) })
	chosen := map[string]label{}
	var boxes []box
	for _, l := range fitting(m, areas, coarseSize, nil) {
		chosen[l.name] = l
		boxes = append(boxes, boxAround(l, fineSize))
	}
	for _, l := range fitting(m, areas, fineSize, boxes) {
		if _, ok := chosen[l.name]; !ok {
			l.fine = true
			chosen[l.name] = l
		}
	}
	var out []label
	for _, a := range m.Areas {
		if l, ok := chosen[a.Name]; ok {
			out = append(out, l)
		}
	}
	return out
}

// fitting is the names that find room in letters of the given size beside what
// is taken.
func fitting(m *Map, areas []Area, size int, taken []box) []label {
	var out []label
	for _, a := range areas {
		wide := letters(a.Name, size)
		room := a.Room * 11 / 10
		if m.Code == "" {
			room = a.Room*13/10 + 12 // provinces are known by their place: a name may stand over the edge
		}
		if wide > room {
			continue
		}
		for _, dy := range []int{0, -size / 2, size / 2} {
			l := label{name: a.Name, x: a.X, y: a.Y + dy}
			b := boxAround(l, size)
			if b.w < 0 || b.e > m.W || slices.ContainsFunc(taken, b.meets) {
				continue
			}
			taken = append(taken, b)
			out = append(out, l)
			break
		}
	}
	return out
}

func letters(s string, size int) int {
	return int(float64(utf8.RuneCountInString(s)*size) * letterWide)
}

// box is a rectangle in units.
type box struct{ w, n, e, s int }

func boxAround(l label, size int) box {
	half := letters(l.name, size)/2 + 2
	return box{l.x - half, l.y - size/2, l.x + half, l.y + size/2 + 2}
}

func (b box) meets(o box) bool { return b.w < o.e && o.w < b.e && b.n < o.s && o.n < b.s }
