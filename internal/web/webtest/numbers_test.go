package webtest_test

import (
	"net/url"
	"testing"
)

func mustURL(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestNumbers opens the list behind every number of the pilot pages: it has exactly that many rows, and says so.
func TestNumbers(t *testing.T) {
	for _, p := range []struct {
		name, login, path string
		least             int // figures the page must have
	}{
		{"province", "quantri", "/don-vi/{root}", 13},
		{"commune", "capuy", "/don-vi/{commune}", 80},
		{"section", "capuy", "/don-vi/{section}", 60},
		{"cell", "xem", "/don-vi/{cell}", 5},
		{"commune, a year ago", "capuy", "/don-vi/{commune}?nam=2025", 80},
		{"commune, in the middle of a month", "capuy", "/don-vi/{commune}?ngay=15/06/2025&nam=2025", 80},
		{"section, in the middle of a month", "capuy", "/don-vi/{section}?ngay=17/02/2024&nam=2024", 60},
	} {
		t.Run(p.name, func(t *testing.T) {
			v := visit(t, p.login).again(t)
			figures := v.get(placed(t, p.path)).figures()
			if len(figures) < p.least {
				t.Errorf("only %d figures lead to lists, want %d", len(figures), p.least)
			}
			nonzero := 0
			for _, f := range figures {
				counted, printed := v.rows(f.href)
				if counted != f.n || printed != f.n {
					t.Errorf("%d leads to %s with %d rows, which says %d", f.n, f.href, counted, printed)
				}
				if f.n > 0 {
					nonzero++
				}
			}
			if nonzero == 0 {
				t.Error("every figure is zero: nothing was proven")
			}
		})
	}
}
