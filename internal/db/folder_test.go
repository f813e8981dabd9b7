package db_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"ketnap/internal/db"
)

// TestFolder writes less than what makes the writer fold the log itself, and more than what the folder
// waits for: who then finds pages of the log in the file knows who put them there.
func TestFolder(t *testing.T) {
	d := openItems(t)
	page := strings.Repeat("x", 64<<10)
	for i := range 250 {
		if err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO item (province_id, id, name) VALUES (1, $1, $2)`, i, fmt.Sprint(i, page))
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	other, err := sql.Open("sqlite", "file:"+d.Name()+"?mode=rw")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	var busy, pages, folded int
	for range 500 {
		if err := other.QueryRow("PRAGMA wal_checkpoint(NOOP)").Scan(&busy, &pages, &folded); err != nil {
			t.Fatal(err)
		}
		if folded > 0 && pages < 4000 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("of %d pages in the log %d are in the file", pages, folded)
}
