package transfer

import (
	"context"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/vi"
	"ketnap/internal/xlsx"
)

// headRows is how many rows of a sheet are looked at for a marking: it stands above a table or in its heading.
const headRows = 60

// noSecrets refuses a file that carries the marking of a state secret in its name, the name of a sheet or its first rows, before anything of
// it is stored. That it was refused stays in the audit trail; what was in it does not.
func (s *Service) noSecrets(ctx context.Context, who access.Actor, unit id.ID, name string, book *xlsx.Book) error {
	marked := vi.SecretMark(name) != ""
	for i, sheet := range book.Sheets() {
		marked = marked || vi.SecretMark(sheet.Name) != ""
		n := 0
		for row, err := range book.Rows(i) {
			if n++; err != nil || n > headRows || marked {
				break // what is wrong with a sheet is said when it is checked
			}
			for _, c := range row.Cells {
				marked = marked || vi.SecretMark(c.Text) != ""
			}
		}
	}
	if !marked {
		return nil
	}
	if err := s.st.Update(ctx, audit.Of(who, "secret.refused", unit.Province(), unit), func(*store.Tx) error { return nil }); err != nil {
		return err
	}
	return fault.E("transfer.Upload", fault.Invalid, "secret.refused").Field("file", "secret.refused")
}
