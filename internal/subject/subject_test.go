package subject

import (
	"slices"
	"testing"

	"ketnap/internal/day"
)

// TestRegister: every purpose has a basis and a term, every table of people serves a purpose, every term that is named exists.
func TestRegister(t *testing.T) {
	f, r := Catalogue(), Book()
	served := map[string]bool{}
	for _, p := range r.Purposes {
		if !slices.Contains([]string{"consent", "law", "same"}, p.Basis) || p.Law["vi"] == "" || p.Law["en"] == "" || p.Sure == "" {
			t.Errorf("%s: basis %q, %v", p.Code, p.Basis, p.Law)
		}
		if _, ok := r.Kept(p.Keep); !ok {
			t.Errorf("%s is kept %q, which is no retention", p.Code, p.Keep)
		}
		for _, name := range p.Lies() {
			served[name] = true
			if !slices.ContainsFunc(f.Tables, func(x Table) bool { return x.Name == name }) {
				t.Errorf("%s uses the table %s, which does not exist", p.Code, name)
			}
		}
	}
	for _, x := range f.Tables {
		if x.Text["vi"] == "" || x.Text["en"] == "" {
			t.Errorf("%s has no name in both languages", x.Name)
		}
		if _, ok := r.Kept(x.Keep); !ok {
			t.Errorf("%s is kept %q, which is no retention", x.Name, x.Keep)
		}
		if x.Of == "people" && x.Holds(Sensitive) && !served[x.Name] {
			t.Errorf("%s holds sensitive data about people and serves no purpose of the register", x.Name)
		}
	}
	if f.Class("person.religion") != Sensitive || f.Class("person_sealed.sealed.number") != Basic || f.Class("person.unheard_of") != Credential {
		t.Error("a class is not what the file says, or an unknown column is shown")
	}
}

// TestParseRefuses plants the faults a file of classes can have.
func TestParseRefuses(t *testing.T) {
	for name, data := range map[string]string{
		"twice":           `{"tables": {"a": {"public": "x", "basic": "x"}}}`,
		"twice in one":    `{"tables": {"a": {"public": "x x"}}}`,
		"unknown class":   `{"tables": {"a": {"secret": "x"}}}`,
		"unknown inside":  `{"inside": {"a.b": {"secret": "x"}}}`,
		"not a file":      `[]`,
		"broken":          `{"tables"`,
		"unknown section": `{"columns": {}}`,
	} {
		if f, err := Parse([]byte(data)); err == nil {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// TestDue: clocks over weekends and the New Year of the lunar calendar, counted by hand.
func TestDue(t *testing.T) {
	r := Book()
	cal, err := day.NewCalendar(nil)
	if err != nil {
		t.Fatal(err)
	}
	d := func(y, m, n int) day.Date { return day.Of(y, m, n) }
	for _, c := range []struct {
		name      string
		from, due day.Date
		clock     Clock
		extended  bool
	}{
		{"answer, Thursday to Monday", d(2026, 11, 26), d(2026, 11, 30), r.Clocks.Answer, false},
		{"answer, Friday to Tuesday", d(2026, 11, 27), d(2026, 12, 1), r.Clocks.Answer, false},
		{"access, ten days on a working day", d(2026, 11, 24), d(2026, 12, 4), r.Clocks.Kinds[Access], false},
		{"access, ten days on a Sunday", d(2026, 11, 26), d(2026, 12, 7), r.Clocks.Kinds[Access], false},
		{"delete, twenty days", d(2026, 11, 4), d(2026, 11, 24), r.Clocks.Kinds[Delete], false},
		{"delete, on the first of May", d(2026, 4, 11), d(2026, 5, 4), r.Clocks.Kinds[Delete], false},
	} {
		if got := c.clock.Due(cal, c.from, c.extended); got != c.due {
			t.Errorf("%s: %v, want %v", c.name, got, c.due)
		}
	}
	if a, b := r.Clocks.Kinds[Access].Due(cal, d(2026, 11, 24), false), r.Clocks.Kinds[Access].Due(cal, d(2026, 11, 24), true); b != d(2026, 12, 14) || a >= b {
		t.Errorf("extended: %v then %v", a, b)
	}
	for _, k := range Kinds {
		if r.Clocks.Kinds[k].Length == 0 {
			t.Errorf("%s has no clock", k)
		}
	}
}
