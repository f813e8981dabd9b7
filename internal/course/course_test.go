package course

import (
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

// TestCurriculum: 61-HD/BTGTW prescribes 50 periods in 10 sessions on 5 days; everything has a source.
func TestCurriculum(t *testing.T) {
	p := ProgrammeOf(Awareness)
	if p.Periods() != 50 {
		t.Errorf("%d periods", p.Periods())
	}
	begins := day.Of(2026, 3, 2)
	table := p.Timetable(begins, "vi")
	if len(table) != 10 || table[9].On != day.Of(2026, 3, 6) || table[9].Part != "afternoon" {
		t.Errorf("%d sessions, the last %+v", len(table), table[len(table)-1])
	}
	c := Class{Kind: Awareness, Name: "Lớp 1", Issuer: "Trung tâm", Begins: begins, Ends: day.Of(2026, 3, 6), Sessions: table}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	if c.Periods() != 50 {
		t.Errorf("the class has %d periods", c.Periods())
	}
	for _, s := range []Source{p.Source, ProgrammeOf(NewMember).Source, GradeSource()} {
		if _, err := day.ParseISO(s.Since); err != nil || s.Source == "" || s.Confidence == "" {
			t.Errorf("%+v: %v", s, err)
		}
	}
	if n := len(ProgrammeOf(NewMember).Timetable(begins, "vi")); n != 0 {
		t.Errorf("a programme nobody laid down has %d sessions", n)
	}
}

func TestGrades(t *testing.T) {
	for text, want := range map[string]string{"Giỏi": "good", " KHÁ ": "fair", "tb": "average", "Đạt": "average", "không đạt": "fail", "": "", "good": "good", "Average": "average"} {
		if got, ok := ParseGrade(text); got != want || !ok {
			t.Errorf("%q is %q %v", text, got, ok)
		}
	}
	if _, ok := ParseGrade("8,5"); ok {
		t.Error("a number passes for a grade")
	}
	if Passes("fail") || Passes("") || !Passes("average") {
		t.Error("who passes")
	}
}

func TestMarks(t *testing.T) {
	var s Seat
	s.SetMark(3, Present)
	s.SetMark(1, Excused)
	if s.Marks != ".p.x" || s.Mark(3) != Present || s.Mark(0) != Unknown || s.Mark(9) != Unknown || !s.Came() {
		t.Errorf("%q", s.Marks)
	}
	s.SetMark(3, Unknown)
	if s.Marks != ".p" || s.Came() {
		t.Errorf("%q", s.Marks)
	}
	c := Class{Sessions: []Session{{Periods: 5}, {Periods: 10}, {Periods: 5}}}
	if h := (Seat{Marks: "xkx"}).Heard(c); h != 10 {
		t.Errorf("heard %d", h)
	}
	for text, want := range map[string]Mark{"x": Present, "X": Present, "có mặt": Present, "P": Excused, "phép": Excused, "k": Absent, "Vắng": Absent, "": Unknown} {
		if got, ok := ParseMark(text); got != want || !ok {
			t.Errorf("%q is %q %v", text, got, ok)
		}
	}
	if _, ok := ParseMark("?"); ok {
		t.Error("a question is a mark")
	}
}

func TestCheck(t *testing.T) {
	fine := Class{Kind: Awareness, Name: "Lớp 1", Issuer: "Trung tâm", Begins: day.Of(2026, 3, 2), Ends: day.Of(2026, 3, 6), DecisionOn: day.Of(2026, 2, 20),
		Sessions: []Session{{On: day.Of(2026, 3, 2), Periods: 5}}}
	if err := fine.Check(); err != nil {
		t.Fatal(err)
	}
	for field, spoil := range map[string]func(*Class){
		"name":        func(c *Class) { c.Name = " " },
		"issuer":      func(c *Class) { c.Issuer = "" },
		"kind":        func(c *Class) { c.Kind = "other" },
		"begins":      func(c *Class) { c.Begins = 0 },
		"ends":        func(c *Class) { c.Ends = day.Of(2026, 3, 1) },
		"decision_on": func(c *Class) { c.DecisionOn = day.Of(2026, 3, 3) },
		"s1_on":       func(c *Class) { c.Sessions = []Session{{On: day.Of(2026, 4, 1), Periods: 5}} },
		"s1_periods":  func(c *Class) { c.Sessions = []Session{{Periods: 0}} },
		"sessions":    func(c *Class) { c.Sessions = make([]Session, MaxSessions+1) },
	} {
		c := fine
		spoil(&c)
		if fault.FieldsOf(c.Check())[field].Key == "" {
			t.Errorf("%s: %v", field, c.Check())
		}
	}
	cert := Certificate{Number: " 12 / GCN ", Issuer: "Trung tâm Chính trị  TP", Issued: day.Of(2026, 4, 1), Grade: "fair"}
	if err := cert.Check(); err != nil || cert.NumberKey() != "12/gcn" {
		t.Errorf("%v %q", err, cert.NumberKey())
	}
	cert.Grade = "fail"
	if fault.FieldsOf(cert.Check())["grade"].Key != "course.not_passed" {
		t.Error("a certificate for who failed")
	}
}
