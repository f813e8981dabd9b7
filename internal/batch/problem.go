package batch

import (
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

// Trouble is the kind of a problem. Its number is printed as E01… in the marked file and stays.
type Trouble int

// What can be wrong with a cell or a row.
const (
	Missing       Trouble = 1  // a starred cell is empty
	Formula       Trouble = 2  // a formula instead of a value
	BadCell       Trouble = 3  // #N/A and the like
	BadDate       Trouble = 4  // not readable as a date
	NoSuchDay     Trouble = 5  // 31/02
	FutureDate    Trouble = 6  // after today
	DateOrder     Trouble = 7  // earlier than a date it must follow
	TooYoung      Trouble = 8  // under the age of the rule
	TooOld        Trouble = 9  // a typing error in the year
	NotInList     Trouble = 10 // not in the code list
	UnitUnknown   Trouble = 11 // no such unit in scope
	UnitAmbiguous Trouble = 12 // several units of that name
	UnitClosed    Trouble = 13 // the unit does not exist on that day
	LostZeros     Trouble = 14 // a number that lost its leading zeros
	Rounded       Trouble = 15 // 1.23E+11
	WrongLength   Trouble = 16 // another number of digits
	NotDigits     Trouble = 17 // letters in a number
	TooLong       Trouble = 18 // text too long
	OddName       Trouble = 19 // not a full name
	TwiceInFile   Trouble = 20 // the same as an earlier row
	NumberTaken   Trouble = 21 // the number belongs to somebody else
	MaybeKnown    Trouble = 22 // same name and birth date, not certain
	Elsewhere     Trouble = 23 // known at another unit: a transfer, not an import
	OtherStage    Trouble = 24 // known at another stage: a movement, not an import
	Gone          Trouble = 25 // left the system
	PersonUnknown Trouble = 26 // a movement of nobody
	PersonMany    Trouble = 27 // a movement of one of several
	Ledger        Trouble = 28 // the ledger refuses the movement
	BadCode       Trouble = 29 // not a 14-digit code
	NeedsDecision Trouble = 30 // renaming or moving a unit is an event
	NeedsFullDate Trouble = 31 // month or year alone is not enough here
	TwoMarks      Trouble = 32 // both columns are marked
	BadPhone      Trouble = 33 // not a telephone number
	CodeTaken     Trouble = 34 // the code belongs to another unit
	NotANumber    Trouble = 35 // a bare number where a date belongs
	OldNumber     Trouble = 36 // the 9-digit number of the old identity card
	OutOfScope    Trouble = 37 // the top unit or one above it
	CardTaken     Trouble = 38 // the card number belongs to somebody else
	Circle        Trouble = 39 // a unit above itself
)

// troubleKeys are the sentences; {0}… are the arguments of the problem.
var troubleKeys = map[Trouble]fault.Text{
	Missing: {Key: "import.e.missing"}, Formula: {Key: "import.e.formula"}, BadCell: {Key: "import.e.bad_cell"},
	BadDate: {Key: "import.e.bad_date"}, NoSuchDay: {Key: "import.e.no_such_day"}, FutureDate: {Key: "import.e.future_date"},
	DateOrder: {Key: "import.e.date_order"}, TooYoung: {Key: "import.e.too_young"}, TooOld: {Key: "import.e.too_old"},
	NotInList: {Key: "import.e.not_in_list"}, UnitUnknown: {Key: "import.e.unit_unknown"}, UnitAmbiguous: {Key: "import.e.unit_ambiguous"},
	UnitClosed: {Key: "import.e.unit_closed"}, LostZeros: {Key: "import.e.lost_zeros"}, Rounded: {Key: "import.e.rounded"},
	WrongLength: {Key: "import.e.wrong_length"}, NotDigits: {Key: "import.e.not_digits"}, TooLong: {Key: "import.e.too_long"},
	OddName: {Key: "import.e.odd_name"}, TwiceInFile: {Key: "import.e.twice_in_file"}, NumberTaken: {Key: "import.e.number_taken"},
	MaybeKnown: {Key: "import.e.maybe_known"}, Elsewhere: {Key: "import.e.elsewhere"}, OtherStage: {Key: "import.e.other_stage"},
	Gone: {Key: "import.e.gone"}, PersonUnknown: {Key: "import.e.person_unknown"}, PersonMany: {Key: "import.e.person_many"},
	Ledger: {Key: "import.e.ledger"}, BadCode: {Key: "import.e.bad_code"}, NeedsDecision: {Key: "import.e.needs_decision"},
	NeedsFullDate: {Key: "import.e.needs_full_date"}, TwoMarks: {Key: "import.e.two_marks"}, BadPhone: {Key: "import.e.bad_phone"},
	CodeTaken: {Key: "import.e.code_taken"}, NotANumber: {Key: "import.e.not_a_number"}, OldNumber: {Key: "import.e.old_number"},
	OutOfScope: {Key: "import.e.out_of_scope"}, CardTaken: {Key: "import.e.card_taken"}, Circle: {Key: "import.e.circle"},
}

// String is the code people quote: "E03".
func (t Trouble) String() string {
	s := strconv.Itoa(int(t))
	if len(s) < 2 {
		s = "0" + s
	}
	return "E" + s
}

// Problem is one thing wrong with one row. Arguments are texts already, so that a problem can be
// stored and shown later.
type Problem struct {
	Trouble Trouble   `json:"t"`
	Field   Code      `json:"f,omitempty"` // "" when it is about the whole row
	Args    []string  `json:"a,omitempty"`
	Key     fault.Key `json:"k,omitempty"` // the ledger's own sentence, when Trouble is Ledger
}

// Text is the sentence to show.
func (p Problem) Text() fault.Text {
	t := troubleKeys[p.Trouble]
	if p.Key != "" {
		t.Key = p.Key
	}
	for _, a := range p.Args {
		if key, ok := strings.CutPrefix(a, keyMark); ok {
			t.Args = append(t.Args, fault.Key(key))
			continue
		}
		t.Args = append(t.Args, a)
	}
	return t
}

// keyMark stands before an argument that is itself the key of a text. No cell can hold it.
const keyMark = "\x01"

// problem makes a Problem of a field; numbers and dates become text.
func problem(t Trouble, field Code, args ...any) Problem {
	return Problem{Trouble: t, Field: field, Args: words(args)}
}

// Of makes a Problem found outside this package.
func Of(t Trouble, field Code, args ...any) Problem { return problem(t, field, args...) }

// FromFault makes a Problem of what a rule of the ledger said.
func FromFault(err error, field Code) Problem {
	t := fault.TextOf(err)
	return Problem{Trouble: Ledger, Field: field, Key: t.Key, Args: words(t.Args)}
}

func words(args []any) []string {
	var out []string
	for _, a := range args {
		switch a := a.(type) {
		case string:
			out = append(out, clip(a, 60))
		case int:
			out = append(out, strconv.Itoa(a))
		case day.Date:
			out = append(out, a.VN())
		case fault.Key:
			out = append(out, keyMark+string(a))
		default:
			out = append(out, "")
		}
	}
	return out
}

// clip keeps what was typed short enough to be repeated in a sentence.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
