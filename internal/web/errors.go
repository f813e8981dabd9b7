package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"ketnap/internal/fault"
)

// statusOf is the one table from kinds to HTTP.
var statusOf = map[fault.Kind]int{
	fault.Internal:    http.StatusInternalServerError,
	fault.Invalid:     http.StatusUnprocessableEntity,
	fault.NotFound:    http.StatusNotFound,
	fault.Forbidden:   http.StatusForbidden,
	fault.Conflict:    http.StatusConflict,
	fault.Stale:       http.StatusConflict,
	fault.Busy:        http.StatusServiceUnavailable,
	fault.Unavailable: http.StatusServiceUnavailable,
}

// statusError says which status the error page shall have when the kind alone
// does not tell (405, 413). It travels as the cause of a fault.
type statusError int

func (e statusError) Error() string { return http.StatusText(int(e)) }

// statusGone is the status in the log when the client went away; nobody
// receives it.
const statusGone = 499

// errorPage is tmpl/error.html.
type errorPage struct {
	Base
	Status  int
	Heading string // what happened
	Message string // the text of the error
	ID      string // shown when the cause is in the log only
}

// fail answers err with the page (or, for htmx, the notice) of its kind.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	v := visitOf(r)
	v.err = err
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		w.WriteHeader(statusGone)
		return
	}
	kind, status, text := s.judge(err)
	b := s.Base(r, "web.error."+kind+".title")
	p := errorPage{
		Base: b, Status: status,
		Heading: b.T("web.error." + kind + ".title"),
		Message: b.T(string(text.Key), text.Args...),
	}
	if status >= http.StatusInternalServerError {
		p.ID = v.id
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "3")
	}
	if isFragment(r) {
		// The piece that was asked for stays as it is; the notice goes to the
		// live region of the page.
		w.Header().Set("HX-Retarget", "#notices")
		w.Header().Set("HX-Reswap", "innerHTML show:none")
		err = s.RenderFragment(w, r, status, "error.html", "notice-error", p)
	} else {
		err = s.Render(w, r, status, "error.html", p)
	}
	if err != nil {
		v.err = errors.Join(v.err, fmt.Errorf("error page: %w", err))
		http.Error(w, p.Heading, http.StatusInternalServerError)
	}
}

// judge is kind name, status and text of err.
func (s *Site) judge(err error) (kind string, status int, text fault.Text) {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.Invalid.String(), http.StatusRequestEntityTooLarge,
			fault.Text{Key: "web.error.large", Args: []any{tooLarge.Limit >> 10}}
	}
	k := fault.KindOf(err)
	status, ok := statusOf[k]
	if !ok {
		status = http.StatusInternalServerError
	}
	if own, ok := errors.AsType[statusError](err); ok {
		status = int(own)
	}
	return k.String(), status, fault.TextOf(err)
}
