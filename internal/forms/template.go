package forms

import (
	"bytes"
	"context"
	"path"
	"strings"
	"unicode/utf8"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/form"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// inForce returns the template of a form in a province: the newest that was brought there, else the
// newest of the nation, else the program's own.
func inForce(tx *store.Tx, province int, f form.Form) ([]byte, error) {
	for _, p := range []int{province, 0} {
		ts, err := tx.FormTemplates(p, f.Slug)
		if err != nil {
			return nil, err
		}
		if len(ts) > 0 && ts[0].Size > 0 {
			return tx.FormTemplateData(p, f.Slug, ts[0].ID)
		}
		if province == 0 {
			break
		}
	}
	return f.Template()
}

// Version is one version of a template as a list shows it.
type Version struct {
	store.FormTemplate
	InForce bool
}

// Replaced returns, by form, the versions that were brought in a province (0: the nation), the newest first.
func (s *Service) Replaced(ctx context.Context, province int) (map[string][]Version, error) {
	out := map[string][]Version{}
	err := s.st.View(ctx, func(tx *store.Tx) error {
		clear(out)
		ts, err := tx.FormTemplates(province, "")
		for _, t := range ts {
			out[t.Code] = append(out[t.Code], Version{t, len(out[t.Code]) == 0 && t.Size > 0})
		}
		return err
	})
	return out, err
}

// MayReplace reports whether the actor may bring templates for a province (0: the nation).
func (s *Service) MayReplace(ctx context.Context, who access.Actor, province int) (bool, error) {
	may := false
	err := s.st.View(ctx, func(tx *store.Tx) error {
		err := mayReplace(tx, who, province)
		may = err == nil
		if fault.Is(err, fault.Forbidden) || fault.Is(err, fault.NotFound) {
			return nil
		}
		return err
	})
	return may, err
}

// mayReplace asks for the right to administer the whole province, because a template holds for all of it.
func mayReplace(tx *store.Tx, who access.Actor, province int) error {
	var root org.Unit
	if province != 0 {
		err := tx.EachProvince(func(p store.Province) (err error) {
			if p.ID == province {
				root, err = tx.Unit(p.Root)
			}
			return err
		})
		if err != nil {
			return err
		}
		if root.ID == 0 {
			return fault.E("forms.mayReplace", fault.NotFound, "error.notfound")
		}
	}
	return who.Must(access.ManageUsers, root)
}

// Template returns the file of a template: the one in force when version is 0, the program's own when
// own is true.
func (s *Service) Template(ctx context.Context, province int, code string, version id.ID, own bool) (name string, data []byte, err error) {
	f, err := form.Find(code)
	if err != nil {
		return "", nil, err
	}
	name = "mau-" + f.Slug + form.Extension
	if own {
		data, err = f.Template()
		return name, data, err
	}
	err = s.st.View(ctx, func(tx *store.Tx) error {
		if version == 0 {
			data, err = inForce(tx, province, f)
			return err
		}
		data, err = tx.FormTemplateData(province, f.Slug, version)
		if err == nil && len(data) == 0 {
			data, err = f.Template()
		}
		return err
	})
	return name, data, err
}

const (
	maxNote = 300 // runes
	maxName = 120
)

// Upload puts a template in the place of the one in force. What cannot be opened, could do harm, or asks
// for unknown fields is refused; the versions before stay.
func (s *Service) Upload(ctx context.Context, who access.Actor, province int, code, fileName, note string, data []byte) error {
	const op = "forms.Upload"
	f, err := form.Find(code)
	if err != nil {
		return err
	}
	if note = vi.NFC(note); utf8.RuneCountInString(note) > maxNote {
		return fault.E(op, fault.Invalid, "movement.too_long", maxNote).Field("note", "movement.too_long", maxNote)
	}
	if len(data) == 0 {
		return fault.E(op, fault.Invalid, "form.no_file").Field("file", "form.no_file")
	}
	if _, err := form.Check(data); err != nil {
		if t := fault.TextOf(err); fault.Is(err, fault.Invalid) && fault.FieldsOf(err) == nil {
			return fault.E(op, fault.Invalid, t.Key, append(t.Args, err)...).Field("file", t.Key, t.Args...)
		}
		return err
	}
	return s.st.Update(ctx, audit.Of(who, "form.template", province, 0).With(f.Slug), func(tx *store.Tx) error {
		if err := mayReplace(tx, who, province); err != nil {
			return err
		}
		if old, err := inForce(tx, province, f); err != nil || bytes.Equal(old, data) {
			if err == nil {
				err = fault.E(op, fault.Conflict, "form.same").Field("file", "form.same")
			}
			return err
		}
		return tx.AddFormTemplate(province, &store.FormTemplate{Code: f.Slug, File: plainName(fileName), Note: note}, data)
	})
}

// plainName is the name of a file without folders, shortened.
func plainName(s string) string {
	s = path.Base(strings.ReplaceAll(vi.NFC(s), `\`, "/"))
	if r := []rune(s); len(r) > maxName {
		return string(r[:maxName])
	}
	return s
}

// Restore puts an earlier version in force again; version 0 is what is above: the nation's template, else the
// program's own.
func (s *Service) Restore(ctx context.Context, who access.Actor, province int, code string, version id.ID) error {
	const op = "forms.Restore"
	f, err := form.Find(code)
	if err != nil {
		return err
	}
	return s.st.Update(ctx, audit.Of(who, "form.restore", province, version).With(f.Slug), func(tx *store.Tx) error {
		if err := mayReplace(tx, who, province); err != nil {
			return err
		}
		ts, err := tx.FormTemplates(province, f.Slug)
		if err != nil {
			return err
		}
		next := store.FormTemplate{Code: f.Slug}
		var data []byte
		for _, t := range ts {
			if t.ID == version {
				next.File, next.Note = t.File, t.Note
			}
		}
		if version != 0 {
			if data, err = tx.FormTemplateData(province, f.Slug, version); err != nil {
				return err
			}
		}
		if len(ts) == 0 || ts[0].ID == version || version == 0 && ts[0].Size == 0 {
			return fault.E(op, fault.Conflict, "form.same")
		}
		return tx.AddFormTemplate(province, &next, data)
	})
}
