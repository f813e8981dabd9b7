package chart

import (
	"strconv"

	"ketnap/internal/markup"
)

// State is how a result stands against the time that has passed.
type State uint8

// The states. Auto lets the chart compare share done and share of time itself.
const (
	Auto State = iota
	Ahead
	Even
	Behind
	Untargeted // there is no target to measure against
)

// Pace is a result against its target and against the time that has passed: a
// bar, the range of the target behind it, a tick where the bar should end today.
type Pace struct {
	ID, Title     string
	Actual        int64
	Low, High     int64 // the target; High 0 = exactly Low; Low 0 = no target
	Elapsed, Days int   // days of the period that have passed, days in all
	State         State // Auto: compared here, without tolerance
	Words         Words
}

// Stand is the state of p.
func (p Pace) Stand() State {
	if p.Low <= 0 {
		return Untargeted
	}
	if p.State != Auto {
		return p.State
	}
	done, due := p.Actual*int64(p.Days), p.Low*int64(p.Elapsed)
	switch {
	case p.Days <= 0 || done == due:
		return Even
	case done > due:
		return Ahead
	default:
		return Behind
	}
}

// Deviation is share done minus share of time, in percentage points.
func (p Pace) Deviation() float64 {
	if p.Low <= 0 || p.Days <= 0 {
		return 0
	}
	return 100 * (float64(p.Actual)/float64(p.Low) - float64(p.Elapsed)/float64(p.Days))
}

// Sentence says the state in words: "Vượt tiến độ +11,9 điểm".
func (p Pace) Sentence() string {
	w := p.Words
	switch p.Stand() {
	case Ahead:
		return w.Ahead + " " + w.points(p.Deviation())
	case Behind:
		return w.Behind + " " + w.points(p.Deviation())
	case Untargeted:
		return w.NoTarget
	default:
		return w.Even
	}
}

// target writes the target: "817" or "1.020–1.250".
func (p Pace) target() string {
	if p.Low <= 0 {
		return p.Words.NoTarget
	}
	if p.High > p.Low {
		return p.Words.num(p.Low) + "–" + p.Words.num(p.High)
	}
	return p.Words.num(p.Low)
}

func (p Pace) describe() string {
	w := p.Words
	s := w.Actual + " " + w.num(p.Actual) + ". " + w.Target + " " + p.target()
	if p.Low > 0 {
		s += " (" + w.pct(p.Actual, p.Low) + "). " + w.Time + " " + w.pct(int64(p.Elapsed), int64(p.Days)) + ". " + p.Sentence()
	}
	return s + "."
}

// place computes the positions on an axis of the given length.
func (p Pace) place(size int) (axis scale, tick int) {
	axis = scale{max(p.Low, p.High, p.Actual, 1), size}
	if p.Low > 0 && p.Days > 0 {
		tick = axis.at(p.Low) * p.Elapsed / p.Days
	}
	return axis, min(max(tick, 1), size-1)
}

// SVG draws p for a card, 264 units wide.
func (p Pace) SVG() SVG {
	const w, h, top, deep = 264, 58, 19, 18
	pen := Start(p.ID, p.Title, p.describe(), w, h, false, "pace")
	axis, tick := p.place(w)
	low := axis.at(p.Low)
	pen.Rect(0, top, w, deep, "c-rest")
	if p.Low > 0 {
		pen.Rect(0, top, low, deep, "c-band")
		p.drawGoal(pen, axis, top, deep, w)
		pen.Line(min(low, w-1), top-3, min(low, w-1), top+deep+3, "c-goal")
	}
	if size := axis.bar(p.Actual); p.Stand() == Behind {
		pen.Rect(0, top+4, size, deep-8, "c-late")
		pen.Hatch(boxRing(0, top+4, size, deep-8), Rising, markup.A("class", "c-white"))
	} else {
		pen.Rect(0, top+4, size, deep-8, "c-now")
	}
	if p.Low > 0 && p.Days > 0 {
		p.drawTick(pen, tick, top, deep, w)
	}
	return pen.Done()
}

// drawGoal writes the target over the bar. Two figures that would touch are
// written as one.
func (p Pace) drawGoal(pen *Pen, axis scale, top, deep, w int) {
	low, high := axis.at(p.Low), axis.at(max(p.High, p.Low))
	pen.Rect(low, top, high-low, deep, "c-range")
	const apart = 62
	switch {
	case high-low >= apart:
		pen.Text(low, top-6, "c-q", "middle", p.Words.num(p.Low))
		pen.Text(high, top-6, "c-q", "end", p.Words.num(p.High))
	case high < apart:
		pen.Text(0, top-6, "c-q", "start", p.target())
	default:
		pen.Text(min(high, w), top-6, "c-q", "end", p.target())
	}
}

// drawTick marks the time that has passed: a line with a foot, and its share.
func (p Pace) drawTick(pen *Pen, x, top, deep, w int) {
	foot := top + deep
	pen.Line(x, top-3, x, foot+3, "c-tick")
	pen.Path("M"+strconv.Itoa(x)+" "+strconv.Itoa(foot+1)+"l-4 6h8z", "c-foot")
	anchor, at := word("middle"), x
	switch {
	case x < 70:
		anchor, at = "start", max(x-4, 0)
	case x > w-70:
		anchor, at = "end", min(x+4, w)
	}
	pen.Text(at, foot+20, "c-t", anchor, p.Words.Time+" "+p.Words.pct(int64(p.Elapsed), int64(p.Days)))
}

// Mini draws p for a row of a table, without words: the row has them. A bar that
// is behind is hollow.
func (p Pace) Mini() SVG {
	const w, h, top, deep = 136, 18, 4, 10
	pen := StartPlain(p.describe(), w, h, "mini")
	axis, tick := p.place(w)
	pen.Rect(0, top, w, deep, "c-rest")
	if p.Low > 0 {
		low := axis.at(p.Low)
		pen.Rect(0, top, low, deep, "c-band")
		if p.High > p.Low {
			pen.Rect(low, top, axis.at(p.High)-low, deep, "c-range")
		}
		if low < w-1 {
			pen.Line(low, top-2, low, top+deep+2, "c-goal")
		}
	}
	if size := axis.bar(p.Actual); p.Stand() == Behind {
		pen.Rect(1, top+1, max(size-1, 2), deep-2, "c-late-open")
	} else {
		pen.Rect(0, top+1, size, deep-2, "c-now")
	}
	if p.Low > 0 && p.Days > 0 {
		pen.Line(tick, 0, tick, h, "c-tick")
	}
	return pen.Done()
}

// Table is the figures of p.
func (p Pace) Table() Table {
	w := p.Words
	t := Table{Caption: p.Title, Head: []string{w.Value, w.Count}}
	t.Rows = append(t.Rows, []string{w.Actual, w.num(p.Actual)}, []string{w.Target, p.target()})
	if p.Low > 0 {
		t.Rows = append(t.Rows,
			[]string{w.Actual + " / " + w.Target, w.pct(p.Actual, p.Low)},
			[]string{w.Time, w.pct(int64(p.Elapsed), int64(p.Days))},
			[]string{p.Sentence(), w.points(p.Deviation())})
	}
	return t
}
