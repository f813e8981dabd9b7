package document

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/target"
)

// placed is a stretch of time with where it was named.
type placed struct {
	at   int
	span target.Span
}

var (
	months = regexp.MustCompile(`(?i)(\d{1,2}) tháng đầu năm(?: (\d{4}))?`)
	asOf   = regexp.MustCompile(`(?i)(?:tính )?đến (?:ngày )?(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})`)
	asOfMo = regexp.MustCompile(`(?i)(?:tính )?đến (?:hết )?tháng (\d{1,2})[-/](\d{4})`)
	years  = regexp.MustCompile(`\b((?:19|20)\d{2})\s*[-–—]\s*((?:19|20)\d{2})`)
	year   = regexp.MustCompile(`(?i)năm ((?:19|20)\d{2})`)
	inYear = regexp.MustCompile(`(?i)trong năm`)
	yearly = regexp.MustCompile(`(?i)h[àằ]ng năm|/năm|mỗi năm`)
	since  = regexp.MustCompile(`(?i)sau (?:hơn )?\d+ năm|từ khi (?:triển khai|thực hiện)`)
)

// spans finds the times a sentence speaks of. One that names none speaks of the same as the one before, or of the document's year.
func (r *reader) spans(s string) []placed {
	var ps []placed
	rest := s
	take := func(re *regexp.Regexp, f func(m []string) (target.Span, bool)) {
		for _, m := range re.FindAllStringSubmatchIndex(rest, -1) {
			var parts []string
			for i := 0; i < len(m); i += 2 {
				part := ""
				if m[i] >= 0 {
					part = rest[m[i]:m[i+1]]
				}
				parts = append(parts, part)
			}
			if span, ok := f(parts); ok {
				ps = append(ps, placed{m[0], span})
			}
			rest = rest[:m[0]] + strings.Repeat("x", m[1]-m[0]) + rest[m[1]:]
		}
	}
	take(months, r.firstMonths)
	take(asOf, func(m []string) (target.Span, bool) { return upTo(day.Of(whole(m[3]), whole(m[2]), whole(m[1]))) })
	take(asOfMo, func(m []string) (target.Span, bool) {
		end := day.MonthOf(whole(m[2]), whole(m[1]))
		span, ok := upTo((end - 1).Last())
		span.AsOfTo = end.Last()
		return span, ok && whole(m[1]) <= 12
	})
	take(years, func(m []string) (target.Span, bool) {
		from, to := whole(m[1]), whole(m[2])
		return target.Span{Kind: target.OfTerm, From: day.Of(from, 1, 1), To: day.Of(to, 12, 31)}, from <= to
	})
	take(year, func(m []string) (target.Span, bool) { return ofYear(whole(m[1])), true })
	if len(ps) == 0 && inYear.MatchString(s) {
		ps = append(ps, placed{0, ofYear(r.year)})
	}
	slices.SortStableFunc(ps, func(a, b placed) int { return a.at - b.at })
	if len(ps) == 0 && since.MatchString(s) {
		ps = append(ps, placed{0, target.Span{Kind: target.Since, To: day.Of(r.year, 12, 31)}})
	}
	if len(ps) == 0 {
		span := r.span
		if span.Kind == "" {
			span = ofYear(r.year)
		}
		ps = append(ps, placed{0, span})
	}
	for i := range ps {
		ps[i].span.Yearly = yearly.MatchString(s) && ps[i].span.Kind == target.OfTerm
	}
	r.span = ps[len(ps)-1].span
	return ps
}

func (r *reader) firstMonths(m []string) (target.Span, bool) {
	n, y := whole(m[1]), r.year
	if m[2] != "" {
		y = whole(m[2])
	}
	if n < 1 || n > 12 {
		return target.Span{}, false
	}
	return upTo(day.MonthOf(y, n).Last())
}

func ofYear(y int) target.Span {
	return target.Span{Kind: target.OfYear, From: day.Of(y, 1, 1), To: day.Of(y, 12, 31)}
}

// upTo is a part of the year up to a day.
func upTo(d day.Date) (target.Span, bool) {
	if !d.Valid() {
		return target.Span{}, false
	}
	return target.Span{Kind: target.OfPart, From: day.Of(d.Year(), 1, 1), To: day.Of(d.Year(), 12, 31), AsOf: d}, true
}

func whole(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// spansFor picks the times a number belongs to: all terms named before it in one breath ("2024-2025 và giai đoạn 2025-2030"),
// else the one named last before it, else the first after it.
func spansFor(ps []placed, at int) []target.Span {
	last := -1
	for i, p := range ps {
		if p.at <= at && (last < 0 || p.at >= ps[last].at) {
			last = i
		}
	}
	if last < 0 {
		return []target.Span{ps[0].span}
	}
	var terms []target.Span
	for _, p := range ps {
		if p.at <= at && p.span.Kind == target.OfTerm && p.span.Yearly {
			terms = append(terms, p.span)
		}
	}
	if len(terms) > 1 && ps[last].span.Kind == target.OfTerm {
		return terms
	}
	return []target.Span{ps[last].span}
}
