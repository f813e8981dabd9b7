package rule

import "testing"

func TestBuiltin(t *testing.T) {
	b, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Packs()) != 7 {
		t.Errorf("%d packs", len(b.Packs()))
	}
}
