package forms_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/docx"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/form"
	"ketnap/internal/forms"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/units"
)

var ctx = context.Background()

func at(u org.Unit, role access.Role) access.Actor {
	return access.Actor{User: 1, Name: "Trần Thử", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: role}}}
}

type world struct {
	*testing.T
	st                        *store.Store
	sv                        *forms.Service
	tree                      storetest.Tree
	clerk, viewer, far, admin access.Actor
	who, helper               *person.Person
}

func each(t *testing.T, f func(w *world)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) { f(newWorld(t, s)) })
}

func newWorld(t *testing.T, s *store.Store) *world {
	tree := storetest.Grow(t, s, 38)
	w := &world{T: t, st: s, sv: forms.New(s), tree: tree, clerk: at(tree.Communes[0], access.Clerk), viewer: at(tree.Root, access.Viewer),
		far: at(tree.Communes[1], access.Clerk), admin: at(tree.Root, access.Admin)}
	w.helper = storetest.Enrol(t, s, tree.Cells[0][0], "Trịnh Văn Quyết", ledger.Official, day.Of(2015, 5, 19))
	w.who = storetest.Enrol(t, s, tree.Cells[0][0], "Đỗ Thị Ánh Nguyệt", ledger.Dossier, day.Of(2024, 9, 2))
	w.update(func(tx *store.Tx) error {
		return tx.PutSealed(w.who.ID, person.Sealed{}, person.Sealed{Number: "038304000123", Home: person.Address{Detail: "xã A", Province: "Thanh Hóa"}})
	})
	return w
}

func (w *world) update(f func(tx *store.Tx) error) {
	w.Helper()
	if err := w.st.Update(ctx, storetest.Entry(38), f); err != nil {
		w.Fatal(err)
	}
}

