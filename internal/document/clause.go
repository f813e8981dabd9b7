package document

import (
	"regexp"
	"strings"

	"ketnap/internal/fault"
	"ketnap/internal/vi"
)

// Clause is one piece of a document in its tree (điều, khoản, điểm, đoạn).
type Clause struct {
	No     int    // 1, 2, … in the order of the text
	Parent int    // No of the clause above, 0 at the top
	Depth  int    // 0 at the top
	Label  string // "I", "2.1", "a"; "" for a paragraph
	Text   string
}

// MaxText is the longest text that is taken in, in bytes.
const MaxText = 200_000

// maxClauses keeps a page readable; a longer document is entered in parts.
const maxClauses = 2000

// labels are the heads of clauses, from the top of a document down.
var labels = []struct {
	depth int
	re    *regexp.Regexp
}{
	{0, regexp.MustCompile(`^(?i:phần|chương)\s+(?:thứ\s+)?([IVXLC]+|\d+|nhất|hai|ba|bốn|năm)[.:\s]`)},
	{0, regexp.MustCompile(`^([IVX]{1,6})\s*[.)\-–]\s+`)},
	{1, regexp.MustCompile(`^(?i:điều|mục)\s+(\d{1,3})\s*[.:]?\s*`)},
	{3, regexp.MustCompile(`^(\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)\s*[.)]?\s+`)},
	{2, regexp.MustCompile(`^(\d{1,2})\s*[.)]\s+`)},
	{2, regexp.MustCompile(`^\((\d{1,2})\)\s*`)},
	{4, regexp.MustCompile(`^([a-zđ])\s*[.)]\s+`)},
	{5, regexp.MustCompile(`^([-–•+*])\s+`)},
}

// inline are numbered points inside a paragraph: "… sau: (1) …; (2) …".
var inline = regexp.MustCompile(`(?:^|[\s;:])\((\d{1,2})\)\s`)

// Split cuts the text of a document into its clauses. Lines are clauses; heads such as "I.", "Điều 2", "1.", "a)" make the
// tree, and points numbered inside a paragraph are cut out of it.
func Split(text string) ([]Clause, error) {
	const op = "document.Split"
	if len(text) > MaxText {
		return nil, fault.E(op, fault.Invalid, "document.text_too_long", MaxText)
	}
	var cs []Clause
	var open []Clause // the way down to the clause before
	add := func(depth int, label, words string) {
		for len(open) > 0 && open[len(open)-1].Depth >= depth {
			open = open[:len(open)-1]
		}
		c := Clause{No: len(cs) + 1, Depth: depth, Label: label, Text: words}
		if len(open) > 0 {
			c.Parent = open[len(open)-1].No
		}
		cs = append(cs, c)
		open = append(open, c)
	}
	for _, line := range strings.FieldsFunc(strings.ToValidUTF8(text, ""), func(r rune) bool { return r == '\n' || r == '\r' }) {
		line = vi.NFC(strings.Join(strings.Fields(line), " "))
		if line == "" {
			continue
		}
		depth, label, words := head(line)
		lead, points := cutPoints(words)
		add(depth, label, lead)
		for _, p := range points {
			add(depth+1, p[0], p[1])
		}
		if len(cs) > maxClauses {
			return nil, fault.E(op, fault.Invalid, "document.text_too_long", MaxText)
		}
	}
	return flatten(cs), nil
}

// head finds the label a line begins with. A paragraph stands below every head.
func head(line string) (depth int, label, rest string) {
	for _, l := range labels {
		if m := l.re.FindStringSubmatchIndex(line); m != nil && m[1] < len(line) {
			return l.depth, line[m[2]:m[3]], line[m[1]:]
		}
	}
	return 6, "", line
}

// cutPoints takes numbered points out of a paragraph when there are at least two in order.
func cutPoints(s string) (lead string, points [][2]string) {
	at := inline.FindAllStringSubmatchIndex(s, -1)
	if len(at) < 2 || s[at[0][2]:at[0][3]] != "1" {
		return s, nil
	}
	for i, m := range at {
		end := len(s)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		points = append(points, [2]string{s[m[2]:m[3]], strings.Trim(s[m[1]:end], " ;")})
	}
	return strings.TrimSpace(s[:at[0][0]+1]), points
}

// flatten makes depths consecutive: a document that has only "1." and "a)" begins at depth 0.
func flatten(cs []Clause) []Clause {
	for i := range cs {
		cs[i].Depth = 0
		if p := cs[i].Parent; p != 0 {
			cs[i].Depth = cs[p-1].Depth + 1
		}
	}
	return cs
}
