package target

import (
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

func TestCharge(t *testing.T) {
	m := func(n int) day.Month { return day.MonthOf(2026, n) }
	c := Charge{Name: "Lê Văn Bình", From: m(3), To: m(6)}
	for _, x := range []struct {
		o    Charge
		want bool
	}{{Charge{From: m(1), To: m(2)}, false}, {Charge{From: m(1), To: m(3)}, true}, {Charge{From: m(6)}, true}, {Charge{From: m(7)}, false}, {Charge{From: m(1)}, true}, {Charge{From: m(4), To: m(4)}, true}} {
		if c.Meets(x.o) != x.want || x.o.Meets(c) != x.want {
			t.Errorf("%s–%s meets %s–%s: want %v", c.From, c.To, x.o.From, x.o.To, x.want)
		}
	}
	if from, to, ok := c.Within(m(1), m(5)); from != m(3) || to != m(5) || !ok {
		t.Error(from, to, ok)
	}
	if _, _, ok := c.Within(m(7), m(12)); ok {
		t.Error("a charge of spring has months in autumn")
	}
	for field, bad := range map[string]Charge{"name": {From: m(1)}, "from": {Name: "A"}, "to": {Name: "A", From: m(3), To: m(2)}} {
		e, _ := bad.Check().(*fault.Error)
		if e == nil || e.Fields[field].Key == "" {
			t.Errorf("%s: %v", field, e)
		}
	}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
}
