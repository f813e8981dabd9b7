package geo

import (
	"slices"
	"strconv"

	"ketnap/internal/chart"
)

// tiny is the size below which a ring is drawn as a small diamond, or islands
// and reefs would not be seen at all.
const tiny = 4

// path writes rings as an SVG path of relative whole numbers, with no more
// characters than needed: a map is some thousand numbers.
func path(rings [][]chart.Point) string {
	var b []byte
	for _, r := range rings {
		b = append(b, 'M')
		b = strconv.AppendInt(b, int64(r[0].X), 10)
		b = appendNumber(b, r[0].Y, false)
		for i := 1; i < len(r); i++ {
			if i == 1 {
				b = append(b, 'l')
			}
			b = appendNumber(b, r[i].X-r[i-1].X, i == 1)
			b = appendNumber(b, r[i].Y-r[i-1].Y, false)
		}
		b = append(b, 'z')
	}
	return string(b)
}

// appendNumber adds n, parted from what stands before by its sign or a space.
func appendNumber(b []byte, n int, first bool) []byte {
	if n >= 0 && !first {
		b = append(b, ' ')
	}
	return strconv.AppendInt(b, int64(n), 10)
}

func extent(r []chart.Point) (w, h int) {
	if len(r) == 0 {
		return 0, 0
	}
	lo, hi := r[0], r[0]
	for _, d := range r {
		lo.X, lo.Y = min(lo.X, d.X), min(lo.Y, d.Y)
		hi.X, hi.Y = max(hi.X, d.X), max(hi.Y, d.Y)
	}
	return hi.X - lo.X, hi.Y - lo.Y
}

// diamond stands for a ring too small to see.
func diamond(r []chart.Point) []chart.Point {
	c := r[0]
	return []chart.Point{{X: c.X, Y: c.Y - 3}, {X: c.X + 3, Y: c.Y}, {X: c.X, Y: c.Y + 3}, {X: c.X - 3, Y: c.Y}}
}

// labelSpot finds where a label fits best: the middle of the widest stretch
// inside the place, looked for on some lines around its middle.
func labelSpot(rings [][]chart.Point) (x, y, room int) {
	main := slices.MaxFunc(rings, func(a, b []chart.Point) int { return area(a) - area(b) })
	if len(main) == 0 {
		return 0, 0, 0
	}
	top, foot := main[0].Y, main[0].Y
	for _, d := range main {
		top, foot = min(top, d.Y), max(foot, d.Y)
	}
	x, y = main[0].X, (top+foot)/2
	best := -1.0
	const lines = 9
	for i := 1; i <= lines; i++ {
		at := top + (foot-top)*i/(lines+1)
		from, to := widest(rings, at)
		// A line near the top or the foot has less height for letters.
		off := float64(2*i-lines-1) / float64(lines+1)
		if worth := float64(to-from) * (1 - off*off); worth > best {
			best, x, y, room = worth, (from+to)/2, at, to-from
		}
	}
	return x, y, room
}

// area is twice the area a ring encloses.
func area(r []chart.Point) int {
	sum := 0
	for i, d := range r {
		e := r[(i+1)%len(r)]
		sum += d.X*e.Y - e.X*d.Y
	}
	return max(sum, -sum)
}

// widest is the longest stretch of the line y that lies inside the rings.
func widest(rings [][]chart.Point, y int) (from, to int) {
	var cuts []int
	for _, r := range rings {
		for i, d := range r {
			e := r[(i+1)%len(r)]
			if (d.Y <= y) == (e.Y <= y) {
				continue
			}
			cuts = append(cuts, d.X+(y-d.Y)*(e.X-d.X)/(e.Y-d.Y))
		}
	}
	slices.Sort(cuts)
	for i := 0; i+1 < len(cuts); i += 2 {
		if cuts[i+1]-cuts[i] > to-from {
			from, to = cuts[i], cuts[i+1]
		}
	}
	return from, to
}
