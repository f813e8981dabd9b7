package web

import (
	"log/slog"
	"net/http"
	"strings"

	"ketnap/internal/fault"
	"ketnap/internal/vi"
)

// noSecrets refuses a form that carries the marking of a state secret, before any handler sees it: such content must not be kept on a
// machine in a network. That it was refused, by whom and on which route is logged and counted; what was written is not.
func (s *Site) noSecrets(r *http.Request) error {
	kind := r.Header.Get("Content-Type")
	if r.Method == http.MethodGet || r.Method == http.MethodHead || !strings.HasPrefix(kind, "application/x-www-form-urlencoded") {
		return nil
	}
	if err := r.ParseForm(); err != nil {
		return nil //nolint:nilerr // the handler says what is wrong with the form
	}
	for name, values := range r.PostForm {
		if name == "password" || name == "old" {
			continue
		}
		for _, v := range values {
			if vi.SecretMark(v) != "" {
				return s.alarm(r, name)
			}
		}
	}
	return nil
}

// alarm is the refusal of a marking.
func (s *Site) alarm(r *http.Request, field string) error {
	s.count.alarms.Add(1)
	v := visitOf(r)
	who := ""
	if v.user != nil {
		who = v.user.Name
	}
	s.log.LogAttrs(r.Context(), slog.LevelError, "a marking of a state secret was refused", slog.String("id", v.id), slog.String("route", r.Pattern),
		slog.String("field", field), slog.String("user", who))
	return fault.E("web.noSecrets", fault.Invalid, "secret.refused").Field(field, "secret.refused")
}
