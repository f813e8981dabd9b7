package batch

import (
	"ketnap/internal/day"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
)

// Code names a field of a kind; it is stored in remembered mappings and never changes.
type Code string

// Type is how the cells of a field are read.
type Type uint8

// The types.
const (
	Skip       Type = iota // recognised and left alone: running numbers
	Text                   // free text
	FullName               // họ và tên
	GivenName              // the given name in a column of its own, behind the family name
	Digits                 // exactly Max digits
	Phone                  // telephone
	DateOf                 // a day, or month or year alone where Partial
	FromList               // one of a code list
	Flag                   // x or nothing
	MarkMale               // x in a column "Nam"
	MarkFemale             // x in a column "Nữ"
	BornMale               // birth date in a column "Nam"
	BornFemale             // birth date in a column "Nữ"
	UnitRef                // a unit by code, name or path
	StageWord              // how far a person has come
	CauseWord              // why somebody moved
	KindWord               // kind of a unit
	BlocWords              // blocs of a unit, separated by commas
	UnitCode               // 14 digits, with or without dots
)

// Need says what an empty cell means.
type Need uint8

// The needs.
const (
	Optional Need = iota
	Starred       // refused when empty, unless the user takes incomplete rows
	Required      // refused when empty
)

// Field is one column a sheet may have (cột).
type Field struct {
	Code    Code
	Head    string // header in the official sheet
	Hint    string // what a template shows in its second row
	Type    Type
	Need    Need
	Max     int  // characters of a text, digits of a number
	Partial bool // a date may be a month or a year alone
	Width   float64
	Extra   bool     // accepted, but not part of the official sheet
	Group   []string // folded merged headers it stands under, when it does
	Words   []string // folded headers by which sheets name it
	bit     uint
	list    *index
	text    func(*Draft) *string
	num     func(*Draft) *int
	date    func(*Draft) *day.Date
	flag    func(*Draft) *bool
}

// Draft is one row as read: what the cells say, before anything is looked up.
type Draft struct {
	Row       int // as the user sees it at the left edge
	Hidden    bool
	Person    person.Person
	Sealed    person.Sealed
	Org       org.Unit
	Blocs     []string
	Parent    string // of a unit: code, name or path
	Unit      string // where a person belongs: code, name or path
	To        string // of a movement: the new unit
	Stage     ledger.Stage
	Cause     ledger.Cause
	Effective day.Date
	Decision  string
	DecidedOn day.Date
	Given     Set // fields whose cell holds something
	Problems  []Problem

	given  string // given name in a column of its own
	sexes  [3]bool
	births [3]day.Date
}

// Set is a set of fields.
type Set [2]uint64

func (s *Set) add(bit uint) { s[bit/64] |= 1 << (bit % 64) }

func (s *Set) has(bit uint) bool { return s[bit/64]&(1<<(bit%64)) != 0 }

// Has reports whether the cell of a field held something.
func (d *Draft) Has(c Code) bool {
	bit, ok := bits[c]
	return ok && d.Given.has(bit)
}

// bits numbers the fields of all kinds.
var bits = func() map[Code]uint {
	m := map[Code]uint{}
	for _, k := range Kinds {
		for i := range dictionaries[k] {
			f := &dictionaries[k][i]
			if _, known := m[f.Code]; !known {
				m[f.Code] = uint(len(m))
			}
			f.bit = m[f.Code]
		}
	}
	return m
}()

// Refuse adds a problem.
func (d *Draft) Refuse(t Trouble, field Code, args ...any) {
	d.Problems = append(d.Problems, problem(t, field, args...))
}

// Wrong reports whether a field has a problem already.
func (d *Draft) Wrong(field Code) bool {
	for _, p := range d.Problems {
		if p.Field == field {
			return true
		}
	}
	return false
}

var dictionaries = map[Kind][]Field{Members: memberFields, Pool: poolFields, Units: unitFields, Movements: movementFields}

// Fields is the dictionary of a kind, in the order of the official sheet; extras come last.
func Fields(k Kind) []Field { return dictionaries[k] }

// Sheet is the fields of the official sheet of a kind: what is written out, and offered as template.
func Sheet(k Kind) []Field {
	var fs []Field
	for _, f := range dictionaries[k] {
		if !f.Extra {
			fs = append(fs, f)
		}
	}
	return fs
}

// FieldOf returns a field of a kind.
func FieldOf(k Kind, c Code) (*Field, bool) {
	for i := range dictionaries[k] {
		if f := &dictionaries[k][i]; f.Code == c {
			return f, true
		}
	}
	return nil, false
}

// Header is the text of the header cell: starred fields carry their star.
func (f *Field) Header() string {
	if f.Need != Optional {
		return f.Head + " *"
	}
	return f.Head
}

// HeadOf is the header of a field, for sentences; the code itself when there is no such field.
func HeadOf(k Kind, c Code) string {
	if f, ok := FieldOf(k, c); ok {
		return f.Head
	}
	return string(c)
}
