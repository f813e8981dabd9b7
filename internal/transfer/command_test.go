package transfer_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/store/storetest"
)

// run runs the program and returns its exit code and what it printed as JSON.
func (h home) run(args ...string) (int, map[string]any) {
	h.t.Helper()
	out, err := h.command(args...).Output()
	code := 0
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		code = e.ExitCode()
	} else if err != nil {
		h.t.Fatal(err)
	}
	var v map[string]any
	_ = json.Unmarshal(out, &v) // some commands print a list
	return code, v
}

// TestCommand: check, marked file, import, the same again, undo, out and in again.
func TestCommand(t *testing.T) {
	h, cells := newHome(t)
	dir := t.TempDir()
	file, marked, out := filepath.Join(dir, "ds.xlsx"), filepath.Join(dir, "loi.xlsx"), filepath.Join(dir, "ra.xlsx")
	if err := os.WriteFile(file, dirtyMembers(t, 200, cells), 0o600); err != nil {
		t.Fatal(err)
	}
	unit := "--unit=" + h.root.ID.String()
	want := func(name string, code, wantCode int, v map[string]any, counts map[string]float64) {
		t.Helper()
		if code != wantCode {
			t.Errorf("%s: exit code %d, want %d", name, code, wantCode)
		}
		for k, n := range counts {
			if v[k] != n {
				t.Errorf("%s: %s = %v, want %v", name, k, v[k], n)
			}
		}
	}
	code, v := h.run("import", "--kind=members", unit, "--check", "--marked", marked, file)
	want("check", code, 1, v, map[string]float64{"total": 200, "new": 186, "refused": 14})
	if info, err := os.Stat(marked); err != nil || info.Size() == 0 {
		t.Error("no marked file", err)
	}
	code, v = h.run("import", "--kind=members", unit, "--as-of", "1/1/2026", file)
	want("import", code, 1, v, map[string]float64{"total": 200, "accepted": 186, "refused": 14, "duplicate": 0})
	first := v["batch"].(string)
	code, v = h.run("import", "--kind=members", unit, file)
	want("again", code, 1, v, map[string]float64{"total": 200, "accepted": 0, "duplicate": 186, "refused": 14})
	code, v = h.run("export", "--kind=members", unit, "-o", out)
	want("export", code, 0, v, map[string]float64{"rows": 186})
	code, v = h.run("import", "--undo", first)
	want("undo", code, 0, v, nil)
	code, v = h.run("import", "--kind=members", unit, out)
	want("out and in", code, 0, v, map[string]float64{"total": 186, "new": 186})
	code, _ = h.run("import", "--resume")
	want("nothing to resume", code, 0, nil, nil)
	for name, args := range map[string][]string{
		"no kind": {"import", unit, file}, "no such day": {"import", "--kind=members", unit, "--as-of", "31/02/2026", file}, "no output": {"export", "--kind=members", unit},
		"no such column": {"import", "--kind=members", unit, "--map", "ZZ=name", file},
	} {
		code, _ := h.run(args...)
		want(name, code, 2, nil, nil)
	}
	code, _ = h.run("import", "--kind=members", unit, filepath.Join(dir, "none.xlsx"))
	want("no file", code, 1, nil, nil)
}

// TestBomb: a small file that would fill the disk is refused before it is kept.
func TestBomb(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	zeros := make([]byte, 1<<20)
	for _, name := range []string{"[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		for range 300 {
			if _, err := f.Write(zeros); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.s.UploadBytes(context.Background(), w.who, w.tree.Root, batch.Members, "a.xlsx", b.Bytes()); fault.KindOf(err) != fault.Invalid {
		t.Errorf("%d bytes: %v", b.Len(), err)
	}
}
