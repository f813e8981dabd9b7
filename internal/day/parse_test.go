package day_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

func TestParse(t *testing.T) {
	feb3 := of(2024, 2, 3)
	for _, tt := range []struct {
		in   string
		want day.Date
	}{
		{"3/2/2024", feb3},
		{"03/02/2024", feb3},
		{"03-02-2024", feb3},
		{"3.2.24", feb3},
		{"3/2/24", feb3},
		{"3 2 2024", feb3},
		{" 3 / 2 / 2024 ", feb3},
		{"3, 2, 2024", feb3},
		{`3\2\2024`, feb3},
		{"3–2–2024", feb3},
		{"03/02-2024", feb3},
		{"03/02/2024.", feb3},
		{"'03/02/2024", feb3},
		{"\u00a003/02/2024\u200b", feb3},
		{"03022024", feb3},
		{"20240203", feb3},
		{"2024-02-03", feb3},
		{"2024/2/3", feb3},
		{"2024.02.03", feb3},
		{"ngày 3 tháng 2 năm 2024", feb3},
		{"Ngày 03 tháng 02 năm 2024", feb3},
		{"NGÀY 3 THÁNG 2 NĂM 2024.", feb3},
		{"nga\u0300y 3 tha\u0301ng 2 na\u0306m 2024", feb3}, // NFD
		{"ngay 3 thang 2 nam 2024", feb3},
		{"ngày 3/2/2024", feb3},
		{"ngày 2024-02-03", feb3},
		{"3 tháng 2, 2024", feb3},
		{"3 tháng 2 năm 2024", feb3},
		{"mùng 3 tháng 2 năm 2024", feb3},
		{"tháng 2 ngày 3 năm 2024", feb3},
		{"3-Feb-24", feb3},
		{"3 February 2024", feb3},
		{"Feb 3, 2024", feb3},
		{"2024-Feb-03", feb3},
		{"29/2/2024", of(2024, 2, 29)},
		{"1/1/40", of(1940, 1, 1)},
		{"1/1/99", of(1999, 1, 1)},
		{"1/1/39", of(2039, 1, 1)},
		{"1/1/00", of(2000, 1, 1)},
		// a time of day
		{"3/2/2024 00:00:00", feb3},
		{"03/02/2024 0:00", feb3},
		{"2024-02-03 00:00:00.000", feb3},
		{"2024-02-03T00:00:00", feb3},
		{"3/2/2024 12:00:00 AM", feb3},
		{"3/2/2024, 11:59:59 CH", feb3},
		{"2024-02-03T23:59:59+07:00", feb3},
		{"2024-02-03T00:00:00Z", feb3},
		{"2024-02-02T17:00:00.000Z", feb3}, // midnight in Vietnam as programs write it
		{"2024-02-02T16:59:59Z", of(2024, 2, 2)},
		{"2024-02-03T05:00:00+1400", of(2024, 2, 2)},
		{"2024-02-02 12:00:00 -05", feb3},
		{"2/2/2024 5:00 PM Z", feb3},
		{"2/2/2024 5:00 AM Z", of(2024, 2, 2)},
		// partial dates
		{"1945", of(1945, 0, 0)},
		{"năm 1945", of(1945, 0, 0)},
		{"00/00/1945", of(1945, 0, 0)},
		{"02/2024", of(2024, 2, 0)},
		{"2-2024", of(2024, 2, 0)},
		{"2024-02", of(2024, 2, 0)},
		{"00/02/2024", of(2024, 2, 0)},
		{"tháng 2/2024", of(2024, 2, 0)},
		{"tháng 02 năm 2024", of(2024, 2, 0)},
		{"T2/2024", of(2024, 2, 0)},
		{"Feb-2024", of(2024, 2, 0)},
		{"1945 00:00:00", of(1945, 0, 0)},
		{"", day.None},
		{"  \t", day.None},
	} {
		got, err := day.Parse(tt.in)
		if err != nil || got != tt.want {
			t.Errorf("Parse(%q) = %v, %v, want %v", tt.in, got, err, tt.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const unreadable, impossible fault.Key = "day.unreadable", "day.impossible"
	for _, tt := range []struct {
		in  string
		key fault.Key
	}{
		{"31/02/2024", impossible},
		{"29/2/2023", impossible},
		{"29/02/1900", impossible},
		{"31/4/2024", impossible},
		{"32/1/2024", impossible},
		{"1/13/2024", impossible},
		{"02/13/2024", impossible}, // American order is not guessed
		{"13/2024", impossible},
		{"2024-31-01", impossible},
		{"15/00/2024", impossible},
		{"3/2/0224", impossible},
		{"3/2/9999", impossible},
		{"0000", impossible},
		{"0024", impossible},
		{"31022024", impossible},
		{"99999999", impossible},
		{"ngày 31 tháng 2 năm 2024", impossible},
		{"31/02/2024 00:00:00", impossible},
		{"abc", unreadable},
		{"chưa rõ", unreadable},
		{"-", unreadable},
		{"3", unreadable},
		{"3/2", unreadable},
		{"3/24", unreadable}, // a day or a month with a year?
		{"3/2/202", unreadable},
		{"3/2/20024", unreadable},
		{"003/2/2024", unreadable},
		{"3/2/2024/1", unreadable},
		{"3//2/2024", unreadable},
		{"/3/2/2024", unreadable},
		{"3/2/2024/", unreadable},
		{"-3/2/2024", unreadable},
		{"202402", unreadable}, // month first or day first?
		{"030224", unreadable},
		{"3022024", unreadable},
		{"45325", unreadable}, // an Excel number is no text
		{"1.945", unreadable},
		{"tháng 3/2/2024", unreadable},
		{"3 ngày 2 năm 2024", unreadable},
		{"năm 3 tháng 2 ngày 2024", unreadable},
		{"ngày ngày 3/2/2024", unreadable},
		{"ngày/3/2/2024", unreadable},
		{"3/2/2024 ngày", unreadable},
		{"tháng 03022024", unreadable},
		{"ngày 1945", unreadable},
		{"3/2/2024 25:00", unreadable},
		{"3/2/2024 10:60", unreadable},
		{"3/2/2024 10:", unreadable},
		{"3/2/2024 10:00:", unreadable},
		{"3/2/2024 10:00:00:", unreadable},
		{"3/2/2024 10:00 abc", unreadable},
		{"3/2/2024 10:00 +99:00", unreadable},
		{"3/2/2024 10:00 +7", unreadable},
		{"3/2/2024x10:00", unreadable},
		{"10:00", unreadable},
		{"T10:00", unreadable},
		{"٣/٢/٢٠٢٤", unreadable}, // digits of another script
		{"３/２/２０２４", unreadable},
		{"²/2/2024", unreadable},
		{"3/2/2024; DROP TABLE", unreadable},
		{strings.Repeat("1", 81), unreadable},
		{strings.Repeat("9", 30), unreadable},
		{"\xff\xfe", unreadable},
	} {
		got, err := day.Parse(tt.in)
		if tt.in == "\xff\xfe" { // nothing but broken bytes is nothing
			if got != day.None || err != nil {
				t.Errorf("Parse(%q) = %v, %v", tt.in, got, err)
			}
			continue
		}
		if got != day.None || !fault.Is(err, fault.Invalid) || fault.TextOf(err).Key != tt.key {
			t.Errorf("Parse(%q) = %v, %v, want %s", tt.in, got, err, tt.key)
		}
	}
}

func TestParseNamesTheText(t *testing.T) {
	_, err := day.Parse(" 31/02/2024 ")
	if args := fault.TextOf(err).Args; len(args) != 1 || args[0] != "31/02/2024" {
		t.Errorf("arguments %q", args)
	}
	_, err = day.Parse(strings.Repeat("ngày ", 12))
	if args := fault.TextOf(err).Args; len(args) != 1 || len([]rune(args[0].(string))) > 41 {
		t.Errorf("arguments %q", args)
	}
}

// Whatever is printed can be read again.
func TestParseReadsWhatIsPrinted(t *testing.T) {
	forms := []func(day.Date) string{
		day.Date.VN, day.Date.String,
		func(d day.Date) string { return strings.ReplaceAll(d.VN(), "/", "") },
		func(d day.Date) string { return d.VN() + " 00:00:00" },
		func(d day.Date) string { return strings.ReplaceAll(d.String(), "-", " ") },
	}
	rapid.Check(t, func(t *rapid.T) {
		d := of(1850, 1, 1).AddDays(rapid.IntRange(0, 109_000).Draw(t, "day"))
		for i, form := range forms {
			got, err := day.Parse(form(d))
			if err != nil || got != d {
				t.Fatalf("form %d: Parse(%q) = %v, %v", i, form(d), got, err)
			}
		}
	})
}

// No text breaks Parse, and what it accepts is well formed.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"3/2/2024", "ngày 3 tháng 2 năm 2024", "2024-02-03T17:00:00Z", "T2/2024", ":", "1945 0:0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := day.Parse(s)
		if err != nil && d != day.None {
			t.Errorf("Parse(%q) = %v with %v", s, d, err)
		}
		if d != day.None && !d.WellFormed() {
			t.Errorf("Parse(%q) = %d", s, int32(d))
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		day.Parse("03/02/2024")
	}
}
