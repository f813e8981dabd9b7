package markup

// Cell is a cell of a row of a table. One with an Href is a link; Label is its column, for screens too narrow for a table.
type Cell struct{ Text, Href, Class, Label string }

// Cells writes the cells of one row.
func Cells(cells ...Cell) Piece {
	var p Pen
	for _, c := range cells {
		p.cell("td", A("class", c.Class), Attr{}, A("data-label", c.Label), c)
	}
	return p.Done()
}

// Row writes a row of a table that becomes a stack of lines on a narrow screen, and so says what each part is. Its first
// cell is its head.
func (p *Pen) Row(head Cell, cells []Cell) {
	p.Open("tr", A("role", "row"))
	p.cell("th", A("scope", "row"), A("role", "rowheader"), A("class", head.Class), head)
	for _, c := range cells {
		label := c.Label
		if c.Text == "" {
			label = ""
		}
		p.cell("td", A("role", "cell"), A("class", c.Class), A("data-label", label), c)
	}
	p.Close()
}

func (p *Pen) cell(name Word, a, b, c Attr, of Cell) {
	p.Open(name, a, b, c)
	if link := A("href", of.Href); link.value != "" {
		p.Say(of.Text, "a", link)
	} else {
		p.Put(of.Text)
	}
	p.Close()
}

// Option writes a choice of a list.
func (p *Pen) Option(label, value string, chosen bool) {
	p.Open("option", Attr{name: "value", value: value, stays: true}, Flag("selected", chosen))
	p.Put(label)
	p.Close()
}
