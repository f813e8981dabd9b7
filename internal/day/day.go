// Package day is calendar days, months and periods without a clock and without
// a time of day (ground floor).
//
// A Date is the number yyyymmdd. That number is what both database engines
// store and compare, and it has room for what people often know only in part:
// a birth year alone (1945 is 19450000) or a month alone (19450500). There is
// no Today here: a rule gets the day it is asked for as an argument.
package day

import (
	"cmp"
	"fmt"
	"math"
	"time"

	"ketnap/internal/fault"
)

// Date (ngày) is yyyymmdd; 0 is "no date". A partial date has 00 for the day,
// or for month and day. Dates compare as numbers: a partial date comes before
// every day it could be.
type Date int32

// None is "no date".
const None Date = 0

// The years a Date may have.
const (
	minYear = 1
	maxYear = 9999
)

// Of is the date of year, month and day. Day 0, or month and day 0, make a
// partial date; what is on no calendar gives None.
func Of(y, m, d int) Date {
	switch {
	case y < minYear || y > maxYear || m < 0 || m > 12 || d < 0:
		return None
	case m == 0 && d != 0 || m > 0 && d > daysIn(y, m):
		return None
	}
	return Date(y*1_00_00 + m*1_00 + d)
}

// FromTime is the calendar day of t in t's own location.
func FromTime(t time.Time) Date {
	y, m, d := t.Date()
	return Of(y, int(m), d)
}

// FromSerial is the day of an Excel serial number; the time of day (the
// fraction) is dropped. It is false for what Excel cannot show as a date and
// for the 29 February 1900 that only Excel knows.
func FromSerial(n float64, date1904 bool) (Date, bool) {
	if math.IsNaN(n) || n < 0 || n >= 2_958_466 {
		return None, false
	}
	serial := int(n)
	switch {
	case date1904:
		return fromCivil(civil(1904, 1, 1) + serial)
	case serial < 1 || serial == 60:
		return None, false
	case serial < 60: // Excel counts a day too many from March 1900 on
		serial++
	}
	return fromCivil(civil(1899, 12, 30) + serial)
}

// Year is the year, 0 of None.
func (d Date) Year() int { return int(d) / 1_00_00 }

// Month is the month 1–12, 0 when it is not known.
func (d Date) Month() int { return int(d) / 1_00 % 1_00 }

// Day is the day of the month, 0 when it is not known.
func (d Date) Day() int { return int(d) % 1_00 }

// Valid says whether d is a full, real day.
func (d Date) Valid() bool { return d.Day() > 0 && d.WellFormed() }

// Partial says whether d is a year alone or a month alone.
func (d Date) Partial() bool { return d > 0 && d.Day() == 0 && d.WellFormed() }

// WellFormed says whether d is a real day or a partial date, so that a number
// from outside may be kept as a Date.
func (d Date) WellFormed() bool { return d > 0 && Of(d.Year(), d.Month(), d.Day()) == d }

// String is the ISO form: "2024-02-29", "2024-02", "1945"; "" of None.
func (d Date) String() string {
	switch {
	case d == None:
		return ""
	case d.Day() > 0:
		return fmt.Sprintf("%04d-%02d-%02d", d.Year(), d.Month(), d.Day())
	case d.Month() > 0:
		return fmt.Sprintf("%04d-%02d", d.Year(), d.Month())
	}
	return fmt.Sprintf("%04d", d.Year())
}

// VN is the form people read: "29/02/2024", "02/2024", "1945"; "" of None.
func (d Date) VN() string {
	switch {
	case d == None:
		return ""
	case d.Day() > 0:
		return fmt.Sprintf("%02d/%02d/%04d", d.Day(), d.Month(), d.Year())
	case d.Month() > 0:
		return fmt.Sprintf("%02d/%04d", d.Month(), d.Year())
	}
	return fmt.Sprintf("%04d", d.Year())
}

// AddDays is n days later, None when d is no full day or the calendar ends.
func (d Date) AddDays(n int) Date {
	if !d.Valid() {
		return None
	}
	r, _ := fromCivil(d.civil() + n)
	return r
}

// AddMonths is the same day n months later, or the last day of that month when
// it is shorter: 31-1 and one month is 28-2 or 29-2, 29-2-2024 and twelve
// months is 28-2-2025. A month is a calendar month, never 30 days. A month
// alone stays a month alone; other partial dates give None.
func (d Date) AddMonths(n int) Date {
	if d.Month() == 0 || !d.WellFormed() {
		return None
	}
	m := d.MonthOf() + Month(n)
	return Of(m.Year(), m.Month(), min(d.Day(), daysIn(m.Year(), m.Month())))
}

