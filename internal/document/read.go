package document

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"ketnap/internal/day"
	"ketnap/internal/target"
)

// Reading is a number found in a text, offered to be confirmed: nothing of it is taken over before somebody says so (số liệu đề nghị).
type Reading struct {
	Clause    int
	At        int    // byte offset of the number in the clause, which with the span tells readings apart
	Quote     string // the sentence around the number, as the document has it
	Words     string // the number with its words: "từ 1.020 - 1.250"
	Indicator string // "" when the text does not say what is counted
	Group     string // words of the group, "" for all
	Slice     string // code of the group of the ledger that is meant, when its records tell
	Kind      target.Kind
	Value     target.Value
	PartOf    int // index of the reading it is inside, -1 for none
	Relation  target.Relation
	Span      target.Span
	Base      target.Base
}

// Read finds the numbers of a document's clauses. kind and dated say what to expect when the text does not: a resolution asks,
// an article tells.
func Read(cs []Clause, kind Kind, dated day.Date) []Reading {
	var rs []Reading
	r := reader{kind: kind, year: dated.Year()}
	for _, c := range cs {
		from := len(rs)
		for _, s := range sentences(c.Text) {
			if len(rs) >= most {
				return rs
			}
			rs = r.sentence(rs, from, c, s[0], c.Text[s[0]:s[1]])
		}
	}
	return rs
}

type reader struct {
	kind    Kind
	year    int         // of the document
	span    target.Span // what the text spoke of last
	counted string
}

// longest is how much text is looked at as one sentence, and most how many numbers a document may offer.
const (
	longest = 2000
	most    = 500
)

var stop = regexp.MustCompile(`[.!?]\s+(?:["“(]?\p{Lu})`)

// sentences cuts a clause, so that "trong đó" never reaches across a full stop.
func sentences(s string) [][2]int {
	var out [][2]int
	from := 0
	add := func(end int) {
		for end-from > longest {
			cut := from + longest
			if i := strings.LastIndexByte(s[from:cut], ' '); i > 0 {
				cut = from + i
			}
			for !utf8.RuneStart(s[cut]) {
				cut--
			}
			out, from = append(out, [2]int{from, cut}), cut
		}
		out, from = append(out, [2]int{from, end}), end
	}
	for _, m := range stop.FindAllStringIndex(s, -1) {
		add(m[0] + 1)
	}
	add(len(s))
	return out
}

// sentence adds the numbers of one sentence.
func (r *reader) sentence(rs []Reading, clauseFrom int, c Clause, offset int, s string) []Reading {
	if !strings.ContainsAny(s, "0123456789") {
		return rs
	}
	ns := numbers(s)
	spans := r.spans(s)
	first := len(rs)
	r.counted = ""
	for i, n := range ns {
		x := Reading{Clause: c.No, At: offset + n.at, Quote: strings.TrimSpace(s), Words: strings.TrimSpace(s[n.at:n.end]), Value: n.value, PartOf: -1}
		r.count(&x, n)
		prev := 0
		if i > 0 {
			prev = min(ns[i-1].end, n.at)
		}
		x.Kind = r.kindOf(s, n, x.Value)
		if x.Value.Op == target.Above && x.Kind != target.Goal {
			x.Value.Op = target.JustOver
		}
		x.Indicator = indicatorOf(s, n, x)
		if x.Group, x.Slice = groupOf(s, prev, n); x.Value.Counted != target.InPersons && x.Value.Counted != target.InPercent {
			x.Slice = "" // a meeting for students is not a group of persons
			if x.Group == anyFirm {
				x.Group = "" // nor are organisations in enterprises another kind of organisation
			}
		}
		x.base(s, n)
		own := spansFor(spans, n.at)
		for _, span := range own {
			y := x
			y.Span = span
			rs = append(rs, y)
		}
		inside(rs, first, clauseFrom, len(rs)-len(own), s, prev, n)
	}
	return rs
}

// things are what a number may count, by the words that follow it.
var things = []struct {
	re      *regexp.Regexp
	counted string
}{
	{regexp.MustCompile(`^\s*(?:chi bộ|tổ chức đảng|đảng bộ|chi, đảng bộ|đơn vị|cơ quan|doanh nghiệp|trường|tổ chức cơ sở)`), target.InUnits},
	{regexp.MustCompile(`^\s*(?:xóm|thôn|bản|khối|tổ dân phố|ấp|buôn)[^\p{L}]`), target.InHamlets},
	{regexp.MustCompile(`^\s*(?:hội nghị|lớp|cuộc|tổ công tác|buổi|đợt)`), target.InEvents},
	{regexp.MustCompile(`^\s*(?:tham luận|văn bản|bài|ý kiến)`), target.InPapers},
	{regexp.MustCompile(`^\s*(?:đảng viên|người|quần chúng|học sinh|sinh viên|đoàn viên|đồng chí|chủ doanh nghiệp|giáo dân|công nhân|cán bộ|đ/c)`), target.InPersons},
}

