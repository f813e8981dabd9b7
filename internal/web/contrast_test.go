package web

import (
	"math"
	"regexp"
	"strconv"
	"testing"
)

// TestContrast computes the contrast of every pair of colours that text and its
// ground make, and of the lines that carry meaning (WCAG 2.2: 1.4.3 and 1.4.11).
func TestContrast(t *testing.T) {
	css, err := staticFiles.ReadFile("static/app.css")
	if err != nil {
		t.Fatal(err)
	}
	value := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6})`).FindAllSubmatch(css, -1) {
		value[string(m[1])] = string(m[2])
	}
	colour := func(name string) string {
		if name[0] == '#' {
			return name
		}
		if value[name] == "" {
			t.Fatalf("no colour %q in app.css", name)
		}
		return value[name]
	}
	pairs := []struct {
		least float64
		fore  []string
		back  []string
	}{
		{4.5, []string{"ink", "quiet", "act", "brand", "bad"}, []string{"paper", "card", "sunk"}},
		{4.5, []string{"ink", "act", "act-deep", "quiet"}, []string{"act-soft", "#faf8f2", "#f8f6f0"}},
		{4.5, []string{"good", "ink", "quiet"}, []string{"good-soft"}},
		{4.5, []string{"warn", "ink", "act"}, []string{"warn-soft"}},
		{4.5, []string{"bad", "ink", "act"}, []string{"bad-soft"}},
		{4.5, []string{"ink"}, []string{"#ffe9a3"}},
		{4.5, []string{"#ffffff", "#f6e3e3"}, []string{"brand", "brand-deep"}},
		{4.5, []string{"#ffffff"}, []string{"act", "act-deep", "good"}},
		{4.5, []string{"#6b7078"}, []string{"card"}}, // placeholder
		{3, []string{"edge", "c-now", "c-late", "c-last-ink", "act", "ink"}, []string{"card", "paper"}},
		{3, []string{"c-now", "c-late"}, []string{"c-band", "c-rest"}},
		{3, []string{"gold"}, []string{"brand"}},
	}
	for _, p := range pairs {
		for _, f := range p.fore {
			for _, b := range p.back {
				if c := contrast(t, colour(f), colour(b)); c < p.least {
					t.Errorf("%s on %s: %.2f, want %.1f", f, b, c, p.least)
				}
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	part := func(shift uint) float64 {
		v := float64(n>>shift&0xff) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}
