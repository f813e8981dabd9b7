package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/documents"
	"ketnap/internal/fault"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/target"
	"ketnap/internal/targets"
	"ketnap/internal/units"
)

// expected are the findings of every programme: nothing else may be found, and every published figure that the records can tell
// must be recomputed exactly. G… are the golden cases they stand for.
var expected = map[string][]string{
	"hau-giang": {
		"C2 note c2_share | 40 / 1.250 = 3,20% | 55 / 1.020 = 5,39%", "C2 note c2_share | 40 / 1.250 = 3,20% | 55 / 1.020 = 5,39%", // G3, for both periods
		"C2 note c2_share | 436 / 4.715 = 9,25%",
		"C3 note c3_above | 4.715 / 5 = 943 | 1.020 / 943 − 1 = +8,17% | 1.250 / 943 − 1 = +32,56%", // G1
		"C3 note c3_above | 4.715 / 5 = 943 | 1.020 / 943 − 1 = +8,17% | 1.250 / 943 − 1 = +32,56%", //
		"C3 warn c3_below | 436 / 5 = 87,2 | 40 / 87,2 − 1 = −54,13% | 55 / 87,2 − 1 = −36,93%",     // G2
		"C3 warn c3_below | 436 / 5 = 87,2 | 40 / 87,2 − 1 = −54,13% | 55 / 87,2 − 1 = −36,93%",     //
		"C6 note c6_same | 4.715 − 4.715 = 0", "C6 note c6_same | 436 − 436 = 0",                    //
		"C7 ask c7_overlap | 01/01/2024–31/12/2025 ∩ 01/01/2025–31/12/2030 = 01/01/2025–31/12/2025", "C7 ask c7_overlap | 01/01/2024–31/12/2025 ∩ 01/01/2025–31/12/2030 = 01/01/2025–31/12/2025", // G21
	},
	"yen-bai":   {"C2 note c2_share | 180 / 1.800 = 10,00%"},
	"ninh-binh": {"C2 note c2_share | 321 / 1.749 = 18,35%", "C4 note c4_implied | 1.749 / 109% ⇒ 1.598–1.611 | ⌊ ⌋ ⇒ 1.591–1.604", "C6 note c6_same | 1.749 − 1.749 = 0", "C6 note c6_same | 321 − 321 = 0"}, // G7, G4
	"hai-duong": nil,
	"phu-tho": {"C5 ask c5_vague | 31/10/2021: 83,29%, ⇒ 2.177 | 30/11/2021: 91,51%, ⇒ 1.979",
		"C5 warn c5_behind | 2.800 / 7.700 = 36,36% | 243 / 365 = 66,58% | ⇒ 4.206 | ⇒ 4.200", "C6 note c6_same | 2.800 − 2.800 = 0"}, // G22
	"nghe-an": {"C2 ask c2_unclear | 834 | 834 + 23 = 857", "C2 note c2_partition_ok | 8 + 9 + 6 = 23", "C2 note c2_share | 18 / 310 = 5,81%", "C2 note c2_share | 2 / 151 = 1,32%", // G24, G9
		"C6 note c6_same | 11 − 11 = 0", "C6 note c6_same | 151 − 151 = 0", "C6 note c6_same | 2 − 2 = 0", "C6 note c6_same | 23 − 23 = 0", "C6 note c6_same | 42 − 42 = 0", "C6 note c6_same | 7 − 7 = 0", "C6 note c6_same | 834 − 834 = 0",
		"C6 note c6_trend | 141 − 310 = −169 (−54,52%)",               // G8
		"C7 warn c7_two_indicators | 31/12/2016: 18 ≠ 31/12/2020: 2"}, // G10: there is no trend from 18 to 2, and it is said why
	"ba-ria-vung-tau": {"C4 note c4_before | 5.248.600 / (1 + ≈ 3,11%) ⇒ 5.090.292", "C6 note c6_same | 92 − 92 = 0"}, // G11
	"khoi-co-quan": {"C2 note c2_coverage | 39 / 123 = 31,71% | 123 − 39 = 84", "C2 note c2_share | 50 / 300 = 16,67% | 100 / 250 = 40,00%", // G20, G19
		"C6 note c6_same | 275 − 250 = 25", "C6 note c6_same | 75 − 50 = 25"},
	"thanh-hoa": {"C3 note c3_above | 735 / 1 = 735 | 817 / 735 − 1 = +11,16%", // G13
		"C4 note c4_implied | 1.253 / 117% ⇒ 1.067–1.075 | ⌊ ⌋ ⇒ 1.062–1.070", "C4 note c4_implied | 735 / 104% ⇒ 704–710 | ⌊ ⌋ ⇒ 701–706", // G6, G5
		"C4 note c4_per_unit | 1.253 / 109 = 11,5", "C4 note c4_same_year | 735 / 1.253 = 58,66%", // G15, G14
		"C5 note c5_ahead | 231 / 817 = 28,27% | 60 / 366 = 16,39% | ⇒ 1.409 | ⇒ 1.386", // G12
		"C6 note c6_same | 1.253 − 1.253 = 0", "C6 note c6_same | 231 − 231 = 0", "C6 note c6_same | 735 − 735 = 0", "C7 ask c7_coverage"},
	"tp-ho-chi-minh": {"C4 note c4_persons | ≥ 3% × 365.911 ⇒ 10.978"}, // G16
}

