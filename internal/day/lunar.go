package day

import "math"

// The lunar calendar of Vietnam (âm lịch): months begin on the day of the new moon, month 11 holds the
// winter solstice, and of thirteen months between two solstices the first without a major solar term is a
// leap month. Days are those of the zone UTC+7, which is why the New Year is not always China's.
// New moons and the sun follow Jean Meeus, Astronomical Algorithms, 2nd edition, chapters 49 and 25.

const (
	j2000       = 2451545 // Julian day number of 2000-01-01
	synodic     = 29.530588861
	zoneDays    = 7.0 / 24
	daysCentury = 36525
)

// LunarNewYear is the first day of the lunar year that begins in year y (mùng 1 Tết).
func LunarNewYear(y int) Date { return lunarDay(y, 1, 1) }

// lunarDay is the day of the solar calendar of a day of the lunar year y, for months 1 to 10 that are no leap months.
func lunarDay(y, month, dayOf int) Date {
	first, at := solsticeMoon(y-1), month+1 // months after month 11
	if leap := leapAfter(first, solsticeMoon(y)); leap > 0 && leap <= at {
		at++
	}
	return jdDate(moonDay(first + at)).AddDays(dayOf - 1)
}

// solsticeMoon is the number of the new moon that begins month 11 of year y.
func solsticeMoon(y int) int {
	end := dateJD(Of(y, 12, 31))
	k := int(math.Floor((float64(end) - 2451550.1) / synodic))
	for moonDay(k+1) <= end {
		k++
	}
	for moonDay(k) > end || sunSector(moonDay(k)) >= 9 {
		k-- // the sun is past the solstice (270°) when this month begins
	}
	return k
}

// leapAfter is how many months after month 11 (the new moon a) the leap month stands, 0 when the year has none.
func leapAfter(a, b int) int {
	if b-a < 13 {
		return 0
	}
	for i := 1; i < 13; i++ {
		if sunSector(moonDay(a+i)) == sunSector(moonDay(a+i+1)) {
			return i
		}
	}
	return 0
}

// moonDay is the Julian day number, in Vietnam, of new moon k; k is 0 in January 2000.
func moonDay(k int) int {
	t := newMoon(float64(k))
	year := float64(k) / 12.3685
	delta := (62.92 + 0.32217*year + 0.005589*year*year) / 86400 // uniform time minus universal time
	return int(math.Floor(t - delta + 0.5 + zoneDays))
}

// moonTerms are the periodic terms of a new moon in days: multiples of the anomalies of sun and moon and of
// the argument of latitude, and the power of the eccentricity.
var moonTerms = [...]struct{ days, sun, moon, lat, ecc float64 }{
	{-0.40720, 0, 1, 0, 0}, {0.17241, 1, 0, 0, 1}, {0.01608, 0, 2, 0, 0}, {0.01039, 0, 0, 2, 0}, {0.00739, -1, 1, 0, 1},
	{-0.00514, 1, 1, 0, 1}, {0.00208, 2, 0, 0, 2}, {-0.00111, 0, 1, -2, 0}, {-0.00057, 0, 1, 2, 0}, {0.00056, 1, 2, 0, 1},
	{-0.00042, 0, 3, 0, 0}, {0.00042, 1, 0, 2, 1}, {0.00038, 1, 0, -2, 1}, {-0.00024, -1, 2, 0, 1}, {-0.00007, 2, 1, 0, 0},
	{0.00004, 0, 2, -2, 0}, {0.00004, 3, 0, 0, 0}, {0.00003, 1, 1, -2, 0}, {0.00003, 0, 2, 2, 0}, {-0.00003, 1, 1, 2, 0},
	{0.00003, -1, 1, 2, 0}, {-0.00002, -1, 1, -2, 0}, {-0.00002, 1, 3, 0, 0}, {0.00002, 0, 4, 0, 0},
}

// planetTerms are the largest corrections for the planets: days, phase and motion in degrees.
var planetTerms = [...]struct{ days, at, per float64 }{
	{0.000325, 299.77, 0.107408}, {0.000165, 251.88, 0.016321}, {0.000164, 251.83, 26.651886}, {0.000126, 349.42, 36.412478},
	{0.000110, 84.66, 18.206239}, {0.000062, 141.74, 53.303771}, {0.000060, 207.14, 2.453732}, {0.000056, 154.84, 7.306860},
}

// newMoon is the instant of new moon k as a Julian day of uniform time.
func newMoon(k float64) float64 {
	t := k / 1236.85
	sun := 2.5534 + 29.10535670*k - 0.0000014*t*t
	moon := 201.5643 + 385.81693528*k + 0.0107582*t*t
	lat := 160.7108 + 390.67050284*k - 0.0016118*t*t
	node := 124.7746 - 1.56375588*k + 0.0020672*t*t
	ecc := 1 - 0.002516*t - 0.0000074*t*t
	jd := 2451550.09766 + synodic*k + 0.00015437*t*t - 0.00017*sinDeg(node)
	for _, term := range moonTerms {
		jd += term.days * math.Pow(ecc, term.ecc) * sinDeg(term.sun*sun+term.moon*moon+term.lat*lat)
	}
	for _, p := range planetTerms {
		jd += p.days * sinDeg(p.at+p.per*k)
	}
	return jd
}

// sunSector is which twelfth of its yearly way, from the spring equinox, the sun is in when day jd begins
// in Vietnam: 9 from the winter solstice on.
func sunSector(jd int) int {
	t := (float64(jd) - 0.5 - zoneDays - j2000) / daysCentury
	anomaly := 357.52911 + 35999.05029*t - 0.0001537*t*t
	centre := (1.914602-0.004817*t)*sinDeg(anomaly) + (0.019993-0.000101*t)*sinDeg(2*anomaly) + 0.000289*sinDeg(3*anomaly)
	at := 280.46646 + 36000.76983*t + 0.0003032*t*t + centre - 0.00569 - 0.00478*sinDeg(125.04-1934.136*t)
	at = math.Mod(at, 360)
	if at < 0 {
		at += 360
	}
	return int(at / 30)
}

func sinDeg(d float64) float64 { return math.Sin(d * math.Pi / 180) }

func jdDate(jd int) Date { return Of(2000, 1, 1).AddDays(jd - j2000) }

func dateJD(d Date) int { return d.Sub(Of(2000, 1, 1)) + j2000 }
