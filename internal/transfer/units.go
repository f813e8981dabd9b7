package transfer

import "ketnap/internal/id"

// unitWork is what an import knows of the unit of a row.
type unitWork struct{ undo *unitImage }

type unitImage struct{}

type moveWork struct{ moved id.ID }
