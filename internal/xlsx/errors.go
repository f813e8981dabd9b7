package xlsx

import (
	"archive/zip"
	"errors"
	"io"
	"strconv"

	"github.com/klauspost/compress/flate"

	"ketnap/internal/fault"
)

// place is where in a workbook something is wrong; zero fields are unknown.
type place struct {
	sheet string
	row   int
}

// fail gives a fault of a file its sentence, without a place.
func fail(err error) error { return place{}.fail(err) }

// fail gives a fault found at this place its sentence. Errors that already have
// one pass unchanged; what is no fault of the file (the disk under it) becomes
// Unavailable.
func (p place) fail(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	switch {
	case errors.Is(err, errDepth), errors.Is(err, errDoctype), errors.Is(err, errLong):
		return refuse("xlsx.unsafe", err)
	case damaged(err):
		switch {
		case p.row > 0:
			return refuse("xlsx.damaged.row", p.sheet, strconv.Itoa(p.row), err)
		case p.sheet != "":
			return refuse("xlsx.damaged.sheet", p.sheet, err)
		}
		return refuse("xlsx.damaged", err)
	}
	return fault.E("xlsx.Book", fault.Unavailable, "xlsx.read", err)
}

// damaged reports whether the error says that the file is not whole.
func damaged(err error) bool {
	if _, ok := errors.AsType[flate.CorruptInputError](err); ok {
		return true
	}
	for _, is := range []error{errSyntax, errNoPart, io.EOF, io.ErrUnexpectedEOF, zip.ErrFormat, zip.ErrChecksum, zip.ErrAlgorithm} {
		if errors.Is(err, is) {
			return true
		}
	}
	return false
}
