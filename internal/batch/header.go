package batch

import (
	"cmp"
	"encoding/hex"
	"hash/fnv"
	"slices"
	"strings"

	"ketnap/internal/vi"
	"ketnap/internal/xlsx"
)

// HeadRows is how far down a header is looked for.
const HeadRows = 30

// headDepth is how many rows a header may have.
const headDepth = 3

// TopRow is one of the first rows of a sheet.
type TopRow struct {
	Num   int
	Cells []xlsx.Cell
}

// Column is one column of a sheet with what it was taken for.
type Column struct {
	Col   int    // 0-based
	Label string // as in the sheet; the parts of merged headers with " › " between
	Field Code   // "" when nothing fits
	Sure  bool   // the header says so literally
}

// Header is where the names of the columns stand and what they mean (dòng tiêu đề).
type Header struct {
	Row       int // first row, 1-based
	Depth     int // rows
	Columns   []Column
	Signature string // equal for sheets made from one template
}

// Mapping returns the fields by column.
func (h Header) Mapping() map[int]Code {
	m := map[int]Code{}
	for _, c := range h.Columns {
		if c.Field != "" {
			m[c.Col] = c.Field
		}
	}
	return m
}

// Fields returns how many columns were recognised, leaving running numbers out.
func (h Header) Fields() int {
	n := 0
	for _, c := range h.Columns {
		if c.Field != "" && c.Field != "id" {
			n++
		}
	}
	return n
}

// FindHeader looks for the header of a kind in the first rows of a sheet. It returns the best
// candidate; ok is false when fewer than two columns were recognised.
func FindHeader(k Kind, top []TopRow) (Header, bool) {
	var best Header
	bestScore := 0
	for i := range top {
		if top[i].Num > HeadRows {
			break
		}
		for depth := 1; depth <= headDepth && i+depth <= len(top); depth++ {
			if depth > 1 && top[i+depth-1].Num != top[i].Num+depth-1 {
				break
			}
			h, score := readHeader(k, top[i:i+depth])
			if score > bestScore {
				best, bestScore = h, score
			}
		}
	}
	return best, best.Fields() >= 2
}

// readHeader takes rows for a header; the score is higher the more columns it explains. A deeper
// header must explain more to win, and a row of data below the header explains nothing.
func readHeader(k Kind, rows []TopRow) (Header, int) {
	h := Header{Row: rows[0].Num, Depth: len(rows)}
	width := 0
	for _, r := range rows {
		width = max(width, len(r.Cells))
	}
	type guess struct{ column, score int }
	best := map[Code]guess{}
	sign := fnv.New64a()
	for col := range width {
		labels := labelsOf(rows, col)
		if len(labels) == 0 {
			continue
		}
		c := Column{Col: col, Label: strings.Join(labels, " › ")}
		code, score := match(k, labels)
		if code != "" && score > best[code].score {
			if old, taken := best[code]; taken {
				h.Columns[old.column].Field = ""
			}
			best[code] = guess{len(h.Columns), score}
			c.Field, c.Sure = code, score >= exact
		} else if code == "name" && len(h.Columns) > 0 && h.Columns[len(h.Columns)-1].Label == c.Label {
			c.Field = "given_name" // one merged header over family and given name
		}
		h.Columns = append(h.Columns, c)
		_, _ = sign.Write([]byte(vi.Fold(c.Label)))
		_, _ = sign.Write([]byte{byte(col), 0})
	}
	score := 0
	for _, g := range best {
		score += g.score
	}
	h.Signature = hex.EncodeToString(sign.Sum(nil))
	return h, score - (len(rows)-1)*exact/4 - dataLike(rows)*exact
}

// labelsOf are the texts above a column, without repetitions of merged cells.
func labelsOf(rows []TopRow, col int) []string {
	var labels []string
	for _, r := range rows {
		if col >= len(r.Cells) {
			continue
		}
		text := vi.NFC(r.Cells[col].Text)
		if text != "" && !slices.Contains(labels, text) && !numbering(text) {
			labels = append(labels, text)
		}
	}
	return labels
}

// dataLike counts the rows after the first that look like data: dates, long numbers.
func dataLike(rows []TopRow) int {
	n := 0
	for _, r := range rows[1:] {
		for _, c := range r.Cells {
			if c.Merged {
				continue
			}
			digits := len(strings.Trim(strings.Map(onlyDigits, c.Text), " "))
			if c.Kind == xlsx.KindDate || digits >= 6 {
				n++
				break
			}
		}
	}
	return n
}

