package ledger

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/day"
)

// seen is what a counted unit sees of some movements: measure by month, all people together.
type seen map[string]int64

// look adds movements to the counters of unit 7; in says whether a unit lies in its subtree.
func look(in map[int64]bool, ms ...Movement) seen {
	t := Tally{}
	for _, m := range ms {
		t.Add(7, m, in[int64(m.From.Unit)], in[int64(m.To.Unit)])
	}
	got := seen{}
	for k, c := range t {
		if c[SliceAll] != 0 {
			got[name(k)] += c[SliceAll]
		}
	}
	return got
}

// name writes a counter the way a reader of this test thinks of it.
func name(k Counter) string {
	month := k.Month.String()
	switch {
	case k.Measure >= nowBase:
		return "now " + Stage(k.Measure-nowBase).String()
	case k.Measure >= stockBase:
		return month + " stock " + Stage(k.Measure-stockBase).String()
	case k.Measure >= outward:
		return month + " out " + Cause(k.Measure-outward).String()
	}
	return month + " " + Cause(k.Measure).String()
}

func TestTallyAdd(t *testing.T) {
	march, april := day.Of(2026, 3, 5), day.Of(2026, 4, 2)
	admit := Movement{ID: 1, From: Place{1, Dossier}, To: Place{1, Probationary}, Cause: Admit, Effective: march, Attrs: attrs}
	arrive := Movement{ID: 2, To: Place{1, Official}, Cause: ArriveFrom, Effective: march, Attrs: attrs}
	die := Movement{ID: 3, From: Place{1, Official}, Cause: Die, Effective: march, Attrs: attrs}
	inner := Movement{ID: 4, From: Place{1, Official}, To: Place{2, Official}, Cause: Transfer, Effective: march, Attrs: attrs}
	outer := Movement{ID: 5, From: Place{1, Official}, To: Place{9, Official}, Cause: Transfer, Effective: march, Attrs: attrs}
	inward := Movement{ID: 6, From: Place{9, Official}, To: Place{1, Official}, Cause: Transfer, Effective: march, Attrs: attrs}
	elsewhere := Movement{ID: 7, From: Place{9, Dossier}, To: Place{9, Probationary}, Cause: Admit, Effective: march, Attrs: attrs}
	change := Movement{ID: 8, From: Place{1, Pool}, To: Place{1, Pool}, Cause: Change, Effective: march, Attrs: attrs, Was: &Attrs{Sex: 2}}
	open := day.Of(2026, 4, 1)
	in := map[int64]bool{1: true, 2: true}
	for _, c := range []struct {
		what string
		ms   []Movement
		want seen
	}{
		{"an admission inside", []Movement{admit}, seen{"2026-03 admit": 1, "2026-03 stock dossier": -1, "2026-03 stock probationary": 1, "now dossier": -1, "now probationary": 1}},
		{"an arrival", []Movement{arrive}, seen{"2026-03 arrive": 1, "2026-03 stock official": 1, "now official": 1}},
		{"a death", []Movement{die}, seen{"2026-03 out die": 1, "2026-03 stock official": -1, "now official": -1}},
		{"a transfer inside counts nothing", []Movement{inner}, seen{}},
		{"a transfer out", []Movement{outer}, seen{"2026-03 out transfer": 1, "2026-03 stock official": -1, "now official": -1}},
		{"a transfer in", []Movement{inward}, seen{"2026-03 transfer": 1, "2026-03 stock official": 1, "now official": 1}},
		{"an admission elsewhere", []Movement{elsewhere}, seen{}},
		{"a change of attributes", []Movement{change}, seen{}},
		{"an admission undone at once", []Movement{admit, admit.Reverse(20, 0)}, seen{}},
		{"an admission undone after its month was closed", []Movement{admit, admit.Reverse(20, open)}, seen{
			"2026-03 admit": 1, "2026-03 stock dossier": -1, "2026-03 stock probationary": 1,
			"2026-04 admit": -1, "2026-04 stock dossier": 1, "2026-04 stock probationary": -1}},
		{"an arrival undone", []Movement{arrive, arrive.Reverse(20, 0)}, seen{}},
		{"a death undone", []Movement{die, die.Reverse(20, 0)}, seen{}},
		{"a transfer out undone", []Movement{outer, outer.Reverse(20, 0)}, seen{}},
		{"a transfer in undone after closing", []Movement{inward, inward.Reverse(20, open)}, seen{
			"2026-03 transfer": 1, "2026-03 stock official": 1, "2026-04 transfer": -1, "2026-04 stock official": -1}},
		{"two months", []Movement{admit, {ID: 9, From: Place{1, Dossier}, To: Place{1, Probationary}, Cause: Admit, Effective: april, Attrs: attrs}}, seen{
			"2026-03 admit": 1, "2026-03 stock dossier": -1, "2026-03 stock probationary": 1, "2026-04 admit": 1, "2026-04 stock dossier": -1,
			"2026-04 stock probationary": 1, "now dossier": -2, "now probationary": 2}},
	} {
		if diff := cmp.Diff(c.want, look(in, c.ms...)); diff != "" {
			t.Errorf("%s:\n%s", c.what, diff)
		}
	}
}

