package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnap/internal/markup"
)

var words = Words{
	Actual: "Thực hiện", Target: "Chỉ tiêu", Time: "Thời gian", NoTarget: "Chưa giao chỉ tiêu",
	Ahead: "Vượt tiến độ", Even: "Đúng tiến độ", Behind: "Chậm tiến độ", Points: "điểm",
	Month: "Tháng", Needed: "Mức cần đạt mỗi tháng", Step: "Bước", Count: "Số người",
	OfBefore: "So với bước trước", OfFirst: "So với bước đầu", Year: "Năm", Value: "Giá trị",
}

// check reads a drawing as XML and returns its text; it fails on anything a
// strict reader refuses and on elements that could do something.
func check(t interface {
	Helper()
	Fatalf(string, ...any)
}, s SVG) string {
	t.Helper()
	var text strings.Builder
	for d := xml.NewDecoder(strings.NewReader(s.String())); ; {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return text.String()
		}
		if err != nil {
			t.Fatalf("not well formed: %v\n%s", err, s)
		}
		switch tok := tok.(type) {
		case xml.CharData:
			text.Write(tok)
			text.WriteByte('|')
		case xml.StartElement:
			if n := tok.Name.Local; n == "script" || n == "style" || n == "foreignObject" {
				t.Fatalf("unexpected <%s>", n)
			}
			for _, a := range tok.Attr {
				if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Value, "NaN") {
					t.Fatalf("unexpected attribute %s=%q", a.Name.Local, a.Value)
				}
				if a.Name.Local == "href" && !strings.HasPrefix(a.Value, "/") {
					t.Fatalf("link leaves the site: %q", a.Value)
				}
				if n := a.Name.Local; (n == "width" || n == "height") && strings.HasPrefix(a.Value, "-") {
					t.Fatalf("negative size: %v", tok)
				}
			}
		}
	}
}

const nasty = `</title><script>alert(1)</script>" onload="x' & Nguyễn`

func TestPace(t *testing.T) {
	tests := []struct {
		name              string
		actual, low, high int64
		elapsed, days     int
		state             State
		stand             State
		sentence, text    string
	}{
		// 231 of 817 on day 60 of 366 is the case of the pilot page.
		{"ahead", 231, 817, 0, 60, 366, Auto, Ahead, "Vượt tiến độ +11,9 điểm", "817"},
		{"behind", 3, 60, 0, 60, 366, Auto, Behind, "Chậm tiến độ −11,4 điểm", "60"},
		{"exactly", 60, 366, 0, 60, 366, Auto, Even, "Đúng tiến độ", "366"},
		{"range", 1090, 1020, 1250, 320, 366, Auto, Ahead, "Vượt tiến độ +19,4 điểm", "1.020–1.250"},
		{"nothing yet", 0, 1100, 0, 60, 366, Auto, Behind, "Chậm tiến độ −16,4 điểm", "1.100"},
		{"no target", 88, 0, 0, 60, 366, Auto, Untargeted, "Chưa giao chỉ tiêu", ""},
		{"told", 50, 100, 0, 183, 366, Behind, Behind, "Chậm tiến độ 0,0 điểm", "100"},
		{"no period", 5, 10, 0, 0, 0, Auto, Even, "Đúng tiến độ", "10"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			p := Pace{ID: "x", Title: nasty, Actual: tc.actual, Low: tc.low, High: tc.high, Elapsed: tc.elapsed, Days: tc.days, State: tc.state, Words: words}
			if got := p.Stand(); got != tc.stand {
				t.Errorf("Stand = %d, want %d", got, tc.stand)
			}
			if got := p.Sentence(); got != tc.sentence {
				t.Errorf("Sentence = %q, want %q", got, tc.sentence)
			}
			if text := check(t, p.SVG()); !strings.Contains(text, "|"+tc.text+"|") && tc.text != "" {
				t.Errorf("no %q in %q", tc.text, text)
			}
			check(t, p.Mini())
			if rows := p.Table().Rows; rows[0][1] != words.num(tc.actual) {
				t.Errorf("table = %v", rows)
			}
		})
	}
}

func TestMonths(t *testing.T) {
	m := Months{ID: "m", Title: nasty, Year: 2024, Upto: 2, Target: 817, Words: words, This: [12]int64{92, 1020}, Last: [12]int64{61, 128, 52}}
	text := check(t, m.SVG())
	for _, want := range []string{"|92|", "|1.020|", "Mức cần đạt mỗi tháng: 68,1", "Tháng 2/2024: 1.020", "Tháng 3/2023: 52"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %q", want, text)
		}
	}
	if strings.Contains(text, "Tháng 3/2024") {
		t.Error("a month that has not begun is drawn")
	}
	rows := m.Table().Rows
	if diff := cmp.Diff([]string{"Tháng 3", "52", ""}, rows[2]); diff != "" || len(rows) != 12 {
		t.Errorf("table: %s", diff)
	}
}