func onlyDigits(r rune) rune {
	if r >= '0' && r <= '9' {
		return r
	}
	return -1
}

// numbering reports whether a text only numbers its column: "(1)", "1", "[2]", "A".
func numbering(s string) bool {
	s = strings.Trim(s, "()[]. ")
	return s == "" || len(s) <= 2 && strings.Trim(s, "0123456789") == "" || len(s) == 1 && s[0] >= 'A' && s[0] <= 'Z' || s == "x"
}

// Scores of a match: an exact one is 100.
const (
	exact  = 100
	enough = 55 // below it the header says mostly something else
)

// match finds the field that the labels above a column name.
func match(k Kind, labels []string) (Code, int) {
	parts := make([]string, len(labels))
	for i, l := range labels {
		parts[i] = foldLabel(l)
	}
	if last := strings.ToLower(labels[len(labels)-1]); strings.Trim(last, ". *") == "đt" {
		return "phone", exact
	}
	var best Code
	bestScore := 0
	for i := range dictionaries[k] {
		f := &dictionaries[k][i]
		if score := f.score(parts); score > bestScore {
			best, bestScore = f.Code, score
		}
	}
	if bestScore < enough {
		return "", 0
	}
	return best, bestScore
}

// foldLabel drops what headers carry besides their name: stars, notes in brackets, formats.
func foldLabel(s string) string {
	if at := strings.IndexAny(s, "(["); at > 0 {
		s = s[:at]
	}
	return vi.Fold(s)
}

// score says how well a field fits the labels, the topmost first.
func (f *Field) score(parts []string) int {
	last := parts[len(parts)-1]
	whole := strings.Join(parts, " ")
	if len(f.Group) == 0 {
		s := scoreWords(last, f.Words)
		if len(parts) > 1 {
			s = max(s, scoreWords(whole, f.Words), scoreWords(parts[0], f.Words)-40)
		}
		return s
	}
	best := 0
	if len(parts) > 1 {
		if g := max(scoreWords(parts[0], f.Group), scoreWords(parts[len(parts)-2], f.Group)); g >= enough {
			best = min(g, scoreWords(last, f.Words)) // both must fit
			if best >= enough {
				best = max(best, exact-1)
			}
		}
	}
	for _, g := range f.Group { // one cell says both: "Quê quán - tỉnh", "Tỉnh (quê quán)"
		if rest, ok := without(whole, g); ok {
			for _, w := range f.Words {
				if rest == w {
					best = max(best, exact-2)
				}
			}
		}
	}
	if f.Type == Text { // an address that is not split goes into its detail
		best = max(best, scoreOwn(whole, f))
	}
	return best
}

// scoreOwn matches the words a grouped field also goes by on its own.
func scoreOwn(whole string, f *Field) int {
	for _, w := range f.Words {
		if w == whole && slices.Contains(f.Group, w) {
			return exact - 3
		}
	}
	return 0
}

// without removes a run of words from a text.
func without(text, run string) (string, bool) {
	padded := " " + text + " "
	at := strings.Index(padded, " "+run+" ")
	if at < 0 {
		return "", false
	}
	return strings.TrimSpace(padded[:at] + " " + strings.TrimSpace(padded[at+len(run)+1:])), true
}

// scoreWords is exact when a label is one of the words; else how much of the label the longest word
// inside it covers.
func scoreWords(label string, ws []string) int {
	best := 0
	for _, w := range ws {
		switch {
		case label == w:
			return exact
		case len(w) >= 5 && strings.Contains(" "+label+" ", " "+w+" "):
			best = max(best, 95*len(w)/len(label))
		}
	}
	return best
}

// Lacking returns the fields of a kind that must not be empty and have no column.
func Lacking(k Kind, o Options) []Code {
	has := map[Code]bool{"unit": o.OneUnit}
	for _, c := range o.Columns {
		has[c] = true
	}
	has["birth"] = has["birth"] || has["birth_male"] && has["birth_female"]
	has["sex"] = has["sex"] || has["sex_male"] || has["sex_female"] || has["birth_male"] && has["birth_female"]
	has["card"] = has["card"] || has["old_card"] || !has["official"]
	if k == Movements {
		has["number"] = has["number"] || has["name"] && has["birth"]
	}
	var lacking []Code
	for _, f := range dictionaries[k] {
		must := f.Need == Required || f.Need == Starred && !o.Incomplete || k == Movements && f.Code == "number"
		if must && !has[f.Code] {
			lacking = append(lacking, f.Code)
		}
	}
	slices.SortFunc(lacking, cmp.Compare)
	return lacking
}
