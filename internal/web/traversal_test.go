package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"ketnap/internal/access"
)

// ways lead out of a folder to the file at the place of %s, in the spellings that programs took for harmless.
var ways = []string{
	up("../") + "%s", up("..%%2f") + "%s", up("%%2e%%2e/") + "%s", up("..%%252f") + "%s", up(`..\`) + "%s", up("..%%5c") + "%s", up("....//") + "%s", up("..;/") + "%s", "/%s", "//%s", "%%2f%s", "file:///%s",
	"%%00/" + up("../") + "%s", up("..%%c0%%af") + "%s", "./" + up("../") + "%s", "a/" + up("../") + "%s", "%s%%00.css", "C:%%5c%s",
}

// up leaves more folders than there are.
func up(step string) string { return strings.Repeat(step, 10) }

// outside are files that are none of the program's to show, and a word of each. The canary lies beside the program.
func outside(t *testing.T) (files map[string]string) {
	t.Helper()
	canary := filepath.Join(t.TempDir(), "canary")
	if err := os.WriteFile(canary, []byte("canary-of-a-file"), 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]string{strings.TrimPrefix(canary, "/"): "canary-of-a-file", "etc/passwd": "root:", "rights.go": "package web", "../../go.mod": "module ketnap"}
}

// escaped tries every way at every address that takes a name, and says which answer holds a file.
func escaped(h http.Handler, cookie *http.Cookie, files map[string]string, prefixes []string) (tried int, found []string) {
	for file, word := range files {
		for _, way := range ways {
			for _, prefix := range prefixes {
				target := strings.Replace(prefix, "*", fmt.Sprintf(way, file), 1)
				u, err := url.ParseRequestURI(target)
				if err != nil {
					continue // no browser and no server would pass it on
				}
				r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
				r.URL, r.RequestURI = u, target
				r.AddCookie(cookie)
				tried++
				if page := serve(h, r).Body.String(); strings.Contains(page, word) {
					found = append(found, target)
				}
			}
		}
	}
	return tried, found
}

// TestTraversal: no address and no name of an upload leads to a file of the machine.
func TestTraversal(t *testing.T) {
	d, persons := matrixDesk(t)
	b := d.as(d.user("hoa", access.Admin, d.root))
	cookie := &http.Cookie{Name: d.app.sessionCookie(), Value: b.cookies[d.app.sessionCookie()]}
	files := outside(t)
	person := "/nguoi/" + persons["cell"].String()
	tried, found := escaped(d.app, cookie, files, []string{"/*", "/static/*", "/static/x/*", "/mau-nhap/*", "/bieu-mau/*", "/bieu-mau/*/mau", "/quy-tac/*", "/lich/*", person + "/ban-chup/*", person + "/bieu-mau?code=*",
		"/nguoi/xlsx?cols=*", "/quy-tac/thu?goi=*"})
	names := 0
	at := "/nguoi/" + persons["cell"].String() + "/ban-chup"
	for file := range files {
		for _, way := range ways {
			name, err := url.PathUnescape(fmt.Sprintf(way, file))
			if err != nil {
				name = fmt.Sprintf(way, file)
			}
			for _, to := range []string{at, "/nhap", "/bieu-mau/2-knd"} {
				names++
				res := b.sendFile(to, name+".pdf", "%PDF-1.4\n%%EOF", "u", d.communes[0].ID.String(), "kind", "members", "paper", "other", "code", "2-knd")
				if res.StatusCode >= http.StatusInternalServerError {
					t.Errorf("%s with a file named %q: %d", to, name, res.StatusCode)
				}
			}
		}
	}
	for file := range files { // whatever was stored, nothing lies beside the program or in its parents
		if made, err := filepath.Glob(filepath.Join("..", "..", "*"+path.Base(file)+".pdf")); err != nil || len(made) > 0 {
			t.Errorf("written: %v %v", made, err)
		}
	}
	t.Logf("%d ways and %d names tried, %d accepted", tried, names, len(found))
	for _, f := range found {
		t.Error(f)
	}
	if tried+names < 500 {
		t.Errorf("only %d and %d", tried, names)
	}
	plantedWays(t, cookie, files)
}

// plantedWays are servers of files that go wrong.
func plantedWays(t *testing.T, cookie *http.Cookie, files map[string]string) {
	t.Helper()
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(wd, "static")
	send := func(w http.ResponseWriter, name string) {
		text, err := os.ReadFile(name) //nolint:gosec // the fault is planted
		if err != nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write(text)
	}
	for name, clean := range map[string]func(string) string{
		"a name is joined as it came": func(s string) string { return root + "/" + s },
		"dots are taken out once":     func(s string) string { return root + "/" + strings.ReplaceAll(s, "../", "") },
		"the path is looked at before it is decoded twice": func(s string) string {
			if strings.Contains(s, "../") {
				return ""
			}
			plain, _ := url.PathUnescape(s)
			return root + "/" + plain
		},
		"only the beginning is looked at": func(s string) string {
			if strings.HasPrefix(s, "..") {
				return ""
			}
			return root + "/" + s
		},
		"an absolute name is one": func(s string) string {
			if strings.HasPrefix(s, "/") {
				return path.Clean(s)
			}
			return filepath.Join(root, path.Clean("/"+s))
		},
		"a backslash is a slash, afterwards": func(s string) string {
			if strings.Contains(s, "../") {
				return ""
			}
			return root + "/" + strings.ReplaceAll(s, `\`, "/")
		},
	} {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if at := clean(strings.TrimPrefix(r.URL.Path, "/static/")); at != "" {
				send(w, at)
			}
		})
		if _, found := escaped(h, cookie, files, []string{"/static/*"}); len(found) == 0 {
			t.Errorf("planted: %s: not found", name)
		}
	}
}