// Sub is the days from b to d: 1 when d is the day after b. It is 0 when one
// of them is no full day.
func (d Date) Sub(b Date) int {
	if !d.Valid() || !b.Valid() {
		return 0
	}
	return d.civil() - b.civil()
}

// YearDay is the number of the day in its year, 1 on 1 January; 0 when d is no
// full day.
func (d Date) YearDay() int {
	if !d.Valid() {
		return 0
	}
	return d.Sub(Of(d.Year(), 1, 1)) + 1
}

// MonthOf is the month d lies in; of a year alone it is January.
func (d Date) MonthOf() Month { return MonthOf(d.Year(), max(1, d.Month())) }

// First is the earliest day d can be: d itself, the first of the month, or
// 1 January.
func (d Date) First() Date { return Of(d.Year(), max(1, d.Month()), max(1, d.Day())) }

// Last is the latest day d can be.
func (d Date) Last() Date {
	switch {
	case d.Day() > 0 || d == None:
		return d
	case d.Month() > 0:
		return d.MonthOf().Last()
	}
	return Of(d.Year(), 12, 31)
}

// AgeAt is the age in full years on the given day of a person born on d
// (tuổi tròn). A birth known only in part counts from its first possible day,
// as civil registration does; born on 29 February, a person is a year older on
// 28 February of a common year. It is negative before birth and 0 when either
// is None.
func (d Date) AgeAt(on Date) int {
	birth, on := d.First(), on.First()
	if birth == None || on == None {
		return 0
	}
	years := on.Year() - birth.Year()
	if on < birth.AddMonths(12*years) {
		years--
	}
	return years
}

// Compare orders dates as numbers, for slices.SortFunc.
func (d Date) Compare(b Date) int { return cmp.Compare(d, b) }

// MarshalText is the ISO form; also used for JSON.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO form that MarshalText writes and nothing else;
// what people type goes through Parse.
func (d *Date) UnmarshalText(b []byte) error {
	r, err := ParseISO(string(b))
	if err == nil {
		*d = r
	}
	return err
}

// ParseISO reads "2024-02-29", "2024-02", "1945" or "" exactly as String
// writes them. Errors are fault.Invalid.
func ParseISO(s string) (Date, error) {
	var part [3]int
	for i, field := range [...]struct{ from, to int }{{0, 4}, {5, 7}, {8, 10}} {
		if len(s) <= field.from {
			break
		}
		if len(s) < field.to {
			return None, unreadable(s)
		}
		part[i] = digits(s[field.from:field.to])
	}
	d := Of(part[0], part[1], part[2])
	switch {
	case d.String() == s:
		return d, nil
	case isoShaped(s):
		return None, impossible(s)
	}
	return None, unreadable(s)
}

// isoShaped says whether s has digits and hyphens where an ISO date has them.
func isoShaped(s string) bool {
	if len(s) != 4 && len(s) != 7 && len(s) != 10 {
		return false
	}
	for i := range len(s) {
		if hyphen := i == 4 || i == 7; hyphen != (s[i] == '-') || !hyphen && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

func unreadable(s string) error {
	return fault.E("day.Parse", fault.Invalid, "day.unreadable", clip(s))
}

func impossible(s string) error {
	return fault.E("day.Parse", fault.Invalid, "day.impossible", clip(s))
}

// clip keeps what was typed short enough to be repeated in a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// digits is the number of an ASCII digit string, -1 for anything else.
func digits(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || i >= 9 {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// daysIn is the length of a month.
func daysIn(y, m int) int {
	switch {
	case m == 2 && (y%4 == 0 && y%100 != 0 || y%400 == 0):
		return 29
	case m == 2:
		return 28
	case m == 4 || m == 6 || m == 9 || m == 11:
		return 30
	}
	return 31
}

// civil counts days so that differences are exact; it is 0 on 1-3-0000. Years
// run from March, which puts the leap day at their end.
func civil(y, m, d int) int {
	if m < 3 {
		y--
		m += 12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 1
}

func (d Date) civil() int { return civil(d.Year(), d.Month(), d.Day()) }

// fromCivil is the inverse of civil; false outside the years of a Date.
func fromCivil(n int) (Date, bool) {
	if n < civil(minYear, 1, 1) || n > civil(maxYear, 12, 31) {
		return None, false
	}
	era := n / 146_097
	doe := n % 146_097
	yoe := (doe - doe/1_460 + doe/36_524 - doe/146_096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	y, m, d := era*400+yoe, mp+3, doy-(153*mp+2)/5+1
	if m > 12 {
		y, m = y+1, m-12
	}
	return Of(y, m, d), true
}
