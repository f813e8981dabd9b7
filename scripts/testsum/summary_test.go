package main

import (
	"strings"
	"testing"
)

// lines joins events to a stream as `go test -json` writes it.
func lines(events ...string) string { return strings.Join(events, "\n") + "\n" }

func TestSummary(t *testing.T) {
	tests := []struct {
		name, stream string
		strict       bool
		well         bool
		want         []string
	}{
		{"pass", lines(
			`{"Action":"start","Package":"a"}`,
			`{"Action":"run","Package":"a","Test":"T"}`,
			`{"Action":"pass","Package":"a","Test":"T","Elapsed":0.1}`,
			`{"Action":"pass","Package":"a","Elapsed":0.2}`), true, true, []string{"ok    a", "1 passed, 0 failed, 0 skipped"}},
		{"subtests count, their parent does not", lines(
			`{"Action":"run","Package":"a","Test":"T"}`,
			`{"Action":"run","Package":"a","Test":"T/x"}`,
			`{"Action":"run","Package":"a","Test":"T/y"}`,
			`{"Action":"pass","Package":"a","Test":"T/x"}`,
			`{"Action":"output","Package":"a","Test":"T/y","Output":"    y_test.go:3: too bad\n"}`,
			`{"Action":"fail","Package":"a","Test":"T/y"}`,
			`{"Action":"fail","Package":"a","Test":"T"}`,
			`{"Action":"fail","Package":"a"}`), false, false, []string{"---- a T/y\n    y_test.go:3: too bad", "FAIL  a", "1 passed, 1 failed"}},
		{"a parent that fails by itself counts", lines(
			`{"Action":"pass","Package":"a","Test":"T/x"}`,
			`{"Action":"output","Package":"a","Test":"T","Output":"sum is off\n"}`,
			`{"Action":"fail","Package":"a","Test":"T"}`,
			`{"Action":"fail","Package":"a"}`), false, false, []string{"---- a T\nsum is off", "1 passed, 1 failed"}},
		{"build failure", lines(
			`{"ImportPath":"b [b.test]","Action":"build-output","Output":"./b.go:1: undefined: x\n"}`,
			`{"ImportPath":"b [b.test]","Action":"build-fail"}`,
			`{"Action":"start","Package":"b"}`,
			`{"Action":"fail","Package":"b","FailedBuild":"b [b.test]"}`), false, false, []string{"---- b\n./b.go:1: undefined: x", "0 passed, 1 failed"}},
		{"panic leaves a test without result", lines(
			`{"Action":"run","Package":"a","Test":"T"}`,
			`{"Action":"output","Package":"a","Test":"T","Output":"panic: oh\n"}`,
			`{"Action":"fail","Package":"a"}`), false, false, []string{"---- a T\npanic: oh", "0 passed, 1 failed"}},
		{"stream cut off", lines(
			`{"Action":"run","Package":"a","Test":"T"}`,
			`{"Action":"pass","Package":"a","Test":"T"}`), false, false, []string{"FAIL  a", "1 passed, 1 failed"}},
		{"skip is well", lines(
			`{"Action":"pass","Package":"a","Test":"T"}`,
			`{"Action":"output","Package":"a","Test":"S","Output":"    s_test.go:9: no browser\n"}`,
			`{"Action":"skip","Package":"a","Test":"S"}`,
			`{"Action":"pass","Package":"a"}`), false, true, []string{"a S: s_test.go:9: no browser", "1 passed, 0 failed, 1 skipped"}},
		{"skip is not well in CI", lines(
			`{"Action":"pass","Package":"a","Test":"T"}`,
			`{"Action":"skip","Package":"a","Test":"S"}`,
			`{"Action":"pass","Package":"a"}`), true, false, []string{"no test may be skipped"}},
		{"nothing ran", lines(`{"Action":"skip","Package":"a"}`), false, false, []string{"0 passed"}},
		{"other lines pass through", lines("go: downloading x"), false, false, []string{"go: downloading x\n"}},
		{"slow ones are named", lines(
			`{"Action":"pass","Package":"a","Test":"T","Elapsed":2.5}`,
			`{"Action":"pass","Package":"a","Elapsed":3}`), false, true, []string{"slowest packages:\n      3.0s  a\n", "2.5s  a T"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			sum := newSummary(&out)
			if err := read(strings.NewReader(tt.stream), sum); err != nil {
				t.Fatal(err)
			}
			if well := sum.close(tt.strict); well != tt.well {
				t.Errorf("well = %v, want %v", well, tt.well)
			}
			for _, want := range tt.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("no %q in\n%s", want, out.String())
				}
			}
		})
	}
}
