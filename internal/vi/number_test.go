package vi_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ketnap/internal/vi"
)

func TestNumber(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1020: "1.020", 10978: "10.978", 5622463: "5.622.463", 100000: "100.000",
		-1: "-1", -999: "-999", -1250: "-1.250", -100000: "-100.000",
		math.MaxInt64: "9.223.372.036.854.775.807", math.MinInt64: "-9.223.372.036.854.775.808",
	} {
		if got := vi.Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, tt := range []struct {
		num, den int64
		want     string
	}{
		{288, 815, "35,34"},
		{60, 366, "16,39"},
		{243, 365, "66,58"},
		{231, 817, "28,27"},
		{2800, 7700, "36,36"},
		{321, 1749, "18,35"},
		{141 - 310, 310, "-54,52"},
		{735, 1253, "58,66"},
		{817 - 735, 735, "11,16"},
		{39, 123, "31,71"},
		{50, 300, "16,67"},
		{100, 250, "40,00"},
		{40, 1250, "3,20"},
		{55, 1020, "5,39"},
		{1020*5 - 4715, 4715, "8,17"},
		{1250*5 - 4715, 4715, "32,56"},
		{40*5 - 436, 436, "-54,13"},
		{55*5 - 436, 436, "-36,93"},
		{1, 20000, "0,01"}, // half, away from zero
		{-1, 20000, "-0,01"},
		{1, 20001, "0,00"},
		{-1, 20001, "0,00"}, // never -0,00
		{1, -4, "-25,00"},
		{-1, -4, "25,00"},
		{0, 5, "0,00"},
		{5, 5, "100,00"},
		{12345, 10, "123.450,00"},
		{1, 0, "—"},
		{0, 0, "—"},
		{math.MaxInt64, 1, "922.337.203.685.477.580.700,00"},
		{math.MinInt64, 1, "-922.337.203.685.477.580.800,00"},
		{math.MinInt64, math.MinInt64, "100,00"},
		{1, math.MaxInt64, "0,00"},
	} {
		if got := vi.Percent(tt.num, tt.den); got != tt.want {
			t.Errorf("Percent(%d, %d) = %q, want %q", tt.num, tt.den, got, tt.want)
		}
	}
}

// Rational arithmetic rounds half away from zero too.
func TestPercentProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		num, den := rapid.Int64().Draw(t, "num"), rapid.Int64().Draw(t, "den")
		if den == 0 {
			return
		}
		r := new(big.Rat).SetFrac(big.NewInt(num), big.NewInt(den))
		want := strings.TrimPrefix(r.Mul(r, big.NewRat(100, 1)).FloatString(2), "-")
		got := strings.TrimPrefix(strings.ReplaceAll(vi.Percent(num, den), ".", ""), "-")
		if got != strings.ReplaceAll(want, ".", ",") {
			t.Fatalf("Percent = %q, want %q", got, want)
		}
	})
}

func TestDecimal(t *testing.T) {
	for _, tt := range []struct {
		x      float64
		places int
		want   string
	}{
		{11.495, 2, "11,50"},
		{1253.0 / 109, 2, "11,50"},
		{2.675, 2, "2,68"},
		{2.5, 0, "3"},
		{-2.5, 0, "-3"},
		{0.5, 0, "1"},
		{0.05, 1, "0,1"},
		{0.004, 2, "0,00"},
		{-0.004, 2, "0,00"},
		{999.995, 2, "1.000,00"},
		{5090291.9, 0, "5.090.292"},
		{1234567.891, 1, "1.234.567,9"},
		{0, 2, "0,00"},
		{3, 2, "3,00"},
		{1e21, 0, "1.000.000.000.000.000.000.000"},
		{1e-9, 3, "0,000"},
		{1.5, -1, "2"},
		{1, 99, "1,000000000000000"},
		{math.NaN(), 2, "—"},
		{math.Inf(1), 2, "—"},
		{math.Inf(-1), 2, "—"},
	} {
		if got := vi.Decimal(tt.x, tt.places); got != tt.want {
			t.Errorf("Decimal(%v, %d) = %q, want %q", tt.x, tt.places, got, tt.want)
		}
	}
}

func BenchmarkNumber(b *testing.B) {
	for b.Loop() {
		vi.Number(5622463)
	}
}

func BenchmarkPercent(b *testing.B) {
	for b.Loop() {
		vi.Percent(288, 815)
	}
}
