package course

import (
	_ "embed"
	"encoding/json"
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/vi"
)

//go:embed curriculum.json
var curriculumJSON []byte

// Source says where data comes from.
type Source struct {
	Source     string `json:"source"`
	Confidence string `json:"confidence"` // sure, likely, unsure
	Since      string `json:"since"`      // ISO date
}

// Lesson is one lesson of a programme.
type Lesson struct {
	Code    string            `json:"code"`
	Periods int               `json:"periods"`
	Text    map[string]string `json:"text"` // by language
}

// Programme is what a kind of course teaches.
type Programme struct {
	Source
	SessionPeriods int      `json:"session_periods"`
	SessionsADay   int      `json:"sessions_a_day"`
	Lessons        []Lesson `json:"lessons"`
}

// Grade is one grade a class may end with (xếp loại).
type Grade struct {
	Code   string            `json:"code"`
	Passes bool              `json:"passes"`
	Text   map[string]string `json:"text"`
	Words  []string          `json:"words"` // folded, as sheets have them
}

type curriculum struct {
	Awareness Programme `json:"awareness"`
	NewMember Programme `json:"new_member"`
	Grades    struct {
		Source
		List []Grade `json:"list"`
	} `json:"grades"`
}

var data = readCurriculum()

func readCurriculum() curriculum {
	var c curriculum
	if err := json.Unmarshal(curriculumJSON, &c); err != nil {
		panic("course: curriculum.json: " + err.Error()) // embedded at build, read by a test
	}
	return c
}

// ProgrammeOf returns what a kind of course teaches.
func ProgrammeOf(k Kind) Programme {
	if k == NewMember {
		return data.NewMember
	}
	return data.Awareness
}

// Periods is how long the programme is; 0 when it is not laid down.
func (p Programme) Periods() int {
	n := 0
	for _, l := range p.Lessons {
		n += l.Periods
	}
	return n
}

// Grades lists the grades, the best first.
func Grades() []Grade { return data.Grades.List }

// GradeSource says where the grades come from.
func GradeSource() Source { return data.Grades.Source }

// GradeOf returns a grade by its code.
func GradeOf(code string) (Grade, bool) {
	i := slices.IndexFunc(Grades(), func(g Grade) bool { return g.Code == code })
	if i < 0 {
		return Grade{}, false
	}
	return Grades()[i], true
}

// Passes reports whether a grade is enough for a certificate.
func Passes(code string) bool {
	g, ok := GradeOf(code)
	return ok && g.Passes
}

// ParseGrade reads a grade as it is typed or stands in a sheet; "" is none.
func ParseGrade(text string) (code string, ok bool) {
	word := vi.Fold(vi.NFC(text))
	if word == "" {
		return "", true
	}
	for _, g := range Grades() {
		if word == g.Code || word == vi.Fold(g.Text["vi"]) || word == vi.Fold(g.Text["en"]) || slices.Contains(g.Words, word) {
			return g.Code, true
		}
	}
	return "", false
}

// Timetable lays the lessons of a programme into sessions from a day on, as many a day as the
// programme says, day after day: a suggestion that people change.
func (p Programme) Timetable(begins day.Date, lang string) []Session {
	var out []Session
	for _, l := range p.Lessons {
		for left := l.Periods; left > 0; left -= p.SessionPeriods {
			i := len(out)
			out = append(out, Session{On: begins.AddDays(i / p.SessionsADay), Part: Parts[i%p.SessionsADay], Lesson: l.Text[lang],
				Periods: min(left, p.SessionPeriods)})
		}
	}
	return out
}
