package demo

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/document"
	"ketnap/internal/org"
	"ketnap/internal/target"
)

//go:embed programmes/*.json
var programmeFiles embed.FS

// Programme is a programme of admissions as newspapers printed it, with everything it takes to run it: historical units, documents
// with the sentences that state numbers, what an official corrects when confirming them, targets, and people made so that a
// recount gives the published figures (chương trình thực tế). Names of people are invented; what a text left open and the program
// needs is marked as assumed.
type Programme struct {
	Code, Title string
	Root        struct{ Province, Name string }
	Unit        string // key of the unit whose programme it is; "" the root
	Units       []programmeUnit
	People      []programmePeople
	Indicators  []struct{ Code, Name, Definition, Counting, Counted string }
	Documents   []programmeDocument
	Targets     []programmeTarget
	Ends        []programmeEnd
}

// programmeUnit is a unit, or N of them whose names carry their numbers.
type programmeUnit struct {
	Key, Under, Name string // Under "" is the root
	Kind             org.Kind
	Founded          isoDate
	Sector, N        int
	Blocs            []string
}

// programmePeople are N people admitted, or certified, on days spread evenly over a stretch of time and over units.
type programmePeople struct {
	In          string // keys of units
	N           int
	Cause       string // "" admitted; "course" only certified
	From, To    isoDate
	Certified   isoDate // the day of the certificate, 0 some months before
	Occupations []int
	Religion    int
	Campaign    string
}

type programmeDocument struct {
	Kind                           document.Kind
	Level                          document.Level
	Number, Issuer, Title, Assumed string
	Dated, From, To                isoDate
	Spread                         bool
	Text                           []string
	Figures                        []programmeFigure
	Aside                          []string // words of numbers that are none worth keeping
	Links                          []struct {
		Relation document.Relation
		Document int
	}
}

// programmeFigure is what an official changes about a number that was read, found by its words.
type programmeFigure struct {
	Words     string
	Indicator string
	Slice     *string
	Campaign  string
	Span      target.SpanKind
	From      isoDate
	AsOf      isoDate `json:"as_of"`
	BaseOn    isoDate `json:"base_on"`
	BaseN     int64   `json:"base_n"`
}

type programmeTarget struct {
	Unit     string
	Year     int
	Slice    string
	Text     string
	Document int
}

// programmeEnd is how a historical unit went over into the province of today.
type programmeEnd struct {
	Kind, Unit string
	On         isoDate
	Decision   struct {
		No, Issuer string
		Date       isoDate
	}
}

// isoDate is a day written 2024-01-11.
type isoDate day.Date

// UnmarshalText reads a day.
func (d *isoDate) UnmarshalText(b []byte) error {
	var y, m, dd int
	if _, err := fmt.Sscanf(string(b), "%d-%d-%d", &y, &m, &dd); err != nil {
		return fmt.Errorf("demo: day %q: %w", b, err)
	}
	*d = isoDate(day.Of(y, m, dd))
	if !day.Date(*d).Valid() {
		return fmt.Errorf("demo: day %q", b)
	}
	return nil
}

// Programmes returns the programmes in the order of their codes.
func Programmes() ([]Programme, error) {
	names, err := fs.Glob(programmeFiles, "programmes/*.json")
	if err != nil {
		return nil, err
	}
	ps := make([]Programme, len(names))
	for i, name := range names {
		f, err := programmeFiles.Open(name)
		if err != nil {
			return nil, err
		}
		d := json.NewDecoder(f)
		d.DisallowUnknownFields()
		if err := d.Decode(&ps[i]); err != nil {
			return nil, fmt.Errorf("demo: %s: %w", name, err)
		}
		if want := strings.TrimSuffix(strings.TrimPrefix(name, "programmes/"), ".json"); ps[i].Code != want {
			return nil, fmt.Errorf("demo: %s has the code %q", name, ps[i].Code)
		}
	}
	return ps, nil
}
