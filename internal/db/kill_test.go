package db_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
)

// TestKill starts a child that writes from eight goroutines and prints each id
// once it is acknowledged, kills it, and looks for all of them. Thrice on the
// same file.
func TestKill(t *testing.T) {
	if path := os.Getenv("DB_TEST_CHILD"); path != "" {
		writeUntilKilled(t, path, os.Getenv("DB_TEST_ROUND"))
		return
	}
	path := dbtest.SQLite(t)
	migrate(t, dbtest.Open(t, path, db.Options{}))
	acked := map[int64]bool{}
	for round := range 3 {
		child := exec.Command(os.Args[0], "-test.run=^TestKill$")
		child.Env = append(os.Environ(), "DB_TEST_CHILD="+path, "DB_TEST_ROUND="+strconv.Itoa(round))
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			id, err := strconv.ParseInt(lines.Text(), 10, 64)
			if err != nil {
				t.Fatalf("child: %s", lines.Text())
			}
			acked[id] = true
			if n == 500 {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = child.Wait()
	}
	d := dbtest.Open(t, path, db.Options{})
	if err := d.Check(t.Context()); err != nil {
		t.Error(err)
	}
	there := map[int64]bool{}
	for _, id := range ids(t, d) {
		there[id] = true
	}
	for id := range acked {
		if !there[id] || !there[id+1] {
			t.Errorf("write %d was acknowledged and is not there in full", id)
		}
	}
	if len(acked) < 1500 || len(there)%2 != 0 {
		t.Errorf("%d acknowledged, %d rows: want pairs", len(acked), len(there))
	}
}

func writeUntilKilled(t *testing.T, path, round string) {
	d, err := db.Open(t.Context(), path, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, _ := strconv.ParseInt(round, 10, 64)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for w := range int64(8) {
		wg.Go(func() {
			for i := int64(0); ; i += 2 {
				id := r*1e9 + w*1e8 + i
				err := d.Update(t.Context(), func(tx *db.Tx) error {
					if err := add(t.Context(), tx, id, fmt.Sprint(id)); err != nil {
						return err
					}
					return add(t.Context(), tx, id+1, fmt.Sprint(id+1))
				})
				mu.Lock()
				if err != nil {
					fmt.Println(err)
				} else {
					fmt.Println(id)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}
