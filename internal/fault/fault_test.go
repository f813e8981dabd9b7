package fault_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/fault"
)

func TestE(t *testing.T) {
	cause, second := errors.New("disk full"), errors.New("close failed")
	var none error
	for _, tt := range []struct {
		name string
		err  *fault.Error
		text fault.Text
		line string
	}{
		{"plain", fault.E("people.Add", fault.Conflict, "people.twice"),
			fault.Text{Key: "people.twice"}, "people.Add: conflict people.twice"},
		{"cause apart from arguments", fault.E("x.Row", fault.Invalid, "x.cell", 4, cause, "B"),
			fault.Text{Key: "x.cell", Args: []any{4, "B"}}, "x.Row: invalid x.cell [4 B]: disk full"},
		{"nil cause dropped", fault.E("x", fault.Busy, "k", none), fault.Text{Key: "k"}, "x: busy k"},
		{"no key", fault.E("x", fault.NotFound, ""), fault.Text{Key: "error.notfound"}, "x: notfound"},
		{"two causes", fault.E("x", fault.Internal, "", cause, second),
			fault.Text{Key: "error.internal"}, "x: internal: disk full\nclose failed"},
		{"fields sorted", fault.E("", fault.Invalid, "k").Field("born", "day.unreadable").Field("a", "empty"),
			fault.Text{Key: "k"}, "invalid k a=empty born=day.unreadable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.text, fault.TextOf(tt.err)); diff != "" {
				t.Error(diff)
			}
			if got := tt.err.Error(); got != tt.line {
				t.Errorf("Error() = %q, want %q", got, tt.line)
			}
		})
	}
	if err := fault.E("x", fault.Internal, "", cause, second); !errors.Is(err, cause) || !errors.Is(err, second) {
		t.Error("a cause got lost")
	}
}

func TestKindOf(t *testing.T) {
	inner := fault.E("store.Person", fault.NotFound, "people.none", "Nguyễn Văn A")
	for _, tt := range []struct {
		name string
		err  error
		kind fault.Kind
		key  fault.Key
	}{
		{"ours", inner, fault.NotFound, "people.none"},
		{"inside fmt", fmt.Errorf("while reading: %w", inner), fault.NotFound, "people.none"},
		{"wrapped", fault.Wrap("web.person", inner), fault.NotFound, "people.none"},
		{"outermost decides", fault.E("a", fault.Forbidden, "", inner), fault.Forbidden, "error.forbidden"},
		{"unknown", errors.New("pq: syntax error"), fault.Internal, "error.internal"},
		{"context", context.Canceled, fault.Internal, "error.internal"},
		{"wrapped unknown", fault.Wrap("a", errors.New("x")), fault.Internal, "error.internal"},
		{"typed nil", (*fault.Error)(nil), fault.Internal, "error.internal"},
		{"kind out of range", fault.E("a", 99, ""), 99, "error.internal"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := fault.KindOf(tt.err); got != tt.kind {
				t.Errorf("KindOf = %v, want %v", got, tt.kind)
			}
			if got := fault.TextOf(tt.err).Key; got != tt.key {
				t.Errorf("TextOf = %v, want %v", got, tt.key)
			}
			if !fault.Is(tt.err, tt.kind) {
				t.Error("Is disagrees with KindOf")
			}
		})
	}
	if fault.Is(nil, fault.Internal) {
		t.Error("nil is an error of a kind")
	}
	if diff := cmp.Diff(fault.Text{}, fault.TextOf(nil)); diff != "" {
		t.Error(diff)
	}
}

func TestWrap(t *testing.T) {
	if fault.Wrap("a", nil) != nil {
		t.Error("Wrap(nil) is not nil")
	}
	inner := fault.E("rule.Check", fault.Invalid, "k", 3).Field("born", "day.impossible", "31/02/2024")
	err := fault.Wrap("web.save", fault.Wrap("people.Save", inner))
	if diff := cmp.Diff(inner.Fields, fault.FieldsOf(err)); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(err.Error(), "web.save: ") || !strings.Contains(err.Error(), "people.Save: ") || !strings.Contains(err.Error(), "rule.Check: ") {
		t.Errorf("the way is missing in %q", err)
	}
}

func TestFieldKeepsTheFirst(t *testing.T) {
	err := fault.E("a", fault.Invalid, "").Field("name", "empty").Field("name", "short", 2)
	want := map[string]fault.Text{"name": {Key: "empty"}}
	if diff := cmp.Diff(want, fault.FieldsOf(err)); diff != "" {
		t.Error(diff)
	}
}
