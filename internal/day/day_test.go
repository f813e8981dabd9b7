package day_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

var of = day.Of

func TestOf(t *testing.T) {
	for _, tt := range []struct {
		y, m, d        int
		want           day.Date
		valid, partial bool
		iso, vn        string
	}{
		{2024, 2, 29, 20240229, true, false, "2024-02-29", "29/02/2024"},
		{1945, 0, 0, 19450000, false, true, "1945", "1945"},
		{1945, 5, 0, 19450500, false, true, "1945-05", "05/1945"},
		{2000, 2, 29, 20000229, true, false, "2000-02-29", "29/02/2000"},
		{9999, 12, 31, 99991231, true, false, "9999-12-31", "31/12/9999"},
		{1, 1, 1, 10101, true, false, "0001-01-01", "01/01/0001"},
		{2023, 2, 29, 0, false, false, "", ""},
		{1900, 2, 29, 0, false, false, "", ""},
		{2024, 4, 31, 0, false, false, "", ""},
		{2024, 13, 1, 0, false, false, "", ""},
		{2024, 0, 5, 0, false, false, "", ""},
		{2024, -1, 5, 0, false, false, "", ""},
		{0, 1, 1, 0, false, false, "", ""},
		{10000, 1, 1, 0, false, false, "", ""},
	} {
		d := of(tt.y, tt.m, tt.d)
		if d != tt.want || d.Valid() != tt.valid || d.Partial() != tt.partial {
			t.Errorf("Of(%d,%d,%d) = %d valid %t partial %t", tt.y, tt.m, tt.d, d, d.Valid(), d.Partial())
		}
		if d.String() != tt.iso || d.VN() != tt.vn {
			t.Errorf("Of(%d,%d,%d) prints %q, %q", tt.y, tt.m, tt.d, d, d.VN())
		}
	}
	for _, bad := range []day.Date{-1, 7, 20240230, 20241301, 20240005, 1_00_00_01_01, -20240229} {
		if bad.WellFormed() || bad.Valid() || bad.Partial() {
			t.Errorf("%d passes as a date", int32(bad))
		}
	}
}

func TestAddMonths(t *testing.T) {
	for _, tt := range []struct {
		from day.Date
		n    int
		want day.Date
	}{
		{of(2024, 2, 29), 12, of(2025, 2, 28)}, // a probation begun on a leap day
		{of(2024, 2, 29), 48, of(2028, 2, 29)},
		{of(2024, 1, 31), 1, of(2024, 2, 29)},
		{of(2023, 1, 31), 1, of(2023, 2, 28)},
		{of(2024, 8, 31), 6, of(2025, 2, 28)},
		{of(2024, 12, 15), 1, of(2025, 1, 15)},
		{of(2024, 1, 15), -1, of(2023, 12, 15)},
		{of(2024, 3, 31), -1, of(2024, 2, 29)},
		{of(2024, 3, 31), 0, of(2024, 3, 31)},
		{of(2024, 11, 0), 2, of(2025, 1, 0)},
		{of(2024, 0, 0), 2, day.None},
		{day.None, 2, day.None},
		{of(9999, 12, 1), 1, day.None},
		{day.Date(20240230), 1, day.None},
	} {
		if got := tt.from.AddMonths(tt.n); got != tt.want {
			t.Errorf("%v + %d months = %v, want %v", tt.from, tt.n, got, tt.want)
		}
	}
}

func TestDayArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
		tm := start.AddDate(0, 0, rapid.IntRange(0, 3_652_058).Draw(t, "day"))
		n := rapid.IntRange(-100_000, 100_000).Draw(t, "n")
		d := day.FromTime(tm)
		want := day.None
		if later := tm.AddDate(0, 0, n); later.Year() >= 1 && later.Year() <= 9999 {
			want = day.FromTime(later)
		}
		got := d.AddDays(n)
		if got != want {
			t.Fatalf("%v + %d = %v, want %v", d, n, got, want)
		}
		if got != day.None && (got.Sub(d) != n || d.Sub(got) != -n) {
			t.Fatalf("%v − %v = %d, want %d", got, d, got.Sub(d), n)
		}
		if d.YearDay() != tm.YearDay() {
			t.Fatalf("day of the year of %v = %d, want %d", d, d.YearDay(), tm.YearDay())
		}
	})
	for _, bad := range []day.Date{day.None, of(1945, 0, 0), of(1945, 3, 0), 20240230} {
		if bad.AddDays(1) != day.None || bad.Sub(of(2024, 1, 1)) != 0 || of(2024, 1, 1).Sub(bad) != 0 || bad.YearDay() != 0 {
			t.Errorf("%d is used as a full day", int32(bad))
		}
	}
}