// record stores a dossier with acts, as the service on dossiers would.
func (w *world) record(acts ...dossier.Act) {
	w.Helper()
	w.update(func(tx *store.Tx) error {
		d := dossier.Dossier{ID: tx.NewID(38), Person: w.who.ID, Kind: dossier.Admission, State: dossier.Applying, Opened: acts[0].On, Moved: acts[0].On}
		if err := tx.AddDossier(&d); err != nil {
			return err
		}
		for i := range acts {
			if err := tx.AddAct(d.ID, &acts[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) acts() []dossier.Act {
	ask := func(key, name string) dossier.Act {
		return dossier.Act{Step: dossier.Ask, On: day.Of(2024, 9, 20), Details: dossier.Details{Relative: &dossier.Relative{Key: key, Name: name, Relation: "Bố", Place: "xã " + key}}}
	}
	return []dossier.Act{
		{Step: dossier.Open, On: day.Of(2024, 9, 2), Details: dossier.Details{Route: "a"}},
		{Step: dossier.Introduce, On: day.Of(2024, 9, 12), Details: dossier.Details{Route: "a", Introducers: []dossier.Introducer{{Member: w.helper.ID, Since: day.Of(2020, 1, 1)}, {Name: "Lê Hai"}}}},
		ask("b", "Đỗ Văn B"), ask("c", "Đỗ Văn C"),
		{Step: dossier.CellVote, On: day.Of(2025, 2, 3), No: "03", Details: dossier.Details{Vote: &dossier.Vote{Officials: 21, Summoned: 21, Present: 20, Issued: 20, Valid: 20, For: 18}}},
	}
}

// text reads what a file says.
func (w *world) text(data []byte) string {
	w.Helper()
	tpl, err := docx.Open(data)
	if err != nil {
		w.Fatal(err)
	}
	return tpl.Text()
}

func (w *world) fill(code string) (name, text string) {
	w.Helper()
	name, data, err := w.sv.Fill(ctx, w.clerk, w.who.ID, code)
	if err != nil {
		w.Fatalf("%s: %v", code, err)
	}
	return name, w.text(data)
}

func wantAll(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, s := range wanted {
		if !strings.Contains(text, s) {
			t.Errorf("%q is not in\n%s", s, text)
		}
	}
}

func wantKey(t *testing.T, what string, err error, kind fault.Kind, key fault.Key) {
	t.Helper()
	if fault.KindOf(err) != kind || key != "" && fault.TextOf(err).Key != key {
		t.Errorf("%s: %v, want %v %s", what, err, kind, key)
	}
}

// TestFill prints the resolution of the cell after the commune was renamed: it has the name of its day, and
// the trail says that it was printed, by whom, and what was shown.
func TestFill(t *testing.T) {
	each(t, func(w *world) {
		w.record(w.acts()...)
		if err := units.New(w.st).Rename(ctx, w.admin, units.RenameForm{Unit: w.tree.Communes[0].ID, Name: "Đảng bộ phường Mới",
			Act: units.Act{On: day.Of(2025, 7, 1), Decision: org.Decision{No: "1-QĐ/TU", Issuer: "Tỉnh ủy", Date: day.Of(2025, 6, 30)}, Key: "k"}}); err != nil {
			w.Fatal(err)
		}
		name, text := w.fill("6-KNĐ")
		if name != "43.Nghi quyet de nghi ket nap dang vien cua chi bo.docx" {
			w.Error(name)
		}
		wantAll(w.T, text, "ĐẢNG BỘ XÃ A / CHI BỘ THÔN 1", "Số 03-NQ/CB", "ngày 03 tháng 02 năm 2025", "ĐỖ THỊ ÁNH NGUYỆT", "là 18 đồng chí, đạt 85,71 %", "Đảng ủy xã A")
		_, text = w.fill("1-KNĐ")
		wantAll(w.T, text, "Đảng ủy xã A", "Quê quán: xã A, Thanh Hóa")
		_, text = w.fill("10-KNĐ") // still to come: the names of today
		wantAll(w.T, text, "Chi bộ thôn 1", "Đơn vị công tác: \t")
		name, text = w.fill("97.2")
		wantAll(w.T, text, "Đảng ủy xã A", "Họ và tên: Đỗ Văn C", "Kính gửi: xã c")
		if name != "97.Cong van de nghi tham tra ly lich cua nguoi vao Dang.2.docx" {
			w.Error(name)
		}
		_, text = w.fill("3-knd")
		wantAll(w.T, text, "Tôi là: Trịnh Văn Quyết", "từ ngày 01 tháng 01 năm 2020")
		_, text = w.fill("3a-knd")
		wantAll(w.T, text, "Tôi là: Lê Hai")

		var traces []store.Trace
		if err := w.st.View(ctx, func(tx *store.Tx) (err error) {
			traces, err = tx.TracesOf(w.who.ID, 9)
			return err
		}); err != nil {
			w.Fatal(err)
		}
		if n := slices.IndexFunc(traces, func(x store.Trace) bool {
			return x.Action == "form.print" && x.Detail == "1-knd noi_sinh que_quan noi_cu_tru" && x.Name == "Trần Thử"
		}); n < 0 {
			w.Errorf("not in the trail: %+v", traces)
		}
	})
}

func TestRights(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	_, _, err := w.sv.Fill(ctx, w.viewer, w.who.ID, "1-knd")
	wantKey(t, "a viewer prints", err, fault.Forbidden, "")
	_, _, err = w.sv.Fill(ctx, w.far, w.who.ID, "1-knd")
	wantKey(t, "a stranger prints", err, fault.NotFound, "person.notfound")
	_, _, err = w.sv.Zip(ctx, w.viewer, w.who.ID)
	wantKey(t, "a viewer takes the set", err, fault.Forbidden, "")
	_, err = w.sv.ListFor(ctx, w.far, w.who.ID)
	wantKey(t, "a stranger lists", err, fault.NotFound, "person.notfound")
	for _, code := range []string{"", "99-KNĐ", "6-knd.x", "6-knd.0", "Biên bản"} {
		_, _, err = w.sv.Fill(ctx, w.clerk, w.who.ID, code)
		wantKey(t, code, err, fault.NotFound, "form.unknown")
	}
	_, _, err = w.sv.Fill(ctx, w.clerk, w.who.ID, "6-knd.2")
	wantKey(t, "a second resolution", err, fault.NotFound, "form.item_missing")
	set, err := w.sv.ListFor(ctx, w.viewer, w.who.ID)
	if err != nil || set.MayPrint {
		t.Errorf("%v %v", set.MayPrint, err)
	}
}

// TestList says which forms apply and how far they are.
func TestList(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.record(w.acts()...)
	set, err := w.sv.ListFor(ctx, w.clerk, w.who.ID)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]forms.State{}
	items := map[string]int{}
	for _, l := range set.Lines {
		got[l.Slug], items[l.Slug] = l.State, l.Items
	}
	for slug, want := range map[string]forms.State{"6-knd": forms.Recorded, "1-knd": forms.Recorded, "8-knd": forms.Now, "16-knd": forms.Later, "3a-knd": forms.Recorded} {
		if got[slug] != want {
			t.Errorf("%s is %q, want %q", slug, got[slug], want)
		}
	}
	for _, slug := range []string{"7-knd", "4-knd", "4a-knd"} { // no section; introduced by two members
		if got[slug] != "" {
			t.Errorf("%s does not apply", slug)
		}
	}
	if items["97"] != 0 || items["de-nghi-tham-tra"] != 2 || items["5b-knd"] != 0 || !set.NoPower || !set.MayPrint {
		t.Errorf("%v, %+v", items, set)
	}
}

func TestZip(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.record(w.acts()...)
	name, data, err := w.sv.Zip(ctx, w.clerk, w.who.ID)
	if err != nil {
		t.Fatal(err)
	}
	if name != "038304000123_DoThiAnhNguyet.zip" {
		t.Error(name)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		dir, base, _ := strings.Cut(f.Name, "/038304000123_DoThiAnhNguyet/")
		if dir != "00.000.000.000.000" {
			t.Error(f.Name)
		}
		names = append(names, base)
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(w.text(b), "NGUYỆT") && !strings.Contains(w.text(b), "Nguyệt") {
			t.Errorf("%s is about nobody", f.Name)
		}
	}
	slices.Sort(names)
	want := []string{
		"01.Ly lich cua nguoi xin vao Dang.docx", "05.Quyet dinh ket nap dang vien.docx", "37.Don xin vao Dang.docx",
		"39.Giay gioi thieu nguoi vao Dang.1.docx", "39.Giay gioi thieu nguoi vao Dang.2.docx",
		"42.Tong hop y kien nhan xet cua cac doan the voi nguoi vao Dang.docx", "43.Nghi quyet de nghi ket nap dang vien cua chi bo.docx",
		"45.Nghi quyet de nghi ket nap dang vien cua dang uy co so.docx",
		"96.Giay gioi thieu cu dang vien hoac cap uy vien di tham tra ly lich.1.docx", "96.Giay gioi thieu cu dang vien hoac cap uy vien di tham tra ly lich.2.docx",
		"97.Cong van de nghi tham tra ly lich cua nguoi vao Dang.1.docx", "97.Cong van de nghi tham tra ly lich cua nguoi vao Dang.2.docx",
		"khac/Bien ban hop cap uy xet ket nap dang vien.docx", "khac/Bien ban hop chi bo xet de nghi ket nap dang vien.docx",
		"khac/Danh sach nguoi than phai tham tra ly lich.docx", "khac/Thong bao ket qua xet ket nap dang vien.docx",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	nobody := storetest.Enrol(t, w.st, w.tree.Cells[0][0], "Lê Mới", ledger.Proposed, day.Of(2026, 1, 1))
	_, _, err = w.sv.Zip(ctx, w.clerk, nobody.ID)
	wantKey(t, "nothing to print", err, fault.Conflict, "form.nothing")
}

// compiled makes a template out of a description.
func compiled(t *testing.T, text string) []byte {
	t.Helper()
	b, err := docx.Compile("Mẫu của tỉnh", text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestTemplates brings templates, the nation's and the province's, and goes back.
func TestTemplates(t *testing.T) {
	each(t, func(w *world) {
		nation := access.System("test")
		says := func(want string) {
			w.Helper()
			_, data, err := w.sv.Blank(ctx, 38, "1-knd")
			if err != nil {
				w.Fatal(err)
			}
			wantAll(w.T, w.text(data), want)
		}
		says("ĐƠN XIN VÀO ĐẢNG")
		wantKey(w.T, "nothing to go back to", w.sv.Restore(ctx, w.admin, 38, "1-knd", 0), fault.Conflict, "form.same")
		if err := w.sv.Upload(ctx, nation, 0, "1-knd", "toan-quoc.docx", "", compiled(w.T, "Toàn quốc {{ho_ten}}")); err != nil {
			w.Fatal(err)
		}
		says("Toàn quốc \t")
		mine := compiled(w.T, "Của tỉnh {{ho_ten}}")
		if err := w.sv.Upload(ctx, w.admin, 38, "1-knd", `C:\mau\cua-tinh.docx`, "theo công văn 12", mine); err != nil {
			w.Fatal(err)
		}
		says("Của tỉnh \t")
		_, text := w.fill("1-knd")
		wantAll(w.T, text, "Của tỉnh Đỗ Thị Ánh Nguyệt")
		wantKey(w.T, "the same again", w.sv.Upload(ctx, w.admin, 38, "1-knd", "x.docx", "", mine), fault.Conflict, "form.same")
		if err := w.sv.Restore(ctx, w.admin, 38, "1-knd", 0); err != nil {
			w.Fatal(err)
		}
		says("Toàn quốc \t")
		byForm, err := w.sv.Replaced(ctx, 38)
		if err != nil {
			w.Fatal(err)
		}
		vs := byForm["1-knd"]
		if len(vs) != 2 || vs[1].File != "cua-tinh.docx" || vs[1].Note != "theo công văn 12" || vs[1].By != "Trần Thử" || vs[0].InForce || vs[0].Size != 0 {
			w.Fatalf("%+v", vs)
		}
		if err := w.sv.Restore(ctx, w.admin, 38, "1-knd", vs[1].ID); err != nil {
			w.Fatal(err)
		}
		says("Của tỉnh \t")
		_, own, err := w.sv.Template(ctx, 38, "1-knd", 0, true)
		if err != nil {
			w.Fatal(err)
		}
		wantAll(w.T, w.text(own), "ĐƠN XIN VÀO ĐẢNG", "{{ho_ten_hoa}}")
		_, old, err := w.sv.Template(ctx, 38, "1-knd", vs[1].ID, false)
		if err != nil || !bytes.Equal(old, mine) {
			w.Error("an earlier version is not what was brought", err)
		}
	})
}

func TestTemplateRefused(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	good := compiled(t, "{{ho_ten}}")
	for what, c := range map[string]struct {
		who  access.Actor
		prov int
		code string
		data []byte
		kind fault.Kind
		key  fault.Key
	}{
		"unknown fields":        {w.admin, 38, "1-knd", compiled(t, "{{luong}}"), fault.Invalid, "form.unknown_fields"},
		"no document":           {w.admin, 38, "1-knd", []byte("xin chào"), fault.Invalid, "docx.not_docx"},
		"no file":               {w.admin, 38, "1-knd", nil, fault.Invalid, "form.no_file"},
		"no form":               {w.admin, 38, "77", good, fault.NotFound, "form.unknown"},
		"a clerk":               {w.clerk, 38, "1-knd", good, fault.NotFound, ""},
		"a viewer at the top":   {w.viewer, 38, "1-knd", good, fault.Forbidden, ""},
		"another province":      {w.admin, 1, "1-knd", good, fault.NotFound, ""},
		"the nation from below": {w.admin, 0, "1-knd", good, fault.NotFound, ""},
	} {
		err := w.sv.Upload(ctx, c.who, c.prov, c.code, "a.docx", "", c.data)
		wantKey(t, what, err, c.kind, c.key)
		if fault.Is(err, fault.Invalid) && fault.FieldsOf(err)["file"].Key != c.key {
			t.Errorf("%s: not said at the field: %v", what, fault.FieldsOf(err))
		}
	}
	wantKey(t, "a version nobody brought", w.sv.Restore(ctx, w.admin, 38, "1-knd", id.ID(5)), fault.NotFound, "form.template_unknown")
	if may, err := w.sv.MayReplace(ctx, w.clerk, 38); may || err != nil {
		t.Error("a clerk may", err)
	}
	if may, err := w.sv.MayReplace(ctx, w.admin, 38); !may || err != nil {
		t.Error("the administrator may not", err)
	}
}

// TestEveryForm fills every form for a person without a dossier and blank.
func TestEveryForm(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	for _, f := range form.All() {
		if _, text := w.fill(f.Slug); strings.Contains(text, "{{") {
			t.Errorf("%s: %s", f.Slug, text)
		}
		if _, _, err := w.sv.Blank(ctx, 38, f.Slug); err != nil {
			t.Errorf("%s: %v", f.Slug, err)
		}
	}
}
