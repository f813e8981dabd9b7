package chart

import "ketnap/internal/markup"

// Funnel is the way from the pool to official members: how many persons reached
// each step. Steps are events of a period, so a later step may be larger than an
// earlier one; the shares say so.
type Funnel struct {
	ID, Title string
	Steps     []Step
	Words     Words
}

// Step is one step of a Funnel.
type Step struct {
	Label string
	Count int64
	Href  string // the persons; may be empty
}

// SVG draws f, 480 units wide, a row per step.
func (f Funnel) SVG() SVG {
	if len(f.Steps) == 0 {
		return SVG{}
	}
	const w, row, text, top, deep = 480, 46, 15, 22, 15
	links := false
	most := int64(1)
	for _, s := range f.Steps {
		most = max(most, s.Count)
		links = links || s.Href != ""
	}
	pen := Start(f.ID, f.Title, f.describe(), w, row*len(f.Steps), links, "funnel")
	axis := scale{most, w}
	for i, s := range f.Steps {
		y := i * row
		if s.Href != "" {
			pen.Open("a", markup.A("href", s.Href))
		} else {
			pen.Open("g")
		}
		pen.Text(0, y+text, "c-t", "start", s.Label)
		right := f.Words.num(s.Count)
		pen.Open("text", markup.I("x", w), markup.I("y", y+text), markup.A("text-anchor", "end"), markup.A("class", "c-t"))
		if i > 0 {
			pen.Open("tspan", markup.A("class", "c-q"))
			pen.Put("↓ " + f.Words.pct(s.Count, f.Steps[i-1].Count))
			pen.Close()
		}
		pen.Open("tspan", markup.A("class", "c-b"), markup.I("dx", min(i, 1)*10))
		pen.Put(right)
		pen.Close()
		pen.Close()
		pen.Rect(0, y+top, w, deep, "c-rest")
		pen.Rect(0, y+top, axis.bar(s.Count), deep, "c-now")
		pen.Close()
	}
	return pen.Done()
}

func (f Funnel) describe() string {
	s := ""
	for i, st := range f.Steps {
		if i > 0 {
			s += " → "
		}
		s += st.Label + " " + f.Words.num(st.Count)
	}
	return s
}

// Table is a row per step.
func (f Funnel) Table() Table {
	w := f.Words
	t := Table{Caption: f.Title, Head: []string{w.Step, w.Count, w.OfBefore, w.OfFirst}}
	for i, s := range f.Steps {
		before, first := "", ""
		if i > 0 {
			before, first = w.pct(s.Count, f.Steps[i-1].Count), w.pct(s.Count, f.Steps[0].Count)
		}
		t.Rows = append(t.Rows, []string{s.Label, w.num(s.Count), before, first})
	}
	return t
}
