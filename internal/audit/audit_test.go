package audit

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/access"
)

func TestEntry(t *testing.T) {
	who := access.Actor{User: 7, Name: "Nguyễn Văn An", Method: "web"}
	e := Of(who, "target.set", 38, 99)
	want := Entry{Province: 38, Actor: 7, Name: "Nguyễn Văn An", Method: "web", Action: "target.set", Object: 99}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Error(diff)
	}
	more := e.With("3 chỉ tiêu").Once("k-1")
	want.Detail, want.Key = "3 chỉ tiêu", "k-1"
	if diff := cmp.Diff(want, more); diff != "" {
		t.Error(diff)
	}
	if e.Detail != "" || e.Key != "" {
		t.Error("With or Once changed the entry they were called on")
	}
	if s := Of(access.System("cli"), "demo.units", 38, 0); s.Actor != 0 || s.Name == "" || s.Method != "cli" {
		t.Errorf("the console: %+v", s)
	}
}