func TestFromSerial(t *testing.T) {
	for _, tt := range []struct {
		n    float64
		y4   bool
		want day.Date
	}{
		{1, false, of(1900, 1, 1)},
		{59, false, of(1900, 2, 28)},
		{60, false, day.None}, // 29-2-1900
		{61, false, of(1900, 3, 1)},
		{20486, false, of(1956, 2, 1)},
		{45325, false, of(2024, 2, 3)},
		{45351.75, false, of(2024, 2, 29)},
		{2958465, false, of(9999, 12, 31)},
		{2958466, false, day.None},
		{0, false, day.None},
		{0.5, false, day.None},
		{-1, false, day.None},
		{math.NaN(), false, day.None},
		{math.Inf(1), false, day.None},
		{0, true, of(1904, 1, 1)},
		{43863, true, of(2024, 2, 3)},
	} {
		got, ok := day.FromSerial(tt.n, tt.y4)
		if got != tt.want || ok != (tt.want != day.None) {
			t.Errorf("FromSerial(%v, %t) = %v, %t, want %v", tt.n, tt.y4, got, ok, tt.want)
		}
	}
}

func TestAgeAt(t *testing.T) {
	for _, tt := range []struct {
		birth, on day.Date
		want      int
	}{
		{of(2006, 3, 15), of(2024, 3, 14), 17},
		{of(2006, 3, 15), of(2024, 3, 15), 18},
		{of(2006, 3, 15), of(2024, 12, 31), 18},
		{of(2004, 2, 29), of(2022, 2, 27), 17},
		{of(2004, 2, 29), of(2022, 2, 28), 18},
		{of(2004, 2, 29), of(2024, 2, 28), 19},
		{of(2004, 2, 29), of(2024, 2, 29), 20},
		{of(1945, 0, 0), of(2024, 1, 1), 79},
		{of(1945, 5, 0), of(2024, 4, 30), 78},
		{of(1945, 5, 0), of(2024, 5, 1), 79},
		{of(2024, 5, 1), of(2024, 4, 1), -1},
		{day.None, of(2024, 4, 1), 0},
		{of(2000, 1, 1), day.None, 0},
	} {
		if got := tt.birth.AgeAt(tt.on); got != tt.want {
			t.Errorf("born %v, on %v: %d, want %d", tt.birth, tt.on, got, tt.want)
		}
	}
}

func TestFirstLast(t *testing.T) {
	for _, tt := range []struct{ d, first, last day.Date }{
		{of(2024, 2, 3), of(2024, 2, 3), of(2024, 2, 3)},
		{of(2024, 2, 0), of(2024, 2, 1), of(2024, 2, 29)},
		{of(1945, 0, 0), of(1945, 1, 1), of(1945, 12, 31)},
		{day.None, day.None, day.None},
	} {
		if tt.d.First() != tt.first || tt.d.Last() != tt.last {
			t.Errorf("%v is %v…%v", tt.d, tt.d.First(), tt.d.Last())
		}
	}
}

func TestMonth(t *testing.T) {
	m := of(2024, 2, 29).MonthOf()
	if m != day.MonthOf(2024, 2) || m.Year() != 2024 || m.Month() != 2 || m.String() != "2024-02" || m.VN() != "02/2024" {
		t.Errorf("month %v", m)
	}
	if diff := cmp.Diff(day.Period{From: of(2024, 2, 1), To: of(2024, 2, 29)}, m.Period()); diff != "" {
		t.Error(diff)
	}
	if got := day.MonthOf(2024, 12) + 1; got != day.MonthOf(2025, 1) || got != day.MonthOf(2024, 13) {
		t.Errorf("after 12/2024 comes %v", got)
	}
	if got := of(1945, 0, 0).MonthOf(); got != day.MonthOf(1945, 1) {
		t.Errorf("month of 1945 is %v", got)
	}
}

