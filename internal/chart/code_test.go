package chart

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestCode: the drawing has the three corner marks by which a camera finds a code, a free border, and changes with the address.
func TestCode(t *testing.T) {
	draw := func(address string) (string, map[[2]int]bool, int) {
		t.Helper()
		s, err := Code("ma", "Mã QR", address)
		if err != nil {
			t.Fatal(err)
		}
		text := string(s.HTML())
		box := regexp.MustCompile(`viewBox="0 0 (\d+) (\d+)"`).FindStringSubmatch(text)
		size, _ := strconv.Atoi(box[1])
		dark := map[[2]int]bool{}
		for _, m := range regexp.MustCompile(`M(\d+) (\d+)h1v1h-1z`).FindAllStringSubmatch(text, -1) {
			x, _ := strconv.Atoi(m[1])
			y, _ := strconv.Atoi(m[2])
			dark[[2]int{x, y}] = true
		}
		return text, dark, size
	}
	text, dark, size := draw("https://ketnap.example/moi?t=ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	last := size - quiet - 7
	for _, at := range [][2]int{{quiet, quiet}, {last, quiet}, {quiet, last}} {
		for i := range 7 {
			for _, edge := range [][2]int{{at[0] + i, at[1]}, {at[0] + i, at[1] + 6}, {at[0], at[1] + i}, {at[0] + 6, at[1] + i}, {at[0] + 3, at[1] + 3}} {
				if !dark[edge] {
					t.Fatalf("no corner mark at %v: %v is light", at, edge)
				}
			}
		}
	}
	for p := range dark {
		if min(p[0], p[1]) < quiet || max(p[0], p[1]) >= size-quiet {
			t.Errorf("%v is in the border", p)
		}
	}
	if n := len(dark); n < size*size/8 || n > size*size/2 {
		t.Errorf("%d of %d squares are dark", n, size*size)
	}
	if strings.Contains(text, "ABCDEF") {
		t.Error("the address stands in the drawing as text")
	}
	if other, _, _ := draw("https://ketnap.example/moi?t=ABCDEFGHIJKLMNOPQRSTUVWXYY"); other == text {
		t.Error("another address is the same drawing")
	}
	if _, err := Code("ma", "x", strings.Repeat("dài", 5000)); err == nil {
		t.Error("an address that fits no code is drawn")
	}
}
