package geo

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"ketnap/internal/chart"
)

func TestPlaces(t *testing.T) {
	if n := len(Provinces()); n != 34 {
		t.Errorf("%d provinces, want 34", n)
	}
	total := 0
	for _, p := range Provinces() {
		communes := Communes(p.Code)
		total += len(communes)
		for _, c := range communes {
			if c.Parent != p.Code || len(c.Code) != 5 || c.Name == "" || c.NameEN == "" {
				t.Errorf("odd commune %+v", c)
			}
			switch c.Kind {
			case "xã", "phường", "đặc khu":
			default:
				t.Errorf("odd kind %+v", c)
			}
		}
	}
	if total != 3321 {
		t.Errorf("%d communes, want 3321", total)
	}
	p, ok := Lookup("20333")
	if !ok || p.Full() != "đặc khu Hoàng Sa" || p.Parent != "48" || p.IsProvince() {
		t.Errorf("Lookup = %+v, %v", p, ok)
	}
	if _, ok := Lookup("99"); ok || Communes("99") != nil {
		t.Error("an unknown province is known")
	}
	Provinces()[0].Name = "x"
	if Provinces()[0].Name != "Hà Nội" {
		t.Error("a caller can change the list")
	}
}

var number = regexp.MustCompile(`-?\d+|[Mlz]`)

// walk follows a path and reports every point.
func walk(t *testing.T, d string, at func(x, y int)) {
	t.Helper()
	var x, y int
	var relative bool
	var pair []int
	for _, tok := range number.FindAllString(d, -1) {
		switch tok {
		case "M":
			relative = false
		case "l":
			relative = true
		case "z":
		default:
			n, err := strconv.Atoi(tok)
			if err != nil {
				t.Fatal(err)
			}
			if pair = append(pair, n); len(pair) < 2 {
				continue
			}
			if relative {
				x, y = x+pair[0], y+pair[1]
			} else {
				x, y = pair[0], pair[1]
			}
			pair = pair[:0]
			at(x, y)
		}
	}
	if len(pair) != 0 {
		t.Fatalf("odd number of coordinates in %q", d)
	}
}

// TestMaps draws every map: all places are there, within the box, and small.
func TestMaps(t *testing.T) {
	without := map[string]bool{"04402": true, "04423": true} // no shape in the source
	for _, code := range append([]string{""}, codes()...) {
		m, err := Nation()
		want := Provinces()
		if code != "" {
			m, err = Province(code)
			want = Communes(code)
		}
		if err != nil {
			t.Fatal(err)
		}
		drawn, size := map[string]bool{}, 0
		for _, a := range m.Areas {
			drawn[a.Code] = true
			size += len(a.D)
			if a.X < 0 || a.X > m.W || a.Y < 0 || a.Y > m.H {
				t.Errorf("%s %s: label at %d,%d of %dx%d", code, a.Name, a.X, a.Y, m.W, m.H)
			}
			walk(t, a.D, func(x, y int) {
				if x < 0 || x > m.W || y < 0 || y > m.H {
					t.Errorf("%s %s: %d,%d is outside %dx%d", code, a.Name, x, y, m.W, m.H)
				}
			})
		}
		for _, p := range want {
			if !drawn[p.Code] && !without[p.Code] {
				t.Errorf("%s: %s is not on the map", code, p.Full())
			}
		}
		if size > 60<<10 {
			t.Errorf("%s: %d bytes of outlines", code, size)
		}
		if m.W > boxW+40 || m.H > boxH+1 {
			t.Errorf("%s: box %dx%d", code, m.W, m.H)
		}
	}
	if _, err := Province("00004"); err == nil {
		t.Error("a commune has a map of communes")
	}
}

func codes() []string {
	var out []string
	for _, p := range Provinces() {
		out = append(out, p.Code)
	}
	return out
}

// TestInsets: Hoàng Sa and Trường Sa are on the map of the nation and on
// those of their provinces, by name.
func TestInsets(t *testing.T) {
	for code, want := range map[string][]string{"": {"Hoàng Sa", "Trường Sa"}, "48": {"Hoàng Sa"}, "56": {"Trường Sa"}, "79": {"Côn Đảo"}, "31": {"Bạch Long Vĩ"}, "38": nil} {
		m, err := drawn(code)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Insets) != len(want) {
			t.Fatalf("%q: %d insets", code, len(m.Insets))
		}
		for i, name := range want {
			in := m.Insets[i]
			if !strings.HasSuffix(in.Name, name) {
				t.Errorf("%q: inset %q, want %q", code, in.Name, name)
			}
			points := 0
			for _, a := range m.Areas {
				walk(t, a.D, func(x, y int) {
					if x >= in.X && x <= in.X+in.W && y >= in.Y && y <= in.Y+in.H {
						points++
					}
				})
			}
			if points < 4 {
				t.Errorf("%q: %d points in the inset of %s", code, points, name)
			}
		}
	}
}

func TestChoropleth(t *testing.T) {
	m, err := Province("48")
	if err != nil {
		t.Fatal(err)
	}
	c := Choropleth{ID: "m", Title: `Tiến độ <b>"x"`, Map: m, Words: chart.Words{NoData: "Chưa có số liệu"}, Classes: [5]string{"a", "b", "c", "d", "e"}, Cells: map[string]Cell{}}
	for i, a := range m.Areas {
		c.Cells[a.Code] = Cell{Class: i%8 - 1, Label: strconv.Itoa(i), Href: "/units/" + a.Code, Title: a.Name + " <i>"}
	}
	for _, ramp := range []Ramp{Around, Rising} {
		c.Ramp = ramp
		links := 0
		for d := xml.NewDecoder(strings.NewReader(c.SVG().String())); ; {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "a" {
				links++
			}
		}
		if links != len(m.Areas) {
			t.Errorf("%d links for %d places", links, len(m.Areas))
		}
		if n := len(c.Legend()); n != 6 {
			t.Errorf("%d keys in the legend", n)
		}
	}
	tab := c.Table()
	if len(tab.Rows) != len(m.Areas) || len(tab.Links) != len(tab.Rows) || tab.Rows[0][2] != "a" || tab.Rows[len(tab.Rows)-1][2] != "Chưa có số liệu" {
		t.Errorf("table: %d rows, %d links, %v", len(tab.Rows), len(tab.Links), tab.Rows[0])
	}
	if !(Choropleth{}).SVG().Empty() {
		t.Error("no map, but a drawing")
	}
}

// TestLabelsApart: names do not stand on each other, in either size.
func TestLabelsApart(t *testing.T) {
	for _, code := range append([]string{""}, codes()...) {
		m, err := drawn(code)
		if err != nil {
			t.Fatal(err)
		}
		ls := labels(m)
		for i, a := range ls {
			for _, b := range ls[:i] {
				if boxAround(a, fineSize).meets(boxAround(b, fineSize)) {
					t.Errorf("%q: %s stands on %s", code, a.name, b.name)
				}
				if !a.fine && !b.fine && boxAround(a, coarseSize).meets(boxAround(b, coarseSize)) {
					t.Errorf("%q: on a phone %s stands on %s", code, a.name, b.name)
				}
			}
		}
	}
}
