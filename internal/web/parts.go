package web

import (
	"ketnap/internal/chart"
	"ketnap/internal/fault"
	"ketnap/internal/markup"
)

// The values of the partials in tmpl/part. A partial is executed with
// (.With value), inside a range with ($.With value).

// Badge is a small marked word: {{template "badge" .}}.
type Badge struct {
	Kind string // see the badge classes of app.css: ahead, even, behind, ok, warn, bad, info, mute
	Text string
}

// Card is a figure with its context: {{template "card" (.With .Admit)}}.
type Card struct {
	Title string
	Big   string // the figure
	Of    string // what it is measured against; may be empty
	Unit  string // unit or share behind the figure; may be empty
	Href  string // the persons behind the figure; may be empty
	Bar   chart.SVG
	Badge *Badge
	Note  string

	Beside []stockCell // smaller figures that belong to it, with their lists
}

// Figure is a chart with its caption and its data as a table:
// {{template "figure" (.With .Months)}}.
type Figure struct {
	Title string
	Note  string // one sentence under the title; may be empty
	Chart chart.SVG
	Table chart.Table
	Keys  []chart.Key // legend beside the drawing (maps)
	Wide  bool        // a map or a long series: takes the whole row
}

// Empty says that there is nothing to show, and what to do about it.
type Empty struct {
	Title string
	Text  string
	Href  string
	Link  string
}

// Pager is the foot of a keyset-paged list.
type Pager struct {
	First, Prev, Next string // addresses; empty = not from here
	From, To          int64  // rows on this page; 0 when not known
	Total             int64  // -1 when not counted
	Sizes             []Choice
}

// Choice is one link among several, or one option of a select.
type Choice struct {
	Label, Href, Value string
	Count              string // figure behind the label; may be empty
	Current            bool
}

// Step is one step of a wizard.
type Step struct {
	Label string
	Href  string // may be empty
	State string // done, now, todo
}

// Event is one entry of a timeline.
type Event struct {
	Date, Title, Text string
	Ref               string // decision behind it
	Href              string
	Kind              string // plain, good, bad, undone
}

// Field is one form field with everything around it. Make one with Base.Field,
// which knows the words; the chained methods set the rest:
//
//	{{template "field" ((.Field "name" (.T "unit.name") .Form.Name .Errs).Must)}}
type Field struct {
	Name, Label, Value string
	Type               string // text, date, number, password, file, search, select, textarea, check
	Hint, Error        string
	Mode               string // inputmode
	Auto               string // autocomplete
	Accept             string // of a file field
	Options            []Choice
	Required, Checked  bool
	Size               string // class: short, medium, long
	Of                 string // tells fields of one name in several forms of a page apart
}

// Field makes a text field. errs may be nil: it is what fault.FieldsOf found.
func (b Base) Field(name, label, value string, errs map[string]fault.Text) Field {
	f := Field{Name: name, Label: label, Value: value, Type: "text", Auto: "off"}
	if t, ok := errs[name]; ok {
		f.Error = b.T(string(t.Key), t.Args...)
	}
	return f
}

// Must marks the field as required.
func (f Field) Must() Field { f.Required = true; return f }

// As sets the type.
func (f Field) As(kind string) Field { f.Type = kind; return f }

// Help adds a sentence on what to write.
func (f Field) Help(text string) Field { f.Hint = text; return f }

// Fill sets the autocomplete token ("username", "current-password").
func (f Field) Fill(token string) Field { f.Auto = token; return f }

// Keys sets the kind of screen keyboard ("numeric", "tel").
func (f Field) Keys(mode string) Field { f.Mode = mode; return f }

// Width sets how wide the field is: short, medium or long.
func (f Field) Width(size string) Field { f.Size = size; return f }

// Tick sets whether a check field is ticked.
func (f Field) Tick(on bool) Field { f.Checked = on; return f }

// From makes the field a choice among options; Value is the chosen one.
func (f Field) From(options []Choice) Field {
	f.Type, f.Options = "select", options
	return f
}

// Choices writes the options of a select.
func (f Field) Choices() markup.Piece {
	var p markup.Pen
	for _, c := range f.Options {
		p.Option(c.Label, c.Value, c.Value == f.Value)
	}
	return p.Done()
}

// Takes sets the types of files a file field offers (".xlsx,.csv").
func (f Field) Takes(types string) Field { f.Type, f.Accept = "file", types; return f }

// ID is the id of the control.
func (f Field) ID() string {
	if f.Of != "" {
		return "f-" + f.Name + "-" + f.Of
	}
	return "f-" + f.Name
}

// Described lists the ids of hint and error for aria-describedby.
func (f Field) Described() string {
	switch {
	case f.Hint != "" && f.Error != "":
		return f.ID() + "-hint " + f.ID() + "-error"
	case f.Hint != "":
		return f.ID() + "-hint"
	case f.Error != "":
		return f.ID() + "-error"
	}
	return ""
}

// ChartWords are the words charts and maps need, in the language of the page.
func (b Base) ChartWords() chart.Words {
	return chart.Words{
		Num:    func(n int64) string { return b.Num(n) },
		Pct:    func(num, den int64) string { return b.Pct(num, den) },
		Dec:    b.Dec,
		Actual: b.T("web.chart.actual"), Target: b.T("web.chart.target"), Time: b.T("web.chart.time"),
		NoTarget: b.T("web.chart.notarget"), Ahead: b.T("web.chart.ahead"), Even: b.T("web.chart.even"),
		Behind: b.T("web.chart.behind"), Points: b.T("web.chart.points"), Month: b.T("web.chart.month"),
		Needed: b.T("web.chart.pace"), Step: b.T("web.chart.step"), Count: b.T("web.chart.count"),
		OfBefore: b.T("web.chart.before"), OfFirst: b.T("web.chart.first"), Year: b.T("web.chart.year"),
		Unit: b.T("web.map.unit"), Value: b.T("web.map.value"), Class: b.T("web.map.class"), NoData: b.T("web.map.none"),
	}
}

// PaceBadge is the badge that says how p stands: sign, words and points.
func PaceBadge(p chart.Pace) *Badge {
	kind := map[chart.State]string{chart.Ahead: "ahead", chart.Even: "even", chart.Behind: "behind", chart.Untargeted: "mute"}[p.Stand()]
	return &Badge{Kind: kind, Text: p.Sentence()}
}
