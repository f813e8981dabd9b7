package webtest_test

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// identifier is a segment of an address that names one row.
var identifier = regexp.MustCompile(`^[0-9a-z]{11,13}$`)

// shape is an address with its identifiers and values taken out: pages of one shape come from one template.
func shape(href string) string {
	u, err := url.Parse(href)
	if err != nil {
		return href
	}
	parts := strings.Split(u.Path, "/")
	for i, p := range parts {
		if identifier.MatchString(p) {
			parts[i] = "*"
		}
	}
	names := slices.Sorted(maps.Keys(u.Query()))
	return strings.Join(parts, "/") + "?" + strings.Join(names, "&")
}

// TestLinks follows from every page what it leads to: nobody is offered a way that ends in an error. Of links of one shape the
// first few are followed.
func TestLinks(t *testing.T) {
	const perShape = 2
	for _, login := range []string{"quantri", "capuy", "canbo", "xem"} {
		t.Run(login, func(t *testing.T) {
			v := visit(t, "").as(t, login) // follows the links to the other language too
			queue := []string{"/"}
			for _, p := range pages {
				if p.login == login {
					queue = append(queue, placed(t, p.path))
				}
			}
			seen, shapes, from := map[string]bool{}, map[string]int{}, map[string]string{}
			for len(queue) > 0 {
				at := queue[0]
				queue = queue[1:]
				if seen[at] || shapes[shape(at)] >= perShape {
					continue
				}
				seen[at] = true
				shapes[shape(at)]++
				answer, body := v.ask(http.MethodGet, at, nil)
				switch {
				case answer.StatusCode == http.StatusSeeOther:
					queue = append(queue, answer.Header.Get("Location"))
					continue
				case answer.StatusCode != http.StatusOK:
					t.Errorf("%s leads %s to %s: %s", from[at], login, at, answer.Status)
					continue
				case !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html"):
					continue
				}
				page := node{parse(t, at, body).root}
				for _, a := range page.tags("a") {
					href, _, _ := strings.Cut(a.attr("href"), "#")
					if strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "/static/") && from[href] == "" {
						from[href] = at
						queue = append(queue, href)
					}
				}
				for _, crumbs := range page.all(func(x node) bool { return x.has("crumbs") || x.has("facts") }) {
					for _, a := range crumbs.tags("a") {
						shapes[shape(a.attr("href"))] = 0 // the way up leaves the reader's scope first: follow it always
					}
				}
			}
			if len(seen) < 20 {
				t.Errorf("only %d addresses found: the walk is broken", len(seen))
			}
			t.Logf("%d addresses of %d shapes", len(seen), len(shapes))
		})
	}
}
