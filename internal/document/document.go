// Package document holds documents (văn bản): what identifies them, their clauses, how they stand to each other, and the
// numbers that can be read out of their text (domain floor, pure).
//
// A number such as "20-NQ/TU" identifies nothing: every province has one each year. Number, issuer and date together do.
package document

import (
	"slices"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/vi"
)

// Kind is the type of a document (thể loại văn bản).
type Kind string

// The kinds.
const (
	Resolution Kind = "resolution" // nghị quyết
	Directive  Kind = "directive"  // chỉ thị
	Plan       Kind = "plan"       // kế hoạch
	Conclusion Kind = "conclusion" // kết luận
	Scheme     Kind = "scheme"     // đề án
	Letter     Kind = "letter"     // công văn
	Guidance   Kind = "guidance"   // hướng dẫn
	Programme  Kind = "programme"  // chương trình hành động
	Regulation Kind = "regulation" // quy định
	Decision   Kind = "decision"   // quyết định
	Report     Kind = "report"     // báo cáo, bài báo: states results, asks for nothing
)

// Kinds lists the kinds.
var Kinds = []Kind{Resolution, Directive, Plan, Conclusion, Scheme, Letter, Guidance, Programme, Regulation, Decision, Report}

// Level is who issued a document, seen along the chain (cấp ban hành).
type Level string

// The levels, from the top of the chain.
const (
	Central    Level = "central"    // trung ương
	Provincial Level = "province"   // tỉnh, thành phố
	Upper      Level = "upper"      // cấp trên trực tiếp cơ sở
	Grassroots Level = "grassroots" // cơ sở
	OfCell     Level = "cell"       // chi bộ
)

// Levels lists the levels.
var Levels = []Level{Central, Provincial, Upper, Grassroots, OfCell}

// Document is one paper in a register (văn bản).
type Document struct {
	ID       id.ID
	Unit     id.ID // whose register it stands in; units below may read it when Spread
	Kind     Kind
	Level    Level
	Number   string // "20-NQ/TU"
	Issuer   string // "Tỉnh ủy Hậu Giang"
	Dated    day.Date
	Title    string
	From, To day.Date // in force; 0 is not said
	Spread   bool     // phổ biến xuống cấp dưới
	Place    string   // nơi lưu bản giấy, đính kèm
	Version  int64
}

// Check says whether the document can be kept; fields name what to mend.
func (d Document) Check() error {
	e := fault.E("document.Check", fault.Invalid, "document.invalid")
	if !has(Kinds, d.Kind) {
		e.Field("kind", "document.kind_missing")
	}
	if !has(Levels, d.Level) {
		e.Field("level", "document.level_missing")
	}
	if strings.TrimSpace(d.Issuer) == "" {
		e.Field("issuer", "document.issuer_missing")
	}
	if strings.TrimSpace(d.Title) == "" {
		e.Field("title", "document.title_missing")
	}
	if d.Number == "" && d.Kind != Report {
		e.Field("number", "document.number_missing")
	}
	if !d.Dated.Valid() {
		e.Field("dated", "document.dated_missing")
	}
	from := d.From
	if from == 0 {
		from = d.Dated // from its date unless it says otherwise
	}
	if from != 0 && d.To != 0 && d.To < from {
		e.Field("to", "target.span_backwards", from, d.To)
	}
	for _, s := range []struct{ name, text string }{{"number", d.Number}, {"issuer", d.Issuer}, {"title", d.Title}, {"place", d.Place}} {
		if len(s.text) > maxText {
			e.Field(s.name, "document.too_long")
		}
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

const maxText = 2000

// Key is the identity of a document in a register: number, issuer and date, without marks, capitals and spaces.
func (d Document) Key() string {
	squeeze := func(s string) string { return strings.Join(strings.Fields(vi.Fold(s)), "") }
	return squeeze(d.Number) + "|" + strings.Join(vi.Words(d.Issuer), " ") + "|" + d.Dated.String()
}

// Name writes the document as others cite it: "20-NQ/TU ngày 11/01/2024".
func (d Document) Name() string {
	if d.Number == "" {
		return d.Title
	}
	return d.Number + " ngày " + d.Dated.VN()
}

// InForce reports whether the document holds on a day: from its date unless it says otherwise.
func (d Document) InForce(on day.Date) bool {
	from := d.From
	if from == 0 {
		from = d.Dated
	}
	return from <= on && (d.To == 0 || on <= d.To)
}

// Named reports whether every word of a search begins a word of the document's number, date, issuer or title, with or without marks.
func (d Document) Named(search string) bool {
	words := vi.Words(d.Number + " " + d.Dated.VN() + " " + d.Issuer + " " + d.Title)
	for _, typed := range vi.Words(search) {
		if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, typed) }) {
			return false
		}
	}
	return true
}

// Relation is how one document stands to another (quan hệ giữa hai văn bản).
type Relation string

// The relations, read from the later document to the earlier.
const (
	Amends     Relation = "amends"     // sửa đổi, bổ sung, điều chỉnh
	Replaces   Relation = "replaces"   // thay thế
	BasedOn    Relation = "based_on"   // căn cứ
	Implements Relation = "implements" // triển khai, thực hiện
	Guides     Relation = "guides"     // hướng dẫn
)

// Relations lists the relations.
var Relations = []Relation{Amends, Replaces, BasedOn, Implements, Guides}

// Link is one relation. To is 0 when the other paper stands in no register: Text names it.
type Link struct {
	From, To id.ID
	Relation Relation
	Text     string
}

// Check says whether the link can be kept.
func (l Link) Check() error {
	const op = "document.Link.Check"
	switch {
	case !has(Relations, l.Relation):
		return fault.E(op, fault.Invalid, "document.link_invalid").Field("relation", "document.relation_missing")
	case l.To == 0 && strings.TrimSpace(l.Text) == "":
		return fault.E(op, fault.Invalid, "document.link_invalid").Field("to", "document.link_missing")
	case l.From == l.To:
		return fault.E(op, fault.Invalid, "document.link_invalid").Field("to", "document.link_itself")
	case len(l.Text) > maxText:
		return fault.E(op, fault.Invalid, "document.link_invalid").Field("to", "document.too_long")
	}
	return nil
}

func has[T comparable](list []T, x T) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}
