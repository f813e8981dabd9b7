package memo_test

import (
	"testing"

	"pgregory.net/rapid"

	"ketnap/internal/memo"
)

func TestDropsTheLeastUsed(t *testing.T) {
	c := memo.New[string, int](3)
	c.Put("a", 1, 1)
	c.Put("b", 2, 1)
	c.Put("c", 3, 1)
	if v, ok := c.Get("a"); !ok || v != 1 {
		t.Fatalf("a = %d %v", v, ok)
	}
	c.Put("d", 4, 1)
	if _, ok := c.Get("b"); ok {
		t.Error("b was used least and is still there")
	}
	for key, want := range map[string]int{"a": 1, "c": 3, "d": 4} {
		if v, ok := c.Get(key); !ok || v != want {
			t.Errorf("%s = %d %v", key, v, ok)
		}
	}
	c.Put("big", 9, 4)
	if _, ok := c.Get("big"); ok || c.Weight() != 3 {
		t.Errorf("a value heavier than the cache was kept; weight %d", c.Weight())
	}
	c.Put("e", 5, 3)
	if v, ok := c.Get("e"); !ok || v != 5 || c.Weight() != 3 {
		t.Errorf("e = %d %v, weight %d", v, ok, c.Weight())
	}
}

// TestNeverHeavier puts values of any weight under few keys: the weight stays bounded and a value that
// is there is the last one put.
func TestNeverHeavier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const most = 20
		c, last := memo.New[int, int](most), map[int]int{}
		for i := range rapid.IntRange(1, 200).Draw(t, "n") {
			key := rapid.IntRange(0, 9).Draw(t, "key")
			if v, ok := c.Get(key); ok && v != last[key] {
				t.Fatalf("key %d has %d, last put was %d", key, v, last[key])
			}
			last[key] = i
			c.Put(key, i, rapid.IntRange(1, 25).Draw(t, "weight"))
			if w := c.Weight(); w < 0 || w > most {
				t.Fatalf("weight %d", w)
			}
		}
	})
}