// finds writes what the checks say about the documents of a programme, each finding once.
func finds(t *testing.T, st *store.Store, e Entered) []string {
	t.Helper()
	var lines []string
	seen := map[string]bool{}
	for _, d := range e.Documents {
		v, err := documents.New(st).View(context.Background(), access.System("test"), d)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Offers) != 0 {
			t.Errorf("%s: %d numbers wait to be confirmed", v.Document.Title, len(v.Offers))
		}
		for _, f := range v.Findings {
			if !seen[f.ID()] {
				seen[f.ID()] = true
				lines = append(lines, strings.Join(append([]string{fmt.Sprintf("%s %s %s", f.Check, f.Grade, strings.TrimPrefix(string(f.Key), "target."))}, f.Sums...), " | "))
			}
		}
	}
	slices.Sort(lines)
	return lines
}

func programme(t *testing.T, code string) *Programme {
	t.Helper()
	ps, err := Programmes()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(ps, func(p Programme) bool { return p.Code == code })
	if i < 0 {
		t.Fatalf("no programme %s", code)
	}
	return &ps[i]
}

func enter(t *testing.T, st *store.Store, code string, ends bool) Entered {
	t.Helper()
	e, err := programme(t, code).Enter(context.Background(), st, ends)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestProgrammes: ten programmes, entered as their articles give them, in one database. The published figures are those of the
// records, also after the province that published them went over into another, and the checks ask exactly what a careful reader asks.
func TestProgrammes(t *testing.T) {
	ps, err := Programmes()
	if err != nil || len(ps) != len(expected) {
		t.Fatalf("%d programmes, %v", len(ps), err)
	}
	st := storetest.SQLite(t)
	for _, p := range ps {
		t.Run(p.Code, func(t *testing.T) {
			e, err := p.Enter(context.Background(), st, true)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(expected[p.Code], finds(t, st, e)); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := st.Verify(context.Background(), store.VerifyOptions{}, func(d store.Difference) error {
		t.Errorf("a counter differs: %+v", d)
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// TestLineage: what a historical province was and what it went into can be read.
func TestLineage(t *testing.T) {
	st := storetest.SQLite(t)
	e := enter(t, st, "hai-duong", true)
	v, err := units.New(st).View(context.Background(), access.System("test"), e.Unit, day.Of(2025, 12, 31))
	if err != nil {
		t.Fatal(err)
	}
	if v.Exists() || v.Dissolved != day.Of(2025, 7, 1) || len(v.After) != 1 || v.After[0].ID != e.Root {
		t.Errorf("dissolved %s, into %+v", v.Dissolved, v.After)
	}
	if then, err := units.New(st).View(context.Background(), access.System("test"), e.Unit, day.Of(2025, 6, 30)); err != nil || !then.Exists() {
		t.Errorf("it existed the day before: %v", err)
	}
}

// TestPlanChain: "trên 1.800" is not met by 1.800 (G17), "từ 180 trở lên" is met by 180 (G18), and the plan of one year becomes the
// draft of the next.
func TestPlanChain(t *testing.T) {
	st := storetest.SQLite(t)
	e, sv, who := enter(t, st, "yen-bai", false), targets.New(st), access.System("test")
	sh, err := sv.Sheet(context.Background(), who, e.Unit, 2021)
	if err != nil {
		t.Fatal(err)
	}
	all := sh.Self.Lines["admit"]
	if all.Progress.Done != 1800 || all.Target.Op != target.Above || all.Progress.State() == target.Reached {
		t.Errorf("%+v is %s", all.Progress, all.Progress.State())
	}
	if len(sh.Slices) != 1 || sh.Slices[0].Progress.Done != 180 || sh.Slices[0].Progress.State() != target.Reached {
		t.Errorf("%+v", sh.Slices)
	}
	for year := 2022; year <= 2025; year++ {
		if n, err := sv.Carry(context.Background(), who, e.Root, year); n != 2 || err != nil {
			t.Fatalf("%d: %d lines carried, %v", year, n, err)
		}
		if _, err := sv.Issue(context.Background(), who, targets.IssueForm{Unit: e.Root, Year: year, Source: fmt.Sprintf("%d-KH/TU", year)}); err != nil {
			t.Fatal(err)
		}
	}
	if sh, err = sv.Sheet(context.Background(), who, e.Unit, 2025); err != nil || sh.Self.Lines["admit"].Target.String() != "> 1.800" {
		t.Errorf("2025: %+v %v", sh.Self.Lines["admit"].Target, err)
	}
}

// TestGroupTarget: the group of a resolution is asked for in a column of its own on the sheet of its year.
func TestGroupTarget(t *testing.T) {
	st := storetest.SQLite(t)
	e := enter(t, st, "hau-giang", false)
	sh, err := targets.New(st).Sheet(context.Background(), access.System("test"), e.Unit, 2024)
	if err != nil || len(sh.Slices) != 1 || sh.Slices[0].Target.String() != "40–55" || len(sh.Columns) != 1 {
		t.Errorf("%+v %v %v", sh.Slices, sh.Columns, err)
	}
}

// TestTwoIndicators: 18 hamlets without any mass organisation and 2 without a youth cell are no trend (G10).
func TestTwoIndicators(t *testing.T) {
	st := storetest.SQLite(t)
	e := enter(t, st, "nghe-an", false)
	v, err := documents.New(st).View(context.Background(), access.System("test"), e.Documents[1])
	if err != nil {
		t.Fatal(err)
	}
	by := map[int64]target.Figure{}
	for _, f := range v.Figures {
		by[f.Value.Low] = f
	}
	if _, _, err := target.Trend(by[18], by[2]); !fault.Is(err, fault.Invalid) || fault.TextOf(err).Key != "target.two_indicators" {
		t.Errorf("%+v and %+v: %v", by[18], by[2], err)
	}
	if diff, _, err := target.Trend(by[310], by[141]); diff != -169 || err != nil {
		t.Errorf("%d %v", diff, err)
	}
}

// TestCoverage: each of the 109 units sent somebody, and the year's sheet shows how many each.
func TestCoverage(t *testing.T) {
	st := storetest.SQLite(t)
	e := enter(t, st, "thanh-hoa", false)
	sh, err := targets.New(st).Sheet(context.Background(), access.System("test"), e.Unit, 2023)
	if err != nil {
		t.Fatal(err)
	}
	sent, people := 0, int64(0)
	for _, c := range sh.Children {
		if n := c.Lines["course"].Progress.Done; n > 0 {
			sent++
			people += n
		}
	}
	if sent != 109 || people != 1253 {
		t.Errorf("%d units sent %d", sent, people)
	}
}
