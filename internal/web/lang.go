package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ketnap/internal/i18n"
)

const (
	langCookie = "lang"
	langParam  = "lang"
	oneYear    = 365 * 24 * 60 * 60 // seconds
)

// langOf is the language of a request: the address says it, else the cookie,
// else the browser, else Vietnamese.
func langOf(r *http.Request) i18n.Lang {
	if l, ok := asLang(r.URL.Query().Get(langParam)); ok {
		return l
	}
	if c, err := r.Cookie(langCookie); err == nil {
		if l, ok := asLang(c.Value); ok {
			return l
		}
	}
	return langAccepted(r.Header.Get("Accept-Language"))
}

func asLang(s string) (i18n.Lang, bool) {
	switch l := i18n.Lang(s); l {
	case i18n.Vi, i18n.En:
		return l, true
	}
	return "", false
}

// langAccepted picks the language with the highest weight among those we have.
// A browser that names neither reads Vietnamese: the tool is made for it.
func langAccepted(header string) i18n.Lang {
	best, weight := i18n.Vi, 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, param, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		l, ok := asLang(base)
		if !ok {
			continue
		}
		q := 1.0
		if v, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(param), "q="), 64); err == nil {
			q = v
		}
		if q > weight {
			best, weight = l, q
		}
	}
	return best
}

// chooseLang keeps a language chosen by ?lang= in a cookie and goes to the same
// address without it, so that a copied address does not carry the choice.
func (s *Site) chooseLang(w http.ResponseWriter, r *http.Request) (done bool, err error) {
	q := r.URL.Query()
	if r.Method != http.MethodGet || !q.Has(langParam) {
		return false, nil
	}
	if l, ok := asLang(q.Get(langParam)); ok {
		http.SetCookie(w, &http.Cookie{
			Name: langCookie, Value: string(l), Path: "/", MaxAge: oneYear,
			HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode,
		})
	}
	q.Del(langParam)
	to := url.URL{Path: r.URL.Path, RawQuery: q.Encode()}
	// A path such as //host would leave the site.
	to.Path = "/" + strings.TrimLeft(to.Path, "/")
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
	return true, nil
}

// withQuery adds name=value to the query of a path of ours.
func withQuery(path, name, value string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}
