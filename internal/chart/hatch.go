package chart

import (
	"math"
	"slices"
	"strconv"

	"ketnap/internal/markup"
)

// Point is a point in the units of a drawing.
type Point struct{ X, Y int }

// Hatch is a way to fill an area so that it can be told apart without colour.
type Hatch uint8

// The hatches, from light to dark.
const (
	Plain  Hatch = iota // none
	Dots                // dotted lines: the class makes the dots (app.css)
	Rising              // lines like /
	Cross               // lines both ways
)

// Hatch draws the lines of h inside closed rings (a ring within a ring is a
// hole). The lines are computed, not a pattern of the viewer: a printed page
// stays small, and every viewer shows the same.
func (p *Pen) Hatch(rings [][]Point, h Hatch, class markup.Attr) {
	const step = 7
	var d []byte
	if h != Plain {
		d = lines(d, rings, step, 1)
	}
	if h == Cross {
		d = lines(d, rings, step, -1)
	}
	if len(d) > 0 {
		p.Leaf("path", markup.A("d", string(d)), class)
	}
}

// lines adds the stretches inside rings of the lines x + way*y = k*step.
func lines(d []byte, rings [][]Point, step, way int) []byte {
	cuts := map[int][]float64{} // k -> x of crossings
	for _, r := range rings {
		for i, a := range r {
			b := r[(i+1)%len(r)]
			from, to := a.X+way*a.Y, b.X+way*b.Y
			if from == to {
				continue
			}
			// Each crossing counts once: the lower end of an edge belongs to it,
			// the upper one to the next.
			for k := ceil(min(from, to), step); k*step < max(from, to); k++ {
				t := float64(k*step-from) / float64(to-from)
				cuts[k] = append(cuts[k], float64(a.X)+t*float64(b.X-a.X))
			}
		}
	}
	keys := make([]int, 0, len(cuts))
	for k := range cuts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		xs := cuts[k]
		slices.Sort(xs)
		for i := 0; i+1 < len(xs); i += 2 {
			x1, x2 := int(math.Round(xs[i])), int(math.Round(xs[i+1]))
			if x2-x1 < 1 {
				continue
			}
			d = append(d, 'M')
			d = strconv.AppendInt(d, int64(x1), 10)
			d = append(d, ' ')
			d = strconv.AppendInt(d, int64(way*(k*step-x1)), 10)
			d = append(d, 'l')
			d = strconv.AppendInt(d, int64(x2-x1), 10)
			d = append(d, ' ')
			d = strconv.AppendInt(d, int64(-way*(x2-x1)), 10)
		}
	}
	return d
}

// ceil is the smallest k with k*step >= n.
func ceil(n, step int) int { return int(math.Ceil(float64(n) / float64(step))) }

// boxRing is the ring of a rectangle.
func boxRing(x, y, w, h int) [][]Point {
	return [][]Point{{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}}
}
