package document

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"ketnap/internal/target"
)

// number is a number found in a sentence with how it is meant.
type number struct {
	at, end int // bytes of the quotation in the sentence
	value   target.Value
	after   string // what follows, for the thing counted
}

// noise are figures that are no numbers of a document: dates, times, numbers of papers, ordinals, lengths of time.
var noise = []*regexp.Regexp{
	regexp.MustCompile(`\b(?:19|20)\d{2}-\d{2}-\d{2}\b`),
	regexp.MustCompile(`(?i)(?:ảnh|bảng|biểu|mẫu|trang)\s+\d+`),
	regexp.MustCompile(`\d{1,2}:\d{2}(?::\d{2})?`),
	regexp.MustCompile(`\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{4}`),
	regexp.MustCompile(`\d{1,2}\s*[-/]\s*\d{4}`),
	regexp.MustCompile(`\b(?:19|20)\d{2}\s*[-–—]\s*(?:19|20)\d{2}`),
	regexp.MustCompile(`(?i)(?:năm|khóa|lần thứ|lúc|GMT\s*\+)\s*\d+`),
	regexp.MustCompile(`\b\d+\s*[-–]\s*\p{Lu}[\p{L}]*(?:/[\p{L}]+)*`),
	regexp.MustCompile(`[\p{L}]+-\d+`),
	regexp.MustCompile(`(?i)(?:nghị quyết|chỉ thị|kế hoạch|kết luận|đề án|hướng dẫn|quy định|công văn|chương trình|quyết định|thông báo|hành động|điều|khoản|mục)(?:\s+số)?\s+\d+`),
	regexp.MustCompile(`\(\d{1,2}\)`),
	regexp.MustCompile(`(?i)\b\d+\s+(?:năm|tháng|tuần|ngày|quý|giờ|phút|tuổi)(?:[^\p{L}]|$)`),
	regexp.MustCompile(`(?i)(?:ngày|sáng|chiều|tháng|quý)\s+\d{1,2}(?:/\d{1,2})?`),
	regexp.MustCompile(`\d{1,2}/\d{1,2}\b`),
	regexp.MustCompile(`(?:^|[^\d.,])0\d*(?:\.\d+)*`),
	regexp.MustCompile(`[_\p{L}]\d[\p{L}\d_]*|\d[\d]*[_\p{L}][\p{L}\d_]*`),
}

var digits = regexp.MustCompile(`(\d{1,3}(?:\.\d{3})+|\d+)(,\d+)?`)
var (
	joint   = regexp.MustCompile(`^\s*(?:-|–|—|đến)\s*$`)
	percent = regexp.MustCompile(`^\s*%`)
	upward  = regexp.MustCompile(`^(?:\s*[%\p{L}]+){0,4}?\s*trở lên`)
)

// numbers finds the numbers of a sentence.
func numbers(s string) []number {
	plain := []byte(s)
	for _, re := range noise {
		for _, m := range re.FindAllIndex(plain, -1) {
			for i := m[0]; i < m[1]; i++ {
				if plain[i] >= '0' && plain[i] <= '9' {
					plain[i] = 'x'
				}
			}
		}
	}
	var ns []number
	at := digits.FindAllSubmatchIndex(plain, -1)
	for i := 0; i < len(at); i++ {
		v, ok := amount(s[at[i][0]:at[i][1]])
		if !ok {
			continue
		}
		n := number{at: at[i][0], end: at[i][1], value: v}
		if i+1 < len(at) && joint.MatchString(s[at[i][1]:at[i+1][0]]) {
			if high, ok := amount(s[at[i+1][0]:at[i+1][1]]); ok && high.Places == v.Places && high.Low >= v.Low {
				n.value.High, n.value.Op, n.end = high.Low, target.Between, at[i+1][1]
				i++
			}
		}
		if m := percent.FindString(s[n.end:]); m != "" {
			n.value.Counted = target.InPercent
			n.end += len(m)
		}
		n.meant(s)
		ns = append(ns, n)
	}
	return ns
}

// amount reads "1.020", "3,11".
func amount(s string) (target.Value, bool) {
	whole, frac, _ := strings.Cut(s, ",")
	n, err := strconv.ParseInt(strings.ReplaceAll(whole, ".", "")+frac, 10, 64)
	return target.Value{Op: target.Exactly, Low: n, Places: len(frac)}, err == nil && n < 1_000_000_000 && len(frac) <= 2
}

// prefixes are the words before a number that change what it means.
var prefixes = []struct {
	word string
	op   target.Op
}{
	{"khoảng", target.About}, {"gần", target.About}, {"ước", target.About}, {"không dưới", target.AtLeast}, {"ít nhất", target.AtLeast}, {"tối thiểu", target.AtLeast},
	{"không quá", target.AtMost}, {"tối đa", target.AtMost}, {"dưới", target.AtMost}, {"trên", target.Above}, {"hơn", target.JustOver}, {"từ", target.Exactly},
}

// meant finds the operator around a number and widens the quotation to its words.
func (n *number) meant(s string) {
	before := strings.TrimRight(s[:n.at], " ")
	low := strings.ToLower(before)
	for _, p := range prefixes {
		if len(low) != len(before) || !strings.HasSuffix(low, p.word) || !wordStart(low, len(low)-len(p.word)) {
			continue
		}
		n.at = len(before) - len(p.word)
		if n.value.Op != target.Between || p.op == target.About {
			n.value.Op = p.op
		}
		break
	}
	if m := upward.FindString(s[n.end:]); m != "" && n.value.High == 0 {
		n.value.Op = target.AtLeast
		n.after = s[n.end:]
		n.end += len(m)
		return
	}
	n.after = s[n.end:]
}

// wordStart reports whether a word begins at a byte of s.
func wordStart(s string, at int) bool {
	if at <= 0 {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(s[:at])
	return r == ' ' || r == '(' || r == ',' || r == ';'
}