// TestTallyBranches: a transfer between two branches is a departure for one, an arrival for the other
// and nothing for the province above both.
func TestTallyBranches(t *testing.T) {
	m := Movement{ID: 5, From: Place{1, Pool}, To: Place{9, Pool}, Cause: Transfer, Effective: day.Of(2026, 3, 5), Attrs: attrs}
	for _, c := range []struct {
		who      string
		from, to bool
		want     seen
	}{
		{"the branch left", true, false, seen{"2026-03 out transfer": 1, "2026-03 stock pool": -1, "now pool": -1}},
		{"the branch entered", false, true, seen{"2026-03 transfer": 1, "2026-03 stock pool": 1, "now pool": 1}},
		{"the province", true, true, seen{}},
		{"somebody else", false, false, seen{}},
	} {
		tally := Tally{}
		tally.Add(7, m, c.from, c.to)
		tally.Compact()
		got := seen{}
		for k, n := range tally {
			got[name(k)] += n[SliceAll]
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", c.who, diff)
		}
	}
}

// columns returns the slices that count something, with their numbers.
func columns(c *Counts) map[string]int64 {
	got := map[string]int64{}
	for i, n := range c {
		if n != 0 {
			got[Slice(i).String()] = n
		}
	}
	return got
}

// TestTallySlices: stock leaves with the attributes it came with and arrives with the new ones; ages
// count in happenings only.
func TestTallySlices(t *testing.T) {
	was := Attrs{Sex: 2, Ethnic: 3, Religion: 2, Occupation: 13, Schooling: 4, Sector: 4, Youth: true}
	now := was
	now.Sector = 7 // the unit entered belongs to another sector
	m := Movement{ID: 5, From: Place{1, Pool}, To: Place{2, Pool}, Cause: Transfer, Effective: day.Of(2026, 3, 5), Attrs: now, Was: &was, Age: 24}
	inside := Tally{}
	inside.Add(7, m, true, true)
	inside.Compact()
	if diff := cmp.Diff(map[string]int64{"sec.4": -1, "sec.7": 1}, columns(inside[Counter{7, m.Effective.MonthOf(), Stock(Pool)}])); diff != "" {
		t.Errorf("a change of sector on the way, inside:\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int64{"sec.4": -1, "sec.7": 1}, columns(inside[Counter{7, Always, StockNow(Pool)}])); diff != "" {
		t.Errorf("today's stock:\n%s", diff)
	}
	out := Tally{}
	out.Add(7, m, true, false)
	all := map[string]int64{"": 1, "female": 1, "minority": 1, "religious": 1, "youth": 1, "occ.13": 1, "sch.4": 1, "sec.7": 1, "age.1": 1}
	if diff := cmp.Diff(all, columns(out[Counter{7, m.Effective.MonthOf(), Left(Transfer)}])); diff != "" {
		t.Errorf("the happening counts the attributes of the day:\n%s", diff)
	}
	minus := map[string]int64{"": -1, "female": -1, "minority": -1, "religious": -1, "youth": -1, "occ.13": -1, "sch.4": -1, "sec.4": -1}
	if diff := cmp.Diff(minus, columns(out[Counter{7, m.Effective.MonthOf(), Stock(Pool)}])); diff != "" {
		t.Errorf("the stock leaves as it came:\n%s", diff)
	}
	change := Movement{ID: 8, From: Place{1, Pool}, To: Place{1, Pool}, Cause: Change, Effective: day.Of(2026, 3, 5), Attrs: now, Was: &was, Age: 24}
	changed := Tally{}
	changed.Add(7, change, true, true)
	changed.Compact()
	if diff := cmp.Diff(map[string]int64{"sec.4": -1, "sec.7": 1}, columns(changed[Counter{7, change.Effective.MonthOf(), Stock(Pool)}])); diff != "" {
		t.Errorf("a change of attributes:\n%s", diff)
	}
	r := m.Reverse(6, 0)
	for _, legs := range [][2]bool{{true, true}, {true, false}, {false, true}} {
		sum := Tally{}
		sum.Add(7, m, legs[0], legs[1])
		sum.Add(7, r, legs[1], legs[0])
		if sum.Compact(); len(sum) != 0 {
			t.Errorf("undone, legs %v: %v", legs, sum)
		}
	}
}

func TestMerge(t *testing.T) {
	a, b := Tally{}, Tally{}
	m := Movement{ID: 1, From: Place{1, Dossier}, To: Place{1, Probationary}, Cause: Admit, Effective: day.Of(2026, 3, 5), Attrs: attrs}
	a.Add(7, m, true, true)
	b.Add(7, m, true, true)
	b.Add(8, m, true, true)
	a.Merge(b, -1)
	a.Compact()
	if units := slices.Collect(maps.Keys(a)); len(units) != 5 || units[0].Unit != 8 {
		t.Errorf("left over: %v", units)
	}
	a.Merge(b, 1)
	if got := a[Counter{7, m.Effective.MonthOf(), Happened(Admit)}][SliceAll]; got != 1 {
		t.Errorf("after adding again: %d", got)
	}
}

func TestAgeBand(t *testing.T) {
	want := map[int]int{16: 1, 18: 1, 30: 1, 31: 2, 35: 2, 36: 3, 40: 3, 41: 4, 45: 4, 46: 5, 50: 5, 51: 6, 55: 6, 56: 7, 60: 7, 61: 8, 100: 8}
	for age, band := range want {
		if got := AgeBand(age); got != band {
			t.Errorf("%d years: band %d, want %d", age, got, band)
		}
		slice, _ := ParseSlice("age." + string(rune('0'+band)))
		if !slice.Has(Attrs{}, age) {
			t.Errorf("%d years: not in %s", age, slice)
		}
	}
	var c Counts
	c.Add(Attrs{}, 0, 1)
	if diff := cmp.Diff(map[string]int64{"": 1}, columns(&c)); diff != "" {
		t.Errorf("an unknown age counts in a band:\n%s", diff)
	}
}

// TestSliceCodes: every column has a code of its own that leads back to it.
func TestSliceCodes(t *testing.T) {
	if Slices != 47 {
		t.Fatalf("%d columns: the schema has 47", Slices)
	}
	codes := map[string]bool{}
	for i := range Slices {
		code := Slice(i).String()
		if got, ok := ParseSlice(code); !ok || got != Slice(i) || codes[code] {
			t.Errorf("column %d, %q: %d %v", i, code, got, ok)
		}
		codes[code] = true
	}
	if got := strings.Join(slices.Sorted(maps.Keys(codes))[:6], " "); got != " age.1 age.2 age.3 age.4 age.5" {
		t.Errorf("codes begin %q", got)
	}
	for _, bad := range []string{"occ", "occ.0", "occ.15", "age.9", "sec.11", "sch.5", "exp.7", "occ.x", "occ.-1", "x.1", "Female", " ", "occ.1.2"} {
		if s, ok := ParseSlice(bad); ok {
			t.Errorf("%q is column %d", bad, s)
		}
	}
	if Slice(-1).String() != "" || Slice(Slices).String() != "" {
		t.Error("a column outside has a code")
	}
}

// TestEachSlice: codes outside their list count in no column of a group, and the group of all always counts.
func TestEachSlice(t *testing.T) {
	for _, c := range []struct {
		a    Attrs
		age  int
		want map[string]int64
	}{
		{Attrs{}, 0, map[string]int64{"": 1}},
		{Attrs{Sex: 1, Ethnic: 1, Religion: 1}, 40, map[string]int64{"": 1, "age.3": 1}},
		{Attrs{Sex: 2, Ethnic: 54, Religion: 17, Occupation: 14, Schooling: 4, Expertise: 6, Sector: 10, Youth: true}, 61,
			map[string]int64{"": 1, "female": 1, "minority": 1, "religious": 1, "youth": 1, "occ.14": 1, "sch.4": 1, "exp.6": 1, "sec.10": 1, "age.8": 1}},
		{Attrs{Occupation: 15, Schooling: 5, Expertise: 7, Sector: 11}, 0, map[string]int64{"": 1}},
		{Attrs{Occupation: -1, Schooling: -1, Expertise: -1, Sector: -1}, 0, map[string]int64{"": 1}},
	} {
		var got Counts
		got.Add(c.a, c.age, 1)
		if diff := cmp.Diff(c.want, columns(&got)); diff != "" {
			t.Errorf("%+v, %d years:\n%s", c.a, c.age, diff)
		}
		got.Add(c.a, c.age, -1)
		if !got.Zero() {
			t.Errorf("%+v: adding and taking off leaves %v", c.a, got)
		}
	}
}
