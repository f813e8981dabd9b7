package person

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
)

var limits = Limits{Today: day.Of(2026, 11, 21), MinAge: 18, MaxAge: 115}

// good returns a record nothing is wrong with.
func good() (Person, Sealed) {
	return Person{ID: 1, Name: "Nguyễn Thị Hoà", Sex: 2, Birth: day.Of(1998, 5, 17), Ethnic: 1, Joined: day.Of(2024, 2, 29), OfficialOn: day.Of(2025, 2, 28),
			PoolOn: day.Of(2022, 1, 5), CertOn: day.Of(2023, 6, 1)},
		Sealed{Number: "038198001234", Card: "380012345678", Phone: "0912 345 678"}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*Person, *Sealed)
		want  map[string]fault.Key
	}{
		{"nothing wrong", func(*Person, *Sealed) {}, nil},
		{"nothing sealed", func(_ *Person, s *Sealed) { *s = Sealed{} }, nil},
		{"no name", func(p *Person, _ *Sealed) { p.Name = "" }, map[string]fault.Key{"name": "person.name_short"}},
		{"one word", func(p *Person, _ *Sealed) { p.Name = "Hoà" }, map[string]fault.Key{"name": "person.name_short"}},
		{"signs only", func(p *Person, _ *Sealed) { p.Name = "-- ??" }, map[string]fault.Key{"name": "person.name_short"}},
		{"a number in the name", func(p *Person, _ *Sealed) { p.Name = "Nguyễn Thị Hoà 2" }, map[string]fault.Key{"name": "person.name_odd"}},
		{"a tag in the name", func(p *Person, _ *Sealed) { p.Name = "<b>Nguyễn Hoà" }, map[string]fault.Key{"name": "person.name_odd"}},
		{"an address for a name", func(p *Person, _ *Sealed) { p.Name = "hoa@xa a" }, map[string]fault.Key{"name": "person.name_odd"}},
		{"101 letters", func(p *Person, _ *Sealed) { p.Name = strings.Repeat("ễ", 98) + " Hà" }, map[string]fault.Key{"name": "person.name_odd"}},
		{"100 letters", func(p *Person, _ *Sealed) { p.Name = strings.Repeat("ễ", 97) + " Hà" }, nil},
		{"an apostrophe", func(p *Person, _ *Sealed) { p.Name = "H'Hen Niê" }, nil},
		{"no sex", func(p *Person, _ *Sealed) { p.Sex = 0 }, map[string]fault.Key{"sex": "person.sex_missing"}},
		{"no birth", func(p *Person, _ *Sealed) { p.Birth = 0 }, map[string]fault.Key{"birth": "person.birth_missing"}},
		{"born tomorrow", func(p *Person, s *Sealed) { *p = Person{Name: p.Name, Sex: 1, Birth: day.Of(2026, 11, 22)} }, map[string]fault.Key{"birth": "person.date_future"}},
		{"18 tomorrow", func(p *Person, _ *Sealed) { *p = Person{Name: p.Name, Sex: 1, Birth: day.Of(2008, 11, 22)} }, map[string]fault.Key{"birth": "person.too_young"}},
		{"18 today", func(p *Person, _ *Sealed) { *p = Person{Name: p.Name, Sex: 1, Birth: day.Of(2008, 11, 21)} }, nil},
		{"a birth year alone", func(p *Person, _ *Sealed) { p.Birth = day.Of(1945, 0, 0) }, nil},
		{"115 years", func(p *Person, _ *Sealed) { p.Birth = day.Of(1911, 11, 21) }, nil},
		{"116 years", func(p *Person, _ *Sealed) { p.Birth = day.Of(1910, 11, 21) }, map[string]fault.Key{"birth": "person.too_old"}},
		{"11 digits", func(_ *Person, s *Sealed) { s.Number = "38198001234" }, map[string]fault.Key{"number": "person.number_form"}},
		{"a letter in the number", func(_ *Person, s *Sealed) { s.Number = "03819800123O" }, map[string]fault.Key{"number": "person.number_form"}},
		{"dots in the number", func(_ *Person, s *Sealed) { s.Number = "038.198.0012" }, map[string]fault.Key{"number": "person.number_form"}},
		{"an old card number", func(_ *Person, s *Sealed) { s.Card = "38001234" }, map[string]fault.Key{"card": "person.card_form"}},
		{"8 digits of a telephone", func(_ *Person, s *Sealed) { s.Phone = "0912 3456" }, map[string]fault.Key{"phone": "person.phone_form"}},
		{"16 digits of a telephone", func(_ *Person, s *Sealed) { s.Phone = "0912345678901234" }, map[string]fault.Key{"phone": "person.phone_form"}},
		{"a word for a telephone", func(_ *Person, s *Sealed) { s.Phone = "không có số" }, map[string]fault.Key{"phone": "person.phone_form"}},
		{"a number from abroad", func(_ *Person, s *Sealed) { s.Phone = "+84 (91) 234-56.78" }, nil},
		{"official before joining", func(p *Person, _ *Sealed) { p.OfficialOn = day.Of(2024, 2, 28) }, map[string]fault.Key{"official": "person.official_before_joined"}},
		{"joining in the future", func(p *Person, _ *Sealed) { p.Joined, p.OfficialOn = day.Of(2027, 1, 1), 0 }, map[string]fault.Key{"joined": "person.date_future"}},
		{"everything in the future", func(p *Person, _ *Sealed) {
			p.Joined, p.OfficialOn, p.PoolOn, p.CertOn = day.Of(2027, 1, 1), day.Of(2027, 1, 2), day.Of(2027, 1, 1), day.Of(2027, 1, 1)
		}, map[string]fault.Key{"joined": "person.date_future", "official": "person.date_future", "pool_on": "person.date_future", "cert_on": "person.date_future"}},
		{"joining before birth", func(p *Person, _ *Sealed) { p.Joined = day.Of(1998, 5, 16) }, map[string]fault.Key{"joined": "person.date_before_birth"}},
		{"a certificate before birth", func(p *Person, _ *Sealed) { p.CertOn = day.Of(1990, 1, 1) }, map[string]fault.Key{"cert_on": "person.date_before_birth"}},
		{"several at once", func(p *Person, s *Sealed) { p.Name, p.Sex, s.Card = "X", 0, "1" },
			map[string]fault.Key{"name": "person.name_short", "sex": "person.sex_missing", "card": "person.card_form"}},
	} {
		p, s := good()
		c.spoil(&p, &s)
		err := p.Check(s, limits)
		got := map[string]fault.Key{}
		for name, text := range fault.FieldsOf(err) {
			got[name] = text.Key
		}
		if err == nil && c.want == nil {
			continue
		}
		if !fault.Is(err, fault.Invalid) || !maps.Equal(got, c.want) {
			t.Errorf("%s: %v\n%s", c.name, err, cmp.Diff(c.want, got))
		}
	}
}

