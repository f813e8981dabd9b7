package forms

import (
	"context"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// Find reads a person as an operator types them: an identity number of 12 digits, a page address or its
// last part. Somebody the actor may not read is not found.
func (s *Service) Find(ctx context.Context, who access.Actor, text string) (id.ID, error) {
	text = strings.TrimRight(strings.SplitN(text, "?", 2)[0], "/")
	var i id.ID
	err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		i = id.Parse(text[strings.LastIndexByte(text, '/')+1:])
		if len(text) == 12 && strings.Trim(text, "0123456789") == "" {
			if i, err = tx.PersonByNumber(text); err != nil {
				return err
			}
		}
		if i == 0 {
			return fault.E("forms.Find", fault.NotFound, "person.notfound")
		}
		_, err = load(tx, who, access.Read, i)
		return err
	})
	return i, err
}
