package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// flashCookie carries one sentence over the redirect after a form.
const flashCookie = "flash"

// flashLife is how long an unread sentence waits, in seconds.
const flashLife = 60

// NoticeKind says how a notice looks; each kind has its own sign as well as its
// own colour.
type NoticeKind string

// The kinds of notices.
const (
	Info NoticeKind = "info"
	Done NoticeKind = "done"
	Warn NoticeKind = "warn"
	Fail NoticeKind = "fail"
)

// Notice is one message to the user. Texts are already translated.
type Notice struct {
	Kind  NoticeKind
	Title string `json:",omitempty"` // may be empty
	Text  string
	Href  string `json:",omitempty"` // where to go from here; may be empty
	Link  string `json:",omitempty"` // label of Href
}

// Flash shows n on the next page this browser opens: call it before the
// redirect that ends a form.
func (s *Site) Flash(w http.ResponseWriter, n Notice) {
	data, err := json.Marshal(n)
	if err != nil {
		return // strings only: cannot happen, and a lost notice harms nobody
	}
	s.setFlash(w, base64.RawURLEncoding.EncodeToString(data), flashLife)
}

func (s *Site) setFlash(w http.ResponseWriter, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: flashCookie, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteStrictMode,
	})
}

// flashOf reads the waiting notice. What does not parse is no notice: the
// cookie comes from outside.
func flashOf(r *http.Request) *Notice {
	c, err := r.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	data, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return nil
	}
	var n Notice
	if json.Unmarshal(data, &n) != nil || n.Text == "" {
		return nil
	}
	if len(n.Href) > 0 && (n.Href[0] != '/' || len(n.Href) > 1 && (n.Href[1] == '/' || n.Href[1] == '\\')) {
		n.Href = "" // only ways within the site
	}
	switch n.Kind {
	case Info, Done, Warn, Fail:
	default:
		n.Kind = Info
	}
	return &n
}

// clearFlash forgets the notice once a whole page showed it.
func (s *Site) clearFlash(w http.ResponseWriter, b Base) {
	if b.Flash != nil {
		s.setFlash(w, "", -1)
	}
}
