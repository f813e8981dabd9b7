package web

import (
	"bytes"
	"fmt"
	"net/http"

	"ketnap/internal/i18n"
)

// keptBytes is how much content of pages is kept.
const keptBytes = 12 << 20

// keptKey says what a piece of content depends on. Of has everything but page and language: the mark of
// the figures, what was asked for, and what the user may do with it.
type keptKey struct {
	page string
	lang i18n.Lang
	of   any
}

// RenderKept writes a whole page like Render, but makes its content, which is most of it, only once for
// an of: a comparable value that holds everything the content depends on, the state of the database
// included. What is the user's own stands outside of the content, in top. A nil of keeps nothing.
func (s *Site) RenderKept(w http.ResponseWriter, r *http.Request, name string, top Page, of any, content func() (Page, error)) error {
	if of == nil {
		page, err := content()
		if err != nil {
			return err
		}
		return s.Render(w, r, http.StatusOK, name, page)
	}
	b := top.base()
	key := keptKey{name, b.Lang, of}
	body, ok := s.kept.Get(key)
	if !ok {
		var out bytes.Buffer
		page, err := content()
		if err != nil {
			return err
		}
		if err := s.pages[name].set.ExecuteTemplate(&out, "content", page); err != nil {
			return fmt.Errorf("web.RenderKept: %w", err)
		}
		body = bytes.Clone(out.Bytes())
		s.kept.Put(key, body, len(body))
	}
	s.clearFlash(w, b)
	if err := s.execute(w, http.StatusOK, name, "pagetop", top); err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		return fmt.Errorf("web.RenderKept: %w", err)
	}
	return s.execute(w, http.StatusOK, name, "pagefoot", top)
}
