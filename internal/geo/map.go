package geo

import (
	"fmt"
	"maps"
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

// remote are the communes that lie so far out at sea that a map in scale would
// be mostly water: they are drawn in an inset of their province.
var remote = map[string]string{
	"20333": "Quần đảo Hoàng Sa",
	"22736": "Quần đảo Trường Sa",
	"11948": "Đảo Bạch Long Vĩ",
	"23272": "Đảo Phú Quý",
	"26732": "Quần đảo Côn Đảo",
	"31105": "Quần đảo Thổ Châu",
}

// On the map of the nation only the two archipelagos lie beyond the meridian
// farEast (degrees); the parallel betweenArchipelagos parts them.
const (
	farEast             = 109.6
	betweenArchipelagos = 13.5
)

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

// drawings keeps every map that was asked for: some 40 KB each.
var drawings sync.Map // code -> func() (*Map, error)

func drawn(code string) (*Map, error) {
	once, _ := drawings.LoadOrStore(code, sync.OnceValues(func() (*Map, error) { return draw(code) }))
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
			to := lay.of(s.code, poly[0])
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

func project(from bounds) projection {
	middle := (from.s + from.n) / 2
	return projection{from: from, narrow: math.Cos(middle * math.Pi / 180), scale: 1}
}

// size is what the bounds measure in units.
func (p projection) size() (w, h float64) {
	return (p.from.e - p.from.w) * p.narrow * p.scale, (p.from.n - p.from.s) * p.scale
}

// fit scales p so that it fills a box.
func (p projection) fit(w, h float64) projection {
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

// layout is where the land and the remote islands are drawn.
type layout struct {
	land   projection
	remote map[string]projection // by name of the inset
}

// of chooses the projection of a polygon of the place code.
func (l layout) of(code string, outer []spot) projection {
	if p, ok := l.remote[insetOf(code, outer)]; ok {
		return p
	}
	return l.land
}

// insetOf names the inset a polygon belongs to; "" = it stays in its place.
func insetOf(code string, outer []spot) string {
	if len(code) > 2 {
		return remote[code]
	}
	b := boundsOf(outer)
	switch {
	case (b.w+b.e)/2 < farEast:
		return ""
	case (b.s+b.n)/2 > betweenArchipelagos:
		return remote["20333"]
	default:
		return remote["22736"]
	}
}

// arrange computes the box of m, the projections and the insets.
func arrange(shapes []shape, m *Map) layout {
	land, far := nowhere(), map[string]*bounds{}
	for _, s := range shapes {
		for _, poly := range s.polys {
			into := &land
			if name := insetOf(s.code, poly[0]); name != "" {
				if far[name] == nil {
					b := nowhere()
					far[name] = &b
				}
				into = far[name]
			}
			for _, p := range poly[0] {
				into.add(p)
			}
		}
	}
	const edge = 4
	column := 0.0
	if len(far) > 0 {
		column = insetW
	}
	l := layout{land: project(land).fit(boxW-2*edge-column, boxH-2*edge), remote: map[string]projection{}}
	l.land.x, l.land.y = edge, edge
	w, h := l.land.size()
	m.W, m.H = int(math.Ceil(w+column))+2*edge, int(math.Ceil(h))+2*edge
	if m.Code == "" {
		m.W += 30 // the nation is narrow: its insets may stand a little out
	}
	for _, name := range slices.Sorted(maps.Keys(far)) {
		l.remote[name] = inset(m, name, *far[name], l.land)
	}
	return l
}

// insetW is the usual width of an inset.
const insetW = 150

// inset adds the box of remote islands at the right edge of m, as near to their
// true height as the map reaches.
func inset(m *Map, name string, b bounds, land projection) projection {
	const pad, text = 10, 24
	p := project(b).fit(insetW-2*pad, 110)
	if m.Code == "" && name == remote["22736"] {
		p = project(b).fit(190, 120)
	}
	p.scale = min(p.scale, 2*land.scale) // a small island shall not look like a large one
	w, h := p.size()
	in := Inset{Name: name, W: max(int(w)+2*pad, insetW), H: max(int(h)+2*pad, insetW/2)}
	in.X = m.W - in.W - 2
	middle := land.y + (land.from.n-(b.s+b.n)/2)*land.scale
	in.Y = min(max(int(middle)-in.H/2, 2), m.H-in.H-text)
	p.x = float64(in.X) + (float64(in.W)-w)/2
	p.y = float64(in.Y) + (float64(in.H)-h)/2
	m.Insets = append(m.Insets, in)
	return p
}
