package form

import (
	"fmt"
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/vi"
)

// dateWords writes a day as official papers do: "ngày 03 tháng 02 năm 2026". Days and the months January and
// February have a nought before them, so that nothing can be added; a partial date says what is known.
func dateWords(d day.Date) string {
	switch {
	case d == 0 || !d.WellFormed():
		return ""
	case d.Month() == 0:
		return "năm " + strconv.Itoa(d.Year())
	}
	month := strconv.Itoa(d.Month())
	if d.Month() < 3 {
		month = "0" + month
	}
	if d.Day() == 0 {
		return fmt.Sprintf("tháng %s năm %d", month, d.Year())
	}
	return fmt.Sprintf("ngày %02d tháng %s năm %d", d.Day(), month, d.Year())
}

// capital writes the first letter large.
func capital(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToUpper(string(r)) + s[len(string(r)):]
		}
	}
	return s
}

// count writes a number of people with a nought before a single digit, as papers do.
func count(n int) string {
	if n >= 0 && n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return vi.Number(int64(n))
}

// share writes n of den in percent with up to two decimals: "85,71 %"; whole percent has none.
func share(n, den int) string {
	if den <= 0 {
		return ""
	}
	if n*100%den == 0 {
		return strconv.Itoa(n*100/den) + " %"
	}
	return vi.Percent(int64(n), int64(den)) + " %"
}

// number joins a running number and the symbol of the form: "05" is "05-NQ/CB"; a number with its symbol
// stays as it was written.
func number(no, symbol string) string {
	no = strings.TrimSpace(no)
	switch {
	case no == "" && symbol == "":
		return ""
	case no == "":
		return "........" + symbol
	case strings.ContainsAny(no, "-/") || symbol == "":
		return no
	}
	return no + symbol
}
