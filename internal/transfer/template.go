package transfer

import (
	"io"

	"ketnap/internal/batch"
	"ketnap/internal/i18n"
	"ketnap/internal/person"
	"ketnap/internal/xlsx"
)

// Template writes an empty workbook of a kind: the header, one row of examples that is never taken
// for data, and a sheet with the code lists.
func Template(k batch.Kind, lang i18n.Lang, to io.Writer) error {
	words := i18n.For(lang)
	w := xlsx.NewWriter(to)
	fields := batch.Sheet(k)
	startSheet(w, words.T("import.kind."+string(k)), fields)
	row := make([]xlsx.Value, len(fields))
	for i := range fields {
		row[i] = xlsx.Text(fields[i].Hint)
	}
	row[0] = xlsx.Text(batch.Example)
	if err := w.Row(row...); err != nil {
		return err
	}
	if k == batch.Members || k == batch.Pool {
		if err := codeLists(w, words); err != nil {
			return err
		}
	}
	return w.Close()
}

// startSheet begins a sheet with the header of the fields.
func startSheet(w *xlsx.Writer, name string, fields []batch.Field) {
	widths, head := make([]float64, len(fields)), make([]xlsx.Value, len(fields))
	for i := range fields {
		widths[i], head[i] = fields[i].Width, xlsx.Text(fields[i].Header()).Header()
	}
	w.Sheet(name, xlsx.SheetOptions{Widths: widths, Freeze: 1, Filter: true})
	_ = w.Row(head...) // a failure stays with the writer
}

func codeLists(w *xlsx.Writer, words *i18n.Printer) error {
	lists := []person.List{person.Sexes, person.Ethnics, person.Religions, person.Occupations, person.Schoolings, person.Expertises, person.Theories}
	heads := []batch.Code{"sex", "ethnic", "religion", "occupation", "schooling", "expertise", "theory"}
	w.Sheet(words.T("import.code_lists"), xlsx.SheetOptions{Freeze: 1, Widths: []float64{12, 18, 30, 44, 22, 26, 20}})
	row := make([]xlsx.Value, len(lists))
	for i, h := range heads {
		row[i] = xlsx.Text(words.T("import.code_list", batch.HeadOf(batch.Members, h))).Header()
	}
	_ = w.Row(row...)
	for n := range person.Ethnics {
		for i, l := range lists {
			row[i] = xlsx.Text(l.Name(n + 1))
		}
		if err := w.Row(row...); err != nil {
			return err
		}
	}
	return nil
}
