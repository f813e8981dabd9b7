package geo

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"ketnap/internal/chart"
)

// Map is a drawn map: outlines in the whole units of a box W by H. It is shared:
// nobody changes it.
type Map struct {
	Code   string // of the province; empty for the nation
	W, H   int
	Areas  []Area // in the order of their codes
	Insets []Inset
}

// Area is one place on a Map.
type Area struct {
	Code, Name string
	D          string // SVG path
	X, Y       int    // where its label is centred
	Room       int    // how wide a label may be there
	rings      [][]chart.Point
}

// Inset is a box in which islands far out at sea are shown nearer and smaller
// than they lie.
type Inset struct {
	Name       string
	X, Y, W, H int
}

// The box of a map in units: about what a page gives it, so that patterns and
// letters keep their size.
const (
	boxW = 800
	boxH = 860
)

// farEast is the meridian (degrees) beyond which only the archipelagos lie.
const farEast = 109.6

// north of this parallel lies Hoàng Sa, south of it Trường Sa.
const betweenArchipelagos = 13.5

var archipelagos = [2]string{"Quần đảo Hoàng Sa", "Quần đảo Trường Sa"}

// Nation is the map of the provinces.
func Nation() (*Map, error) { return drawn("") }

// Province is the map of the communes of a province. A commune without a shape
// in the data is not on it.
func Province(code string) (*Map, error) {
	if p, ok := Lookup(code); !ok || !p.IsProvince() {
		return nil, fmt.Errorf("geo.Province: no province %q", code)
	}
	return drawn(code)
}

// maps keeps every map that was asked for: some 40 KB each.
var maps sync.Map // code -> func() (*Map, error)

func drawn(code string) (*Map, error) {
	once, _ := maps.LoadOrStore(code, sync.OnceValues(func() (*Map, error) { return draw(code) }))
	return once.(func() (*Map, error))()
}

func draw(code string) (*Map, error) {
	name := "wards/" + code
	if code == "" {
		name = "provinces"
	}
	shapes, err := readShapes(name)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(shapes, func(a, b shape) int { return strings.Compare(a.code, b.code) })
	m := &Map{Code: code}
	lay := arrange(shapes, m)
	for _, s := range shapes {
		p, ok := Lookup(s.code)
		if !ok {
			return nil, fmt.Errorf("geo.draw: %s: unknown place %q", name, s.code)
		}
		a := Area{Code: s.code, Name: p.Name}
		var all [][]chart.Point
		for _, poly := range s.polys {
			to := lay.of(poly[0])
			for _, ring := range poly {
				all = append(all, to.ring(ring))
			}
		}
		for i, r := range all {
			if w, h := extent(r); w < tiny && h < tiny {
				all[i] = diamond(r)
			}
		}
		a.D, a.rings = path(all), all
		a.X, a.Y, a.Room = labelSpot(all)
		m.Areas = append(m.Areas, a)
	}
	return m, nil
}

// bounds is a box in degrees.
type bounds struct{ w, s, e, n float64 }

func nowhere() bounds {
	return bounds{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
}

func (b *bounds) add(p spot) {
	b.w, b.e = min(b.w, p.lon), max(b.e, p.lon)
	b.s, b.n = min(b.s, p.lat), max(b.n, p.lat)
}

func (b bounds) empty() bool { return b.w > b.e }

func boundsOf(ring []spot) bounds {
	b := nowhere()
	for _, p := range ring {
		b.add(p)
	}
	return b
}

// projection turns degrees into units: equirectangular, narrowed by the cosine
// of the middle parallel so that shapes keep their form.
type projection struct {
	from   bounds
	narrow float64
	scale  float64 // units per degree of latitude
	x, y   float64 // of the north-west corner, in units
}

func project(from bounds, parallel float64) projection {
	return projection{from: from, narrow: math.Cos(parallel * math.Pi / 180), scale: 1}
}

// size is what the bounds measure in units.
func (p projection) size() (w, h float64) {
	return (p.from.e - p.from.w) * p.narrow * p.scale, (p.from.n - p.from.s) * p.scale
}

// fit scales p so that it fills a box.
func (p projection) fit(w, h float64) projection {
	p.scale = 1
	fw, fh := p.size()
	p.scale = min(w/fw, h/fh)
	return p
}

// ring projects a ring and drops points that fall onto the one before.
func (p projection) ring(ring []spot) []chart.Point {
	var out []chart.Point
	for _, s := range ring {
		d := chart.Point{
			X: int(math.Round(p.x + (s.lon-p.from.w)*p.narrow*p.scale)),
			Y: int(math.Round(p.y + (p.from.n-s.lat)*p.scale)),
		}
		if len(out) == 0 || out[len(out)-1] != d {
			out = append(out, d)
		}
	}
	if len(out) > 1 && out[0] == out[len(out)-1] {
		out = out[:len(out)-1]
	}
	return out
}

// layout is where the mainland and the two archipelagos are drawn.
type layout struct {
	main projection
	far  [2]projection
}

// of chooses the projection of a polygon.
func (l layout) of(outer []spot) projection {
	if k := farOut(outer); k >= 0 {
		return l.far[k]
	}
	return l.main
}

// farOut is which archipelago a polygon belongs to, -1 for none.
func farOut(outer []spot) int {
	b := boundsOf(outer)
	switch {
	case (b.w+b.e)/2 < farEast:
		return -1
	case (b.s+b.n)/2 > betweenArchipelagos:
		return 0
	default:
		return 1
	}
}

// arrange computes the box of m, the projections and the insets.
func arrange(shapes []shape, m *Map) layout {
	land, far := nowhere(), [2]bounds{nowhere(), nowhere()}
	for _, s := range shapes {
		for _, poly := range s.polys {
			into := &land
			if k := farOut(poly[0]); k >= 0 {
				into = &far[k]
			}
			for _, p := range poly[0] {
				into.add(p)
			}
		}
	}
	const edge = 4
	l := layout{main: project(land, (land.s+land.n)/2)}
	column := 0.0
	if !far[0].empty() || !far[1].empty() {
		column = 150
	}
	l.main = l.main.fit(boxW-2*edge-column, boxH-2*edge)
	l.main.x, l.main.y = edge, edge
	w, h := l.main.size()
	m.W, m.H = int(math.Ceil(w+column))+2*edge, int(math.Ceil(h))+2*edge
	if m.Code == "" {
		m.W += 30 // the nation is narrow: its insets may stand a little out
	}
	for k := range far {
		if far[k].empty() {
			continue
		}
		l.far[k] = inset(m, far[k], l.main, k)
	}
	return l
}

// inset places the box of archipelago k at the right edge of m, at its true
// height where the map reaches so far.
func inset(m *Map, b bounds, land projection, k int) projection {
	const pad, text = 10, 24
	p := project(b, (b.s+b.n)/2).fit(130, 110)
	if m.Code == "" && k == 1 {
		p = project(b, (b.s+b.n)/2).fit(190, 120)
	}
	w, h := p.size()
	box := Inset{Name: archipelagos[k], W: int(w) + 2*pad, H: int(h) + 2*pad}
	box.W = max(box.W, 150)
	box.X = m.W - box.W - 2
	middle := land.y + (land.from.n-(b.s+b.n)/2)*land.scale
	box.Y = min(max(int(middle)-box.H/2, 2), m.H-box.H-text)
	p.x = float64(box.X) + (float64(box.W)-w)/2
	p.y = float64(box.Y + pad)
	m.Insets = append(m.Insets, box)
	return p
}
