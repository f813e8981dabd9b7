package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnap/internal/i18n"
)

func TestPercentiles(t *testing.T) {
	var s sample
	for i := range 100 { // 100 ms down to 1 ms
		s.took = append(s.took, time.Duration(100-i)*time.Millisecond)
	}
	s.span, s.failed, s.bytes = 2*time.Second, 10, 7
	want := Result{Name: "x", Count: 100, Failed: 10, Seconds: 2, Rate: 45, P50: 50, P95: 95, P99: 99, Bytes: 7}
	if diff := cmp.Diff(want, s.result("x")); diff != "" {
		t.Error(diff)
	}
	one := sample{took: []time.Duration{1500 * time.Microsecond}, span: time.Second}
	if r := one.result("x"); r.P50 != 1.5 || r.P95 != 1.5 || r.P99 != 1.5 || r.Rate != 1 {
		t.Errorf("of a single time: %+v", r)
	}
	if r := (&sample{}).result("x"); r.Rate != 0 || r.P95 != 0 {
		t.Errorf("of nothing: %+v", r)
	}
}

// TestPercentileProperty holds at against its meaning: so many in a hundred took no longer.
func TestPercentileProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.SliceOfN(rapid.IntRange(0, 50), 1, 300).Draw(t, "ms")
		percent := rapid.IntRange(1, 100).Draw(t, "percent")
		var s sample
		for _, m := range ms {
			s.took = append(s.took, time.Duration(m)*time.Millisecond)
		}
		slices.Sort(s.took)
		at, within, below := s.at(percent), 0, 0
		for _, m := range ms {
			if float64(m) <= at {
				within++
			}
			if float64(m) < at {
				below++
			}
		}
		if 100*within < percent*len(ms) || 100*below >= percent*len(ms) {
			t.Fatalf("p%d of %v is %v", percent, ms, at)
		}
	})
}

// TestClosed: every operation is counted once, by a worker that ended the one before.
func TestClosed(t *testing.T) {
	var busy [3]atomic.Int32
	var ran atomic.Int64
	s := closed(t.Context(), 3, 50, time.Minute, func(w int) (int, error) {
		if busy[w].Add(1) != 1 {
			t.Errorf("worker %d does two at once", w)
		}
		defer busy[w].Add(-1)
		if n := ran.Add(1); n%10 == 0 {
			return 0, errors.New("every tenth")
		}
		return 10, nil
	})
	if len(s.took) != 50 || ran.Load() != 50 || s.failed != 5 || s.note != "every tenth" || s.bytes != 9 || s.span <= 0 {
		t.Errorf("%d times, %d ran, %d failed (%s), %d bytes", len(s.took), ran.Load(), s.failed, s.note, s.bytes)
	}
	if s := closed(t.Context(), 2, 1<<30, 20*time.Millisecond, func(int) (int, error) { return 0, nil }); len(s.took) == 0 {
		t.Error("nothing was done until the time was over")
	}
}

func TestMedian(t *testing.T) {
	m := median([]Result{
		{Name: "x", Count: 10, Failed: 1, P95: 30, Rate: 5, Note: ""},
		{Name: "x", Count: 20, P95: 10, Rate: 7, Note: "late"},
		{Name: "x", Count: 30, P95: 20, Rate: 6},
	})
	if diff := cmp.Diff(Result{Name: "x", Count: 60, Failed: 1, P95: 20, Rate: 6, Note: "late"}, m); diff != "" {
		t.Error(diff)
	}
}

func TestAlternate(t *testing.T) {
	b := &run{Options: Options{Rounds: 3}}
	order := ""
	step := func(name string, rate float64) func() (Result, error) {
		return func() (Result, error) { order += name; return Result{Name: name, Rate: rate}, nil }
	}
	rs, err := b.alternate(step("c", 50), step("f", 100), step("g", 500))
	if err != nil || order != "cfgcfgcfg" || len(rs) != 2 || rs[0].Ratio != 0.5 || rs[1].Ratio != 0.1 || rs[1].Floor.Name != "g" {
		t.Errorf("%s: %+v %v", order, rs, err)
	}
	bad := errors.New("no")
	if _, err := b.alternate(step("c", 1), func() (Result, error) { return Result{}, bad }); !errors.Is(err, bad) {
		t.Errorf("err = %v", err)
	}
}

