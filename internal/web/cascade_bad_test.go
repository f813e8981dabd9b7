package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// given is what of the cascade is stored under the root: targets, drafts and confirmed numbers.
func (d desk) given() (out string) {
	d.t.Helper()
	if err := d.st.View(context.Background(), func(tx *store.Tx) error {
		out = ""
		var units []id.ID
		for i := range d.communes {
			units = append(units, d.communes[i].ID)
			for _, c := range d.cells[i] {
				units = append(units, c.ID)
			}
		}
		for _, year := range []int{2025, 2026} {
			ts, err := tx.Targets(38, units, year)
			if err != nil {
				return err
			}
			scope, err := access.System("test").Over(d.root)
			if err != nil {
				return err
			}
			ds, err := tx.Drafts(scope, year, true)
			if err != nil {
				return err
			}
			out += fmt.Sprintln(ts, ds)
		}
		fs, err := tx.FiguresOf(d.root.ID)
		out += fmt.Sprintln(fs)
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	return out
}

// TestCascadeBadInput: what makes no sense is refused in words beside its field, and nothing is stored.
func TestCascadeBadInput(t *testing.T) {
	d, admin := peopled(t)
	end := admin.ask(http.MethodPost, sapXep(d.cells[1][1]), decision("dissolve", "unit", ""))
	admin.ask(http.MethodPost, sapXep(d.cells[1][1]), previewed(t, end, actRecord))
	b := d.as(d.user("tinh", access.Committee, d.root))
	res := b.sendFile("/van-ban/them", "nq.txt", "I. Mục tiêu\r\nHằng năm, kết nạp 817 đảng viên.", "u", d.root.ID.String(), "kind", "resolution", "level", "province", "number", "20-NQ/TU", "dated", "11/01/2024",
		"issuer", "Tỉnh ủy", "title", "Phát triển đảng viên")
	doc := res.Header.Get("Location")
	figure := func(pairs ...string) url.Values {
		v := url.Values{"so": {"moi"}, "indicator": {"admit"}, "kind": {"goal"}, "op": {".."}, "low": {"40"}, "high": {"55"}, "counted": {"person"}, "span": {"year"}, "from": {"01/01/2026"}, "to": {"31/12/2026"}}
		for i := 0; i+1 < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	sheet := func(u, text, act string) url.Values {
		return url.Values{"u": {d.root.ID.String()}, "nam": {"2026"}, "source": {"2-KH/TU"}, "act": {act}, goalField + u + ".admit": {text}}
	}
	divide := func(pairs ...string) url.Values {
		v := url.Values{"u": {d.root.ID.String()}, "nam": {"2026"}, "loai": {"admit"}, "so": {"10"}, "cach": {"equal"}, "act": {"ghi"}}
		for i := 0; i+1 < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	other, gone := d.communes[1].ID.String(), d.cells[1][1].ID.String()
	before := d.given()
	for name, c := range map[string]struct {
		path string
		form url.Values
		says string
	}{
		"low above high in a document":     {doc + "/so-lieu", figure("low", "55", "high", "40"), "55"},
		"a period that ends before":        {doc + "/so-lieu", figure("from", "31/12/2026", "to", "01/01/2026"), "01/01/2026"},
		"a percentage of nothing":          {doc + "/so-lieu", figure("op", ">=", "low", "3", "high", "", "counted", "percent", "kind", "share"), "phần trăm"},
		"a point for a decimal":            {doc + "/so-lieu", figure("op", ">=", "low", "3.1", "high", "", "counted", "percent", "kind", "share", "base", "tổng số đảng viên"), "dấu phẩy ngăn số lẻ"},
		"a decimal of people":              {doc + "/so-lieu", figure("op", "=", "low", "12,5", "high", ""), "Chỉ tỷ lệ phần trăm mới có số lẻ"},
		"inside nothing":                   {doc + "/so-lieu", figure("part_of", other, "relation", "overlap"), "Không có số liệu này trong văn bản"},
		"inside, and nobody says how":      {doc + "/so-lieu", figure("part_of", other), "Chọn quan hệ với số liệu lớn hơn"},
		"low above high in a cell":         {"/chi-tieu", sheet(other, "55-40", "draft"), "55"},
		"a decimal in a cell":              {"/chi-tieu", sheet(other, "12,5", "draft"), "12,5"},
		"a decimal with a point in a cell": {"/chi-tieu", sheet(other, "12.5", "issue"), "12.5"},
		"a unit that ended, given":         {"/chi-tieu", sheet(gone, "5", "issue"), "Chi bộ D"},
		"a unit that ended, drafted":       {"/chi-tieu", sheet(gone, "5", "draft"), "Chi bộ D"},
		"more than the caps hold":          {"/chi-tieu/phan-bo", divide("tran", "2"), "mức trần"},
		"less than the floors ask":         {"/chi-tieu/phan-bo", divide("san", "9"), "Tổng mức sàn 18 lớn hơn số cần phân bổ 10"},
		"a cap that is no number":          {"/chi-tieu/phan-bo", divide("tran", "2,5"), "2,5"},
		"divided low above high":           {"/chi-tieu/phan-bo", divide("so", "55-40"), "55"},
		"a percentage without one":         {"/chi-tieu/phan-bo", divide("cach", "percent"), "phần trăm"},
	} {
		t.Run(name, func(t *testing.T) {
			res := b.ask(http.MethodPost, c.path, c.form)
			if res.StatusCode != http.StatusUnprocessableEntity && res.StatusCode != http.StatusConflict {
				t.Fatalf("%d %v", res.StatusCode, words(t, res.page))
			}
			said := ""
			for _, n := range append(nodes(t, res.page, "p", "class", "wrong-text"), nodes(t, res.page, "strong", "", "")...) {
				said += inner(n) + "\n"
			}
			if said == "" || !strings.Contains(said, c.says) {
				t.Errorf("it says %q, want %q", said, c.says)
			}
			if now := d.given(); now != before {
				t.Errorf("stored:\n%s\nwas\n%s", now, before)
			}
		})
	}
	// A group above the whole is kept as a draft, because the whole may change next: the sheet says so with its arithmetic.
	form := sheet(other, "40", "draft")
	form.Set(goalField+other+".admit.female", "50")
	if res := b.ask(http.MethodPost, "/chi-tieu", form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %v", res.StatusCode, words(t, res.page))
	}
	b.get("/chi-tieu?nam=2026&u="+d.root.ID.String()).want(t, http.StatusOK, "C2", "Phép tính", "50")
}
