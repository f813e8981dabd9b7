package seedtest_test

import (
	"testing"

	"ketnap/internal/seedtest"
)

func TestOf(t *testing.T) {
	t.Setenv("KETNAP_SEED", "")
	own := seedtest.Of(t)
	if again := seedtest.Of(t); again != own {
		t.Errorf("one test has the seeds %d and %d", own, again)
	}
	t.Run("another", func(t *testing.T) {
		if other := seedtest.Of(t); other == own {
			t.Errorf("two tests share the seed %d", own)
		}
	})
	t.Setenv("KETNAP_SEED", "random")
	if made, again := seedtest.Of(t), seedtest.Of(t); made == own || made == again {
		t.Errorf("random seeds %d, %d beside %d", made, again, own)
	}
	t.Setenv("KETNAP_SEED", "17")
	if got := seedtest.Of(t); got != 17 {
		t.Errorf("asked for 17, got %d", got)
	}
}