func (r *reader) count(x *Reading, n number) {
	if x.Value.Counted == target.InPercent {
		return
	}
	x.Value.Counted = target.InPersons
	if r.counted != "" {
		x.Value.Counted = r.counted
	}
	for _, t := range things {
		if t.re.MatchString(strings.ToLower(n.after) + " ") {
			x.Value.Counted = t.counted
			break
		}
	}
	r.counted = x.Value.Counted
	x.Value.Places = 0
}

// cues are the words that say what a number is; the last one before it decides.
var cues = []struct {
	re   *regexp.Regexp
	kind target.Kind
}{
	{regexp.MustCompile(`(?i)đã (?:kết nạp|cử|thành lập|tổ chức|đạt)|kết nạp được|cử được|thành lập (?:được|mới)|gần đây|tính đến|tổ chức \d|sự tham gia`), target.Result},
	{regexp.MustCompile(`(?i)mục tiêu|phấn đấu|chỉ tiêu|bảo đảm|đảm bảo|giao|đề ra|kế hoạch kết nạp`), target.Goal},
	{regexp.MustCompile(`(?i)toàn (?:tỉnh|huyện|xã) có|hiện có|chỉ còn|tổng số đảng viên[\p{L}\s]* lên|chưa có`), target.Stock},
}

func (r *reader) kindOf(s string, n number, v target.Value) target.Kind {
	if v.Counted == target.InPercent && v.Op == target.AtLeast && r.kind != Report {
		return target.Goal // "từ 3 % trở lên" asks, wherever it stands in a plan
	}
	if v.Counted == target.InPercent && !strings.Contains(strings.ToLower(s), "bảo đảm") && !strings.Contains(strings.ToLower(s), "đảm bảo") {
		return target.Share
	}
	best, kind := -1, target.Kind("")
	for _, c := range cues {
		for _, m := range c.re.FindAllStringIndex(s[:min(len(s), n.end)], -1) {
			if m[0] > best {
				best, kind = m[0], c.kind
			}
		}
	}
	if v.Counted == target.InHamlets {
		return target.Stock
	}
	switch {
	case kind != "":
		return kind
	case yearly.MatchString(s) && r.kind != Report:
		return target.Goal
	case r.kind == Report || r.kind == Conclusion:
		return target.Result
	}
	return target.Goal
}

var (
	course  = regexp.MustCompile(`(?i)lớp bồi dưỡng|lớp nhận thức|cử (?:được )?[\d.]*\s*quần chúng`)
	admit   = regexp.MustCompile(`(?i)kết nạp`)
	cells   = regexp.MustCompile(`(?i)thành lập (?:được |mới )*$`)
	partyOf = regexp.MustCompile(`(?i)^\s*đảng viên`)
	stock   = regexp.MustCompile(`(?i)tổng số đảng viên[\p{L}\s]* lên\s*$`)
)

// indicatorOf says what is counted, as far as the text does.
func indicatorOf(s string, n number, x Reading) string {
	before := s[:n.at]
	switch {
	case x.Value.Counted == target.InPersons && stock.MatchString(before):
		return "members"
	case x.Value.Counted == target.InUnits && cells.MatchString(before):
		return "founded"
	case x.Value.Counted != target.InPersons && x.Value.Counted != target.InPercent:
		return ""
	}
	c, a := lastMatch(course, s[:min(len(s), n.end+60)]), lastMatch(admit, before)
	switch {
	case c > a:
		return target.Course.Code
	case a >= 0 || admit.MatchString(s) || partyOf.MatchString(n.after):
		return target.Admissions.Code
	}
	return ""
}

func lastMatch(re *regexp.Regexp, s string) int {
	all := re.FindAllStringIndex(s, -1)
	if len(all) == 0 {
		return -1
	}
	return all[len(all)-1][0]
}