func TestDupKey(t *testing.T) {
	key := func(name string, birth day.Date) int64 { return Person{Name: name, Birth: birth}.DupKey() }
	birth := day.Of(1998, 5, 17)
	one := key("Nguyễn Thị Hoà", birth)
	if one <= 0 {
		t.Fatalf("key %d", one)
	}
	for _, same := range []string{"NGUYỄN THỊ HOÀ", "Nguyễn Thị Hòa", "nguyen thi hoa", "Nguye\u0302\u0303n Thi\u0323 Hoa\u0300", "  Nguyễn  Thị Hoà "} {
		if key(same, birth) != one {
			t.Errorf("%q is taken for somebody else", same)
		}
	}
	others := []int64{one, key("Nguyễn Thị Hoa Mai", birth), key("Nguyễn Thị Hoà", day.Of(1998, 5, 18)), key("Nguyễn Thị Hồng", birth)}
	slices.Sort(others)
	if len(slices.Compact(others)) != 4 {
		t.Error("different people have one key")
	}
	for _, partial := range []day.Date{0, day.Of(1998, 0, 0), day.Of(1998, 5, 0)} {
		if got := key("Nguyễn Thị Hoà", partial); got != 0 {
			t.Errorf("born %s: key %d, want none", partial, got)
		}
	}
}

func TestAttrs(t *testing.T) {
	p := Person{Sex: 2, Ethnic: 3, Religion: 4, Occupation: 5, Schooling: 1, Expertise: 6, Sector: 7, Youth: true, Birth: day.Of(1998, 5, 17), Theory: 2, Place: ledger.Place{Unit: id.ID(9), Stage: ledger.Pool}}
	want := ledger.Attrs{Sex: 2, Ethnic: 3, Religion: 4, Occupation: 5, Schooling: 1, Expertise: 6, Sector: 7, Youth: true, Birth: day.Of(1998, 5, 17)}
	if diff := cmp.Diff(want, p.Attrs()); diff != "" {
		t.Error(diff)
	}
	if !(Sealed{}).Zero() || (Sealed{Home: Address{Detail: "x"}}).Zero() {
		t.Error("Zero")
	}
}