// TestJudge: what is reached, what is missed, what was not measured, and what failed.
func TestJudge(t *testing.T) {
	r := Report{Size: "province", Results: []Result{
		{Name: "import", Count: 9, Rate: 12_000, Ratio: 0.3, PeakMB: 250},
		{Name: "import", Count: 9, Rate: 12_000, Ratio: 0.09, PeakMB: 250}, // against the other floor
		{Name: "commit", Users: 16, Count: 9, Ratio: 0.1, P99: 50},
		{Name: "commit", Users: 1, Count: 9, Ratio: 0.01, P99: 500}, // not what the goal is about
		{Name: "pilot.province", Users: 6, Count: 9, P95: 20},
		{Name: "people.list", Users: 6, Count: 9, P95: 31},
		{Name: "people.stage", Users: 6, Count: 9, P95: 4, Failed: 1},
		{Name: "start", Count: 9, Seconds: 99}, // a goal of the nation only
	}}
	r.judge()
	want := []Verdict{
		{"import", 0, "per_second", 12_000, 10_000, true, true},
		{"import", 0, "ratio", 0.09, 0.1, true, false},
		{"import", 0, "peak_mb", 250, 300, false, true},
		{"commit", 16, "ratio", 0.1, 0.1, true, true},
		{"commit", 16, "p99", 50, 50, false, true},
		{"pilot.province", 6, "p95", 20, 30, false, true},
		{"people.list", 6, "p95", 31, 30, false, false},
		{"people.stage", 6, "p95", 4, 40, false, false},
	}
	if diff := cmp.Diff(want, r.Verdicts); diff != "" {
		t.Error(diff)
	}
	r.Size = "nation"
	r.Results = append(r.Results, Result{Name: "pilot.nation", Users: 6, Count: 9, P95: 29})
	r.judge()
	if v := r.Verdicts[len(r.Verdicts)-1]; v.Name != "pilot.nation" || v.Goal != 30 || !v.Met {
		t.Errorf("the nation against 1.5 of a province: %+v", v)
	}
}

func TestReport(t *testing.T) {
	floor := Result{Name: "floor.commit", Users: 1, Rate: 4000}
	r := Report{Size: "province", Machine: Machine{CPU: "box", Cores: 2}, Database: Database{Engine: "sqlite", Members: 200_000, Provinces: 1}, Results: []Result{
		Result{Name: "commit", Users: 16, Count: 10, Seconds: 0.5, Rate: 2000, P50: 1.25, P95: 12.5, P99: 123.4}.against(floor),
		{Name: "serve.memory", Count: 1, RestMB: 34, PeakMB: 99},
	}}
	r.judge()
	var out bytes.Buffer
	if err := r.JSON(&out); err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(out.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, back); diff != "" {
		t.Errorf("JSON read back: %s", diff)
	}
	for _, lang := range []i18n.Lang{i18n.Vi, i18n.En} {
		var table strings.Builder
		r.Table(&table, i18n.For(lang))
		for _, want := range []string{"2000", "1.2", "12.5", "123", "4000", "0.500", "34 → 99", "≥ 0.100", "≤ 50.0"} {
			if !strings.Contains(table.String(), want) {
				t.Errorf("%s: no %q in\n%s", lang, want, table.String())
			}
		}
		if strings.Contains(table.String(), "bench.") {
			t.Errorf("%s: a text is missing in\n%s", lang, table.String())
		}
		met, missed := i18n.For(lang).T("bench.met"), i18n.For(lang).T("bench.missed")
		if strings.Count(table.String(), met) != 1 || strings.Count(table.String(), missed) != 1 {
			t.Errorf("%s: not one met and one missed in\n%s", lang, table.String())
		}
	}
	if l := line(r.Results[0]); !strings.Contains(l, "ratio 0.500") || !strings.Contains(l, "p95 12.50") {
		t.Errorf("line = %s", l)
	}
}

// TestGoalsHaveTexts: every goal can be printed and names a figure that results have.
func TestGoalsHaveTexts(t *testing.T) {
	for _, g := range append(slices.Clone(goals), goal{"nation", "pilot.nation", 6, "p95", 1, false}) {
		Result{}.of(g.what)
		for _, key := range []string{"bench.case." + g.name, "bench.what." + g.what} {
			if got := i18n.For(i18n.Vi).T(key); got == key || got == "" {
				t.Errorf("no text for %s", key)
			}
		}
	}
}

func TestFloorServer(t *testing.T) {
	h := Floor()
	for n, code := range map[string]int{"1": 200, "70000": 200, "0": 200, strconv.Itoa(maxPage): 200, strconv.Itoa(maxPage + 1): 400, "-1": 400, "x": 400, "": 400} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/?n="+n, nil))
		body, _ := io.ReadAll(w.Body)
		if w.Code != code || code == 200 && strconv.Itoa(len(body)) != n {
			t.Errorf("n=%s: %d with %d bytes", n, w.Code, len(body))
		}
	}
}
