package web

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"ketnap/internal/chart"
	"ketnap/internal/day"
	"ketnap/internal/i18n"
	"ketnap/internal/vi"
)

//go:embed tmpl
var templateFiles embed.FS

// Base is what every page shares. A page struct embeds it, and its methods are
// the vocabulary of the templates: {{.T "key"}}, {{.Num .Count}}.
type Base struct {
	Lang    i18n.Lang
	Title   string // of the page, already translated
	Path    string // path and query of this page, for links back to it
	User    *UserView
	Nav     []NavItem
	Crumbs  []Crumb
	Flash   *Notice  // what the last action did
	AsOf    day.Date // "số liệu đến"; 0 when the page shows no figures
	Version string
	SignIn  string

	words *i18n.Printer
}

// Crumb is one step of the way from the root unit to this page. The last one
// has no Href.
type Crumb struct{ Label, Href string }

// Page is a value that a page template can be executed with: any struct that
// embeds Base.
type Page interface{ base() Base }

func (b Base) base() Base { return b }

// Base fills what all pages share. titleKey is translated.
func (s *Site) Base(r *http.Request, titleKey string, args ...any) Base {
	v := visitOf(r)
	b := Base{
		Lang: v.lang, Path: r.URL.RequestURI(), User: v.user, Version: s.version, SignIn: s.SignIn,
		Flash: flashOf(r), words: i18n.For(v.lang),
	}
	b.Title = b.T(titleKey, args...)
	b.Nav = b.nav(s.Nav, r.URL.Path)
	return b
}

// T is the text of key in the language of the page.
func (b Base) T(key string, args ...any) string { return b.words.T(key, args...) }

// Err is the text of an error in the language of the page.
func (b Base) Err(err error) string { return b.words.Error(err) }

// Num writes a whole number: 1.020, in English 1,020.
func (b Base) Num(n any) string { return b.local(vi.Number(whole(n))) }

// Pct writes num of den in percent with two decimals: 35,34%. Without a
// denominator there is no percentage, and a dash says so.
func (b Base) Pct(num, den any) string {
	p := vi.Percent(whole(num), whole(den))
	if whole(den) == 0 {
		return p
	}
	return b.local(p) + "%"
}

// Dec writes x with the given number of decimals.
func (b Base) Dec(x float64, places int) string { return b.local(vi.Decimal(x, places)) }

// Points writes a difference of percentages with its sign: +11,9.
func (b Base) Points(x float64) string {
	s := b.Dec(x, 1)
	switch {
	case strings.Trim(s, "-0.,") == "":
		return strings.TrimPrefix(s, "-")
	case x > 0:
		return "+" + s
	default:
		return "−" + strings.TrimPrefix(s, "-")
	}
}

// Date writes a date the Vietnamese way: 29/02/2024.
func (b Base) Date(d day.Date) string { return d.VN() }

// With gives a partial both the vocabulary of the page and its own value:
// {{template "pager" (.With .Pager)}}; the partial reads it as .V.
func (b Base) With(v any) Part { return Part{Base: b, V: v} }

// Part is what a partial is executed with.
type Part struct {
	Base
	V any
}

// LangHref is the address of this page in another language.
func (b Base) LangHref(lang string) string { return withQuery(b.Path, langParam, lang) }

// local turns Vietnamese separators into those of the language of the page.
func (b Base) local(s string) string {
	if b.Lang != i18n.En {
		return s
	}
	return swapMarks.Replace(s)
}

var swapMarks = strings.NewReplacer(".", ",", ",", ".")

// whole accepts the integers that templates come across. Anything else is a
// mistake of the page and shows as an error at the first rendering.
func whole(n any) int64 {
	switch n := n.(type) {
	case int:
		return int64(n)
	case int64:
		return n
	case int32:
		return int64(n)
	case uint64:
		return int64(n)
	}
	panic(fmt.Sprintf("web: %T is not a whole number", n))
}

// page is one template set: base, partials and the page's own file.
type page struct{ set *template.Template }

// parsePages parses tmpl/*.html, each with tmpl/base.html and tmpl/part/*.html.
func parsePages(fsys fs.FS, files *assets) (map[string]*page, error) {
	root, err := template.New("base.html").
		Funcs(template.FuncMap{"asset": files.href, "icon": chart.Icon}).
		ParseFS(fsys, "tmpl/base.html", "tmpl/part/*.html")
	if err != nil {
		return nil, fmt.Errorf("web.parsePages: %w", err)
	}
	names, err := fs.Glob(fsys, "tmpl/*.html")
	if err != nil {
		return nil, fmt.Errorf("web.parsePages: %w", err)
	}
	pages := map[string]*page{}
	for _, file := range names {
		name := path.Base(file)
		if name == "base.html" {
			continue
		}
		set, err := root.Clone()
		if err == nil {
			set, err = set.ParseFS(fsys, file)
		}
		if err != nil {
			return nil, fmt.Errorf("web.parsePages: %s: %w", name, err)
		}
		pages[name] = &page{set}
	}
	return pages, nil
}

// Render writes a whole page: tmpl/<name> inside the layout.
func (s *Site) Render(w http.ResponseWriter, r *http.Request, status int, name string, data Page) error {
	s.clearFlash(w, data.base())
	return s.execute(w, status, name, "base.html", data)
}

// RenderFragment writes one named template of a page: the answer to htmx.
func (s *Site) RenderFragment(w http.ResponseWriter, _ *http.Request, status int, name, fragment string, data any) error {
	return s.execute(w, status, name, fragment, data)
}

func (s *Site) execute(w http.ResponseWriter, status int, name, tmpl string, data any) error {
	p, ok := s.pages[name]
	if !ok {
		return fmt.Errorf("web.Render: no page %q", name)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := p.set.ExecuteTemplate(w, tmpl, data); err != nil {
		return fmt.Errorf("web.Render: %w", err)
	}
	return nil
}
