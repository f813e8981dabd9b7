package xlsx

import (
	"bytes"
	"testing"
)

// TestProof: what was proved of a file is not proved again by a book that trusts it, and weighs what it holds.
func TestProof(t *testing.T) {
	var file bytes.Buffer
	w := NewWriter(&file)
	for _, name := range []string{"Một", "Hai"} {
		w.Sheet(name, SheetOptions{})
		if err := w.Row(Text("a"), Text("b")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	open := func() *Book {
		b, err := Open(bytes.NewReader(file.Bytes()), int64(file.Len()), Default)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	read := func(b *Book, sheet int) {
		for _, err := range b.Rows(sheet) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	first := open()
	read(first, 0)
	if n := first.Proof().Weight(); n != 1 {
		t.Errorf("one sheet was proved, and the proof weighs %d", n)
	}
	second := open()
	second.Trust(first.Proof())
	if _, ok := second.Proof().of(0); !ok {
		t.Error("what is trusted is not known")
	}
	read(second, 1)
	if n := first.Proof().Weight(); n != 2 {
		t.Errorf("what the second book proved is not in the common proof: %d", n)
	}
}