func TestElapsed(t *testing.T) {
	for _, tt := range []struct {
		p        day.Period
		asOf     day.Date
		num, den int
	}{
		{day.YearPeriod(2024), of(2024, 2, 29), 60, 366},
		{day.YearPeriod(2025), of(2025, 8, 31), 243, 365},
		{day.YearPeriod(2024), of(2024, 1, 1), 1, 366},
		{day.YearPeriod(2024), of(2023, 12, 31), 0, 366},
		{day.YearPeriod(2024), of(2024, 12, 31), 366, 366},
		{day.YearPeriod(2024), of(2025, 6, 1), 366, 366},
		{day.YearPeriod(2024), day.None, 0, 366},
		{day.Period{From: of(2024, 1, 1)}, of(2024, 6, 1), 0, 0},
		{day.Period{From: of(2024, 2, 1), To: of(2024, 1, 1)}, of(2024, 6, 1), 0, 0},
	} {
		num, den := day.Elapsed(tt.p, tt.asOf)
		if num != tt.num || den != tt.den {
			t.Errorf("Elapsed(%v, %v) = %d/%d, want %d/%d", tt.p, tt.asOf, num, den, tt.num, tt.den)
		}
	}
}

func TestPeriodOverlap(t *testing.T) {
	years := func(a, b int) day.Period { return day.Period{From: of(a, 1, 1), To: of(b, 12, 31)} }
	open := day.Period{From: of(2025, 7, 1)}
	for _, tt := range []struct {
		a, b, want day.Period
		ok         bool
	}{
		{years(2024, 2025), years(2025, 2030), day.YearPeriod(2025), true},
		{years(2024, 2024), years(2025, 2025), day.Period{}, false},
		{years(2024, 2030), open, day.Period{From: of(2025, 7, 1), To: of(2030, 12, 31)}, true},
		{day.YearPeriod(2024), open, day.Period{}, false},
		{open, day.Period{}, open, true},
	} {
		for _, pair := range [][2]day.Period{{tt.a, tt.b}, {tt.b, tt.a}} {
			got, ok := pair[0].Overlap(pair[1])
			if ok != tt.ok || ok && got != tt.want {
				t.Errorf("%v ∩ %v = %v, %t", pair[0], pair[1], got, ok)
			}
		}
	}
	for d, want := range map[day.Date]bool{of(2025, 6, 30): false, of(2025, 7, 1): true, of(2099, 1, 1): true} {
		if open.Contains(d) != want {
			t.Errorf("%v in %v: %t", d, open, !want)
		}
	}
	if p := day.YearPeriod(2024); p.Days() != 366 || !p.Contains(of(2024, 12, 31)) || p.Contains(of(2025, 1, 1)) {
		t.Error("the year 2024 is wrong")
	}
}

func TestJSON(t *testing.T) {
	type row struct{ Born, Joined, Left day.Date }
	in := row{of(1945, 5, 0), of(2024, 2, 29), day.None}
	b, err := json.Marshal(in)
	if err != nil || string(b) != `{"Born":"1945-05","Joined":"2024-02-29","Left":""}` {
		t.Fatalf("%s, %v", b, err)
	}
	var out row
	if err := json.Unmarshal(b, &out); err != nil || out != in {
		t.Fatalf("%v, %v", out, err)
	}
	for s, key := range map[string]fault.Key{
		"2024-02-30": "day.impossible", "2024-13": "day.impossible", "0000": "day.impossible",
		"29/02/2024": "day.unreadable", "2024-2-9": "day.unreadable", "2024-02-": "day.unreadable",
		"2024-02-29T00:00:00Z": "day.unreadable", "20240229": "day.unreadable", "202": "day.unreadable",
	} {
		d, err := day.ParseISO(s)
		if d != day.None || fault.TextOf(err).Key != key || !fault.Is(err, fault.Invalid) {
			t.Errorf("ParseISO(%q) = %v, %v", s, d, err)
		}
	}
}

func TestCompareSorts(t *testing.T) {
	got := []day.Date{of(1945, 5, 2), of(1945, 0, 0), day.None, of(1945, 5, 0), of(1944, 12, 31)}
	slices.SortFunc(got, day.Date.Compare)
	want := []day.Date{day.None, of(1944, 12, 31), of(1945, 0, 0), of(1945, 5, 0), of(1945, 5, 2)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
