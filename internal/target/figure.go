package target

import (
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Kind says what a number in a document is (loại số liệu).
type Kind string

// The kinds of numbers.
const (
	Goal     Kind = "goal"     // chỉ tiêu: asked for
	Result   Kind = "result"   // kết quả: reached
	Baseline Kind = "baseline" // mức nền: reached before, the target is measured against it
	Stock    Kind = "stock"    // hiện có: on a day
	Share    Kind = "share"    // tỷ lệ: percent of something
	Average  Kind = "average"  // bình quân
)

// FigureKinds lists the kinds.
var FigureKinds = []Kind{Goal, Result, Baseline, Stock, Share, Average}

// Relation says how a number stands to the one it is a part of (trong đó).
type Relation string

// The relations. A number that is a part of nothing has none.
const (
	Overlapping Relation = "overlap"   // may share people with other parts: never summed
	Partition   Relation = "partition" // the parts share nobody and make up the whole
	Outside     Relation = "outside"   // not a part: counted beside the other number
	Unclear     Relation = "unclear"   // chưa rõ: the document does not say, so it must be asked
)

// Relations lists the relations.
var Relations = []Relation{Overlapping, Partition, Outside, Unclear}

// SpanKind is what stretch of time a number covers.
type SpanKind string

// The stretches of time.
const (
	OfYear  SpanKind = "year"  // một năm, or several years together
	OfPart  SpanKind = "part"  // một phần của năm, up to AsOf
	OfTerm  SpanKind = "term"  // nhiệm kỳ, giai đoạn
	Since   SpanKind = "since" // từ khi bắt đầu
	OfDay   SpanKind = "day"   // a stock on a day
	NoSpan  SpanKind = ""
	yearLow          = 1930
	yearTop          = 2200
)

// SpanKinds lists the stretches.
var SpanKinds = []SpanKind{OfYear, OfPart, OfTerm, Since, OfDay}

// Span is the time a number covers (kỳ).
type Span struct {
	Kind     SpanKind
	From, To day.Date
	AsOf     day.Date // the day up to which it was counted, 0 when the whole span
	AsOfTo   day.Date // 0, or the later of two days the text may mean ("tính đến tháng 11")
	Yearly   bool     // hằng năm: holds for each year of the span, not for all together
}

// Period returns the days of the span.
func (s Span) Period() day.Period { return day.Period{From: s.From, To: s.To} }

// Vague reports whether the text leaves the as-of day open.
func (s Span) Vague() bool { return s.AsOfTo != 0 && s.AsOfTo != s.AsOf }

// Years returns the calendar years the span touches.
func (s Span) Years() int {
	if s.From == 0 || s.To == 0 {
		return 0
	}
	return s.To.Year() - s.From.Year() + 1
}

// Base is what a percentage is a share of (mẫu số).
type Base struct {
	Text string   // "tổng số đảng viên toàn đảng bộ"
	On   day.Date // the day it is taken on; 0 is not said
	N    int64    // its size when known
}

// Known reports whether the denominator is said, with its day.
func (b Base) Known() bool { return b.Text != "" && b.On != 0 }

// Figure is one number that a document states (số liệu trong văn bản). Nothing is a figure before somebody confirmed it.
type Figure struct {
	ID        id.ID
	Document  id.ID
	Clause    int    // ordinal of the clause it stands in
	At        int    // byte offset in the clause
	Quote     string // the words it was read from
	Indicator string
	Slice     string // a slice of the ledger, or words of the document for a group it does not count
	Kind      Kind
	Value     Value
	PartOf    id.ID // the figure it is inside
	Relation  Relation
	Span      Span
	Base      Base
	Truncated bool   // a percentage cut off, not rounded
	Published bool   // taken from the paper; recomputed figures never are
	Campaign  string // mark of a special campaign
	Version   int64
}

// Check says whether the figure can be kept; fields name what to mend.
func (f Figure) Check() error {
	e := fault.E("target.Figure.Check", fault.Invalid, "target.figure_invalid")
	for name, text := range fault.FieldsOf(f.Value.Check()) {
		e.Field(name, text.Key, text.Args...)
	}
	if f.Indicator == "" {
		e.Field("indicator", "target.indicator_missing")
	}
	if !contains(FigureKinds, f.Kind) {
		e.Field("kind", "target.kind_unknown")
	}
	if f.Value.Counted == InPercent && f.Kind != Average && strings.TrimSpace(f.Base.Text) == "" {
		e.Field("base", "target.base_missing")
	}
	f.checkPart(e)
	f.Span.check(e)
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

func (f Figure) checkPart(e *fault.Error) {
	switch {
	case f.PartOf != 0 && f.PartOf == f.ID:
		e.Field("part_of", "target.part_of_itself")
	case f.PartOf != 0 && !contains(Relations, f.Relation):
		e.Field("relation", "target.relation_missing")
	case f.PartOf == 0 && f.Relation != "":
		e.Field("relation", "target.relation_unused")
	}
}

func (s Span) check(e *fault.Error) {
	switch {
	case !contains(SpanKinds, s.Kind):
		e.Field("span", "target.span_missing")
	case s.From == 0 && s.To == 0 && s.AsOf == 0:
		e.Field("from", "target.span_missing")
	case s.From != 0 && s.To != 0 && s.To < s.From:
		e.Field("to", "target.span_backwards", s.From, s.To)
	case s.From != 0 && (s.From.Year() < yearLow || s.From.Year() > yearTop), s.To != 0 && (s.To.Year() < yearLow || s.To.Year() > yearTop):
		e.Field("from", "target.year_odd")
	case s.AsOf != 0 && s.From != 0 && s.AsOf < s.From, s.AsOf != 0 && s.To != 0 && s.AsOf > s.To:
		e.Field("as_of", "target.as_of_outside")
	case s.AsOfTo != 0 && s.AsOfTo < s.AsOf:
		e.Field("as_of", "target.span_backwards", s.AsOf, s.AsOfTo)
	}
}

// UnitsFounded is the indicator of organisations founded (tổ chức đảng thành lập mới).
const UnitsFounded = "founded"

// Stated are indicators that documents state and the program does not count as a target: all members, organisations founded.
var Stated = []string{"members", UnitsFounded}

// ParseNumber reads one bound as people type it: "1.020", "3,11", "109". A point never separates decimals.
func ParseNumber(s string) (n int64, places int, ok bool) {
	head, frac, dec := strings.Cut(strings.TrimSpace(s), ",")
	n, ok = whole(head)
	if !ok || dec && (frac == "" || len(frac) > 2 || strings.Trim(frac, "0123456789") != "") {
		return 0, 0, false
	}
	for _, c := range frac {
		n = n*10 + int64(c-'0')
	}
	return n, len(frac), n <= most
}
