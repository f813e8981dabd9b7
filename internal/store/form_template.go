package store

import (
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// FormTemplate is a version of the template of a form (mẫu thay thế). Size 0 is one that goes back to
// what is above: the nation's, else the program's own.
type FormTemplate struct {
	ID   id.ID
	Code string // slug of the form
	File string // its name when it was brought
	Note string
	Size int
	At   int64 // unix ms
	By   string
}

const templateCols = `f.id, f.code, f.file_name, f.note, f.size, f.at, f.by_name`

func scanTemplate(s db.Scanner, t *FormTemplate) error {
	return s.Scan(&t.ID, &t.Code, &t.File, &t.Note, &t.Size, &t.At, &t.By)
}

// AddFormTemplate stores the next version of a template in a province; 0 is the nation.
func (tx *Tx) AddFormTemplate(province int, t *FormTemplate, data []byte) error {
	t.ID, t.Size, t.At, t.By = tx.NewID(province), len(data), tx.Now, tx.entry.Name
	if data == nil {
		data = []byte{}
	}
	_, err := tx.Exec(tx.ctx, `INSERT INTO form_template (province_id, code, id, file_name, note, size, data, at, by_name, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		province, t.Code, int64(t.ID), t.File, t.Note, t.Size, data, t.At, t.By, int64(tx.audit))
	return err
}

// FormTemplates returns the versions of the templates of a province, of one form or of all when code is
// empty, the newest of a form first.
func (tx *Tx) FormTemplates(province int, code string) ([]FormTemplate, error) {
	b := db.NewB(`SELECT `+templateCols+` FROM form_template f WHERE f.province_id = $1`, province)
	if code != "" {
		b.Add(`AND f.code = $1`, code)
	}
	b.Add(` ORDER BY f.code, f.id DESC`)
	var ts []FormTemplate
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var t FormTemplate
		err := scanTemplate(s, &t)
		ts = append(ts, t)
		return err
	})
	return ts, err
}

// FormTemplateData returns the file of one version.
func (tx *Tx) FormTemplateData(province int, code string, i id.ID) ([]byte, error) {
	var data []byte
	err := tx.Row(tx.ctx, `SELECT data FROM form_template WHERE province_id = $1 AND code = $2 AND id = $3`, []any{province, code, int64(i)}, &data)
	return data, tx.one("store.FormTemplateData", fault.Key("form.template_unknown"), err)
}
