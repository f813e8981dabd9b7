// Package batch holds imports: what they are, which columns a sheet may have, how a cell is read and
// what is wrong with it (domain floor, pure).
//
// Three principles run through it: an import only copies and never touches the file it was given;
// looking at the result writes nothing; nothing is guessed on behalf of the user. So a cell that has
// two readings is refused with a sentence that says how to mend it, and an empty cell never deletes
// what is recorded.
package batch

import (
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/id"
)

// Kind is what the rows of a sheet are (loại dữ liệu).
type Kind string

// The kinds of imports.
const (
	Units     Kind = "units"     // tổ chức đảng
	Members   Kind = "members"   // đảng viên, the 33-column sheet
	Pool      Kind = "pool"      // nguồn: quần chúng ưu tú
	Movements Kind = "movements" // biến động đã qua
)

// Kinds lists the kinds in the order in which a new installation needs them.
var Kinds = []Kind{Units, Members, Pool, Movements}

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool { return slices.Contains(Kinds, k) }

// State is how far an import has come (trạng thái đợt nhập).
type State string

// The states. Checking and committing run in the background under a lease.
const (
	Uploaded   State = "uploaded"   // the file is here
	Mapped     State = "mapped"     // the columns are known; the check runs or can run
	Checked    State = "checked"    // every row was looked at, nothing was written
	Committing State = "committing" // rows are being written
	Done       State = "done"       // every row has its outcome
	Failed     State = "failed"     // stopped by something that is no fault of a row
	Undone     State = "undone"     // taken back as a whole
	Discarded  State = "discarded"  // given up before anything was written
)

var next = map[State][]State{
	Uploaded:   {Mapped, Discarded},
	Mapped:     {Mapped, Checked, Committing, Failed, Discarded},
	Checked:    {Mapped, Committing, Discarded},
	Committing: {Done, Failed},
	Failed:     {Mapped, Committing, Discarded},
	Done:       {Undone},
}

// May reports whether an import may go from s to another state.
func (s State) May(to State) bool { return slices.Contains(next[s], to) }

// Running reports whether work may be under way in the state.
func (s State) Running() bool { return s == Mapped || s == Committing }

// Outcome is what became of one row (kết quả của dòng).
type Outcome string

// The outcomes. Every row has exactly one: New and Changed are the accepted ones, so that
// accepted + duplicate + refused is the number of rows.
const (
	New       Outcome = "new"       // mới
	Changed   Outcome = "changed"   // sửa
	Duplicate Outcome = "duplicate" // trùng: already here with the same values
	Refused   Outcome = "refused"   // bỏ, with reasons
)

// Outcomes lists the outcomes in the order in which they are shown.
var Outcomes = []Outcome{New, Changed, Duplicate, Refused}

// Options are what the user decided about a file.
type Options struct {
	Size       int64        `json:"size,omitempty"`       // bytes of the file
	Rows       int64        `json:"rows,omitempty"`       // rows of data the check found; 0 unknown
	AsOf       day.Date     `json:"as_of,omitempty"`      // chốt số liệu: the day of the opening balance
	Incomplete bool         `json:"incomplete,omitempty"` // take rows that lack the starred fields a movement does not need
	OneUnit    bool         `json:"one_unit,omitempty"`   // the unit has none below it: rows need not name one
	Head       int          `json:"head,omitempty"`       // first row of the header, 1-based
	Depth      int          `json:"depth,omitempty"`      // rows of the header
	Columns    map[int]Code `json:"columns,omitempty"`    // column, 0-based, to field
}

// Report is what is kept of a check or commit beside the counts. It holds no personal data.
type Report struct {
	Reasons  map[string]int64 `json:"reasons,omitempty"`  // refused cells by problem code
	Warnings map[string]int64 `json:"warnings,omitempty"` // accepted rows by warning code
	Skipped  []int            `json:"skipped,omitempty"`  // first rows that are no data: totals, headings, signatures
	Skips    int64            `json:"skips,omitempty"`    // how many there are
	Hidden   int64            `json:"hidden,omitempty"`   // rows hidden in the file, which were read all the same
	Error    string           `json:"error,omitempty"`    // key of what stopped the import
	Detail   []string         `json:"detail,omitempty"`   // its arguments
}

// Batch is one file on its way in (đợt nhập).
type Batch struct {
	ID       id.ID
	Unit     id.ID // rows may only name units under it
	Kind     Kind
	State    State
	File     string // name of the file, for people
	Sheet    int    // index in the workbook
	Template string // signature of the header
	Options  Options
	Report   Report
	Counts
	Done    int64 // rows that have their outcome; where a stopped import goes on
	By      id.ID
	ByName  string
	Made    int64 // unix ms
	Moved   int64 // unix ms of the last change of state
	Lease   int64 // unix ms until which a process works on it; also names that process's turn
	Version int64
}

// Province returns the partition of the import.
func (b Batch) Province() int { return b.ID.Province() }

// Counts are the numbers of rows by outcome.
type Counts struct {
	Total     int64 // rows of data seen so far; after the end all of them
	Accepted  int64 // new and changed
	Changed   int64 // of the accepted
	Duplicate int64
	Refused   int64
}

// Add counts one row.
func (c *Counts) Add(o Outcome) {
	c.Total++
	switch o {
	case New:
		c.Accepted++
	case Changed:
		c.Accepted++
		c.Changed++
	case Duplicate:
		c.Duplicate++
	case Refused:
		c.Refused++
	}
}

// Of returns the number of rows with an outcome.
func (c Counts) Of(o Outcome) int64 {
	switch o {
	case New:
		return c.Accepted - c.Changed
	case Changed:
		return c.Changed
	case Duplicate:
		return c.Duplicate
	}
	return c.Refused
}

// Sound reports whether every row has exactly one outcome.
func (c Counts) Sound() bool {
	return c.Accepted+c.Duplicate+c.Refused == c.Total && c.Changed <= c.Accepted
}
