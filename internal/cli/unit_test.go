package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/ledger"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// runUnit runs a command line and returns what it printed.
func runUnit(t *testing.T, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	if got := Main(args, strings.NewReader(""), &out, &errs); got != want {
		t.Fatalf("%v: exit %d, want %d\n%s%s", args, got, want, &out, &errs)
	}
	return out.String(), errs.String()
}

// TestSplitByTemplate splits a unit the way an operator does: write the list, fill it in, split.
func TestSplitByTemplate(t *testing.T) {
	dir := t.TempDir()
	file, sheet := filepath.Join(dir, "a.db"), filepath.Join(dir, "phan.csv")
	t.Setenv("KETNAP_DB", file)
	t.Setenv("KETNAP_KEY", "")
	runUnit(t, exitDone, "migrate")
	ring, err := seal.Load(file + ".key")
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(context.Background(), store.Options{DSN: file, Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	tree := storetest.Grow(t, st, 38)
	for _, name := range []string{"Lê Thị An", "Lê Thị Bình", "Lê Văn Cường"} {
		storetest.Enrol(t, st, tree.Communes[0], name, ledger.Official, day.Of(2015, 2, 3))
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	unit := tree.Communes[0].ID.String()
	out, _ := runUnit(t, exitDone, "unit", "split", unit, "--template", sheet)
	if !strings.Contains(out, "3 người, 5 dòng") {
		t.Errorf("template: %s", out)
	}
	text, err := os.ReadFile(sheet)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	split := []string{"unit", "split", unit, "--assign", sheet, "--date", "01/05/2024", "--decision", "9-QĐ",
		"--into", "ref=a;kind=grassroots;name=Đảng bộ xã A1;code=38.001.000.000.000;bloc=phuong-xa", "--into", "ref=b;kind=grassroots;name=Đảng bộ xã A2;sector=2"}
	write := func(fill func(i int) string) {
		t.Helper()
		var b bytes.Buffer
		b.WriteString("\ufeff") // as spreadsheets write it
		w := csv.NewWriter(&b)
		w.Comma = ';'
		for i, r := range rows {
			if i > 0 {
				r[1] = fill(i)
			}
			if err := w.Write(r); err != nil {
				t.Fatal(err)
			}
		}
		w.Flush()
		if err := os.WriteFile(sheet, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(func(i int) string { return []string{"a", "b", "", "a", "b"}[i-1] })
	if _, errs := runUnit(t, exitRefused, split...); !strings.Contains(errs, "Còn 1 người và 0 tổ chức trực thuộc chưa được phân: Lê Văn Cường (") {
		t.Errorf("somebody left: %s", errs)
	}
	write(func(i int) string { return []string{"a", "b", "b", "a", "b"}[i-1] })
	runUnit(t, exitDone, split...)
	out, _ = runUnit(t, exitDone, "unit", "list", tree.Root.ID.String(), "--json")
	var page struct {
		Units []struct {
			Name    string `json:"name"`
			Members int    `json:"members"`
		} `json:"units"`
	}
	if err := json.Unmarshal([]byte(out), &page); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, u := range page.Units {
		got[u.Name] = u.Members
	}
	if len(got) != 3 || got["Đảng bộ xã A1"] != 1 || got["Đảng bộ xã A2"] != 2 || got["Đảng bộ xã B"] != 0 {
		t.Errorf("after the split: %v", got)
	}
	runUnit(t, exitUsage, "unit", "split", unit)
	runUnit(t, exitUsage, "unit", "rename", unit, "--name", "x", "--date", "hôm qua", "--decision", "1")
	runUnit(t, exitRefused, "unit", "show", unit+"9")
}
