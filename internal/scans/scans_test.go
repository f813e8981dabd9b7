package scans_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/scans"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

type desk struct {
	*scans.Service
	st      *store.Store
	tree    storetest.Tree
	person  id.ID
	clerk   access.Actor // of the person's commune
	foreign access.Actor // of another
	viewer  access.Actor
}

func at(u org.Unit, r access.Role) access.Actor {
	return access.Actor{User: 7, Name: "Trần Thị Hoà", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: r}}}
}

func open(t *testing.T, s *store.Store) *desk {
	t.Helper()
	d := &desk{Service: scans.New(s), st: s, tree: storetest.Grow(t, s, 38)}
	d.clerk, d.foreign, d.viewer = at(d.tree.Communes[0], access.Clerk), at(d.tree.Communes[1], access.Clerk), at(d.tree.Communes[0], access.Viewer)
	d.person = storetest.Enrol(t, s, d.tree.Cells[0][0], "Lê Thị Hạnh", ledger.Proposed, day.Of(2024, 1, 6)).ID
	if _, err := dossiers.New(s).Act(t.Context(), d.clerk, dossiers.ActForm{Person: d.person, Version: dossiers.AnyVersion, Step: dossier.Note, On: day.Of(2024, 2, 3),
		Details: dossier.Details{Text: "ghi chú"}}); err != nil {
		t.Fatal(err)
	}
	return d
}

func want(t *testing.T, what string, err error, kind fault.Kind, key fault.Key) {
	t.Helper()
	if fault.KindOf(err) != kind || fault.TextOf(err).Key != key {
		t.Errorf("%s: %v, want %v %s", what, err, kind, key)
	}
}

func picture(t *testing.T, w int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, 20))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestScans: off until allowed; kept sealed, read back whole, by those of the unit alone.
func TestScans(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, ctx, data := open(t, s), t.Context(), picture(t, 30)
		_, err := d.Add(ctx, d.clerk, d.person, "application", "don.png", data)
		want(t, "before it is allowed", err, fault.Forbidden, "scan.off")
		want(t, "allowed by a user", d.Allow(ctx, at(d.tree.Root, access.Admin), true), fault.Forbidden, "error.forbidden")
		if err := d.Allow(ctx, access.System("test"), true); err != nil {
			t.Fatal(err)
		}
		if ok, err := d.Allowed(ctx); !ok || err != nil {
			t.Fatal(ok, err)
		}
		c, err := d.Add(ctx, d.clerk, d.person, "application", `C:\thư mục\đơn xin "vào" Đảng.png`, data)
		if err != nil || c.Name != "đơn xin vào Đảng.png" || c.Type != "image/png" || c.Size != len(data) {
			t.Fatalf("%+v %v", c, err)
		}
		_, err = d.Add(ctx, d.clerk, d.person, "application", "again.png", data)
		want(t, "the same twice", err, fault.Conflict, "scan.twice")
		_, err = d.Add(ctx, d.clerk, d.person, "application", "x.pdf", []byte("<html>"))
		want(t, "a page called pdf", err, fault.Invalid, "scan.type")
		for name, who := range map[string]access.Actor{"foreign": d.foreign} {
			_, err = d.Add(ctx, who, d.person, "application", "y.png", picture(t, 31))
			want(t, name+" adds", err, fault.NotFound, "person.notfound")
			_, err = d.List(ctx, who, d.person)
			want(t, name+" lists", err, fault.NotFound, "person.notfound")
			_, _, err = d.Read(ctx, who, d.person, c.ID)
			want(t, name+" reads", err, fault.NotFound, "person.notfound")
			want(t, name+" drops", d.Drop(ctx, who, d.person, c.ID, "nhầm"), fault.NotFound, "person.notfound")
		}
		_, _, err = d.Read(ctx, d.viewer, d.person, c.ID)
		want(t, "a viewer reads", err, fault.Forbidden, "error.forbidden")
		got, body, err := d.Read(ctx, d.clerk, d.person, c.ID)
		if err != nil || !bytes.Equal(body, data) || got.Name != c.Name {
			t.Fatalf("%+v %v", got, err)
		}
		other := storetest.Enrol(t, s, d.tree.Cells[0][0], "Lê Văn Bình", ledger.Proposed, day.Of(2024, 1, 6)).ID
		_, _, err = d.Read(ctx, d.clerk, other, c.ID)
		want(t, "through somebody else", err, fault.NotFound, "dossier.notfound")
		want(t, "dropped without a reason", d.Drop(ctx, d.clerk, d.person, c.ID, " "), fault.Invalid, "movement.reason_missing")
		if err := d.Drop(ctx, d.clerk, d.person, c.ID, "chụp nhầm trang"); err != nil {
			t.Fatal(err)
		}
		list, err := d.List(ctx, d.clerk, d.person)
		if err != nil || len(list) != 0 {
			t.Errorf("%v %v", list, err)
		}
		var acts []string
		if err := s.View(ctx, func(tx *store.Tx) error {
			acts = nil
			ts, err := tx.TracesOf(d.person, 20)
			for _, x := range ts {
				if x.Action[:4] == "scan" {
					acts = append(acts, x.Action)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"scan.drop", "scan.read", "scan.add"}, acts); diff != "" {
			t.Error(diff)
		}
	})
}

// TestSealed: neither the picture nor its name stands in the file of the database.
func TestSealed(t *testing.T) {
	file := t.TempDir() + "/a.db"
	s := storetest.Open(t, file, 0, storetest.Options{})
	d, ctx := open(t, s), context.Background()
	if err := d.Allow(ctx, access.System("test"), true); err != nil {
		t.Fatal(err)
	}
	data := picture(t, 33)
	if _, err := d.Add(ctx, d.clerk, d.person, "application", "tenrieng.png", data); err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{file, file + "-wal"} {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, data[:60]) || bytes.Contains(raw, []byte("tenrieng")) {
			t.Errorf("%s holds the copy in the clear", f)
		}
	}
}
