package day

import (
	"strings"
	"time"
)

// vietnam is the offset of Vietnam time in minutes.
const vietnam = 7 * 60

// cutTime cuts a time of day off the end of s: "00:00", "0:00:00.000",
// "12:00:00 AM", "17:00:00Z", "00:00:00+07:00". shift is the days to add to
// the date so that it is the day in Vietnam; it is 0 without a zone. A text
// without a colon has no time; ok is false when there is one but it is no time.
func cutTime(s string) (date string, shift int, ok bool) {
	colon := strings.IndexByte(s, ':')
	if colon < 0 {
		return s, 0, true
	}
	at := colon
	for at > 0 && isDigit(s[at-1]) {
		at--
	}
	date = strings.TrimRight(s[:at], " ,")
	if len(date) == at { // nothing between date and time: only a T may stand there
		if !strings.HasSuffix(date, "T") {
			return "", 0, false
		}
		date = strings.TrimSuffix(date, "T")
	}
	minute, zone, ok := clock(s[at:])
	if !ok || date == "" {
		return "", 0, false
	}
	if zone == "" {
		return date, 0, true
	}
	offset, ok := zoneOffset(zone)
	if !ok {
		return "", 0, false
	}
	return date, floorDiv(minute-offset+vietnam, 24*60), true
}

// clock reads h:mm[:ss[.fff]] [AM|PM|SA|CH] and returns the minute of the day
// and what is left, which must be a zone or nothing.
func clock(s string) (minute int, zone string, ok bool) {
	var part [3]int
	for n := range part {
		w := 0
		for w < len(s) && isDigit(s[w]) {
			w++
		}
		if w == 0 || w > 2 || n > 0 && w != 2 {
			return 0, "", false
		}
		part[n], s = digits(s[:w]), s[w:]
		if n == 2 {
			if frac, found := strings.CutPrefix(s, "."); found {
				s = strings.TrimLeft(frac, "0123456789")
			}
			break
		}
		rest, found := strings.CutPrefix(s, ":")
		if !found && n == 0 {
			return 0, "", false
		}
		if !found {
			break
		}
		s = rest
	}
	if part[0] > 24 || part[1] > 59 || part[2] > 59 {
		return 0, "", false
	}
	hour, zone := half(part[0], strings.ToUpper(strings.TrimSpace(s)))
	return hour*60 + part[1], zone, true
}

// half cuts the mark of the half of the day (SA sáng, CH chiều) off s and
// gives the hour of the whole day.
func half(hour int, s string) (int, string) {
	for i, mark := range [...]string{"AM", "SA", "PM", "CH"} {
		if rest, ok := strings.CutPrefix(s, mark); ok {
			if hour <= 12 {
				hour = hour%12 + i/2*12
			}
			return hour, strings.TrimSpace(rest)
		}
	}
	return hour, s
}

// zoneOffset is the minutes of "Z", "UTC", "+07:00", "-0530" or "+07".
func zoneOffset(s string) (int, bool) {
	if s == "Z" || s == "UTC" || s == "GMT" {
		return 0, true
	}
	if s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	num := strings.Replace(s[1:], ":", "", 1)
	if len(num) != 2 && len(num) != 4 {
		return 0, false
	}
	n := digits(num)
	if len(num) == 2 {
		n *= 100
	}
	if n < 0 || n/100 > 14 || n%100 > 59 {
		return 0, false
	}
	minutes := n/100*60 + n%100
	if s[0] == '-' {
		minutes = -minutes
	}
	return minutes, true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// floorDiv is a/b rounded down; b is positive.
func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Vietnam is the zone of every day and instant shown. It has had no change of offset since 1975, so
// it needs no database of zones.
var Vietnam = time.FixedZone("Asia/Ho_Chi_Minh", vietnam*60)
