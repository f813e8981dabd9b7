package web

import (
	"net/http"
	"net/url"
	"strings"

	"ketnap/internal/i18n"
)

const (
	langCookie = "lang"
	langParam  = "lang"
	oneYear    = 365 * 24 * 60 * 60 // seconds
)

// langOf is the language of a request: the address says it, else the cookie,
// else Vietnamese. What the browser asks for is not heard: on many machines of
// Vietnamese offices it is set up in English, and their users read Vietnamese.
func langOf(r *http.Request) i18n.Lang {
	if l, ok := asLang(r.URL.Query().Get(langParam)); ok {
		return l
	}
	if c, err := r.Cookie(langCookie); err == nil {
		if l, ok := asLang(c.Value); ok {
			return l
		}
	}
	return i18n.Vi
}

func asLang(s string) (i18n.Lang, bool) {
	switch l := i18n.Lang(s); l {
	case i18n.Vi, i18n.En:
		return l, true
	}
	return "", false
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