func TestFunnel(t *testing.T) {
	f := Funnel{ID: "f", Title: "x", Words: words, Steps: []Step{{Label: nasty, Count: 3120, Href: "/people?stage=pool&x=1"}, {Label: "Lớp", Count: 1254, Href: "javascript:alert(1)"}, {Label: "Hồ sơ", Count: 0}}}
	text := check(t, f.SVG())
	for _, want := range []string{"|3.120|", "|↓ 40,19%|", "|0|"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %q", want, text)
		}
	}
	want := [][]string{{nasty, "3.120", "", ""}, {"Lớp", "1.254", "40,19%", "40,19%"}, {"Hồ sơ", "0", "0,00%", "0,00%"}}
	if diff := cmp.Diff(want, f.Table().Rows); diff != "" {
		t.Error(diff)
	}
	if !(Funnel{}).SVG().Empty() {
		t.Error("no steps, but a drawing")
	}
}

func TestTrend(t *testing.T) {
	tr := Trend{ID: "t", Title: nasty, Words: words, Years: []int{2022, 2023, 2024},
		Series: []Series{{nasty, []int64{792, None, 231}}, {"Nữ", []int64{420, 436}}, {"a", nil}, {"b", []int64{1, 2, 3}}, {"too many", []int64{9, 9, 9}}}}
	text := check(t, tr.SVG())
	if !strings.Contains(text, "|792|") || strings.Contains(text, "too many 2022") {
		t.Errorf("text = %q", text)
	}
	want := []string{"2023", "", "436", "", "2", "9"}
	if diff := cmp.Diff(want, tr.Table().Rows[1]); diff != "" {
		t.Error(diff)
	}
	if !(Trend{}).SVG().Empty() || !Spark("x", []int64{1}).Empty() {
		t.Error("nothing to draw, but a drawing")
	}
	check(t, Trend{ID: "one", Years: []int{2024}, Series: []Series{{"x", []int64{5}}}, Words: words}.SVG())
	check(t, Spark(nasty, []int64{0, 0, 0}))
}

// TestAnyFigures draws what nobody would expect: the drawings stay well formed
// and within their box.
func TestAnyFigures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 6_000_000)
		p := Pace{ID: "p", Title: "p", Actual: n.Draw(t, "actual"), Low: n.Draw(t, "low"), High: n.Draw(t, "high"), Elapsed: rapid.IntRange(0, 366).Draw(t, "elapsed"), Days: rapid.IntRange(0, 366).Draw(t, "days"), Words: words}
		within264(t, check, p.SVG())
		check(t, p.Mini())
		m := Months{ID: "m", Title: "m", Year: 2024, Upto: rapid.IntRange(-1, 13).Draw(t, "upto"), Target: n.Draw(t, "target"), Words: words}
		for i := range 12 {
			m.This[i], m.Last[i] = n.Draw(t, "this"), n.Draw(t, "last")
		}
		m.Upto = min(max(m.Upto, 0), 12)
		check(t, m.SVG())
		marks := ticks(m.Target)
		if len(marks) > 6 || marks[len(marks)-1] < m.Target {
			t.Fatalf("ticks(%d) = %v", m.Target, marks)
		}
	})
}

func within264(t *rapid.T, check func(interface {
	Helper()
	Fatalf(string, ...any)
}, SVG) string, s SVG) {
	check(t, s)
	d := xml.NewDecoder(strings.NewReader(s.String()))
	for {
		tok, err := d.Token()
		if err != nil {
			return
		}
		e, ok := tok.(xml.StartElement)
		if !ok || e.Name.Local != "rect" {
			continue
		}
		right := 0
		for _, a := range e.Attr {
			if n := a.Name.Local; n == "x" || n == "width" {
				v, _ := strconv.Atoi(a.Value)
				right += v
			}
		}
		if right > 264 {
			t.Fatalf("box ends at %d of 264: %v", right, e)
		}
	}
}

// TestHatch checks that every stroke lies inside the area and outside its hole.
func TestHatch(t *testing.T) {
	rings := [][]Point{{{0, 0}, {100, 0}, {100, 80}, {0, 80}}, {{30, 20}, {70, 20}, {70, 60}, {30, 60}}}
	for _, h := range []Hatch{Dots, Rising, Cross} {
		var p Pen
		p.Hatch(rings, h, markup.A("class", "x"))
		d := p.Done().String()
		strokes := strings.Split(strings.TrimSuffix(strings.TrimPrefix(d, `<path d="M`), `" class="x"/>`), "M")
		if len(strokes) < 20 {
			t.Fatalf("%d strokes in %s", len(strokes), d)
		}
		for _, s := range strokes {
			var x, y, dx, dy float64
			s = strings.ReplaceAll(s, "l", " ")
			for i, f := range strings.Fields(s) {
				v, err := strconv.ParseFloat(f, 64)
				if err != nil {
					t.Fatal(err)
				}
				*[]*float64{&x, &y, &dx, &dy}[i] = v
			}
			mx, my := x+dx/2, y+dy/2
			if mx < 0 || mx > 100 || my < 0 || my > 80 || mx > 31 && mx < 69 && my > 21 && my < 59 {
				t.Errorf("stroke %q is outside", s)
			}
			if math.Abs(dx) != math.Abs(dy) {
				t.Errorf("stroke %q is not diagonal", s)
			}
		}
	}
	var p Pen
	if p.Hatch(rings, Plain, markup.A("class", "x")); !p.Done().Empty() {
		t.Error("a plain area has strokes")
	}
}