// groups are the groups documents name, with the code of the group in the ledger (target.ParseGroup) when its records tell.
var groups = []struct{ words, slice string }{
	{"học sinh, sinh viên và người lao động trong doanh nghiệp ngoài nhà nước", "occ.12+occ.13+sec.7"},
	{"học sinh, sinh viên, người lao động ở doanh nghiệp ngoài nhà nước", "occ.12+occ.13+sec.7"}, {"học sinh, sinh viên", "occ.12+occ.13"}, {"chủ doanh nghiệp", ""}, {"giáo dân", "rel.3"},
	{"doanh nghiệp và khu vực kinh tế tư nhân", "sec.7"}, {"doanh nghiệp tư nhân và doanh nghiệp có vốn đầu tư nước ngoài", "sec.7+sec.8"}, {"doanh nghiệp ngoài nhà nước", "sec.7"},
	{"các đơn vị doanh nghiệp", "sec.7"}, {"người lao động", ""}, {"phòng, chống dịch covid-19", ""},
	{"sinh viên", "occ.12"}, {"học sinh", "occ.13"}, {"công nhân", "occ.9"}, {"nữ", "female"}, {"dân tộc thiểu số", "minority"}, {"đoàn viên", "youth"}, {anyFirm, ""},
}

// anyFirm are enterprises of whatever kind: persons in them are a group that the records do not tell.
const anyFirm = "doanh nghiệp"

// groupOf looks for a group between the number before and the end of what follows this one.
func groupOf(s string, prev int, n number) (words, slice string) {
	low := strings.ToLower(s)
	if len(low) != len(s) {
		return "", ""
	}
	end := len(low)
	if i := strings.IndexAny(low[n.end:], ";("); i >= 0 {
		end = n.end + i
	}
	if i := strings.Index(low[n.end:end], "trong đó"); i >= 0 {
		end = n.end + i
	}
	near := low[n.end:end]
	comma := strings.Index(near, ",")
	if comma < 0 {
		comma = len(near)
	}
	if d := strings.LastIndex(low[prev:n.at], "trong đó"); d >= 0 {
		comma += n.at - prev - d
		near = low[prev+d:n.at] + near
	}
	for _, g := range groups {
		if i := strings.Index(near, g.words); i >= 0 && i < comma {
			return g.words, g.slice
		}
	}
	return "", ""
}

var (
	ofPlan   = regexp.MustCompile(`(?i)^\s*(?:so với )?(kế hoạch[\p{L}\s]*|chỉ tiêu[\p{L}\s]*)`)
	ofBefore = regexp.MustCompile(`(?i)^\s*so với (cùng kỳ[\p{L}\s\d]*)`)
	ofTotal  = regexp.MustCompile(`(?i)^\s*(?:trở lên\s*)?(tổng số[\p{L}\s]*)`)
)

// base reads the denominator of a percentage.
func (x *Reading) base(s string, n number) {
	if x.Value.Counted != target.InPercent {
		return
	}
	for _, re := range []*regexp.Regexp{ofPlan, ofBefore, ofTotal} {
		if m := re.FindStringSubmatch(s[n.end:]); m != nil {
			x.Base.Text = strings.TrimSpace(m[1])
			return
		}
	}
}

var ofWhom = regexp.MustCompile(`(?i)trong đó|\(`)

// inside finds which number before it the number is a part of: by "trong đó", or in brackets after it. Two numbers of persons
// in a row without a word on how they stand are unclear.
func inside(rs []Reading, first, clauseFrom, at int, s string, prev int, n number) {
	if at == first || prev == 0 {
		return
	}
	between := s[prev:n.at]
	for i := at; i < len(rs); i++ {
		x := &rs[i]
		if x.Value.Counted == target.InPercent {
			continue
		}
		whole := -1
		for j := at - 1; j >= max(first, clauseFrom); j-- {
			top := rs[j].PartOf < 0 || rs[j].Relation == target.Unclear && j == at-1 && strings.Contains(between, "(")
			if rs[j].Value.Counted == x.Value.Counted && top && rs[j].Span == x.Span {
				whole = j
				break
			}
		}
		if whole < 0 {
			continue
		}
		switch {
		case ofWhom.MatchString(between):
			x.PartOf, x.Relation = whole, target.Overlapping
		case rs[at-1].PartOf >= 0 && strings.HasPrefix(strings.TrimSpace(between), ";"):
			x.PartOf, x.Relation = rs[at-1].PartOf, target.Partition
			for j := first; j < at; j++ {
				if rs[j].PartOf == x.PartOf {
					rs[j].Relation = target.Partition
				}
			}
		case x.Value.Counted == target.InPersons && x.Kind == target.Result && !admit.MatchString(between) && !course.MatchString(between):
			x.PartOf, x.Relation = whole, target.Unclear
		}
	}
}
