package geo

import (
	"strconv"

	"ketnap/internal/chart"
	"ketnap/internal/markup"
)

// Cell is what a map says about one place.
type Cell struct {
	Class int    // 1..5; 0 = no figures
	Label string // the figure, printed under the name where there is room: "28,3%"
	Href  string // may be empty
	Title string // the whole sentence: "Phường Ba Đình: 12 / 40, chậm tiến độ −5,2 điểm"
}

// Ramp is how the five classes are filled.
type Ramp uint8

// The ramps. Each class has a hatch of its own as well as a colour.
const (
	Around Ramp = iota // 1 far behind … 3 as it should be … 5 far ahead
	Rising             // 1 little … 5 much
)

// Choropleth is a map whose places are filled by class, and its legend.
type Choropleth struct {
	ID, Title string
	Map       *Map
	Cells     map[string]Cell // by code of the place
	Ramp      Ramp
	Classes   [5]string // what each class means, for the legend
	Words     chart.Words
}

// SVG draws c. Places with an address are links; they are left out of the tab
// order, since the table of the same figures has the same links in reading order.
func (c Choropleth) SVG() chart.SVG {
	if c.Map == nil {
		return chart.SVG{}
	}
	m := c.Map
	links := false
	for _, cell := range c.Cells {
		links = links || cell.Href != ""
	}
	pen := chart.Start(c.ID, c.Title, c.describe(), m.W, m.H, links, "map")
	for _, in := range m.Insets {
		pen.Rect(in.X, in.Y, in.W, in.H, "m-inset")
	}
	for _, a := range m.Areas {
		c.area(pen, a)
	}
	for class, l := range looks[c.Ramp] {
		var rings [][]chart.Point
		for _, a := range m.Areas {
			if c.class(a.Code) == class && l.hatch != chart.Plain {
				rings = append(rings, a.rings...)
			}
		}
		pen.Hatch(rings, l.hatch, l.ink)
	}
	for _, in := range m.Insets {
		pen.Text(in.X+in.W, in.Y+in.H+18, "m-island", "end", in.Name)
	}
	for _, l := range labels(m) {
		class := markup.A("class", "m-name")
		if l.fine {
			class = markup.A("class", "m-name fine")
		}
		pen.Open("text", markup.I("x", l.x), markup.I("y", l.y+5), class, markup.A("text-anchor", "middle"))
		pen.Put(l.name)
		pen.Close()
	}
	return pen.Done()
}

// class is the class of a place; what is no class counts as no figures.
func (c Choropleth) class(code string) int {
	if k := c.Cells[code].Class; k >= 1 && k <= 5 {
		return k
	}
	return 0
}

// look is how the areas of one class are drawn: a ground, and lines on it.
type look struct {
	ground markup.Attr
	hatch  chart.Hatch
	ink    markup.Attr
}

// looks has the classes 0..5 of each ramp.
var looks = map[Ramp][6]look{
	Around: {
		{ground: markup.A("class", "m-area")},
		{markup.A("class", "m-area ma1"), chart.Cross, markup.A("class", "m-ink mai1")},
		{markup.A("class", "m-area ma2"), chart.Rising, markup.A("class", "m-ink mai2")},
		{ground: markup.A("class", "m-area ma3")},
		{markup.A("class", "m-area ma4"), chart.Dots, markup.A("class", "m-ink dots mai4")},
		{ground: markup.A("class", "m-area ma5")},
	},
	Rising: {
		{ground: markup.A("class", "m-area")},
		{ground: markup.A("class", "m-area mr1")},
		{markup.A("class", "m-area mr2"), chart.Dots, markup.A("class", "m-ink dots mri2")},
		{markup.A("class", "m-area mr3"), chart.Rising, markup.A("class", "m-ink mri3")},
		{markup.A("class", "m-area mr4"), chart.Cross, markup.A("class", "m-ink mri4")},
		{ground: markup.A("class", "m-area mr5")},
	},
}

func (c Choropleth) area(pen *chart.Pen, a Area) {
	cell := c.Cells[a.Code]
	if cell.Href != "" {
		pen.Open("a", markup.A("href", cell.Href), markup.I("tabindex", -1))
	} else {
		pen.Open("g")
	}
	title := cell.Title
	if title == "" {
		title = a.Name
	}
	pen.Title(title)
	pen.Leaf("path", markup.A("d", a.D), looks[c.Ramp][c.class(a.Code)].ground)
	pen.Close()
}

// Legend is a swatch and its meaning per class, then the places without figures.
func (c Choropleth) Legend() []chart.Key {
	var out []chart.Key
	for class := 1; class <= 6; class++ {
		text := c.Words.NoData
		if class < 6 {
			text = c.Classes[class-1]
		}
		if text == "" {
			continue
		}
		pen := chart.StartPlain("", 40, 24, "key")
		l := looks[c.Ramp][class%6]
		pen.Leaf("rect", markup.I("x", 1), markup.I("y", 1), markup.I("width", 38), markup.I("height", 22), l.ground)
		pen.Hatch([][]chart.Point{{{X: 1, Y: 1}, {X: 39, Y: 1}, {X: 39, Y: 23}, {X: 1, Y: 23}}}, l.hatch, l.ink)
		out = append(out, chart.Key{Swatch: pen.Done(), Text: text})
	}
	return out
}

// describe counts the places per class.
func (c Choropleth) describe() string {
	var n [6]int
	for _, a := range c.Map.Areas {
		n[c.class(a.Code)]++
	}
	s := ""
	for i, name := range c.Classes {
		if n[i+1] > 0 {
			s += name + ": " + strconv.Itoa(n[i+1]) + ". "
		}
	}
	if n[0] > 0 {
		s += c.Words.NoData + ": " + strconv.Itoa(n[0]) + "."
	}
	return s
}

// Table is a row per place, the lowest class first.
func (c Choropleth) Table() chart.Table {
	w := c.Words
	t := chart.Table{Caption: c.Title, Head: []string{w.Unit, w.Value, w.Class}}
	if c.Map == nil {
		return t
	}
	for class := 1; class <= 6; class++ {
		for _, a := range c.Map.Areas {
			cell := c.Cells[a.Code]
			if c.class(a.Code) != class%6 {
				continue
			}
			name := w.NoData
			if class < 6 {
				name = c.Classes[class-1]
			}
			t.Rows = append(t.Rows, []string{a.Name, cell.Label, name})
			t.Links = append(t.Links, cell.Href)
		}
	}
	return t
}
