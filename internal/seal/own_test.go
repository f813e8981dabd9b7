package seal

import (
	"bytes"
	"testing"
)

// TestOwn: a value of one person opens with that person's salt and place only, and with nothing once the salt is gone.
func TestOwn(t *testing.T) {
	r := New()
	salt := Salt()
	o := r.Own(salt)
	box := o.Seal("a|1", []byte("001199000001"))
	if got, err := r.Own(salt).Open("a|1", box); err != nil || string(got) != "001199000001" {
		t.Fatalf("%q %v", got, err)
	}
	tried, opened := 0, 0
	no := func(name string, o interface {
		Open(string, []byte) ([]byte, error)
	}, place string, box []byte) {
		tried++
		if _, err := o.Open(place, box); err == nil {
			opened++
			t.Errorf("%s opens", name)
		}
	}
	no("another salt", r.Own(Salt()), "a|1", box)
	no("no salt", r.Own(nil), "a|1", box)
	no("a short salt", r.Own(salt[:8]), "a|1", box)
	no("the ring alone", r, "a|1", box)
	no("another ring", New().Own(salt), "a|1", box)
	no("another place", o, "a|2", box)
	no("cut", o, "a|1", box[:len(box)-1])
	for i := range box {
		bad := bytes.Clone(box)
		bad[i] ^= 1
		no("flipped", o, "a|1", bad)
	}
	t.Logf("%d tried, %d opened", tried, opened)
	if old := r.Seal("a|1", []byte("x")); o.Fresh(old) || !o.Fresh(box) || Owned(old) || !Owned(box) {
		t.Error("which values are somebody's own is not seen")
	} else if got, err := o.Open("a|1", old); err != nil || string(got) != "x" {
		t.Errorf("what was sealed before there was a key: %q %v", got, err)
	}
}

// TestOwnRotates: after a key was added old values open and are not fresh, new ones need the new ring.
func TestOwnRotates(t *testing.T) {
	path := t.TempDir() + "/k"
	first, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	salt := Salt()
	box := first.Own(salt).Seal("p", []byte("1"))
	second, err := AddKey(path)
	if err != nil {
		t.Fatal(err)
	}
	o := second.Own(salt)
	if got, err := o.Open("p", box); err != nil || string(got) != "1" || o.Fresh(box) {
		t.Errorf("%q %v fresh %t", got, err, o.Fresh(box))
	}
	again := o.Seal("p", []byte("2"))
	if _, err := first.Own(salt).Open("p", again); err == nil || !o.Fresh(again) {
		t.Error("the old ring opens what the new one sealed")
	}
}

func BenchmarkOwnSeal(b *testing.B) {
	r, salt, plain := New(), Salt(), make([]byte, 200)
	for b.Loop() {
		r.Own(salt).Seal("person_sealed|38|1234", plain) // as an import does it: a new person each time
	}
}
